"""Squared loss where a bold model both moves the data and spreads them (performative risk, Perdomo et al. 2020)."""

from sympy import Eq, Symbol, oo

from theory import ArgMin, E, Noise, Normal, Positive, Reals, claim

th = Symbol("th", real=True)


def risk(a, e, v, k):
    """Outcomes have the mean a + e th and the variance v + k th^2."""
    return E((th - Noise("Z", Normal(a + e * th, v + k * th**2))) ** 2)


@claim
def true_best(a=Reals(), e=Reals(0, 1), v=Positive(), k=Positive()):
    """The performative optimum is a (1 - e)/((1 - e)^2 + k)."""
    return Eq(ArgMin(risk(a, e, v, k), (th, -oo, oo)), a * (1 - e) / ((1 - e) ** 2 + k))


@claim
def false_best(a=Reals(), e=Reals(0, 1), v=Positive(), k=Positive()):
    """It is the stable point, a/(1 - e)."""
    return Eq(ArgMin(risk(a, e, v, k), (th, -oo, oo)), a / (1 - e))
