"""The generations of a loop of fits."""

import numpy as np

from simulate.engine.newton import grouped
from simulate.engine.special import compiled
from simulate.engine.templates.model import AFFINE, GROUPED, ROWS, climb, features, fill_points, new_memory


@compiled
def generation(rng, real, m, theta, lost, low, high):
    """Refit every replicate to its row of real points and m draws of its model: -1, or which one cannot be drawn.

    theta: array of shape (replicates, d), as lost moved on in place.
    """
    coordinates, n, d = real.shape[1], real.shape[2], theta.shape[1]
    memory = new_memory()
    points, weights, read = np.empty((coordinates, n + m)), np.ones(n + m), np.empty((ROWS, n + m))
    work, trial = np.empty((5 + 3 * d, d)), np.empty(d)
    for i in range(len(theta)):
        for k in range(coordinates):
            for j in range(n):
                points[k, j] = real[i, k, j]
        if m > 0 and not fill_points(rng, points, n, theta[i], memory):
            return i
        distinct = grouped(points[0], weights) if GROUPED else n + m
        features(points[:, :distinct], read)
        for k in range(d):
            trial[k] = theta[i, k]
        if AFFINE:
            for k in range(ROWS):
                total = 0.0
                for j in range(distinct):
                    total += (weights[j] if GROUPED else 1.0) * read[k, j]
                read[k, 0] = total / (n + m)
            weights[0], distinct = n + m, 1
        if climb(read, weights[:distinct], n + m, trial, low, high, work):
            for k in range(d):
                theta[i, k] = trial[k]
        else:
            lost[i] += 1
    return -1
