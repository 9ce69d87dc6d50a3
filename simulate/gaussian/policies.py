"""Gaussians fitted to pooled data, run on what a fit sees of the points: their mean and mean square, a draw of each.

Points drawn from a pool of earlier points have no such short cut: there every point is kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numba import njit

from theory.gaussian.policies import PooledGaussianLoop
from theory.language.errors import CannotTell
from theory.language.laws.discrete import MOST_COUNTED
from theory.language.policies import Accumulate, FreshReal, Growing, GrowingPool, Mixed, Subsample

from ..engine.normals import normal_sample, points
from ..engine.pointwise import SUFFICIENT, PointKernel, pointwise
from ..engine.rows import put
from ..engine.streams import apart

ALONE, ACCUMULATE, FIXED, FRESH = range(4)
MEAN, SQUARE = 10.0, 24.0  # nanoseconds for a sample's mean and its mean square
MOST_POINTS = 4_000  # that are kept of a path
TOGETHER = 128  # paths of which they are kept at a time, in the cache; each such group has a stream of its own
POOLS = 13  # names these streams among those of a block


@njit(nogil=True, cache=True)
def pooled(rng, code, sizes, n, weights, divisors, tau, bias, known, at, state, records):
    """Fit sizes[g] draws from the model in fit g + 1 and what they are pooled with: n real points, or all before, of weights[g].

    divisors: of the sum of squares over the number of points, that of the start first.
    state: (mu, v, x, s), the model and mean and mean square of the real points. records: shape (4, len(at), replicates).
    """
    mu, v, x, s = state
    done, real = 0, points(n, known)
    for k in range(len(at)):
        for g in range(done, at[k]):
            drawn = points(sizes[g], known)
            share = weights[g]  # 0 where there is nothing else
            rest = 1 - share
            for i in range(len(mu)):
                z, q = normal_sample(rng, drawn)
                spread = tau * v[i]
                mean, square = mu[i] + math.sqrt(spread) * z, spread * q
                other, within = 0.0, 0.0
                if code == ACCUMULATE:
                    other, within = mu[i] - bias, v[i] * divisors[g]
                elif code != ALONE:
                    if code == FRESH:
                        x[i], s[i] = normal_sample(rng, real)
                    other, within = x[i], s[i]
                mu[i] = share * other + rest * mean + bias
                if not known:
                    v[i] = (share * within + rest * square + share * rest * (other - mean) ** 2) / divisors[g + 1]
        done = at[k]
        for j, row in enumerate(state):
            put(records[j], k, row)


@njit(nogil=True, cache=True)
def real_points(rng, n, known, x, s):
    """Mean and mean square of n standard normals, for every replicate."""
    real = points(n, known)
    for i in range(len(x)):
        x[i], s[i] = normal_sample(rng, real)


@njit(nogil=True, cache=True)
def subsampled(rng, n, divisor, tau, bias, known, at, pool, state, records):
    """Fit n points out of all drawn so far, with replacement.  pool: shape (replicates, points of a whole path).

    divisor: of the sum of squares, over n.
    """
    mu, v, x, s = state
    done = 0
    for k in range(len(at)):
        for g in range(done, at[k]):
            for i in range(len(mu)):
                for j in range(g * n, (g + 1) * n):
                    pool[i, j] = mu[i] + math.sqrt(tau * v[i]) * rng.standard_normal()
                total, square = 0.0, 0.0
                for _ in range(n):
                    point = pool[i, int(rng.random() * ((g + 1) * n))]
                    total += point
                    square += point * point
                mu[i] = total / n + bias
                if not known:
                    v[i] = max(square / n - (total / n) ** 2, 0.0) / divisor
        done = at[k]
        for i in range(len(mu)):
            total, square = 0.0, 0.0
            for j in range(done * n):
                total += pool[i, j]
                square += pool[i, j] * pool[i, j]
            if done:
                x[i] = total / (done * n)
                s[i] = square / (done * n) - x[i] * x[i]
        for j, row in enumerate(state):
            put(records[j], k, row)


@pointwise(PooledGaussianLoop)
def _pooled(loop: PooledGaussianLoop) -> PointKernel:
    known, random = loop.known_variance, loop.start in ("fit", "full") or "real" in loop.state
    if isinstance(loop.policy, Subsample):
        return PointKernel(_draw, 10.0 + (20.0 if known else 32.0) * float(loop.n))
    sample = MEAN if known else MEAN + SQUARE
    start = 5.0 + sample * (("real" in loop.state or loop.start == "fit") + (loop.start == "full"))
    return PointKernel(_draw, 5.0 + sample * (1 + isinstance(loop.policy, FreshReal)), start, random, SUFFICIENT)


@lru_cache(maxsize=512)
def _numbers(loop: PooledGaussianLoop) -> tuple:
    """Of the loop that is run, the standard one, and its scale and place: worked out once, not block by block."""
    own, start = loop.symmetry.standard, loop.symmetry.standard.start
    start = start if isinstance(start, str) else float(start)
    shares = float(own.temperature), float(own.bias), start, float(loop.weight), float(own.ddof)
    return *shares, float(loop.sigma0), float(loop.mu0)


def _sizes(loop: PooledGaussianLoop, last: int, weight: float) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    """What the fits have: code, new points, all points (those of the start first), and the weight of what is not new."""
    n, policy = int(loop.n), loop.policy
    whole = np.full(last + 1, float(n))
    match policy:
        case Accumulate():
            whole = n * (np.arange(last + 1.0) + (loop.start == "fit"))
        case GrowingPool():
            if last and policy.at(last) > MOST_COUNTED:
                raise CannotTell(f"a pool of {policy.at(last)} points is too large to be drawn")
            whole[:] = [0, *(policy.at(fit) for fit in range(1, last + 1))]
        case Growing():
            sizes = [policy.at(fit) for fit in range(1, last + 1)]
            if max(sizes, default=0) > MOST_COUNTED:
                raise CannotTell(f"{max(sizes)} points are too many to be drawn")
            whole[1:] = sizes
        case Mixed(synthetic=m):
            whole[1:] += float(m)
            code = FRESH if isinstance(policy, FreshReal) else FIXED
            return code, np.full(last, int(m), dtype=np.int64), whole, np.full(last, weight)
        case _:
            pass
    if isinstance(policy, Accumulate | GrowingPool):
        return ACCUMULATE, np.diff(whole).astype(np.int64), np.maximum(whole, n), whole[:-1] / whole[1:]
    return ALONE, whole[1:].astype(np.int64), whole, np.zeros(last)


def _draw(loop: PooledGaussianLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    """In units of the truth: it is the standard loop that is run."""
    n, policy, known, last = int(loop.n), loop.policy, loop.known_variance, max(times)
    at = np.array(times, dtype=np.int64)
    mu, v, x, s = state = np.zeros(size), np.ones(size), np.zeros(size), np.ones(size)
    records = np.empty((4, len(times), size))
    tau, bias, start, weight, ddof, sigma0, mu0 = _numbers(loop)
    if "real" in loop.state or start == "fit":
        real_points(rng, n, known, x, s)
    match start:
        case "truth":
            pass
        case "fit":
            mu[:], v[:] = x + bias, v if known else s / (1 - ddof / n)
        case "full":
            real_points(rng, n + int(loop.synthetic), known, mu, np.empty(size))
        case mean:
            mu[:] = mean
    if isinstance(policy, Subsample):
        if n * last > MOST_POINTS:
            raise CannotTell(f"{n * last} points of every path would have to be kept")
        pool = np.empty((TOGETHER, n * last))
        for i in range(0, size, TOGETHER):
            some = slice(i, i + TOGETHER)
            subsampled(
                apart(rng, POOLS, i),
                n,
                1 - ddof / n,
                tau,
                bias,
                known,
                at,
                pool,
                tuple(a[some] for a in state),
                records[:, :, some],
            )
    else:
        code, sizes, whole, weights = _sizes(loop, last, weight)
        divisors = 1 - ddof / whole
        pooled(rng, code, sizes, n, weights, divisors, tau, bias, known, at, state, records)
    names = ("mu", "v", *(("pool", "width") if isinstance(policy, Subsample) else ("real", "spread")))
    return {
        (name, t): sigma0**2 * records[j, k] if name in ("v", "spread", "width") else mu0 + sigma0 * records[j, k]
        for j, name in enumerate(names)
        if name in loop.state
        for k, t in enumerate(times)
    }
