"""Events that are true or false on every path (rule 29): what is compared in them has a value, almost surely.

The logarithm or the root of what may be negative has none; nor has the inverse of what is 0 with a probability above 0. There
an event is neither true nor false, and P(X < x) is no longer 1 - P(X >= x). Such an event is refused, not counted as one that
has not happened.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Basic, Expr
from sympy.core.relational import Relational

from ..language.errors import BadInput
from ..language.moments import HittingTime, Prob
from ..language.order import in_order
from ..language.signs import is_nonnegative, is_nonzero
from .symbols.arguments import ABOVE, KNOWN, NOT_BELOW, OTHER, needs
from .taken import RANDOM, is_observed, is_other_than_0, named


def examine(m: Prob) -> None:
    """Raise `BadInput` for an event that compares what may have no value; of what only runs tell, their values do."""
    for side in _compared(m.variable):
        drawn = {x: named(x) for x in in_order(side.atoms(*RANDOM)) if not is_observed(x)}
        random = {d: x for x, d in drawn.items()}
        for taken, need in needs(side.xreplace(drawn)):
            x = taken.xreplace(random)
            if taken.free_symbols & random.keys() and not _meets(taken, x, need):
                lacks = "of which nothing is known" if need == KNOWN else f"which is not seen to be {need}"
                raise BadInput(
                    f"{m}: the event may be neither true nor false, since {side} takes a value of {x}, {lacks}: write the event "
                    "of the quantity itself, such as x >= exp(1) for log(x) >= 1, or declare its coordinate positive=True or "
                    "nonnegative=True, if it is"
                )


def _compared(event: Basic) -> Iterator[Expr]:
    """The sides of all comparisons in an event, those of a first time among them."""
    for r in in_order(event.atoms(Relational)):
        yield from r.args
    for time in in_order(event.atoms(HittingTime)):
        yield from _compared(time.condition)


def _meets(taken: Expr, x: Expr, need: str) -> bool:
    """Whether it does almost surely, with symbols for what is random, and as it is."""
    if need in (ABOVE, NOT_BELOW):  # log(0) is -oo, and in order with all numbers
        return is_nonnegative(taken)
    return need == OTHER and (is_nonzero(taken) or is_other_than_0(x))


__all__ = ["examine"]
