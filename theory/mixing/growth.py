"""All data kept, growing samples, and how loose the triangle inequality is."""

from __future__ import annotations

from sympy import (
    Eq,
    Expr,
    Ge,
    Gt,
    Le,
    Lt,
    Rational,
    Sum,
    Symbol,
    gamma,
    pi,
    sqrt,
    zeta,
)

from ..gaussian.common import arctan_tv
from ..gaussian.policies import PooledGaussianLoop
from ..language.claims import claim
from ..language.domains import Integers, Points, Probability
from ..language.laws import Normal
from ..language.loops import CLOCK
from ..language.moments import TV, Cov, E
from ..language.policies import Accumulate, Growing
from ..stability.accumulate import RefreshedPoolLoop


def accumulated(n) -> PooledGaussianLoop:
    """All data so far: n real points, then n from each model."""
    return PooledGaussianLoop(n, Accumulate(), known_variance=True)


@claim(
    source="Gerstgrasser et al. 2404.01413 (the pi^2/6 phenomenon, as commonly quoted)",
    mutants={"as if replaced": lambda n, t: t / n},
)
def mixing_accumulate_tv(n=Integers(1, notable=(10, 100)), t=Integers(1, notable=(10,))):
    """All data kept: E e_t^2 = (1 + 1/4 + ... + 1/t^2)/n after t fits."""
    k = Symbol("k", integer=True, positive=True)
    return Eq(E(accumulated(n).mu(t) ** 2), Sum(k**-2, (k, 1, t)) / n)


@claim(
    source="derived: the sum of 1/k^2 is below pi^2/6; E erf of a Gaussian is an arctangent",
    mutants={"without the real generation": lambda n, t: arctan_tv((pi**2 / 6 - 1) / n)},
)
def mixing_accumulate_tv_bounded(n=Integers(1, notable=(10, 100)), t=Integers(1, 1000, notable=(10, 100))):
    """All data kept: the expected total variation stays below (2/pi) arctan(pi/(2 sqrt(6 n)))."""
    loop = accumulated(n)
    return Lt(E(TV(loop.model(t), Normal(0, 1))), arctan_tv(pi**2 / (6 * n)))


def growing(n, p) -> PooledGaussianLoop:
    """Synthetic points only, n k^p of them in fit number k; fit 1 is real."""
    return PooledGaussianLoop(n, Growing(n * CLOCK**p), known_variance=True)


@claim(
    source="derived: independent steps of variance 1/(n k^p); the counterpart of 'controlled if the data sets are large enough'",
    mutants={"one size for all": lambda n, p, t: t / n},
)
def mixing_dataset_growth(n=Integers(1, notable=(10, 100)), p=Points(1, 2, 3), t=Integers(1, notable=(5,))):
    """Only synthetic data, n k^p points in fit number k: E mu_t^2 = (1 + 2^-p + ... + t^-p)/n."""
    k = Symbol("k", integer=True, positive=True)
    return Eq(E(growing(n, p).mu(t) ** 2), Sum(k**-p, (k, 1, t)) / n)


@claim(
    source="derived: the variance of the mean is a sum of 1/(n k^p), below zeta(p)/n",
    mutants={"pi^2/12": lambda n, p, t: zeta(p) / (2 * n)},
)
def mixing_dataset_growth_bounded(
    n=Integers(1, notable=(10, 100)), p=Points(2, 3), t=Integers(1, 1000, notable=(5, 100))
):
    """Only synthetic data, n k^p points in fit number k: p > 1 is enough, E mu_t^2 < zeta(p)/n."""
    return Lt(E(growing(n, p).mu(t) ** 2), zeta(p) / n)


@claim(
    source="the growth that the bound needs for a = 1/2, taken for necessary: p > 2",
    expected="fails",
    corrected="mixing-dataset-growth-bounded",
)
def mixing_dataset_growth_needed(t=Points(100, 1000)):
    """Only synthetic data, n k^2 points in fit number k: the error exceeds twice that of the real fit."""
    return Gt(E(growing(10, 2).mu(t) ** 2), Rational(2, 10))


@claim(
    source="'samples that grow linearly are enough'",
    expected="fails",
    corrected="mixing-dataset-growth-bounded",
)
def mixing_dataset_growth_linear(t=Points(10, 100, 1000)):
    """Only synthetic data, n k points in fit number k: the error stays below 2.5 times that of the real fit."""
    return Lt(E(growing(10, 1).mu(t) ** 2), Rational(25, 100))


# ---- how loose the triangle inequality is ---------------------------------------------------------------------------


def replaced(n, t) -> Expr:
    """E TV after t fits to n points each, of which only the first are real."""
    return E(TV(growing(n, 0).model(t), Normal(0, 1)))


@claim(
    source="derived: the error is Gaussian of variance t/n; E erf of a Gaussian is an arctangent",
    mutants={"linear in t": lambda n, t: t * arctan_tv(1 / n)},
)
def mixing_triangle_vs_exact_growth(n=Integers(1, notable=(10, 100)), t=Integers(0, notable=(10, 100))):
    """Synthetic data only: E TV_t = (2/pi) arctan(sqrt(t/n)/2), which grows like the root of t."""
    return Eq(replaced(n, t), arctan_tv(t / n))


@claim(
    source="derived: triangle inequality",
    trivial=1,
    mutants={"sqrt(t)/2 of the first": lambda n, t: sqrt(t) / 2 * arctan_tv(1 / n)},
)
def mixing_triangle_vs_exact_growth_triangle(n=Integers(1, notable=(10, 100)), t=Integers(1, 200, notable=(10, 100))):
    """Synthetic data only: by the triangle inequality E TV_t is at most t times that of the first fit."""
    return Le(replaced(n, t), t * arctan_tv(1 / n))


@claim(
    source="the growth of the bound, taken for that of the error",
    expected="fails",
    corrected="mixing-triangle-vs-exact-growth",
)
def mixing_triangle_vs_exact_growth_linear(t=Points(10, 50)):
    """Synthetic data only, n = 100: the expected total variation is at least t/2 times that of the first fit."""
    return Ge(replaced(100, t), t * arctan_tv(Rational(1, 100)) / 2)


# ---- a share of real data in every generation -----------------------------------------------------------------------


@claim(
    source="derived: what is left of the first error, a product in gamma functions; setting of Wang, Niu, Li 2602.16065",
    mutants={
        "as of a batch that is replaced": lambda N, r, T: (1 - r) ** (T - 1) / N,
        "1/T": lambda N, r, T: 1 / (N * T),
    },
)
def mixing_accumulate_real_fraction_bias(
    N=Integers(1, notable=(20,)), r=Probability(notable=(Rational(3, 10),)), T=Integers(1, notable=(10,))
):
    """All data kept, a share r of the new ones real: of the first error G(T + 1 - r)/(G(2 - r) G(T + 1)) is left, about T^-r.

    As Cov(e_1, e_T) = Var(e_1) times that. The variance itself is `stability-accumulate-fresh-real-half`.
    """
    loop = RefreshedPoolLoop(N, r)
    return Eq(Cov(loop.error(1), loop.error(T)), gamma(T + 1 - r) / (gamma(2 - r) * gamma(T + 1) * N))
