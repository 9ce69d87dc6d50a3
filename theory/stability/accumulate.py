"""All data kept, with and without fresh real data: what the models lose, and how fast the error falls."""

from __future__ import annotations

from sympy import (
    Abs,
    And,
    Eq,
    Expr,
    Ge,
    Gt,
    Integer,
    Le,
    Lt,
    Product,
    Rational,
    Sum,
    Symbol,
    exp,
    gamma,
    harmonic,
    log,
    pi,
    sin,
    sqrt,
)

from ..discrete.common import CategoricalLoop, SymbolLoop, diverse
from ..gaussian.policies import accumulated
from ..language.claims import claim
from ..language.domains import Integers, Positive, Probability, Reals, Simplex
from ..language.fields import Between
from ..language.laws import Finite, Noise, Normal
from ..language.loops import CLOCK, Loop, coordinate
from ..language.moments import E, PathMax, Prob
from ..language.policies import Accumulate
from .common import half

i = Symbol("i", integer=True, positive=True)  # the number of a fit
j = Symbol("j", integer=True, positive=True)  # of an earlier one
s = Symbol("s", integer=True, nonnegative=True)


NO_SUM = {"derivation": "no certificate for the sign of a sum of products"}


class RefreshedPoolLoop(Loop):
    """The mean of a Gaussian of known variance, fitted to all points so far; N come in a generation, a share r of them real.

    N: points that come in a generation.  r: the share of real ones among them.
    The first N points are all real; then r N fresh real ones and (1 - r) N from the last model.
    variance: of the truth.  Observables: error(t) of the model after t fits.
    Source: ours: accumulation as in Gerstgrasser et al. 2404.01413, a share of what comes being real.
    """

    N: Integers(1)
    r: Between(0, 1)
    variance: Positive = 1

    error = coordinate("e")
    steady = ("N",)

    joint_points = tuple({"N": N, "T": T} for N, T in ((10, 3), (50, 10), (20, 30), (15, 1), (5, 2)))

    @property
    def initial(self) -> dict[str, Expr]:
        return {"error": Integer(0)}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """Model CLOCK - 1 is the mean of all points before; at CLOCK = 1 there are none, and its error is 0."""
        before = state["error"]
        new = (1 - self.r) * before + sqrt(self.variance / self.N) * Noise("Z", Normal(0, 1))
        return {"error": (1 - 1 / CLOCK) * before + new / CLOCK}


# ---- a Gaussian mean ------------------------------------------------------------------------------------------------


@claim(
    source="derived: Doob's inequality for exp(u e), Gaussian increments of variance 1/(n k^2)",
    trivial=1,
    mutants={"a tenth": lambda n, T, u, sigma0: exp(-3 * n * u**2 / (pi**2 * sigma0**2)) / 10},
    unreached={
        "derivation": "the maximum over a path is no moment",
        "ball": "no chain on finitely many numbers",
    },
)
def stability_accumulate_gaussian_mean(
    n=Integers(1, 100), T=Integers(1, 50, notable=(5, 20)), u=Positive(notable=(Rational(1, 4),)), sigma0=Positive()
):
    """All data kept, n points a generation: P(some |mu_t - mu| > u) <= 2 exp(-3 n u^2/(pi^2 sigma^2)), for all T at once.

    The variance itself, (sigma^2/n) (1 + 1/4 + ... + 1/T^2), is `accumulate-known-variance-pi2-6`.
    """
    loop = accumulated(n, sigma0, known_variance=True)
    bound = 2 * exp(-3 * n * u**2 / (pi**2 * sigma0**2))
    return Le(Prob(PathMax(Abs(loop.error(s)), (s, 0, T)) > u), bound)


@claim(
    source="the growth of a loop that replaces its data, taken over",
    expected="fails",
    corrected="accumulate-known-variance-pi2-6",
)
def stability_accumulate_gaussian_mean_logarithm(n=Integers(1), T=Integers(3, notable=(10,))):
    """All data kept, the error of the mean grows with the logarithm of T: E (mu_T - mu)^2 >= log(T + 1)/n."""
    return Ge(E(accumulated(n, known_variance=True).error(T) ** 2), log(T + 1) / n)


# ---- diversity: a sine ----------------------------------------------------------------------------------------------


@claim(
    source="derived: law of total variance, a product over the fits",
    mutants={
        "1 - 1/(n i)": lambda p, n, T: diverse(p) * Product(1 - 1 / (n * i), (i, 1, T)),
        "without the real fit": lambda p, n, T: diverse(p) * Product(1 - 1 / (n * i**2), (i, 2, T)),
    },
)
def stability_accumulate_sinc(p=Simplex(3), n=Integers(1), T=Integers(1)):
    """All data kept, three symbols: the probability that two draws differ falls by the product of 1 - 1/(n k^2).

    That of a Gaussian's variance is the same product: `accumulate-mle-sine-product`.
    """
    loop = CategoricalLoop(Finite(p), n, Accumulate())
    return Eq(E(loop.diversity(T)), diverse(p) * Product(1 - 1 / (n * i**2), (i, 1, T)))


@claim(
    source="derived: the product in gamma functions",
    mutants={"c = 1/n": lambda p, n, T: p * (1 - p) * _gammas(1 / n, T)},
)
def stability_accumulate_sinc_gamma(p=Probability(), n=Integers(2), T=Integers(0)):
    """One symbol: the product is G(T + 1 - c) G(T + 1 + c)/(G(1 - c) G(1 + c) T!^2) with c = 1/sqrt(n)."""
    share = SymbolLoop(p, n, Accumulate()).share(T)
    return Eq(E(share * (1 - share)), p * (1 - p) * _gammas(1 / sqrt(n), T))


def _gammas(c, T) -> Expr:
    """A quotient of gamma functions: the product of 1 - c^2/k^2, k = 1, ..., T."""
    return gamma(T + 1 - c) * gamma(T + 1 + c) / (gamma(1 - c) * gamma(1 + c) * gamma(T + 1) ** 2)


@claim(
    source="derived (Euler's product for the sine)",
    mutants={
        "a generation sooner": lambda p, n, T: {
            "<": p * (1 - p) * sin(pi / sqrt(n)) * sqrt(n) / pi * (1 + 1 / (n * (T + 1)) - 1 / (n * n * T))
        },
        "1 - pi^2/(6n) + pi^4/(100 n^2)": lambda p, n: {
            ">": p * (1 - p) * (1 - pi**2 / (6 * n) + pi**4 / (100 * n**2))
        },
    },
    unreached={"derivation": "a product against the sine that is its limit"},
)
def stability_accumulate_sinc_limit(
    p=Probability(), n=Integers(2, 1000, notable=(4, 10, 100)), T=Integers(1, 200, notable=(7, 100))
):
    """No collapse from n = 2 on: a symbol's p (1 - p) falls to sin(x)/x of that of the truth, x = pi/sqrt(n), and no further.

    It is never further above than by a factor 1 + 1/(n T - 1).
    """
    share, end = SymbolLoop(p, n, Accumulate()).share(T), p * (1 - p) * sin(pi / sqrt(n)) * sqrt(n) / pi
    left = E(share * (1 - share))
    return And(Gt(left, end), Lt(left, end * (1 + 1 / (n * T - 1))))


@claim(source="derived: the first factor of the product is 0", mutants={"half is left": lambda p: p * (1 - p) / 2})
def stability_accumulate_sinc_single(p=Probability(), T=Integers(1)):
    """With a single draw a generation everything is lost: all draws are copies of the first."""
    share = SymbolLoop(p, 1, Accumulate()).share(T)
    return Eq(E(share * (1 - share)), 0)


@claim(
    source="the first order of the sine, taken for the loss",
    expected="fails",
    corrected="stability-accumulate-sinc-limit",
)
def stability_accumulate_sinc_first_order(p=Probability(), n=Integers(2, 100, notable=(5,)), T=Integers(20, 50)):
    """All data kept, a symbol's p (1 - p) falls below 1 - pi^2/(6n) of that of the truth."""
    share = SymbolLoop(p, n, Accumulate()).share(T)
    return Le(E(share * (1 - share)), p * (1 - p) * (1 - pi**2 / (6 * n)))


# ---- fresh real data in the pool ------------------------------------------------------------------------------------


@claim(
    source="derived: an affine recursion of the variance",
    mutants={"the real points' own": lambda N, T, s2: s2 / (N * T)},
    unreached={"derivation": "a sum of products, whose recursion is not recognised"},
    covers=("mixing-accumulate-real-fraction",),
)
def stability_accumulate_fresh_real_half(N=Integers(1), r=Probability(), T=Integers(1), s2=Positive()):
    """All data kept, a share r of the new points real: Var e_T = (s^2/N) sum_j j^-2 prod_(i > j) (1 - r/i)^2.

    The product, of i from j + 1 to T, is the square of G(T + 1 - r) j!/(G(j + 1 - r) T!).
    """
    error = RefreshedPoolLoop(N, r, s2).error(T)
    left = lambda k: Product((1 - r / i) ** 2, (i, 1, k))  # noqa: E731
    return Eq(E(error**2), s2 / N * left(T) * Sum(1 / (j**2 * left(j)), (j, 1, T)))


@claim(
    source="derived: induction in T",
    mutants={"half of it": lambda N, r, T: 1 / (2 * N * (2 * r - 1) * T)},
)
def stability_accumulate_fresh_real_half_above(
    N=Integers(1), r=Reals(half, 1, notable=(Rational(2, 3),)), T=Integers(1)
):
    """Above r = 1/2 the error falls like that of real data alone: Var e_T < (1 - (1 - r)/(2T))/(N (2r - 1) T)."""
    return Lt(E(RefreshedPoolLoop(N, r).error(T) ** 2), (1 - (1 - r) / (2 * T)) / (N * (2 * r - 1) * T))


@claim(
    source="derived: induction in T",
    tight={"T": 1},
    mutants={"T + 1 terms": lambda N, T: harmonic(T + 1) / (N * T)},
)
def stability_accumulate_fresh_real_half_critical(N=Integers(1), T=Integers(1)):
    """At r = 1/2 a logarithm is lost: N T Var e_T is at least H_T = 1 + 1/2 + ... + 1/T."""
    return Ge(E(RefreshedPoolLoop(N, half).error(T) ** 2), harmonic(T) / (N * T))


@claim(
    source="derived: T Var e_T - H_T/N grows by the factor of the step, and converges",
    mutants={"H_T": lambda N, T: harmonic(T) / (N * T)},
    unreached=NO_SUM,
)
def stability_accumulate_fresh_real_half_critical_most(N=Integers(1), T=Integers(1)):
    """No more than a logarithm: at r = 1/2 N T Var e_T stays below H_T + 1/2."""
    return Lt(E(RefreshedPoolLoop(N, half).error(T) ** 2), (harmonic(T) + half) / (N * T))


@claim(
    source="derived: what is left of the first error, Gautschi's inequality for its gamma functions",
    mutants={"1/T": lambda N, r, T: 3 / (N * T)},
    unreached=NO_SUM,
)
def stability_accumulate_fresh_real_half_below(
    N=Integers(1), r=Reals(0, half, notable=(Rational(1, 5),)), T=Integers(1)
):
    """Below r = 1/2 the error falls like T^(-2r) only: Var e_T >= (1/N) (1 - r)^2 T^(-2r)."""
    return Ge(E(RefreshedPoolLoop(N, r).error(T) ** 2), (1 - r) ** 2 * T ** (-2 * r) / N)


@claim(
    source="any share of real data, taken to be enough for the rate 1/T",
    expected="fails",
    corrected="stability-accumulate-fresh-real-half-below",
)
def stability_accumulate_fresh_real_half_rate(N=Integers(1), T=Integers(50, notable=(100,))):
    """With a fifth of real data in the pool the error falls like 1/T, too: Var e_T <= 5/(N T), as of the real points alone."""
    return Le(E(RefreshedPoolLoop(N, Rational(1, 5)).error(T) ** 2), 5 / (N * T))
