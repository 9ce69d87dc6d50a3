"""Means of what each step multiplies by a number, and adds no more to than so much, wherever the state may be.

E(V(x') given x) = a V(x) + h(x). With h <= b and a claimed bound R of E V that holds at first, R(t + 1) >= a R(t) + b keeps it:
the mean of h, which no recursion closes, is not asked for. V is never negative, so that its mean is finite by the same
induction.
"""

from __future__ import annotations

from sympy import Dummy, Expr, Poly, PolynomialError, S, cancel, expand, factor_terms, floor, sympify, together

from ...language.errors import CannotTell
from ...language.functions import jump
from ...language.laws import Noise
from ...language.lengths import operations
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import E
from ...language.order import in_order
from .. import structures
from ..symbols.averages import Infinite, average
from ..symbols.normal_forms import expand_over
from .learned import Learned

MOST_OPERATIONS = 200  # of what is averaged


def stays_below(known: Learned, m: E, bound: Expr, k: Dummy, strict: bool) -> None:
    """E V(x(k)) <= bound (strictly: < bound) by induction over k = 0, 1, ..., or `CannotTell` is raised."""
    (loop,) = {o.loop for o in m.atoms(Observable)}
    now = loop.symbols()
    start = {now[name]: sympify(x) for name, x in loop.initial.items()}
    if any(o.t != k or o.index or o.name not in now for o in m.atoms(Observable)) or m.variable.has(Noise):
        raise CannotTell("no mean of a state by itself")
    if any(x.has(Noise) for x in start.values()):
        raise CannotTell("the start is drawn")
    v = m.variable.xreplace({o: now[o.name] for o in m.atoms(Observable)})
    places = _places(known, loop)
    if not known.implies(known.charted(v.xreplace(places)), strict=False):
        raise CannotTell(f"{v} may be negative")
    rate, more = _step(loop, v)
    _continuous(known, more, places)
    more = more.xreplace({CLOCK: k + 1})
    gap = cancel(together(expand(bound.xreplace({k: k + 1}) - rate * bound)))
    gap = factor_terms(together(expand(gap - more.xreplace(places))))
    first = bound.xreplace({k: S.Zero}) - v.xreplace(start)
    if not (
        known.implies(known.charted(rate), strict=strict)
        and known.implies(known.charted(first), strict=strict)
        and known.implies(known.charted(gap), strict=False)
    ):
        raise CannotTell("a step is not seen to keep the mean below what is claimed")
    known.proof.steps.append(
        f"induction in the generation: a step takes the mean of {v} to {rate} times it and that of {more}, which is small enough"
    )


def _continuous(known: Learned, x: Expr, places: dict[Expr, Expr]) -> None:
    """Raise `CannotTell` where x is not seen to be continuous in a coordinate: it is not looked at at the end of a range."""

    def positive(y: Expr, strict: bool) -> bool:
        return known.implies(known.charted(y.xreplace(places)), strict=strict)

    for v in places:
        if (part := jump(x, v, positive, lambda y: positive(y, True) or positive(-y, True))) is not None:
            raise CannotTell(f"{part} is not seen to be continuous in {v}")


def _places(known: Learned, loop: Loop) -> dict[Expr, Expr]:
    """Each coordinate as all that it may be in any generation: a share, not negative, or any number."""
    shares: dict[Expr, Expr] = {}
    now = loop.symbols()
    ranges, asked = structures.ranges(loop)
    for name, (low, high) in ranges.items() if all(known.implies(known.charted(c), strict=True) for c in asked) else ():
        y = Dummy(name, nonnegative=True)
        shares[now[name]] = low + y if high.is_infinite else low + (high - low) * y / (1 + y)
    return {x: shares.get(x, Dummy(name, real=True)) for name, x in now.items()}


def _step(loop: Loop, v: Expr) -> tuple[Expr, Expr]:
    """(a, h) with E(V(x') given x) = a V(x) + h(x); of what is rounded the part that is cut off has a symbol of its own."""
    now = loop.symbols()
    after = v.xreplace({now[name]: sympify(x) for name, x in loop.step(now).items()})
    draws = after.atoms(Noise)
    if operations(after) > MOST_OPERATIONS:
        raise CannotTell("the step is too long to be looked at term by term")
    try:
        form, conditions = average(expand_over(after, *draws), draws)
    except Infinite as problem:
        raise CannotTell(str(problem)) from problem
    if conditions:
        raise CannotTell(f"means that exist only where {conditions[0]} > 0")
    parts = {e: Dummy("part", nonnegative=True) for e in in_order(form.atoms(floor))}
    form = expand(form.xreplace({e: e.args[0] - y / (1 + y) for e, y in parts.items()}))  # from 0 on, below 1
    try:
        powers, c = Poly(v, *now.values()).terms()[0]
    except PolynomialError:
        raise CannotTell(f"{v} is no polynomial of the state") from None
    rate = form
    for x, power in zip(now.values(), powers, strict=True):
        rate = rate.coeff(x, power)
    rate = cancel(rate / c)
    if rate.has(*now.values(), *parts.values(), Noise, CLOCK, floor):  # the parts are of the state
        raise CannotTell("the mean is not multiplied by a number in each step")
    return rate, expand(form - rate * v)
