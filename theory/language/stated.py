"""What the body of a loop's class says, as it is read: decimal numbers as fractions, of a state of its own."""

from __future__ import annotations

from copy import copy
from functools import wraps
from numbers import Number
from types import FunctionType
from typing import Any

from sympy import Basic, Expr, sympify

from .asked import of_a_loop
from .errors import CannotTell
from .numbers import as_written


def begun(said: property | dict) -> property:
    """A start, a property or a dictionary, whose plain numbers are SymPy's: a decimal number is the fraction it is written as."""
    start: Any = said.fget if isinstance(said, property) else lambda _: said

    def initial(self: Any) -> Any:
        with of_a_loop():
            values = start(self)
        if not isinstance(values, dict):
            return values
        return {name: _exact(x) for name, x in values.items()}

    return property(initial, doc=said.__doc__)


def _exact(said: Any) -> Any:
    """What a class says in numbers and symbols, with fractions for decimal numbers: SymPy takes 1/10 + 0.2 for above 3/10."""
    if isinstance(said, dict):
        return {name: _exact(x) for name, x in said.items()}
    if isinstance(said, Number):
        said = sympify(said)
    return as_written(said) if isinstance(said, Basic) else said


def _of_a_copy(function: FunctionType) -> FunctionType:
    """What a class says of a state, which gets a dictionary of its own: what it writes into it is not the state of its caller."""

    @wraps(function)
    def said(self: Any, state: dict[str, Expr], *rest: Any, **given: Any) -> Any:
        try:
            with of_a_loop():
                return _exact(function(self, copy(state), *rest, **given))
        except TypeError as problem:  # SymPy's of 1/x > 0 at 0; of symbols it is told where the loop is examined
            if "Invalid comparison" not in str(problem) or any(sympify(x).free_symbols for x in state.values()):
                raise
            at = ", ".join(f"{name} = {x}" for name, x in state.items())
            raise CannotTell(f"a condition in the {function.__name__} of {self} has no value at {at}") from problem

    return said


def _in_fractions(function: FunctionType) -> FunctionType:
    """What a class says of expressions, in fractions."""

    @wraps(function)
    def said(self: Any, *given: Any, **named: Any) -> Any:
        with of_a_loop():
            return _exact(function(self, *given, **named))

    return said


STATED = {  # by the body of a class: how each is read
    "step": _of_a_copy,
    "emit": _of_a_copy,
    "estimating": _in_fractions,
    "objective": _in_fractions,
    "stationary": _in_fractions,
    "law_at": _in_fractions,
}


__all__ = ["STATED", "begun"]
