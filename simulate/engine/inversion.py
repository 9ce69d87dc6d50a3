"""Draws from a law that is known by its log-density alone, compiled: its distribution function is tabulated and inverted.

The support is charted by the whole line, x = sinh(y) or double-exponential for ends that are finite, and a window of it is cut
into equal cells. In each the density of y is interpolated at five Lobatto nodes; its integral, of degree 5, is inverted by
Newton's method in a bracket. The number of cells is doubled until what the highest degree adds is below ROUGH in all, and
the mass of the table has to be 1 within MASS: then its distribution function is that of the law to about 1e-8. Laws on whole
numbers are summed up from their lowest one.
Source: the method is that of Derflinger, Hoermann, Leydold, ACM TOMACS 20(4), 2010.
"""

from __future__ import annotations

import math

import numpy as np

from .special import compiled

OPEN, RIGHT, LEFT, SHUT = range(4)  # supports: the line, (low, oo), (-oo, high), (low, high)
ENDS = np.array(
    [[-40.0, 40.0], [-7.0, 40.0], [-40.0, 7.0], [-7.0, 7.0]]
)  # of a chart: beyond, floats are at their ends
STEPS = np.array([0.25, 0.02, 0.002])  # in a chart, at which a peak is looked for
LOWEST = 27.0  # below the peak, in logarithms, a density is nothing
MASS = 1e-7
ROUGH = 1e-5
FEWEST_CELLS, MOST_CELLS = 16, 2048  # cells
MOST_WHOLE = 200_000  # whole numbers that are added up
LEAST_WHOLE = 1e-13  # probability that is left to the last of them
TRIES = 60  # tables of one law
MARGIN = 0.1  # of a window, on either side
SPARSE = 0.4  # share of the cells that has to have anything in it

_S = (1 - math.sqrt(3 / 7)) / 2
NODES = np.array([0.0, _S, 0.5, 1 - _S, 1.0])
COEFFICIENTS = np.linalg.inv(np.vander(NODES, 5, increasing=True))  # of the interpolant, from values at the nodes


@compiled
def chart(kind, low, high, y):
    """(whether x is told by its gap to the upper end, that gap, or the gap to the lower end, or x; log dx/dy) at y.

    Near a finite end a gap is a float where x is not another one than the end.
    """
    if kind == OPEN:
        return False, math.sinh(y), math.log(math.cosh(y))
    if kind == SHUT:
        s = abs(math.sinh(y))
        small = math.exp(-s)
        slope = math.log(high - low) - s - 2 * math.log1p(small) + math.log(math.cosh(y))
        return y >= 0, (high - low) * small / (1 + small), slope
    v = y if kind == RIGHT else -y
    bent = math.exp(-v)
    return kind == LEFT, math.exp(v - bent), v - bent + math.log1p(bent)


@compiled
def located(kind, low, high, y):
    """x at y, in floats inside of the support."""
    upper, gap, _ = chart(kind, low, high, y)
    if kind == OPEN:
        return gap
    x = high - gap if upper else low + gap
    if x <= low:
        return np.nextafter(low, math.inf)
    return np.nextafter(high, -math.inf) if x >= high else x


@compiled
def inverted(u, nodes, coefficients, sums):
    """The place y below which is the share u of a table; nodes: (from, to, cells)."""
    cells = int(nodes[2])
    size = (nodes[1] - nodes[0]) / cells
    goal = u * sums[cells]
    a, b = 0, cells
    while b - a > 1:
        middle = (a + b) // 2
        if sums[middle] <= goal:
            a = middle
        else:
            b = middle
    rest, area = goal - sums[a], sums[a + 1] - sums[a]
    below, above = 0.0, 1.0
    s = rest / area if area > 0 else 0.5
    c = coefficients[a]
    for _ in range(40):
        value = s * (c[0] + s * (c[1] + s * (c[2] + s * (c[3] + s * c[4])))) - rest
        slope = c[0] + s * (2 * c[1] + s * (3 * c[2] + s * (4 * c[3] + s * 5 * c[4])))
        if value > 0:
            above = s
        else:
            below = s
        new = s - value / slope if slope > 0 else (below + above) / 2
        if not below <= new <= above:
            new = (below + above) / 2
        if abs(new - s) < 1e-11:
            s = new
            break
        s = new
    return nodes[0] + size * (a + s)


@compiled
def draw_whole(rng, out, start, low, count, sums):
    """Fill the rest of an array with draws from probabilities that are added up."""
    for k in range(start, len(out)):
        goal = rng.random() * sums[count - 1]
        a, b = 0, count - 1
        while a < b:
            middle = (a + b) // 2
            if sums[middle] > goal:
                b = middle
            else:
                a = middle + 1
        out[k] = low + a
