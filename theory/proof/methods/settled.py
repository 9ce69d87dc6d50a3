"""States that the first fit moves and no later one: where a step leads, another one leaves all as it is.

Of what is rounded to whole numbers, or cut to a range, a second time nothing is changed: it is asked for after the first fit.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Dummy, S, sympify

from ...language.errors import CannotTell
from ...language.laws import Noise
from ...language.lengths import operations
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import E, Moment, Prob
from .. import structures
from ..arithmetic.programs import to_ball
from ..structures.grains import certain
from ..symbols.cases import outer_draws
from ..symbols.normal_forms import is_zero
from .method import Derivation, Method
from .steps import loop_of, of_one_loop

MOST_OPERATIONS = 100  # of a coordinate's step


def _after_the_first(m: Moment) -> Moment:
    """The same moment of generation 1. Raises `CannotTell` where a later step moves anything."""
    loop = loop_of(m)
    if not _is_settled(loop):
        raise CannotTell("a later step moves the state")
    return m.xreplace({o: Observable(loop, o.name, S.One) for o in m.atoms(Observable)})


def _is_settled(loop: Loop) -> bool:
    """Whether each coordinate, once it is where a step leads, is left there by the next one, whatever is drawn in both."""
    now = {name: Dummy(name, real=True) for name in loop.symbols()}  # whatever sign is declared
    step = {name: sympify(x) for name, x in loop.step(now).items()}
    if any(x.has(CLOCK) or operations(x) > MOST_OPERATIONS for x in step.values()):
        return False
    drawn = {
        z: Dummy(str(z), **{"integer" if z.law.is_whole else "real": True})
        for x in step.values()
        for z in outer_draws(x)
    }
    first = {now[name]: x.xreplace(drawn) for name, x in step.items()}
    for name, x in step.items():
        again = x.xreplace(first)
        known = {z: value for z in outer_draws(again) if (value := certain(z)) is not None}
        rest = again.xreplace(known)
        if rest.has(Noise) or not is_zero(rest - first[now[name]]):
            return False
    return True


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    found = learn(_after_the_first(m))
    conditions = Derivation(S.One, list(structures.conditions(loop_of(m))))
    return Derivation.joined(found.form, found, conditions, step=f"{m}: no fit after the first one moves the state")


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    if not all(to_ball(c) > 0 for c in structures.conditions(loop_of(m))):
        raise CannotTell("a law of the loop is none")
    return learn(_after_the_first(m))


def skip(m: Moment) -> str | None:
    if not isinstance(m, E | Prob) or m.given is not None:
        return "it is no mean, and no probability"
    if (problem := of_one_loop(m)) is not None:
        return problem
    seen, loop = m.atoms(Observable), loop_of(m)
    if any(o.index or o.name not in loop.state or not o.t.is_positive or o.t.is_infinite for o in seen):
        return "it is not of the state after a fit"
    return "it is of the first fit" if all(o.t == 1 for o in seen) else None


METHOD = Method("no fit after the first one moves it", skip, derive, enclose)
