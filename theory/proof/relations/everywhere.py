"""Means of positive parts, and probabilities, that follow from a sign: what has it wherever the state may be."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, Ge, Gt, Le, Lt, Max, Piecewise, S, sympify
from sympy.core.relational import Relational

from ...language.loops import Observable
from ...language.moments import E, Moment, Prob, outermost
from ...language.order import in_order
from .. import taken
from . import inequality
from .learned import Learned, Refuted


def by_signs(known: Learned, op: str, a: Expr, b: Expr, prove: Callable) -> bool:
    """Prove a op b with the moments that follow from a sign put in; False where there is none."""
    sides = [known.standard(sympify(x)) for x in (a, b)]
    found = {m: x for side in sides for m in outermost(side) if (x := _value(known, m)) is not None}
    found |= {e: S.One for side in sides for e in side.atoms(Piecewise) if _is_certain(known, e)}
    if not found:
        return False
    for m, x in found.items():
        known.proof.steps.append(
            f"{known.named(m)} = {known.named(x)}: the sign of what is in it, wherever the state is"
        )
    prove(known, op, *(side.xreplace(found) for side in sides))
    return True


def _value(known: Learned, m: Moment) -> Expr | None:
    """0, 1, or another moment, that a moment of observables is for the sign of what it is of; None where this is not seen."""
    x = m.variable
    if isinstance(m, E) and isinstance(x, Max) and len(x.args) == 2 and S.Zero in x.args:
        (part,) = set(x.args) - {S.Zero}
        if _has_sign(known, -part, strict=False):
            return S.Zero
        return E(part) if _has_sign(known, part, strict=False) else None
    if isinstance(m, Prob) and isinstance(x, Gt | Ge | Lt | Le):
        part, strict = x.gts - x.lts, isinstance(x, Gt | Lt)
        if _has_sign(known, part, strict):
            return S.One
        return S.Zero if _has_sign(known, -part, not strict) else None
    return None


def _is_certain(known: Learned, e: Piecewise) -> bool:
    """Whether 1 where a number is positive, and else 0, is 1 on the whole domain."""
    if len(e.args) != 2 or [value for value, _ in e.args] != [1, 0]:
        return False
    condition = e.args[0][1]
    if not isinstance(condition, Gt | Ge | Lt | Le) or condition.has(Moment):
        return False
    return _is_seen(known, condition.gts - condition.lts, isinstance(condition, Gt | Lt))


def _has_sign(known: Learned, x: Expr, strict: bool) -> bool:
    """Whether x > 0 (>= 0) for all values that its observables can have, each taken by itself: where they have values."""
    seen = x.atoms(Observable)
    if not seen or x.has(Moment, Relational) or not all(map(known.has_laws, in_order({o.loop for o in seen}))):
        return False
    values = {o: taken.named(o) for o in in_order(seen)}
    if any(not d.is_positive and not x.is_polynomial(o) for o, d in values.items()):  # there may be no value
        return False
    return _is_seen(known, x.xreplace(values), strict)


def _is_seen(known: Learned, x: Expr, strict: bool) -> bool:
    with known.proof.attempt(Refuted):  # the claim is not that it has this sign
        inequality.holds(known, inequality.without_positive_factors(known.charted(x)), strict)
        return True
    return False


__all__ = ["by_signs"]
