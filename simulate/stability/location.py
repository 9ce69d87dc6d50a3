"""Logistic locations, run: points are drawn, pooled, and fitted by Newton's method."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

from theory.language.laws import Laplace, Logistic, Normal
from theory.stability.location import RetrainedLocationLoop

from ..engine.pointwise import PointKernel, pointwise

FITTED = 100.0  # nanoseconds for a point
NORMAL_LAW, LAPLACE_LAW, LOGISTIC_LAW, UNIFORM_LAW = range(4)
CLOSE = 1e-12  # steps of Newton's method, relative to the scale of the model


@njit(nogil=True, cache=True)
def logistic_location(x):
    """The maximum-likelihood location of a logistic law of scale 1: the root of the mean of tanh((x - m)/2).

    Newton's method, kept in a bracket: the score decreases, from the smallest point to the largest.
    """
    low, high, m = x.min(), x.max(), x.mean()
    before = high - low
    for _ in range(200):
        score, slope = 0.0, 0.0
        for i in range(len(x)):
            t = 1 - 2 / (1 + math.exp(x[i] - m))  # tanh((x - m)/2), at a third of its cost
            score += t
            slope += (1 - t * t) / 2
        if score > 0:
            low = m
        else:
            high = m
        # half the bracket, unless Newton's step stays inside and is shorter than half the last one
        step = (low + high) / 2 - m
        if 2 * abs(score) < before * slope and low <= m + score / slope <= high:
            step = score / slope
        m += step
        before = abs(step)
        if before < CLOSE * (1 + abs(m)):
            break
    return m


@njit(nogil=True, cache=True)
def location(rng, n, m, law, center, scale, at, theta, records):
    """Fit a logistic location to n points of a law (center and scale as in NumPy) and m of the model before."""
    x = np.empty(n + m)
    done = 0
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for i in range(len(theta)):
                for j in range(n):
                    if law == NORMAL_LAW:
                        x[j] = center + scale * rng.standard_normal()
                    elif law == LAPLACE_LAW:
                        x[j] = rng.laplace(center, scale)
                    elif law == LOGISTIC_LAW:
                        x[j] = rng.logistic(center, scale)
                    else:
                        x[j] = center + scale * rng.random()
                for j in range(n, n + m):
                    x[j] = rng.logistic(theta[i], 1.0)
                theta[i] = logistic_location(x)
        done = at[k]
        records[k] = theta


@pointwise(RetrainedLocationLoop)
def _location(loop: RetrainedLocationLoop) -> PointKernel:
    return PointKernel(_draw_location, 100.0 + FITTED * float(loop.n + loop.m))


def _draw_location(loop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    theta, records = np.full(size, float(loop.start)), np.empty((len(times), size))
    first, second = map(float, loop.data.args)
    match loop.data:
        case Normal():
            law = NORMAL_LAW, first, math.sqrt(second)
        case Laplace():
            law = LAPLACE_LAW, first, second
        case Logistic():
            law = LOGISTIC_LAW, first, second
        case _:
            law = UNIFORM_LAW, first, second - first
    location(rng, int(loop.n), int(loop.m), *law, np.array(times, dtype=np.int64), theta, records)
    return {("theta", t): records[k] for k, t in enumerate(times)}
