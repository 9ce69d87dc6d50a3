"""Sums of coordinates that no step changes: what they leave free tells of the others, and a step may be linear in that.

Of the shares w, x, y, z of four kinds, which lose and gain the same r (w z - x y) in a step, w + x, w + y and w - z stay: in w
alone the step is a line.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sympy import Add, Expr, Matrix, Poly, PolynomialError, cancel, expand, sympify
from sympy.polys.matrices import DomainMatrix

from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.laws import Noise
from ...language.loops import CLOCK, Loop, PopulationLoop
from ...language.randomness import is_deterministic
from ...language.strangers import ours

MOST_COORDINATES = 8


@lru_cache(maxsize=2048)
def told_by_others(loop: Loop) -> dict[str, Expr]:
    """Coordinates of a loop without chance as lines in others, in every generation, in the loop's symbols."""
    if ours(type(loop)) or isinstance(loop, PopulationLoop | FiniteLoop) or not is_deterministic(loop):
        return {}
    now = loop.symbols()
    if not 1 < len(now) <= MOST_COORDINATES:
        return {}
    try:
        start = {name: sympify(x) for name, x in loop.initial.items()}
        changes = [Poly(expand(sympify(x) - now[name]), *now.values()) for name, x in loop.step(now).items()]
        kept = _kept(changes)
    except (CannotTell, PolynomialError):
        return {}
    out = {}
    for weights in kept:
        first = next(i for i, w in enumerate(weights) if w != 0)
        gaps = {name: w for name, w in zip(now, weights, strict=True) if w != 0}
        name = list(now)[first]
        del gaps[name]
        out[name] = start[name] + Add(*(w * (start[other] - now[other]) for other, w in gaps.items()))
    return out


def _kept(changes: list[Poly]) -> list[list[Expr]]:
    """The combinations of coordinates that do not change, each with weight 1 for its first one, which is in no other."""
    if any(p.as_expr().has(Noise, CLOCK) for p in changes) or max(p.total_degree() for p in changes) < 2:
        return []
    monomials = sorted({m for p in changes for m in p.monoms()})
    rows = Matrix([[p.coeff_monomial(m) for p in changes] for m in monomials])
    null = DomainMatrix.from_Matrix(rows).to_field().nullspace().to_Matrix()
    kept = null.rref()[0].tolist() if null.rows else []
    kept = [list(weights) for weights in kept if any(w != 0 for w in weights)]
    if any(not w.is_Rational for weights in kept for w in weights):
        return []
    whole = all(cancel(Add(*(w * p.as_expr() for w, p in zip(weights, changes, strict=True)))) == 0 for weights in kept)
    return kept if whole else []


@lru_cache(maxsize=2048)
def without_conserved(loop: Loop) -> Loop:
    """The same loop with a step in those coordinates alone that tell of the others."""
    if not told_by_others(loop):
        return loop
    kind: Any = type(loop)
    return substituted(kind, told_by_others, expand)(*loop.args)


@lru_cache(maxsize=256)
def substituted(
    kind: type[Loop], told: Callable[[Loop], dict[str, Expr]], written: Callable[[Expr], Expr] = sympify
) -> type[Loop]:
    """A class below that of a loop, in whose steps forms stand in place of the coordinates that are told.

    written: how what a step adds to such a coordinate, and what it makes of others, is written then.
    """

    def step(self: Loop, state: dict[str, Expr]) -> dict[str, Expr]:
        base = kind(*self.args)
        now, known = base.symbols(), told(base)
        here = {now[name]: form for name, form in known.items()}
        free = {now[name]: x for name, x in state.items()}
        out = {}
        for name, x in base.step(now).items():
            own = now[name] if name in known else 0
            out[name] = (own + written((sympify(x) - own).xreplace(here))).xreplace(free)
        return out

    return type(kind.__name__, (kind,), {"step": step, "__module__": __name__})
