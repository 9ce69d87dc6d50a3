"""Relations of numbers, kept as they are written: SymPy decides them, in floats, as soon as they are made."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

from sympy import Eq, Ge, Gt, Le, Lt, Ne
from sympy.core.relational import Relational


@contextmanager
def unevaluated() -> Iterator[None]:
    """Relations that this thread makes in the block are left as they are; not for two threads at a time.

    But for those with which the language itself looks at values, as when a loop is made.
    """
    owner, own = get_ident(), {kind: vars(kind).get("__new__") for kind in (Eq, Ne, Lt, Le, Gt, Ge)}

    def keeping(inherited: Any) -> Any:
        def make(cls: type[Relational], lhs: Any, rhs: Any, **options: Any) -> Any:
            keep = get_ident() == owner and not _by_the_language()
            return inherited(cls, lhs, rhs, **({**options, "evaluate": False} if keep else options))

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


def _by_the_language() -> bool:
    """Whether it is a module of this package that makes a relation: the first caller outside of SymPy."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("sympy."):
        frame = frame.f_back
    return frame.f_globals.get("__name__", "").startswith(f"{__package__}.")


__all__ = ["unevaluated"]
