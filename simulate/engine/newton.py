"""Newton's method for a local maximum of a log-likelihood near a start, compiled: uphill only, inside of the parameters' ranges.

What is handed the log-likelihood of a model is in `templates/refit.py`.
"""

from __future__ import annotations

import math

from .special import compiled

MOST_PASSES = 100  # passes over the points; a likelihood that rises without end takes them all
CLOSE = 1e-6  # the last step, relative to a parameter and to how far one point tells it: what it leaves is of its square's order
SHORT = 0.25  # of how far one point tells a parameter: of a step that is judged by the slopes at both of its ends
FLAT = 0.5  # of the slope at the start of such a step, which it may have at its end
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
def grouped(points, weights):
    """Sort points and put the distinct ones first, with how often they are there: how many they are."""
    points.sort()
    last = 0
    weights[0] = 1.0
    for k in range(1, len(points)):
        if points[k] == points[last]:
            weights[last] += 1
        else:
            last += 1
            points[last], weights[last] = points[k], 1.0
    return last + 1
