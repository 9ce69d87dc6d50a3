"""Events that are true or false on every path (rule 29): what is compared in them has a value, almost surely.

The logarithm or the root of what may be negative has none; nor has the inverse of what is 0 with a probability above 0. There
an event is neither true nor false, and P(X < x) is no longer 1 - P(X >= x). Such an event is refused, not counted as one that
has not happened.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Basic, Dummy, Expr
from sympy.core.relational import Relational

from ..language.errors import BadInput
from ..language.laws import Noise
from ..language.loops import Loop, Observable, never_negative
from ..language.measured import Measured
from ..language.moments import HittingTime, Prob
from ..language.order import in_order
from ..language.signs import is_nonnegative, is_nonzero
from . import structures
from .rare import draws_counts
from .relations.arguments import ABOVE, KNOWN, NOT_BELOW, OTHER, needs

RANDOM = (Observable, Noise)


def examine(m: Prob) -> None:
    """Raise `BadInput` for an event that compares what may have no value; of what only runs tell, their values do."""
    for side in _compared(m.variable):
        drawn = {x: _named(x) for x in in_order(side.atoms(*RANDOM)) if not _is_observed(x)}
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


def _is_observed(x: Expr) -> bool:
    """Whether it is of measured runs, or of programs, of which no step in symbols is known."""
    return isinstance(x, Observable) and (x.loop.is_observed or isinstance(x.loop, Measured))


def _named(x: Expr) -> Dummy:
    """A symbol of the sign that an observable, or a draw, is known to have; of its coordinate start and step show it."""
    if x.is_positive:
        return Dummy(str(x), positive=True)
    never = x.is_nonnegative or (isinstance(x, Observable) and x.name in never_negative(x.loop))
    return Dummy(str(x), nonnegative=True) if never else Dummy(str(x), real=True)


def _meets(taken: Expr, x: Expr, need: str) -> bool:
    """Whether it does almost surely, with symbols for what is random, and as it is."""
    if need in (ABOVE, NOT_BELOW):  # log(0) is -oo, and in order with all numbers
        return is_nonnegative(taken)
    return need == OTHER and (is_nonzero(taken) or not _has_atoms(x))


def _has_atoms(x: Expr) -> bool:
    """Whether it may be a number with a probability above 0: nothing is drawn yet, or what is drawn are counts."""
    loops: set[Loop] = {o.loop for o in x.atoms(Observable)}
    undrawn = any(not (o.t.is_positive or o.index) for o in x.atoms(Observable))
    listed = any(not z.law.is_continuous for z in x.atoms(Noise))
    return undrawn or listed or any(draws_counts(loop) or structures.is_deterministic(loop) for loop in loops)


__all__ = ["examine"]
