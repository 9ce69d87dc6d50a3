"""What Python's own words ask of a symbol: `x == 0`, `if x`, `x and y`, `x.is_zero`. They are answered before it has a value.

`x == 0` is False of every symbol, `if x` takes every symbol for true, and what SymPy does not know of one is None, which counts
as no: what a claim, or a step, makes of such an answer would be proved for all numbers, those among them for which it is another.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from types import FrameType
from typing import Any

from sympy import Basic, Expr
from sympy.logic.boolalg import Boolean

from .errors import BadInput

_PATCHING = RLock()
_LIBRARIES = {*sys.stdlib_module_names, "sympy", "mpmath", "theory", "simulate", "reports"} - {"__main__"}
_ASKING = {"__new__", "__init__", "refuses"}  # whether parameters are of their kind, which of a symbol nobody knows yet
_FACTS = ("even", "finite", "integer", "negative", "nonnegative", "nonpositive", "nonzero", "odd", "positive", "zero")
_CASES = "in place of `if`, `and` and `or` there is Piecewise((y, Eq(x, 0)), (z, True))"


def is_of_a_library(module: Any) -> bool:
    """Whether a module is Python's, SymPy's or ours, by its name."""
    return str(module).partition(".")[0] in _LIBRARIES


def is_strange(frame: FrameType) -> bool:
    """Whether the code that asks is neither SymPy's nor ours."""
    return not is_of_a_library(frame.f_globals.get("__name__", "")) and frame.f_code.co_name not in _ASKING


def _may_be_equal(x: Expr, y: Any) -> bool:
    """Whether numbers may make two expressions equal that are not written alike."""
    if not isinstance(y, Expr | int | float) or isinstance(y, bool) or (x.is_number and getattr(y, "is_number", True)):
        return False
    try:
        return (x - y).is_zero is not False
    except TypeError:
        return False


def _compared(sign: str, written: str, before: bool) -> Callable[[Expr, Any], Any]:
    """`==` or `!=` of an expression.  written: what is to be written in its place.  before: its answer while x has no value."""
    plain = Basic.__ne__ if before else Basic.__eq__

    def compared(x: Expr, y: Any) -> Any:
        said = plain(x, y)
        if said is not (not before) and is_strange(sys._getframe(1)) and _may_be_equal(x, y):
            raise BadInput(
                f"{x} {sign} {y} is {before} before any value is put in, whatever {x} will be: "
                f"write {written}({x}, {y}); {_CASES}"
            )
        return said

    return compared


def _true(x: Basic) -> bool:
    if is_strange(sys._getframe(1)) and not (isinstance(x, Expr) and (x.is_number or x.is_zero is False)):
        raise BadInput(
            f"the truth of {x} is asked for before any value is put in, and is True whatever it will be: {_CASES}"
        )
    return True


def _known(fact: str, names: frozenset[str]) -> property:
    """What SymPy knows of an expression; what it does not know is told of in functions of these names."""
    name = f"is_{fact}"
    plain: Callable[[Basic], bool | None] = vars(Basic)[name].fget

    def known(x: Expr) -> bool | None:
        said = plain(x)
        if said is None:
            frame = sys._getframe(1)
            if frame.f_code.co_name in names and is_strange(frame):
                raise BadInput(f"{x}.{name} is not known before a value is put in: None, which counts as no; {_CASES}")
        return said

    return property(known)  # pyrefly: ignore[bad-return]  # which it takes for `known` itself


@contextmanager
def unanswered(*names: str) -> Iterator[None]:
    """Meanwhile code that is neither SymPy's nor ours gets `BadInput` for what it asks of symbols in Python's words.

    names: of the functions in which what is not known of a symbol must not be asked for.
    """
    watched: list[tuple[type, str, Any]] = [
        (Expr, "__eq__", _compared("==", "Eq", False)),
        (Expr, "__ne__", _compared("!=", "Ne", True)),
    ]
    watched += [(Expr, "__bool__", _true), (Boolean, "__bool__", _true)]
    watched += [(Expr, f"is_{fact}", _known(fact, frozenset(names))) for fact in _FACTS]
    with _PATCHING:
        if "__eq__" in vars(Expr):  # further out
            yield
            return
        try:  # the clock's signal may come between any two lines
            for kind, name, asked in watched:
                setattr(kind, name, asked)
            yield
        finally:
            for kind, name, _ in watched:
                if name in vars(kind):
                    delattr(kind, name)


__all__ = ["is_of_a_library", "is_strange", "unanswered"]
