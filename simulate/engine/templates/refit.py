"""Fits by Newton's method, and the generations of a loop of fits; see `newton.py`."""

import math

import numpy as np

from simulate.engine.newton import ARMIJO, CLOSE, INSIDE, MOST_HALVED, MOST_PASSES, ROUNDED, grouped, uphill
from simulate.engine.special import compiled, part
from simulate.engine.templates.model import GROUPED, ROWS, features, fill_points, new_memory, terms


@part
def climb(read, weights, count, theta, low, high, work):
    """Move theta to the local maximum uphill from it. False, and theta anywhere, where none is reached in the interior.

    work: array of shape (5 + 3 d, d).  A maximum is reached when Newton's step, with a negative definite second derivative, is
    below CLOSE relative to each parameter, or to the least length by which one point told it on the way (so that a likelihood
    that flattens out is not taken for one at its maximum).
    """
    d = len(theta)
    g, step, unit, trial, slope_there = work[0], work[1], work[2], work[3], work[4]
    h, factor = work[5 : 5 + d], work[5 + d : 5 + 2 * d]
    h_there = work[5 + 2 * d : 5 + 3 * d]
    for i in range(d):  # as loops: numba's assignments of slices take seconds to compile
        unit[i] = math.inf
    value = terms(read, weights, theta, g, h)
    if not math.isfinite(value):
        return False
    for _ in range(MOST_PASSES):
        found, newton = uphill(h, g, factor, step)
        if not found:
            return False
        small, length, rise = newton, 1.0, 0.0
        for i in range(d):
            if h[i, i] < 0:
                unit[i] = min(unit[i], math.sqrt(-count / h[i, i]))
            small = small and abs(step[i]) <= CLOSE * (abs(theta[i]) + unit[i])
            rise += g[i] * step[i]
            end = high[i] if step[i] > 0 else low[i]
            if abs(step[i]) * length > INSIDE * abs(end - theta[i]):
                length = INSIDE * abs(end - theta[i]) / abs(step[i])
        if not math.isfinite(rise):
            return False
        if small:
            for i in range(d):
                theta[i] += length * step[i]
            return True
        for halved in range(MOST_HALVED):
            for i in range(d):
                trial[i] = theta[i] + length * step[i]
            there = terms(read, weights, trial, slope_there, h_there)
            if math.isfinite(there) and (
                there >= value + ARMIJO * length * rise or (newton and rise <= ROUNDED * (abs(value) + count))
            ):
                break
            length /= 2
            if halved == MOST_HALVED - 1:
                return False
        value = there  # pyrefly: ignore[unbound-name]  # MOST_HALVED is above 0
        for i in range(d):
            theta[i], g[i] = trial[i], slope_there[i]
            for j in range(d):
                h[i, j] = h_there[i, j]
    return False


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
        if climb(read, weights[:distinct], n + m, trial, low, high, work):
            for k in range(d):
                theta[i, k] = trial[k]
        else:
            lost[i] += 1
    return -1
