"""Side conditions put into the charts: a variable that a condition bounds is written by one that nothing bounds.

Of a < b is made b = a + z, of a + b < 1 first b = (1 - a)/(1 + z), then a = 1/(1 + w), with z and w positive. What is written
so covers all that the conditions leave, at least: a sign that is seen there holds under them. A condition that is linear in
no variable, or whose coefficient there has no sign that is seen, is left out.
"""

from __future__ import annotations

from functools import cache

from sympy import Abs, Dummy, Expr, Max, Min, Mul, Rational, Symbol, sqrt

from ...language import functions
from ...language.functions import linear
from ..signs import MOST_EXPANDED, Certificate, positive
from ..signs.given import Condition
from ..symbols import rational

MOST_CONDITIONS = 12  # those that others lead to counted


@cache
def narrowed(conditions: tuple[Condition, ...]) -> dict[Expr, Expr]:
    """Variables of charts, each written by what is free. {} where no condition could be put in."""
    put: dict[Expr, Expr] = {}
    left = [simple for c in conditions for simple in without_extremes(*c)]
    looked = 0
    while left and looked < MOST_CONDITIONS:
        looked += 1
        g, strict = left.pop(0)
        solved = _solved(*_shortened(g.xreplace(put), strict))
        if solved is None:
            continue
        s, form, more = solved
        put = {k: rational.as_product(v.xreplace({s: form})) for k, v in put.items()} | {s: form}
        left = more + left
    return put


def without_extremes(g: Expr, strict: bool) -> list[Condition]:
    """A condition on a largest or a least value, or an absolute one, as conditions on all that it is taken of."""
    for e in sorted(g.atoms(Abs, Max, Min), key=str):
        named = g.xreplace({e: (d := Dummy("e", real=True))})
        seen = lambda x, strict: bool(x.is_positive if strict else x.is_nonnegative)  # noqa: E731
        slope = functions.slope(named, d, seen, lambda x: bool(x.is_nonzero))
        if slope is None:
            continue
        if slope.is_negative if isinstance(e, Abs | Max) else slope.is_positive:
            args = (e.args[0], -e.args[0]) if isinstance(e, Abs) else e.args
            return [c for x in args for c in without_extremes(g.xreplace({e: x}), strict)]
    return [(g, strict)]


def _shortened(g: Expr, strict: bool) -> Condition:
    """Without the factors that are positive; a positive integer is 1 or more."""
    if strict and g.is_integer:
        g, strict = g - 1, False
    held = rational.held(g, MOST_EXPANDED)
    if held is None:
        return g, strict
    factors = Mul.make_args(held.factored())
    return Mul(*(f for f in factors if not positive(f, Certificate()))), strict


def _solved(g: Expr, strict: bool) -> tuple[Symbol, Expr, list[Condition]] | None:
    """A variable that a condition bounds, its form by a new one, and what is known of the others then."""
    if g.is_number:
        return None
    for sign in (1, -1):  # bounds from below first: they leave nothing else to be known
        for s in sorted(g.free_symbols, key=str):
            power, x = _only_power(g, s)
            found = linear(x, s)
            if found is None or not positive(sign * found[0], Certificate()):
                continue
            slope, rest = found[0], rational.as_product(found[1])
            bound = rational.as_product(-rest / slope)
            if (found := (_above if sign > 0 else _below)(s, bound, rest, strict)) is not None:
                form, more = found
                return s, form ** Rational(1, power), more
    return None


def _only_power(g: Expr, s: Symbol) -> tuple[int, Expr]:
    """2 and a quantity with s for s**2, if it has only even powers of a positive real number s; 1 and the quantity else."""
    if not s.is_positive or s.is_integer or not g.has(s**2):
        return 1, g
    x = g.xreplace({s: sqrt(s)})  # its square is s again
    return (2, x) if x.is_polynomial(s) else (1, g)


def _new(s: Symbol, **assumptions: bool) -> Symbol:
    return Symbol(f"{s.name}'", **assumptions)


def _above(s: Symbol, bound: Expr, rest: Expr, strict: bool) -> tuple[Expr, list[Condition]] | None:
    """s > bound (s >= bound)."""
    if s.is_nonnegative and not positive(bound, Certificate(), strict=False):
        return None  # else what is known of s itself would be lost
    if s.is_integer and bound.is_integer:
        return bound + int(strict) + _new(s, integer=True, nonnegative=True), []
    return bound + (_new(s, positive=True) if strict else _new(s, nonnegative=True)), []


def _below(s: Symbol, bound: Expr, rest: Expr, strict: bool) -> tuple[Expr, list[Condition]] | None:
    """s < bound (s <= bound), which says of a positive s that the bound is positive."""
    if not s.is_nonnegative:
        return bound - (_new(s, positive=True) if strict else _new(s, nonnegative=True)), []
    above_0 = bool(strict or s.is_positive)
    more = [] if positive(rest, Certificate(), above_0) else [(rest, above_0)]
    if s.is_positive:
        return rational.as_product(
            bound / (1 + (_new(s, positive=True) if strict else _new(s, nonnegative=True)))
        ), more
    if not strict:
        return None  # 0 and the bound itself: no such form has both
    z = _new(s, nonnegative=True)
    return rational.as_product(bound * z / (1 + z)), more
