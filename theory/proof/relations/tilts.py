"""Infinitely many candidates: a round multiplies the density by the weight, so that means are those of the first law, tilted.

Without real data E_t g = E_0[g f^t]/E_0 f^t, f the weight. With lam picks beside each real point one fit after the other is
looked at: E_t g = (E_0 g + lam E_(t-1)[g f]/E_(t-1) f)/(1 + lam).
"""

from __future__ import annotations

from sympy import Expr, S, log, oo, powsimp

from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.loops import Observable
from ...language.moments import E, Moment
from ..methods import Derivation
from ..structures import is_tournament

MOST_FITS = 3  # beside real data, one after the other


def of_first_law(m: Moment) -> Derivation | None:
    """A mean after t rounds by means of the first law, of which nothing is known; None for others."""
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
    weight = loop.weight(0)
    weight = weight.func(loop, "weight", S.Zero, *seen[0].args[3:])
    g = m.variable.xreplace({o: weight if o.name == "weight" else log(weight) for o in seen})
    form = _tilted(g, weight, t) if lam is oo else _beside_real_data(g, weight, int(t), lam)
    return Derivation(form, steps=["a round of infinitely many candidates multiplies the density by the weight"])


def _tilted(g: Expr, weight: Expr, t: Expr) -> Expr:
    return E(powsimp(g * weight**t)) / E(weight**t)


def _beside_real_data(g: Expr, weight: Expr, t: int, lam: Expr) -> Expr:
    if t == 0:
        return E(g)
    picked, whole = (_beside_real_data(x, weight, t - 1, lam) for x in (powsimp(g * weight), weight))
    return (E(g) + lam * picked / whole) / (1 + lam)


__all__ = ["of_first_law"]
