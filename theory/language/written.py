"""One written form of what a loop or a law is made of, however it is spelled."""

from __future__ import annotations

from functools import lru_cache

from sympy import Add, Basic, Expr, Lambda, PolynomialError, Pow, Tuple, cancel, expand

from .expansion import kept_whole
from .lost import compare

LONGEST = 100  # operations: what is longer is left as it is
HIGHEST = 12  # powers of a sum: likewise
MOST = 4  # times that a form is written anew, until it stays as it is: exp(1/2)**2 becomes E


def written(x: Basic) -> Basic:
    """A parameter multiplied out, with a denominator that has nothing in common with the numerator.

    p (1 - q) and p - p q are one number, and a loop or a draw with the one is the same as that with the other. Whatever SymPy
    rewrites in a formula, it builds the loops in it again, and they come out as they were. A density, and another function, is
    left as it is: how it is written shows how it falls. What goes by it is noted, as (a - b) of (a^2 - b^2)/(a - b).
    """
    if isinstance(x, Tuple):
        return Tuple(*map(written, x))
    if not isinstance(x, Expr) or isinstance(x, Lambda) or not x.has(Add):
        return x
    compare((x,), y := _written(x))
    return y


@lru_cache(maxsize=16384)
def _written(x: Expr) -> Expr:
    y = x
    for _ in range(MOST):
        y, before = kept_whole(_multiplied_out, y), y
        if y == before:
            return y
    return x  # SymPy writes it in another way each time


def _multiplied_out(x: Expr) -> Expr:
    sums = x.atoms(Add)
    if not sums or x.count_ops() > LONGEST or any(e.base.is_Add and not _low(e.exp) for e in x.atoms(Pow)):
        return x
    # fractions within fractions, multiplied out as they are, would be hundreds of terms
    return _in_lowest_terms(expand(_in_lowest_terms(x)))


def _in_lowest_terms(x: Expr) -> Expr:
    try:
        return cancel(x) if any(e.base.is_Add and e.exp.is_negative for e in x.atoms(Pow)) else x
    except PolynomialError:  # of cases
        return x


def _low(power: Expr) -> bool:
    return not power.is_Rational or abs(power) <= HIGHEST


__all__ = ["written"]
