"""Files of claims, loaded without what finds proofs.

They name some of it: lemmas for their `proof=`, functions of numbers. Here all that is of `theory.proof` is an empty module,
whose names can be had, and do nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from ..language.errors import CannotTell

NOT_LOADED = "which is not loaded"
PROOFS = f"{__name__.partition('.')[0]}.proof"


class _Absent:
    """What stands for a name of a module that is not loaded, and for what a call of it gives. It can only be handed on.

    As the decorator of a function it leaves that as it is.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *given: Any, **options: Any) -> Any:
        return (lambda function: function) if options and not given else _Absent(f"{self.name}(...)")

    def __getattr__(self, name: str) -> _Absent:
        if name.startswith("_"):
            raise AttributeError(name)
        return _Absent(f"{self.name}.{name}")

    def __or__(self, other: Any) -> Any:  # in an annotation
        return Any

    __ror__ = __or__

    def _asked(self, *_: Any) -> Any:
        raise CannotTell(f"it asks for {self.name}, {NOT_LOADED}")

    __bool__ = __iter__ = __len__ = __getitem__ = _sympy_ = _asked


class _Empty(ModuleType):
    __path__: Sequence[str] = ()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Absent(f"{self.__name__}.{name}")


class _Emptied(MetaPathFinder, Loader):
    """Finds the modules of `theory.proof`, before Python looks for their files, and leaves them empty."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if name == PROOFS or name.startswith(f"{PROOFS}.") else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Empty(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


@contextmanager
def without_proofs() -> Iterator[None]:
    """Whatever is imported meanwhile gets nothing of `theory.proof`. Only for a process that has imported none of it."""
    if loaded := [name for name in sys.modules if name.startswith(PROOFS)]:
        raise RuntimeError(f"{loaded[0]} is loaded already")
    finder = _Emptied()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.startswith(PROOFS)]:
            del sys.modules[name]
