"""Families whose kernels draw points, or what a fit sees of them, and fit: what is recorded is all that is estimated from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
from sympy import Expr

from theory.language.errors import CannotTell
from theory.language.loops import CLOCK, Loop
from theory.language.moments import Moment

from .blocks import Simulation
from .recorded import recorded
from .registry import Simulator, asked_of, registers
from .samplers import Combination, Estimand
from .symbolic import fresh_draws, indices, with_draws

SUFFICIENT = "sufficient statistic"  # a tag: mean and mean square of Gaussian points are drawn by their laws


@dataclass(frozen=True)
class PointKernel:
    """draw(loop, rng, size, times) gives the paths, {(name, t): array of shape (size,)}.

    nanoseconds: cost of a generation of one path.  start: of generation 0, and whether that is `random`.  tag: "raw", or
    what the kernel assumes of the points that it does not draw (rule 5).
    """

    draw: Callable[..., dict[Any, np.ndarray]]
    nanoseconds: float
    start: float = 2.0
    random: bool = False
    tag: str = "raw"


def pointwise(*kinds: type[Loop]) -> Callable[[Callable], Callable]:
    """Loops of these types are run by the `PointKernel` that the decorated function gives for one of them."""
    return registers(simulated, *kinds)


def simulated(kernel: Callable[..., PointKernel]) -> Simulator:
    """How loops are run whose kernels draw points."""

    @lru_cache(maxsize=512)
    def simulation(loop: Loop, draws: tuple[Expr, ...] = ()) -> Simulation:
        if loop.free_symbols - {CLOCK}:
            raise CannotTell(f"parameters of {loop} are not numbers")
        k, key = kernel(loop), f"points of {loop}" + with_draws(loop, draws)
        draw = partial(_drawn, k.draw, loop, draws) if draws else partial(k.draw, loop)
        return Simulation(key, k.tag, k.nanoseconds, draw, k.random or bool(draws), start=k.start)

    def estimand(loop: Loop, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
        return recorded(wanted, simulation(loop, indices(wanted)), shift)

    def paths(loop: Loop, observables: Sequence[str], rng: np.random.Generator, size: int, t: int) -> dict:
        asked_of(loop, observables, loop.state)
        records = simulation(loop).draw(rng, size, range(t + 1))
        return {name: np.column_stack([records[name, s] for s in range(t + 1)]) for name in observables}

    return Simulator(estimand, paths)


def _drawn(
    draw: Callable[..., dict],
    loop: Loop,
    draws: Sequence[Expr],
    rng: np.random.Generator,
    size: int,
    times: Sequence[int],
) -> dict:
    """The paths of a kernel, and fresh draws from their models."""
    out = draw(loop, rng, size, times)
    for t in times:
        out |= fresh_draws(loop, draws, [out[name, t] for name in loop.state], rng, size, t)
    return out
