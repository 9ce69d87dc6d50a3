"""A variance is estimated from n draws of known mean, and shrunk towards a guess v0 (Ledoit and Wolf, in one dimension)."""

from sympy import Eq, Symbol

from theory import ArgMin, ChiSquare, E, Integers, Noise, Positive, claim

w = Symbol("w", real=True)


def risk(n, v, v0):
    """The mean squared error with the weight w on the guess."""
    fitted = v * Noise("S", ChiSquare(n)) / n
    return E(((1 - w) * fitted + w * v0 - v) ** 2)


@claim
def true_weight(n=Integers(1), v=Positive(), v0=Positive()):
    """The best weight of the guess is 2 v^2/(2 v^2 + n (v0 - v)^2)."""
    return Eq(ArgMin(risk(n, v, v0), (w, 0, 1)), 2 * v**2 / (2 * v**2 + n * (v0 - v) ** 2))


@claim
def false_weight(n=Integers(1), v=Positive(), v0=Positive()):
    """It is v^2/(v^2 + n (v0 - v)^2), with v^2/n as the variance of the fit."""
    return Eq(ArgMin(risk(n, v, v0), (w, 0, 1)), v**2 / (v**2 + n * (v0 - v) ** 2))
