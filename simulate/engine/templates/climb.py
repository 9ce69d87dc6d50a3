"""Fits by Newton's method; see `newton.py`."""

import math

from simulate.engine.newton import ARMIJO, CLOSE, FLAT, INSIDE, MOST_HALVED, MOST_PASSES, ROUNDED, SHORT, uphill
from simulate.engine.special import part
from simulate.engine.templates.model import likelihood, slopes


@part
def climb(read, weights, count, theta, low, high, work):
    """Move theta to the local maximum uphill from it. False, and theta anywhere, where none is reached in the interior.

    work: array of shape (5 + 3 d, d).  A maximum is reached when Newton's step, with a negative definite second derivative, is
    below CLOSE relative to each parameter, or to the least length by which one point told it on the way (so that a likelihood
    that flattens out is not taken for one at its maximum). A step that is SHORT beside that length is judged by the slopes at
    its ends, others by the likelihood.
    """
    d = len(theta)
    g, step, unit, trial, slope_there = work[0], work[1], work[2], work[3], work[4]
    h, factor = work[5 : 5 + d], work[5 + d : 5 + 2 * d]
    h_there = work[5 + 2 * d : 5 + 3 * d]
    for i in range(d):  # as loops: numba's assignments of slices take seconds to compile
        unit[i] = math.inf
    value = math.nan  # as long as nothing has asked for it
    slopes(read, weights, theta, g, h)
    for _ in range(MOST_PASSES):
        found, newton = uphill(h, g, factor, step)
        if not found:
            return False
        small, short, length, rise = newton, newton, 1.0, 0.0
        for i in range(d):
            if h[i, i] < 0:
                unit[i] = min(unit[i], math.sqrt(-count / h[i, i]))
            small = small and abs(step[i]) <= CLOSE * (abs(theta[i]) + unit[i])
            short = short and abs(step[i]) <= SHORT * unit[i]
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
        for i in range(d):
            trial[i] = theta[i] + length * step[i]
        judged = False
        if short:
            slopes(read, weights, trial, slope_there, h_there)
            along = 0.0
            for i in range(d):
                along += slope_there[i] * step[i]
            judged = abs(along) <= FLAT * rise  # not of a number that is none
            value = math.nan if judged else value
        if not judged:
            value = likelihood(read, weights, theta) if math.isnan(value) else value
            if not math.isfinite(value):
                return False
            there = likelihood(read, weights, trial)
            halved = 0
            while not (
                math.isfinite(there)
                and (there >= value + ARMIJO * length * rise or (newton and rise <= ROUNDED * (abs(value) + count)))
            ):
                length /= 2
                halved += 1
                if halved == MOST_HALVED:
                    return False
                for i in range(d):
                    trial[i] = theta[i] + length * step[i]
                there = likelihood(read, weights, trial)
            value = there
            slopes(read, weights, trial, slope_there, h_there)
        for i in range(d):
            theta[i], g[i] = trial[i], slope_there[i]
            for j in range(d):
                h[i, j] = h_there[i, j]
    return False
