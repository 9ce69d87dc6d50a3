"""Population maps: the next parameter as a certified root of the estimating equation, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from math import isfinite
from typing import Any

from flint import acb_poly, arb, arb_poly, ctx
from sympy import Dummy, Expr, Poly, fraction, sympify, together

from ...language.errors import NO_BALL, CannotTell
from ...language.likelihood import LikelihoodLoop
from ...language.loops import AFTER, NOW, ArgmaxLoop, Observable, PopulationLoop
from ...language.moments import Moment
from ...language.order import in_order
from ...language.strangers import ours
from ..arithmetic.means import with_laws
from ..arithmetic.precision import at_precision, precision
from ..arithmetic.programs import compile_expr, to_ball
from ..arithmetic.quadrature import evaluate, roughly
from ..arithmetic.rings import Balls
from .method import Method
from .steps import loop_of, of_mean, times_of

MOST_STEPS = 400  # generations that are followed: a root each
FARTHEST = 2.0**60  # from the present parameter, for the next one


@lru_cache(maxsize=256)
def _equation(loop: PopulationLoop, kind: str) -> Expr:
    return sympify(getattr(loop, kind)(AFTER, NOW))


def score(loop: PopulationLoop, after: arb, now: arb, kind: str = "estimating") -> arb:
    """The expected score at `after` when the model is at `now`; its derivative in `after` for the kind "slope"."""
    return with_laws(_equation(loop, kind), {AFTER: after, NOW: now})


def after(loop: PopulationLoop, now: arb) -> arb:
    """The next parameter: a bracket at whose ends the expected score, which decreases, has opposite signs for certain."""
    if isinstance(loop, ArgmaxLoop):
        return _highest(loop, now)
    middle = guess(loop, now)
    # wide enough for the score, good to about 2^-prec, to be seen to change its sign
    radius = arb(2) ** (-ctx.prec * 11 // 16) * (1 + abs(middle)) + now.rad()
    for _ in range(60):
        if score(loop, middle - radius, now) > 0 and score(loop, middle + radius, now) < 0:
            return arb(middle, radius.upper())
        radius = 16 * radius
    raise ArithmeticError(f"no certified bracket of the root near {middle}")


def _highest(loop: ArgmaxLoop, now: arb) -> arb:
    """The global maximiser: of all real stationary points the one whose objective is highest, for certain."""
    polynomial = _stationary(loop)
    coefficients = [evaluate(c, {NOW: now}) for c in reversed(polynomial.all_coeffs())]
    real = arb_poly(coefficients)
    roots = [_narrowed(real, r.real) for r in acb_poly(coefficients).roots() if r.imag.contains(0)]
    heights = [(evaluate(loop.objective(AFTER, NOW), {AFTER: r, NOW: now}), r) for r in roots]
    top = [(h, r) for h, r in heights if not any(h < other for other, _ in heights)]
    if len(top) != 1:
        raise ArithmeticError(f"{len(top)} stationary points might be the highest")
    return top[0][1]


@lru_cache(maxsize=256)
def _stationary(loop: ArgmaxLoop) -> Poly:
    """The polynomial that vanishes at all stationary points. Of a user's loop it is held against the objective."""
    polynomial = Poly(loop.stationary(AFTER, NOW), AFTER)
    if not ours(type(loop)):
        slope = fraction(together(sympify(loop.objective(AFTER, NOW)).diff(AFTER)))[0]
        if not slope.is_polynomial(AFTER) or slope == 0 or polynomial.rem(Poly(slope, AFTER)) != 0:
            raise CannotTell(f"that `stationary` of {type(loop).__name__} has all stationary points is not seen")
    return polynomial


def _narrowed(polynomial: arb_poly, root: arb) -> arb:
    """An isolated root, narrowed by Newton's interval method."""
    slope = polynomial.derivative()
    for _ in range(8):
        middle = root.mid()
        new = middle - polynomial(middle) / slope(root)
        if not new.is_finite() or not new.overlaps(root):
            return root
        narrower = root.intersection(new)
        if narrower.rad() * 2 > root.rad():
            return narrower
        root = narrower
    return root


def guess(loop: PopulationLoop, now: arb) -> arb:
    """A number near the next parameter, nothing certified: from floats, or at few bits, more where the score is flat."""
    here, bits = now.mid(), 32
    try:
        with roughly():
            found = _root(loop, here)
    except NO_BALL:  # what has no floats, or leaves their range
        found = None
    while (m := found and _polished(loop, here, *found)) is None and bits <= ctx.prec:
        with precision(bits):
            found = _root(loop, here)
        bits = min(2 * bits, ctx.prec) if bits < ctx.prec else 2 * bits
    if m is None:
        raise ArithmeticError(f"the score of {loop} is too flat at {ctx.prec} bits")
    return m


def _root(loop: PopulationLoop, here: arb) -> tuple[arb, arb] | None:
    """A number near the root of the score, which falls, and the slope there; None where its sign is not seen to change."""
    from scipy.optimize import brentq

    def height(m: float) -> float:
        return float(score(loop, arb(m), here).mid())

    ends = []
    for side in (-1, 1):  # from the present parameter, which is near the next one as a rule
        m, step = float(here), 15 / 16  # so as not to meet a round root, whose sign no precision sees
        while not side * (y := height(m)) < 0:
            if not (isfinite(y) and step < FARTHEST):
                return None
            m, step = m + side * step, 2 * step
        ends.append(m)
    found: Any = brentq(height, *ends, xtol=2.0**-30 * (1 + abs(ends[0])))
    return arb(found), score(loop, arb(found), here, "slope").mid()


def _polished(loop: PopulationLoop, here: arb, m: arb, slope: arb) -> arb | None:
    """The same nearer by secants, down to what the bracket of `after` needs; None where they do not get nearer fast."""
    s, last = score(loop, m, here), None
    for _ in range(8):
        step = (s / slope).mid()
        if not step.is_finite() or (last is not None and not 16 * abs(step) < last):
            return None
        m, last = (m - step).mid(), abs(step)
        if last < arb(2) ** (16 - ctx.prec * 11 // 16) * (1 + abs(m)):  # the next would be far smaller
            return m
        before, s = s, score(loop, m, here)
        secant = ((before - s) / step).mid()
        slope = secant if secant.is_finite() else slope
    return None


@partial(at_precision, most=4096)
def _state(loop: PopulationLoop, t: int) -> arb:
    if t == 0:
        (start,) = loop.initial.values()
        return to_ball(start)
    return after(loop, _state(loop, t - 1))


def state(loop: PopulationLoop, t: int) -> arb:
    """The parameter after t generations, at the current precision."""
    if t > MOST_STEPS:
        raise CannotTell(f"{t} generations are too many to follow root by root")
    for s in range(0, t, 100):  # the recursion stays shallow
        _state(loop, s)
    return _state(loop, t)


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    """A function of the parameters after some generations: nothing is random."""
    seen = in_order(m.variable.atoms(Observable))
    if not all(o.t.is_Integer and o.t >= 0 for o in seen):
        raise CannotTell(f"generations {times_of(m)} are not numbers, 0 or later")
    names = {o: Dummy("o", extended_real=True) for o in seen}
    balls = (state(o.loop, int(o.t)) for o in seen)
    return compile_expr(m.variable.xreplace(names), tuple(names.values()))(Balls, *balls)


def skip(m: Moment) -> str | None:
    return of_mean(m) or (
        None
        if isinstance(loop := loop_of(m), PopulationLoop) and not isinstance(loop, LikelihoodLoop)
        else "its fit is no root of an estimating equation"
    )


METHOD = Method("rigorous integration over the line", skip, enclose=enclose)
