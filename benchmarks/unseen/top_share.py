"""Only the longest answers are kept, the share q of them; lengths are exponential, and their mean is refitted."""

from sympy import Eq, log, oo

from theory import E, Exponential, Noise, Positive, Probability, Truncated, claim


def kept_mean(m, q):
    return E(Noise("X", Truncated(Exponential(m), -m * log(q), oo)))


@claim
def true_mean(m=Positive(), q=Probability()):
    """The mean grows by the factor 1 + log(1/q) in every round."""
    return Eq(kept_mean(m, q), m * (1 + log(1 / q)))


@claim
def false_mean(m=Positive(), q=Probability()):
    """By log(1/q): as if the shortest of the kept ones were the mean of them."""
    return Eq(kept_mean(m, q), m * log(1 / q))
