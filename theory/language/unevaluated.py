"""Relations of numbers, kept as they are written: SymPy decides them, in floats, as soon as they are made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

from sympy import Eq, Ge, Gt, Le, Lt, Ne
from sympy.core.relational import Relational


@contextmanager
def unevaluated() -> Iterator[None]:
    """Relations that this thread makes in the block are left as they are; not for two threads at a time."""
    owner, own = get_ident(), {kind: vars(kind).get("__new__") for kind in (Eq, Ne, Lt, Le, Gt, Ge)}

    def keeping(inherited: Any) -> Any:
        def make(cls: type[Relational], lhs: Any, rhs: Any, **options: Any) -> Any:
            return inherited(cls, lhs, rhs, **({**options, "evaluate": False} if get_ident() == owner else options))

        return staticmethod(make)

    for kind in own:
        kind.__new__ = keeping(kind.__new__)
    try:
        yield
    finally:
        for kind, new in own.items():
            if new is None:
                del kind.__new__
            else:
                kind.__new__ = new


__all__ = ["unevaluated"]
