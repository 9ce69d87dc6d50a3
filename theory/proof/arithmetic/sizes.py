"""How large a function is on a half line at most: |f(y)| <= C max(1, y)^k e^(c y) for all y >= 0, from how it is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flint import arb
from sympy import Abs, Expr, Symbol, asinh, cosh, erfc, exp, log, sinh

from ...language.errors import CannotTell
from ...language.functions import BOUNDED
from .programs import to_ball
from .quadrature import Values, evaluate

ONE, ZERO = arb(1), arb(0)


@dataclass(frozen=True)
class Size:
    """C max(1, y)^k e^(c y), with C, k and c not negative."""

    C: arb
    k: arb = ZERO
    c: arb = ZERO

    def __add__(self, other: Size) -> Size:
        return Size(self.C + other.C, self.k.max(other.k), self.c.max(other.c))

    def __mul__(self, other: Size) -> Size:
        return Size(self.C * other.C, self.k + other.k, self.c + other.c)

    def __pow__(self, n: arb) -> Size:
        return Size(self.C**n, self.k * n, self.c * n)


def size(f: Expr, y: Symbol, values: Values) -> Size:
    """A bound for |f|. Raises `CannotTell` where none is known."""
    if not f.has(y):
        return Size(abs(evaluate(f, values)).upper())
    if f == y:
        return Size(ONE, ONE)
    if f.is_Add or f.is_Mul:
        first, *rest = (size(g, y, values) for g in f.args)
        for one in rest:
            first = first + one if f.is_Add else first * one
        return first
    if isinstance(f, BOUNDED):
        return Size(ONE)
    if isinstance(f, erfc):
        return Size(arb(2))
    if isinstance(f, Abs):
        return size(f.args[0], y, values)
    if f.is_Pow and f.exp.is_number and f.exp > 0 and (f.exp.is_Integer or f.base.is_nonnegative):
        return size(f.base, y, values) ** to_ball(f.exp)
    if f.is_Pow and f.exp.is_number and f.exp < 0:
        return Size((1 / least(f.base, y, values)) ** to_ball(-f.exp))
    if isinstance(f, exp):
        return _exponential(_above(f.args[0], y, values))
    if isinstance(f, cosh | sinh):
        return _exponential(_height(f.args[0], y, values))
    if isinstance(f, log | asinh):
        a, b, c = _height(f, y, values)
        return Size(a + b + c, ONE)  # log max(1, y) <= y
    raise CannotTell(f"no bound for {f} far out")


def least(f: Expr, y: Symbol, values: Values) -> arb:
    """A positive number that f is never below. Raises `CannotTell` where none is seen."""
    found = ZERO
    if isinstance(f, cosh):
        found = ONE
    elif f.is_Add:
        constant, rest = f.as_independent(y, as_Add=True)
        if all(g.is_nonnegative for g in rest.as_ordered_terms()):
            found = evaluate(constant, values)
    elif f.is_Mul:
        found = ONE
        for g in f.args:
            found = found * (least(g, y, values) if g.has(y) else evaluate(g, values))
    elif f.is_Pow and f.exp.is_number and f.exp > 0:
        found = least(f.base, y, values) ** to_ball(f.exp)
    if not found > 0:
        raise CannotTell(f"{f} is not seen to stay away from 0")
    return arb(found.lower())


def _exponential(height: tuple[arb, arb, arb]) -> Size:
    a, b, c = height
    return Size(a.exp().upper(), b.max(ZERO), c.max(ZERO))


def _height(g: Expr, y: Symbol, values: Values) -> tuple[arb, arb, arb]:
    """(a, b, c), none negative, with |g| <= a + b log max(1, y) + c y."""
    if not g.has(y):
        return abs(evaluate(g, values)).upper(), ZERO, ZERO
    if g == y:
        return ZERO, ZERO, ONE
    if g.is_Add:
        return _sum(_height(h, y, values) for h in g.args)
    if g.is_Mul:
        constant, rest = g.as_independent(y, as_Add=False)
        if constant == 1:
            raise CannotTell(f"no bound for e^{g} far out")
        factor = abs(evaluate(constant, values)).upper()
        a, b, c = _height(rest, y, values)
        return factor * a, factor * b, factor * c
    if isinstance(g, BOUNDED):
        return ONE, ZERO, ZERO
    if isinstance(g, Abs):
        return _height(g.args[0], y, values)
    if isinstance(g, asinh):  # |asinh u| <= log(1 + 2|u|)
        inner = size(g.args[0], y, values)
        return (1 + 2 * inner.C).log(), inner.k, inner.c
    if isinstance(g, log):
        inner = size(g.args[0], y, values)
        low = least(g.args[0], y, values)
        return inner.C.max(ONE).log() + abs(low.log()), inner.k, inner.c
    if isinstance(g, exp) and (above := _above(g.args[0], y, values))[1:] == (ZERO, ZERO):
        return above[0].exp(), ZERO, ZERO
    raise CannotTell(f"no bound for e^{g} far out")


def _above(g: Expr, y: Symbol, values: Values) -> tuple[arb, arb, arb]:
    """(a, b, c) with g <= a + b log max(1, y) + c y: terms that are never positive count as 0."""
    left = (term for term in g.expand().as_ordered_terms() if not term.is_nonpositive)
    return _sum(_height(x, y, values) if x.has(y) else (evaluate(x, values), ZERO, ZERO) for x in left)


def _sum(heights: Iterable[tuple[arb, arb, arb]]) -> tuple[arb, arb, arb]:
    a = b = c = ZERO
    for p, q, r in heights:
        a, b, c = a + p, b + q, c + r
    return a, b, c
