"""Where a function of one variable, or its slope, changes its sign: by looking at it at many places.

What is rational has roots that can be isolated; of other functions this tells where to look, and certifies nothing: what
changes its sign twice between two places is not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise

from flint import arb, fmpq
from sympy import Expr, Symbol

from ...language.errors import CannotTell
from ...language.functions import unfold
from ..foreign import telling
from .precision import precision
from .programs import Program, compile_expr
from .rings import Balls

BITS = 128  # that signs are told with
HALVINGS = 80  # of the way between two places

Interval = tuple[Fraction, Fraction]


def crossings(f: Expr, variable: Symbol, places: Sequence[Fraction], near: Fraction) -> list[Interval]:
    """Short intervals in which a function, or its slope, changes its sign or is not told from 0; in order.

    near: how long they are, relative to where they lie.
    """
    found: list[Interval] = []
    with precision(BITS):
        for x in _with_slope(f, variable):
            with suppress(CannotTell), telling():
                found += _changes(compile_expr(x, (variable,)), places, near)
    return sorted(dict.fromkeys(found))


def _with_slope(f: Expr, variable: Symbol) -> Iterator[Expr]:
    yield f
    with suppress(CannotTell), telling():
        yield unfold(f).diff(variable)


def _changes(program: Program, places: Sequence[Fraction], near: Fraction) -> Iterator[Interval]:
    def sign(x: fmpq) -> int | None:
        return _sign(program, x)

    signs = [(x, s) for x in places if (s := sign(_fmpq(x))) is not None]
    for (x, s), (y, r) in pairwise(signs):
        if s == 0 != r or r == 0 != s:  # where it is 0 all along, it does not change
            yield (x, x) if s == 0 else (y, y)
        if s * r < 0:
            yield _halved(sign, x, y, s, near)


def _fmpq(x: Fraction) -> fmpq:
    return fmpq(x.numerator, x.denominator)


def _sign(program: Program, x: fmpq) -> int | None:
    """None where there is no value; 0 where it is not told from 0."""
    try:
        value = program(Balls, arb(x))
    except (ArithmeticError, ValueError, CannotTell):
        return None
    return None if not value.is_finite() else 1 if value > 0 else -1 if value < 0 else 0


def _halved(
    sign: Callable[[fmpq], int | None], first: Fraction, last: Fraction, below: int, near: Fraction
) -> Interval:
    """The change between two places, closer and closer; in FLINT's fractions, which are quicker than Python's."""
    low, high, short = _fmpq(first), _fmpq(last), _fmpq(near)
    for _ in range(HALVINGS):
        if high - low <= short * max(abs(low), abs(high)):
            break
        middle = (low + high) / 2
        there = sign(middle)
        if not there:
            low = high = middle
            break
        low, high = (middle, high) if there == below else (low, middle)
    return Fraction(int(low.p), int(low.q)), Fraction(int(high.p), int(high.q))


__all__ = ["crossings"]
