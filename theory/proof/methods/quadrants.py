"""The signs of two normal combinations of coordinates, of loops that stay Gaussian: Abs(x) < Abs(y), x*y > 0, both above 0.

Abs(x) < Abs(y) is (y - x)*(y + x) > 0. P(u v > 0) = 1/2 + asin(rho)/pi, if both are centred; else an integral over u.
P(u > 0, v > 0) is half of P(u v > 0) + P(u > 0) + P(v > 0) - 1.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from flint import arb
from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Min,
    Mul,
    PolynomialError,
    Rational,
    S,
    asin,
    atan,
    erf,
    factor,
    pi,
    sign,
    sqrt,
    together,
)

from ...language.errors import CannotTell
from ...language.laws import Noise, Normal
from ...language.moments import E, Moment, Prob
from ...language.signs import Inequality
from ..arithmetic.means import with_laws
from ..structures.normality import normal, polynomial, slopes
from ..symbols.powersums import in_harmonics
from .gaussian import ball_of, mean_of
from .method import Derivation, Method
from .steps import of_one_loop

MEAN, OTHER, SLOPE = (Dummy(name, real=True) for name in ("mean", "other", "slope"))
SPREAD, REST = (Dummy(name, positive=True) for name in ("spread", "rest"))
Z = Noise("X", Normal(0, SPREAD))
HELD = E(sign(MEAN + Z) * erf((OTHER + SLOPE * Z) / sqrt(2 * REST)))  # E sign(u) sign(v), v being normal given u


@lru_cache(maxsize=1024)
def signs(event: Inequality) -> tuple[Expr, Expr] | None:
    """Two linear combinations that have one sign where the event holds, unless one of them is 0; None if there are none."""
    seen = normal(event)
    if not seen:
        return None
    difference = event.gts - event.lts
    sizes = [term.as_independent(Abs, as_Add=False) for term in Add.make_args(difference)]
    if len(sizes) == 2 and all(isinstance(size, Abs) for _, size in sizes):
        (b, x), (c, y) = sizes
        if not (b * c).is_negative:
            return None
        difference = sign(b) * ((b * x.args[0]) ** 2 - (c * y.args[0]) ** 2)
    try:
        gap = polynomial(difference, seen)
    except PolynomialError:
        return None
    if gap.total_degree() != 2:
        return None
    lines, rest = [], S.One
    for f in Mul.make_args(factor(gap.as_expr()).xreplace(dict(zip(gap.gens, seen, strict=True)))):
        if slopes(f, seen) is None:
            rest *= f
        else:
            lines.append(f)
    if len(lines) != 2 or rest.has(*seen) or not (rest.is_positive or rest.is_negative):
        return None
    u, v = lines
    return (u, v) if rest.is_positive else (u, -v)


@lru_cache(maxsize=1024)
def above(event: Inequality) -> tuple[Expr, Expr] | None:
    """Two linear combinations that are both above 0 where the event holds, unless one of them is 0; None if there are none."""
    gap = event.gts - event.lts
    if not isinstance(gap, Min) or len(gap.args) != 2:
        return None
    u, v = sorted(gap.args, key=str)
    seen = normal(event)
    return (u, v) if seen and all(slopes(x, seen) is not None for x in (u, v)) else None


def _pair(m: Moment) -> tuple[Expr, Expr]:
    found = signs(m.variable) or above(m.variable)
    assert found is not None
    return found


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    u, v = _pair(m)
    (first, used), (second, more) = mean_of(u, learn), mean_of(v, learn)
    if not first.equals(0) or not second.equals(0):
        raise CannotTell(f"{u} or {v} is not centred: no closed form is known")
    pairs = [mean_of(x, learn) for x in (u**2, u * v, v**2)]
    squares, both = [factor(together(in_harmonics(form))) for form, _ in pairs], [d for _, ds in pairs for d in ds]
    left = factor(together(squares[0] * squares[2] - squares[1] ** 2))
    certain = (
        left.is_positive or above(m.variable) is None
    )  # else they may be one, up to a factor: both above 0 are then, too
    angle = atan(squares[1] / sqrt(left)) if certain else asin(squares[1] / sqrt(squares[0] * squares[2]))
    form = Rational(1, 2) + angle / pi
    told = f"{u} and {v} are jointly normal and centred: they have one sign with probability 1/2 + asin(their correlation)/pi"
    if above(m.variable) is not None:
        form, told = form / 2, f"{told}, and are as often both above 0 as both below"
    return Derivation.joined(
        form, *used, *more, *both, Derivation(left, [left if certain else squares[2], squares[0]]), step=told
    )


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    """P(u v > 0) = (1 + E sign(u) sign(v))/2, with E[sign(v) | u] an error function."""
    u, v = _pair(m)
    mean, other = (ball_of(x, learn) for x in (u, v))
    square, both, last = (ball_of(x, learn) for x in (u**2, u * v, v**2))
    variance, slope = square - mean**2, (both - mean * other) / (square - mean**2)
    left = last - other**2 - slope**2 * variance
    if not (variance > 0 and left > 0):
        raise ArithmeticError(f"{u} and {v} are not seen to have a joint density")
    values = zip((MEAN, OTHER, SLOPE, SPREAD, REST), (mean, other, slope, variance, left), strict=True)
    alike = (1 + with_laws(HELD, dict(values))) / 2
    if above(m.variable) is None:
        return alike
    each = ((1 + (x / (2 * y).sqrt()).erf()) / 2 for x, y in ((mean, variance), (other, last - other**2)))
    return (alike + sum(each, arb(0)) - 1) / 2


def skip(m: Moment) -> str | None:
    if not isinstance(m, Prob) or not isinstance(m.variable, Inequality):
        return "it is no probability"
    if (problem := of_one_loop(m)) is not None:
        return problem
    known = signs(m.variable) is not None or above(m.variable) is not None
    return None if known else "it is not whether two normal combinations have one sign, or are both above 0"


METHOD = Method("the signs of two normal combinations", skip, derive, enclose)
