"""Gaussians fitted to finitely many points: mean, variance, temperature, bias, what one retraining gains, a corrector."""

from __future__ import annotations

from sympy import And, Eq, Expr, Ge, Gt, Le, Lt, Max, Rational, pi, sqrt

from ..gaussian.policies import PooledGaussianLoop
from ..language.asked import Demanded
from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Reals
from ..language.fields import Nonnegative, computed
from ..language.laws import Binomial, ChiSquare, Laplace, Logistic, Mixture, Noise, Normal, StudentT, Uniform
from ..language.loops import Loop, coordinate
from ..language.moments import W1, E, Var
from ..language.policies import FixedReal, FreshReal
from ..proof.formulas import formula
from .common import BERTRAND, NOTABLE, half, real_share, second_rate


def retrained(n, m, real=FreshReal, s2=1, **options) -> PooledGaussianLoop:
    """Mean and variance, refitted to n real points of variance s2, fresh or fixed, and m from the model before."""
    return PooledGaussianLoop(n, real(m), sigma0=sqrt(s2), **options)


def retrained_mean(n, m, real=FreshReal, s2=1, **options) -> PooledGaussianLoop:
    """The mean alone, of known variance s2."""
    return retrained(n, m, real, s2, known_variance=True, **options)


class RetrainedScaleLoop(Loop):
    """The variance of a Gaussian of known mean, refitted to n real points and m from the model before, sampled hot or cold.

    n, m: real points of a fit, and synthetic ones.
    variance: of the real law.  start: the variance that the loop is handed.
    temperature: factor tau on the variance of the synthetic points (1: faithful sampling).
    data: "normal", or "two points": the real points are +-sqrt(variance), as far from normal as can be.
    Observables: v(t).
    Refuses n = m = 0 (`BadInput`).
    Source: ours: a Gaussian's variance in the loop of Bertrand et al. 2310.00429.
    """

    n: Integers(0)
    m: Integers(0)
    variance: Positive = 1
    start: Positive = computed(lambda given: given.variance)
    temperature: Positive = 1
    data: Points("normal", "two points") = "normal"

    v = coordinate(positive=True)

    joint_points = NOTABLE

    def together(self) -> list[Demanded]:
        return [(self.n + self.m, True, f"n = {self.n}, m = {self.m}: no points")]

    @property
    def initial(self) -> dict[str, Expr]:
        return {"v": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        squares = self.n if self.data == "two points" or self.n == 0 else Noise("Q", ChiSquare(self.n))
        real = self.variance * squares
        synthetic = self.temperature * state["v"] * Noise("R", ChiSquare(self.m))
        return {"v": (real + synthetic) / (self.n + self.m)}


class CorrectedMeanLoop(Loop):
    """The mean of a Gaussian, refitted to n real points and m from a corrected model (Gillman et al., 2402.07087).

    n, m: real points of a fit, and synthetic ones.  gamma: the strength of the corrector.
    Each synthetic point is from the model with probability 1/(1 + gamma), else from the truth: the exact corrector.
    variance: of the real law.  start: the error that the loop is handed.  Observables: error(t).
    Source: ours: a Gaussian mean under the corrector of Gillman et al. 2402.07087.
    """

    n: Integers(1)
    m: Integers(0)
    gamma: Nonnegative
    variance: Positive = 1
    start: Reals = 0

    error = coordinate("e")

    joint_points = NOTABLE

    @property
    def initial(self) -> dict[str, Expr]:
        return {"error": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        N = self.n + self.m
        kept = Noise("B", Binomial(self.m, 1 / (1 + self.gamma)))
        return {"error": kept * state["error"] / N + sqrt(self.variance / N) * Noise("Z", Normal(0, 1))}


# ---- the misfit of a Gaussian ---------------------------------------------------------------------------------------


@claim(
    mutants={"one thousandth more": lambda fit: {">": fit[2] * Rational(1001, 1000)}},
    source="derived: moment matching; the digits by two quadratures that are not ours",
    unreached={"derivation": "an integral between two distribution functions without a closed form"},
)
def stability_w1_gaussian_fits(
    fit=Points(
        (Laplace(), 2, Rational("0.205643761361")),
        (Mixture(half, Normal(-1, 1), Normal(1, 1)), 2, Rational("0.072069071869")),
        (Logistic(), pi**2 / 3, Rational("0.107479847810")),
        (Uniform(-sqrt(3), sqrt(3)), 1, Rational("0.154279512181")),
        (StudentT(5), Rational(5, 3), Rational("0.131721149726")),
        (StudentT(3), 3, Rational("0.381643177393")),
    ),
):
    """The misfit of the best Gaussian to six laws, to twelve digits."""
    law, variance, value = fit
    eps = W1(law, Normal(0, variance))
    return And(Gt(eps, value - Rational(1, 10**12)), Lt(eps, value + Rational(1, 10**12)))


@claim(
    source="derived: moment matching",
    mutants={"slower, as the fit is worse": lambda n, m, t, v, w: v + ((m + 1) / (n + m + 1)) ** t * (w - v)},
)
def stability_w1_gaussian_fits_rate(
    n=Integers(1), m=Integers(1), t=Integers(0), v=Positive(), w=Positive(notable=(3, half))
):
    """The misfit does not matter to a Gaussian: its variance approaches that of two-point data at the same rate a."""
    loop = RetrainedScaleLoop(n, m, v, start=w, data="two points")
    return Eq(E(loop.v(t)), v + (m / (n + m)) ** t * (w - v))


# ---- the mean -------------------------------------------------------------------------------------------------------


@formula(claim="stability-gaussian-mean-ar1-fresh")
def mean_error_fresh(n: Integers(1), m: Integers(1), t: Integers(0), s2: Positive = 1) -> Expr:
    """E e_t^2, e the error of the fitted mean: n fresh real and m synthetic points a generation, from the truth on.

    s2: the variance of the data, in whose units it is. Source: derived, the error is an AR(1) process.
    """
    a = m / (n + m)
    return s2 / n * (n + m) / (n + 2 * m) * (1 - a ** (2 * t))


@formula(claim="stability-gaussian-mean-ar1-fixed")
def mean_error_fixed(n: Integers(1), m: Integers(1), t: Integers(0), s2: Positive = 1) -> Expr:
    """E e_t^2, e the error of the fitted mean: the same n real points in every fit, beside m synthetic ones.

    Model 0 is fitted to the real points. s2: the variance of the data, in whose units it is.
    Source: derived, given the real data the error is an AR(1) process.
    """
    a = m / (n + m)
    return s2 / n * (1 + m / (n + 2 * m) * (1 - a ** (2 * t)))


@formula(claim="stability-bias-vs-noise-amplification")
def amplified_bias(n: Integers(1), m: Integers(1), t: Integers(0), b: Reals = 1) -> Expr:
    """E e_t, if every fit of the mean is off by b: n fresh real and m synthetic points. In the units of b.

    Source: derived, a geometric sum of the errors of the fits.
    """
    return b * (n + m) / n * (1 - (m / (n + m)) ** t)


@claim(
    source="derived: the error is an AR(1) process",
    mutants={
        "synthetic points count as real": lambda n, m, t, s2: s2 / (n + m) * (1 - (m / (n + m)) ** (2 * t)),
        "a^t for a^(2t)": lambda n, m, t, s2: s2 / n * (n + m) / (n + 2 * m) * (1 - (m / (n + m)) ** t),
    },
)
def stability_gaussian_mean_ar1_fresh(n=Integers(1), m=Integers(1), t=Integers(0), s2=Positive()):
    """Fresh real data: from the truth, the variance of the mean rises to s^2/n (1 + lam)/(1 + 2 lam)."""
    return Eq(E(retrained_mean(n, m, s2=s2).error(t) ** 2), mean_error_fresh(n, m, t, s2))


@claim(
    source="derived: the error is an AR(1) process", mutants={"a^(2t)": lambda n, m, t, e: (m / (n + m)) ** (2 * t) * e}
)
def stability_gaussian_mean_ar1_fresh_mean(n=Integers(1), m=Integers(1), t=Integers(0), e=Reals(-10, 10)):
    """The expected error of the mean is multiplied by a = m/(n + m) in every generation."""
    return Eq(E(retrained_mean(n, m, start=e).error(t)), (m / (n + m)) ** t * e)


@claim(
    source="derived: the error is an AR(1) process",
    mutants={"a^2": lambda n, m, t, s2: (m / (n + m)) ** 2 * E(retrained_mean(n, m, s2=s2).error(t) ** 2)},
)
def stability_gaussian_mean_ar1_fresh_memory_lag(n=Integers(1), m=Integers(1), t=Integers(0), s2=Positive()):
    """The memory of the loop: errors of successive generations go with a = m/(n + m), E e_t e_(t+1) = a E e_t^2."""
    loop = retrained_mean(n, m, s2=s2)
    return Eq(E(loop.error(t) * loop.error(t + 1)), m / (n + m) * E(loop.error(t) ** 2))


@claim(
    source="derived: the error is an AR(1) process",
    mutants={"less than three quarters is gained": lambda n, m, t: {">=": Rational(3, 4) / n}},
)
def stability_gaussian_mean_ar1_fresh_memory(n=Integers(1), m=Integers(1), t=Integers(1)):
    """Fresh real data: retraining beats the first fit, by a factor between 1 and 2 in variance."""
    error = E(retrained_mean(n, m, start="fit").error(t) ** 2)
    return And(Lt(error, 1 / n), Ge(error, 1 / (2 * n)))


@claim(
    source="the ascent of population loops, taken over to finite samples",
    expected="fails",
    corrected="stability-kl-proximal-ascent",
)
def stability_kl_proximal_ascent_finite(n=Integers(1), m=Integers(1)):
    """With finite samples, too, the real data's likelihood never falls on average: the squared error never grows."""
    loop = retrained_mean(n, m)
    return Le(E(loop.error(1) ** 2), E(loop.error(0) ** 2))


@claim(
    source="derived: given the real data the error is an AR(1) process",
    mutants={
        "the fresh formula": lambda n, m, t, s2: s2 / n * (n + m) / (n + 2 * m),
        "a factor (1 + 2 lam)/(1 + lam)": lambda n, m, t, s2: s2 / n * (n + 2 * m) / (n + m),
    },
)
def stability_gaussian_mean_ar1_fixed(n=Integers(1), m=Integers(1), t=Integers(0), s2=Positive()):
    """One real sample for all fits: the variance of the mean rises from s^2/n to s^2/n (1 + 3 lam)/(1 + 2 lam)."""
    loop = retrained_mean(n, m, FixedReal, s2=s2, start="fit")
    return Eq(E(loop.error(t) ** 2), mean_error_fixed(n, m, t, s2))


@claim(
    source="derived: given the real data the error is an AR(1) process",
    tight={"t": 0},
    mutants={"it worsens": lambda n, m, t: Rational(101, 100) / n},
)
def stability_gaussian_mean_ar1_fixed_no_improvement(n=Integers(1), m=Integers(1), t=Integers(0)):
    """Enough real data, but always the same: no collapse, and no improvement on the first fit either."""
    return Ge(E(retrained_mean(n, m, FixedReal, start="fit").error(t) ** 2), 1 / n)


@claim(
    source="derived: ratio of the two stationary variances",
    mutants={"twice": lambda n, m, t: 2 * E(retrained_mean(n, m, start="fit").error(t) ** 2)},
)
def stability_gaussian_mean_ar1_fixed_price(n=Integers(1), m=Integers(1), t=Integers(0)):
    """A fixed real sample costs at most the factor (1 + 3 lam)/(1 + lam) in variance, below 3, beside fresh ones."""
    fixed, fresh = (retrained_mean(n, m, kind, start="fit") for kind in (FixedReal, FreshReal))
    return Le(E(fixed.error(t) ** 2), (n + 3 * m) / (n + m) * E(fresh.error(t) ** 2))


@claim(
    source="derived: given the real data the error is an AR(1) process",
    mutants={"5/4": lambda n, m, t: Rational(5, 4) / n},
)
def stability_gaussian_mean_ar1_fixed_bounded(n=Integers(1), m=Integers(1), t=Integers(0)):
    """One real sample for all fits: the variance of the mean stays below 3/2 s^2/n, for every share of synthetic data."""
    return Lt(E(retrained_mean(n, m, FixedReal, start="fit").error(t) ** 2), Rational(3, 2) / n)


@claim(
    source="derived: a geometric sum of the errors of the fits",
    mutants={
        "b/(1 - a^2)": lambda n, m, t, b: b * (n + m) ** 2 / (n * (n + 2 * m)) * (1 - (m / (n + m)) ** (2 * t)),
        "with the published rate": lambda n, m, t, b: b * (n - m) / (n - 2 * m),
    },
)
def stability_bias_vs_noise_amplification(n=Integers(1), m=Integers(1), t=Integers(0), b=Reals(-5, 5)):
    """A systematic error b in every fit is amplified to (1 + lam) b."""
    loop = retrained_mean(n, m, bias=b)
    return Eq(E(loop.error(t)), amplified_bias(n, m, t, b))


@claim(
    source=f"the sum of rho^l in Theorem 2 of {BERTRAND} with rho = lam/(1 - lam), taken for the amplification",
    where=lambda n, m, b: 2 * m < n,
    expected="fails",
    corrected="stability-bias-vs-noise-amplification",
)
def stability_bias_vs_noise_amplification_published(n=Integers(3), m=Integers(1), b=Reals(0, 5)):
    """A systematic error b in every fit is amplified to (1 - lam)/(1 - 2 lam) b."""
    return Eq(E(retrained_mean(n, m, bias=b).error(40)), b * (n - m) / (n - 2 * m))


@claim(
    source="derived: a geometric sum of the variances of the fits",
    mutants={"as much as a bias": lambda n, m, t: ((n + m) / n) ** 2 / (n + m)},
)
def stability_bias_vs_noise_amplification_noise(n=Integers(1), m=Integers(1), t=Integers(0)):
    """The random error of a fit, of variance s^2/N, is amplified by (1 + lam)/sqrt(1 + 2 lam) in standard deviation."""
    N = n + m
    return Eq(Var(retrained_mean(n, m).error(t)), N**2 / (n * (n + 2 * m)) / N * (1 - (m / N) ** (2 * t)))


@claim(
    source="derived: bias squared plus variance of a weighted mean",
    mutants={
        "D over all N points": lambda n, m, e: (m**2 * e**2 / (n + m) + n + m) / (n + m) ** 2,
        "real data only": lambda n, m, e: 1 / n,
    },
)
def stability_one_step_benefit(n=Integers(1), m=Integers(0), e=Reals(-5, 5)):
    """One retraining from a generator that is off by e: n MSE/s^2 = (lam^2 D + 1 + lam)/(1 + lam)^2, D = n e^2/s^2."""
    return Eq(E(retrained_mean(n, m, start=e).error(1) ** 2), (m**2 * e**2 + n + m) / (n + m) ** 2)


@claim(
    source="derived: bias squared plus variance of a weighted mean",
    mutants={"as good as real points": lambda n: 1 / (2 * n)},
)
def stability_one_step_benefit_fitted(n=Integers(1)):
    """A generator fitted to n other real points is worth lam = 1: a quarter less than the error of the n points alone."""
    return Eq(E(retrained_mean(n, n, start="fit").error(1) ** 2), Rational(3, 4) / n)


@claim(
    source="derived: bias squared plus variance of a weighted mean",
    where=lambda n, m, e: m * (n * e**2 - 1) < n,
    mutants={"half of it": lambda n, m, e: half / n},
)
def stability_one_step_benefit_threshold(n=Integers(1), m=Integers(1), e=Reals(0, 5)):
    """Synthetic data from a generator off by e help as long as lam (D - 1) < 1, D = n e^2/s^2."""
    return Lt(E(retrained_mean(n, m, start=e).error(1) ** 2), 1 / n)


@claim(
    source="derived: bias squared plus variance of a weighted mean",
    where=lambda n, m, e: m * (n * e**2 - 1) >= n,
    tight={"n": 1, "m": 1, "e": sqrt(2)},
)
def stability_one_step_benefit_harm(n=Integers(1), m=Integers(1), e=Reals(0, 5)):
    """Beyond lam (D - 1) = 1 they harm."""
    return Ge(E(retrained_mean(n, m, start=e).error(1) ** 2), 1 / n)


@claim(
    source="derived: minimum of bias squared plus variance over lam",
    where=lambda n, m, e: 2 * n * e**2 > 1,
    tight={"n": 1, "m": 1, "e": 1},
    mutants={"1 - 1/(5 D)": lambda n, m, e: (1 - 1 / (5 * n * e**2)) / n},
)
def stability_one_step_benefit_optimum(n=Integers(1), m=Integers(0), e=Reals(0, 5, notable=(1, half))):
    """No share of synthetic data does better than 1 - 1/(4 D), which lam = 1/(2 D - 1) attains."""
    return Ge(E(retrained_mean(n, m, start=e).error(1) ** 2), (1 - 1 / (4 * n * e**2)) / n)


@claim(
    source="the condition lam D < 1, which comes to mind first",
    where=lambda n, m, e: And(m * n * e**2 >= n, n * e**2 >= 1),
    expected="fails",
    corrected="stability-one-step-benefit-harm",
)
def stability_one_step_benefit_naive(
    n=Integers(1), m=Integers(1), e=Reals(0, 5, notable=(Rational(7, 20), Rational(2, 3)))
):
    """From lam D = 1 on, synthetic data harm."""
    return Ge(E(retrained_mean(n, m, start=e).error(1) ** 2), 1 / n)


# ---- mean and variance ----------------------------------------------------------------------------------------------


@claim(
    source="derived: law of total variance, affine recursion",
    mutants={
        "the known-variance constant": lambda n, m, t, s2: s2 * (1 - (n + m) / (n * (n + 2 * m))),
        "m for m - 1": lambda n, m, t, s2: s2 * (1 - real_share(n, m) * (1 - (m / (n + m)) ** (2 * t))),
    },
)
def stability_gaussian_meanvar_finite_sample(n=Integers(2), m=Integers(2), t=Integers(0), s2=Positive()):
    """Fresh real data: the expected fitted variance falls to s^2 (1 - K), K = N/(N^2 - m^2 + m), and stays there."""
    loop = retrained(n, m, s2=s2)
    return Eq(E(loop.v(t)), s2 * (1 - real_share(n, m) * (1 - second_rate(n, m) ** t)))


@claim(
    source="derived: law of total variance, affine recursion",
    mutants={"1/N": lambda n, m, t, s2: s2 / (n + m) * (1 - second_rate(n, m) ** t)},
)
def stability_gaussian_meanvar_finite_sample_mean(n=Integers(2), m=Integers(2), t=Integers(0), s2=Positive()):
    """What the variance loses, the mean's error gains: E(mu_t - mu)^2 rises to s^2 K."""
    loop = retrained(n, m, s2=s2)
    return Eq(E(loop.error(t) ** 2), s2 * real_share(n, m) * (1 - second_rate(n, m) ** t))


@claim(
    source="derived: matched second moments, induction in t",
    mutants={"it shrinks": lambda n, m, t, s2: s2 * (1 - 1 / (n + m) ** 2)},
)
def stability_gaussian_meanvar_finite_sample_total(n=Integers(2), m=Integers(2), t=Integers(1), s2=Positive()):
    """Variance and squared error together always make up the real variance: no collapse with fresh real data."""
    loop = retrained(n, m, s2=s2)
    return Eq(E(loop.v(t)) + E(loop.error(t) ** 2), s2)


@claim(
    source="derived: law of total variance given the real data, affine recursion",
    mutants={
        "the fresh constant": lambda n, m, t, s2: s2 * (1 - 1 / n) * (1 - real_share(n, m)),
        "unbiased at the start": lambda n, m, t, s2: s2 * (1 - m / (n + m) * real_share(n, m)),
    },
)
def stability_gaussian_meanvar_finite_sample_fixed(n=Integers(2), m=Integers(2), t=Integers(0), s2=Positive()):
    """One real sample for all fits: E v_t falls from (1 - 1/n) s^2 by the factor 1 - m/(N^2 - m^2 + m), no further."""
    loop, N = retrained(n, m, FixedReal, s2=s2, start="fit"), n + m
    return Eq(E(loop.v(t)), s2 * (1 - 1 / n) * (1 - m / (N**2 - m**2 + m) * (1 - second_rate(n, m) ** t)))


@formula(claim="stability-temperature-gain-threshold-fixed-point", where=lambda n, m, tau: tau * m < n + m)
def hot_variance(n: Integers(1), m: Integers(1), tau: Positive) -> Expr:
    """Where the variance settles, in units of the truth's: n real points, m sampled at temperature tau a generation.

    Source: derived, an affine recursion.
    """
    return n / (n + m - tau * m)


@formula(claim="stability-temperature-gain-threshold-unstable")
def stable_real_share(tau: Positive) -> Expr:
    """The share of real data beyond which a loop sampled at temperature tau is stable; at or below it the variance grows.

    0 where every share above 0 will do. Source: derived, solved from lam = 1/(tau - 1).
    """
    return Max(0, 1 - 1 / tau)


@claim(
    source="derived: affine recursion of the variance",
    where=lambda n, m, t, tau: tau * m < n + m,
    mutants={"v_inf = tau s^2": lambda n, m, t, tau: tau},
)
def stability_temperature_gain_threshold(n=Integers(1), m=Integers(1), t=Integers(0), tau=Positive()):
    """Hot or cold sampling multiplies the distance to a new fixed point by a tau in every generation."""
    loop, gain = RetrainedScaleLoop(n, m, temperature=tau), tau * m / (n + m)
    return Eq(E(loop.v(t)) * (1 - gain), n / (n + m) + gain**t * (1 - gain - n / (n + m)))


@claim(
    source="derived: affine recursion of the variance",
    where=lambda n, m, tau: tau * m < n + m,
    mutants={"tau s^2": lambda n, m, tau: tau},
)
def stability_temperature_gain_threshold_fixed_point(n=Integers(1), m=Integers(1), tau=Positive()):
    """Below lam = 1/(tau - 1) the variance 1/(1 + lam (1 - tau)) is what one more generation leaves as it is."""
    v = hot_variance(n, m, tau)
    return Eq(E(RetrainedScaleLoop(n, m, start=v, temperature=tau).v(1)), v)


@claim(
    source="derived: affine recursion of the variance",
    where=lambda n, m, t, tau: tau * m >= n + m,
    mutants={"2 % more": lambda n, m, t, tau: 1 + t * n / (n + m) * Rational(51, 50)},
    tight=[{"t": 0}, {"n": 1, "m": 1, "t": 3, "tau": 2}],
)
def stability_temperature_gain_threshold_unstable(n=Integers(1), m=Integers(1), t=Integers(0), tau=Positive()):
    """From lam = 1/(tau - 1) on the variance grows without bound, by at least n/N a generation."""
    return Ge(E(RetrainedScaleLoop(n, m, temperature=tau).v(t)), 1 + t * n / (n + m))


@claim(
    source="the synthetic share takes the temperature once",
    where=lambda n, m, tau: tau * m < n + m,
    expected="fails",
    corrected="stability-temperature-gain-threshold-fixed-point",
)
def stability_temperature_gain_threshold_once(n=Integers(1), m=Integers(1), tau=Reals(1, 2, notable=(Rational(6, 5),))):
    """The variance of a loop sampled at temperature tau settles at tau times the truth."""
    return Eq(E(RetrainedScaleLoop(n, m, start=tau, temperature=tau).v(1)), tau)


@claim(source="derived: affine recursion of the variance", mutants={"one generation's factor": lambda m, t, tau: tau})
def stability_temperature_gain_threshold_pure(m=Integers(1), t=Integers(0), tau=Positive()):
    """Without real data the variance follows tau^t: cold sampling collapses, hot sampling explodes."""
    return Eq(E(RetrainedScaleLoop(0, m, temperature=tau).v(t)), tau**t)


# ---- the affine law of an exponential family ------------------------------------------------------------------------


@claim(
    source="derived: moment matching",
    mutants={"variance forgotten": lambda n, m, t, v, w: v + (m / (n + m)) ** (2 * t) * (w - v)},
)
def stability_expfam_affine_scale(
    n=Integers(1), m=Integers(1), t=Integers(0), v=Positive(), w=Positive(notable=(3, half))
):
    """The same for the variance of a Gaussian of known mean."""
    return Eq(E(RetrainedScaleLoop(n, m, v, start=w).v(t)), v + (m / (n + m)) ** t * (w - v))


# ---- a corrector ----------------------------------------------------------------------------------------------------


@claim(
    source="derived: the error is an AR(1) process",
    mutants={
        "parameters interpolated, not laws mixed": lambda n, m, t, gamma: (
            (1 - (m / ((n + m) * (1 + gamma))) ** (2 * t)) / (n + m) / (1 - (m / ((n + m) * (1 + gamma))) ** 2)
        )
    },
)
def stability_gillman_correction_rate_finite(n=Integers(1), m=Integers(1), t=Integers(0), gamma=Positive()):
    """Finite samples: the variance of the mean rises to 1/N/(1 - m (m + gamma)/(N (1 + gamma))^2)."""
    N, loop = n + m, CorrectedMeanLoop(n, m, gamma)
    rate = m * (m + gamma) / (N * (1 + gamma)) ** 2
    return Eq(E(loop.error(t) ** 2), (1 - rate**t) / (N * (1 - rate)))
