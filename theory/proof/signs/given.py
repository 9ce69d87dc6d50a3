"""Signs where other quantities are known to be positive: a side condition, a part of the domain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat

from flint import arb
from sympy import Expr, Integer, S, cancel, together

from ..arithmetic.programs import to_ball
from ..symbols import rational
from ..symbols.normal_forms import is_seen_zero, is_zero
from .looks import looks
from .sign import Certificate, Positive

MOST_SYMBOLS = 3  # by which a condition is multiplied

Condition = tuple[Expr, bool]  # a quantity that is >= 0, or > 0 (True)


def is_one_of(x: Expr, strict: bool, where: Sequence[Condition]) -> bool:
    """Whether a rational function that is too long for anything else is itself a condition, in another form."""
    return any(
        (is_strict or not strict) and x.is_rational_function() and g.is_rational_function() and is_seen_zero(x - g)
        for g, is_strict in where
        if x.free_symbols == g.free_symbols
    )


class Given:
    """A quantity x, and the conditions that hold; all in balls at a few points."""

    def __init__(self, x: Expr, where: Sequence[Condition]):
        self.x, self.where = x, where
        among = x.free_symbols.union(*(g.free_symbols for g, _ in where))
        self.seen, *self.told = (list(looks(y, among)) for y in (x, *(g for g, _ in where)))
        self.among = among

    @property
    def is_negative_somewhere(self) -> bool:
        """Whether x < 0 at one of the points, where all conditions are positive: a cheap look before a long search."""
        points = zip(self.seen, *self.told, strict=False)
        return any(x < 0 and all(y > 0 for y in told) for x, *told in points)

    def follows(self, strict: bool, positive: Positive) -> bool:
        """Whether x > 0 (or x >= 0) is certified from one condition: as a multiple of it and more, or a positive multiple.

        positive: what certifies the rest, or the factor, on the whole domain.
        """
        for (g, is_strict), told in zip(self.where, self.told, strict=True):
            seen = list(zip(self.seen, told, strict=False))
            for times, sizes in self._times(g):
                if any(x - c * y < 0 for (x, y), c in zip(seen, sizes, strict=False)):
                    continue
                rest = self.x - times * g
                if rest.is_zero or is_zero(rest):
                    return (is_strict and bool(times.is_positive)) or not strict
                if positive(rest, Certificate(), strict and not (is_strict and times.is_positive)):
                    return True
            if g != 0 and not any(x * y < 0 for x, y in seen):
                ratio = self.x / g
                ratio = rational.as_product(ratio) if ratio.is_rational_function() else cancel(together(ratio))
                if ratio.is_finite is not False and positive(ratio, Certificate()):
                    return is_strict or not strict
        return False

    def _times(self, g: Expr) -> Iterator[tuple[Expr, Iterator[arb]]]:
        """What a condition is multiplied by: numbers, and its symbols that are not negative; with balls at the looks."""
        for c in (S.Half, S.One, Integer(2)):
            yield c, repeat(to_ball(c))
        symbols = sorted(self.x.free_symbols & g.free_symbols, key=str)
        if len(symbols) <= MOST_SYMBOLS and self.seen and self.x.is_rational_function() and g.is_rational_function():
            for y in (c * s for s in symbols if s.is_nonnegative for c in (S.Half, S.One)):
                yield y, looks(y, self.among)
