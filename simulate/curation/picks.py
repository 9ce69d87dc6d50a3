"""A pick among K candidates, each with probability proportional to its weight (Bradley and Terry; Plackett and Luce)."""

from __future__ import annotations

import numpy as np
from numba import njit

ROWS = 512  # of candidates at once
AT_ONCE = 2**16  # picks that are drawn together: what is theirs alone stays near the processor
FARTHEST = 600.0  # between logarithms of weights: a lighter one is no float beside the heaviest


@njit(nogil=True, cache=True)
def picks(rng, weights):
    """The places of the picks, integers (size,), among candidates of weights (size, K), some of each row positive."""
    size, K = weights.shape
    places = np.empty(size, dtype=np.int64)
    for i in range(size):
        total = 0.0
        for k in range(K):
            total += weights[i, k]
        reach, k = rng.random() * total - weights[i, 0], 0
        while reach >= 0 and k < K - 1:
            k += 1
            reach -= weights[i, k]
        places[i] = k
    return places


@njit(nogil=True, cache=True)
def _among(weights, shown, chances):
    """The places of the picks among the points shown, (size, K), by a uniform draw for each: rows at once that stay in the cache,
    looked up and then chosen from without a jump, so that look-ups do not wait for one another."""
    size, K = shown.shape
    rows, places = np.empty((ROWS, K)), np.empty(size, dtype=shown.dtype)
    for start in range(0, size, ROWS):
        many = min(ROWS, size - start)
        for i in range(many):
            for k in range(K):
                rows[i, k] = weights[shown[start + i, k]]
        for i in range(many):
            total = 0.0
            for k in range(K):
                total += rows[i, k]
            reach, part, chosen = chances[start + i] * total, rows[i, 0], 0
            for k in range(1, K):
                chosen += reach >= part
                part += rows[i, k]
            places[start + i] = shown[start + i, chosen]
    return places


def resampled(rng: np.random.Generator, weights: np.ndarray, K: int, size: int) -> np.ndarray:
    """The places of picks, integers (size,), each among K of the points of these weights (n,), drawn with replacement.

    A pick by weight is one of the K at random that is taken with its share of the largest weight, else another one at random,
    and so on. The first of them is taken or not without the others; where it is not, all K are drawn and weighed.
    """
    most, places = weights.max(), np.empty(size, dtype=np.uint32)
    for start in range(0, size, AT_ONCE):
        some = places[start : start + AT_ONCE]
        some[:] = rng.integers(len(weights), size=len(some), dtype=np.uint32)
        left = np.flatnonzero(rng.random(len(some)) * most >= weights[some])
        shown = rng.integers(len(weights), size=(len(left), K), dtype=np.uint32)
        shown[:, 0] = some[left]
        some[left] = _among(weights, shown, rng.random(len(left)))
    return places


def rewarded(rng: np.random.Generator, rewards: np.ndarray) -> np.ndarray:
    """The same, by the logarithms of the weights: e^1000 is no float."""
    most = rewards.max()
    if most - rewards.min() > FARTHEST:
        most = rewards.max(axis=1, keepdims=True)  # the heaviest of each row has the weight 1
    return picks(rng, np.exp(rewards - most))


__all__ = ["picks", "resampled", "rewarded"]
