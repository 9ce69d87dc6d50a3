"""Means of what one draw is in that is no power of it: where it lies in an interval, and its exponential."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sympy import (
    Abs,
    Add,
    And,
    Dummy,
    Expr,
    Integer,
    Integral,
    Interval,
    Max,
    Min,
    Not,
    Or,
    Piecewise,
    S,
    Symbol,
    Union,
    cancel,
    ceiling,
    diff,
    exp,
    expand,
    factor,
    floor,
    integrate,
    oo,
    piecewise_fold,
    simplify,
)
from sympy.core.relational import Ge, Gt, Le, Lt
from sympy.logic.boolalg import Boolean
from sympy.sets import ConditionSet, Set

from ...language.errors import CannotTell, Doubtful
from ...language.laws import Law, Noise, Normal, Poisson, Truncated
from ...language.laws.waiting import COUNTS, Geometric
from ..foreign import telling
from . import inverted
from .believed import believed
from .cases import Event


class Piece(NamedTuple):
    """An interval, with or without its ends."""

    start: Expr
    end: Expr


MOST_VALUES = 20  # of a count that are gone through
KINKS = (Event, Piecewise, Max, Min, Abs)


@cache
def where(law: Law, power: Expr, condition: Boolean, z: Noise) -> Expr:
    """E Z^power 1(condition), the condition being on Z alone. Raises `CannotTell`."""
    if not law.is_continuous:
        if power == 0 and (share := _of_count(law, condition, z)) is not None:
            return share
        raise CannotTell(f"where {condition}, of a law with atoms")
    if not (power.is_Integer and power >= 0):
        raise CannotTell(f"E {z}^({power}) where {condition}")
    out = S.Zero
    for piece in pieces(condition, z):
        out += between(law, power, piece.start, piece.end)
    return out


def _of_count(law: Law, condition: Boolean, z: Noise) -> Expr | None:
    """The probability that a count is above a number, or below: by its few values up to there, as so many fail, or by the
    incomplete gamma function. None of anything else."""
    if not isinstance(law, COUNTS) or not isinstance(condition, Ge | Gt | Le | Lt) or law.has(Noise):
        return None
    x = Dummy("x", real=True)
    gap, strict = expand((condition.gts - condition.lts).xreplace({z: x})), isinstance(condition, Gt | Lt)
    slope, start = factor(gap.coeff(x, 1)), gap.coeff(x, 0)
    if expand(gap - slope * x - start) != 0 or not (slope.is_positive or slope.is_negative):
        return None
    level, rises = cancel(-start / slope), bool(slope.is_positive)
    least, most = law.support
    if (left := expand(most - level)).is_Rational and not level.is_Rational:
        return _of_last(law, most, left, rises, strict)
    in_a_form = isinstance(law, Geometric) or (isinstance(law, Poisson) and not level.is_Rational)
    if level.is_integer and in_a_form:
        last = level if rises == strict else level - 1
        return (law.above(last) if rises else 1 - law.above(last)) if last.is_nonnegative else None
    if not level.is_Rational:
        return None
    last = floor(level) if rises == strict else ceiling(level) - 1  # of the values below
    if last > MOST_VALUES or not (most - last).is_extended_nonnegative:
        return None
    below = Add(*(law.mass(Integer(k)) for k in range(int(least), int(last) + 1)))
    return 1 - below if rises else below


def _of_last(law: Law, most: Expr, left: Expr, rises: bool, strict: bool) -> Expr | None:
    """The same of a number that is so much below the largest count: by the few values from there on. They are all counts."""
    above = (
        ceiling(left) if rises == strict else floor(left) + 1
    )  # how many values are above it: most - 0, most - 1, ...
    least = law.support[0]
    if above > MOST_VALUES or not (most - above + 1 - least).is_nonnegative:
        return None
    share = Add(*(law.mass(most - k) for k in range(max(int(above), 0))))
    return share if rises else 1 - share


def pieces(condition: Boolean, z: Noise) -> Sequence[Piece]:
    """The intervals of a draw that a condition on it is. Raises `CannotTell`."""
    x = Dummy("x", **{"positive" if z.law.support[0].is_nonnegative else "real": True})
    said = condition.xreplace({z: x})
    try:
        return [Piece(*ends) for ends in inverted.where(said, x)]
    except CannotTell:
        if said.free_symbols != {x}:
            raise
    x = Symbol("x of a draw", real=True)
    condition = condition.xreplace({z: x})
    with telling(f"where {condition}"):  # some conditions SymPy takes apart without an end
        found: Set = _without_cases(condition).as_set()
    if found.is_empty:
        return []
    parts: list[Any] = list(found.args) if isinstance(found, Union) else [found]
    if isinstance(found, ConditionSet) or not all(isinstance(p, Interval) for p in parts if not p.is_FiniteSet):
        raise CannotTell(f"where {condition}")
    return [Piece(p.start, p.end) for p in parts if not p.is_FiniteSet]  # a number has no probability


def _without_cases(condition: Boolean) -> Boolean:
    """A comparison of cases as one of the cases."""
    if not isinstance(condition, Ge | Gt | Le | Lt) or not condition.has(*KINKS):
        return condition
    gap = (condition.gts - condition.lts).replace(Event, lambda holds: Piecewise((1, holds), (0, True)))
    gap = piecewise_fold(gap.rewrite(Piecewise))
    if not isinstance(gap, Piecewise) or any(value.has(Piecewise) for value, _ in gap.args):
        return condition
    holds = [value > 0 if isinstance(condition, Gt | Lt) else value >= 0 for value, _ in gap.args]
    others = [And(*(Not(c) for _, c in gap.args[:i])) for i in range(len(gap.args))]
    return Or(*(And(c, other, h) for (_, c), other, h in zip(gap.args, others, holds, strict=True)))


def between(law: Law, power: Expr, low: Expr, high: Expr) -> Expr:
    """E X^power 1(low < X < high), X from the law, which has a density. Raises `CannotTell`."""
    if power == 0:
        below = S.Zero if low == -oo else law.cdf(low)
        return simplify((S.One if high == oo else law.cdf(high)) - below)
    first, last = (_nearest(law, end) for end in (low, high))
    if first == last:
        return S.Zero
    part = Truncated(law, first, last)  # of ends that lie beyond the law's own it knows nothing
    try:
        form, exists = part.moment(power)
        if exists != 1:
            raise CannotTell(f"whether {exists} is above 0")
        return (form * part.mass).rewrite(Abs)
    except CannotTell:
        x = Symbol("x of a draw", real=True)
        low, high = (_inside(law, end) for end in (low, high))
        found = integrate(x**power * law.density(x), (x, low, high))
        if found.has(Integral):
            raise CannotTell(f"E {law}^{power} between {low} and {high}") from None
        return believed(found, x**power * law.density(x), x, low, high)


def _nearest(law: Law, end: Expr) -> Expr:
    """The end, or where it lies beyond the range of the law that end of the range."""
    try:
        return _inside(law, end)
    except CannotTell:
        return Max(law.support[0], Min(law.support[1], end))


def _inside(law: Law, end: Expr) -> Expr:
    low, high = law.support
    if end in (low, high):  # also where both are infinite
        return end
    if (end - low).is_extended_nonpositive:
        return low
    if (high - end).is_extended_nonpositive:
        return high
    if (end - low).is_extended_nonnegative and (high - end).is_extended_nonnegative:
        return end
    raise CannotTell(f"whether {end} lies in the range of {law}")


@cache
def exponential(law: Law, power: Expr, rate: Expr, bend: Expr = S.Zero) -> tuple[Expr, Expr]:
    """(E Z^power e^(rate Z + bend Z^2), quantity that must be positive for it to exist): derivatives of the moment generating
    function; of a Gaussian moments of the Gaussian that it is tilted to.

    Raises `CannotTell` where no form is known, and `Doubtful` where it does not exist: what it is multiplied by may be 0.
    """
    if not (power.is_Integer and power >= 0):
        raise CannotTell(f"{_told(law, power, rate, bend)} has no form")
    if rate.is_zero and bend.is_zero:
        return law.moment(power) if power else (S.One, S.One)
    if bend.is_zero:
        r = Dummy("r", real=True)
        form, exists = law.exponential_moment(r)
        exists, found = exists.xreplace({r: rate}), diff(form, r, int(power)).xreplace({r: rate})
    elif isinstance(law, Normal):
        mass, tilted, exists = law.tilted(rate, factor(cancel(bend)))
        found = mass * tilted.moment(power)[0] if power else mass
    else:
        raise CannotTell(f"{_told(law, power, rate, bend)} has no form")
    if exists.is_nonpositive:
        raise Doubtful(f"{_told(law, S.Zero, rate, bend)} exists only where {exists} > 0")
    return found, exists


def _told(law: Law, power: Expr, rate: Expr, bend: Expr) -> str:
    z = Symbol("Z")
    return f"E({z**power * exp(rate * z + bend * z**2)}) of {law}"
