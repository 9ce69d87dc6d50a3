"""What a fit sees of many Gaussian points, drawn at a cost that does not depend on their number."""

from __future__ import annotations

import math

from numba import njit


@njit(nogil=True, cache=True)
def chi_square(rng, nu, b, c):
    """A chi-square with nu degrees of freedom; b = nu/2 - 1/3 and c = 1/sqrt(9 b) are taken out of the loop.

    For nu > 2 NumPy's numbers (Marsaglia and Tsang), bit for bit; below, squared normals are faster and soon compiled.
    """
    if nu <= 2:
        z = rng.standard_normal()
        y = rng.standard_normal() if nu == 2 else 0.0
        return z * z + y * y
    while True:
        z = rng.standard_normal()
        y = 1.0 + c * z
        if y <= 0.0:
            continue
        y = y * y * y
        u = rng.random()
        if u < 1.0 - 0.0331 * (z * z) * (z * z) or math.log(u) < 0.5 * z * z + b * (1.0 - y + math.log(y)):
            return 2.0 * (b * y)


@njit(nogil=True, cache=True)
def sum_of_squares(rng, n):
    """The sum of n squared standard normals; 0 of none."""
    if n == 0:
        return 0.0
    b = n / 2 - 1 / 3
    return chi_square(rng, n, b, 1 / math.sqrt(9 * b))


@njit(nogil=True, cache=True)
def normal_sample(rng, n, mean_only):
    """Mean and variance (over n) of n standard normals; the variance is left at 0 if `mean_only`, both are 0 of none."""
    if n == 0:
        return 0.0, 0.0
    mean = rng.standard_normal() / math.sqrt(n)
    return mean, 0.0 if mean_only else sum_of_squares(rng, n - 1) / n
