"""Real points beside the model's: what they keep."""

from __future__ import annotations

from sympy import (
    Eq,
    Expr,
    Rational,
    S,
    Symbol,
    oo,
)

from ..language.claims import claim
from ..language.domains import Integers, Points, Probability
from ..language.moments import TV, E, RisesThenFalls, Tends
from ..language.policies import FixedReal
from .common import CategoricalLoop, SymbolLoop, diverse

# ---- the same ones again and again ------------------------------------------------------------------------------------


def retrained(p, n, m) -> CategoricalLoop:
    """The same n real points in every fit, beside m draws from the model."""
    return CategoricalLoop(p, n, FixedReal(m))


def excess(p, n, m, t) -> Expr:
    """What t retrainings add to the squared error H(p)/n of the real points."""
    size = n + m
    return (1 - 1 / n) * diverse(p) * m * (1 - ((m / size) ** 2 * (1 - 1 / m)) ** t) / (size**2 - m**2 + m)


@claim(
    source="derived: affine recursion of the squared error",
    mutants={
        "the factor 1 - 1/n dropped": lambda n, m, p, t: (
            2 * p * (1 - p) / n
            + 2 * p * (1 - p) * m * (1 - ((m / (n + m)) ** 2 * (1 - 1 / m)) ** t) / ((n + m) ** 2 - m**2 + m)
        ),
        "the Gaussian rate": lambda n, m, p, t: (
            2 * p * (1 - p) / n
            + (1 - 1 / n) * 2 * p * (1 - p) * m * (1 - (m / (n + m)) ** (2 * t)) / ((n + m) ** 2 - m**2 + m)
        ),
    },
)
def discrete_mixed_fixed(n=Integers(2), m=Integers(1, notable=(20, 5, 80)), p=Probability(), t=Integers(0)):
    """n real points kept, m synthetic: squared error H(p)/n + (1 - 1/n) H(p) m (1 - rho^t)/(N^2 - m^2 + m), rho < 1."""
    return Eq(E(retrained((p, 1 - p), n, m).distance(t)), 2 * p * (1 - p) / n + excess((p, 1 - p), n, m, t))


@claim(source="derived: m/(n + m)^2 is largest at m = n", mutants={"twice as many": lambda n: 2 * n})
def discrete_mixed_fixed_threshold(n=Integers(2), p=Points(Rational(3, 10))):
    """One retraining: as more synthetic points are used a share's squared error rises up to m = n, and then falls.

    No simulation: near the peak the error is too flat.
    """
    m = Symbol("m", positive=True, integer=True)
    loop = SymbolLoop(p, n, FixedReal(m))
    return RisesThenFalls(E((loop.share(1) - p) ** 2), (m, 1, oo), peak=n)


@claim(source="derived: from the closed form", mutants={"nothing is left of it": lambda n, p: S.Zero})
def discrete_mixed_fixed_limit(n=Integers(2), p=Probability(), t=Points(1, 3), m=Integers(1)):
    """With ever more synthetic points a share's squared error returns to p (1 - p)/n, that of the real points alone."""
    loop, rate = SymbolLoop(p, n, FixedReal(m)), p * (1 - p) * t * m / (n + m) ** 2
    return Tends(E((loop.share(t) - p) ** 2), (m, 1, oo), p * (1 - p) / n, rate=rate)


@claim(
    source="the squared error's rise and fall, taken for that of the total variation",
    expected="fails",
    corrected="discrete-mixed-fixed-threshold",
)
def discrete_mixed_fixed_total_variation(n=Points(10), p=Points(Rational(3, 10))):
    """One retraining: the expected total variation rises in the number of synthetic points to one peak, and then falls."""
    m = Symbol("m", positive=True, integer=True)
    loop = retrained((p, 1 - p), n, m)
    return RisesThenFalls(E(TV(loop.model(1), loop.p)), (m, 1, 14), peak=8)
