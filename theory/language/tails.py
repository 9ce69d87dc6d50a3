"""Bounds of tail probabilities by moments, as expressions for claims: `Prob(x >= a) <= Markov(x, a)`."""

from __future__ import annotations

from sympy import Expr, sympify

from .errors import BadInput
from .moments import E, Var


def Markov(variable, level, power=1) -> Expr:
    """E x^power / level^power: P(x >= level) is at most that for x >= 0 and a level above 0.

    Raises `BadInput` for a power that is not above 0.
    """
    power = sympify(power)
    if not power.is_positive:
        raise BadInput(f"Markov({variable}, {level}, {power}): expected a power above 0")
    return E(variable**power) / sympify(level) ** power


def Chebyshev(variable, distance) -> Expr:
    """Var x / distance^2: P(|x - E x| >= distance) is at most that for a distance above 0."""
    return Var(variable) / sympify(distance) ** 2


def Cantelli(variable, distance) -> Expr:
    """Var x / (Var x + distance^2): P(x - E x >= distance) is at most that for a distance above 0."""
    return Var(variable) / (Var(variable) + sympify(distance) ** 2)


__all__ = ["Cantelli", "Chebyshev", "Markov"]
