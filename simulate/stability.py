"""Retraining on real and synthetic data, run: n real points and m synthetic ones are drawn, pooled and fitted.

Nothing is drawn through a sufficient statistic: the cost is that of n + m points a generation. The kernels go generation
by generation over all replicates, so that a shorter run is the beginning of a longer one, bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numba import njit

from theory.language.laws import Laplace, Logistic, Normal
from theory.language.loops import Loop
from theory.stability import (
    CorrectedMeanLoop,
    RetrainedBernoulliLoop,
    RetrainedGaussianLoop,
    RetrainedLocationLoop,
    RetrainedMeanLoop,
    RetrainedScaleLoop,
)

from .engine.points import PointKernel, of_points

NORMAL, TOSS, FITTED = 7.0, 4.0, 100.0  # nanoseconds for a point


@njit(nogil=True, cache=True)
def standard_sample(rng, n):
    """Mean and variance (over n) of n standard normals; (0, 0) of none."""
    total, square = 0.0, 0.0
    for _ in range(n):
        z = rng.standard_normal()
        total += z
        square += z * z
    mean = total / max(n, 1)
    return mean, max(square / max(n, 1) - mean * mean, 0.0)


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
                    first, second = standard_sample(rng, n)
                    x[i], w[i] = mean + sd * first, sd * sd * second
                spread = math.sqrt(tau * v[i])
                first, second = standard_sample(rng, m)
                y, u = mu[i] + spread * first, spread * spread * second
                mu[i] = (n * x[i] + m * y) / (n + m) + bias
                if not known:
                    # the pooled sum of squares about the pooled mean, from the two samples' own
                    v[i] = (n * w[i] + m * u) / (n + m) + n * m * ((x[i] - y) / (n + m)) ** 2
        done = at[k]
        records[0, k], records[1, k], records[2, k], records[3, k] = mu, v, x, w


@njit(nogil=True, cache=True)
def real_samples(rng, n, mean, sd, x, w):
    """Mean and variance (over n) of n real points, for every replicate."""
    for i in range(len(x)):
        first, second = standard_sample(rng, n)
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
                real, synthetic = 0.0, 0.0
                for _ in range(n):
                    z = (1.0 if rng.random() < 0.5 else -1.0) if two_points else rng.standard_normal()
                    real += z * z
                for _ in range(m):
                    z = rng.standard_normal()
                    synthetic += z * z
                v[i] = (variance * real + tau * v[i] * synthetic) / (n + m)
        done = at[k]
        records[k] = v


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
        records[k] = theta


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
            t = math.tanh((x[i] - m) / 2)
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


@njit(nogil=True, cache=True)
def corrected(rng, n, m, keep, sd, at, error, records):
    """As `gaussian` with known variance, but a synthetic point is from the model with probability `keep`, else real."""
    done = 0
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for i in range(len(error)):
                total = 0.0
                for _ in range(n):
                    total += sd * rng.standard_normal()
                for _ in range(m):
                    z = sd * rng.standard_normal()
                    if rng.random() < keep:
                        z += error[i]
                    total += z
                error[i] = total / (n + m)
        done = at[k]
        records[k] = error


def _gaussian(loop: RetrainedMeanLoop | RetrainedGaussianLoop) -> PointKernel:
    n, m = int(loop.n), int(loop.m)
    fit = str(loop.start) == "fit"
    cost = 15.0 + NORMAL * (m + (0 if loop.fixed else n))
    drawn = fit or loop.fixed
    return PointKernel(_draw_gaussian, cost, NORMAL * n if drawn else 5.0, drawn)


def _draw_gaussian(loop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    known = isinstance(loop, RetrainedMeanLoop)
    mean, variance, n, m = float(loop.mean), float(loop.variance), int(loop.n), int(loop.m)
    mu, v, x, w = state = tuple(np.empty(size) for _ in range(4))
    fit = str(loop.start) == "fit"
    if fit or loop.fixed:
        real_samples(rng, n, mean, math.sqrt(variance), x, w)
    mu[:] = x if fit else float(loop.start) if known else mean
    v[:] = w if fit and not known else variance
    records = np.empty((4, len(times), size))
    tau, bias = (1.0, float(loop.bias)) if known else (float(loop.temperature), 0.0)
    at = np.array(times, dtype=np.int64)
    gaussian(rng, n, m, mean, math.sqrt(variance), tau, known, loop.fixed, bias, at, state, records)
    names = ("mu", "", "real") if known else ("mu", "v", "real", "spread")
    return {(name, t): records[j, k] for j, name in enumerate(names) if name for k, t in enumerate(times)}


def _bernoulli(loop: RetrainedBernoulliLoop) -> PointKernel:
    return PointKernel(_draw_bernoulli, 5.0 + TOSS * float(loop.grid))


def _draw_bernoulli(loop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    theta, records = np.full(size, float(loop.start)), np.empty((len(times), size))
    bernoulli(rng, int(loop.n), int(loop.m), float(loop.p), np.array(times, dtype=np.int64), theta, records)
    return {("theta", t): records[k] for k, t in enumerate(times)}


def _scale(loop: RetrainedScaleLoop) -> PointKernel:
    return PointKernel(_draw_scale, 5.0 + NORMAL * float(loop.n + loop.m))


def _draw_scale(loop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    v, records = np.full(size, float(loop.start)), np.empty((len(times), size))
    at = np.array(times, dtype=np.int64)
    scale(rng, int(loop.n), int(loop.m), float(loop.variance), loop.two_points, float(loop.temperature), at, v, records)
    return {("v", t): records[k] for k, t in enumerate(times)}


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


def _corrected(loop: CorrectedMeanLoop) -> PointKernel:
    return PointKernel(_draw_corrected, 5.0 + NORMAL * float(loop.n) + (NORMAL + TOSS) * float(loop.m))


def _draw_corrected(loop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    error, records = np.full(size, float(loop.start)), np.empty((len(times), size))
    keep, sd = 1 / (1 + float(loop.gamma)), math.sqrt(float(loop.variance))
    corrected(rng, int(loop.n), int(loop.m), keep, sd, np.array(times, dtype=np.int64), error, records)
    return {("error", t): records[k] for k, t in enumerate(times)}


KERNELS: dict[type[Loop], Callable[..., PointKernel]] = {
    RetrainedMeanLoop: _gaussian,
    RetrainedGaussianLoop: _gaussian,
    RetrainedBernoulliLoop: _bernoulli,
    RetrainedScaleLoop: _scale,
    RetrainedLocationLoop: _location,
    CorrectedMeanLoop: _corrected,
}
estimand_of, paths = of_points(KERNELS)
