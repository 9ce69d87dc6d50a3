"""Interval arithmetic in floats, of expressions with jumps: a span for every value, carried through the expression.

A span goes from the least to the largest number that a value may stand for. A jump inside of one is a near-tie. It is decided
exactly where the difference is a multiple of a number larger than the span (so it is 0). Else both readings are in the span.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import special
from sympy import (
    Abs,
    Add,
    And,
    Dummy,
    Expr,
    Heaviside,
    Max,
    Min,
    Mul,
    Not,
    Or,
    Piecewise,
    Pow,
    Rational,
    S,
    Symbol,
    acosh,
    asin,
    asinh,
    atan,
    ceiling,
    erf,
    erfc,
    exp,
    floor,
    frac,
    lambdify,
    log,
    sign,
    sinh,
    tanh,
)
from sympy.core.relational import Eq, Ge, Gt, Le, Lt, Ne, Relational

from theory.language.balls import in_floats
from theory.proof.arithmetic.atoms import HOLDS
from theory.proof.arithmetic.programs import to_ball

from .lattice import grid_of

BAND = 2.0**-40  # of a value, and of the largest in its block: where the rounding of a kernel, or a long walk, stays
STEP = 2.0**-50  # what an operation adds
# floats below 2^-1022 lose their digits, and are 0 in the end: what may be left of them, where steps go on
TINY = 2.0**-960

Span = tuple[Any, Any]  # lower and upper ends, arrays or numbers


RISING: dict[type, Callable] = {
    exp: np.exp,
    log: np.log,
    atan: np.arctan,
    asin: np.arcsin,
    tanh: np.tanh,
    sinh: np.sinh,
    asinh: np.arcsinh,
    acosh: np.arccosh,
}


def wider(low: Any, high: Any, share: float = STEP) -> Span:
    """A span with what rounding may add to its ends."""
    pad = share * np.maximum(np.abs(low), np.abs(high))
    return low - pad, high + pad


@lru_cache(maxsize=4096)
def span_of_number(x: Expr) -> tuple[float, float]:
    """The floats around a number; a whole one below 2^53 is one itself."""
    if x.is_infinite:
        return float(x), float(x)
    if x.is_Integer and abs(x) < 2**53:
        return float(x), float(x)
    middle, radius = in_floats(to_ball(x))
    return wider(middle - radius, middle + radius)


class Spans:
    """The spans of the parts of an expression.  tied: where a jump was near; open: where it was not decided."""

    def __init__(self, leaves: Mapping[Symbol, Span], grids: Mapping[Symbol, Rational | None], size: int):
        self.leaves, self.grids = dict(leaves), grids
        self.tied, self.open = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        self.known: dict[Any, Span] = {}

    def of(self, x: Any) -> Span:
        """The span of an expression in the symbols of the leaves; of an event 0 or 1 at both ends."""
        if x not in self.known:
            self.known[x] = self._of(x)
        return self.known[x]

    def _of(self, x: Any) -> Span:
        if x in self.leaves:
            return self.leaves[x]
        if isinstance(x, Relational):
            return _held(x, *self._signs(x.lhs, x.rhs))
        if x.is_number and not x.has(sign, floor, ceiling, Heaviside, Relational):
            return span_of_number(x)
        match x:
            case Add():
                spans = [self.of(a) for a in x.args]
                size = sum(np.maximum(np.abs(a), np.abs(b)) for a, b in spans)
                return sum(a for a, _ in spans) - STEP * size, sum(b for _, b in spans) + STEP * size
            case Mul():
                out = self.of(x.args[0])
                for a in x.args[1:]:
                    out = times(out, self.of(a))
                return out
            case Pow():
                return self._power(x)
            case sign():
                return self._signs(x.args[0])
            case Heaviside():
                low, high = self._signs(x.args[0])
                at = float(x.args[1])
                below, above = (np.where(s > 0, 1.0, np.where(s < 0, 0.0, at)) for s in (low, high))
                return below, above
            case floor():
                return self._floor(x.args[0])
            case ceiling():
                low, high = self._floor(-x.args[0])
                return -high, -low
            case frac():
                (a, b), (low, high) = self.of(x.args[0]), self._floor(x.args[0])
                return np.maximum(wider(a - high, b)[0], 0.0), np.minimum(wider(a, b - low)[1], 1.0)
            case Abs():
                low, high = self.of(x.args[0])
                return np.maximum(np.maximum(low, -high), 0.0), np.maximum(-low, high)
            case Max() | Min() | And() | Or():  # events are 0 or 1
                pick = np.maximum if isinstance(x, Max | Or) else np.minimum
                low, high = self.of(x.args[0])
                for a in x.args[1:]:
                    c, d = self.of(a)
                    low, high = pick(low, c), pick(high, d)
                return low, high
            case Piecewise():
                return self._pieces(x)
            case Not():
                low, high = self.of(x.args[0])
                return 1.0 - high, 1.0 - low
            case _ if x in (S.true, S.false):
                return (1.0, 1.0) if x is S.true else (0.0, 0.0)
            case _ if type(x) in RISING:
                low, high = self.of(x.args[0])
                f = RISING[type(x)]
                low = np.maximum(low, 0.0) if isinstance(x, log) else low
                if isinstance(x, exp):  # never 0
                    return underflown(wider(f(low), f(high), 8 * STEP), positive=True)
                return wider(f(low), f(high), 8 * STEP)
            case erf() | erfc():
                low, high = map(special.erf if isinstance(x, erf) else special.erfc, self.of(x.args[0]))
                return wider(low, high, 8 * STEP) if isinstance(x, erf) else wider(high, low, 8 * STEP)
            case _:
                return self._other(x)

    def _signs(self, x: Any, than: Any = S.Zero) -> Span:
        """The sign of x - than: -1, 0 or 1, in both readings."""
        (low, high), (least, most) = self.of(x), self.of(than)
        a = np.where(low > most, 1.0, np.where(low == most, 0.0, -1.0))
        b = np.where(high < least, -1.0, np.where(high == least, 0.0, 1.0))
        tied = ~((a > 0) | (b < 0))  # nan is anything
        if tied.any():
            exact = tied & (a == 0) & (b == 0)
            grid = grid_of(x - than, self.grids)
            if grid is not None and grid > 0:
                low, high = self.of(x - than)
                exact |= tied & (low > -float(grid)) & (high < float(grid))
            self.tied |= tied
            self.open |= tied & ~exact
            a, b = np.where(exact, 0.0, a), np.where(exact, 0.0, b)
        return a, b

    def _floor(self, x: Any) -> Span:
        low, high = self.of(x)
        a, b = np.floor(low), np.floor(high)
        tied = ~(a == b)
        grid = grid_of(x - 1, self.grids)  # with the integers
        exact = np.zeros_like(tied)
        if grid is not None and grid > 0:
            exact = tied & (low > b - float(grid)) & (high < b + float(grid))
        self.tied |= tied
        self.open |= tied & ~exact
        return np.where(exact, b, a), b

    def _power(self, x: Any) -> Span:
        low, high = self.of(x.base)
        p = x.exp
        if p.is_Integer:
            k = abs(int(p))
            a, b = low**k, high**k
            if k % 2 == 0:
                a, b = np.where((low < 0) & (high > 0), 0.0, np.minimum(a, b)), np.maximum(a, b)
            a, b = wider(a, b, (k + 1) * STEP)
            a, b = _unless_zero((low, high), (low, high), underflown((a, b), positive=k % 2 == 0))
            a = np.maximum(a, 0.0) if k % 2 == 0 else a
            if p > 0:
                return a, b
            crossed = (a <= 0) & (b >= 0)
            return wider(np.where(crossed, -np.inf, 1 / b), np.where(crossed, np.inf, 1 / a))
        bottom = np.maximum(low, 0.0)
        if p.is_number:
            ends = bottom ** float(p), high ** float(p)
            return wider(np.minimum(*ends), np.maximum(*ends), 16 * STEP * (1 + abs(float(p))))
        logs = wider(np.log(bottom), np.log(high), 8 * STEP)
        a, b = times(self.of(p), logs)
        return wider(np.exp(a), np.exp(b), 16 * STEP * (1 + np.maximum(np.abs(a), np.abs(b))))

    def _pieces(self, x: Any) -> Span:
        low: Any = np.full(self.tied.shape, np.inf)
        high: Any = np.full(self.tied.shape, -np.inf)
        left = np.ones(self.tied.shape)  # 1 where no condition before surely holds
        for value, condition in x.args:
            never, may = self.of(condition)
            a, b = self.of(value)
            here = (left > 0) & (may > 0)
            low, high = np.where(here, np.minimum(low, a), low), np.where(here, np.maximum(high, b), high)
            left = np.where(never > 0, 0.0, left)
        return np.where(low > high, np.nan, low), np.where(low > high, np.nan, high)

    def _other(self, x: Any) -> Span:
        """A smooth function, from its values at the ends and between them."""
        spans = [self.of(a) for a in x.args]
        names = [Dummy(f"a{i}", real=True) for i in range(len(spans))]
        f = lambdify(names, x.func(*names), modules=["numpy", "scipy"])
        values = [f(*(a + (b - a) * w for a, b in spans)) for w in (0.0, 0.25, 0.5, 0.75, 1.0)]
        low, high = np.minimum.reduce(values), np.maximum.reduce(values)
        return wider(low - (high - low), high + (high - low), 2 * BAND)


def times(x: Span, y: Span) -> Span:
    """The product of two spans."""
    (a, b), (c, d) = x, y
    if np.all(a >= 0) and np.all(c >= 0):
        return _unless_zero(x, y, underflown(wider(a * c, b * d), positive=True))
    ends = [a * c, a * d, b * c, b * d]
    return _unless_zero(x, y, underflown(wider(np.minimum.reduce(ends), np.maximum.reduce(ends))))


def underflown(x: Span, positive: bool = False) -> Span:
    """A span with what may be left of numbers too small for floats; not beyond 0 where it has a sign, or is `positive`."""
    low, high = x
    below, above = np.where((low > 0) | positive, 0.0, -np.inf), np.where(high < 0, 0.0, np.inf)
    return np.maximum(low - TINY, below), np.minimum(high + TINY, above)


def _unless_zero(x: Span, y: Span, product: Span) -> Span:
    """A product, which is 0 where one of the factors is."""
    zero = (
        (((x[0] == 0) & (x[1] == 0)) | ((y[0] == 0) & (y[1] == 0))) & np.isfinite(product[0]) & np.isfinite(product[1])
    )
    return np.where(zero, 0.0, product[0]), np.where(zero, 0.0, product[1])


def _held(x: Any, low: np.ndarray, high: np.ndarray) -> Span:
    """Whether a relation surely holds, and whether it may, from the signs that the difference of its sides may have."""
    holds = HOLDS[type(x)]
    if isinstance(x, Ge | Gt):
        return holds(low).astype(float), holds(high).astype(float)
    if isinstance(x, Le | Lt):
        return holds(high).astype(float), holds(low).astype(float)
    assert isinstance(x, Eq | Ne)
    zero, may = (low == 0) & (high == 0), (low <= 0) & (high >= 0)
    return (zero.astype(float), may.astype(float)) if isinstance(x, Eq) else (1.0 - may, 1.0 - zero)
