"""What several topics of the family run, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

from ..engine.rows import put

MIXED = 60.0  # nanoseconds for the mean of a sample of two sources


@njit(nogil=True, cache=True)
def mean_of_mixture(rng, n, m, keep, sd, at, error, records):
    """The mean of n real points and m more, each from the model with probability keep[g] in fit g + 1, else real.

    How many of the m are from the model is binomial, and all points vary alike about the means they come from.
    records: array of shape (len(at), replicates).
    """
    done = 0
    for k in range(len(at)):
        for g in range(done, at[k]):
            for i in range(len(error)):
                noise = sd * rng.standard_normal() / math.sqrt(n + m)
                error[i] = error[i] * rng.binomial(m, keep[g]) / (n + m) + noise
        done = at[k]
        put(records, k, error)


def errors(
    rng: np.random.Generator, size: int, times: Sequence[int], n: int, m: int, keep: np.ndarray, variance, start
) -> dict:
    """Paths of the error of a mean; keep: the probabilities that one of m points is from the model, fit by fit."""
    error, records = np.full(size, float(start)), np.empty((len(times), size))
    mean_of_mixture(rng, n, m, keep, math.sqrt(float(variance)), np.array(times, dtype=np.int64), error, records)
    return {("error", t): records[k] for k, t in enumerate(times)}
