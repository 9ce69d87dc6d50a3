"""Performative stability is not optimality (Perdomo et al. 2020): loss x^2/2 - x Z, where the mean of Z answers to x."""

from sympy import Eq, Rational

from theory import E, Noise, Normal, Positive, Reals, claim


def risk(x, a, e):
    """The loss after deploying x, in the mean: Z has mean a + e x."""
    return E(x**2 / 2 - x * Noise("Z", Normal(a + e * x, 1)))


def stable(a, e):
    return a / (1 - e)


def best(a, e):
    return a / (1 - 2 * e)


@claim
def true_gap(a=Positive(), e=Reals(0, Rational(1, 2))):
    """The stable model loses a^2 e^2/(2 (1 - 2e) (1 - e)^2) more than the best one."""
    gap = risk(stable(a, e), a, e) - risk(best(a, e), a, e)
    return Eq(gap, a**2 * e**2 / (2 * (1 - 2 * e) * (1 - e) ** 2))


@claim
def false_gap(a=Positive(), e=Reals(0, Rational(1, 2))):
    """It loses a^2 e/(2 (1 - 2e) (1 - e)), to first order in e."""
    gap = risk(stable(a, e), a, e) - risk(best(a, e), a, e)
    return Eq(gap, a**2 * e / (2 * (1 - 2 * e) * (1 - e)))
