"""Conditions on the state that hold for ever once they hold: by generation t they have come if they hold then."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import prod

from sympy import Basic, Dummy, Expr, S, sympify

from ...language.errors import CannotTell
from ...language.loops import CLOCK, Observable
from ..arithmetic.atoms import exactly
from ..symbols.cases import outer_draws, values_of
from .grains import certain
from .values import finite

MOST_CASES = 4096  # joint values of the state and of what is drawn


@lru_cache(maxsize=512)
def stays(condition: Basic) -> bool:
    """Whether a condition on coordinates of one loop in one generation, all with few values, is seen to be kept by every step.

    It is looked at for all joint values of the state, whether or not they are reached, and of the draws; generations may differ.
    """
    seen = condition.atoms(Observable)
    if len({(o.loop, o.t) for o in seen}) != 1 or any(o.index for o in seen):
        return False
    loop = next(iter(seen)).loop
    few, now = finite(loop), loop.symbols()
    names = {o: o.name for o in seen}
    if not set(names.values()) <= few.keys():
        return False
    after = {name: sympify(loop.step(now)[name]) for name in names.values()}
    draws = list({z for x in after.values() for z in outer_draws(x)})
    listed = [values_of(z) for z in draws]
    places = [v for name, v in now.items() if any(x.has(v) for x in after.values()) or name in names.values()]
    values = [few.get(name) for name, v in now.items() if v in places]
    if None in (*listed, *values) or prod(map(len, (*values, *listed))) > MOST_CASES:  # pyrefly: ignore[bad-argument-type]
        return False
    marks: dict[Expr, Dummy] = {z: Dummy(str(z)) for z in draws}
    plain = {name: x.xreplace(marks) for name, x in after.items()}
    if any(x.has(CLOCK) for x in plain.values()):
        return False
    try:
        for state in product(*values):  # pyrefly: ignore[no-matching-overload]
            at = dict(zip(places, state, strict=True))
            if not _holds(condition, {o: at[now[name]] for o, name in names.items()}):
                continue
            for drawn in product(*listed):  # pyrefly: ignore[no-matching-overload]
                if any(certain(z.xreplace(at)) not in (None, v) for z, v in zip(draws, drawn, strict=True)):
                    continue
                put = at | dict(zip(marks.values(), drawn, strict=True))
                if not _holds(condition, {o: plain[name].xreplace(put) for o, name in names.items()}):
                    return False
    except CannotTell:
        return False
    return True


def _holds(condition: Basic, at: dict[Observable, Expr]) -> bool:
    said = exactly(condition, at)
    if said not in (S.true, S.false):
        raise CannotTell(f"whether {condition}")
    return said == S.true
