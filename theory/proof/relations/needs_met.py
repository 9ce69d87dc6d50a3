"""Whether what an expression needs to have a value is so on the whole domain of a claim."""

from __future__ import annotations

from sympy import Dummy, Expr, nan, zoo

from ...language.errors import CannotTell
from ...language.loops import Observable
from ...language.moments import Distance, E, Moment
from .. import structures
from ..symbols.arguments import KNOWN
from . import stays
from .learned import Learned


def meets(known: Learned, x: Expr, need: str) -> bool:
    """Whether it is so on the whole domain; of numbers and moments that have no form nothing is said."""
    if need == KNOWN:
        return False
    if not x.has(Moment, Observable, Distance):
        return known.meets(x, need)
    try:
        form = known.derived(x)
    except CannotTell:
        return True
    unknown = form.atoms(Dummy) - x.atoms(Dummy)  # and no place in a range
    if form.has(zoo, nan):
        return False
    if form.has(Moment) or unknown or bool(form.is_infinite) or known.meets(form, need):
        return True
    return _stays_so(known, x, need)


def _stays_so(known: Learned, x: Expr, need: str) -> bool:
    """Whether it is so wherever the state of a loop without chance may be."""
    x = x.xreplace({m: m.variable for m in x.atoms(E)})
    seen = x.atoms(Observable)
    if x.has(Moment) or len({(o.loop, o.t) for o in seen}) != 1 or any(o.index for o in seen):
        return False
    loop = next(iter(seen)).loop
    if not structures.is_deterministic(loop) or not all(o.name in loop.state for o in seen):
        return False
    places = stays.charts(known, loop)
    return known.meets(x.xreplace({o: places[o.name] for o in seen}), need)
