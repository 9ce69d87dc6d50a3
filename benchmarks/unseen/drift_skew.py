"""Genetic drift: the third eigenfunction of the Wright-Fisher chain."""

from sympy import Eq

from theory import E, Integers, Probability, SymbolLoop, claim


@claim
def true_third_eigenvalue(n=Integers(2), p=Probability(), t=Integers(0)):
    """x(1 - x)(1 - 2x) decays by (1 - 1/n)(1 - 2/n) a generation."""
    x = SymbolLoop(p, n).share(t)
    return Eq(E(x * (1 - x) * (1 - 2 * x)), p * (1 - p) * (1 - 2 * p) * ((1 - 1 / n) * (1 - 2 / n)) ** t)


@claim
def false_third_eigenvalue(n=Integers(2), p=Probability(), t=Integers(0)):
    """1 - 3/n is this to first order only."""
    x = SymbolLoop(p, n).share(t)
    return Eq(E(x * (1 - x) * (1 - 2 * x)), p * (1 - p) * (1 - 2 * p) * (1 - 3 / n) ** t)
