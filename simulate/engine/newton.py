"""Newton's method for a local maximum of a log-likelihood near a start, compiled: uphill only, inside of the parameters' ranges.

The log-likelihood comes as a compiled function `terms(features, count, theta, g, h)`: it gives the sum over the points, and writes
its gradient and its second derivatives in one pass.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

compiled: Any = njit(nogil=True, error_model="numpy")

MOST = 100  # passes over the points; a likelihood that rises without end takes them all
CLOSE = 1e-10  # the last step, relative to a parameter and to how far one point tells it
ARMIJO = 1e-4  # of the rise that the slope promises, which a step must have
ROUNDED = 1e-10  # a rise of the log-likelihood, for each point, that rounding may hide
MOST_HALVED = 60
INSIDE = 0.9  # of the way to a border that a step may go
SINGULAR = 1e-13  # a pivot, relative to its diagonal entry
MOST_SHIFT = 1e6


@compiled
def cholesky(h, shift, out):
    """Factor -h + shift |diag h|; False where that is not positive definite."""
    d = len(h)
    for i in range(d):
        for j in range(i + 1):
            total = -h[i, j] + (shift * abs(h[i, i]) if i == j else 0.0)
            for k in range(j):
                total -= out[i, k] * out[j, k]
            if i == j:
                if not total > SINGULAR * abs(h[i, i]):
                    return False
                out[i, i] = math.sqrt(total)
            else:
                out[i, j] = total / out[j, j]
    return True


@compiled
def solved(factor, g, out):
    """out with factor factor' out = g."""
    d = len(g)
    for i in range(d):
        total = g[i]
        for k in range(i):
            total -= factor[i, k] * out[k]
        out[i] = total / factor[i, i]
    for i in range(d - 1, -1, -1):
        total = out[i]
        for k in range(i + 1, d):
            total -= factor[k, i] * out[k]
        out[i] = total / factor[i, i]


@compiled
def uphill(h, g, factor, step):
    """Newton's step, or a shorter one uphill where there is no maximum in sight: (found, whether it is Newton's)."""
    shift = 0.0
    while not cholesky(h, shift, factor):
        shift = 1e-3 if shift == 0 else 4 * shift
        if not shift < MOST_SHIFT:
            return False, False
    solved(factor, g, step)
    return True, shift == 0


@compiled
def climb(features, count, theta, low, high, work, terms):
    """Move theta to the local maximum uphill from it. False, and theta anywhere, where none is reached in the interior.

    work: array of shape (5 + 3 d, d).  A maximum is reached when Newton's step, with a negative definite second derivative, is
    below CLOSE relative to each parameter, or to the least length by which one point told it on the way (so that a likelihood
    that flattens out is not taken for one at its maximum).
    """
    d = len(theta)
    g, step, unit, trial, slope_there = work[0], work[1], work[2], work[3], work[4]
    h, factor = work[5 : 5 + d], work[5 + d : 5 + 2 * d]
    h_there = work[5 + 2 * d : 5 + 3 * d]
    unit[:] = math.inf
    value = terms(features, count, theta, g, h)
    if not math.isfinite(value):
        return False
    for _ in range(MOST):
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
            there = terms(features, count, trial, slope_there, h_there)
            if math.isfinite(there) and (
                there >= value + ARMIJO * length * rise or (newton and rise <= ROUNDED * (abs(value) + count))
            ):
                break
            length /= 2
            if halved == MOST_HALVED - 1:
                return False
        value = there
        theta[:] = trial
        g[:] = slope_there
        h[:] = h_there
    return False


@compiled
def generation(rng, real, m, theta, lost, low, high, rows, features, terms, fill, memory):
    """Refit every replicate to its row of real points and m draws of its model: -1, or which one cannot be drawn.

    theta: array of shape (replicates, d), as lost moved on in place.  features(points, out) gives what `terms` reads of the
    points, in so many rows.  fill(rng, points, n, theta, memory) fills the rest of an array with draws; False where it cannot.
    """
    n, d = real.shape[1], theta.shape[1]
    points, read = np.empty(n + m), np.empty((rows, n + m))
    work, trial = np.empty((5 + 3 * d, d)), np.empty(d)
    for i in range(len(theta)):
        points[:n] = real[i]
        if m > 0 and not fill(rng, points, n, theta[i], memory):
            return i
        features(points, read)
        trial[:] = theta[i]
        if climb(read, n + m, trial, low, high, work, terms):
            theta[i] = trial
        else:
            lost[i] += 1
    return -1
