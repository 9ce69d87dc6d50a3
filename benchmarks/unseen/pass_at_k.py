"""At least one of k answers is right."""

from sympy import Ge

from theory import Integers, Probability, claim


@claim
def true_least(p=Probability(), k=Integers(1)):
    """The chance is k p/(1 + (k - 1) p) at least."""
    return Ge(1 - (1 - p) ** k, k * p / (1 + (k - 1) * p))


@claim
def false_least(p=Probability(), k=Integers(2)):
    """The chance is k p/(1 + (k - 2) p) at least."""
    return Ge(1 - (1 - p) ** k, k * p / (1 + (k - 2) * p))
