"""Gaussians in several dimensions, refitted to points of which some are real: every point is drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def refitted(
    rng: np.random.Generator, runs: int, n: int, real: int, d: int, at: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Maximum likelihood, again and again, from n points: `real` of them fresh from the truth N(0, I), the rest the model's.

    at: increasing generations.  Gives (logarithm of the geometric mean of the fitted variances, fitted mean), of shapes
    (runs, len(at)) and (runs, len(at), d). The covariance is kept as a triangular factor, from the QR decomposition of the
    centred points: a Cholesky decomposition would lose the small directions of a model that collapses.
    """
    factor, mean = np.broadcast_to(np.eye(d), (runs, d, d)), np.zeros((runs, 1, d))
    volumes, means = np.empty((runs, len(at))), np.empty((runs, len(at), d))
    done = 0
    for k, t in enumerate(at):
        for _ in range(done, t):
            points = rng.standard_normal((runs, n, d))
            points[:, real:] = points[:, real:] @ factor + mean
            mean = points.mean(axis=1, keepdims=True)
            factor = np.linalg.qr((points - mean) / np.sqrt(n), mode="r")  # covariance factor' factor
        done = t
        volumes[:, k] = 2 * np.log(np.abs(np.diagonal(factor, axis1=1, axis2=2))).mean(axis=1)
        means[:, k] = mean[:, 0]
    return volumes, means


__all__ = ["refitted"]
