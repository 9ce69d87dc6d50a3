"""A user's loop without chance, followed in rational numbers: where one generation has no value, no later one has any."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

from sympy import Expr, I, Integer, Piecewise, nan, sympify, zoo

from ...language.anew import Anew
from ...language.asked import noted
from ...language.laws import Noise
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
        _, lost = lost_in_steps(loop)
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
        if any(with_numbers(x, at).has(nan, zoo, I) for x in lost if not x.free_symbols & unknown):
            return t + 1
        now = {name: sympify(with_numbers(x, at)) for name, x in step.items() if not x.free_symbols & unknown}
        if not now:
            return None
    return None


@lru_cache(maxsize=1024)
def lost_in_steps(loop: Loop) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """What a user's loop wrote of the number of the fit alone, and of its state and draws, that its step does not show any more.

    Of a step in cases nothing of the second kind: it may have been written for one of them.
    """
    if ours(type(loop)) or isinstance(loop, PopulationLoop):
        return (), ()
    state = loop.symbols()
    in_cases, anew = False, Anew(loop, state)
    with noted(of_loops=True) as asked, suppress(Exception):  # what fails is told where the loop is examined
        in_cases = any(sympify(x).has(Piecewise) for x in anew.loop.step(anew.state).values())
    anew.noted(asked)
    of_states = (x for x in asked.lost if x.has(*state.values(), Noise) and not in_cases)
    return tuple(x for x in asked.lost if x.free_symbols == {CLOCK}), tuple(of_states)


__all__ = ["lost_in_steps", "without_state"]
