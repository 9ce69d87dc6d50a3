"""Means of what is a polynomial in a uniform draw and in the number of the cell that it is in: of rounded draws, and codebooks.

Where cells of one length part the range of the draw, the number of the cell and the place in it are independent, and uniform.
"""

from __future__ import annotations

from sympy import Add, Dummy, Expr, Poly, PolynomialError, S, Sum, cancel, ceiling, expand, floor

from ...language.errors import CannotTell
from ...language.laws import Noise, Uniform

ROUNDED = (floor, ceiling)


def mean(f: Expr, z: Noise) -> Expr:
    """E f(Z). Raises `CannotTell`."""
    if not isinstance(z.law, Uniform) or z.law.has(Noise):
        raise CannotTell(f"cells of a draw from {z.law}")
    x = Dummy("x", real=True)
    f = f.xreplace({z: x}).replace(ceiling, lambda a: floor(a) + 1)  # which differ where the draw is almost surely not
    rounded = {e.args[0] for e in f.atoms(floor) if e.has(x)}
    if len(rounded) != 1:
        raise CannotTell("it is not about one number that is rounded")
    (line,) = rounded
    slope = expand(line).coeff(x, 1)
    low, high = (cancel(line.xreplace({x: end})) for end in z.law.args)  # a line is there what it is anywhere
    count = cancel(high - low)
    is_line = expand(line - slope * x).has(x) is False and not slope.has(x)
    if not (is_line and count.is_integer and count.is_positive and low.is_integer):
        raise CannotTell(f"whether {line} runs through whole cells is not seen")
    cell, place, start = Dummy("j", integer=True), Dummy("u", real=True), Dummy("x", real=True)
    f = f.xreplace({floor(line): cell}).xreplace({x: start})
    if f.has(floor):
        raise CannotTell(f"{f} is rounded twice")
    try:
        terms = Poly(f.xreplace({start: z.law.args[0] + (cell - low + place) / slope}), cell, place).terms()
    except PolynomialError:
        raise CannotTell(f"{f} is no polynomial in a cell and the place in it") from None
    return Add(*(c * _power(low, count, i) / (k + 1) for (i, k), c in terms))


def _power(low: Expr, count: Expr, power: int) -> Expr:
    """The mean of the power of one of so many whole numbers from the lowest on."""
    j = Dummy("j", integer=True, nonnegative=True)
    return S.One if power == 0 else cancel(Sum(expand((low + j) ** power), (j, 0, count - 1)).doit() / count)
