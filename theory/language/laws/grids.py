"""Rational numbers that others are multiples of."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from math import gcd

from sympy import Expr, Rational, S


def common(a: Rational, b: Rational) -> Rational:
    """The largest number that both are multiples of; 0 of 0 and 0."""
    if not (a and b):
        return abs(a + b)
    return Rational(gcd(a.p * b.q, b.p * a.q), a.q * b.q)


def grid_of_all(numbers: Iterable[Expr]) -> Rational | None:
    """The largest number that all of them are multiples of; None where one of them is not rational."""
    numbers = tuple(numbers)
    return reduce(common, numbers, S.Zero) if all(x.is_Rational for x in numbers) else None
