"""Gaussians, run: n real points and m synthetic ones, pooled and fitted, on mean and mean square of the points."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numba import njit

from theory.language.loops import Loop
from theory.stability.gaussian import CorrectedMeanLoop, RetrainedGaussianLoop, RetrainedMeanLoop, RetrainedScaleLoop

from ..engine.normals import normal_sample, sum_of_squares
from ..engine.points import SUFFICIENT, PointKernel
from .common import MIXED, errors

MEAN, SQUARE = 9.0, 30.0  # nanoseconds for a sample's mean and its mean square


@njit(nogil=True, cache=True)
def gaussian(rng, n, m, mean, sd, tau, known, fixed, bias, at, state, records):
    """Pool n points of N(mean, sd^2) and m of N(mu, tau v), fit by maximum likelihood; with `known`, the mean alone.

    state: (mu, v, x, w) of the replicates, moved on in place: the model, and mean and variance of the real sample.
    records: array of shape (4, len(at), replicates).  at: generations, increasing.
    """
    mu, v, x, w = state
    done = 0
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for i in range(len(mu)):
                if not fixed:
                    first, second = normal_sample(rng, n, known)
                    x[i], w[i] = mean + sd * first, sd * sd * second
                spread = math.sqrt(tau * v[i])
                first, second = normal_sample(rng, m, known)
                y, u = mu[i] + spread * first, spread * spread * second
                mu[i] = (n * x[i] + m * y) / (n + m) + bias
                if not known:
                    # the pooled sum of squares about the pooled mean, from the two samples' own
                    v[i] = (n * w[i] + m * u) / (n + m) + n * m * ((x[i] - y) / (n + m)) ** 2
        done = at[k]
        records[0, k], records[1, k], records[2, k], records[3, k] = mu, v, x, w


@njit(nogil=True, cache=True)
def real_samples(rng, n, mean, sd, known, x, w):
    """Mean and, unless it is known, variance (over n) of n real points, for every replicate."""
    for i in range(len(x)):
        first, second = normal_sample(rng, n, known)
        x[i], w[i] = mean + sd * first, sd * sd * second


@njit(nogil=True, cache=True)
def scale(rng, n, m, variance, two_points, tau, at, v, records):
    """The mean square of n points of N(0, variance), or +-sqrt(variance), and m of N(0, tau v).

    records: array of shape (len(at), replicates).
    """
    done = 0
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for i in range(len(v)):
                real = float(n) if two_points else sum_of_squares(rng, n)
                v[i] = (variance * real + tau * v[i] * sum_of_squares(rng, m)) / (n + m)
        done = at[k]
        records[k] = v


def _gaussian(loop: RetrainedMeanLoop | RetrainedGaussianLoop) -> PointKernel:
    sample = MEAN if isinstance(loop, RetrainedMeanLoop) else MEAN + SQUARE
    drawn = str(loop.start) == "fit" or loop.fixed
    start = sample * (drawn + (str(loop.start) == "full"))
    return PointKernel(_draw_gaussian, 15.0 + sample * (2 - loop.fixed), 5.0 + start, drawn, SUFFICIENT)


def _draw_gaussian(loop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    known = isinstance(loop, RetrainedMeanLoop)
    mean, variance, n, m = float(loop.mean), float(loop.variance), int(loop.n), int(loop.m)
    mu, v, x, w = state = tuple(np.empty(size) for _ in range(4))
    fit, full = str(loop.start) == "fit", str(loop.start) == "full"
    if full:
        real_samples(rng, n + m, mean, math.sqrt(variance), known, mu, w)
    if fit or loop.fixed:
        real_samples(rng, n, mean, math.sqrt(variance), known, x, w)
    if not full:
        mu[:] = x if fit else float(loop.start) if known else mean
    v[:] = w if fit and not known else variance
    records = np.empty((4, len(times), size))
    tau, bias = (1.0, float(loop.bias)) if known else (float(loop.temperature), 0.0)
    at = np.array(times, dtype=np.int64)
    gaussian(rng, n, m, mean, math.sqrt(variance), tau, known, loop.fixed, bias, at, state, records)
    names = ("mu", "", "real") if known else ("mu", "v", "real", "spread")
    return {(name, t): records[j, k] for j, name in enumerate(names) if name for k, t in enumerate(times)}


def _scale(loop: RetrainedScaleLoop) -> PointKernel:
    return PointKernel(_draw_scale, 5.0 + SQUARE * (2 - loop.two_points), tag=SUFFICIENT)


def _draw_scale(loop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    v, records = np.full(size, float(loop.start)), np.empty((len(times), size))
    at = np.array(times, dtype=np.int64)
    scale(rng, int(loop.n), int(loop.m), float(loop.variance), loop.two_points, float(loop.temperature), at, v, records)
    return {("v", t): records[k] for k, t in enumerate(times)}


def _corrected(loop: CorrectedMeanLoop) -> PointKernel:
    return PointKernel(_draw_corrected, MIXED, tag=SUFFICIENT)


def _draw_corrected(loop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    keep = np.full(max(times), 1 / (1 + float(loop.gamma)))
    return errors(rng, size, times, int(loop.n), int(loop.m), keep, loop.variance, loop.start)


KERNELS: dict[type[Loop], Callable[..., PointKernel]] = {
    RetrainedMeanLoop: _gaussian,
    RetrainedGaussianLoop: _gaussian,
    RetrainedScaleLoop: _scale,
    CorrectedMeanLoop: _corrected,
}
