"""The sign of a function of one variable on an interval, with a proof; its values, or limits, at the ends.

A sign is proved by a certificate, in boxes, or from the sign of the derivative and the value, or limit, at the end where the
function is least.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import ClassVar

from flint import arb
from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Function,
    Max,
    Min,
    Mul,
    Pow,
    Rational,
    S,
    Symbol,
    asinh,
    atan,
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
    sqrt,
    together,
)

from ...language.errors import CannotTell
from ...language.functions import CONTINUOUS, jump
from ...language.lengths import operations
from ...language.order import in_order
from ..arithmetic.boxes import prove_positive
from ..arithmetic.precision import precision
from ..arithmetic.programs import compile_expr, enclose, to_ball
from ..arithmetic.rings import Balls
from ..foreign import surely
from ..signs import Certificate, positive
from ..signs.numbers import sign_of
from ..symbols.asymptotics import Limits

DEPTH = 6  # derivatives of derivatives
SAMPLES = 48  # places at which a sign is looked at before it is proved
HOSPITAL = 4  # derivatives of both sides, where both vanish
MOST_BOXES = 1500
MOST_ROOTED = 60  # operations of a function whose square roots are charted
MOST_WORK = 40  # questions, and looks at boxes, of one sign
BESIDE = Rational(1, 2**40)  # of an irrational end: so near to it are the rational numbers that stand for it
ENTIRE = tuple(f for f in CONTINUOUS if f not in (Abs, Max, Min))  # smooth on the whole line
SIMPLER = (log, erf, erfc, atan, asinh)  # the derivative is simpler than the function
POSITIVE = (log, gamma, loggamma, polygamma)  # smooth where the last argument is positive


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
    if any(value <= 0 for _, value in sampled(f, x, a, b, 9)):
        return False
    if not f.has(x):
        return bool(enclose(f) > 0)
    if a is -oo and b is oo:
        return bool(enclose(f, {x: 0}) > 0) and all(
            positive_on(f, x, *side, depth) for side in ((a, S.Zero), (S.Zero, b))
        )
    chart = chart_of(x, a, b)
    if _certified(f.xreplace(chart)):
        return True
    if b is oo and (without := _without_roots(f, x, a)) is not None and _certified(without):
        return True
    core = core_of(f, chart)
    if core != f:
        return positive_on(core, x, a, b, depth)
    f = _alone(f, x, chart)
    if a.is_finite and b.is_finite and inside_boxes(f, x, a, b):
        return True
    if not depth or not is_smooth(f, x, lambda e: positive_on(e, x, a, b, depth - 1)):
        return False
    return _by_slope(f, x, a, b, depth) or any(
        inside_boxes(f, x, *middle) and all(_by_slope(f, x, *rest, depth) for rest in rests)
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
    slope = core_of(together(f.diff(x)), chart_of(x, a, b))
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


def chart_of(x: Symbol, a: Expr, b: Expr) -> dict[Expr, Expr]:
    """x as the image of a positive real."""
    k = Dummy("k", positive=True)
    if a.is_finite and b.is_finite:
        return {x: a + (b - a) * k / (1 + k)}
    return {x: a + k} if a.is_finite else {x: b - k}


def core_of(f: Expr, chart: dict[Expr, Expr]) -> Expr:
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
def inside_boxes(f: Expr, x: Symbol, a: Expr, b: Expr) -> bool:
    """Whether it is positive between two numbers, both included, as boxes tell."""
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


def sampled(f: Expr, x: Symbol, a: Expr, b: Expr, count: int = SAMPLES) -> Iterator[tuple[Expr, arb]]:
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
