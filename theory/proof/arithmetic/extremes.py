"""Means of functions of the largest, or the smallest, of independent draws, in balls: one integral for each of them.

E f(Max(X_1, ..., X_n)) is the sum over i of E f(X_i) prod_{j != i} F_j(X_i), where laws with densities make ties impossible.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from sympy import Abs, Expr, Max, Min, Poly, S, Symbol, expand

from ...language.errors import CannotTell
from ...language.laws import Law, Noise
from ...language.strangers import ours

Part = tuple[Expr, Symbol, Law]


@lru_cache(maxsize=512)
def parts_of(f: Expr) -> tuple[tuple[int, Part], ...]:
    """E f as a sum of means under one law each: how often it is there, the function, its symbol, and the law.

    Raises `CannotTell` for what is no function of one maximum, or minimum, of lines in independent draws and of a number.
    """
    found = [x for x in f.atoms(Max, Min) if x.has(Noise)]
    outer = [x for x in found if not any(x in y.args or y.has(x) for y in found if y is not x)]
    y = Symbol("largest", real=True)
    if len(outer) != 1 or (rest := f.xreplace({outer[0]: y})).has(Noise):
        raise CannotTell(f"{f} is no function of one maximum, or minimum, of draws")
    (top,) = outer
    lines = [(*_line(a), a) for a in top.args if a.has(Noise)]
    draws = [z for z, *_ in lines]
    if len(draws) < 2 or len({z.whole for z in draws}) < len(draws):
        raise CannotTell(f"{top} is none of several independent draws")
    counted: dict[Part, int] = {}
    numbers = [a for a in top.args if not a.has(Noise)]
    for i, (z, *_, line) in enumerate(lines):
        x = Symbol("value of a draw", **{"positive" if z.is_positive else "real": True})
        here = line.xreplace({z: x})
        beyond = [c for j, other in enumerate(lines) if j != i for c in _below(other, here, isinstance(top, Max))]
        whole = rest.xreplace({y: _extreme(top.func, [*numbers, here])})
        for c in beyond:
            whole *= c
        part = whole, x, z.law
        counted[part] = counted.get(part, 0) + 1
    return tuple((n, part) for part, n in counted.items())


def _line(a: Expr) -> tuple[Noise, Expr, Expr]:
    """A draw, and the slope and the constant of the line in it."""
    draws = list(a.atoms(Noise))
    if len(draws) != 1 or not a.is_polynomial(draws[0]) or Poly(a, draws[0]).degree() != 1:
        raise CannotTell(f"{a} is no line in one draw")
    (z,) = draws
    if not (z.law.is_continuous and ours(type(z.law))) or z.law.has(Noise):
        raise CannotTell(f"{z.law} is no law with a density that is known")
    slope, constant = Poly(a, z).all_coeffs()
    if not (slope.is_positive or slope.is_negative):
        raise CannotTell(f"the sign of {slope} is not known")
    return z, slope, constant


def _below(line: tuple[Noise, Expr, Expr, Expr], at: Expr, below: bool) -> Iterator[Expr]:
    """The probability that a line in a draw is below, or above, a place."""
    z, slope, constant, _ = line
    chance = z.law.cdf(expand((at - constant) / slope))
    yield chance if below == bool(slope.is_positive) else 1 - chance


def _extreme(kind: type, among: list[Expr]) -> Expr:
    """The largest, or smallest, in absolute values: their kinks are where integrals are cut."""
    side = S.One if kind is Max else -S.One
    found = among[0]
    for a in among[1:]:
        found = (found + a + side * Abs(found - a)) / 2
    return found


__all__ = ["parts_of"]
