"""Total variation between a fitted law and the truth N(0, 1), half the L1 distance of the densities.

Of Gaussians and histograms in closed form, of kernel density estimates by the trapezoidal rule.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from scipy.special import erf, ndtr

REACH, STEP = 8.0, 0.025  # of the grid for densities: beyond there are 1e-15 of the truth
KERNEL = 8.0  # bandwidths from a point beyond which its kernel is left out: below 1e-14 of its top


def shifted(mean: float) -> float:
    """TV(N(0, 1), N(mean, 1))."""
    return float(erf(abs(mean) / (2 * math.sqrt(2))))


def gaussian(mean: float, variance: float) -> float:
    """TV(N(0, 1), N(mean, variance)): the laws differ most on the set between the two places where the densities cross."""
    if variance == 1:
        return shifted(mean)
    # the density of N(mean, variance) is the larger one where a x^2 + b x + c > 0
    a, b = (1 - 1 / variance) / 2, mean / variance
    c = -(mean * mean / variance + math.log(variance)) / 2
    q = -(b + math.copysign(math.sqrt(b * b - 4 * a * c), b)) / 2
    if q == 0:  # no farther apart than rounding
        return 0.0
    ends = np.sort([q / a, c / q])
    own, other = np.diff(ndtr(ends)), np.diff(ndtr((ends - mean) / math.sqrt(variance)))
    return float(abs(own - other)[0])


def histogram(width: float, first: int, shares: np.ndarray) -> float:
    """TV of N(0, 1) and the law that has these shares in the cells [k width, (k + 1) width), k = first, first + 1, ...

    In a cell the densities cross at -y and at y, if at all.
    """
    edges = width * (first + np.arange(len(shares) + 1))
    density = shares / width
    with np.errstate(divide="ignore"):
        y = np.sqrt(np.maximum(0, -2 * np.log(density * math.sqrt(2 * math.pi))))
    left, right = edges[:-1], edges[1:]
    cuts = np.stack([left, np.clip(-y, left, right), np.clip(y, left, right), right])
    apart = np.abs(density * np.diff(cuts, axis=0) - np.diff(ndtr(cuts), axis=0)).sum()
    outside = ndtr(edges[0]) + ndtr(-edges[-1])
    return float((apart + outside) / 2)


@njit(nogil=True, cache=True)
def _kernel_density(points, h, start, step, out):
    """The density of the estimate of bandwidth h at start, start + step, ..."""
    out[:] = 0.0
    reach = KERNEL * h
    for x in points:
        low = max(0, math.ceil((x - reach - start) / step))
        high = min(len(out) - 1, math.floor((x + reach - start) / step))
        for i in range(low, high + 1):
            d = (start + i * step - x) / h
            out[i] += math.exp(-d * d / 2)
    out /= len(points) * h * math.sqrt(2 * math.pi)


def kernels(points: np.ndarray, h: float, step: float = STEP) -> float:
    """TV of N(0, 1) and the kernel density estimate of bandwidth h around the points."""
    density = np.empty(round(2 * REACH / step) + 1)
    _kernel_density(points, h, -REACH, step, density)
    x = -REACH + step * np.arange(len(density))
    return float(np.abs(density - np.exp(-x * x / 2) / math.sqrt(2 * math.pi)).sum() * step / 2)


__all__ = ["gaussian", "histogram", "kernels", "shifted"]
