"""Whether what an expression needs to have a value is so on the whole domain of a claim."""

from __future__ import annotations

from sympy import Dummy, Expr, Rational, nan, zoo

from ...language.errors import NO_BALL, CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.likelihood import Constant
from ...language.loops import Observable
from ...language.moments import Distance, E, Moment
from ...language.order import in_order
from ...language.strangers import ours
from .. import structures
from ..methods import roughly
from ..symbols.arguments import KNOWN
from ..symbols.averages import Infinite
from . import stays
from .learned import Learned

FINE = 2**20  # ends of what a constant is between are multiples of 1/FINE


def meets(known: Learned, x: Expr, need: str) -> bool:
    """Whether it is so on the whole domain; of numbers and moments that have no form no more is known than their sign. Of laws on
    finitely many atoms, or such as stand for all laws, and of a model's constants nothing is asked."""
    if need == KNOWN:
        return False
    if not x.has(Moment, Observable, Distance):
        return known.meets(x, need)
    try:
        form = known.derived(x)
    except CannotTell:
        return known.meets(_in_names(x), need) or _is_of_weights(x) or _stays_so(known, x, need)
    if form.has(zoo, nan):
        return False
    of_moments = form.xreplace({number: m for m, number in known.numbers.items()})
    if bool(form.is_infinite) or known.meets(form, need) or known.meets(_in_names(of_moments), need):
        return True
    if of_moments.has(Moment, Distance) or form.atoms(Dummy) - x.atoms(Dummy):
        return _is_of_weights(x)
    return _stays_so(known, x, need)


def _is_of_weights(x: Expr) -> bool:
    if x.has(Constant):
        return True
    loops = {o.loop for o in x.atoms(Observable)}
    return bool(loops) and all(isinstance(loop, FiniteLoop) and ours(type(loop)) for loop in loops)


def _in_names(x: Expr) -> Expr:
    """Each mean, distance and state as a number of which the sign alone is known, or between what ends, where balls tell."""
    found = x.atoms(Moment, Distance, Observable)
    outermost = [m for m in found if not any(m != y and y.has(m) for y in found)]
    return x.xreplace({m: _between_its_ends(m) or Dummy("number", **_sign(m)) for m in in_order(outermost)})


def _sign(m: Expr) -> dict[str, bool]:
    return {"positive" if m.is_positive else "nonnegative" if m.is_nonnegative else "real": True}


def _between_its_ends(m: Expr) -> Expr | None:
    """A constant, by a number above 0 of its own; None where it has no finite ball."""
    if m.free_symbols or not isinstance(m, Moment | Distance):
        return None
    try:
        ball = roughly(m)
    except (*NO_BALL, Infinite):
        return None
    if not ball.is_finite():
        return None
    low, high = (ball * FINE).lower().floor(), (ball * FINE).upper().ceil()
    low, high = (Rational(int(end.unique_fmpz()), FINE) for end in (low, high))  # pyrefly: ignore[bad-argument-type]
    share = Dummy("share", positive=True)
    return (low + high * share) / (1 + share)


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
