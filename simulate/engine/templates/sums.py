"""Draws from a law on whole numbers, by the sums of its probabilities; see `inversion.py`."""

import math

import numpy as np

from simulate.engine.inversion import LEAST_WHOLE, MASS, MOST_WHOLE, draw_whole
from simulate.engine.special import part
from simulate.engine.templates.model import FEATURES, HIGH, KNOWN, LOW, SHAPED, log_density, look, prepare


@part
def new_memory():
    """What is kept from one law to the next: (how many sums, how many numbers are looked at; what was seen of these; sums)."""
    return np.zeros(2, dtype=np.int64), np.empty((FEATURES, MOST_WHOLE)), np.empty(MOST_WHOLE)


@part
def sum_up(theta, memory):
    """Add up the probabilities of LOW, LOW + 1, ...: how many of them hold all; 0 where they do not."""
    counts, seen, sums = memory
    known = np.empty(KNOWN)
    prepare(theta, known)
    total = 0.0
    for k in range(MOST_WHOLE):
        if LOW + k > HIGH:
            return k if abs(total - 1) <= MASS else 0
        if k == counts[1]:
            look(LOW + k, seen, k)
            counts[1] += 1
        p = math.exp(log_density(seen, k, known))
        if not p <= 1 + MASS:
            return 0
        total += p
        sums[k] = total
        if total > 1 - LEAST_WHOLE or (p < LEAST_WHOLE**2 and total > 1 - MASS):  # rounding may hide the rest
            return k + 1 if total <= 1 + MASS else 0
    return 0


@part
def fill(rng, points, start, theta, memory):
    """Fill the rest of an array with draws from the law with these parameters; False where it cannot be added up."""
    counts, _, sums = memory
    if SHAPED or counts[0] == 0:
        counts[0] = sum_up(theta, memory)
        if counts[0] == 0:
            return False
    draw_whole(rng, points, start, LOW, counts[0], sums)
    return True
