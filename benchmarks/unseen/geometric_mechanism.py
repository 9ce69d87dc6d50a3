"""A count is released with two-sided geometric noise, the difference of two geometric draws (Ghosh et al. 2009)."""

from sympy import Eq, exp, tanh

from theory import Geometric, Noise, Positive, Prob, claim


def unchanged(eps):
    law = Geometric(1 - exp(-eps))
    return Prob(Eq(Noise("X", law) - Noise("Y", law), 0))


@claim
def true_exact(eps=Positive()):
    """With probability tanh(eps/2) the count is released as it is."""
    return Eq(unchanged(eps), tanh(eps / 2))


@claim
def false_exact(eps=Positive()):
    """With probability 1 - exp(-eps)."""
    return Eq(unchanged(eps), 1 - exp(-eps))
