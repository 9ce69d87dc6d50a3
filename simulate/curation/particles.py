"""Finitely many points of two types, run: those of the better type are counted, a binomial draw a generation.

Given the sample the picks are independent, each of the better type with a probability that follows from how many of its K
candidates are: their number is drawn, not the picks one by one; a test holds it against a kernel that does.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from math import comb, log

import numpy as np
from numba import njit
from sympy import oo

from theory.curation.particles import PickedSampleLoop
from theory.language.errors import CannotTell
from theory.language.loops import Observable
from theory.language.moments import E, Moment

from ..engine.blocks import Records, Simulation, Statistic
from ..engine.pointwise import PointKernel, simulated
from ..engine.registry import Simulator, register
from ..engine.rows import put
from ..engine.samplers import Combination, Estimand, single

BINOMIAL = 110.0  # nanoseconds for a draw


@njit(nogil=True, cache=True)
def picked(theta, chances):
    """The probability of a pick of the first type: the sum of chances[j] theta^j (1 - theta)^(K - j)."""
    total, power = 0.0, 1.0
    for chance in chances:
        total = (1 - theta) * total + chance * power
        power *= theta
    return min(total, 1.0)


@njit(nogil=True, cache=True)
def samples(rng, n, chances, drawn, real, at, theta, records):
    """The share of the first type among n points; records: array of shape (len(at), replicates).

    drawn: the probability that a point is a pick, not a real one; real: the share of the first type among those.
    """
    done = 0
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for i in range(len(theta)):
                if drawn < 1 or 0 < theta[i] < 1:
                    chance = (1 - drawn) * real + drawn * picked(theta[i], chances)
                    theta[i] = rng.binomial(n, chance) / n
        done = at[k]
        put(records, k, theta)


@njit(nogil=True, cache=True)
def winners(rng, n, chances, theta):
    """Each share moved on until it is 0 or 1."""
    for i in range(len(theta)):
        while 0 < theta[i] < 1:
            theta[i] = rng.binomial(n, picked(theta[i], chances)) / n


@lru_cache(maxsize=512)
def _chances(loop: PickedSampleLoop) -> np.ndarray:
    """Of J of the first type among K candidates: the binomial coefficient times the chance that one of them is picked."""
    K, rest = int(loop.K), float(1 / (1 + loop.w))  # w may be oo, e^1000, or e^-1000
    share = 1.0 if loop.w is oo else float(loop.w / (1 + loop.w))
    return np.array([0.0, *(comb(K, j) * j * share / (j * share + (K - j) * rest) for j in range(1, K)), 1.0])


def _sample(loop: PickedSampleLoop) -> PointKernel:
    return PointKernel(_draw_sample, BINOMIAL + 4.0 * float(loop.K))


def _draw_sample(loop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    theta, records = np.full(size, float(loop.start)), np.empty((len(times), size))
    drawn = 1.0 if loop.lam is oo else float(loop.lam / (1 + loop.lam))
    samples(rng, int(loop.n), _chances(loop), drawn, float(loop.start), np.array(times, dtype=np.int64), theta, records)
    return {("theta", t): records[k] for k, t in enumerate(times)}


@lru_cache(maxsize=512)
def _limit(loop: PickedSampleLoop) -> Simulation:
    if loop.free_symbols:
        raise CannotTell(f"parameters of {loop} are not numbers")
    n, gain = float(loop.n), 1.0 if loop.w is oo else abs(float((loop.w - 1) / (loop.w + 1)))
    generations = min(2 * n * log(2), 4 * log(n + 1) / gain if gain else np.inf)
    return Simulation(f"winner {loop}", "raw", 0.0, partial(_draw_winner, loop), True, start=BINOMIAL * generations)


def _draw_winner(loop, rng: np.random.Generator, size: int, times: Sequence[int]) -> Records:
    theta = np.full(size, float(loop.start))
    winners(rng, int(loop.n), _chances(loop), theta)
    return {("theta", 0): theta}


def _won(records: Records) -> np.ndarray:
    return records["theta", 0]


def estimand_of(loop: PickedSampleLoop, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """From recorded shares; the expected limit from paths that are followed until they end."""
    if isinstance(wanted, E) and wanted.variable == Observable(loop, "theta", oo) and loop.lam is oo:
        statistic = Statistic(
            _limit(loop), str(wanted), (0,), _won, kind="indicator", bounds=(0.0, 1.0), nanoseconds=5.0
        )
        return single(statistic)
    return _POINTS.estimand(loop, wanted, shift)


_POINTS = simulated(_sample)
register(Simulator(estimand_of, _POINTS.paths), PickedSampleLoop)

__all__ = ["winners"]
