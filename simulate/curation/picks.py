"""A pick among K candidates, each with probability proportional to its weight (Bradley and Terry; Plackett and Luce)."""

from __future__ import annotations

import numpy as np


def picks(rng: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """The places of the picks, integers (size,), among candidates of positive weights (size, K)."""
    levels = np.cumsum(weights, axis=1)
    place = (levels <= rng.random((len(weights), 1)) * levels[:, -1:]).sum(axis=1)
    return np.minimum(place, weights.shape[1] - 1)


__all__ = ["picks"]
