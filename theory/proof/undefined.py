"""Where an expression has no value, once numbers are put in: a division by 0, a root or a logarithm of what has none, a pole.

The first of three files on it: see `existence`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from sympy import (
    Abs,
    Add,
    Basic,
    Expr,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Rational,
    S,
    Symbol,
    ceiling,
    digamma,
    floor,
    gamma,
    log,
    loggamma,
    polygamma,
    preorder_traversal,
    sign,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.function import Application
from sympy.core.relational import Relational

from ..language.extrema import ArgMin
from ..language.functions import unfold
from ..language.laws import Law, Noise
from ..language.loops import Loop, Model, Observable
from ..language.moments import Moment

MOST_OPERATIONS = 500  # of what is worked out exactly
RANDOM = (Observable, Noise, Moment, Loop, Model)
NONE = (S.ComplexInfinity, S.NaN)
POLES = Pow | log | gamma | loggamma | polygamma | digamma


def no_value(x: Basic, at: Mapping[Symbol, Expr]) -> str | None:
    """Why it has none; None where that is not seen. Nothing is said of what is random, nor of what is under a bound variable,
    which may have no values; that of an extremum has some."""
    for part in _doubtful(x):
        told = _without_case(part, at) if isinstance(part, Piecewise) else _own(part, at)
        if told is not None:
            return told
    return None


def hidden(x: Basic) -> set[Expr]:
    """Divisions, and logarithms, inside of what hides that they are infinite: 1/x of 1/(1 + 1/x), exp(-1/Abs(x)) and 1/x < 2."""
    return set().union(*(infinite(a) for y in preorder_traversal(x) if _hides(y) for a in y.args))


def _hides(x: Basic) -> bool:
    if isinstance(x, Pow):
        return not (x.exp.is_Integer and x.exp.is_positive)
    return isinstance(x, Application | Relational) and not isinstance(x, Piecewise)


@lru_cache(maxsize=16384)
def infinite(x: Basic) -> frozenset[Expr]:
    """The parts of it that are infinite somewhere."""
    parts = preorder_traversal(x)
    return frozenset(y for y in parts if isinstance(y, POLES) and not (y.is_Pow and y.exp.is_nonnegative))


def with_numbers(x: Any, at: Mapping[Basic, Expr]) -> Any:
    """x with numbers put in; nan where a part of it has no value there, whatever becomes of that. Of cases one is looked at."""
    try:
        return _with_numbers(x, at)
    except TypeError:  # of a condition: 1/x > 0 at 0
        return S.NaN


def _with_numbers(x: Any, at: Mapping[Basic, Expr]) -> Any:
    if not isinstance(x, Expr) or not _is_hiding(x):
        return x.xreplace(dict(at))
    if x in at or not x.args:
        return at.get(x, x)
    if isinstance(x, Piecewise):
        left = [(value, c) for value, condition in x.args if (c := condition.xreplace(dict(at))) != S.false]
        whole = next((i for i, (_, c) in enumerate(left) if c == S.true), len(left))
        return Piecewise(*((_with_numbers(value, at), c) for value, c in left[: whole + 1]))
    args = [_with_numbers(a, at) for a in x.args]
    if any(isinstance(a, Expr) and a.has(*NONE) for a in args):
        return S.NaN
    found = x.func(*args)
    made = found in (S.Infinity, S.NegativeInfinity) and not any(a.is_infinite for a in args)
    return S.NaN if made or found in NONE else found


@lru_cache(maxsize=16384)
def _is_hiding(x: Expr) -> bool:
    return bool(hidden(x))


def unreal(x: Basic) -> Basic | None:
    """A part of it that is surely no real number, as I and (-1)**(1/3) are; None where there is none."""
    return next((y for y in preorder_traversal(x) if isinstance(y, Expr) and y.is_extended_real is False), None)


@lru_cache(maxsize=4096)
def _doubtful(x: Basic) -> tuple[Basic, ...]:
    """The parts of it that may have no value, from outside inwards; of cases they are known once one holds."""
    return tuple(_parts(unfold(x) if isinstance(x, Expr) else x))


def _parts(x: Basic) -> Iterator[Basic]:
    if not x.free_symbols or (isinstance(x, ExprWithLimits) and not isinstance(x, ArgMin)):
        return
    if isinstance(x, Moment | ArgMin):  # what is not random in it, nor bound
        own = x.free_symbols
        inner = (p for a in x.args for p in _parts(unfold(a) if isinstance(a, Expr) else a))
        yield from (p for p in inner if p.free_symbols <= own and not p.has(*RANDOM))
        return
    if isinstance(x, Loop | Law):
        return
    whole = isinstance(x, Pow) and x.exp.is_Integer and x.exp.is_positive
    if isinstance(x, Piecewise | POLES) and not whole:
        yield x
    if not isinstance(x, Piecewise):
        for a in x.args:
            yield from _parts(a)


def _without_case(x: Piecewise, at: Mapping[Symbol, Expr]) -> str | None:
    for value, condition in x.args:
        try:
            holds = condition.xreplace(dict(at))
        except TypeError:  # 1/x > 0 at 0
            return f"{condition} has no value"
        if holds == S.true:
            return no_value(value, at)
        if holds != S.false:
            return None
    return f"{x} has no case there"


def _own(x: Basic, at: Mapping[Symbol, Expr]) -> str | None:
    """The same of the outermost function alone."""
    if isinstance(x, Pow):
        base, power = (_number(e, at) for e in x.args)
        if base is not None and power is not None:
            if base == 0 and power < 0:
                return f"{x.base} is 0, and divides"
            if base < 0 and not power.is_Integer:
                return f"{x.base} is {base}, which has no real power {power}"
    elif isinstance(x, log):
        if (argument := _number(x.args[0], at)) is not None and argument <= 0:
            return f"{x.args[0]} is {argument}, which has no logarithm"
    elif isinstance(x, POLES):
        argument = _number(x.args[-1], at)
        if argument is not None and argument.is_Integer and argument <= 0:
            return f"{x} has a pole"
    return None


def _number(x: Basic, at: Mapping[Symbol, Expr]) -> Rational | None:
    """What is made of sums, products, whole powers and kinks, at rational numbers; None for all else, and where it has a pole."""
    if not _is_worked_out(x) or not x.free_symbols <= at.keys():
        return None
    value = x.xreplace(dict(at))
    return value if isinstance(value, Rational) else None


@lru_cache(maxsize=4096)
def _is_worked_out(x: Basic) -> bool:
    return isinstance(x, Expr) and all(map(_is_plain, preorder_traversal(x))) and x.count_ops() <= MOST_OPERATIONS


def _is_plain(x: Basic) -> bool:
    if isinstance(x, Pow):  # 2**(2**t) may have more digits than there are atoms
        return bool(x.exp.is_Integer)
    return isinstance(x, Rational | Symbol | Add | Mul | Abs | Max | Min | floor | ceiling | sign)
