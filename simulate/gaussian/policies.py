"""Gaussians fitted to pooled data, run on what a fit sees of the points: their mean and mean square, a draw of each.

Points drawn from a pool of earlier points have no such short cut: there every point is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numba import njit

from theory.gaussian.policies import PooledGaussianLoop
from theory.language.errors import CannotTell
from theory.language.loops import Loop
from theory.language.policies import Accumulate, FixedReal, FreshReal, Growing, Subsample

from ..engine.normals import normal_sample
from ..engine.points import SUFFICIENT, PointKernel

REPLACE, ACCUMULATE, FIXED, FRESH = range(4)
MOST_POINTS = 4_000  # that are kept of a path


@njit(nogil=True, cache=True)
def pooled(rng, code, sizes, m, weight, known, at, state, records):
    """Fit sizes[g] draws from the model in fit g + 1 and what they are pooled with.

    state: (mu, v, x, s), the model and mean and mean square of the real points. records: shape (4, len(at), replicates).
    """
    mu, v, x, s = state
    done = 0
    for k in range(len(at)):
        for g in range(done, at[k]):
            for i in range(len(mu)):
                z, q = normal_sample(rng, sizes[g], known)
                mean, square = mu[i] + math.sqrt(v[i]) * z, v[i] * q
                share, other, spread = 0.0, 0.0, 0.0
                if code == ACCUMULATE:
                    share, other, spread = g / (g + 1.0), mu[i], v[i]
                elif code == FIXED:
                    share, other, spread = weight, x[i], s[i]
                elif code == FRESH:
                    other, spread = normal_sample(rng, m, known)
                    share = weight
                mu[i] = share * other + (1 - share) * mean
                if not known:
                    v[i] = share * spread + (1 - share) * square + share * (1 - share) * (other - mean) ** 2
        done = at[k]
        for i in range(len(mu)):
            records[0, k, i], records[1, k, i], records[2, k, i], records[3, k, i] = mu[i], v[i], x[i], s[i]


@njit(nogil=True, cache=True)
def real_points(rng, m, known, x, s):
    """Mean and mean square of m standard normals, for every replicate."""
    for i in range(len(x)):
        x[i], s[i] = normal_sample(rng, m, known)


@njit(nogil=True, cache=True)
def subsampled(rng, n, known, at, pool, state, records):
    """Fit n points out of all drawn so far, with replacement.  pool: shape (replicates, points of a whole path)."""
    mu, v, x, s = state
    done = 0
    for k in range(len(at)):
        for g in range(done, at[k]):
            for i in range(len(mu)):
                for j in range(g * n, (g + 1) * n):
                    pool[i, j] = mu[i] + math.sqrt(v[i]) * rng.standard_normal()
                total, square = 0.0, 0.0
                for _ in range(n):
                    point = pool[i, int(rng.random() * ((g + 1) * n))]
                    total += point
                    square += point * point
                mu[i] = total / n
                if not known:
                    v[i] = max(square / n - mu[i] * mu[i], 0.0)
        done = at[k]
        for i in range(len(mu)):
            total, square = 0.0, 0.0
            for j in range(done * n):
                total += pool[i, j]
                square += pool[i, j] * pool[i, j]
            if done:
                x[i] = total / (done * n)
                s[i] = square / (done * n) - x[i] * x[i]
            records[0, k, i], records[1, k, i], records[2, k, i], records[3, k, i] = mu[i], v[i], x[i], s[i]


def _pooled(loop: PooledGaussianLoop) -> PointKernel:
    known, kept = loop.known_variance, isinstance(loop.policy, FixedReal)
    if isinstance(loop.policy, Subsample):
        return PointKernel(_draw, 10.0 + (20.0 if known else 32.0) * float(loop.n))
    return PointKernel(_draw, (16.0 if known else 40.0) * (1 + kept), 40.0 if kept else 5.0, kept, SUFFICIENT)


def _draw(loop: PooledGaussianLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    n, policy, known, last = int(loop.n), loop.policy, loop.known_variance, max(times)
    at = np.array(times, dtype=np.int64)
    state = np.zeros(size), np.ones(size), np.zeros(size), np.ones(size)
    _, _, x, s = state
    records = np.empty((4, len(times), size))
    if isinstance(policy, Subsample):
        if n * last > MOST_POINTS:
            raise CannotTell(f"{n * last} points of every path would have to be kept")
        subsampled(rng, n, known, at, np.empty((size, n * last)), state, records)
    else:
        m, code = 1, REPLACE
        match policy:
            case Accumulate():
                code = ACCUMULATE
            case FixedReal():
                m, code = int(policy.m), FRESH if isinstance(policy, FreshReal) else FIXED
        if code == FIXED:
            real_points(rng, m, known, x, s)
        sizes = np.full(last, n)
        if isinstance(policy, Growing):
            sizes = np.array([policy.at(fit) for fit in range(1, last + 1)])
        pooled(rng, code, sizes.astype(np.int64), m, float(loop.weight), known, at, state, records)
    sigma0, mu0 = float(loop.sigma0), float(loop.mu0)
    names = ("mu", "v", *(("pool", "width") if isinstance(policy, Subsample) else ("real", "spread")))
    return {
        (name, t): sigma0**2 * records[j, k] if name in ("v", "spread", "width") else mu0 + sigma0 * records[j, k]
        for j, name in enumerate(names)
        if name in loop.state
        for k, t in enumerate(times)
    }


KERNELS: dict[type[Loop], Callable[[Any], PointKernel]] = {PooledGaussianLoop: _pooled}
