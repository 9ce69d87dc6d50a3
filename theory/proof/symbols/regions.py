"""The probability of what independent draws are in together: an ellipse, a half-plane, one above the other, a product above 0."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cache

from sympy import Add, Expr, Mul, Poly, PolynomialError, S, exp, expand, factor, false, pi, sign, sqrt
from sympy.core.relational import Gt, Lt
from sympy.logic.boolalg import Boolean

from ...language.errors import CannotTell
from ...language.laws import Noise, Normal, Uniform
from ...language.signs import Inequality
from . import ordered
from .normal_forms import is_zero
from .single import where

Point = tuple[Expr, Expr]


@cache
def probability(event: Boolean, draws: tuple[Noise, ...]) -> Expr:
    """That an inequality holds, all its draws being independent and of laws with a density. Raises `CannotTell`."""
    unknown = CannotTell(f"the probability that {event} has no closed form here")
    if not isinstance(event, Inequality) or any(z.law.atoms(Noise) for z in draws):
        raise unknown
    if (found := _by_signs(event, draws)) is not None:
        return found
    try:
        gap = Poly(expand(event.gts - event.lts), *draws)
    except PolynomialError:
        raise unknown from None
    if any(c.has(*draws) for c in gap.coeffs()):
        raise unknown
    if gap.total_degree() == 1:
        if all(isinstance(z.law, Normal) for z in draws):
            return _of_normals(gap)
        found = _half_plane(gap) if len(draws) == 2 else None
        if found is None and all(z.law.is_continuous for z in draws):
            with suppress(CannotTell):
                found = (1 + ordered.mean(sign(gap.as_expr()), _unasked)) / 2
    else:
        found = _ellipse(gap) if len(draws) == 2 else None
    if found is None:
        raise unknown
    return found


def _unasked(f: Expr, draws: set[Noise]) -> tuple[Expr, list]:
    """What compares nothing, which is not met in the sign of a line in continuous draws."""
    raise CannotTell(f"{f} compares nothing")


def _by_signs(event: Inequality, draws: tuple[Noise, ...]) -> Expr | None:
    """That a product of functions, each of one draw, is above 0, or not below it.

    With a and b the probabilities that a factor is above 0, or below it: it may stay at 0. The product is above 0 with the
    probability (product of a + b, plus product of a - b)/2, below it with their difference halved. None of anything else.
    """
    factors = Mul.make_args(factor(event.gts - event.lts))
    of_each = [Mul(*(f for f in factors if f.has(z))) for z in draws]
    if len(draws) < 2 or any(f.has(*(y for y in draws if y != z)) for f, z in zip(of_each, draws, strict=True)):
        return None
    rest = Mul(*(f for f in factors if not f.has(*draws)))
    if not (rest.is_positive or rest.is_negative):
        return None
    both, lean = S.One, S.One if rest.is_positive else S.NegativeOne
    for f, z in zip(of_each, draws, strict=True):
        # SymPy may see that it is never so
        above, below = (S.Zero if c == false else where(z.law, S.Zero, c, z) for c in (f > 0, f < 0))
        both *= expand(above + below)
        lean *= expand(above - below)
    return (both + lean) / 2 if isinstance(event, Gt | Lt) else 1 - (both - lean) / 2


def _of_normals(gap: Poly) -> Expr:
    """A combination of normal draws is normal."""
    slopes = [gap.coeff_monomial(z) for z in gap.gens]
    mean = gap.coeff_monomial(1) + Add(*(c * z.law.mean for c, z in zip(slopes, gap.gens, strict=True)))
    law = Normal(mean, Add(*(c**2 * z.law.variance for c, z in zip(slopes, gap.gens, strict=True))))
    whole = Noise("Z", law)
    return where(law, S.Zero, whole > 0, whole)


def _half_plane(gap: Poly) -> Expr | None:
    """Of two uniform draws the part of their rectangle; of two draws alike, that one is above the other: 1/2."""
    x, y = gap.gens
    c, d = map(gap.coeff_monomial, gap.gens)
    alike = x.law == y.law and x.law.is_continuous
    if alike and gap.coeff_monomial(1) == 0 and is_zero(c + d) and not c.free_symbols:
        return S.Half
    if not (isinstance(x.law, Uniform) and isinstance(y.law, Uniform)):
        return None
    (left, right), (low, high) = x.law.args, y.law.args
    corners = [(left, low), (right, low), (right, high), (left, high)]
    heights = [expand(gap.eval(corner)) for corner in corners]
    if not all(h.is_nonnegative or h.is_negative for h in heights):
        return None
    inside: list[Point] = []
    for i, (p, h) in enumerate(zip(corners, heights, strict=True)):
        q, k = corners[i - 3], heights[i - 3]  # the next one
        if h.is_nonnegative:
            inside.append(p)
        if bool(h.is_negative) != bool(k.is_negative):
            share = h / (h - k)
            inside.append((p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])))
    return _area(inside) / ((right - left) * (high - low))


def _area(points: Sequence[Point]) -> Expr:
    """Of a polygon, its corners in order."""
    twice = Add(*(a * d - c * b for (a, b), (c, d) in zip(points, [*points[1:], *points[:1]], strict=True)))
    return expand(twice / 2)


def _ellipse(gap: Poly) -> Expr | None:
    """Within a (x - p)^2 + b (y - q)^2 < r, or beyond: of uniform draws its area, of normal ones about its centre by radii."""
    x, y = gap.gens
    if gap.total_degree() != 2 or gap.coeff_monomial(x * y) != 0:
        return None
    turned = -1 if gap.coeff_monomial(x**2).is_negative else 1
    a, b = (turned * gap.coeff_monomial(z**2) for z in gap.gens)
    if not (a.is_positive and b.is_positive):
        return None
    p, q = (-turned * gap.coeff_monomial(z) / (2 * c) for z, c in zip(gap.gens, (a, b), strict=True))
    r = expand(a * p**2 + b * q**2 - turned * gap.coeff_monomial(1))
    if r.is_nonpositive:
        within: Expr | None = S.Zero
    elif not r.is_positive:
        return None
    elif isinstance(x.law, Uniform) and isinstance(y.law, Uniform):
        parts = [_part(z.law, centre, r / c) for z, centre, c in zip(gap.gens, (p, q), (a, b), strict=True)]
        sides = Mul(*(z.law.args[1] - z.law.args[0] for z in gap.gens))
        within = None if None in parts else pi * r / sqrt(a * b) * Mul(*parts) / sides
    elif all(isinstance(z.law, Normal) and is_zero(z.law.mean - c) for z, c in zip(gap.gens, (p, q), strict=True)):
        spread = a * x.law.variance
        same = spread.is_positive and is_zero(spread - b * y.law.variance)
        within = 1 - exp(-r / (2 * spread)) if same else None
    else:
        return None
    return within if within is None or turned == -1 else 1 - within


def _part(law: Uniform, centre: Expr, square: Expr) -> Expr | None:
    """How much of the ellipse lies between the ends of a uniform draw: all, or a half; square: of its half-axis there."""
    low, high = law.args
    below, above = expand(centre - low), expand(high - centre)
    reaches = [d.is_nonnegative and expand(d**2 - square).is_nonnegative for d in (below, above)]
    if all(reaches):
        return S.One
    if (reaches[0] and is_zero(above)) or (reaches[1] and is_zero(below)):
        return S.Half
    return None
