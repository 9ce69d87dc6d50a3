"""The generations of a loop of fits to points with few values: what a fit needs of them is how often each value is there."""

import numpy as np

from simulate.engine.special import compiled, part
from simulate.engine.templates.model import LOW, ROWS, climb, features, new_memory, sum_up


@part
def add_counts(rng, m, theta, memory, weights):
    """Add to the counts of values those of m draws from the model: a multinomial draw, by conditional binomials."""
    sums = memory[2]
    if sum_up(theta, memory) != len(weights):
        return False
    left, before = m, 0.0
    for k in range(len(weights) - 1):
        share = (sums[k] - before) / max(sums[len(weights) - 1] - before, 1e-300)
        drawn = rng.binomial(left, min(max(share, 0.0), 1.0)) if left > 0 else 0
        weights[k] += drawn
        left, before = left - drawn, sums[k]
    weights[len(weights) - 1] += left
    return True


@compiled
def generation(rng, real, m, theta, lost, low, high):
    """Refit every replicate to its row of counts and m draws of its model: -1, or which one cannot be drawn.

    real: how often each value is there, array of shape (replicates, values).  theta: array of shape (replicates, d), as lost
    moved on in place.
    """
    values, d = real.shape[1], theta.shape[1]
    memory = new_memory()
    points, weights, read = np.empty((1, values)), np.empty(values), np.empty((ROWS, values))
    kept, shares = np.empty((ROWS, values)), np.empty(values)
    work, trial = np.empty((5 + 3 * d, d)), np.empty(d)
    for k in range(values):
        points[0, k] = LOW + k
    features(points, read)
    for i in range(len(theta)):
        for k in range(values):
            weights[k] = real[i, k]
        if m > 0 and not add_counts(rng, m, theta[i], memory, weights):
            return i
        seen, count = 0, 0.0  # a value that is not there has no likelihood, which may be infinite
        for k in range(values):
            count += weights[k]
            if weights[k] > 0:
                for j in range(ROWS):
                    kept[j, seen] = read[j, k]
                shares[seen] = weights[k]
                seen += 1
        for k in range(d):
            trial[k] = theta[i, k]
        if climb(kept[:, :seen], shares[:seen], count, trial, low, high, work):
            for k in range(d):
                theta[i, k] = trial[k]
        else:
            lost[i] += 1
    return -1
