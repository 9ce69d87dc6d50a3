"""Euler-Maruyama steps with the score of a Gaussian that is fitted to n points, round after round.

Given the fit, the steps are linear: what they generate is Gaussian, and the fitted variance of n such points a chi-square. That
the points themselves have it is tested.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

from theory.diffusion.euler import EulerFittedLoop

from ..engine.pointwise import PointKernel, pointwise

CHI, STEP = 40.0, 3.0  # nanoseconds of a chi-square, of a step


@njit(nogil=True, cache=True)
def refitted(rng, n, N, T, v):
    """Every replicate's fitted variance, a round later, in place."""
    eta = T / N
    for i in range(len(v)):
        out = 1.0
        for k in range(N):
            left = math.exp(-2 * (T - k * eta))
            kept = 1 + eta - 2 * eta / (left * v[i] + 1 - left)
            out = kept * kept * out + 2 * eta
        v[i] = out * rng.chisquare(n - 1) / n


@pointwise(EulerFittedLoop)
def fitted(loop: EulerFittedLoop) -> PointKernel:
    """The variance of fit after fit."""
    return PointKernel(_draw, CHI + 4 * STEP * float(loop.N))


def _draw(loop: EulerFittedLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    v, out, done = np.full(size, float(loop.v0)), {}, 0
    for t in times:
        for _ in range(done, t):
            refitted(rng, int(loop.n), int(loop.N), float(loop.T), v)
        done = t
        out["v", t] = v.copy()
    return out
