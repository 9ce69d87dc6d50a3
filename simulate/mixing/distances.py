"""Total variation between a fitted law and the truth N(0, 1), half the L1 distance of the densities.

Of Gaussians and histograms in closed form, of kernel density estimates by the trapezoidal rule; from many points on by bins.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from scipy.signal import fftconvolve
from scipy.special import erf, ndtr

REACH, STEP = 8.0, 0.025  # of the grid for densities: beyond there are 1e-15 of the truth
MANY, BIN = 20_000, STEP / 16  # from so many points on they are shared out between nodes so far apart
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
    """TV of N(0, 1) and the kernel density estimate of bandwidth h around the points; of `MANY` or more by bins."""
    if len(points) >= MANY:
        return binned(points, h)
    density = np.empty(round(2 * REACH / step) + 1)
    _kernel_density(points, h, -REACH, step, density)
    return _off_normal(density, step)


def binned(points: np.ndarray, h: float, width: float = BIN) -> float:
    """The same with every point shared out between the two nearest nodes, so that its mean stays: at most `lost` is lost.

    Points beyond the grid are moved to its ends.
    """
    nodes = round(2 * REACH / width) + 1
    place = np.clip((points + REACH) / width, 0, nodes - 1 - 1e-9)
    left = place.astype(int)
    right = place - left
    mass = (np.bincount(left, 1 - right, nodes) + np.bincount(left + 1, right, nodes)) / len(points)
    reach = math.ceil(KERNEL * h / width)
    kernel = np.exp(-((np.arange(-reach, reach + 1) * width / h) ** 2) / 2) / (h * math.sqrt(2 * math.pi))
    return _off_normal(fftconvolve(mass, kernel)[reach : reach + nodes], width)


def lost(h: float, width: float = BIN) -> float:
    """How far the estimate from nodes is from that of the points in total variation, at most, where none is beyond the grid.

    A kernel around a point is replaced by the chord between those around two nodes: by width^2/8 times its second derivative in
    the place at most, of which the integral of the absolute value is 4 phi(1)/h^2.
    """
    return width**2 / (4 * h * h) * math.exp(-0.5) / math.sqrt(2 * math.pi)


def _off_normal(density: np.ndarray, step: float) -> float:
    """Half the L1 distance of a density on the grid from that of N(0, 1)."""
    x = -REACH + step * np.arange(len(density))
    return float(np.abs(density - np.exp(-x * x / 2) / math.sqrt(2 * math.pi)).sum() * step / 2)


__all__ = ["binned", "gaussian", "histogram", "kernels", "lost", "shifted"]
