"""A relation of two sides, proved: each has a value, their moments are derived, and the difference is decided."""

from __future__ import annotations

from sympy import Dummy, Expr, nan, oo, sign, sympify, zoo
from sympy.concrete.expr_with_limits import ExprWithLimits

from ...language.errors import CannotTell
from ...language.histories import History
from ...language.loops import CLOCK, Observable
from ...language.moments import Distance, Prob, outermost
from .. import structures
from ..finiteness import compared
from ..foreign import telling
from . import (
    areas,
    candidates,
    cases,
    concave,
    equality,
    everywhere,
    happenings,
    histories,
    induction,
    inequality,
    logarithms,
    mapped,
    martingales,
    masses,
    pointwise,
    spreads,
    trials,
    units,
)
from .brackets import bracketed, is_positive_number
from .defined import has_values
from .learned import Learned, Refuted
from .ranges import forwards


def relate(known: Learned, op: str, a: Expr, b: Expr) -> None:
    """Prove a op b, or raise `CannotTell`; `Refuted` where it is seen to be false."""
    a, b = (histories.written(known, sympify(side)) for side in (a, b))
    if a.has(History) or b.has(History):
        histories.holds(known, op, a, b)
        told = {x: Dummy("x", real=True) for x in a.atoms(History) | b.atoms(History)}
        has_values(known, a.xreplace(told), b.xreplace(told), *(x.at(CLOCK) for x in told))
        return
    a, b = (cases.decided(known, side) for side in (a, b))
    try:
        _whole(known, op, a, b)
    except CannotTell:
        at = cases.parting(known, a, b)
        if at is not None and len(known.parted) < cases.MOST_PARTINGS:
            _on_both_parts(known, op, a, b, *at)
            return
        written = [cases.in_forms(known, side) for side in (a, b)]
        if written == [a, b]:
            raise
        relate(known, op, *written)
        has_values(known, a, b)


def _whole(known: Learned, op: str, a: Expr, b: Expr) -> None:
    forwards(known, a, b)
    try:
        _derived(known, op, a, b)
    except CannotTell as reason:
        try:
            with telling():  # of a loop that leaves its step unsaid; of no polynomial
                induction.holds(known, op, a, b)
        except CannotTell:
            ways = (
                *(units.by_the_mean, concave.by_jensen, martingales.by_jensen, pointwise.by_tangents),
                *(spreads.by_the_range, areas.by_the_area, everywhere.by_signs, trials.by_single_probabilities),
                *(mapped.by_the_step, logarithms.by_jensen),
            )
            if not any(way(known, op, a, b, prove=_derived) for way in ways):
                raise reason from None
    has_values(known, a, b)  # last: a moment that does not exist is the better reason


def _on_both_parts(known: Learned, op: str, a: Expr, b: Expr, g: Expr, strict: bool) -> None:
    """Prove a op b where g > 0 (>= 0), and where it is not; g has a value, or neither is so."""
    has_values(known, g)
    for part, is_strict in ((g, strict), (-g, not strict)):
        here = f"where {part} {'>' if is_strict else '>='} 0"
        known.proof.steps.append(f"{here}:")
        with cases.supposing(known, part, is_strict):
            try:
                relate(known, op, a, b)
            except Refuted as error:  # this part of the domain may be empty
                raise CannotTell(f"{error}, {here}") from None


def _derived(known: Learned, op: str, a: Expr, b: Expr) -> None:
    """By the forms of the moments on both sides."""
    if op == "==" and (said := _one_probability(known, a, b)):
        known.proof.steps.append(said)
        return
    if candidates.of_every_law(known, op, a, b) or masses.of_every_law(known, op, a, b):
        return
    if any(x.has(Prob) or known.standard(x).has(sign) for x in (a, b)) and happenings.of_any_events(known, op, a, b):
        return
    unbounded = op == "==" or any(x.has(Prob) for x in (a, b))
    reason = CannotTell("")
    for bounds in (True,) * (op != "==") + (False,) * unbounded:
        try:
            _by_forms(known, op, a, b, bounds)
            return
        except CannotTell as why:
            reason = why
    raise reason


def _by_forms(known: Learned, op: str, a: Expr, b: Expr, bounds: bool) -> None:
    """bounds: of probabilities no more is used than that they are not negative."""
    known.infinite = {}
    x, y = (side if side.is_infinite else known.derived(side, bounds=bounds) for side in map(sympify, (a, b)))
    # a loop in a distance that stays as it is may have oo for a parameter
    seen = (side.xreplace({d: Dummy("d") for d in side.atoms(Distance)}) for side in (x, y))
    if known.infinite or any(side.has(oo, -oo, zoo, nan) for side in seen):
        written = (known.discrete(a), known.discrete(b))
        known.proof.steps.append(compared(op, written, (x, y), known.infinite))
    elif op == "==":
        equality.holds(known, x, y)
    else:
        _by_sign(known, y - x if op in ("<", "<=") else x - y, strict=op in ("<", ">"))


def _by_sign(known: Learned, gap: Expr, strict: bool) -> None:
    """By the signs of the numbers that have no closed form; where these do not do, by what they are between. Of a number by its
    ball."""
    if is_positive_number(known, gap):
        return
    try:
        inequality.holds(known, gap, strict)
    except CannotTell:
        if (within := bracketed(known, gap)) is None:
            raise
        inequality.holds(known, within, strict)


def _one_probability(known: Learned, a: Expr, b: Expr) -> str:
    """That both sides are the same function of the same probabilities, which are numbers; "" where they are not."""
    x, y = (known.standard(side) for side in (a, b))
    asked = outermost(x)
    alike = x == y and asked and all(isinstance(m, Prob) for m in asked) and not x.has(ExprWithLimits)
    if not alike or not x.is_polynomial(*asked) or any(structures.conditions(o.loop) for o in x.atoms(Observable)):
        return ""
    return f"both sides are {known.named(x)}"
