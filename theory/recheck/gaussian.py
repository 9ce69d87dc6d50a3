"""Coordinates that are Gaussian in every generation: lines in independent Gaussian draws, with numbers for coefficients."""

from __future__ import annotations

from collections.abc import Collection

from sympy import Dummy, Expr, Poly, Symbol, sympify

from ..language.laws import Noise, Normal
from ..language.loops import Loop, Observable
from ..language.moments import Moment
from .untold import tells_all


def is_gaussian(loop: Loop, name: str) -> bool:
    """Whether a coordinate is such a line: so are its start, its step in the coordinates that it takes in, and those."""
    now = loop.symbols()
    after, begun = loop.step(now), loop.initial
    done: set[str] = set()
    todo = [name]
    while todo:
        s = todo.pop()
        x = sympify(after[s])
        if not (_is_line(x, now.values()) and _is_line(sympify(begun[s]), ())):
            return False
        done.add(s)
        todo += [other for other, v in now.items() if x.has(v) and other not in done]
    return tells_all(loop)


def _is_line(x: Expr, state: Collection[Symbol]) -> bool:
    """Whether x is linear in the state and in Gaussian draws whose laws do not go by it."""
    draws = x.atoms(Noise)
    if x.has(Moment, Observable) or not all(isinstance(z.law, Normal) and not z.law.has(*state, Noise) for z in draws):
        return False
    names = {v: Dummy("v", real=True) for v in (*state, *draws)}
    x = x.xreplace(names)
    return not names or (x.is_polynomial(*names.values()) and Poly(x, *names.values()).total_degree() <= 1)
