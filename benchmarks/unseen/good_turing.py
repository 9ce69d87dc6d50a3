"""Good and Turing: the share of draws that are seen once, for the mass of what is not seen; three symbols, n draws."""

from sympy import E as e
from sympy import Le

from theory import Integers, Simplex, claim


def bias(n, p):
    """Of a symbol of probability q, (1 - q)^(n - 1) q is expected for the one, and (1 - q)^n q for the other."""
    return sum((1 - q) ** (n - 1) * q - (1 - q) ** n * q for q in p)


@claim(source="Robbins 1968; McAllester and Schapire 2000")
def true_bias(n=Integers(1), p=Simplex(3)):
    """The estimate is too large by 1/n at most."""
    return Le(bias(n, p), 1 / n)


@claim(source="the same, with the largest loss of one symbol")
def false_bias(n=Integers(1), p=Simplex(3)):
    """By 1/(e n) at most. (False: three symbols of 1/3 and three draws.)"""
    return Le(bias(n, p), 1 / (e * n))
