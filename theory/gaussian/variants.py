"""Only the variance refitted, samples of reduced variance."""

from __future__ import annotations

from sympy import Eq, Lt, log, oo, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Positive, Probability, Reals
from ..language.functions import c4
from ..language.moments import KL, E, Var
from .common import ALEMOHAMMAD, GaussianLoop, drift

# ---- only the variance is refitted ----------------------------------------------------------------------------------


@claim(
    source="derived: sums of squares around a known mean, chi-square with n degrees of freedom",
    mutants={"c4(n), as with a fitted mean": lambda n, t, sigma0: c4(n) ** t * sigma0},
)
def known_mean_variance_loop(n=Integers(1), t=Integers(0), sigma0=Positive()):
    """With a known mean the expected standard deviation decays by c4(n+1) a generation."""
    loop = GaussianLoop(n, sigma0, known_mean=True)
    return Eq(E(loop.sigma(t)), c4(n + 1) ** t * sigma0)


@claim(
    source="derived: sums of squares around a known mean, chi-square with n degrees of freedom",
    mutants={"(1 - 1/n)^t": lambda n, t, sigma0: (1 - 1 / n) ** t * sigma0**2},
)
def known_mean_variance_loop_variance(n=Integers(1), t=Integers(0), sigma0=Positive()):
    """With a known mean maximum likelihood is unbiased: the expected fitted variance never changes."""
    loop = GaussianLoop(n, sigma0, estimator="mle", known_mean=True)
    return Eq(E(loop.sigma(t) ** 2), sigma0**2)


@claim(
    source="derived: sums of squares around a known mean, chi-square with n degrees of freedom",
    mutants={"(1 + 2/(n-1))^t": lambda n, t, sigma0: (1 + 2 / (n - 1)) ** t * sigma0**4},
)
def known_mean_variance_loop_fourth(n=Integers(1), t=Integers(0), sigma0=Positive()):
    """With a known mean the fourth moment of sigma_t grows by 1 + 2/n a generation."""
    loop = GaussianLoop(n, sigma0, known_mean=True)
    return Eq(E(loop.sigma(t) ** 4), (1 + 2 / n) ** t * sigma0**4)


@claim(
    source="derived: sums of squares around a known mean, chi-square with n degrees of freedom",
    mutants={"drift with n - 1": lambda n, t, sigma0: log(sigma0**2) + t * drift(n - 1)},
)
def known_mean_variance_loop_log(n=Integers(1), t=Integers(0), sigma0=Positive()):
    """With a known mean the drift of log sigma_t^2 is psi(n/2) - log(n/2)."""
    loop = GaussianLoop(n, sigma0, known_mean=True)
    return Eq(E(log(loop.sigma(t) ** 2)), log(sigma0**2) + t * drift(n))


@claim(
    source="derived: the divergence of two Gaussians of the same mean, E log chi2",
    mutants={"with a fitted mean": lambda n, t: t / 2 * (1 / n - drift(n - 1))},
)
def known_mean_variance_loop_kl(n=Integers(1), t=Integers(0), sigma0=Positive()):
    """With a known mean E KL(model(t) || truth) = -(t/2) drift."""
    loop = GaussianLoop(n, sigma0, known_mean=True)
    return Eq(E(KL(loop.model(t), loop.truth)), -t / 2 * drift(n))


@claim(
    source="a natural misreading ('maximum likelihood shrinks the variance by 1 - 1/n'), without the fitted mean",
    expected="fails",
    corrected="known-mean-variance-loop-variance",
)
def known_mean_variance_loop_shrinks(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """With a known mean the maximum-likelihood variance decays by 1 - 1/n a generation."""
    loop = GaussianLoop(n, sigma0, estimator="mle", known_mean=True)
    return Eq(E(loop.sigma(t) ** 2), (1 - 1 / n) ** t * sigma0**2)


# ---- sampling with reduced variance ---------------------------------------------------------------------------------


@claim(
    source=f"{ALEMOHAMMAD} (sampling bias lambda); exact forms derived",
    mutants={
        "lam^(2t)": lambda lam, t, sigma0: lam ** (2 * t) * sigma0**2,
        "faithful first sample": lambda lam, t, sigma0: lam ** (t - 1) * sigma0**2,
    },
)
def sampling_bias_lambda(n=Integers(2), t=Integers(0), lam=Probability(), sigma0=Positive()):
    """Drawing with variance lam sigma^2 makes the expected fitted variance decay by lam a generation."""
    loop = GaussianLoop(n, sigma0, sampling_bias=lam)
    return Eq(E(loop.sigma(t) ** 2), lam**t * sigma0**2)


@claim(
    source="derived: mean of the chi law, with the factor lam in every variance",
    mutants={"without sqrt": lambda n, t, lam, sigma0: (c4(n) * lam) ** t * sigma0},
)
def sampling_bias_lambda_sd(n=Integers(2), t=Integers(0), lam=Probability(), sigma0=Positive()):
    """Under sampling bias lam the expected standard deviation decays by c4(n) sqrt(lam) a generation."""
    loop = GaussianLoop(n, sigma0, sampling_bias=lam)
    return Eq(E(loop.sigma(t)), (c4(n) * sqrt(lam)) ** t * sigma0)


@claim(
    source="derived: moments of the chi-square law, with the factor lam in every variance",
    mutants={"n for n - 1": lambda n, t, lam, sigma0: (lam**2 * (n + 2) / n) ** t * sigma0**4},
)
def sampling_bias_lambda_fourth(n=Integers(2), t=Integers(0), lam=Probability(), sigma0=Positive()):
    """Under sampling bias lam the fourth moment of sigma_t changes by lam^2 (n+1)/(n-1) a generation."""
    loop = GaussianLoop(n, sigma0, sampling_bias=lam)
    return Eq(E(loop.sigma(t) ** 4), (lam**2 * (n + 1) / (n - 1)) ** t * sigma0**4)


@claim(
    source="derived: uncorrelated steps of the mean, a geometric sum",
    mutants={"t/n": lambda n, t, sigma0: t / n * sigma0**2},
)
def sampling_bias_lambda_mean(n=Integers(2), t=Integers(0), lam=Probability(), sigma0=Positive(), mu0=Reals()):
    """Under sampling bias lam the variance of the fitted mean is a geometric sum, lam (1 - lam^t)/(n (1 - lam))."""
    loop = GaussianLoop(n, sigma0, mu0, sampling_bias=lam)
    return Eq(Var(loop.mu(t)), sigma0**2 / n * lam * (1 - lam**t) / (1 - lam))


@claim(
    source="derived: from the exact form",
    tight={"t": oo},
    mutants={"half of it": lambda n, lam, sigma0: sigma0**2 * lam / (2 * n * (1 - lam))},
)
def sampling_bias_lambda_mean_bounded(n=Integers(2), t=Integers(0), lam=Probability(), sigma0=Positive(), mu0=Reals()):
    """Under sampling bias lam < 1 the variance of the fitted mean stays below lam/(n (1 - lam)) sigma0^2."""
    loop = GaussianLoop(n, sigma0, mu0, sampling_bias=lam)
    return Lt(Var(loop.mu(t)), sigma0**2 * lam / (n * (1 - lam)))


@claim(
    source="derived: mean of log chi2, with the factor lam in every variance",
    mutants={"without the drift": lambda n, t, lam, sigma0: log(sigma0**2) + t * log(lam)},
)
def sampling_bias_lambda_log(n=Integers(2), t=Integers(0), lam=Probability(), sigma0=Positive()):
    """Under sampling bias lam the drift of log sigma_t^2 gains log lam."""
    loop = GaussianLoop(n, sigma0, sampling_bias=lam)
    return Eq(E(log(loop.sigma(t) ** 2)), log(sigma0**2) + t * (log(lam) + drift(n - 1)))
