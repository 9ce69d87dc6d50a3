"""Relations of numbers, kept as they are written: SymPy decides them, in floats, as soon as they are made."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from types import FrameType
from typing import Any

from sympy import Eq, Ge, Gt, Le, Lt, Ne
from sympy.core.relational import Relational

from .errors import undisturbed


@contextmanager
@undisturbed
def unevaluated() -> Iterator[None]:
    """Relations that this thread makes in the block are left as they are; not for two threads at a time.

    But for those with which the language itself looks at values, as when a loop is made, and SymPy, as when it differentiates.
    """
    owner, own = get_ident(), {kind: vars(kind).get("__new__") for kind in (Eq, Ne, Lt, Le, Gt, Ge)}

    def keeping(inherited: Any) -> Any:
        def make(cls: type[Relational], lhs: Any, rhs: Any, **options: Any) -> Any:
            keep = get_ident() == owner and not by_a_machine(sys._getframe(1))
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


WRITTEN = {
    "__lt__",
    "__le__",
    "__gt__",
    "__ge__",
    "__new__",
}  # of an expression and of a relation: `x < y`, `Rel(x, y, "<")`

OWN = (
    __name__,
    f"{__package__}.lost",
    f"{__package__}.matrices",
)  # which make what was written for others: minors of a `PSD`


def by_a_machine(frame: FrameType) -> bool:
    """Whether it is a module of this package that makes a relation, or SymPy for its own ends; from the frame of its caller."""
    while frame.f_back is not None and _writes(frame):
        frame = frame.f_back
    return frame.f_globals.get("__name__", "").startswith((f"{__package__}.", "sympy."))


def _writes(frame: FrameType) -> bool:
    """Whether a function of SymPy does no more than make the relation that was written."""
    module = frame.f_globals.get("__name__", "")
    if module == "sympy.core.decorators":
        return True
    if module in OWN:
        return True
    return (
        module in ("sympy.core.expr", "sympy.core.relational", "sympy.core.numbers") and frame.f_code.co_name in WRITTEN
    )


__all__ = ["by_a_machine", "unevaluated"]
