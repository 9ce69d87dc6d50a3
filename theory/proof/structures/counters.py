"""Coordinates that move without chance, whatever the others do, as a count of the fits: they are numbers in every generation."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Add, Expr, sympify

from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.laws import Noise
from ...language.loops import CLOCK, Loop, PopulationLoop
from ...language.strangers import ours
from .conserved import substituted


@lru_cache(maxsize=2048)
def certain(loop: Loop) -> frozenset[str]:
    """The coordinates in which nothing is random, nor in what moves them, of a loop in which something is."""
    if ours(type(loop)) or isinstance(loop, PopulationLoop | FiniteLoop):
        return frozenset()
    now = loop.symbols()
    try:
        after = {name: sympify(x) for name, x in loop.step(now).items()}
        start = {name: sympify(x) for name, x in loop.initial.items()}
    except CannotTell:  # a loop that leaves its step unsaid
        return frozenset()
    sure = {name for name in after if not (after[name].has(Noise) or start[name].has(Noise))}
    while lost := {name for name in sure if after[name].free_symbols & {now[c] for c in now if c not in sure}}:
        sure -= lost
    return frozenset(sure) if len(sure) < len(after) else frozenset()


def counts(loop: Loop) -> dict[str, Expr]:
    """Those that grow by one number in every fit, as they are before the fit of which the number is CLOCK."""
    found, now = {}, loop.symbols()
    for name in certain(loop):
        slope = sympify(loop.step(now)[name]) - now[name]
        if not slope.has(CLOCK, *now.values()):
            found[name] = Add(sympify(loop.initial[name]), slope * (CLOCK - 1))
    return found


@lru_cache(maxsize=2048)
def without_counts(loop: Loop) -> Loop:
    """The same loop, with the number of the fit in place of what counts fits, where it is divided by, say."""
    now = loop.symbols() if certain(loop) else {}
    counted = {now[name] for name in (counts(loop) if now else ())}
    if not counted or all(sympify(x).is_polynomial(*counted) for x in loop.step(now).values()):
        return loop
    kind: Any = type(loop)
    return substituted(kind, counts)(*loop.args)
