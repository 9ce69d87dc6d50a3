"""A codebook of K codes for points that are uniform on (0, 1): each is replaced by the middle of its cell."""

from sympy import Eq, Rational, floor

from theory import E, Integers, Noise, Uniform, claim

X = Noise("X", Uniform(0, 1))


def distortion(K):
    return E((X - (floor(K * X) + Rational(1, 2)) / K) ** 2)


@claim
def true_distortion(K=Integers(1)):
    """The mean squared error is 1/(12 K^2)."""
    return Eq(distortion(K), 1 / (12 * K**2))


@claim
def false_distortion(K=Integers(1)):
    """It is 1/(6 K^2)."""
    return Eq(distortion(K), 1 / (6 * K**2))
