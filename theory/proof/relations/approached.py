"""Numbers in closed form that a quotient of two sides takes at a place of a claim's domain, or tends to along a path in it.

No bound on the quotient is better than such a number, whether or not one is proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import Any

from sympy import Add, And, Dummy, Expr, Gt, Lt, S, Symbol, factor_terms, fraction, gcd_terms, oo, sympify
from sympy.logic.boolalg import Boolean

from ...language.claims import Claim
from ...language.domains import Integers, Share
from ...language.errors import CannotTell
from ...language.functions import JUMPS
from ...language.signs import Inequality
from ..arithmetic.programs import to_ball
from ..signs.numbers import sign_of
from ..symbols.asymptotics import Limits
from ..symbols.powersums import in_harmonics
from .on_intervals import HOSPITAL, continuous_at
from .sharpest import Quotient

PACES = (1, 2)  # powers of what grows, with which several variables go to their ends together


@dataclass(frozen=True)
class Place:
    """Values of some variables, and the ends that the others go to: none of them where the place is a point."""

    values: Mapping[str, Any]
    ends: Mapping[str, Expr]

    def __str__(self) -> str:
        values = ", ".join(f"{n} = {x}" for n, x in self.values.items())
        ends = ", ".join(f"{n} -> {x}" for n, x in self.ends.items())
        return ", ".join(f"{word} {told}" for word, told in (("at", values), ("as", ends)) if told) or "at every point"


def numbers_at(ratio: Claim, place: Place) -> Iterator[Expr]:
    """The quotient of the sides at a point, or its limits along paths to a place. Raises `CannotTell`."""
    there = ratio.held(place.values)
    (case,) = there.cases
    r: Any = there.relation(case)
    quotient = Quotient(there, case, r.lhs, r.rhs)
    if not place.ends:
        yield _taken(quotient)
        return
    for paces in product(PACES, repeat=len(place.ends)) if len(place.ends) > 1 else [PACES[:1]]:
        with suppress(CannotTell):
            yield _along(ratio, quotient, _path(ratio, place, paces))


def _taken(quotient: Quotient) -> Expr:
    if not to_ball(quotient.below) > 0:
        raise CannotTell("the side with the constant is not seen to be positive")
    return quotient.above / quotient.below


def _path(claim: Claim, place: Place, paces: Sequence[int]) -> dict[str, Any]:
    """The values of the variables, each that has no end here going to its own as a power of what grows."""
    t = Dummy("t", positive=True, integer=True)
    path = dict(place.values)
    for (name, end), pace in zip(place.ends.items(), paces, strict=True):
        domain = claim.domain[name]
        if isinstance(domain, Integers) and (end, domain.hi) != (oo, oo):
            raise CannotTell(f"{name} does not grow without end")
        if end.is_infinite:
            path[name] = t**pace if end is oo else -(t**pace)
        else:
            path[name] = end + (1 if end == domain.lo else -1) / t**pace
    return path


def _along(claim: Claim, quotient: Quotient, path: Mapping[str, Any]) -> Expr:
    """The limit of the quotient along a path that is inside of the domain at last."""
    (t,) = set().union(*(sympify(x).free_symbols for x in path.values()))
    limits = Limits(t, sign_of)
    for condition in _conditions(claim, path):
        if not _holds_at_last(limits, condition):
            raise CannotTell(f"the path is not seen to lie where {condition}")
    ranges = quotient.ranges.items()
    at = {v: path[n] - (quotient.claim.domain[n].lo if v.is_integer else 0) for v, (n, _, _) in ranges}
    value = _by_continuity(quotient, at)
    if value is None:
        above, below = (limits.plain(in_harmonics(x.xreplace(at))) for x in (quotient.above, quotient.below))
        if _sign_at_last(limits, below) != 1:
            raise CannotTell("the side with the constant is not seen to be positive")
        value = _limit_of_quotient(limits, above, below)
    if not value.is_finite:
        raise CannotTell("no limit that is a number")
    return value


def _sign_at_last(limits: Limits, f: Expr, times: int = HOSPITAL) -> int:
    """The sign for all large values; of what vanishes there, where leading terms do not tell it, by its slope."""
    try:
        lead = limits.leading(f)
        if lead is None or not lead.exact or limits.sign(lead.base) < 0:
            raise CannotTell(f"the sign of {f}")
        return limits.sign(lead.c)
    except CannotTell:
        if not times or f.has(*JUMPS) or limits.of(f) != 0:
            raise
        return -_sign_at_last(limits, factor_terms(f.diff(limits.t)), times - 1)


def _limit_of_quotient(limits: Limits, above: Expr, below: Expr, times: int = HOSPITAL) -> Expr:
    """By leading terms; where both sides vanish and these cancel, that of their slopes."""
    try:
        return limits.of(above / below)
    except CannotTell:
        if not times or any(f.has(*JUMPS) or limits.of(f) != 0 for f in (above, below)):
            raise
        above, below = (factor_terms(f.diff(limits.t)) for f in (above, below))
        if not _sign_at_last(limits, below):
            raise
        above, below = fraction(gcd_terms(above / below))
        return _limit_of_quotient(limits, above, below, times - 1)


def _by_continuity(quotient: Quotient, at: Mapping[Symbol, Any]) -> Expr | None:
    """The quotient at the end itself, where the sides have values there and one real variable moves; else None."""
    moving = [v for v, x in at.items() if x.free_symbols]
    if len(moving) > 1 or moving[0].is_integer:
        return None
    (v,) = moving
    (t,) = at[v].free_symbols
    end = at[v].subs(t, oo)
    above, below = (f.xreplace({w: x for w, x in at.items() if w != v}) for f in (quotient.above, quotient.below))
    if (
        end.is_finite
        and all(continuous_at(f, v, end) for f in (above, below))
        and to_ball(below.xreplace({v: end})) > 0
    ):
        return (above / below).xreplace({v: end})
    return None


def _conditions(claim: Claim, path: Mapping[str, Any]) -> Iterator[Boolean]:
    """What binds the variables to each other, along a path."""
    at = {s: sympify(path[n]) for n, s in claim.symbols.items()}
    yield from And.make_args(claim.condition({n: x for n, x in path.items() if n not in claim.symbols}).xreplace(at))
    shares = {d.names for d in claim.domain.values() if isinstance(d, Share)}
    yield from (Lt(Add(*(path[n] for n in names)), 1) for names in sorted(shares))


def _holds_at_last(limits: Limits, condition: Boolean) -> bool:
    """Whether a condition on what grows holds for all large values."""
    if condition in (S.true, S.false):
        return condition == S.true
    if not isinstance(condition, Inequality):
        return False
    gap = limits.plain(condition.gts - condition.lts)
    lead = limits.leading(gap)
    if lead is None:
        return not isinstance(condition, Gt | Lt)
    return lead.exact and limits.sign(lead.c) > 0 and limits.sign(lead.base) > 0
