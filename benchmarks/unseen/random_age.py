"""Texts of the web have gone through a random number of generations, geometric with mean 1/q; n points in each."""

from sympy import Eq

from theory import E, Geometric, Integers, Noise, Probability, claim


def diversity(n, q):
    """The mean share of diversity that is left."""
    return E((1 - 1 / n) ** Noise("T", Geometric(q)))


@claim
def true_diversity(n=Integers(2), q=Probability()):
    """It is q (n - 1)/(1 + q (n - 1))."""
    return Eq(diversity(n, q), q * (n - 1) / (1 + q * (n - 1)))


@claim
def false_diversity(n=Integers(2), q=Probability()):
    """As if all had the mean age."""
    return Eq(diversity(n, q), (1 - 1 / n) ** (1 / q))
