"""Exponentials of what grows by independent steps: E exp(s x(t)) = exp(s x(0)) (E exp(s X))^t, X being what a step adds.

So it is of several coordinates of one loop in one generation, whose steps add draws from the same laws in every fit.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Expr, S, exp, expand, oo, sympify

from ...language.errors import CannotTell
from ...language.laws import Noise
from ...language.loops import CLOCK, Coordinate, Observable
from ...language.moments import E, Moment
from ...language.order import in_order
from .. import structures
from ..arithmetic.programs import to_ball
from .method import Derivation, Method
from .steps import loop_of, of_mean, times_of


def _taken_apart(m: Moment) -> tuple[Expr, Expr, Expr, Expr]:
    """A factor, the exponent at the start, what a step adds to it, and the generation."""
    factor, rest = m.variable.as_independent(*_seen(m), as_Add=False)
    loop, times = loop_of(m), times_of(rest)
    if not isinstance(rest, exp) or len(times) != 1 or m.variable.has(Noise):
        raise CannotTell(f"{m} is not of the exponential of a sum")
    exponent = expand(rest.args[0])
    start, added, left = S.Zero, S.Zero, exponent
    now = loop.symbols()
    after = loop.step(now)
    for o in _seen(m):
        rate = exponent.coeff(o, 1)
        left -= rate * o
        if o.index or o.name not in loop.state:
            raise CannotTell(f"{o} is no coordinate of the state")
        start += rate * sympify(loop.initial[o.name])
        added += rate * (sympify(after[o.name]) - now[o.name])
    left, added = expand(left), expand(added)
    if left.has(*_seen(m)) or added.has(CLOCK, Coordinate) or start.has(Noise):
        raise CannotTell("what a step adds to the exponent changes with the state, or from fit to fit")
    return factor, left + start, added, next(iter(times))


def _seen(m: Moment) -> list[Observable]:
    return in_order(m.variable.atoms(Observable))


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    factor, start, added, t = _taken_apart(m)
    conditions = Derivation(S.One, list(structures.conditions(loop_of(m))))
    if not added.has(Noise):
        return Derivation.joined(factor * exp(start + added * t), conditions, step=f"{m}: a step adds {added}")
    one = learn(E(exp(added)))
    if one.form.is_finite is False or one.form.has(oo):
        raise CannotTell(f"E exp({added}) is infinite")
    said = f"{m} is that of one step, to the power of {t}"
    return Derivation.joined(factor * exp(start) * one.form**t, one, conditions, step=said)


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    factor, start, added, t = _taken_apart(m)
    if not all(to_ball(c) > 0 for c in structures.conditions(loop_of(m))):
        raise CannotTell("a law of the loop is none")
    one = learn(E(exp(added))) if added.has(Noise) else to_ball(exp(added))
    return to_ball(factor) * to_ball(exp(start)) * one ** int(t)


def skip(m: Moment) -> str | None:
    return of_mean(m) or (None if m.variable.has(exp) else "it has no exponential")


METHOD = Method("independent steps in an exponent", skip, derive, enclose)
