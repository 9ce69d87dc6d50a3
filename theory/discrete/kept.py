"""All points kept: r real ones, and m draws from every model since."""

from __future__ import annotations

from sympy import And, Eq, Expr, Ge, Gt, Lt, Product, Rational, Symbol, gamma, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Probability, Simplex
from ..language.moments import E, Var
from ..language.policies import Accumulate
from .common import CategoricalLoop, SymbolLoop, diverse

i = Symbol("i", integer=True, positive=True)  # the number of a fit


def pooled(p, r, m) -> CategoricalLoop:
    """p is the histogram of r real points; m draws more in every fit, and nothing is thrown away."""
    return CategoricalLoop(p, m, Accumulate(), r)


def left(r, m, t) -> Expr:
    """The share of the real points' diversity that is left after t fits, in gamma functions."""
    rho, c = r / m, 1 / sqrt(m)
    top = gamma(1 + rho) ** 2 * gamma(t + 1 + rho - c) * gamma(t + 1 + rho + c)
    return top / (gamma(1 + rho - c) * gamma(1 + rho + c) * gamma(t + 1 + rho) ** 2)


def limit(r, m) -> Expr:
    """What is left of it in the end."""
    rho, c = r / m, 1 / sqrt(m)
    return gamma(1 + rho) ** 2 / (gamma(1 + rho - c) * gamma(1 + rho + c))


@claim(
    source="derived: law of total variance, a product over the fits; accumulation as in Gerstgrasser et al. 2404.01413",
    mutants={
        "as if replaced": lambda r, m, p, t: diverse(p) * (1 - 1 / m) ** t,
        "a generation too few in the pool": lambda r, m, p, t: (
            diverse(p) * Product(1 - m / (r + m * (i - 1)) ** 2, (i, 1, t))
        ),
    },
)
def discrete_accumulate_product(
    r=Integers(1, notable=(20, 10)), m=Integers(1, notable=(5, 80)), p=Simplex(3), t=Integers(0, notable=(10,))
):
    """All points kept, r real ones of histogram p and m a generation: E H_t = H(p) prod (1 - m/(r + m i)^2), i = 1, ..., t.

    Where the r real points are drawn, their own diversity is 1 - 1/r of the truth's on average: `discrete-heterozygosity`.
    """
    return Eq(E(pooled(p, r, m).diversity(t)), diverse(p) * Product(1 - m / (r + m * i) ** 2, (i, 1, t)))


@claim(
    source="derived: the product in gamma functions",
    mutants={"rho = m/r": lambda r, m, p, t: p * (1 - p) * left(m, r + 1, t)},
)
def discrete_accumulate_product_gamma(
    r=Integers(1, notable=(20, 10)), m=Integers(2, notable=(5, 80)), p=Probability(), t=Integers(0, notable=(10,))
):
    """One symbol: with rho = r/m and c = 1/sqrt(m) the product is a quotient of gamma functions at 1 + rho, 1 + rho -+ c."""
    share = SymbolLoop(p, m, Accumulate(), r).share(t)
    return Eq(E(share * (1 - share)), p * (1 - p) * left(r, m, t))


@claim(
    source="derived: the rest of the product, of which the logarithm is a sum",
    mutants={
        "r + m t + m": lambda r, m, p, t: {"<": p * (1 - p) * limit(r, m) * (1 + 1 / (r + m * t + m))},
        "a hundredth more": lambda r, m, p: {">": Rational(101, 100) * p * (1 - p) * limit(r, m)},
    },
    unreached={"derivation": "a product against the gamma functions that are its limit"},
)
def discrete_accumulate_product_limit(
    r=Integers(2, 200, notable=(20, 10)),
    m=Integers(1, 200, notable=(5, 80)),
    p=Probability(),
    t=Integers(1, 200, notable=(10, 100)),
):
    """No collapse: p (1 - p) falls to G(1 + rho)^2/(G(1 + rho - c) G(1 + rho + c)) of that of the real points, rho = r/m.

    c = 1/sqrt(m). It is never further above than by a factor 1 + 1/(r + m t - 1).
    """
    share, end = SymbolLoop(p, m, Accumulate(), r).share(t), p * (1 - p) * limit(r, m)
    mean = E(share * (1 - share))
    return And(Gt(mean, end), Lt(mean, end * (1 + 1 / (r + m * t - 1))))


@claim(
    source="the limit pi^2/6 of generations as large as the real sample, taken for that of every size",
    expected="fails",
    corrected="discrete-accumulate-product",
)
def discrete_accumulate_product_universal(r=Points(10, 20), t=Points(200, 400)):
    """One draw a generation beside r real points: the error that it adds is at most 3/4 of theirs, pi^2/6 - 1 being less.

    p = 3/10: the histogram of the real points. Theirs is p (1 - p)/r; one draw a generation adds p (1 - p)/(r + 1) in the end.
    """
    p = Rational(3, 10)
    return Ge(Rational(3, 4) * p * (1 - p) / r, Var(SymbolLoop(p, 1, Accumulate(), r).share(t)))
