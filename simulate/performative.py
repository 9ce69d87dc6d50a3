"""Performative prediction, run: n points are drawn from the law that the model induces, then a step on their mean loss.

With rate 1/gamma a gradient step on a quadratic loss is its minimum.

The kernels go generation by generation over all replicates, so that a shorter run is the beginning of a longer one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

from theory.performative import BernoulliRiskLoop, QuadraticRiskLoop

from .engine.pointwise import PointKernel, pointwise
from .engine.rows import put

NORMAL, TOSS = 7.0, 4.0  # nanoseconds for a point


@njit(nogil=True, cache=True)
def quadratic(rng, n, a0, eps, sd, beta, gamma, rate, at, theta, records):
    """A gradient step of size `rate` on the mean loss gamma theta^2/2 - beta theta z of n points of N(a0 + eps theta, sd^2).

    records: array of shape (len(at), replicates).  at: generations, increasing.
    """
    done = 0
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for i in range(len(theta)):
                total = 0.0
                for _ in range(n):
                    total += rng.standard_normal()
                z = a0 + eps * theta[i] + sd * total / n
                theta[i] -= rate * (gamma * theta[i] - beta * z)
        done = at[k]
        put(records, k, theta)


@njit(nogil=True, cache=True)
def coin(rng, n, a0, eps, at, theta, records):
    """The mean of n tosses of a coin of probability a0 + eps theta."""
    done = 0
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for i in range(len(theta)):
                p, count = a0 + eps * theta[i], 0
                for _ in range(n):
                    count += rng.random() < p
                theta[i] = count / n
        done = at[k]
        put(records, k, theta)


def _draw_quadratic(loop: QuadraticRiskLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    theta, records = np.full(size, float(loop.start)), np.empty((len(times), size))
    a0, eps, variance, beta, gamma, rate = map(
        float, (loop.a0, loop.eps, loop.variance, loop.beta, loop.gamma, loop.rate)
    )
    at = np.array(times, dtype=np.int64)
    quadratic(rng, int(loop.n), a0, eps, math.sqrt(variance), beta, gamma, rate, at, theta, records)
    return {("theta", t): records[k] for k, t in enumerate(times)}


def _draw_coin(loop: BernoulliRiskLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    theta, records = np.full(size, float(loop.start)), np.empty((len(times), size))
    coin(rng, int(loop.n), float(loop.a0), float(loop.eps), np.array(times, dtype=np.int64), theta, records)
    return {("theta", t): records[k] for k, t in enumerate(times)}


@pointwise(QuadraticRiskLoop)
def _quadratic(loop: QuadraticRiskLoop) -> PointKernel:
    return PointKernel(_draw_quadratic, 8.0 + NORMAL * float(loop.n))


@pointwise(BernoulliRiskLoop)
def _coin(loop: BernoulliRiskLoop) -> PointKernel:
    return PointKernel(_draw_coin, 5.0 + TOSS * float(loop.n))
