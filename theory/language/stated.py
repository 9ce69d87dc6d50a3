"""What the body of a loop's class says, as it is read: decimal numbers as fractions, of a state of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Run:
    """The classes whose functions of a name are called meanwhile, and what these are called on."""

    what: str
    found: list[tuple[type, Any]] = field(default_factory=list)


_RUN: ContextVar[Run | None] = ContextVar("run", default=None)


@contextmanager
def run_meanwhile(what: str) -> Iterator[list[tuple[type, Any]]]:
    """The functions of that name that run meanwhile: of which classes, on which objects. One class's may run another one's."""
    run = Run(what)
    token = _RUN.set(run)
    try:
        yield run.found
    finally:
        _RUN.reset(token)


def _exact(said: Any) -> Any:
    """What a class says in numbers and symbols, with fractions for decimal numbers: SymPy takes 1/10 + 0.2 for above 3/10."""
    if isinstance(said, dict):
        return {name: _exact(x) for name, x in said.items()}
    if isinstance(said, Number):
        said = sympify(said)
    return as_written(said) if isinstance(said, Basic) else said


def _of_a_copy(function: FunctionType, owner: type) -> FunctionType:
    """What a class, `owner`, says of a state. It gets a dictionary of its own: what it writes there is not its caller's."""

    @wraps(function)
    def said(self: Any, state: dict[str, Expr], *rest: Any, **given: Any) -> Any:
        if (run := _RUN.get()) is not None and function.__name__ == run.what:
            run.found.append((owner, self))
        try:
            with of_a_loop():
                return _exact(function(self, copy(state), *rest, **given))
        except TypeError as problem:  # SymPy's of 1/x > 0 at 0; of symbols it is told where the loop is examined
            if "Invalid comparison" not in str(problem) or any(sympify(x).free_symbols for x in state.values()):
                raise
            at = ", ".join(f"{name} = {x}" for name, x in state.items())
            raise CannotTell(f"a condition in the {function.__name__} of {self} has no value at {at}") from problem

    return said


def _in_fractions(function: FunctionType, _: type) -> FunctionType:
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


__all__ = ["STATED", "begun", "run_meanwhile"]
