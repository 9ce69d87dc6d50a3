"""A coordinate by itself: one that moves as that of a smaller loop does, whatever the others do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sympy import Expr, sympify

from ...language.errors import BadInput
from ...language.laws import Noise
from ...language.loops import Loop, Observable, ours
from ...language.structures import Marginal
from .symmetry import same


def marginal(o: Observable) -> Observable:
    """A coordinate of a smaller loop that has the same law over all generations, where there is one."""
    said = _said(o.loop).get(o.name)
    if said is None or not _moves_alike(o.loop, o.name, said.loop, said.name):
        return o
    return Observable(said.loop, said.name, o.t)


@lru_cache(maxsize=512)
def _said(loop: Loop) -> Mapping[str, Marginal]:
    """What a loop says of its coordinates. Raises `BadInput` where that is nothing of the kind."""
    said = loop.marginals
    if not isinstance(said, Mapping) or not all(isinstance(x, Marginal) for x in said.values()):
        raise BadInput(f"{type(loop).__name__}: `marginals` is {said!r}; expected {{name: Marginal(loop, name)}}")
    return said


@lru_cache(maxsize=2048)
def _moves_alike(loop: Loop, name: str, other: Loop, its: str) -> bool:
    """Whether a coordinate starts and moves as that of the other loop does, whatever the others of either do."""
    try:
        now, theirs = loop.symbols(), other.symbols()
        start, begun = sympify(loop.initial[name]), sympify(other.initial[its])
        after, moved = sympify(loop.step(now)[name]), sympify(other.step(theirs)[its])
    except NotImplementedError:
        return ours(type(loop))
    except Exception:
        return False
    moved = moved.xreplace({theirs[its]: now[name]})
    if moved.free_symbols & (set(theirs.values()) - {now[name]}) or after.free_symbols & (
        set(now.values()) - {now[name]}
    ):
        return False
    return same(_by_law(start), _by_law(begun)) and same(_by_law(after), _by_law(moved))


def _by_law(x: Expr) -> Expr:
    """Draws called by their law, where no two have the same."""
    noises = x.atoms(Noise)
    laws = {z.law for z in noises}
    return x.xreplace({z: Noise("draw", z.law) for z in noises}) if len(laws) == len(noises) else x
