"""James and Stein's estimate: its risk is a mean over a Poisson count."""

from sympy import Eq, Ge, Gt, Le, exp

from theory import E, Integers, Noise, Poisson, Positive, claim


def inverse(d, s):
    """E 1/|X|^2 of d normal coordinates with means of square sum s."""
    return E(1 / (d - 2 + 2 * Noise("K", Poisson(s / 2))))


@claim
def true_jensen(d=Integers(3), s=Positive()):
    """At least 1/(d - 2 + s)."""
    return Ge(inverse(d, s), 1 / (d - 2 + s))


@claim
def false_jensen(d=Integers(3), s=Positive()):
    """At most 1/(d - 2 + s)."""
    return Le(inverse(d, s), 1 / (d - 2 + s))


@claim
def true_four(s=Positive()):
    """In four dimensions it is (1 - exp(-s/2))/s."""
    return Eq(inverse(4, s), (1 - exp(-s / 2)) / s)


@claim
def false_four(s=Positive()):
    """In four dimensions it is (1 - exp(-s))/(2 s)."""
    return Eq(inverse(4, s), (1 - exp(-s)) / (2 * s))


@claim
def true_better(d=Integers(3), s=Positive()):
    """The risk d - (d - 2)^2 E 1/|X|^2 is below d."""
    return Gt(d, d - (d - 2) ** 2 * inverse(d, s))


@claim
def true_bound(d=Integers(3), s=Positive()):
    """It is at most 2 + (d - 2) s/(d - 2 + s)."""
    return Le(d - (d - 2) ** 2 * inverse(d, s), 2 + (d - 2) * s / (d - 2 + s))


@claim
def false_bound(d=Integers(3), s=Positive()):
    """It is at most 1 + d s/(d + s)."""
    return Le(d - (d - 2) ** 2 * inverse(d, s), 1 + d * s / (d + s))
