"""The supremum of a quotient of two functions of one variable, with a proof: by the signs of derivatives.

A sign on an interval is proved by a certificate, in boxes, or from the sign of the derivative and the value, or limit, at the end
where the function is least. So the interval is cut into pieces on which the quotient is monotone; a place where it turns is
enclosed between two rational numbers, around which the derivative changes its sign once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar

from flint import arb
from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Function,
    Integer,
    Max,
    Min,
    Mul,
    Pow,
    Rational,
    S,
    Symbol,
    asinh,
    atan,
    cos,
    erf,
    erfc,
    exp,
    expand,
    factor_terms,
    gamma,
    log,
    loggamma,
    oo,
    pi,
    polygamma,
    powsimp,
    preorder_traversal,
    sin,
    sqrt,
    tan,
    together,
)

from ...language.errors import CannotTell
from ...language.functions import CONTINUOUS, jump
from ...language.lengths import operations
from ...language.order import in_order
from ..arithmetic.boxes import prove_positive
from ..arithmetic.precision import precision
from ..arithmetic.programs import compile_expr, enclose, to_ball
from ..arithmetic.recognised import recognised
from ..arithmetic.rings import Balls
from ..foreign import surely, telling
from ..signs import Certificate, positive
from ..signs.numbers import sign_of
from ..symbols.asymptotics import Limits
from ..symbols.normal_forms import is_zero

DEPTH = 6  # derivatives of derivatives
SAMPLES = 48  # places at which a sign is looked at before it is proved
TURNS = 4  # that a quotient may have
BITS = 400  # to which a turn is enclosed
NARROWEST = 24  # halvings of the neighbourhood in which a derivative changes its sign once
HOSPITAL = 4  # derivatives of both sides, where both vanish
MOST_BOXES = 1500
MOST_ROOTED = 60  # operations of a function whose square roots are charted
MOST_WORK = 40  # questions, and looks at boxes, of one sign
BESIDE = Rational(1, 2**40)  # of an irrational end: so near to it are the rational numbers that stand for it
ALONE = 256  # integers that are looked at one by one before the others are left to a proof
ENTIRE = tuple(f for f in CONTINUOUS if f not in (Abs, Max, Min))  # smooth on the whole line
SIMPLER = (log, erf, erfc, atan, asinh)  # the derivative is simpler than the function
POSITIVE = (log, gamma, loggamma, polygamma)  # smooth where the last argument is positive


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


class Work:
    """The work of a question and of those that it asks: it is left where that is too much, whatever was asked before."""

    open: ClassVar[list[Work]] = []

    def __init__(self, most: int) -> None:
        self.done, self.most = 0, most

    def __enter__(self) -> Work:
        self.open.append(self)
        return self

    def __exit__(self, *problem: object) -> None:
        self.open.pop()

    @classmethod
    def left(cls) -> int:
        """What the question that is looked at may still do."""
        return cls.open[-1].most - cls.open[-1].done if cls.open else MOST_WORK

    @classmethod
    def charge(cls, work: int) -> None:
        """Raises `CannotTell` where the question that is looked at has done enough."""
        if cls.open:
            cls.open[-1].done += work
            if cls.open[-1].done > cls.open[-1].most:
                raise CannotTell("the sign of a derivative is too much work")


def positive_on(f: Expr, x: Symbol, a: Expr, b: Expr, depth: int = DEPTH) -> bool:
    """Whether f(x) > 0 is proved for all a < x < b; a, b rational or infinite. f has no other symbols."""
    Work.charge(1)
    answer, work = _asked(f, x, a, b, depth, Work.left())
    Work.charge(work)
    return answer


@lru_cache(maxsize=1024)
def _asked(f: Expr, x: Symbol, a: Expr, b: Expr, depth: int, most: int) -> tuple[bool, int]:
    """The answer, and the work that it was, `most` at the most."""
    with Work(most) as work:
        return _positive_on(f, x, a, b, depth), work.done


@surely
def _positive_on(f: Expr, x: Symbol, a: Expr, b: Expr, depth: int) -> bool:
    if any(value <= 0 for _, value in _sampled(f, x, a, b, 9)):
        return False
    if not f.has(x):
        return bool(enclose(f) > 0)
    if a is -oo and b is oo:
        return bool(enclose(f, {x: 0}) > 0) and all(
            positive_on(f, x, *side, depth) for side in ((a, S.Zero), (S.Zero, b))
        )
    chart = _chart(x, a, b)
    if _certified(f.xreplace(chart)):
        return True
    if b is oo and (without := _without_roots(f, x, a)) is not None and _certified(without):
        return True
    core = _core(f, chart)
    if core != f:
        return positive_on(core, x, a, b, depth)
    f = _alone(f, x, chart)
    if a.is_finite and b.is_finite and _inside_boxes(f, x, a, b):
        return True
    if not depth or not is_smooth(f, x, lambda e: positive_on(e, x, a, b, depth - 1)):
        return False
    return _by_slope(f, x, a, b, depth) or any(
        _inside_boxes(f, x, *middle) and all(_by_slope(f, x, *rest, depth) for rest in rests)
        for middle, rests in _splits(f, x, a, b)
    )


def _without_roots(f: Expr, x: Symbol, a: Expr) -> Expr | None:
    """A rational function of a positive symbol with all values that f has for x > a, f having square roots of two linear forms
    with the same slope (Euler's substitution), or of one; None for any other f."""
    if f.has(Function) or operations(f) > MOST_ROOTED:
        return None
    halves = {e for e in f.atoms(Pow) if e.exp.is_Rational and e.exp.q == 2 and e.has(x)}
    forms = sorted({e.base for e in halves}, key=lambda form: form.xreplace({x: S.Zero}).sort_key())
    slopes = {form.diff(x) for form in forms}
    if len(slopes) != 1 or not (slope := slopes.pop()).is_Rational or not slope > 0 or len(forms) > 2:
        return None
    offsets = sorted(form.xreplace({x: S.Zero}) for form in forms)
    if not all(c.is_Rational and slope * a + c >= 0 for c in offsets):
        return None
    u = Dummy("u", positive=True)
    if len(offsets) == 1:
        roots = [u]
        least = sqrt(slope * a + offsets[0])
    else:
        scale = sqrt(offsets[1] - offsets[0])  # roots are s (u - 1/u)/2 and s (u + 1/u)/2
        roots = [scale * (u - 1 / u) / 2, scale * (u + 1 / u) / 2]
        least = sum(sqrt(slope * a + c) for c in offsets) / scale
    from_ = _beside(least, -1)
    at = {slope * x + c: root for c, root in zip(offsets, roots, strict=True)}
    g = f.xreplace({e: at[expand(e.base)] ** e.exp.p for e in halves}).xreplace(
        {x: (roots[0] ** 2 - offsets[0]) / slope}
    )
    g = together(expand(g.xreplace({u: from_ + u})))
    return g if g.is_rational_function(u) else None


def _certified(f: Expr) -> bool:
    """Whether f > 0 for all values of its symbol, a positive real, by the signs of its coefficients."""
    return bool(f.is_positive) if f.has(*POSITIVE) else positive(f, Certificate())


def _by_slope(f: Expr, x: Symbol, a: Expr, b: Expr, depth: int) -> bool:
    """f > 0, where it is smooth, since it rises from what is not below 0, or falls to it."""
    slope = _core(together(f.diff(x)), _chart(x, a, b))
    return (_end_at_least_0(f, x, a, 1) and positive_on(slope, x, a, b, depth - 1)) or (
        _end_at_least_0(f, x, b, -1) and positive_on(-slope, x, a, b, depth - 1)
    )


def _splits(f: Expr, x: Symbol, a: Expr, b: Expr) -> Iterator[tuple[tuple[Expr, Expr], list[tuple[Expr, Expr]]]]:
    """A middle part of an interval, and what is left beside it at the ends where boxes cannot close."""
    open_low, open_high = (end.is_infinite or not _is_above_0(f.xreplace({x: end})) for end in (a, b))
    for j in (1, 3, 6):
        low = a if not open_low else _place(a, b, Rational(1, 4 * 2**j))
        high = b if not open_high else _place(a, b, 1 - Rational(1, 4 * 2**j))
        rests = [(a, low)] * open_low + [(high, b)] * open_high
        if rests:
            yield (low, high), rests


def _chart(x: Symbol, a: Expr, b: Expr) -> dict[Expr, Expr]:
    """x as the image of a positive real."""
    k = Dummy("k", positive=True)
    if a.is_finite and b.is_finite:
        return {x: a + (b - a) * k / (1 + k)}
    return {x: a + k} if a.is_finite else {x: b - k}


def _core(f: Expr, chart: dict[Expr, Expr]) -> Expr:
    """f without its factors that are seen to be positive, or negative; of the same sign as f."""
    out, sign = [], 1
    for factor in Mul.make_args(factor_terms(powsimp(factor_terms(f)))):
        base, e = factor.as_base_exp()
        piece = base if e.is_Integer else factor
        if _certified(piece.xreplace(chart)):
            continue
        if _certified(-piece.xreplace(chart)):
            sign *= -1 if e.is_odd or not e.is_Integer else 1
        else:
            out.append(factor)
    return sign * Mul(*out)


def _alone(f: Expr, x: Symbol, chart: dict[Expr, Expr]) -> Expr:
    """f over the positive size of what a logarithm, or the like, is multiplied by in it: its derivative is simpler. Else f."""
    for e in in_order(e for e in f.atoms(*SIMPLER) if e.has(x)):
        name = Dummy("e", real=True)
        held = f.xreplace({e: name})
        times = held.diff(name)
        if times.has(name) or not times.has(x):
            continue
        for sign in (1, -1):
            if _certified((sign * times).xreplace(chart)):
                rest = Add.make_args(expand(held.xreplace({name: S.Zero})))
                return sign * (e + powsimp(Add(*(part / times for part in rest))))
    return f


@surely
def _inside_boxes(f: Expr, x: Symbol, a: Expr, b: Expr) -> bool:
    Work.charge(1)
    return bool(prove_positive(f, {x: (_beside(a, -1), _beside(b, 1))}, max_boxes=MOST_BOXES))


def is_smooth(f: Expr, x: Symbol, above_0: Callable[[Expr], bool] = lambda e: True) -> bool:
    """Whether f is seen to be smooth in x: nothing is divided by 0, no logarithm or root of what is not positive.

    above_0: whether what is in it is seen to be positive; as it stands, wherever f is defined.
    """
    corners = any(e.has(x) for e in f.atoms(Abs, Max, Min))
    return not corners and jump(f, x, lambda e, _: above_0(e), lambda e: above_0(e) or above_0(-e)) is None


@surely
def _end_at_least_0(f: Expr, x: Symbol, end: Expr, side: int) -> bool:
    """Whether f is at least 0 in the limit at an end of its interval, from within (side 1: from above).

    No where that is not known: it may be known at the other end.
    """
    value = end_value(f, x, end, side)
    return value is oo or (value.is_finite and sign_of(value) >= 0)


def end_value(f: Expr, x: Symbol, end: Expr, side: int) -> Expr:
    """The limit of f at an end of an interval on which it is smooth, from within. Raises `CannotTell`."""
    if end.is_finite and continuous_at(f, x, end):
        return f.xreplace({x: end})
    t = Dummy("t", positive=True)
    at = side * -t if end.is_infinite else end + side / t
    limits = Limits(t, sign_of)

    def far(u: Expr) -> Expr:
        """erfc(u) as exp(-u^2)/(u sqrt(pi)) times what tends to 1, as u -> oo."""
        if limits.of(u) is not oo:
            return erfc(u)
        one = Dummy("one", positive=True)
        limits.ones.add(one)
        return exp(-(u**2)) / (u * sqrt(pi)) * one

    return limits.of(limits.plain(f.xreplace({x: at}).replace(erfc, far)))


@surely
def continuous_at(f: Expr, x: Symbol, end: Expr) -> bool:
    """Whether the functions that f is made of have finite values there, so that they are continuous up to it."""
    at = {x: end}
    for e in preorder_traversal(f):
        if e.is_Pow and e.exp.has(x) and e.base != S.Exp1 and not _is_above_0(e.base.xreplace(at)):
            return False
        if not (e.is_Add or e.is_Mul or e.is_Pow or e.is_Atom or isinstance(e, (*ENTIRE, *POSITIVE))):
            return False
    return enclose(f, {x: end}).is_finite()


@surely
def _is_above_0(e: Expr) -> bool:
    return bool(to_ball(e) > 0)


def _sampled(f: Expr, x: Symbol, a: Expr, b: Expr, count: int = SAMPLES) -> Iterator[tuple[Expr, arb]]:
    """f in balls at rational places of the interval, close to its ends and far out, too, in their order."""
    program = compile_expr(f, (x,))
    for i in range(1, count + 1):
        at = _place(a, b, Rational(i, count + 1))
        for bits in (64, 256):
            with precision(bits):
                value = program(Balls, to_ball(at))
            if value > 0 or value < 0:
                yield at, value
                break


def _place(a: Expr, b: Expr, u: Rational) -> Expr:
    """A rational place of an interval, for a share u of the way on a scale that is fine near finite ends, wide far out."""
    a, b = _beside(a, 1), _beside(b, -1)
    if a.is_finite and b.is_finite:
        weight = Rational(f"{(float(u) ** 3 / (float(u) ** 3 + (1 - float(u)) ** 3)):.6g}")
        return a + (b - a) * weight
    if a is -oo and b is oo:
        return Rational(f"{math.tan(3.1415926 * (float(u) - 0.5)):.6g}")
    way = Rational(f"{((float(u) / (1 - float(u))) ** 3):.6g}")
    return a + way if a.is_finite else b - 1 / way


def _beside(end: Expr, side: int) -> Expr:
    """A rational number a little above an end that is irrational (below, side -1), so that boxes and places may end there.

    Another end, rational or infinite, as it is.
    """
    if end.is_Rational or end.is_infinite:
        return end
    ball = to_ball(end)
    middle = Rational(float(ball.mid()))
    near = middle + side * abs(middle) * BESIDE
    if not side * (to_ball(near) - ball) > 0:
        raise CannotTell(f"no number is seen to be beside {end}")
    return near


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
        signs = [(at, 1 if value > 0 else -1) for at, value in _sampled(slope, x, a, b)]
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
    value = (above / below).xreplace({x: place})
    if not enclose(below, {x: place}) > 0:
        raise CannotTell(f"{below} is not seen to be positive at {x} = {place}")
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
        chart = {} if a is -oo and b is oo else _chart(x, a, b)
        self.slope = _core(together(above.diff(x) * below - above * below.diff(x)), chart)
        self.steps: list[str] = []
        self.peaks: list[tuple[Expr, Expr]] = []
        self.rising_ends: list[Expr] = []
        self._cut()

    def _cut(self) -> None:
        if _is_0(self.slope):
            self.rising_ends = [self.a if self.a.is_finite else self.b]
            self.steps.append("the ratio is constant")
            return
        signs = [(at, 1 if value > 0 else -1) for at, value in _sampled(self.slope, self.x, self.a, self.b)]
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
            if near[0] < low and high < near[1] and near[1] < self.b and _inside_boxes(falling, self.x, *near):
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
