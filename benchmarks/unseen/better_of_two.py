"""The better of two models' draws. Source: Clark 1961, the greatest of normal variables."""

from sympy import Eq, Max, Rational, erf, exp, pi, sqrt

from theory import E, Noise, Normal, Positive, Reals, claim

X, Y = Noise("X", Normal(0, 1)), Noise("Y", Normal(0, 1))


def clark(a, b, s2):
    """Means a and b, s2 the sum of the variances."""
    d, s = a - b, sqrt(s2)
    return (a + b) / 2 + d * erf(d / s / sqrt(2)) / 2 + s * exp(-(d**2) / s2 / 2) / sqrt(2 * pi)


@claim
def true_equal():
    """Of two standard normals: 1/sqrt(pi)."""
    return Eq(E(Max(X, Y)), 1 / sqrt(pi))


@claim
def false_equal():
    """One per cent more."""
    return Eq(E(Max(X, Y)), Rational(101, 100) / sqrt(pi))


@claim
def true_three():
    """Of three: 3/(2 sqrt(pi))."""
    return Eq(E(Max(X, Y, Noise("W", Normal(0, 1)))), 3 / (2 * sqrt(pi)))


@claim
def false_three():
    """Of three: sqrt(3)/2."""
    return Eq(E(Max(X, Y, Noise("W", Normal(0, 1)))), sqrt(3) / 2)


@claim
def true_general(a=Reals(), s=Positive()):
    """Of N(a, s^2) and N(0, 1)."""
    return Eq(E(Max(a + s * X, Y)), clark(a, 0, s**2 + 1))


@claim
def false_general(a=Reals(), s=Positive()):
    """With the standard deviations added."""
    return Eq(E(Max(a + s * X, Y)), clark(a, 0, (s + 1) ** 2))
