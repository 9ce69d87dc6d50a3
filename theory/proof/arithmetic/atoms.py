"""Events and jumps at given numbers, decided exactly: rationals as they are, other numbers in balls, equal ones by their form.

A law on a lattice has mass at single numbers, and an event may begin at such a number: then one unit in the last place
decides about an atom. A decimal number of a claim is a ball (rule 8), so at an atom it decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from flint import arb
from sympy import Dummy, Expr, Float, Heaviside, Integer, Piecewise, S, Symbol, ceiling, floor, frac, sign, sympify
from sympy.core.relational import Eq, Ge, Gt, Le, Lt, Ne, Relational

from ...language.errors import NO_BALL, CannotTell
from ..foreign import telling
from ..symbols.normal_forms import is_zero
from ..undefined import with_numbers
from .precision import precision, whole
from .programs import compile_expr, to_ball
from .rings import Balls

BITS = (64, 256, 1024)
JUMPS = (Relational, sign, Heaviside, floor, ceiling, frac)  # what is not continuous; a Piecewise has relations in it
HOLDS: dict[type, Any] = {
    Ge: lambda s: s >= 0,
    Gt: lambda s: s > 0,
    Le: lambda s: s <= 0,
    Lt: lambda s: s < 0,
    Eq: lambda s: s == 0,
    Ne: lambda s: s != 0,
}
DECIMAL = "a decimal number at an atom: write it as a fraction, Rational(1, 5) in place of 0.2"


class AtAtom(CannotTell):
    """What happens at an atom is not known; the message says why."""


def jumps(x: Any) -> bool:
    """Whether an expression is an event, or a function that is not continuous."""
    return bool(x.has(*JUMPS))


def signum(x: Any, at: Mapping[Any, Any]) -> int:
    """The sign of an expression without jumps, its symbols being the numbers `at`. Raises `AtAtom`."""
    x = sympify(x)
    decimal = x.has(Float) or any(v.has(Float) for v in at.values())
    number = x if decimal else x.xreplace(dict(at))
    if number.is_extended_real and (number.is_Rational or number.is_infinite):
        return int(bool(number > 0)) - int(bool(number < 0))
    names = dict(zip(at, _places(len(at)), strict=True))
    for bits in BITS[:1] if decimal else BITS:
        with precision(bits), suppress(*NO_BALL):
            program = compile_expr(x.xreplace(names), tuple(names.values()))
            ball: arb = program(Balls, *map(to_ball, at.values()))
            if ball > 0 or ball < 0 or (ball == 0 and not decimal):
                return int(ball > 0) - int(ball < 0)
    if decimal:
        raise AtAtom(DECIMAL)
    with suppress(CannotTell), telling():
        if is_zero(number):
            return 0
    raise AtAtom(f"whether {number} is 0 is not seen")


@cache
def _places(count: int) -> list[Symbol]:
    """Symbols for numbers, the same ones whenever as many are asked for: so is what is compiled for them."""
    return [Dummy("v", real=True) for _ in range(count)]


def exactly(x: Any, at: Mapping[Any, Any]) -> Any:
    """An expression (or an event) at these numbers for its symbols, every jump in it decided. Raises `AtAtom`."""
    x = sympify(x)
    if not jumps(x):
        return with_numbers(x, at)
    if isinstance(x, Piecewise):
        for value, condition in x.args:
            if exactly(condition, at) is S.true:
                return exactly(value, at)
        return S.NaN
    if isinstance(x, Relational):
        return sympify(bool(HOLDS[type(x)](_signum(x.lhs - x.rhs, at))))
    if isinstance(x, sign):
        return Integer(_signum(x.args[0], at))
    if isinstance(x, Heaviside):
        s = _signum(x.args[0], at)
        return Integer((s + 1) // 2) if s else sympify(x.args[1])
    if isinstance(x, floor | ceiling | frac):
        below = _floor(x.args[0], at)
        if isinstance(x, floor):
            return below
        if isinstance(x, frac):
            return exactly(x.args[0], at) - below
        return below + Integer(_signum(x.args[0] - below, at))
    return x.func(*(exactly(a, at) for a in x.args))


def _signum(x: Any, at: Mapping[Any, Any]) -> int:
    """As `signum`, of an expression that may have jumps of its own inside."""
    inside = {j: Dummy("j", real=True) for j in _outermost(x)}
    known = {d: exactly(j, at) for j, d in inside.items()}
    x = x.xreplace(inside)
    return signum(x, {s: v for s, v in (dict(at) | known).items() if x.has(s)})


def _outermost(x: Any) -> set:
    """The jumps in an expression that are in no other."""
    if isinstance(x, (*JUMPS, Piecewise)):
        return {x}
    return set().union(*map(_outermost, x.args)) if x.args else set()


def _floor(x: Any, at: Mapping[Any, Any]) -> Expr:
    value = exactly(x, at)
    if value.is_Rational:
        return floor(value)
    with precision(BITS[-1]):
        below = whole(to_ball(value).mid().floor())
    if below is None:
        raise AtAtom(f"{value} has too many digits")
    near = Integer(below)
    return next((k for k in (near + 1, near) if _signum(x - k, at) >= 0), near - 1)
