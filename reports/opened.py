"""What a user's file reads while it runs, however it comes to it: by `import_module`, by `exec` of a text, as a table of numbers.

Python tells of every file that it opens. What was imported before, for another file, is not opened again: that is found among the
modules that there are. Only what is in the file's folder, or below, is the user's: what an imported package looks up, of the
machine, of fonts, of time zones, is not.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import source_from_cache
from pathlib import Path
from threading import get_ident
from typing import Any

from theory.language.errors import undisturbed

_READ: dict[Path, set[Path]] = {}  # by the user's file
_LISTENING: list[tuple[int, set[str]]] = []  # the thread, and what it has opened
PACKAGES = ("theory", "simulate", "reports")  # of which a claim's hash tells by itself
MACHINE = ("/proc/", "/sys/", "/dev/")  # which says something else at any time
INSTALLED = {f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages", "__pycache__")}  # of any Python


def read_by(file: Path) -> list[Path]:
    """The files that were read while a user's file was run, or its claims looked over, in order."""
    return sorted(f for f in _READ.get(file, ()) if f.is_file())


@contextmanager
@undisturbed
def listened_to(file: Path, own: str) -> Iterator[None]:
    """Meanwhile what is read is noted as read by a user's file.

    own: what the names of modules begin with that are users' files themselves.
    """
    _install()
    listening = get_ident(), set()
    _LISTENING.append(listening)
    try:
        yield
    finally:
        _LISTENING.remove(listening)
        _READ.setdefault(file, set()).update(_below(file.parent, [*map(_source, listening[1]), *_imported(own)]))


@cache
def _install() -> None:
    """Once for all: what listens to Python cannot be taken away again."""
    sys.addaudithook(_opened)


def _opened(event: str, given: tuple[Any, ...]) -> None:
    if event != "open" or not _LISTENING:
        return
    path, mode, *_ = given
    if isinstance(path, str | bytes | os.PathLike) and not (isinstance(mode, str) and set(mode) & set("wax")):
        for thread, found in _LISTENING:
            if thread == get_ident():
                found.add(os.path.abspath(os.fsdecode(path)))


def _source(opened: str) -> str:
    """A file; of a compiled one what it was compiled from."""
    try:
        return source_from_cache(opened) if opened.endswith(".pyc") else opened
    except ValueError:  # it stands by itself
        return opened


def _imported(own: str) -> Iterator[str]:
    """The files of all modules that there are."""
    for name, module in list(sys.modules.items()):
        if isinstance(where := getattr(module, "__file__", None), str) and not name.startswith(own):
            yield where


def _below(folder: Path, files: Iterable[str]) -> Iterator[Path]:
    """Those that are in a folder, by name or by what it leads to; none of Python's, of an installed package or of this one."""
    start = os.path.join(folder, "")
    for name in files:
        if (called := name if name.startswith(start) else _resolved(name)).startswith(start):
            whole = _resolved(name)
            if not whole.startswith(_libraries()) and not any(part in whole for part in INSTALLED):
                yield Path(called)


@cache
def _resolved(file: str) -> str:
    return os.path.realpath(file)


@cache
def _libraries() -> tuple[str, ...]:
    roots = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    roots += [folder for name in PACKAGES if (package := sys.modules.get(name)) for folder in package.__path__]
    return (*MACHINE, *(os.path.join(os.path.realpath(root), "") for root in roots))
