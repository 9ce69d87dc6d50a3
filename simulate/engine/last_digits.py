"""What is lost where a step stretches a drawn start again and again, without noise of its own: the digits of the start run out.

`1 - 2 Abs(x)` brings every float to -1 in 60 steps, and no path of the loop. Coordinates of that kind are followed from a start
beside, too. Where the two come apart, the path is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from sympy import Expr, Piecewise, sympify

from theory.language.laws import Noise
from theory.language.loops import Loop

BESIDE = 1.0 + 2.0**-50  # a few steps of a float
LEAST = 2.0**-40  # a factor before noise that keeps no digit from running out
APART = 2.0**-24  # relative to the largest value on the path: what no estimate shows


@lru_cache(maxsize=512)
def unmoved_by_noise(loop: Loop) -> tuple[int, ...]:
    """The coordinates, by their numbers, into which no noise with a density enters in a step, if some of them start from such."""
    state, start = loop.symbols(), loop.initial
    after = {name: sympify(x) for name, x in loop.step(state).items()}
    found = {name for name, x in after.items() if not _moved(x)}
    while moved := {name for name in found if any(after[name].has(state[other]) for other in state.keys() - found)}:
        found -= moved
    if not any(_continuous(sympify(start[name])) for name in found):
        return ()
    return tuple(i for i, name in enumerate(loop.state) if name in found)


def _moved(x: Expr) -> bool:
    """Whether noise with a density enters in every case: a case may never be taken, nor does a condition move anything."""
    if isinstance(x, Noise):
        return x.law.is_continuous
    if isinstance(x, Piecewise):
        return all(_moved(case) for case, _ in x.args)
    small = x.is_Mul and abs(x.as_coeff_Mul()[0]) <= LEAST
    return not small and any(_moved(a) for a in x.args if isinstance(a, Expr))


def _continuous(x: Expr) -> bool:
    return any(z.law.is_continuous for z in x.atoms(Noise))


class Beside:
    """The same paths from a start beside."""

    def __init__(self, loop: Loop, start: Sequence[np.ndarray]):
        self.followed = unmoved_by_noise(loop)
        drawn = {i for i in self.followed if _continuous(sympify(loop.initial[loop.state[i]]))}
        self.other = {i: x * BESIDE if i in drawn else x for i, x in enumerate(start) if i in self.followed}
        self.size = {i: np.abs(start[i]) for i in self.followed}
        self.lost = np.zeros(len(start[0]), dtype=bool)

    def at(self, state: Sequence[np.ndarray]) -> list[np.ndarray]:
        """The state, with those coordinates as they are beside."""
        return [self.other.get(i, x) for i, x in enumerate(state)]

    def told(self, after: list[np.ndarray], other: Sequence[np.ndarray]) -> list[np.ndarray]:
        """The state after a step, and what it is beside: NaN on paths on which the two are apart."""
        for i in self.followed:
            self.other[i] = other[i]
            self.size[i] = np.maximum(self.size[i], np.abs(after[i]))
            with np.errstate(all="ignore"):
                self.lost |= np.abs(after[i] - other[i]) > APART * self.size[i]
        return [np.where(self.lost, np.nan, x) for x in after] if self.lost.any() else after
