"""New real points beside the model's in every generation; and what squared errors say of the total variation."""

from __future__ import annotations

from sympy import Abs, Eq, Expr, Ge, Le, Lt, Rational, pi, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Probability, Simplex
from ..language.moments import TV, E, Var
from ..language.policies import FreshReal
from .common import CategoricalLoop, SymbolLoop, diverse
from .real import retrained


def refreshed(p, n, m) -> CategoricalLoop:
    """n new real points in every fit, beside m draws from the model."""
    return CategoricalLoop(p, n, FreshReal(m))


def contraction(n, m) -> Expr:
    """rho = b^2 (1 - 1/m): what a retraining leaves of the squared error before it."""
    return (m / (n + m)) ** 2 * (1 - 1 / m)


def refreshed_error(p, n, m, t, rho) -> Expr:
    """The squared error after t retrainings, of which each leaves the part rho, and adds H(p)/N."""
    return diverse(p) * ((1 - rho**t) / ((n + m) * (1 - rho)) + rho**t / n)


@claim(
    source="derived: affine recursion of the squared error",
    mutants={
        "the Gaussian rate b^2": lambda n, m, p, t: refreshed_error(p, n, m, t, (m / (n + m)) ** 2),
        "the rate b of a bound": lambda n, m, p, t: refreshed_error(p, n, m, t, m / (n + m)),
    },
)
def discrete_mixed_fresh(
    n=Integers(1, notable=(10, 20)), m=Integers(1, notable=(20, 80)), p=Simplex(3), t=Integers(0, notable=(5,))
):
    """n new real points, m synthetic: squared error H(p)/N (1 - rho^t)/(1 - rho) + rho^t H(p)/n, rho = b^2 (1 - 1/m), b = m/N.

    Every fit takes n real points and m synthetic ones, no random numbers of them. Model 0 is fitted to n real points.
    """
    return Eq(E(refreshed(p, n, m).distance(t)), refreshed_error(p, n, m, t, contraction(n, m)))


@claim(
    source="derived: from the closed form of the squared error",
    mutants={"half of it": lambda n, m, p: p * (1 - p) / (2 * n)},
)
def discrete_mixed_fresh_below(
    n=Integers(1, notable=(10,)), m=Integers(1, notable=(20,)), p=Probability(), t=Integers(1, notable=(5,))
):
    """Synthetic points help beside new real ones: the variance of a share is below that of the first fit, p (1 - p)/n."""
    return Lt(Var(SymbolLoop(p, n, FreshReal(m)).share(t)), p * (1 - p) / n)


@claim(
    source="the stationary error of a Gaussian mean, taken for that of a histogram",
    expected="fails",
    corrected="discrete-mixed-fresh",
)
def discrete_mixed_fresh_gaussian(n=Points(10, 20), m=Points(20, 80)):
    """Two symbols, p = 3/10: the squared error tends to H(p) N/(n (n + 2 m)); after 200 retrainings it is there up to 1 %."""
    p = (Rational(3, 10), Rational(7, 10))
    limit = diverse(p) * Rational(n + m, n * (n + 2 * m))
    return Ge(E(refreshed(p, n, m).distance(200)), Rational(99, 100) * limit)


# ---- from squared errors to the total variation ---------------------------------------------------------------------


def beside(real: str, p, n, m) -> CategoricalLoop:
    """m draws from the model beside n real points: "fixed" ones, or "fresh" ones in every generation."""
    return {"fixed": retrained, "fresh": refreshed}[real](p, n, m)


@claim(
    source="derived: the inequalities of Cauchy and Schwarz, over the symbols, and of Jensen",
    trivial=1,
    mutants={"the number of symbols dropped": lambda real, n, m, p, t: sqrt(E(beside(real, p, n, m).distance(t))) / 2},
    unreached={"derivation": "the absolute value of a count's error is no moment"},
)
def discrete_l1_from_l2_three_symbols(
    real=Points("fixed", "fresh"),
    n=Integers(1, 20, notable=(10,)),
    m=Integers(1, 30, notable=(20,)),
    p=Simplex(3),
    t=Integers(0, 10, notable=(5,)),
):
    """Three symbols, real points beside synthetic ones: E TV is at most sqrt(3 D)/2, D the expected squared error."""
    loop = beside(real, p, n, m)
    return Le(E(TV(loop.model(t), loop.p)), sqrt(3 * E(loop.distance(t))) / 2)


@claim(
    source="the factor of a Gaussian error, taken for a bound",
    expected="fails",
    corrected="discrete-l1-from-l2-three-symbols",
)
def discrete_l1_from_l2_gaussian(case=Points((10, 20, 5), (20, 80, 20))):
    """Two symbols, p = 3/10, a fixed real sample: E TV is at most sqrt(2/pi) sqrt(D/2), as it is for a Gaussian error."""
    n, m, t = case
    p = Rational(3, 10)
    share = retrained((p, 1 - p), n, m).share(0, t)
    return Le(E(Abs(share - p)), sqrt(2 * E((share - p) ** 2) / pi))
