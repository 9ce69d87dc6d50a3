"""Two arms alike, each played once; the better looking one is played again: its mean is biased (Nie et al. 2018)."""

from sympy import Eq, Piecewise, pi, sqrt

from theory import E, Noise, Normal, Positive, claim


def estimated(s):
    """The mean of what the first arm has paid, in the mean."""
    x, y, again = (Noise(name, Normal(0, s**2)) for name in "XYZ")
    return E(Piecewise(((x + again) / 2, x > y), (x, True)))


@claim
def true_bias(s=Positive()):
    """It is too low by s/(4 sqrt(pi))."""
    return Eq(estimated(s), -s / (4 * sqrt(pi)))


@claim
def false_bias(s=Positive()):
    """By s/(2 sqrt(pi))."""
    return Eq(estimated(s), -s / (2 * sqrt(pi)))
