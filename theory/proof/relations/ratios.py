"""Inequalities by the supremum of the quotient of their sides, found with a proof as for a best constant."""

from __future__ import annotations

from contextlib import suppress

from sympy import Expr, S, exp, nan, oo, zoo

from ...language.errors import CannotTell
from ...language.histories import History
from ...language.lengths import operations
from ..foreign import surely, telling
from ..prepared import Part, prepare
from ..signs import short
from ..symbols.normal_forms import is_zero
from . import histories
from .defined import has_values
from .learned import Learned
from .on_intervals import Work
from .sharpest import Best, Quotient
from .suprema import Unbounded

MOST_OPERATIONS = 50  # of both sides, derived: slopes of longer ones are too long to be looked at
MOST_ASKED = 10  # questions for the sign of a slope, and looks at boxes, of one inequality


@surely
def at_most_one(known: Learned) -> bool:
    """Whether every part is an inequality, not a strict one, of which that is proved; the proof then says so.

    A smaller side a and a larger one b > 0 have a/b <= 1; where nothing is found of that, e^a/e^b is asked. Of numbers alone
    balls tell.
    """
    parts = prepare(known.claim, known.case).parts
    asked = [p for p in parts if isinstance(p, Part) and p.op in ("<=", ">=") and p.rate is None]
    if known.claim.proof is not None or known.claim.touching or not known.claim.symbols or len(asked) < len(parts):
        return False
    steps: list[str] = []
    for part in asked:
        has_values(known, part.original.lhs, part.original.rhs)
        less, more = (histories.written(known, x) for x in (part.original.lts, part.original.gts))
        if less.has(History) or more.has(History):  # each value of which costs
            return False
        if not _are_numbers(known, less, more):
            return False
        try:
            best = _best(known, less, more) or _best(known, exp(less), exp(more))
        except Unbounded:
            return False
        if best is None or not (best.ball < 1 or _is_one(best)):
            return False
        most = best.ball.upper() if best.found.value is None else short(best.found.value)
        steps += [*best.found.steps, f"so the ratio of the sides is at most {most}"]
    known.proof.steps += steps
    return True


def _are_numbers(known: Learned, *sides: Expr) -> bool:
    """Whether the derived sides are: e^a is 0 where a is the logarithm of 0."""
    known.infinite = {}
    forms = [known.derived(x) for x in sides]
    if known.infinite or any(x.has(oo, -oo, zoo, nan) for x in forms):
        return False
    has_values(known, *forms)
    return True


def _best(known: Learned, above: Expr, below: Expr) -> Best | None:
    with suppress(CannotTell), telling(), Work(MOST_ASKED):
        ratio = Quotient(known.claim, known.case, above, below)
        return ratio.best() if operations(ratio.above) + operations(ratio.below) <= MOST_OPERATIONS else None
    return None


def _is_one(best: Best) -> bool:
    value = best.found.value
    if value is None or not best.ball.contains(1) or operations(value) > MOST_OPERATIONS:
        return False
    return is_zero(value - S.One)
