"""A user's loop without chance, followed in rational numbers: where one generation has no value, no later one has any."""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr, I, Integer, nan, sympify, zoo

from ...language.loops import CLOCK, Loop, PopulationLoop
from ...language.randomness import is_deterministic
from ...language.strangers import ours
from ..undefined import with_numbers

MOST_FOLLOWED, MOST_DIGITS = 50, 300  # generations, of coordinates while they are fractions of so many digits


def without_state(loop: Loop, last: int) -> int | None:
    """The first generation up to `last`, of a loop with numbers for its parameters, in which a coordinate is seen to have no
    value; None where none is, or it is not followed so far."""
    found = _first_without_state(loop)
    return found if found is not None and found <= last else None


@lru_cache(maxsize=2048)
def _first_without_state(loop: Loop) -> int | None:
    if ours(type(loop)) or isinstance(loop, PopulationLoop) or loop.free_symbols or not is_deterministic(loop):
        return None
    try:
        names = loop.symbols()
        step = {name: sympify(x) for name, x in loop.step(names).items()}
        now = {name: sympify(x) for name, x in loop.initial.items()}
        if not step.keys() == now.keys() == names.keys() or not all(isinstance(x, Expr) for x in step.values()):
            return None
    except Exception:  # told where the loop is examined
        return None
    for t in range(MOST_FOLLOWED + 1):
        if any(x.has(nan, zoo, I) or x.is_infinite or x.is_extended_real is False for x in now.values()):
            return t
        known = {names[name]: x for name, x in now.items() if x.is_Rational and max(abs(x.p), x.q) < 10**MOST_DIGITS}
        unknown = {*names.values()} - known.keys()
        at = {**known, CLOCK: Integer(t + 1)}
        now = {name: sympify(with_numbers(x, at)) for name, x in step.items() if not x.free_symbols & unknown}
        if not now:
            return None
    return None


__all__ = ["without_state"]
