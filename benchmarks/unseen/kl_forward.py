"""A Gaussian refitted to n of its own draws: KL of the truth from the model, on average."""

from sympy import Eq, digamma, log

from theory import KL, E, GaussianLoop, Integers, Normal, claim


@claim
def true_kl(n=Integers(4), t=Integers(0)):
    """E KL(N(0, 1), model) after t fits; it grows geometrically."""
    loop = GaussianLoop(n)
    r, drift = (n - 1) / (n - 3), digamma((n - 1) / 2) - log((n - 1) / 2)
    kl = E(KL(Normal(0, 1), Normal(loop.mu(t), loop.sigma(t) ** 2)))
    return Eq(kl, ((3 * n - 1) / (2 * n) * (r**t - 1) + t * drift) / 2)


@claim
def false_kl(n=Integers(4), t=Integers(0)):
    """With 3n + 1 for 3n - 1."""
    loop = GaussianLoop(n)
    r, drift = (n - 1) / (n - 3), digamma((n - 1) / 2) - log((n - 1) / 2)
    kl = E(KL(Normal(0, 1), Normal(loop.mu(t), loop.sigma(t) ** 2)))
    return Eq(kl, ((3 * n + 1) / (2 * n) * (r**t - 1) + t * drift) / 2)
