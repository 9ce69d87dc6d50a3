"""A share a of the training coin's tosses is synthetic: how far the mixture is from the truth, in KL(truth, mixture)."""

from sympy import Le

from theory import KL, Finite, Probability, claim


def divergence(p, q):
    return KL(Finite((1 - p, p)), Finite((1 - q, q)))


@claim
def true_diluted(p=Probability(), q=Probability(), a=Probability()):
    """At most the share a of the divergence of the synthetic coin."""
    return Le(divergence(p, (1 - a) * p + a * q), a * divergence(p, q))


@claim
def false_diluted(p=Probability(), q=Probability(), a=Probability()):
    """At most a^2 of it, as it is nearly for coins that are close to each other."""
    return Le(divergence(p, (1 - a) * p + a * q), a**2 * divergence(p, q))
