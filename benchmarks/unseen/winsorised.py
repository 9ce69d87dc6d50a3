"""Draws beyond c deviations are set to c deviations before the variance is refitted (winsorising): what is left of it."""

from sympy import Eq, Min, erf, erfc, exp, pi, sqrt

from theory import E, Noise, Normal, Positive, claim


def left(c):
    return E(Min(Noise("Z", Normal(0, 1)) ** 2, c**2))


def inside(c):
    """The part of the variance that is within c."""
    return erf(c / sqrt(2)) - sqrt(2 / pi) * c * exp(-(c**2) / 2)


@claim
def true_left(c=Positive()):
    """The part inside, and c^2 for each draw outside."""
    return Eq(left(c), inside(c) + c**2 * erfc(c / sqrt(2)))


@claim
def false_left(c=Positive()):
    """With the draws on one side only."""
    return Eq(left(c), inside(c) + c**2 * erfc(c / sqrt(2)) / 2)
