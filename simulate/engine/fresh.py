"""Loops in which nothing is random but fresh draws from their models: kernels that sample such a draw exactly.

On finitely many atoms a draw is the number of its atom, and the probability of an atom is how often it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numba import njit
from sympy import Add, Expr, Integer, Symbol, oo

from theory.language.errors import CannotTell
from theory.language.finite_loops import FiniteLoop
from theory.language.laws import Finite
from theory.language.loops import Loop, Observable
from theory.language.moments import E, Moment

from .blocks import Records, Simulation, Statistic, block_of
from .registry import Simulator, asked_of, registers
from .samplers import Combination, Estimand, array_function, single

COSTLIEST = 2e5  # nanoseconds of a draw, beyond which nothing is drawn
FOREVER = -1  # in place of a generation: the limit
UNKNOWN = -1  # in place of an atom: it was not found out


@njit(nogil=True, cache=True, inline="always")  # to hand on a generator costs as much as a draw
def atom(rng, levels):
    """The number of an atom, drawn from a law of which the cumulated probabilities are given."""
    u, i = rng.random(), 0
    for k in range(len(levels) - 1):  # all of them: no branch is guessed
        i += u >= levels[k]
    return i


@lru_cache(maxsize=512)
def cumulated(law: Finite) -> np.ndarray:
    """The cumulated probabilities of the atoms, the last of which is 1."""
    total = np.cumsum([float(p) for p in law.masses])
    total[np.flatnonzero(np.diff(total, prepend=0.0))[-1] :] = 1.0  # no atom of probability 0 is drawn through rounding
    return total


@dataclass(frozen=True)
class FreshKernel:
    """draw(loop, t, rng, size): draws from the model after t rounds.  nanoseconds: what one of them costs.

    known: whether no atom stays UNKNOWN.
    """

    draw: Callable[[Any, int, np.random.Generator, int], np.ndarray]
    nanoseconds: float
    known: bool = True


def of_draws(*kinds: type[Loop], limits: bool = False) -> Callable[[Callable], Callable]:
    """Loops of these types are run by the `FreshKernel` that the decorated function gives for one of them at a generation.

    limits: whether the kernels also draw from the limit, t = FOREVER.
    """
    return registers(partial(simulated, limits=limits), *kinds)


def simulated(kernels: Callable[[Any, int], FreshKernel], limits: bool = False) -> Simulator:
    """How loops are run in which nothing but fresh draws is random. Paths are of "draw", independent draws from the models
    (atoms by their numbers), and of functions of them."""

    @lru_cache(maxsize=512)
    def kernel(loop: Loop, t: Expr) -> tuple[int, FreshKernel]:
        if loop.free_symbols:
            raise CannotTell(f"parameters of {loop} are not numbers")
        if not ((t.is_Integer and t >= 0) or (limits and t is oo)):
            raise CannotTell(f"generation {t}")
        s = FOREVER if t is oo else int(t)
        found = kernels(loop, s)
        if found.nanoseconds > COSTLIEST:
            raise CannotTell(f"{found.nanoseconds / 1e9:.2g} s for a draw from generation {t}")
        return s, found

    def estimand(loop: Loop, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
        """How the mean of a function of a fresh draw is estimated, or a combination of some at one generation."""
        terms = [(Integer(1), wanted)] if isinstance(wanted, Moment) else list(wanted.terms)
        seen = {o for _, m in terms for o in m.atoms(Observable)}
        if len({o.t for o in seen}) != 1 or not all(isinstance(m, E) for _, m in terms):
            raise CannotTell("means over fresh draws of one generation are sampled together, nothing else")
        t, k = kernel(loop, seen.copy().pop().t)
        at = max(t, 0)
        draw = partial(_draw, k.draw, loop, t)
        cost, block = k.nanoseconds, block_of(k.nanoseconds)
        simulation = Simulation(f"draws of {loop} {t}", "raw", 0.0, draw, True, block, cost)
        if not isinstance(loop, FiniteLoop):
            if {(o.name, *o.index) for o in seen} != {("draw", Integer(1))}:
                raise CannotTell(f"{', '.join(sorted(o.name for o in seen))}: one fresh draw is sampled")
            x = Add(*(c * m.variable for c, m in terms)).xreplace(dict.fromkeys(seen, Symbol("x", real=True)))
            function = array_function(x, {("draw", at): Symbol("x", real=True)})
            return single(Statistic(simulation, str(wanted), (at,), function))
        if not all(m.variable in seen for _, m in terms):
            raise CannotTell("probabilities of atoms are sampled, nothing else")
        values = [0.0] * len(loop.state)
        for c, m in terms:
            values[loop.state.index(m.variable.name)] += float(c)
        low, high = min(values), max(values)
        kind = "indicator" if {*values} == {0.0, 1.0} else "mean"

        def statistic(unknown: float, name: str) -> Statistic:
            of = _Of((*values, unknown), at)
            return Statistic(simulation, name, (at,), of, kind=kind, bounds=(low, high), nanoseconds=8.0)

        if k.known:
            return single(statistic(low, str(wanted)))
        ends = tuple(statistic(x, f"{wanted}, {x:g} if unknown") for x in (low, high))
        return Estimand(str(wanted), ends, lambda b: b[0].union(b[1]), simulation.tag)

    def paths(loop: Loop, observables: Sequence[str], rng: np.random.Generator, size: int, t: int) -> dict:
        tables = {name: [float(x) for x in values] for name, values in getattr(loop, "tables", {}).items()}
        asked_of(loop, observables, ["draw", *tables])
        found = [(s, kernel(loop, Integer(s))[1]) for s in range(t + 1)]
        drawn = np.column_stack([k.draw(loop, s, rng, size) for s, k in found])
        return {name: drawn if name == "draw" else np.array(tables[name])[drawn] for name in observables}

    return Simulator(estimand, paths)


def _draw(draw: Callable, loop: Loop, t: int, rng: np.random.Generator, size: int, times: Sequence[int]) -> Records:
    return {("draw", max(t, 0)): draw(loop, t, rng, size)}


@dataclass(frozen=True)
class _Of:
    """A function of an atom, by its values; the last one is that of an unknown atom."""

    values: tuple[float, ...]
    generation: int

    def __call__(self, records: Records) -> np.ndarray:
        return np.array(self.values)[records["draw", self.generation]]
