"""Events that are certain, or impossible: what the last step leads to lies on one side of a number, whatever is drawn.

With one head more than there are, and one tail more, a fitted share is never 0.
"""

from __future__ import annotations

from flint import arb
from sympy import Expr, Ge, Gt, S

from ...language.errors import CannotTell
from ...language.loops import Observable
from ...language.moments import Moment, Prob
from ...language.order import in_order
from ...language.signs import is_nonnegative, is_positive
from .. import structures
from ..arithmetic.programs import to_ball
from ..symbols.ranges import one, span
from ..taken import named, stepped, with_starts
from .method import Derivation, Method


def derive(m: Moment) -> Derivation:
    """1 or 0."""
    event = m.variable
    gap, strictly = event.gts - event.lts, isinstance(event, Gt)
    (late,) = {o.t for o in gap.atoms(Observable)}
    seen = {_side(stepped(gap, late), strictly)}
    if not late.is_positive:
        seen.add(_side(with_starts(gap, late), strictly))
    if len(seen) > 1 or None in seen:
        raise CannotTell(f"on which side of 0 {gap} is after a step, whatever is drawn, is not seen")
    form = seen.pop()
    conditions = [c for loop in in_order({o.loop for o in gap.atoms(Observable)}) for c in structures.conditions(loop)]
    return Derivation(form, conditions, steps=[f"{m} is {form}: by the range of what a step leads to"])


def _side(gap: Expr, strictly: bool) -> Expr | None:
    """1 where it is above 0 (at least 0), 0 where it is not; None where that depends on what is drawn, or on the state."""
    found = span(gap.xreplace({o: named(o) for o in in_order(gap.atoms(Observable))}))
    if found is None:
        return None
    low, high = found
    holds, fails = (is_positive, is_nonnegative) if strictly else (is_nonnegative, is_positive)
    return S.One if holds(one(low)) else S.Zero if fails(one(-high)) else None


def skip(m: Moment) -> str | None:
    if not isinstance(m, Prob) or m.given is not None or not isinstance(m.variable, Gt | Ge):
        return "it is no event of a state and a number"
    seen = m.atoms(Observable)
    if len({o.t for o in seen}) != 1 or any(
        o.index or o.name not in o.loop.state or not o.t.is_nonnegative for o in seen
    ):
        return "it is no event of the coordinates in one generation"
    return None


def enclose(m: Moment) -> arb:
    found = derive(m)
    if not all(to_ball(c) > 0 for c in found.positive):
        raise CannotTell("a law of the loop is none")
    return arb(int(found.form))


METHOD = Method("what is certain by the range of a step", skip, lambda m, learn: derive(m), lambda m, learn: enclose(m))
