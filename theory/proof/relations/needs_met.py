"""Whether what an expression needs to have a value is so on the whole domain of a claim."""

from __future__ import annotations

from sympy import Dummy, Expr, nan, zoo

from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.loops import Observable
from ...language.moments import Distance, E, Moment
from ...language.order import in_order
from ...language.strangers import ours
from .. import structures
from ..symbols.arguments import KNOWN
from . import stays
from .learned import Learned


def meets(known: Learned, x: Expr, need: str) -> bool:
    """Whether it is so on the whole domain; of numbers and moments that have no form no more is known than their sign. Of laws on
    finitely many atoms, or such as stand for all laws, nothing is asked: what their weights and masses divide is above 0."""
    if need == KNOWN:
        return False
    if not x.has(Moment, Observable, Distance):
        return known.meets(x, need)
    try:
        form = known.derived(x)
    except CannotTell:
        return known.meets(_in_names(x), need) or _is_of_weights(x)
    if form.has(zoo, nan):
        return False
    if bool(form.is_infinite) or known.meets(_in_names(form), need):
        return True
    if form.has(Moment) or form.atoms(Dummy) - x.atoms(Dummy):
        return _is_of_weights(x)
    return _stays_so(known, x, need)


def _is_of_weights(x: Expr) -> bool:
    loops = {o.loop for o in x.atoms(Observable)}
    return bool(loops) and all(isinstance(loop, FiniteLoop) and ours(type(loop)) for loop in loops)


def _in_names(x: Expr) -> Expr:
    """Each mean, distance and state as a number of which the sign alone is known."""
    found = x.atoms(Moment, Distance, Observable)
    outermost = [m for m in found if not any(m != y and y.has(m) for y in found)]
    return x.xreplace({m: Dummy("number", **_sign(m)) for m in in_order(outermost)})


def _sign(m: Expr) -> dict[str, bool]:
    return {"positive" if m.is_positive else "nonnegative" if m.is_nonnegative else "real": True}


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
