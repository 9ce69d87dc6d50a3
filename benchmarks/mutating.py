"""One thing made wrong in this process: what a method gives, or a line of a function. No file is written to."""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from mutated import PATCHES
from sympy import Rational

ROOT = Path(__file__).resolve().parents[1]
ACTS = ("derive", "enclose", "condition")
OPTIMIZED = 1  # a flag of the code of functions; that of modules and classes has it not


@dataclass(frozen=True)
class Mutation:
    """What is made wrong: `old` becomes `new` in a file; or, where there is no `new`, what an act of a method gives.

    calls: the functions that are changed, "file:line".
    """

    part: str
    what: str
    file: str
    calls: frozenset[str]
    old: str = ""
    new: str | None = None

    def __str__(self) -> str:
        return f"{self.part}: {self.what}"


def of_methods() -> Iterator[Mutation]:
    """Each way that the table of methods has to learn a moment."""
    from theory.proof.methods import METHODS

    for method in METHODS:
        for act in ACTS:
            if (function := getattr(method, act)) is not None:
                file = Path(function.__code__.co_filename).relative_to(ROOT)
                yield Mutation("methods", f"{file.stem}, {act}", str(file), frozenset([_place(function.__code__)]))


def of_lines() -> Iterator[Mutation]:
    """Each line of the tables in `mutated.py`."""
    for part, files in PATCHES.items():
        for file, patches in files.items():
            for what, old, new in patches:
                changed = [a for a, _ in _changed(file, old, new)]
                if file.startswith("simulate"):  # what is compiled is not seen to be called, but what calls it
                    changed = [*_functions(compile((ROOT / file).read_text(encoding="utf-8"), ROOT / file, "exec"))]
                yield Mutation(part, what, file, frozenset(map(_place, changed)), old, new)


def _changed(file: str, old: str, new: str) -> list[tuple[CodeType, CodeType]]:
    """The code of the functions that a line is in, before and after."""
    text = (ROOT / file).read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise SystemExit(f"{file} has {text.count(old)} times what should be there once: {old}")
    before, after = (
        list(_functions(compile(x, ROOT / file, "exec", dont_inherit=True))) for x in (text, text.replace(old, new))
    )
    changed = [(a, b) for a, b in zip(before, after, strict=True) if _body(a) != _body(b)]
    if not changed:
        raise SystemExit(f"{file}: no function is changed by {new}")
    return changed


def _functions(code: CodeType) -> Iterator[CodeType]:
    """The code of all functions of a module and of its classes; what is within a function is part of it."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if inner.co_flags & OPTIMIZED:
                yield inner
            else:
                yield from _functions(inner)


def _body(code: CodeType) -> tuple:
    """What code does, wherever it stands."""
    constants = (_body(x) if isinstance(x, CodeType) else (type(x), x) for x in code.co_consts)
    return code.co_code, code.co_names, tuple(constants)


def _place(code: CodeType) -> str:
    return f"{Path(code.co_filename).relative_to(ROOT)}:{code.co_firstlineno}"


def ours() -> list[ModuleType]:
    """The modules of the program that are loaded."""
    return [m for name, m in list(sys.modules.items()) if name.split(".")[0] in ("theory", "simulate", "reports")]


def forget() -> None:
    """Empty the caches: what is kept in them was made before."""
    for module in ours():
        for x in list(vars(module).values()):
            if hasattr(x, "cache_clear"):
                x.cache_clear()


def put(mutation: Mutation) -> None:
    """Make it wrong, in this process."""
    if mutation.new is None:
        _times(mutation)
    else:
        _put_where_it_is_imported(mutation)
        new = {_place(a): b for a, b in _changed(mutation.file, mutation.old, mutation.new)}
        found = [
            f
            for f in gc.get_objects()
            if type(f) is FunctionType and f.__code__.co_filename == str(ROOT / mutation.file)
        ]
        for f in found:
            if (code := new.get(_place(f.__code__))) is not None and code.co_name == f.__code__.co_name:
                f.__code__ = code
        if mutation.file.startswith("simulate"):
            _compile_anew()
    forget()


FOLDER = tempfile.TemporaryDirectory(prefix="mutation-")  # removed by the process that makes it
HOOK = """
import json, os
from importlib.machinery import SourceFileLoader
file, old, new = json.loads(os.environ["MUTATION"])
def get_code(self, name, own=SourceFileLoader.get_code):
    if (path := self.get_filename(name)) != file:
        return own(self, name)
    with open(path, encoding="utf-8") as source:
        return compile(source.read().replace(old, new), path, "exec", dont_inherit=True)
SourceFileLoader.get_code = get_code
"""


def _put_where_it_is_imported(mutation: Mutation) -> None:
    """The same in processes that this one will start."""
    (Path(FOLDER.name) / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
    os.environ["MUTATION"] = json.dumps([str(ROOT / mutation.file), mutation.old, mutation.new])
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [FOLDER.name, os.environ.get("PYTHONPATH")]))
    if mutation.file.startswith("simulate"):  # nothing is used that was compiled before
        os.environ["NUMBA_CACHE_DIR"] = str(Path(FOLDER.name) / str(os.getpid()))


def _times(mutation: Mutation) -> None:
    """What a method gives, a form, a ball or a mean, times 1.001."""
    from theory.proof import methods
    from theory.proof.methods.method import Derivation

    def wrong(act: Any) -> Any:
        def other(*given: Any) -> Any:
            found = act(*given)
            if isinstance(found, Derivation):
                return replace(found, form=found.form * Rational(1001, 1000))
            return found * 1001 / 1000

        return other

    act = mutation.what.split(", ")[1]
    methods.METHODS = tuple(
        replace(m, **{act: wrong(getattr(m, act))})
        if getattr(m, act) and _place(getattr(m, act).__code__) in mutation.calls
        else m
        for m in methods.METHODS
    )


def _compile_anew() -> None:
    """Nothing that numba has compiled and kept is used."""
    from numba.core.caching import NullCache
    from numba.core.dispatcher import Dispatcher

    for module in ours():
        for x in vars(module).values():
            if isinstance(x, Dispatcher):
                setattr(x, "_cache", NullCache())  # noqa: B010
