"""What several topics of the family run, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

NORMAL, TOSS = 7.0, 4.0  # nanoseconds for a point


@njit(nogil=True, cache=True)
def mean_of_mixture(rng, n, m, keep, sd, at, error, records):
    """The mean of n real points and m more, each from the model with probability keep[g] in fit g + 1, else real.

    records: array of shape (len(at), replicates).
    """
    done = 0
    for k in range(len(at)):
        for g in range(done, at[k]):
            for i in range(len(error)):
                total = 0.0
                for _ in range(n):
                    total += sd * rng.standard_normal()
                for _ in range(m):
                    z = sd * rng.standard_normal()
                    if rng.random() < keep[g]:
                        z += error[i]
                    total += z
                error[i] = total / (n + m)
        done = at[k]
        records[k] = error


def errors(
    rng: np.random.Generator, size: int, times: Sequence[int], n: int, m: int, keep: np.ndarray, variance, start
) -> dict:
    """Paths of the error of a mean; keep: the probabilities that one of m points is from the model, fit by fit."""
    error, records = np.full(size, float(start)), np.empty((len(times), size))
    mean_of_mixture(rng, n, m, keep, math.sqrt(float(variance)), np.array(times, dtype=np.int64), error, records)
    return {("error", t): records[k] for k, t in enumerate(times)}
