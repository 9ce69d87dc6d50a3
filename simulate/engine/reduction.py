"""One sample reduced to its power sums, range and largest values: the compiled inner loop of `estimate.Sums`."""

from __future__ import annotations

from math import inf, nan

import numpy as np
from numba import njit

CHUNK = 512  # values added up before they are added to the total: rounding grows with the chunks, not the values
SUMS = {"reassoc", "nsz", "contract"}  # what adding several values at once needs; nan and infinity keep their meaning


@njit(nogil=True, cache=True, error_model="numpy", fastmath=SUMS)
def _powers(x, mean):
    """sum (x - mean)^p for p = 2, 3, 4."""
    m2 = m3 = m4 = 0.0
    for i in range(x.size):
        d = x[i] - mean
        d2 = d * d
        m2 += d2
        m3 += d2 * d
        m4 += d2 * d2
    return m2, m3, m4


@njit(nogil=True, cache=True, error_model="numpy", fastmath=SUMS)
def _total(x, about):
    total = 0.0
    for i in range(x.size):
        total += x[i] - about
    return total


@njit(nogil=True, cache=True)
def _sink(heap, i):
    """Restore the heap, least value first, below place i."""
    value, size = heap[i], heap.size
    while 2 * i + 1 < size:
        child = 2 * i + 1
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[i] = heap[child]
        i = child
    heap[i] = value


@njit(nogil=True, cache=True, error_model="numpy")
def reduction(x, shift, keep):
    """(mean, m2, m3, m4, low, high, top) of a one-dimensional array that is not empty.

    mean and central power sums; the range (nan if a value is); the `keep` largest |x - shift| (all of a shorter array), in
    no order, nan counted as infinite.
    """
    n = x.size
    total = 0.0
    for i in range(0, n, CHUNK):
        total += _total(x[i : i + CHUNK], 0.0)
    mean, off = total / n, 0.0
    for i in range(0, n, CHUNK):
        off += _total(x[i : i + CHUNK], mean)
    mean += off / n  # the rounding of the mean, taken back
    m2 = m3 = m4 = 0.0
    for i in range(0, n, CHUNK):
        p2, p3, p4 = _powers(x[i : i + CHUNK], mean)
        m2, m3, m4 = m2 + p2, m3 + p3, m4 + p4

    low, high = inf, -inf
    top = np.empty(min(n, keep))
    for i in range(top.size):
        far = abs(x[i] - shift)
        top[i] = far if far == far else inf
    for i in range(top.size // 2 - 1, -1, -1):
        _sink(top, i)
    for i in range(n):
        v = x[i]
        if v != v:
            low = high = nan
        low, high = v if v < low else low, v if v > high else high
        if 0 < top.size <= i:
            far = abs(v - shift)
            if not far <= top[0]:
                top[0] = far if far == far else inf
                _sink(top, 0)
    return mean, m2, m3, m4, low, high, top
