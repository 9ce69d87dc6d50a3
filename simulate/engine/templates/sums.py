"""Draws from a law on whole numbers, by the sums of its probabilities; see `inversion.py`."""

import math

from simulate.engine.inversion import LEAST_WHOLE, MASS, draw_whole
from simulate.engine.special import compiled
from simulate.engine.templates.model import HIGH, LOW, SHAPED, log_density


@compiled
def sum_up(theta, cumulated):
    """Add up the probabilities of low, low + 1, ...: how many of them hold all; 0 where they do not."""
    total = 0.0
    for k in range(len(cumulated) - 1):
        x = LOW + k
        if x > HIGH:
            return k if abs(total - 1) <= MASS else 0
        p = math.exp(log_density(x, theta))
        if not p <= 1 + MASS:
            return 0
        total += p
        cumulated[k] = total
        if total > 1 - LEAST_WHOLE or (p < LEAST_WHOLE**2 and total > 1 - MASS):  # rounding may hide the rest
            return k + 1 if total <= 1 + MASS else 0
    return 0


@compiled
def fill(rng, points, start, theta, memory):
    """Fill the rest of an array with draws from the law with these parameters; False where it cannot be added up."""
    window, _, cumulated = memory
    if SHAPED or window[3] == 0.0:
        window[3] = sum_up(theta, cumulated)
        if window[3] == 0.0:
            return False
    draw_whole(rng, points, start, LOW, int(window[3]), cumulated)
    return True
