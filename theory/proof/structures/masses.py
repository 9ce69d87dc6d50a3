"""Loops of a user's on finitely many atoms: whether their state is a law in every generation, as their steps show."""

from __future__ import annotations

from functools import lru_cache

from sympy import Add, Expr, sympify

from ...language.finite_loops import FiniteLoop
from ...language.laws import Noise
from ...language.strangers import ours

FOLLOWED = 30  # generations
MOST_BITS = 2000  # of a mass, as a fraction


@lru_cache(maxsize=4096)
def no_law(loop: FiniteLoop) -> str | None:
    """Why the masses of a loop make no law in one of its first generations; None where nothing is seen against them.

    Its parameters are numbers. What is random, or no fraction, is not looked at.
    """
    if ours(type(loop)) or loop.any_law is not None:
        return None
    try:
        state = {name: sympify(x) for name, x in loop.initial.items()}
        for t in range(FOLLOWED + 1):
            if t > 0:
                state = loop.step_at(state, t)
            if not all(map(_is_short, state.values())):
                return None
            if any(p < 0 for p in state.values()) or Add(*state.values()) != 1:
                masses = ", ".join(map(str, state.values()))
                return f"{loop}: after {t} generations its masses are {masses}: probabilities, of sum 1, are expected"
    except Exception:  # a step that fails is told where the loop is examined
        return None
    return None


def _is_short(p: Expr) -> bool:
    """Whether a mass is a fraction of a few digits."""
    return not p.has(Noise) and bool(p.is_Rational) and max(p.p.bit_length(), p.q.bit_length()) <= MOST_BITS
