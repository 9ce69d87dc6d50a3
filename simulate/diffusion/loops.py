"""Early stopping, run: points are noised again and again, drawn anew from pools or from n points."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numba import njit

from theory.diffusion.loops import EarlyStopLoop, MemorisingLoop
from theory.language.loops import Loop
from theory.language.policies import Accumulate, FreshReal

from ..engine.points import PointKernel

NORMAL, TOSS = 7.0, 4.0  # nanoseconds
LAST, POOL = range(2)  # what a fit sees beside a share of real data: the last model, all batches


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


def stopped(loop: EarlyStopLoop) -> PointKernel:
    share = float(loop.policy.m / (1 + loop.policy.m)) if isinstance(loop.policy, FreshReal) else 0.0
    return PointKernel(_draw_early, TOSS + NORMAL if share < 0.2 else 2.0, NORMAL, True)


def _draw_early(loop: EarlyStopLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    share = float(loop.policy.m / (1 + loop.policy.m)) if isinstance(loop.policy, FreshReal) else 0.0
    pool = isinstance(loop.policy, Accumulate)
    x, out = np.empty(size), {}
    for t in times:
        early(rng, float(loop.mu0), math.sqrt(float(loop.v0)), float(loop.keep), share, pool, t, x)
        out |= {(f"d{j}", t): x**j for j in (1, 2, 3, 4)}
    return out


@njit(nogil=True, cache=True)
def memorised(rng, n, keep, sd, at, records):
    """n points, each one of the n before, noised; records: array of shape (len(at), replicates), differences of two draws."""
    spread = math.sqrt(1 - keep * keep)
    old, new = np.empty(n), np.empty(n)
    for i in range(records.shape[1]):
        for j in range(n):
            old[j] = sd * rng.standard_normal()
        done = 1
        for k in range(len(at)):
            if at[k] == 0:
                records[k, i] = sd * (rng.standard_normal() - rng.standard_normal())
                continue
            for _ in range(done, at[k]):
                for j in range(n):
                    new[j] = keep * old[rng.integers(n)] + spread * rng.standard_normal()
                old, new = new, old
            done = at[k]
            first, second = old[rng.integers(n)], old[rng.integers(n)]
            records[k, i] = keep * (first - second) + spread * (rng.standard_normal() - rng.standard_normal())


def memorising(loop: MemorisingLoop) -> PointKernel:
    return PointKernel(_draw_memorised, (NORMAL + 2 * TOSS) * float(loop.n), NORMAL * float(loop.n), True)


def _draw_memorised(loop: MemorisingLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    records, at = np.empty((len(times), size)), np.array(times, dtype=np.int64)
    memorised(rng, int(loop.n), float(loop.keep), math.sqrt(float(loop.v0)), at, records)
    return {("gap", t): records[k] for k, t in enumerate(times)}


KERNELS: dict[type[Loop], Callable[..., PointKernel]] = {EarlyStopLoop: stopped, MemorisingLoop: memorising}
