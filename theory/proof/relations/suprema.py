"""The supremum of a quotient of two functions of one variable, with a proof: by the signs of derivatives.

A sign on an interval is proved by a certificate, in boxes, or from the sign of the derivative and the value, or limit, at the end
where the function is least. So the interval is cut into pieces on which the quotient is monotone; a place where it turns is
enclosed between two rational numbers, around which the derivative changes its sign once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from flint import arb
from sympy import (
    Expr,
    Integer,
    Rational,
    S,
    Symbol,
    cos,
    oo,
    sin,
    tan,
    together,
)

from ...language.errors import CannotTell
from ...language.lengths import is_too_long
from ..arithmetic.precision import precision
from ..arithmetic.programs import compile_expr, enclose, to_ball
from ..arithmetic.recognised import recognised
from ..arithmetic.rings import Balls
from ..foreign import surely, telling
from ..signs.numbers import sign_of
from ..symbols.normal_forms import is_zero
from .on_intervals import DEPTH, HOSPITAL, chart_of, core_of, end_value, inside_boxes, is_smooth, positive_on, sampled

TURNS = 4  # that a quotient may have
BITS = 400  # to which a turn is enclosed
NARROWEST = 24  # halvings of the neighbourhood in which a derivative changes its sign once
ALONE = 256  # integers that are looked at one by one before the others are left to a proof


@dataclass(frozen=True)
class Supremum:
    """The supremum of a quotient.

    value: in closed form, None where no such form is proved.  ball: encloses it.  at: the place, a number or an end of the range.
    attained: whether the quotient is as large at that place, or only approaches it there.  steps: the proof.
    """

    value: Expr | None
    ball: arb
    at: Expr
    attained: bool
    steps: tuple[str, ...]


class Unbounded(Exception):
    """The quotient is larger than any number; the message says where."""


# ---- signs ----------------------------------------------------------------------------------------------------------


# ---- the supremum on an interval --------------------------------------------------------------------------------------


def supremum(above: Expr, below: Expr, x: Symbol, a: Expr, b: Expr) -> Supremum:
    """The supremum of above/below for a < x < b. Raises `CannotTell`, and `Unbounded`."""
    above, below = (f.replace(tan, lambda e: sin(e) / cos(e)) for f in (above, below))
    ratio = above / below
    # of odd sides the quotient is even, too, but where `below` is negative a larger constant asks more
    if a == -b and all(_is_0(f.xreplace({x: -x}) - f) for f in (ratio, below)):
        return _of_half(above, below, x, b)
    if not positive_on(below, x, a, b) and (zeros := _zeros(below, x, a, b)):
        return _between(above, below, x, (a, *zeros, b))
    pieces = _Pieces(above, below, x, a, b)
    found = [pieces.end(end) for end in pieces.rising_ends] + [pieces.turn(t) for t in pieces.peaks]
    return largest_of(found, pieces.steps)


def _between(above: Expr, below: Expr, x: Symbol, ends: tuple[Expr, ...]) -> Supremum:
    """The largest supremum between numbers at which `below` is 0: there the inequality asks nothing of its constant."""
    for at in ends[1:-1]:
        _asks_nothing(above, x, at)
    parts = [supremum(above, below, x, a, b) for a, b in pairwise(ends)]
    said = f"at {' and at '.join(f'{x} = {at}' for at in ends[1:-1])} the constant stands beside 0"
    return largest_of(parts, [said, *(step for part in parts for step in part.steps)])


def _asks_nothing(above: Expr, x: Symbol, at: Expr) -> None:
    """Where the constant stands beside 0, the other side is at most 0; or `Unbounded` or `CannotTell` is raised."""
    value = above.xreplace({x: at})
    if not value.is_finite:
        raise CannotTell(f"no value at {x} = {at}")
    if sign_of(value) > 0:
        raise Unbounded(f"the constant stands beside 0 at {x} = {at}, and the other side is above 0")


def _zeros(f: Expr, x: Symbol, a: Expr, b: Expr) -> list[Expr]:
    """Numbers between a and b at which f, positive beside them, is 0: of those where its slope changes its sign."""
    with telling():
        slope = f.diff(x)
        signs = [(at, 1 if value > 0 else -1) for at, value in sampled(slope, x, a, b)]
        places = [_turning(slope, x, p, q) for (p, u), (q, v) in pairwise(signs) if u < v]
    return [at for low, high in places if (at := _closed_form(low, high)) is not None and _is_0(f.xreplace({x: at}))]


def _turning(slope: Expr, x: Symbol, low: Expr, high: Expr) -> tuple[Expr, Expr]:
    """Close bounds of a place at which what is negative at the one end and positive at the other is 0."""
    program = compile_expr(slope, (x,))
    with precision(2 * BITS):
        for _ in range(BITS):
            middle = (low + high) / 2
            value = program(Balls, to_ball(middle))
            if not (value < 0 or value > 0):
                return middle, middle
            low, high = (middle, high) if value < 0 else (low, middle)
    return low, high


def _closed_form(low: Expr, high: Expr) -> Expr | None:
    """A number between these."""
    with precision(2 * BITS):
        ball = to_ball(low).union(to_ball(high))
        return S.Zero if ball.contains(0) else recognised(ball)


@surely
def _is_0(f: Expr) -> bool:
    return is_zero(f)


def _of_half(above: Expr, below: Expr, x: Symbol, b: Expr) -> Supremum:
    """Of an even quotient for -b < x < b: that for 0 < x, or at 0, where it is continuous."""
    y = Symbol(x.name, positive=True)
    half = supremum(above.xreplace({x: y}), below.xreplace({x: y}), y, S.Zero, b)
    said = f"the ratio is the same at {x} and -{x}"
    if _is_0(below.xreplace({x: S.Zero})):
        _asks_nothing(above, x, S.Zero)
        return largest_of([half], [said, f"at {x} = 0 the constant stands beside 0", *half.steps])
    middle = value_at(above, below, x, S.Zero)
    if middle.ball < half.ball and half.at == 0:
        raise CannotTell("the ratio is not seen to be continuous at 0")
    return largest_of([middle, half], [said, *half.steps])


def supremum_of_integers(above: Expr, below: Expr, x: Symbol, low: Expr, high: Expr) -> Supremum:
    """The supremum of above/below over the integers low, low + 1, ..., high, which may be oo. Raises as `supremum` does."""
    if high.is_finite and high - low <= 4 * ALONE:
        every = [value_at(above, below, x, Integer(i)) for i in range(int(low), int(high) + 1)]
        return largest_of(every, ["every integer in balls"])
    reason = CannotTell("no proof beyond the first integers")
    for alone in (0, 16, ALONE):
        start = low + alone
        if start >= high:
            break
        firsts = [value_at(above, below, x, low + i) for i in range(alone + 1)]
        try:
            pieces = _Pieces(above, below, x, start, high)
            found = [pieces.end(end) for end in pieces.rising_ends if end is oo]
            found += [value_at(above, below, x, high)] if high.is_finite else []
            for low_turn, high_turn in pieces.peaks:
                near = range(int(low_turn // 1), int(-(-high_turn // 1)) + 1)
                found += [value_at(above, below, x, Integer(i)) for i in near if start <= i <= high]
            text = f"; the integers {low}..{start} in balls" if alone else ""
            return largest_of([*firsts, *found], [*pieces.steps[:-1], pieces.steps[-1] + text])
        except CannotTell as error:
            reason = error
    raise reason


def value_at(above: Expr, below: Expr, x: Symbol, place: Expr) -> Supremum:
    """The quotient at an integer, where below is positive. Raises `CannotTell`."""
    if not enclose(below, {x: place}) > 0:
        raise CannotTell(f"{below} is not seen to be positive at {x} = {place}")
    ratio = above / below
    if is_too_long(ratio, {x: place}):
        raise CannotTell(f"the value at {x} = {place} is too long to be written out")
    value = ratio.xreplace({x: place})
    with precision(BITS):
        ball = to_ball(value)
    if not ball.is_finite():
        raise CannotTell(f"no value at {x} = {place}")
    return Supremum(value, ball, place, True, ())


def largest_of(found: list[Supremum], steps: list[str]) -> Supremum:
    """The largest, one that is attained where two are not told apart and proved to be equal."""
    best = found[0]
    for other in found[1:]:
        if other.ball > best.ball:
            best = other
        elif not other.ball < best.ball:
            if other.value is None or best.value is None or not is_zero(other.value - best.value):
                joined = best.ball.max(other.ball)
                best = Supremum(None, joined, best.at, best.attained and other.attained, ())
            elif other.attained and not best.attained:
                best = other
    return Supremum(best.value, best.ball, best.at, best.attained, tuple(steps))


class _Pieces:
    """An interval cut into pieces on which above/below is monotone."""

    def __init__(self, above: Expr, below: Expr, x: Symbol, a: Expr, b: Expr):
        self.above, self.below, self.x, self.a, self.b = above, below, x, a, b
        if not positive_on(below, x, a, b):
            raise CannotTell(f"{below} is not seen to be positive for {a} < {x} < {b}")
        if not all(is_smooth(f, x, lambda e: positive_on(e, x, a, b, DEPTH - 1)) for f in (above, below)):
            raise CannotTell("the sides are not seen to be smooth")
        chart = {} if a is -oo and b is oo else chart_of(x, a, b)
        self.slope = core_of(together(above.diff(x) * below - above * below.diff(x)), chart)
        self.steps: list[str] = []
        self.peaks: list[tuple[Expr, Expr]] = []
        self.rising_ends: list[Expr] = []
        self._cut()

    def _cut(self) -> None:
        if _is_0(self.slope):
            self.rising_ends = [self.a if self.a.is_finite else self.b]
            self.steps.append("the ratio is constant")
            return
        signs = [(at, 1 if value > 0 else -1) for at, value in sampled(self.slope, self.x, self.a, self.b)]
        if not signs:
            raise CannotTell("the sign of the derivative is not seen anywhere")
        changes = [(p, q) for p, q in pairwise(signs) if p[1] != q[1]]
        if len(changes) > TURNS:
            raise CannotTell(f"the ratio turns more than {TURNS} times")
        start, sign = self.a, signs[0][1]
        if sign < 0:
            self.rising_ends.append(self.a)
        for (low, before), (high, _) in changes:
            near, exact = self._isolated(low, high, before)
            self._monotone(start, near[0], before)
            if before > 0:
                self.peaks.append(exact)
            start, sign = near[1], -before
            ends = f"{_short(near[0])} and {_short(near[1])}"
            self.steps.append(f"it turns once between {ends}, where the derivative's own slope has one sign")
        self._monotone(start, self.b, sign)
        if sign > 0:
            self.rising_ends.append(self.b)

    def _monotone(self, a: Expr, b: Expr, sign: int) -> None:
        there = f"for {_short(a)} < {self.x} < {_short(b)}"
        if not positive_on(sign * self.slope, self.x, a, b):
            raise CannotTell(f"the sign of the derivative of the ratio is not proved {there}")
        self.steps.append(f"the ratio {'rises' if sign > 0 else 'falls'} {there}, by the sign of its derivative")

    def _isolated(self, low: Expr, high: Expr, before: int) -> tuple[tuple[Expr, Expr], tuple[Expr, Expr]]:
        """A neighbourhood in which the derivative changes its sign once, and a tiny one around that place."""
        program, width = compile_expr(self.slope, (self.x,)), high - low
        with precision(2 * BITS):
            for _ in range(BITS + 60):
                middle = (low + high) / 2
                value = before * program(Balls, to_ball(middle))
                if value > 0:
                    low = middle
                elif value < 0:
                    high = middle
                else:
                    below, above = low + (middle - low) * Rational(99, 100), high - (high - middle) * Rational(99, 100)
                    if not (
                        before * program(Balls, to_ball(below)) > 0 and before * program(Balls, to_ball(above)) < 0
                    ):
                        break
                    low, high = below, above
        if high - low > width / 2**60:
            raise CannotTell("a place where the derivative is 0 is not enclosed")
        falling = -before * self.slope.diff(self.x)
        centre = _rounded((low + high) / 2, width)
        for k in range(2, NARROWEST):
            reach = _rounded(width / 2**k, width / 2**k)
            near = (max(centre - reach, (self.a + low) / 2) if self.a.is_finite else centre - reach, centre + reach)
            if near[0] < low and high < near[1] and near[1] < self.b and inside_boxes(falling, self.x, *near):
                return near, (low, high)
        raise CannotTell("the derivative is not seen to change its sign only once")

    def end(self, end: Expr) -> Supremum:
        """The limit of the ratio at an end towards which it rises."""
        side = 1 if end == self.a else -1
        value = self._limit(self.above, self.below, end, side)
        if value is oo:
            raise Unbounded(f"the ratio grows beyond all bounds as {self.x} -> {end}")
        if value.is_infinite or not value.is_finite:
            raise CannotTell(f"no limit of the ratio as {self.x} -> {end}")
        with precision(BITS):
            return Supremum(value, to_ball(value), end, False, ())

    def _limit(self, above: Expr, below: Expr, end: Expr, side: int, times: int = HOSPITAL) -> Expr:
        """The limit of a quotient, by leading terms; where both sides vanish and these cancel, that of their derivatives."""
        try:
            return end_value(above / below, self.x, end, side)
        except CannotTell:
            if not times or any(end_value(f, self.x, end, side) != 0 for f in (above, below)):
                raise
            above, below = above.diff(self.x), below.diff(self.x)
            if not any(positive_on(sign * below, self.x, self.a, self.b) for sign in (1, -1)):
                raise
            return self._limit(above, below, end, side, times - 1)

    def turn(self, place: tuple[Expr, Expr]) -> Supremum:
        """The quotient's value where it turns, in closed form where the place has one that is proved."""
        low, high = place
        for at in self._candidates(low, high):
            value = (self.above / self.below).xreplace({self.x: at})
            with precision(BITS):
                return Supremum(value, to_ball(value), at, True, ())
        program = compile_expr(self.above / self.below, (self.x,))
        with precision(2 * BITS):
            ball = program(Balls, to_ball(low).union(to_ball(high)))
        if not ball.is_finite():
            raise CannotTell("no value where the ratio turns")
        return Supremum(None, ball, _rounded((low + high) / 2, Rational(1, 10**6)), True, ())

    def _candidates(self, low: Expr, high: Expr) -> Iterator[Expr]:
        """Closed forms between these at which the derivative is proved to be 0."""
        with precision(2 * BITS):
            ball = to_ball(low).union(to_ball(high))
            found = recognised(ball)
            inside = found is not None and _is_within(found, low, high)
        if inside and _is_0(self.slope.xreplace({self.x: found})):
            yield found


@surely
def _is_within(x: Expr, low: Expr, high: Expr) -> bool:
    return bool(to_ball(low) <= to_ball(x) <= to_ball(high))


def _rounded(x: Expr, scale: Expr) -> Rational:
    """A short rational number near x."""
    digits = 8
    unit = Rational(2) ** (-digits + int(f"{float(scale):e}".split("e")[1]) * 3)
    return Rational(round(x / unit)) * unit


def _short(x: Expr) -> str:
    return str(x) if x.is_infinite or len(str(x)) < 12 else f"{float(x):.6g}"
