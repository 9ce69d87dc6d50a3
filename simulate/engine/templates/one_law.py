"""Draws from one law."""

import numpy as np

from simulate.engine.special import compiled
from simulate.engine.templates.model import fill, new_memory


@compiled
def sample(rng, points):
    """Fill an array; False where the law cannot be tabulated."""
    return fill(rng, points, 0, np.empty(0), new_memory())
