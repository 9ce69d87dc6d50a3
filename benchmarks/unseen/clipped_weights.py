"""Importance weights with an exponential law of mean 1, cut off at c."""

from sympy import Eq, Min, exp

from theory import E, Exponential, Noise, Positive, claim


def second(c):
    return E(Min(Noise("W", Exponential(1)), c) ** 2)


@claim
def true_second(c=Positive()):
    """The second moment is 2 (1 - (1 + c) exp(-c))."""
    return Eq(second(c), 2 * (1 - (1 + c) * exp(-c)))


@claim
def false_second(c=Positive()):
    """It is 2 (1 - exp(-c)): that of all weights, times the share that is not cut."""
    return Eq(second(c), 2 * (1 - exp(-c)))
