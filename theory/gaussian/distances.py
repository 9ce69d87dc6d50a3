"""Distances from the truth."""

from __future__ import annotations

from sympy import And, Eq, Expr, Ge, Le, Lt, S, atan, erf, exp, log, oo, pi, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Reals
from ..language.functions import c4
from ..language.moments import KL, TV, W2, E, Tends
from ..language.policies import FixedReal, FreshReal, Replace
from ..proof.formulas import formula
from .common import SHUMAILOV, GaussianLoop, arctan_tv, drift
from .policies import PooledGaussianLoop


@formula(claim="gaussian-kl-exactly-linear")
def expected_kl(n: Integers(2), t: Integers(0)) -> Expr:
    """E KL(model t || truth), in nats, after t generations of n points; the unbiased variance is fitted.

    Source: derived from the moments of chi-square.
    """
    return t / 2 * (1 / n - drift(n - 1))


@formula(claim="gaussian-w2-exact-1d")
def expected_w2_squared(n: Integers(2), t: Integers(0), sigma0: Positive = 1) -> Expr:
    """E W2(model t, truth)^2, in the units of sigma0 squared, after t generations of n points.

    The unbiased variance is fitted. Source: means of log chi2; its first order, 3t/(2n), is in Shumailov et al. 2305.17493.
    """
    return (t / n + 2 * (1 - c4(n) ** t)) * sigma0**2


@claim(
    source="derived: E log chi2, E sigma_t^2 and E (mu_t - mu0)^2 in the divergence of two Gaussians",
    mutants={
        "t/n, the first order": lambda n, t: t / n,
        "drift with n": lambda n, t: t / 2 * (1 / n - drift(n)),
    },
)
def gaussian_kl_exactly_linear(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """E KL(model(t) || truth) grows exactly linearly in t, by (1/n - drift)/2 a generation."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(E(KL(loop.model(t), loop.truth)), expected_kl(n, t))


@claim(
    source="derived: the mean of an inverse chi-square law",
    mutants={"the other direction": lambda n, t: t / 2 * (1 / n - drift(n - 1))},
)
def gaussian_kl_exactly_linear_reverse(n=Integers(4), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """E KL(truth || model(t)) grows exponentially, with ratio (n-1)/(n-3)."""
    loop, r = GaussianLoop(n, sigma0, mu0), (n - 1) / (n - 3)
    return Eq(E(KL(loop.truth, loop.model(t))), (r**t + r / n * (r**t - 1) / (r - 1) - 1 + t * drift(n - 1)) / 2)


@claim(source="derived: the mean of an inverse chi-square law", mutants={"finite": lambda: S.One})
def gaussian_kl_exactly_linear_reverse_infinite(n=Points(2, 3), t=Integers(1), sigma0=Positive()):
    """E sigma_t^(-2), and with it E KL(truth || model(t)), is infinite for n = 2 and 3."""
    loop = GaussianLoop(n, sigma0)
    return Eq(E(loop.sigma(t) ** (-2)), oo)


@claim(
    source="derived: E log chi2, with the factor 1 - 1/n; second moments are conserved",
    mutants={"the unbiased slope": lambda n, t: t / 2 * (1 / n - drift(n - 1))},
)
def gaussian_kl_exactly_linear_mle(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """With maximum likelihood E KL(model(t) || truth) is -(t/2) (drift + log(1 - 1/n)): exactly linear as well."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Eq(E(KL(loop.model(t), loop.truth)), -t / 2 * (drift(n - 1) + log(1 - 1 / n)))


@claim(
    source=f"exact form derived; divergence and first-order coefficient 3/2 in {SHUMAILOV}",
    mutants={
        "3t/(2n)": lambda n, t, sigma0: 3 * t / (2 * n) * sigma0**2,
        "c4(n+1)": lambda n, t, sigma0: (t / n + 2 * (1 - c4(n + 1) ** t)) * sigma0**2,
    },
)
def gaussian_w2_exact_1d(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """E W2^2(model(t), truth) = (t/n + 2 (1 - c4(n)^t)) sigma0^2: slope 3/(2n) at first, 1/n in the long run."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(E(W2(loop.model(t), loop.truth) ** 2), expected_w2_squared(n, t, sigma0))


@claim(
    source="derived: W2 of two Gaussians in closed form, E sigma_t",
    mutants={"2 (1 - c4^t)": lambda n, t, sigma0: 2 * (1 - c4(n) ** t) * sigma0**2},
)
def gaussian_w2_exact_1d_mle(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """With maximum likelihood E W2^2(model(t), truth) = 2 (1 - (c4(n) sqrt(1 - 1/n))^t) sigma0^2."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Eq(E(W2(loop.model(t), loop.truth) ** 2), 2 * sigma0**2 * (1 - (c4(n) * sqrt(1 - 1 / n)) ** t))


@claim(source="derived: from the exact form", tight={"t": oo}, mutants={"half of it": lambda sigma0: sigma0**2})
def gaussian_w2_exact_1d_mle_bounded(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """With maximum likelihood E W2^2(model(t), truth) stays below 2 sigma0^2 for ever."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Lt(E(W2(loop.model(t), loop.truth) ** 2), 2 * sigma0**2)


@claim(
    source="derived: from the exact form; Bernoulli's inequality and a bound of c4(n)",
    tight={"t": 0},
    mutants={
        "3t/(2n) from above": lambda n, t: {"<=": 3 * t / (2 * n)},
        "3t/(2n) from below": lambda n, t: {">=": 3 * t / (2 * n)},
    },
)
def gaussian_w2_exact_1d_bounds(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """t/n <= E W2^2(model(t), truth)/sigma0^2 <= (3/2) t/(n-1)."""
    loop = GaussianLoop(n, sigma0, mu0)
    w = E(W2(loop.model(t), loop.truth) ** 2) / sigma0**2
    return And(Ge(w, t / n), Le(w, 3 * t / (2 * (n - 1))))


@claim(
    source=f"as commonly quoted from {SHUMAILOV}: the first-order expansion, used for all t",
    expected="fails",
    corrected="gaussian-w2-exact-1d",
)
def gaussian_w2_exact_1d_three_halves(n=Integers(2), t=Integers(1), sigma0=Positive(), mu0=Reals()):
    """E W2^2(model(t), truth) = (3/2) t/n sigma0^2 for all t."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(E(W2(loop.model(t), loop.truth) ** 2), 3 * t / (2 * n) * sigma0**2)


@claim(
    headline=(
        5,
        "The error seems to grow for ever. With the unbiased variance it does; with maximum likelihood it stays bounded.",
    ),
    source="a natural misreading ('E W2^2 tends to infinity'), without naming the estimator",
    expected="fails",
    corrected="gaussian-w2-exact-1d-mle-bounded",
)
def gaussian_w2_exact_1d_mle_diverges(n=Integers(2), t=Integers(1), sigma0=Positive(), mu0=Reals()):
    """With maximum likelihood E W2^2(model(t), truth) is at least t/n sigma0^2, hence unbounded."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Ge(E(W2(loop.model(t), loop.truth) ** 2), t / n * sigma0**2)


# ---- of known variance ----------------------------------------------------------------------------------------------


def known(n, sigma0=1, mu0=0) -> PooledGaussianLoop:
    """The mean alone is refitted, to draws from the last model."""
    return PooledGaussianLoop(n, sigma0=sigma0, mu0=mu0, known_variance=True)


NO_ARCTAN = {"derivation": "no certificate for the sign of a difference of arctangents"}
ARCTAN = "derived: the error of the mean is Gaussian; E erf of a Gaussian is an arctangent"


@claim(
    source=ARCTAN,
    mutants={
        "arctan(sqrt v)": lambda n, t: 2 / pi * atan(sqrt(t / n)),
        "arctan/pi": lambda n, t: atan(sqrt(t / n) / 2) / pi,
    },
)
def tv_expected_arctan(n=Integers(1), t=Integers(1), sigma0=Positive(), mu0=Reals()):
    """Only the mean refitted: the expected total variation from the truth is (2/pi) arctan(sqrt(t/n)/2) after t fits."""
    loop = known(n, sigma0, mu0)
    return Eq(E(TV(loop.model(t), loop.truth)), arctan_tv(t / n))


@claim(
    source=ARCTAN,
    mutants={
        "arctan(sqrt v)": lambda n, policy, t: (
            2 / pi * atan(sqrt(E(PooledGaussianLoop(n, policy, known_variance=True).error(t) ** 2)))
        ),
    },
)
def tv_expected_arctan_policies(n=Integers(1), policy=Points(Replace(), FixedReal(5), FreshReal(5)), t=Integers(1)):
    """Whatever the data policy, of known variance: E TV = (2/pi) arctan(sqrt(v)/2), v the mean squared error, sigma0 = 1."""
    loop = PooledGaussianLoop(n, policy, known_variance=True)
    return Eq(E(TV(loop.model(t), loop.truth)), arctan_tv(E(loop.error(t) ** 2)))


@claim(
    source="derived: the divergence of two Gaussians of one variance; the error of the mean is a random walk",
    mutants={"t/n": lambda n, t: t / n, "with the variance fitted": lambda n, t: t / 2 * (1 / n - drift(n))},
)
def tv_expected_arctan_kl(n=Integers(1), t=Integers(1), sigma0=Positive(), mu0=Reals()):
    """Only the mean refitted: the expected divergence from the truth is t/(2n) nats after t fits."""
    loop = known(n, sigma0, mu0)
    return Eq(E(KL(loop.model(t), loop.truth)), t / (2 * n))


@claim(
    source="derived: W2 of two Gaussians of one variance; the error of the mean is a random walk",
    mutants={"with the variance fitted": lambda n, t, sigma0: (t / n + 2 * (1 - c4(n + 1) ** t)) * sigma0**2},
)
def tv_expected_arctan_w2(n=Integers(1), t=Integers(1), sigma0=Positive(), mu0=Reals()):
    """Only the mean refitted: E W2^2(model(t), truth) = (t/n) sigma0^2."""
    loop = known(n, sigma0, mu0)
    return Eq(E(W2(loop.model(t), loop.truth) ** 2), t / n * sigma0**2)


@claim(
    source="derived: the affinity of two Gaussians of one variance is exp(-e^2/8); the error e is Gaussian",
    mutants={
        "exp(-v/8), of the mean square": lambda n, t: exp(-t / (8 * n)),
        "1/sqrt(1 + v)": lambda n, t: 1 / sqrt(1 + t / n),
    },
)
def tv_expected_arctan_hellinger(n=Integers(1), t=Integers(1)):
    """Only the mean refitted: the expected Bhattacharyya coefficient is 1/sqrt(1 + t/(4n)); 1 minus it is Hellinger's square."""
    return Eq(E(exp(-(known(n).error(t) ** 2) / 8)), 1 / sqrt(1 + t / (4 * n)))


@claim(
    source="derived: arctan(x) > pi/2 - 1/x, and at most 1/(3 x^3) more",
    mutants={"2/pi": lambda: 2 / pi, "1": lambda: S.One},
    unreached=NO_ARCTAN,
)
def tv_expected_arctan_limit(n=Integers(1), t=Integers(1), sigma0=Positive()):
    """Only the mean refitted: 1 - E TV vanishes as (4/pi) sqrt(n/t), slower than any power of a number below 1."""
    loop = known(n, sigma0)
    off = sqrt(t / n) * (1 - E(TV(loop.model(t), loop.truth)))
    return Tends(off, (t, 1, oo), 4 / pi, rate=16 * n / (3 * pi * t))


@claim(
    source="derived: arctan(x) < x",
    trivial=1,
    mutants={"three quarters of it": lambda n, t: 3 * sqrt(t / n) / (4 * pi)},
)
def tv_expected_arctan_below(n=Integers(1), t=Integers(1), sigma0=Positive()):
    """Only the mean refitted: E TV < sqrt(t/n)/pi, less than Pinsker's inequality gives, sqrt(t/n)/2."""
    loop = known(n, sigma0)
    return Lt(E(TV(loop.model(t), loop.truth)), sqrt(t / n) / pi)


@claim(
    source="the total variation of the root mean square error, taken for the mean total variation",
    expected="fails",
    corrected="tv-expected-arctan",
)
def tv_expected_arctan_plugged(n=Integers(1), t=Integers(1), sigma0=Positive()):
    """Only the mean refitted: the expected total variation is that of a mean sqrt(t/n) sigma0 off."""
    loop = known(n, sigma0)
    return Eq(E(TV(loop.model(t), loop.truth)), erf(sqrt(t / n) / (2 * sqrt(2))))
