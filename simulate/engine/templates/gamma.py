"""Draws from a gamma law, whose log-density is a log x + b x + c."""

import math

import numpy as np

from simulate.engine.inversion import MASS
from simulate.engine.special import part
from simulate.engine.templates.model import terms


@part
def new_memory():
    """(a, b, c) of the law."""
    return np.empty(3)


@part
def fill(rng, points, start, theta, memory):
    """Fill the rest of an array with draws from the law with these parameters; False where it is none, or a draw no float."""
    terms(theta, memory)
    shape, rate = memory[0] + 1, -memory[1]
    if not (shape > 0 and 0 < rate < math.inf):
        return False
    if not abs(memory[2] - shape * math.log(rate) + math.lgamma(shape)) <= MASS * (1 + abs(memory[2])):
        return False
    for k in range(start, len(points)):
        x = rng.standard_gamma(shape) / rate
        if not 0 < x < math.inf:  # small shapes: another point in its place has another logarithm
            return False
        points[k] = x
    return True
