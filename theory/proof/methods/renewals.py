"""First times beyond a level of what moves there by exponential draws: after the first step that crosses it, as a Poisson
process counts.

Of a sum of exponential draws the number that stays within a distance d is a Poisson count of mean d/scale, and the next one goes
beyond: T = 1 + N. So it is where each step multiplies by a draw whose logarithm is exponential, as one from Beta(a, 1).
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Expr, S, cancel, expand, log, sympify

from ...language.errors import CannotTell
from ...language.laws import Exponential, Noise, Poisson
from ...language.loops import CLOCK, Coordinate, Observable
from ...language.moments import E, HittingTime, Moment
from ...language.signs import Inequality
from .. import structures
from ..arithmetic.programs import to_ball
from .method import Derivation, Method
from .totals import factor


def _distance(time: HittingTime) -> Expr:
    """How far the level is from the start, in mean steps towards it; it has to be above 0. Raises `CannotTell`."""
    condition = time.condition
    if not isinstance(condition, Inequality) or len(condition.atoms(Observable)) != 1:
        raise CannotTell("it is no level of one coordinate")
    (o,) = condition.atoms(Observable)
    loop, gap = o.loop, expand(condition.gts - condition.lts)
    slope = gap.coeff(o, 1)
    level = cancel(-(gap - slope * o) / slope) if slope != 0 else o
    if o.index or o.name not in loop.state or level.has(Observable) or not (slope.is_positive or slope.is_negative):
        raise CannotTell("it is no level of one coordinate")
    now = loop.symbols()
    start, step = sympify(loop.initial[o.name]), sympify(loop.step(now)[o.name])
    moved = expand(step - now[o.name])
    if moved.has(*now.values()):
        if not (start.is_positive and level.is_positive) or (logarithm := factor(cancel(step / now[o.name]))) is None:
            raise CannotTell("a step adds no draw, and multiplies by none")
        moved, start, level = logarithm, log(start), log(level)
    draws = moved.atoms(Noise)
    if len(draws) != 1 or moved.has(CLOCK, Coordinate, *now.values()) or start.has(Noise):
        raise CannotTell("a step adds no single draw from one law")
    (z,) = draws
    size = moved.coeff(z, 1)
    towards = size if slope.is_positive else -size
    if not isinstance(z.law, Exponential) or expand(moved - size * z) != 0 or not towards.is_positive:
        raise CannotTell("a step does not go towards the level by an exponential draw")
    return (level - start) / (size * z.law.scale)


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    time, power = m.variable.as_base_exp()
    distance = _distance(time)
    found = learn(E(expand((1 + Noise("N", Poisson(distance))) ** power)))
    (loop,) = {o.loop for o in time.atoms(Observable)}
    asked = Derivation(S.One, [*structures.conditions(loop), distance])
    return Derivation.joined(
        found.form, found, asked, step=f"{m}: one step more than a Poisson count of mean {distance}"
    )


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    time, power = m.variable.as_base_exp()
    distance = _distance(time)
    (loop,) = {o.loop for o in time.atoms(Observable)}
    if not all(to_ball(c) > 0 for c in (*structures.conditions(loop), distance)):
        raise CannotTell("the level is met at the start, or a law of the loop is none")
    return learn(E(expand((1 + Noise("N", Poisson(distance))) ** power)))


def skip(m: Moment) -> str | None:
    if not isinstance(m, E) or m.given is not None:
        return "it is no mean"
    time, power = m.variable.as_base_exp()
    return None if isinstance(time, HittingTime) and power.is_Integer and power > 0 else "it is of no first time"


METHOD = Method("a level that exponential draws lead to", skip, derive, enclose, paths=True)
