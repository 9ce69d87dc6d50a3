"""Everything kept, real points and all models': the error for many points, and the best bandwidth, generation by generation."""

from __future__ import annotations

from sympy import Add, Expr, Integer, Le, Poly, Rational, Symbol, harmonic, oo, pi, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive
from ..language.fields import Listed
from ..language.moments import Tends
from ..language.policies import Accumulate
from ..proof.formulas import formula
from .common import error
from .rates import WIDTH, best_beside

x = Symbol("x")


def met(t: int) -> dict[int, Expr]:
    """n times the probability that two draws from model t have a common ancestor, by the kernels since: its first order in 1/n.

    A pool of j + 1 batches has the pairs of the pool before and new draws: in g_j, of which the powers of x count the kernels,
    g_j = ((j + x)^2 g_(j - 1) + 1)/(j + 1)^2, and g_0 = 1. Each draw from a model has its kernel besides.
    """
    pairs = Poly(1, x)
    for j in range(1, int(t) + 1):
        pairs = (Poly((j + x) ** 2, x) * pairs + 1) * Poly(Rational(1, (j + 1) ** 2), x)
    return {power + 2: weight for (power,), weight in pairs.terms()}


def spread(t: int) -> Expr:
    """n 2 sqrt(pi) h times the integral of the variance: a pair with K kernels between is sqrt(2/K) as near as one with two."""
    return Add(*(weight * sqrt(Rational(2, kernels)) for kernels, weight in met(t).items()))


def kernels(t: int) -> Expr:
    """The expected number of kernels of a lineage: 1 + 1/2 + ... + 1/(t + 1)."""
    return harmonic(Integer(t) + 1)


def kept(c, t, s, B) -> Expr:
    """The limit of n^(4/5) MISE with h = c n^(-1/5)."""
    return s / (2 * sqrt(pi) * c) + 3 * B**2 * c**4 / (32 * sqrt(pi))


@claim(
    source="derived: expansion of the exact error in 1/n: lineages in pools that keep all, and the number of their kernels",
    mutants={
        "as if replaced": lambda c, t: kept(c, t, spread(t), t + 1),
        "a generation fewer": lambda c, t: kept(c, t, spread(int(t) - 1), kernels(int(t) - 1)),
        "all points independent": lambda c, t: kept(c, t, 1 / Integer(t + 1), kernels(t)),
    },
)
def kde_loop_kept(n=Integers(1000, notable=(1000, 10**20)), c=WIDTH, t=Points(1, 2)):
    """All points kept, n new ones a fit, h = c n^(-1/5): n^(4/5) MISE tends to s/(2 sqrt(pi) c) + B^2 c^4 R/4.

    B = 1 + 1/2 + ... + 1/(t + 1), R = 3/(8 sqrt(pi)). s: the sum over K of p_K sqrt(2/K), p_K n times the probability that two
    draws from model t have a common ancestor and K kernels since, by the recursion of the pools: for t = 1 it is
    (1 + sqrt(2/3))/2 + 1/(4 sqrt(2)). What is left is of the order n^(-1/5).
    """
    fifth = Rational(1, 5)
    scaled = n ** (4 * fifth) * error(n, c * n**-fifth, t, Accumulate(), "fit")
    return Tends(scaled, (n, 1000, oo), kept(c, t, spread(t), kernels(t)), rate=10 * n**-fifth)


@formula(claim="kde-loop-bandwidth")
def bandwidth_kept(n: Integers(2), t: Listed(Integers(0, 100)), sigma0: Positive = 1) -> Expr:
    """The bandwidth with which the error is least after t retrainings where all points are kept, n new ones a fit, n large.

    In the units of sigma0, the truth being N(0, sigma0^2). Source: derived.
    """
    return best_beside(spread(int(t)), kernels(int(t))) * n ** -Rational(1, 5) * sigma0


def width(t: int, pooled: int) -> Expr:
    """c of the best bandwidth of a fit to so many times n independent points; 0: after t retrainings that keep all points."""
    return best_beside(1 / Integer(pooled), Integer(1)) if pooled else best_beside(spread(t), kernels(t))


@claim(
    source="derived: the limit at two bandwidths",
    mutants={"no more at all": lambda t: kept(width(t, 0), t, spread(t), kernels(t))},
)
def kde_loop_kept_pooled(t=Points(1, 2, 3, 4)):
    """All points kept: with the best bandwidth for (t + 1) n independent points the limit is within a thousandth of its least.

    The points are not independent, and have kernels of their own: the one asks for a wider kernel, the other for a narrower one.
    No simulation: a limit in closed form.
    """
    pooled, best = (kept(width(int(t), many), t, spread(t), kernels(t)) for many in (int(t) + 1, 0))
    return Le(pooled, Rational(1001, 1000) * best)


@claim(
    source="'the bandwidth of one fit serves in the loop as well'",
    expected="fails",
    corrected="kde-loop-kept",
)
def kde_loop_kept_once(n=Points(10**10, 10**20), t=Points(2, 3)):
    """All points kept: the best bandwidth of a fit to n points is as good as any after t retrainings."""
    n, t = Integer(n), int(t)
    once, best = (error(n, width(t, many) * n ** Rational(-1, 5), t, Accumulate(), "fit") for many in (1, 0))
    return Le(once, best)
