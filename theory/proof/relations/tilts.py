"""Infinitely many candidates: a round multiplies the density by the weight, so that means are those of the first law, tilted.

Without real data E_t g = E_0[g f^t]/E_0 f^t, f the weight. With lam picks beside each real point one fit after the other is
looked at: E_t g = (E_0 g + lam E_(t-1)[g f]/E_(t-1) f)/(1 + lam).
"""

from __future__ import annotations

from sympy import Dummy, Expr, S, log, oo, powsimp

from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.functions import unfold
from ...language.loops import Observable
from ...language.moments import E, Moment
from ..methods import Derivation
from ..structures import is_tournament
from ..symbols.arguments import ABOVE, KNOWN, OTHER, needs
from .assumptions import Assumptions

MOST_FITS = 3  # beside real data, one after the other


def of_first_law(known: Assumptions, m: Moment) -> Derivation | None:
    """A mean after t rounds by means of the first law, of which nothing is known; None for others.

    Raises `CannotTell` where it may not exist.
    """
    seen = sorted(m.atoms(Observable), key=str) if isinstance(m, E) else []
    if (
        not seen
        or len({o.args[:1] + o.args[2:] for o in seen}) > 1
        or not {o.name for o in seen} <= {"weight", "reward"}
    ):
        return None
    loop, t = seen[0].loop, seen[0].t
    if not isinstance(loop, FiniteLoop) or loop.any_law is None or loop.candidates is None or t == 0:
        return None
    K, lam = loop.candidates
    from_real_data = t.is_Integer and t <= MOST_FITS and loop.start == loop.reference
    if K is not oo or not (lam is oo or from_real_data):
        return None
    try:
        is_tournament(loop, lam)
    except CannotTell:
        return None
    g = of_weights(known, m).xreplace({_weight(o): _weight(o, S.Zero) for o in seen})
    weight = _weight(seen[0], S.Zero)
    form = _tilted(g, weight, t) if lam is oo else _beside_real_data(g, weight, int(t), lam)
    return Derivation(form, steps=["a round of infinitely many candidates multiplies the density by the weight"])


def of_weights(known: Assumptions, m: Moment) -> Expr:
    """What a mean under any law is of, a reward being the logarithm of a weight. Raises `CannotTell` where it may not exist.

    A weight is between its least value, which is above 0, and its largest: a function with a value everywhere there is bounded.
    """
    seen = m.atoms(Observable)
    g = m.variable.xreplace({o: log(_weight(o)) for o in seen if o.name == "reward"})
    places = {w: w.loop.any_law.largest / (1 + Dummy("less", nonnegative=True)) for w in map(_weight, seen)}
    for x, need in needs(unfold(g)):
        there = x.xreplace(places)
        if need == KNOWN or not (
            known.is_never_0(there) if need == OTHER else known.implies(known.charted(there), need == ABOVE)
        ):
            raise CannotTell(f"{x} is not seen to be {need} for every weight: {m} may have no value")
    return g


def _weight(o: Observable, t: Expr | None = None) -> Observable:
    """The weight of a draw; at another generation."""
    return o.func(o.loop, "weight", o.t if t is None else t, *o.args[3:])


def _tilted(g: Expr, weight: Expr, t: Expr) -> Expr:
    return E(powsimp(g * weight**t)) / E(weight**t)


def _beside_real_data(g: Expr, weight: Expr, t: int, lam: Expr) -> Expr:
    if t == 0:
        return E(g)
    picked, whole = (_beside_real_data(x, weight, t - 1, lam) for x in (powsimp(g * weight), weight))
    return (E(g) + lam * picked / whole) / (1 + lam)


__all__ = ["of_first_law", "of_weights"]
