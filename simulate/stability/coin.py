"""A coin, run: n real tosses and m of the model before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit

from theory.stability.coin import RetrainedBernoulliLoop

from ..engine.pointwise import PointKernel, pointwise
from ..engine.rows import put

TOSS = 4.0  # nanoseconds


@njit(nogil=True, cache=True)
def bernoulli(rng, n, m, p, at, theta, records):
    """Toss n real coins and m of the model before; records: array of shape (len(at), replicates)."""
    done = 0
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for i in range(len(theta)):
                count = 0
                for _ in range(n):
                    count += rng.random() < p
                for _ in range(m):
                    count += rng.random() < theta[i]
                theta[i] = count / (n + m)
        done = at[k]
        put(records, k, theta)


@pointwise(RetrainedBernoulliLoop)
def _bernoulli(loop: RetrainedBernoulliLoop) -> PointKernel:
    return PointKernel(_draw_bernoulli, 5.0 + TOSS * float(loop.n + loop.m))


def _draw_bernoulli(loop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    theta, records = np.full(size, float(loop.start)), np.empty((len(times), size))
    bernoulli(rng, int(loop.n), int(loop.m), float(loop.p), np.array(times, dtype=np.int64), theta, records)
    return {("theta", t): records[k] for k, t in enumerate(times)}
