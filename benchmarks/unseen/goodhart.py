"""The better of two answers is taken by a proxy reward, the true one and noise s: what is gained (regressional Goodhart)."""

from sympy import Eq, Piecewise, pi, sqrt

from theory import E, Noise, Normal, Positive, claim


def gained(s):
    """The mean true reward of the answer that is taken; true rewards are standard normal."""
    x, y, noise_x, noise_y = (Noise(name, Normal(0, 1)) for name in ("X", "Y", "V", "W"))
    return E(Piecewise((x, x + s * noise_x > y + s * noise_y), (y, True)))


@claim
def true_gain(s=Positive()):
    """It is 1/sqrt(pi (1 + s^2))."""
    return Eq(gained(s), 1 / sqrt(pi * (1 + s**2)))


@claim
def false_gain(s=Positive()):
    """It falls by the reliability itself: 1/(sqrt(pi) (1 + s^2))."""
    return Eq(gained(s), 1 / (sqrt(pi) * (1 + s**2)))
