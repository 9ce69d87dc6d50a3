"""Loops in which nothing is random but fresh draws from their models: kernels that sample such a draw exactly.

On finitely many atoms a draw is the number of its atom, and the probability of an atom is how often it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
from sympy import Add, Expr, Integer, Symbol

from theory.language.errors import BadInput, nearest
from theory.language.loops import FiniteLoop, Loop, Observable
from theory.language.moments import E, Moment

from .blocks import Records, Simulation, Statistic
from .samplers import Combination, Estimand, NoSampler, array_function, single

COSTLIEST = 2e5  # nanoseconds of a draw, beyond which nothing is drawn


@dataclass(frozen=True)
class FreshKernel:
    """draw(loop, t, rng, size): draws from the model after t rounds.  nanoseconds: what one of them costs."""

    draw: Callable[[Any, int, np.random.Generator, int], np.ndarray]
    nanoseconds: float


def of_draws(kernels: Mapping[type[Loop], Callable[[Any, int], FreshKernel]]) -> tuple[Callable, Callable]:
    """What a family's module offers, `estimand_of` and `paths`, from its kernels by type of loop."""

    @lru_cache(maxsize=512)
    def kernel(loop: Loop, t: Expr) -> FreshKernel:
        if loop.free_symbols:
            raise NoSampler(f"parameters of {loop} are not numbers")
        if type(loop) not in kernels:
            raise NoSampler(f"no kernel for {type(loop).__name__}")
        if not (t.is_Integer and t >= 0):
            raise NoSampler(f"generation {t}")
        found = kernels[type(loop)](loop, int(t))
        if found.nanoseconds > COSTLIEST:
            raise NoSampler(f"{found.nanoseconds / 1e9:.2g} s for a draw from generation {t}")
        return found

    def estimand_of(loop: Loop, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
        """How the mean of a function of a fresh draw is estimated, or a combination of some at one generation."""
        terms = [(Integer(1), wanted)] if isinstance(wanted, Moment) else list(wanted.terms)
        seen = {o for _, m in terms for o in m.atoms(Observable)}
        if len({o.t for o in seen}) != 1 or not all(isinstance(m, E) for _, m in terms):
            raise NoSampler("means over fresh draws of one generation are sampled together, nothing else")
        (t,) = {o.t for o in seen}
        k = kernel(loop, t)
        draw = partial(_draw, k.draw, loop, int(t))
        simulation = Simulation(f"draws of {loop} {t}", "raw", 0.0, draw, True, start=k.nanoseconds)
        if not isinstance(loop, FiniteLoop):
            if {(o.name, *o.index) for o in seen} != {("draw", Integer(1))}:
                raise NoSampler(f"{', '.join(sorted(o.name for o in seen))}: one fresh draw is sampled")
            x = Add(*(c * m.variable for c, m in terms)).xreplace(dict.fromkeys(seen, Symbol("x", real=True)))
            function = array_function(x, {("draw", int(t)): Symbol("x", real=True)})
            return single(Statistic(simulation, str(wanted), (int(t),), function))
        if not all(m.variable in seen for _, m in terms):
            raise NoSampler("probabilities of atoms are sampled, nothing else")
        values = [0.0] * len(loop.state)
        for c, m in terms:
            values[loop.state.index(m.variable.name)] += float(c)
        kind = "indicator" if {*values} == {0.0, 1.0} else "mean"
        of, bounds = _Of(tuple(values), int(t)), (min(values), max(values))
        return single(Statistic(simulation, str(wanted), (int(t),), of, kind=kind, bounds=bounds, nanoseconds=8.0))

    def paths(loop: Loop, observables: Sequence[str], rng: np.random.Generator, size: int, t: int) -> dict:
        """{"draw": array of shape (size, t + 1)}: independent draws from the models, atoms by their numbers."""
        for name in observables:
            if name != "draw":
                raise BadInput(f"{type(loop).__name__} has no observable {name!r}{nearest(name, ['draw'])}")
        columns = [kernel(loop, Integer(s)).draw(loop, s, rng, size) for s in range(t + 1)]
        return {name: np.column_stack(columns) for name in observables}

    return estimand_of, paths


def _draw(draw: Callable, loop: Loop, t: int, rng: np.random.Generator, size: int, times: Sequence[int]) -> Records:
    return {("draw", t): draw(loop, t, rng, size)}


@dataclass(frozen=True)
class _Of:
    """A function of an atom, by its values."""

    values: tuple[float, ...]
    generation: int

    def __call__(self, records: Records) -> np.ndarray:
        return np.array(self.values)[records["draw", self.generation]]
