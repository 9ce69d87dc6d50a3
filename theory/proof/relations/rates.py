"""Limits with a rate (rule 32): whether the rate vanishes, and how far off a limit would be told at a point.

|f - limit| <= rate says little of the limit while the rate is wide. At a point where the relation holds, a rival limit is
refuted if it is further from this one than |f - limit| + rate, and what the balls are wide.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from flint import arb
from sympy import (
    Expr,
    Integral,
    KroneckerDelta,
    Mod,
    Piecewise,
    Product,
    Sum,
    Symbol,
    ceiling,
    floor,
    frac,
    limit,
    oo,
    sign,
)

from ...language.errors import CannotTell
from ...language.verdicts import Told
from ..arithmetic.rings import Balls, compile_expr, to_ball
from ..prepared import Part
from .certify import Certificate, _exponentials, chart, positive

STEPS = (Mod, Piecewise, KroneckerDelta, Sum, Product, Integral, ceiling, floor, frac, sign)
FAR = (10**4, 10**7, 10**10)


def vanishes(b: Expr, t: Symbol) -> bool:
    """Whether b(t) -> 0 for all values of its other symbols, which carry their signs: a sum of powers of t times base**t with
    |base| certified below 1, or SymPy's limit, looked at in balls far out."""
    if b.has(*STEPS):
        return False
    if b == 0:
        return True
    pieces = _exponentials(b, t) or []
    if pieces and all(
        base != 1 and all(positive(x, Certificate()) for x in (1 - base, 1 + base)) for base, _ in pieces
    ):
        return True
    x = Symbol("x", positive=True)
    try:
        found = limit(b.subs(t, x), x, oo)
    except (NotImplementedError, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError):
        return False
    return found == 0 and not _grows(b, t)


def _grows(b: Expr, t: Symbol) -> bool:
    """Whether |b| is larger far out than nearer, for some values of its other symbols: then a limit 0 is a mistake."""
    others = sorted(b.free_symbols - {t}, key=str)
    program = None
    for scale in (1, 3):
        at = {s: to_ball(scale) for s in others}
        try:
            program = program or compile_expr(b, (t, *others))
            sizes = [abs(program(Balls, to_ball(x), *at.values())) for x in FAR]
        except (CannotTell, ArithmeticError, ValueError):
            continue
        if any(later.is_finite() and later > near for near, later in pairwise(sizes)):
            return True
    return False


@cache  # a part is known by its identity
def rate_vanishes(part: Part) -> bool:
    """Whether the rate of a part of `Tends` vanishes, whatever the values of the other variables."""
    assert part.rate is not None
    b, t, *_ = part.rate
    charts = {s: chart(s, part.claim.domain[name]) for name, s in part.symbols.items() if s != t}
    return vanishes(b.subs({s: c for s, c in charts.items() if c is not None}, simultaneous=True), t)


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


__all__ = ["limit_resolution", "rate_vanishes", "vanishes"]
