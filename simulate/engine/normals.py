"""What a fit sees of many Gaussian points, drawn at a cost that does not depend on their number."""

from __future__ import annotations

import math

from numba import njit


@njit(nogil=True, cache=True, inline="always")  # to hand on a generator costs as much as a draw
def chi_square(rng, nu, b, c):
    """A chi-square with nu degrees of freedom, 0 of none; b = nu/2 - 1/3 and c = 1/sqrt(9 b) are taken out of the loop.

    For nu > 2 NumPy's numbers (Marsaglia and Tsang), bit for bit; below, squared normals are faster and soon compiled.
    """
    if nu <= 2:
        if nu == 0:
            return 0.0
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
def constants(nu):
    """What `chi_square` takes: (nu, b, c)."""
    b = nu / 2 - 1 / 3
    return nu, b, 1 / math.sqrt(9 * b) if b > 0 else 0.0


@njit(nogil=True, cache=True)
def points(n, mean_only):
    """What `normal_sample` takes for n points: 1/sqrt(n), 1/n and the `constants` of their sum of squares about the mean.

    mean_only: leave that sum at 0; of no points mean and variance are 0.
    """
    root, share = (1 / math.sqrt(n), 1 / n) if n > 0 else (0.0, 0.0)
    nu, b, c = constants(0 if mean_only or n == 0 else n - 1)
    return root, share, nu, b, c


@njit(nogil=True, cache=True, inline="always")
def normal_sample(rng, points):
    """Mean and variance (over n) of standard normals."""
    root, share, nu, b, c = points
    return root * rng.standard_normal(), share * chi_square(rng, nu, b, c)
