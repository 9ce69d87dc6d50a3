"""Gaussians of known mean, and a corrected mean, run: n real points and m synthetic ones, on what a fit sees of the points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit

from theory.stability.gaussian import CorrectedMeanLoop, RetrainedScaleLoop

from ..engine.normals import chi_square, constants
from ..engine.pointwise import SUFFICIENT, PointKernel, pointwise
from ..engine.rows import put
from .common import MIXED, errors

SQUARE = 30.0  # nanoseconds for a sample's mean square


@njit(nogil=True, cache=True)
def scale(rng, n, m, variance, two_points, tau, at, v, records):
    """The mean square of n points of N(0, variance), or +-sqrt(variance), and m of N(0, tau v).

    records: array of shape (len(at), replicates).
    """
    done, (nu, b, c), (drawn, b2, c2) = 0, constants(n), constants(m)
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for i in range(len(v)):
                real = float(n) if two_points else chi_square(rng, nu, b, c)
                v[i] = (variance * real + tau * v[i] * chi_square(rng, drawn, b2, c2)) / (n + m)
        done = at[k]
        put(records, k, v)


@pointwise(RetrainedScaleLoop)
def _scale(loop: RetrainedScaleLoop) -> PointKernel:
    return PointKernel(_draw_scale, 5.0 + SQUARE * (2 - (loop.data == "two points")), tag=SUFFICIENT)


def _draw_scale(loop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    v, records = np.full(size, float(loop.start)), np.empty((len(times), size))
    at = np.array(times, dtype=np.int64)
    two_points, tau = loop.data == "two points", float(loop.temperature)
    scale(rng, int(loop.n), int(loop.m), float(loop.variance), two_points, tau, at, v, records)
    return {("v", t): records[k] for k, t in enumerate(times)}


@pointwise(CorrectedMeanLoop)
def _corrected(loop: CorrectedMeanLoop) -> PointKernel:
    return PointKernel(_draw_corrected, MIXED, tag=SUFFICIENT)


def _draw_corrected(loop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    keep = np.full(max(times), 1 / (1 + float(loop.gamma)))
    return errors(rng, size, times, int(loop.n), int(loop.m), keep, loop.variance, loop.start)
