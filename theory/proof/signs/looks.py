"""A cheap look in balls at a few points, before a long search for a sign that is not there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

from flint import arb
from sympy import Expr, Symbol
from sympy.concrete.expr_with_limits import ExprWithLimits

from ...language.errors import CannotTell
from ..arithmetic.programs import compile_expr
from ..arithmetic.rings import Balls
from ..foreign import telling

WHOLE = Symbol("n of it", integer=True, positive=True).assumptions0
LOOKS = (
    (1.0, 1.5),
    (40.0, 2.0),
    (0.375, 0.5),
    (7.0, 0.25),
    (0.0625, 4.0),
)  # the first value, and the ratio of each to the one before


def negative_somewhere(x: Expr) -> bool:
    """Whether x < 0 in balls at one of a few points."""
    return -1 in _signs(x)


def positive_somewhere(x: Expr) -> bool:
    """Whether x > 0 in balls at one of them: then it is not 0 identically."""
    return 1 in _signs(x)


def is_other_than_0(x: Expr) -> bool:
    """Whether x < 0 or x > 0 at one of them: then it is not 0 identically, which to see by algebra may take seconds."""
    return bool(_signs(x))


@lru_cache(maxsize=4096)
def _signs(x: Expr) -> frozenset[int]:
    """The signs that are seen, up to the first that is negative."""
    seen = set()
    for y in looks(x, x.free_symbols):
        seen |= {1} if y > 0 else {-1} if y < 0 else set()
        if -1 in seen:
            break
    return frozenset(seen)


def looks(x: Expr, among: Collection[Symbol]) -> Iterator[arb]:
    """x in balls at a few points, which all expressions in (some of) these symbols share; nothing where that is slow, or a
    symbol may be no positive integer."""
    places = {s: i for i, s in enumerate(sorted(among, key=str))}
    symbols = [s for s in places if s in x.free_symbols]
    if x.has(ExprWithLimits) or not all(s.assumptions0.items() <= WHOLE.items() for s in symbols):
        return
    try:
        program = compile_expr(x, tuple(symbols))
    except CannotTell:
        return
    for first, ratio in LOOKS:
        values = (arb(first) * arb(ratio) ** places[s] for s in symbols)
        try:
            with telling():
                value = program(Balls, *(v.ceil() if s.is_integer else v for s, v in zip(symbols, values, strict=True)))
        except CannotTell:
            value = arb.nan()
        yield value
