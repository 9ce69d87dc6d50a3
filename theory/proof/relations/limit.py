"""Limits with a rate (rule 32): |f - limit| <= rate for all large values of a variable, along which the rate vanishes.

It says little of the limit while the rate is wide. At a point where the relation holds, a rival limit is refuted if it is
further from this one than |f - limit| + rate, and what the balls are wide.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flint import arb
from sympy import (
    And,
    Expr,
    Mul,
    Poly,
    PolynomialError,
    Symbol,
    cancel,
    fraction,
    oo,
    together,
)
from sympy.logic.boolalg import Boolean

from ...language.errors import CannotTell
from ...language.signs import Inequality
from ...language.verdicts import Told
from ..arithmetic.programs import to_ball
from ..prepared import Part
from ..symbols.asymptotics import Limits, Sign
from .assumptions import Assumptions
from .learned import Learned


def vanishes(known: Learned, part: Part) -> None:
    """The rate of a limit vanishes, along all large values of its variable, or `CannotTell` is raised."""
    if part.rate is None:
        return
    b, t, start, _ = part.rate
    domain = known.claim.domain.get(t.name)
    if domain is None or not known.implies(known.charted(start - domain.lo), False) or domain.hi is not oo:
        raise CannotTell(f"the limit is for all {t} from {start} on, which the domain of {t} does not cover")
    if (cut := _cut_off(known, t)) is not None:
        raise CannotTell(f"the limit is for all large {t}, of which where= may leave none: {cut}")
    if not rate_vanishes(part):
        raise CannotTell(f"the rate {b} is not seen to vanish as {t} grows")
    known.proof.steps.append(f"the rate {b} vanishes as {t} -> oo")
    known.where.append((known.charted(t - start), False))  # of the values before its start nothing is stated


def _cut_off(known: Learned, t: Symbol) -> Boolean | None:
    """A part of the side condition that is not seen to hold for all large t; None if there is none."""
    for r in And.make_args(known.claim.condition(known.case)):
        if t not in r.free_symbols:
            continue
        if not isinstance(r, Inequality):
            return r
        try:  # far out the sign is that of the leading coefficients; t itself drops out, unless the sides cancel
            leading = Mul(*(Poly(p, t).LC() for p in fraction(cancel(together(r.gts - r.lts)))))
        except PolynomialError:
            return r
        if not known.implies(known.charted(leading), strict=True):
            return r
    return None


@cache  # a part is known by its identity
def rate_vanishes(part: Part) -> bool:
    """Whether the rate of a part of `Tends` vanishes, whatever the values of the other variables."""
    assert part.rate is not None
    b, t, *_ = part.rate
    known = Assumptions(part.claim, part.case)
    along = known.charted(t).free_symbols
    known.where = [(g, strict) for g, strict in known.where if g.free_symbols.isdisjoint(along)]
    return is_null(b.xreplace({s: c for s, c in known.charts.items() if s != t}), t, known.sign)


def is_null(b: Expr, t: Symbol, sign: Sign) -> bool:
    """Whether b(t) -> 0 for all values of its other symbols: by its leading term."""
    try:
        return Limits(t, sign).of(b) == 0
    except CannotTell:
        return False


def limit_resolution(part: Part, values: Mapping[str, Any], a: arb, b: arb, balls: Mapping[Symbol, arb]) -> Told | None:
    """How far off a limit would be told at a point, from balls of f - limit and of the rate; None for other parts."""
    if part.rate is None or part.op != "<=" or not (a.is_finite() and b.is_finite()):
        return None
    at = part.side(part.rate[3], values, balls)
    scale = abs(at).lower()
    if not scale > 0 and part.claim.scale is not None:
        scale = abs(to_ball(part.claim.call(part.claim.scale, values)))
    distance = abs(a).upper() + b.upper() + a.rad()
    seen = float(distance) if rate_vanishes(part) else float("inf")
    return Told(str(part.number), float(at.mid()), seen, float(scale), float(abs(a).upper()))
