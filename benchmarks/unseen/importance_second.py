"""Importance weights from a model of another width: N(0, 1) is the truth, draws are from N(0, v)."""

from sympy import Eq, Rational, exp, sqrt

from theory import E, Noise, Normal, Reals, claim


def second_moment(v):
    """Of the weights: draws that count are the share one over it."""
    x = Noise("X", Normal(0, v))
    weight = sqrt(v) * exp(-(x**2) / 2 + x**2 / (2 * v))
    return E(weight**2)


@claim
def true_moment(v=Reals(Rational(1, 2), 2)):
    """It is v/sqrt(2v - 1), and there is none for a model that is too narrow."""
    return Eq(second_moment(v), v / sqrt(2 * v - 1))


@claim
def false_moment(v=Reals(Rational(1, 2), 2)):
    """It is 1/sqrt(v (2 - v)), as of draws from the truth for the model."""
    return Eq(second_moment(v), 1 / sqrt(v * (2 - v)))
