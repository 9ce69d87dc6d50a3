"""A model is off the one before it by (1/n + log((n - 1)/2) - psi((n - 1)/2))/2 in expected KL, in every generation."""

from sympy import Eq, digamma, log

from theory import KL, W2, E, GaussianLoop, Integers, c4, claim


@claim(source="derived: one refit of a Gaussian (Shumailov et al. 2305.17493), seen from the model before")
def true_kl_step(n=Integers(2), t=Integers(0)):
    """A model is off the one before it by (1/n + log((n - 1)/2) - psi((n - 1)/2))/2 in expected KL, in every generation.

    2 KL = v'/v + (mu' - mu)^2/v - 1 - log(v'/v) with the means 1, 1/n and psi((n-1)/2) - log((n-1)/2). n = 2: 0.885.
    """
    loop = GaussianLoop(n)
    return Eq(E(KL(loop.model(t + 1), loop.model(t))), (1 / n + log((n - 1) / 2) - digamma((n - 1) / 2)) / 2)


@claim(source="the same, n for n - 1")
def false_kl_step(n=Integers(2), t=Integers(0)):
    """By (1/n + log(n/2) - psi(n/2))/2. (False: n = 2: 0.539.)"""
    loop = GaussianLoop(n)
    return Eq(E(KL(loop.model(t + 1), loop.model(t))), (1 / n + log(n / 2) - digamma(n / 2)) / 2)


@claim(source="derived: W2 of Gaussians")
def true_w2_step(n=Integers(2), t=Integers(0)):
    """E W2^2 between a model and the next one is 1/n + 2 (1 - c4(n)), in every generation.

    W2^2 = (mu' - mu)^2 + (sigma' - sigma)^2 = v (1/n + 1 - 2 c4 + 1) in the mean, and E v = 1.
    """
    loop = GaussianLoop(n)
    return Eq(E(W2(loop.model(t + 1), loop.model(t)) ** 2), 1 / n + 2 * (1 - c4(n)))


@claim(source="the same, the variance of sigma for its mean square")
def false_w2_step(n=Integers(2), t=Integers(0)):
    """It is 1/n + 1 - c4(n)^2. (False: 2 (1 - c) > 1 - c^2.)"""
    loop = GaussianLoop(n)
    return Eq(E(W2(loop.model(t + 1), loop.model(t)) ** 2), 1 / n + 1 - c4(n) ** 2)
