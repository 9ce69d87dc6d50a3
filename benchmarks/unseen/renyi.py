"""Renyi privacy of the Gaussian mechanism: the means with and without a person differ by d (Mironov 2017)."""

from sympy import Eq, exp, oo

from theory import E, Noise, Normal, Positive, Reals, claim


def moment(a, d, s):
    """E (p/q)^a under q = N(0, s^2), p = N(d, s^2)."""
    ratio = (d * Noise("X", Normal(0, s**2)) - d**2 / 2) / s**2
    return E(exp(a * ratio))


@claim
def true_moment(a=Reals(1, oo), d=Reals(), s=Positive()):
    """It is exp(a (a - 1) d^2/(2 s^2)): the divergence of order a is a d^2/(2 s^2)."""
    return Eq(moment(a, d, s), exp(a * (a - 1) * d**2 / (2 * s**2)))


@claim
def false_moment(a=Reals(1, oo), d=Reals(), s=Positive()):
    """It is exp(a^2 d^2/(2 s^2))."""
    return Eq(moment(a, d, s), exp(a**2 * d**2 / (2 * s**2)))
