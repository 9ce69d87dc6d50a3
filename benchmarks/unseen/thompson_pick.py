"""Thompson sampling: an arm that has paid k times out of k, against one that was never tried, both with uniform priors."""

from sympy import Eq

from theory import Beta, Integers, Noise, Prob, claim


def picked(k):
    return Prob(Noise("X", Beta(k + 1, 1)) >= Noise("Y", Beta(1, 1)))


@claim
def true_pick(k=Integers(0)):
    """The known arm is picked with probability (k + 1)/(k + 2)."""
    return Eq(picked(k), (k + 1) / (k + 2))


@claim
def false_pick(k=Integers(0)):
    """With probability (2k + 1)/(2k + 2), as of Jeffreys' priors."""
    return Eq(picked(k), (2 * k + 1) / (2 * k + 2))
