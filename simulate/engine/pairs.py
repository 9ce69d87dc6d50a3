"""Numbers of two runs: what claims on variances, on quotients and on products of means say of a pair of runs (rule 25).

Over two runs i, j the mean of (x_i - x_j)^2/2 is the variance, that of (x_i y_j + x_j y_i)/2 the product of the means,
whatever the law and however few runs. So a polynomial in moments, of degree two if a variance counts as two, has a number of
mean 0 under the claim that it is 0, of each pair of runs. A claim on a quotient is one on a polynomial, once it is multiplied by
the denominator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import inf, sqrt
from typing import Any

import numpy as np
from sympy import Expr, Mul, S, Symbol, expand, fraction, together

from theory.language.errors import NO_BALL
from theory.language.moments import E, Moment, Prob, Var
from theory.proof.prepared import Part

from .few_runs import Interval
from .intervals import Span, times, wider
from .ties import Values, lower, upper

ROUNDING = 2.0**-48  # of a value that was measured
EVERYWHERE, ONE = (-inf, inf), (1.0, 1.0)
SEED = 0  # of the order in which runs are paired: none that the file, or what is measured, has a hand in


@dataclass(frozen=True)
class Polynomial:
    """What a part of a claim says is 0 (or no more, no less): rest + slopes of moments + coefficients of products of two means.

    size: of the number that is claimed; 0 where none is, or it is one of other units.
    """

    rest: float
    slopes: Mapping[Symbol, float]
    products: Mapping[tuple[Symbol, Symbol], float]
    size: float


def polynomial(part: Part, values: Mapping[str, Any]) -> Polynomial | None:
    """Side a minus side b at a point, times its denominator; None where that is none in means and variances, or of no sign."""
    moments = part.moments_at(values)
    if not all(isinstance(m, E | Prob | Var) for m in moments.values()):
        return None
    top, bottom = fraction(together(part.a - part.b))
    below = [x for x in Mul.make_args(bottom) if x.free_symbols & set(moments)]
    if part.op != "==" and not all(_is_positive(x, moments) for x in below):
        return None
    top = expand(top / Mul(*(x for x in Mul.make_args(bottom) if x not in below)))
    if not top.is_polynomial(*moments):
        return None
    zero = dict.fromkeys(moments, S.Zero)
    products = {}
    for d, e in combinations_with_replacement(moments, 2):
        times_both = expand(top.diff(d).diff(e)) / (2 if d == e else 1)
        if times_both.free_symbols & set(moments):
            return None
        if times_both != 0:
            products[d, e] = times_both
    if any(isinstance(moments[d], Var) for pair in products for d in pair):
        return None

    def number(x: Expr) -> float:
        return float(part.side(x, values, {}).mid())

    try:
        claimed = (abs(number(x)) for x in (part.b, part.a) if not below and not x.free_symbols & set(moments))
        return Polynomial(
            number(top.xreplace(zero)),
            {d: number(slope) for d in moments if (slope := top.diff(d).xreplace(zero)) != 0},
            {pair: number(c) for pair, c in products.items()},
            next(claimed, 0.0),
        )
    except NO_BALL:
        return None


def _is_positive(x: Expr, moments: Mapping[Symbol, Moment]) -> bool:
    """Whether what is divided by is surely positive, being not 0: a moment of what is never negative, or an even power."""
    base, power = x.as_base_exp()
    if power.is_even:
        return True
    m = moments.get(base)
    return isinstance(m, Prob | Var) or (isinstance(m, E) and bool(m.variable.is_nonnegative))


@dataclass(frozen=True)
class Drawn:
    """The values of something in each of `runs`, and within which they surely lie, or are assumed to."""

    values: Values
    runs: np.ndarray
    surely: Interval = EVERYWHERE
    assumed: Interval = EVERYWHERE

    def at(self, runs: np.ndarray) -> Span:
        """The values of some of the runs, with the rounding of floats."""
        places = np.searchsorted(self.runs, runs)
        return wider(lower(self.values)[places], upper(self.values)[places], ROUNDING)


@dataclass(frozen=True)
class Product:
    """A coefficient times a number of two runs: of the variance of u where v is None, else of the product of two means."""

    coefficient: float
    u: Span
    v: Span | None

    def of(self, i: np.ndarray, j: np.ndarray) -> Span:
        """The numbers of pairs of runs, by their places."""
        half = np.float64(self.coefficient / 2), np.float64(self.coefficient / 2)
        (a, b), v = self.u, self.v
        if v is None:
            down, up = a[i] - b[j], b[i] - a[j]
            nearest = np.where((down <= 0) & (up >= 0), 0.0, np.minimum(np.abs(down), np.abs(up)))
            apart = wider(nearest, np.maximum(np.abs(down), np.abs(up)))
            return times(half, times(apart, apart))
        one, other = times((a[i], b[i]), (v[0][j], v[1][j])), times((v[0][i], v[1][i]), (a[j], b[j]))
        return times(half, (one[0] + other[0], one[1] + other[1]))

    def chosen(self, places: np.ndarray, weight: float) -> Product:
        """Of these runs alone, weighed."""
        v = None if self.v is None else (self.v[0][places], self.v[1][places])
        return Product(weight * self.coefficient, (self.u[0][places], self.u[1][places]), v)


def pairing(count: int) -> tuple[np.ndarray, np.ndarray]:
    """The places of the runs that make pairs, of so many: in an order that has nothing to do with what is measured."""
    order = np.random.default_rng(SEED).permutation(count)[: 2 * (count // 2)]
    return order[::2], order[1::2]


def ends(coefficient: float, u: Interval, v: Interval | None = ONE) -> Interval:
    """Within which a coefficient times a product lies, from the ends of its factors; v None: of the variance of u."""
    if v is None:
        widest = u[1] - u[0]
        u = v = 0.0, inf if widest == inf else widest / sqrt(2)
    found = [_times(coefficient, _times(x, y)) for x in u for y in v]
    return min(found), max(found)


def _times(x: float, y: float) -> float:
    """0 times what has no end is 0."""
    return 0.0 if 0 in (x, y) else x * y


__all__ = ["EVERYWHERE", "Drawn", "Polynomial", "Product", "ends", "pairing", "polynomial"]
