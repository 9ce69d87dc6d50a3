"""Means of what is one polynomial on one side of a line and another one on the other, draws being independent and normal.

|D|, sign(D), the event D > 0 and the maximum and the minimum of two lines whose difference is D are polynomials in the draws
and in s = sign(D).
What is even in s is a polynomial. Of s times a polynomial Stein's formula tells the mean, E (z - m) g = v E dg/dz, where the
derivative of s is twice the density at D = 0; given D = 0 the draws are normal, with the means m - c E D/V and the covariances
v - c c'/V, c being the covariances with D and V its variance.
"""

from __future__ import annotations

from functools import lru_cache

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Max,
    Min,
    Mul,
    Poly,
    PolynomialError,
    S,
    Symbol,
    erf,
    exp,
    expand,
    factor_terms,
    pi,
    sign,
    sqrt,
)

from ...language.errors import CannotTell
from ...language.laws import Noise, Normal
from ...language.order import in_order
from ...language.signs import Inequality
from .cases import Event
from .gaussian_moments import GaussianMoments, Powers, lowered

COMPARED = (Max, Min, Abs, sign, Event)


@lru_cache(maxsize=512)
def mean(f: Expr) -> Expr:
    """E f of independent normal draws. Raises `CannotTell` for what is not of this kind."""
    draws = in_order(f.atoms(Noise))
    if not f.has(*COMPARED) or any(not isinstance(z.law, Normal) or z.law.has(Noise) for z in draws):
        raise CannotTell(f"cannot integrate {f}")
    names = {z: Symbol(f"draw {i}", real=True) for i, z in enumerate(draws)}
    g, zs = f.xreplace(names), list(names.values())
    line = _line(g, zs)
    side = Dummy("side", real=True)
    g = g.replace(lambda x: isinstance(x, COMPARED), lambda x: _by_side(x, line, side))
    try:
        form = Poly(expand(g), side, *zs)
    except PolynomialError:
        raise CannotTell(f"cannot integrate {f}") from None
    if g.has(*COMPARED):
        raise CannotTell(f"cannot integrate {f}")
    normal = _Halves(line, zs, [z.law.mean for z in draws], [z.law.variance for z in draws])
    parts = (
        c * (normal.signed(ps) if p % 2 else normal.plain(ps)) for (p, *rest), c in form.terms() for ps in [tuple(rest)]
    )
    return Add(*parts)


def _line(g: Expr, zs: list[Symbol]) -> Expr:
    """The line that all comparisons are about, but for its sign. Raises `CannotTell` for several."""
    found: list[Expr] = []
    for x in in_order(g.atoms(*COMPARED)):
        if isinstance(x, Max | Min) and len(x.args) != 2:
            raise CannotTell("more than two numbers are compared")
        gap = _gap(x)
        if gap.has(*COMPARED) or not gap.is_polynomial(*zs) or Poly(gap, *zs).total_degree() != 1:
            raise CannotTell(f"{gap} is no line")
        if not any(expand(gap - y) == 0 or expand(gap + y) == 0 for y in found):
            found.append(gap)
    if len(found) != 1:
        raise CannotTell("it is about several lines")
    return found[0]


def _gap(x: Expr) -> Expr:
    """What a comparison asks the sign of."""
    match x:
        case Max() | Min():
            return expand(x.args[0] - x.args[1])
        case Event() if isinstance(x.condition, Inequality):
            return expand(x.condition.gts - x.condition.lts)
        case Event():
            raise CannotTell(f"{x.condition} is no comparison")
    return expand(x.args[0])


def _by_side(x: Expr, line: Expr, side: Symbol) -> Expr:
    """A comparison in the line and its sign; on the line itself, where an event may hold or not, the draws are never."""
    turned = 1 if expand(_gap(x) - line) == 0 else -1
    if isinstance(x, Event):
        return (1 + turned * side) / 2
    if isinstance(x, sign):
        return turned * side
    size = side * line
    if isinstance(x, Abs):
        return size
    return (Add(*x.args) + (size if isinstance(x, Max) else -size)) / 2


class _Halves:
    """Draws with means and variances, and a line in them."""

    def __init__(self, line: Expr, zs: list[Symbol], means: list[Expr], variances: list[Expr]):
        self.zs, self.means, self.variances = zs, means, variances
        self.slopes = [expand(line).coeff(z, 1) for z in zs]
        self.centre = expand(line.xreplace(dict(zip(zs, means, strict=True))))
        self.variance = factor_terms(Add(*(d**2 * v for d, v in zip(self.slopes, variances, strict=True))))
        if not self.variance.is_positive:
            raise CannotTell(f"whether {self.variance} is positive")
        self.with_line = [d * v for d, v in zip(self.slopes, variances, strict=True)]
        self.there = exp(-(self.centre**2) / (2 * self.variance)) / sqrt(2 * pi * self.variance)
        self.known: dict[Powers, Expr] = {}
        there = [m - w * self.centre / self.variance for m, w in zip(means, self.with_line, strict=True)]
        self.on_line = GaussianMoments(there, self._covariance_on_line, S.One, expand)

    def _covariance_on_line(self, i: int, j: int) -> Expr:
        """Of two draws, given that the draws are on the line."""
        own = self.variances[i] if i == j else S.Zero
        return own - self.with_line[i] * self.with_line[j] / self.variance

    def plain(self, powers: Powers) -> Expr:
        """The mean of a monomial."""
        return Mul(
            *(Normal(m, v).moment(S(p))[0] for m, v, p in zip(self.means, self.variances, powers, strict=True) if p)
        )

    def signed(self, powers: Powers) -> Expr:
        """The mean of the line's sign times a monomial."""
        if not any(powers):
            return erf(self.centre / sqrt(2 * self.variance))
        if (kept := self.known.get(powers)) is not None:
            return kept
        i = next(i for i, p in enumerate(powers) if p)
        less = lowered(powers, i)
        value = self.means[i] * self.signed(less) + 2 * self.with_line[i] * self.there * self.on_line.of(less)
        if less[i]:
            value += self.variances[i] * less[i] * self.signed(lowered(less, i))
        self.known[powers] = value = expand(value)
        return value
