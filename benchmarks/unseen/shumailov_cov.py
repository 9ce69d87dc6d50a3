"""Runs whose variance stayed large have drifted far: Cov(mu^2, sigma^2) = (n-1)/(2n) (R^t - 1) - t/n, R = (n+1)/(n-1)."""

from sympy import Eq

from theory import Cov, GaussianLoop, Integers, claim


@claim(source="Shumailov et al. 2305.17493 (Gaussian loop), mixed moments")
def true_mean_and_variance(n=Integers(2), t=Integers(0)):
    """Runs whose variance stayed large have drifted far: Cov(mu^2, sigma^2) = (n-1)/(2n) (R^t - 1) - t/n, R = (n+1)/(n-1).

    E mu'^2 sigma'^2 = E mu^2 sigma^2 + E sigma^4/n and E sigma_k^4 = R^k: a geometric sum with R - 1 = 2/(n-1);
    E mu^2 = t/n, E sigma^2 = 1. By hand t = 1: 1/n - 1/n = 0, as mu_1 and sigma_1 are independent.
    """
    loop = GaussianLoop(n)
    R = (n + 1) / (n - 1)
    return Eq(Cov(loop.mu(t) ** 2, loop.sigma(t) ** 2), (n - 1) / (2 * n) * (R**t - 1) - t / n)


@claim(source="the same with the fourth moment of a generation later")
def false_mean_and_variance(n=Integers(2), t=Integers(0)):
    """It is (n+1)/(2n) (R^t - 1) - t/n. (False: t = 1 would be 2/(n(n-1)), not 0.)"""
    loop = GaussianLoop(n)
    R = (n + 1) / (n - 1)
    return Eq(Cov(loop.mu(t) ** 2, loop.sigma(t) ** 2), (n + 1) / (2 * n) * (R**t - 1) - t / n)


@claim(source="corollary of Shumailov et al. 2305.17493: the variance is a martingale")
def true_between_generations(n=Integers(2), s=Integers(0), t=Integers(0)):
    """Variances of generations s and s + t have the covariance ((n + 1)/(n - 1))^s - 1.

    E(sigma_(s+t)^2 | s) = sigma_s^2, and E (Q/(n-1))^2 = (n+1)/(n-1) for a chi-square of n - 1 degrees.
    """
    loop = GaussianLoop(n)
    return Eq(Cov(loop.sigma(s) ** 2, loop.sigma(s + t) ** 2), ((n + 1) / (n - 1)) ** s - 1)


@claim(source="the same with n degrees of freedom")
def false_between_generations(n=Integers(2), s=Integers(0), t=Integers(0)):
    """It is ((n + 2)/n)^s - 1. (False: n = 2, s = 1: 2, not 1.)"""
    loop = GaussianLoop(n)
    return Eq(Cov(loop.sigma(s) ** 2, loop.sigma(s + t) ** 2), ((n + 2) / n) ** s - 1)
