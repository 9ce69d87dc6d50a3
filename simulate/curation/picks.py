"""A pick among K candidates, each with probability proportional to its weight (Bradley and Terry; Plackett and Luce)."""

from __future__ import annotations

import math

import numpy as np
from numba import njit


def picks(rng: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """The places of the picks, integers (size,), among candidates of positive weights (size, K)."""
    return rewarded(rng, np.log(weights))


@njit(nogil=True, cache=True)
def rewarded(rng, rewards):
    """The same, by the logarithms of the weights: e^1000 is no float."""
    size, K = rewards.shape
    places, weights = np.empty(size, dtype=np.int64), np.empty(K)
    for i in range(size):
        most, total = rewards[i, 0], 0.0
        for k in range(1, K):
            most = max(most, rewards[i, k])
        for k in range(K):
            weights[k] = math.exp(rewards[i, k] - most)
            total += weights[k]
        reach, k = rng.random() * total - weights[0], 0
        while reach >= 0 and k < K - 1:
            k += 1
            reach -= weights[k]
        places[i] = k
    return places


__all__ = ["picks", "rewarded"]
