"""Draws from one law."""

import numpy as np
from numba import njit

from simulate.engine.templates.model import fill


@njit(nogil=True, error_model="numpy", cache=True)
def sample(rng, points, window, coefficients, cumulated):
    """Fill an array; False where the law cannot be tabulated."""
    return fill(rng, points, 0, np.empty(0), (window, coefficients, cumulated))
