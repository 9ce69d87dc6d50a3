"""Draws from a law by the inverse of its distribution function, which is known."""

from simulate.engine.special import part
from simulate.engine.templates.model import quantile

HALF = 2.0**-54  # in the middle of what a uniform float stands for


@part
def new_memory():
    """Nothing is kept."""
    return None


@part
def fill(rng, points, start, theta, memory):
    """Fill the rest of an array with draws from the law with these parameters."""
    for k in range(start, len(points)):
        points[k] = quantile(rng.random() + HALF, theta)
    return True
