"""Whether a function of one real variable rises (or falls) all along a range: by the signs of its slopes on intervals, in balls.

Kinks are no obstacle: the slopes of `Max`, `Abs` and the like are all slopes beside a kink (`boxes.Jets`). An interval on which
the sign is not told is cut in two, the widest first, so that a dent of any width is met, or what is left tells where it may be.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from .boxes import Jet, Jets
from .precision import precision
from .rings import Balls

MOST_LOOKS = 1500  # intervals of one range
BITS = 64
NEAR = Fraction(1, 2**10)  # of the chart: what is left so near to an end, or to the turn, is no doubt
CLOSEST = NEAR / 2**20  # what is left still nearer is not cut any more: there a slope fades for ever
OUT = Fraction(1, 2**5)  # of the chart, at an infinite end: beyond it only steps are looked at


@dataclass
class Slopes:
    """What is left of a range, where the sign of the slope is not told though it is told on both sides, and an interval on which
    it is surely wrong.

    Towards the turn and the ends slopes may fade faster than balls tell: what is left there is looked at in steps alone.
    """

    left: list[tuple[Fraction, Fraction]] = field(default_factory=list)
    wrong: tuple[Fraction, Fraction] | None = None


def slopes(
    program: Callable,
    derivative: Callable | None,
    low: Fraction,
    high: Fraction,
    turn: Fraction,
    rises: bool,
    far: bool = False,
) -> Slopes:
    """The slope's sign from `low` to `high`, one of which is the turn and the other an end of the range.

    The range is cut in the chart y/(1 + y) of the distance from its lower end.  derivative: of the function, where it has one
    in symbols: then slopes are known better.  far: `high` is infinite.
    """
    origin, unit = (low, high - low) if high == turn and not far else (turn, max(abs(turn), Fraction(1)))

    def out(u: Fraction) -> Fraction:
        return origin + unit * u / (1 - u)

    def chart(y: Fraction) -> Fraction:
        return (y - origin) / (y - origin + unit)

    first, last = chart(low), 1 - OUT if far else chart(high)
    found, begin, end = Slopes(), last, first  # told on intervals between these
    todo = [(first - last, first, last)]
    with precision(BITS):
        for _ in range(MOST_LOOKS):
            if not todo:
                break
            width, u, v = heapq.heappop(todo)
            if v < first + CLOSEST or u > last - CLOSEST:
                continue
            sign = _sign(program, derivative, out(u), out(v))
            if sign is None:
                middle = (u + v) / 2
                heapq.heappush(todo, (width / 2, u, middle))
                heapq.heappush(todo, (width / 2, middle, v))
            elif sign != (1 if rises else -1):
                found.wrong = out(u), out(v)
                return found
            else:
                begin, end = min(begin, u), max(end, v)
    begin, end = max(begin, first + NEAR), min(end, last - NEAR)
    found.left = [(out(u), out(v)) for _, u, v in sorted(todo, key=lambda x: x[1]) if begin < u and v < end]
    return found


def _sign(program: Callable, derivative: Callable | None, low: Fraction, high: Fraction) -> int | None:
    """The sign of the slope all over an interval; 0 where the function is constant there."""
    centre, radius = arb(_exact((low + high) / 2)), arb(_exact((high - low) / 2)).upper()
    (x,) = Jet.variables([arb(centre, radius)])
    try:
        jet: Any = program(Jets, x)
        found = [jet.grad.get(0, arb(0))] if jet.value.is_finite() else []
        if derivative is not None and found and not _told(found[0]):  # by the mean value theorem, of the slope
            steep: Any = derivative(Jets, x)
            found.append(derivative(Balls, centre) + steep.grad.get(0, arb(0)) * arb(0, radius))
    except (ArithmeticError, ValueError):
        return None
    slope = next(filter(_told, found), None)
    return None if slope is None else 1 if slope > 0 else -1 if slope < 0 else 0


def _told(slope: arb) -> bool:
    return slope.is_finite() and bool(slope > 0 or slope < 0 or slope.is_zero())


def _exact(x: Fraction) -> fmpq:
    return fmpq(x.numerator, x.denominator)
