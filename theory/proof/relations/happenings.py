"""Linear relations among probabilities that hold of all events whatever: Boole's inequality, that none is above 1.

The events of a relation are put together from the signs of a few quantities. Of these signs together one holds, with some
probabilities p >= 0 of sum 1. A relation that is linear in the probabilities of the events is linear in the p: it holds of all
of them if each has a coefficient that is at least 0, once the constant is spread over them. Signs that exclude each other, x < a
and x > a + 1, are left out, and those of a later generation that follow on no earlier one, as of a share that was lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from sympy import And, Basic, Dummy, Eq, Expr, Gt, Lt, Ne, Not, Or, PolynomialError, S, expand, sign

from ...language.errors import CannotTell
from ...language.laws import Noise
from ...language.loops import Observable, never_negative
from ...language.moments import E, HittingTime, Moment, PathMax, Prob, outermost
from ...language.order import in_order
from ...language.signs import Inequality
from .. import structures
from ..symbols.normal_forms import is_zero
from ..symbols.stand_ins import polynomial_in
from .learned import Learned

MOST_QUANTITIES = 6  # 3**6 cases
RANDOM = (Observable, Noise, PathMax, HittingTime)
Signs = tuple[int, ...]
KEPT = ((Eq, (0,)), (Gt, (1,)), (Lt, (-1,)))  # what a quantity may keep being, and its signs then


def of_any_events(known: Learned, op: str, a: Expr, b: Expr) -> bool:
    """Whether a op b is proved, whatever the events of its probabilities are."""
    gap = _in_probabilities(known, b - a if op in ("<=", "<") else a - b)
    asked = in_order(set(outermost(gap)))
    if not asked or not all(isinstance(m, Prob) and m.given is None and _is_plain(m.variable) for m in asked):
        return False
    try:
        line = polynomial_in(gap, asked)
    except PolynomialError:
        return False
    if line.total_degree() > 1 or any(c.has(*RANDOM, Moment) for c in line.coeffs()):
        return False
    if any(_is_conditional(known, o) for o in in_order(gap.atoms(Observable))):
        return False
    quantities: list[Expr] = []
    for m in asked:
        _collect(m.variable, quantities)
    if len(quantities) > MOST_QUANTITIES:
        return False
    slopes = [line.coeff_monomial(m) for m in line.gens]
    constant = line.coeff_monomial(1)
    seen: set[Expr] = set()
    allowed = _excluding(known, quantities)
    for signs in product((-1, 0, 1), repeat=len(quantities)):
        if not all(may(signs) for may in allowed):
            continue
        happens = [_holds(m.variable, quantities, signs) for m in asked]
        seen.add(expand(constant + sum((c for c, yes in zip(slopes, happens, strict=True) if yes), S.Zero)))
    if not seen or not all(_has_sign(known, op, c) for c in in_order(seen)):
        return False
    known.proof.steps.append(
        f"of the {len(seen)} values that the difference takes with the events' indicators each has the sign, whatever the events"
    )
    return True


def _in_probabilities(known: Learned, gap: Expr) -> Expr:
    """With mean signs as probabilities, E sign(x) = P(x > 0) - P(x < 0): numbers of symbols that are alive are sums of such."""
    if not any(isinstance(m, E) for m in outermost(gap)):
        return gap
    gap = known.standard(gap)
    signs = {m: m.variable.args[0] for m in outermost(gap) if isinstance(m, E) and isinstance(m.variable, sign)}
    return gap.xreplace({m: Prob(x > 0) - Prob(x < 0) for m, x in signs.items() if m.given is None})


def _is_conditional(known: Learned, o: Observable) -> bool:
    """Whether a loop has a law under conditions that the domain does not meet, or states no step, and nothing is said here."""
    try:
        structures.examine(o.loop)
        met = all(known.implies(known.charted(c), strict=True) for c in structures.conditions(o.loop))
        return not met or o.loop.unstated(o.name) is not None
    except CannotTell:
        return True


def _is_plain(event: Basic) -> bool:
    """Whether it is made of comparisons of quantities that are in order with each other on every path."""
    if isinstance(event, And | Or | Not):
        return all(map(_is_plain, event.args))
    if not isinstance(event, Inequality | Eq | Ne):
        return False
    times = event.atoms(HittingTime)  # two of them may both be infinite
    return (
        len(times) <= 1
        and not (times and event.has(Observable) and isinstance(event, Eq | Ne))
        and not event.has(Moment)
    )


def _gap(event: Basic) -> Expr:
    """The quantity whose sign tells whether a comparison holds."""
    return event.lhs - event.rhs if isinstance(event, Eq | Ne) else event.gts - event.lts


def _collect(event: Basic, quantities: list[Expr]) -> None:
    if isinstance(event, And | Or | Not):
        for part in event.args:
            _collect(part, quantities)
    elif _place(gap := _gap(event), quantities) is None:
        quantities.append(gap)


def _place(gap: Expr, quantities: Sequence[Expr]) -> tuple[int, int] | None:
    """The number of a quantity, and the sign by which it is a gap; None where it is none of them."""
    for i, q in enumerate(quantities):
        if expand(gap - q) == 0:
            return i, 1
        if expand(gap + q) == 0:
            return i, -1
    return None


def _holds(event: Basic, quantities: Sequence[Expr], signs: Signs) -> bool:
    if isinstance(event, Not):
        return not _holds(event.args[0], quantities, signs)
    if isinstance(event, And | Or):
        return (all if isinstance(event, And) else any)(_holds(part, quantities, signs) for part in event.args)
    found = _place(_gap(event), quantities)
    assert found is not None
    i, orientation = found
    sign = orientation * signs[i]
    if isinstance(event, Eq | Ne):
        return (sign == 0) == isinstance(event, Eq)
    return sign > 0 if isinstance(event, Gt) or event.rel_op == "<" else sign >= 0


def _excluding(known: Learned, quantities: Sequence[Expr]) -> list[Callable[[Signs], bool]]:
    """What the signs keep to where two quantities, or one and another's opposite, differ by a number of known sign."""
    out: list[Callable[[Signs], bool]] = []
    for i, q in enumerate(quantities):
        alone = _alone(q)
        never_below = {
            o for o in alone.atoms(Observable) if not o.index and o.name in never_negative(known.charted(o.loop))
        }
        signed = alone.xreplace({o: Dummy(o.name, nonnegative=True) for o in never_below})
        for turned in (1, -1):
            if (turned * signed).is_nonnegative:
                out.append(lambda s, i=i, turned=turned: turned * s[i] >= 0)
        for j, other in enumerate(quantities):
            for turned in (1, -1):
                more = expand(q - turned * other)
                if i == j or more.has(*RANDOM):
                    continue
                if _has_sign(known, ">", more):
                    out.append(lambda s, i=i, j=j, turned=turned: s[i] == 1 or turned * s[j] == -1)
                elif _has_sign(known, ">=", more):
                    out.append(lambda s, i=i, j=j, turned=turned: s[i] >= turned * s[j])
            if i != j and _is_later(known, q, other):
                for relation, kept in KEPT:
                    if structures.stays(relation(alone, 0)):
                        out.append(lambda s, i=i, j=j, kept=kept: s[i] not in kept or s[j] in kept)
    return out


def _alone(q: Expr) -> Expr:
    """A quantity of one coordinate by that of a smaller loop of the same law. One of several is left as it is: of two that are
    alike in law both would be one."""
    seen = q.atoms(Observable)
    return q.xreplace({o: structures.marginal(o) for o in seen}) if len(seen) == 1 else q


def _is_later(known: Learned, q: Expr, other: Expr) -> bool:
    """Whether one quantity is another in a later generation, both of one loop."""
    first, second = q.atoms(Observable), other.atoms(Observable)
    times = {o.t for o in first}, {o.t for o in second}
    if not all(len(ts) == 1 for ts in times) or q.has(Noise, PathMax, HittingTime):
        return False
    (now,), (then,) = times
    moved = q.xreplace({o: Observable(o.loop, o.name, then, *o.index) for o in first})
    return expand(moved - other) == 0 and _has_sign(known, ">=", then - now)


def _has_sign(known: Learned, op: str, c: Expr) -> bool:
    try:
        if op == "==":
            return is_zero(known.discrete(c))
        return known.implies(known.charted(c), strict=op in ("<", ">"))
    except CannotTell:
        return False


__all__ = ["of_any_events"]
