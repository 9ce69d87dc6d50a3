"""What a user's file reads while it runs, however it comes to it: by `import_module`, by `exec` of a text, as a table of numbers.

Python tells of every file that it opens. What was imported before, for another file, is not opened again: that is found among the
modules that there are.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
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
COMPILED = "__pycache__"


def read_by(file: Path) -> set[Path]:
    """The files that were read while a user's file was run, or its claims looked over."""
    return {f for f in _READ.get(file, ()) if f.is_file()}


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
        _READ.setdefault(file, set()).update(filter(_is_of_a_user, map(_source, listening[1])), _imported(file, own))


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


def _source(opened: str) -> Path:
    """A file; of a compiled one what it was compiled from."""
    if opened.endswith(".pyc"):
        try:
            return Path(source_from_cache(opened)).resolve()
        except ValueError:  # it stands by itself
            pass
    return Path(opened).resolve()


def _imported(file: Path, own: str) -> Iterator[Path]:
    """The modules beside a file, or below, that have been imported."""
    for name, module in list(sys.modules.items()):
        if isinstance(where := getattr(module, "__file__", None), str) and not name.startswith(own):
            path = Path(where).resolve()
            if path.is_relative_to(file.parent) and _is_of_a_user(path):
                yield path


def _is_of_a_user(file: Path) -> bool:
    """Whether it is a file, and none of Python's, of an installed package or of this one."""
    return COMPILED not in file.parts and not any(file.is_relative_to(root) for root in _libraries()) and file.is_file()


@cache
def _libraries() -> tuple[Path, ...]:
    roots = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    roots += [folder for name in PACKAGES if (package := sys.modules.get(name)) for folder in package.__path__]
    return tuple(Path(root).resolve() for root in roots)
