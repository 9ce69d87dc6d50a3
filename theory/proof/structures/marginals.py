"""A coordinate by itself: one that moves as that of a smaller loop does, whatever the others do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sympy import Expr, Tuple, sympify

from ...language.errors import BadInput
from ...language.laws import Count, Noise
from ...language.loops import Loop, Observable
from ...language.strangers import ours
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
    """Whether a coordinate starts and moves as that of the other loop does, whatever the others of either do.

    What else moves it, its real points say, has to move as that of the other loop, too.
    """
    try:
        now, theirs = loop.symbols(), other.symbols()
        step, moves = _step(loop), _step(other)
        pairs = _pairs(loop, step, name, other, its)
        start, begun = (Tuple(*(y.initial[k] for k in names)) for y, names in ((loop, pairs), (other, pairs.values())))
    except NotImplementedError:
        return ours(type(loop))
    except Exception:
        return False
    after, moved = _by_law(Tuple(*(step[k] for k in pairs))), _by_law(Tuple(*(moves[k] for k in pairs.values())))
    moved = moved.xreplace({theirs[k]: now[c] for c, k in pairs.items()})
    seen = {now[c] for c in pairs}
    if moved.free_symbols & (set(theirs.values()) - seen) or after.free_symbols & (set(now.values()) - seen):
        return False
    told = [*zip(_by_law(start), _by_law(begun), strict=True), *zip(after, moved, strict=True)]
    return len(set(pairs.values())) == len(pairs) and all(same(x, y) for x, y in told)


@lru_cache(maxsize=64)
def _step(loop: Loop) -> dict[str, Expr]:
    """The state after a step, in the loop's symbols."""
    return {name: sympify(x) for name, x in loop.step(loop.symbols()).items()}


def _pairs(loop: Loop, after: dict[str, Expr], name: str, other: Loop, its: str) -> dict[str, str]:
    """The coordinates that a coordinate depends on, each with that of the other loop which is to be the same."""
    said, pairs, todo = _said(loop), {name: its}, [name]
    while todo:
        moving = _by_law(after[todo.pop()]).free_symbols
        for c, symbol in loop.symbols().items():
            if symbol in moving and c not in pairs and c in said and said[c].loop == other:
                pairs[c] = said[c].name
                todo.append(c)
    return pairs


def _by_law(x: Any) -> Any:
    """Draws called by their law, where no two have the same; one count of a multinomial draw is binomial."""
    noises = x.atoms(Noise)
    shared = Counter(z.whole for z in noises)
    laws = {z: z.law.marginal if isinstance(z.law, Count) and shared[z.whole] == 1 else z.law for z in noises}
    return x.xreplace({z: Noise("draw", law) for z, law in laws.items()}) if len(set(laws.values())) == len(laws) else x
