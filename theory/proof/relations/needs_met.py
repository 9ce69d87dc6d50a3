"""Whether what an expression needs to have a value is so on the whole domain of a claim."""

from __future__ import annotations

from contextlib import suppress

from sympy import Dummy, Expr, Ge, Mul, Pow, Rational, nan, zoo

from ...language.errors import NO_BALL, BadInput, CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.likelihood import Constant
from ...language.loops import Observable
from ...language.moments import Distance, E, Moment, Prob
from ...language.order import in_order
from ...language.strangers import ours
from .. import structures
from ..arithmetic.programs import to_ball
from ..methods import roughly
from ..symbols.arguments import KNOWN
from ..symbols.averages import Infinite
from ..symbols.stand_ins import stand_in
from . import contracted, stays
from .learned import Learned

FINE = 2**20  # ends of what a constant is between are multiples of 1/FINE


def meets(known: Learned, x: Expr, need: str) -> bool:
    """Whether it is so on the whole domain; of numbers and moments that have no form no more is known than their sign, or
    what balls tell of them."""
    if need == KNOWN:
        return False
    if not x.has(Moment, Observable, Distance):
        return known.meets(x, need)
    try:
        form = known.derived(x)
    except CannotTell:
        return known.meets(_in_names(known, x), need) or _stays_so(known, x, need)
    if form.has(zoo, nan):
        return False
    of_moments = form.xreplace({number: m for m, number in known.numbers.items()})
    if bool(form.is_infinite) or known.meets(form, need) or known.meets(_in_names(known, of_moments), need):
        return True
    return _stays_so(known, x, need)


def _in_names(known: Learned, x: Expr) -> Expr:
    """Each mean, distance and state in its form, if it has one by itself; else as a number of which the sign alone is known, or
    between what ends, where balls tell."""
    found = x.atoms(Moment, Distance, Observable)
    outermost = [m for m in found if not any(m != y and y.has(m) for y in found)]
    x = x.xreplace({m: _known(known, m) for m in in_order(outermost)})
    roots = [p for p in in_order(x.atoms(Pow)) if p.is_number and p.is_real and not p.is_rational]
    return x.xreplace({p: told for p in roots if (told := _between_its_ends(p)) is not None})


def _known(known: Learned, m: Expr) -> Expr:
    if (told := _between_its_ends(m)) is not None:
        return told
    with suppress(CannotTell):
        form = known.derived(m)
        if form.atoms(Dummy) <= m.atoms(Dummy) and not form.has(Moment, Distance, Observable):
            return form
    return stand_in(m, "number", **_sign(known, m))


def _sign(known: Learned, m: Expr) -> dict[str, bool]:
    if isinstance(m, Constant):
        with suppress(CannotTell, BadInput):
            return {contracted.sign_of(known, m): True}
    inside = m.variable if isinstance(m, E) and m.given is None else m
    if m.is_positive or _is_of_picks(known, inside) or _is_of_the_best(m):
        return {"positive": True}
    return {"nonnegative" if m.is_nonnegative or isinstance(m, Prob) else "real": True}


def _is_of_the_best(m: Expr) -> bool:
    """Whether it is the probability of the largest weight, where that has one at first: picks give it more and more."""
    if not (isinstance(m, Prob) and m.given is None and isinstance(m.variable, Ge)):
        return False
    o, level = m.variable.args
    law = o.loop.any_law if isinstance(o, Observable) and _is_of_a_tournament(o) else None
    return law is not None and law.has_best and law.of is None and o.name == "weight" and level == law.largest


def _is_of_picks(known: Learned, x: Expr) -> bool:
    """Whether it is a product of weights, and of masses that begin above 0, in a loop of picks by weights above 0: each stays
    above 0 in every fit."""
    return all(isinstance(o := f.as_base_exp()[0], Observable) and _stays_above_0(known, o) for f in Mul.make_args(x))


def _stays_above_0(known: Learned, o: Observable) -> bool:
    if not _is_of_a_tournament(o):
        return False
    loop = o.loop
    if loop.any_law is not None:  # its weights are bounded, and not near 0
        return o.name == "weight"
    values = [m for name, m in zip(loop.state, loop.start.masses, strict=True) if name == o.name]
    values = values or loop.table(o.name) or ()
    return bool(values) and all(known.implies(known.charted(v), strict=True) for v in values)


def _is_of_a_tournament(o: Observable) -> bool:
    """Whether it is of a fit, not of the end, in a loop of picks that goes by weights: no atom ever loses all of its mass."""
    loop = o.loop
    return isinstance(loop, FiniteLoop) and ours(type(loop)) and loop.candidates is not None and bool(o.t.is_finite)


def _between_its_ends(m: Expr) -> Expr | None:
    """A number, by another one above 0 of its own; None where it has no finite ball."""
    if m.free_symbols or not isinstance(m, Moment | Distance | Pow):
        return None
    try:
        ball = to_ball(m) if isinstance(m, Pow) else roughly(m)
    except (*NO_BALL, Infinite):
        return None
    if not ball.is_finite():
        return None
    low, high = (ball * FINE).lower().floor(), (ball * FINE).upper().ceil()
    low, high = (Rational(int(end.unique_fmpz()), FINE) for end in (low, high))  # pyrefly: ignore[bad-argument-type]
    share = stand_in(m, "share", positive=True)
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
