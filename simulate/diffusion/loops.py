"""Early stopping, run: points are noised again and again, drawn anew from pools or from n points."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

from theory.diffusion.loops import EarlyStopLoop, MemorisingLoop
from theory.language.policies import Accumulate

from ..engine.pointwise import PointKernel, pointwise
from ..engine.streams import apart

NORMAL, TOSS = 7.0, 4.0  # nanoseconds
FRESH = 7  # names the streams of fresh draws among those of a block


@njit(nogil=True, cache=True)
def early(rng, mu, sd, keep, real, pool, t, out):
    """Points of the data that fit t + 1 sees, each traced back to the truth.

    real: the probability that one is real, where it is not drawn from a pool of equal batches, the first one real.
    """
    spread = math.sqrt(1 - keep * keep)
    for i in range(len(out)):
        rounds, s = 0, t
        while s > 0:
            if pool:
                batch = int(rng.random() * (s + 1))  # batch b > 0 was made by fit b, from the data of b - 1
                if batch == 0:
                    break
                s = batch - 1
            else:
                if rng.random() < real:
                    break
                s -= 1
            rounds += 1
        x = mu + sd * rng.standard_normal()
        for _ in range(rounds):
            x = keep * x + spread * rng.standard_normal()
        out[i] = x


@pointwise(EarlyStopLoop)
def stopped(loop: EarlyStopLoop) -> PointKernel:
    """A point of the data, shrunk and noised once for every round since it was real."""
    share = float(loop.real_share)
    return PointKernel(_draw_early, TOSS + NORMAL if share < 0.2 else 2.0, NORMAL, True)


def _draw_early(loop: EarlyStopLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    share = float(loop.real_share)
    pool = isinstance(loop.policy, Accumulate)
    x, out = np.empty(size), {}
    for t in times:
        early(apart(rng, FRESH, t), float(loop.mu0), math.sqrt(float(loop.v0)), float(loop.keep), share, pool, t, x)
        square = x * x  # a power of an array is ten times as dear as a product
        out |= {("d1", t): x.copy(), ("d2", t): square, ("d3", t): square * x, ("d4", t): square * square}
    return out


@njit(nogil=True, cache=True)
def memorised(rng, keep, points):
    """Every replicate's points, a round later, in place: each is one of those before, noised."""
    spread, n = math.sqrt(1 - keep * keep), points.shape[1]
    old = np.empty(n)
    for i in range(len(points)):
        for j in range(n):
            old[j] = points[i, j]
        for j in range(n):
            points[i, j] = keep * old[int(rng.random() * n)] + spread * rng.standard_normal()


@pointwise(MemorisingLoop)
def memorising(loop: MemorisingLoop) -> PointKernel:
    """A point of the model that has the n training points by heart: one of them, shrunk and noised."""
    return PointKernel(_draw_memorised, (NORMAL + 2 * TOSS) * float(loop.n), NORMAL * float(loop.n), True)


def _draw_memorised(loop: MemorisingLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    n, keep, sd = int(loop.n), float(loop.keep), math.sqrt(float(loop.v0))
    points, out, done = sd * rng.standard_normal((size, n)), {}, 0
    for t in times:
        own = apart(rng, FRESH, t)  # two draws from model t, which move no path
        if t == 0:
            out["gap", t] = sd * (own.standard_normal(size) - own.standard_normal(size))
            continue
        for _ in range(done, t - 1):
            memorised(rng, keep, points)
        done = t - 1
        each = np.arange(size)
        first, second = (points[each, own.integers(0, n, size)] for _ in range(2))
        noise = own.standard_normal(size) - own.standard_normal(size)
        out["gap", t] = keep * (first - second) + math.sqrt(1 - keep * keep) * noise
    return out
