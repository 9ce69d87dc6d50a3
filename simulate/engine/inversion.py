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
GUIDE = 64  # equal shares of a table, in each of which a search begins
FINE = 1024  # pieces of a table of the inverse itself, of a law that is drawn from very often
MISSED = 1e-6  # of a piece, which is a thousandth of the window or less of it
LAST = 1e-6  # of a cell: the last step of Newton's method, which leaves what is of its square's order
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
def aim(sums, cells, guide):
    """For each of len(guide) equal shares of what is summed up the cell in which it begins: where a search begins."""
    a = 0
    for g in range(len(guide)):
        goal = g * sums[cells] / len(guide)
        while a < cells - 1 and sums[a + 1] <= goal:
            a += 1
        guide[g] = a


@compiled
def found(u, sums, cells, guide):
    """The cell in which the share u of what is summed up ends."""
    a, goal = guide[min(int(u * len(guide)), len(guide) - 1)], u * sums[cells]
    while a < cells - 1 and sums[a + 1] <= goal:
        a += 1
    while a > 0 and sums[a] > goal:  # of rounding
        a -= 1
    return a


@compiled
def inverted(u, nodes, coefficients, sums, guide):
    """The place y below which is the share u of a table; nodes: (from, to, cells)."""
    cells = int(nodes[2])
    size = (nodes[1] - nodes[0]) / cells
    goal, a = u * sums[cells], found(u, sums, cells, guide)
    rest, area = goal - sums[a], sums[a + 1] - sums[a]
    below, above = 0.0, 1.0
    c = coefficients[a]
    root = c[0] * c[0] + 4 * (area - c[0]) * rest  # of a density that is linear in the cell
    s = 2 * rest / (c[0] + math.sqrt(root)) if root > 0 and c[0] > 0 else 0.5
    s = min(max(s, 0.0), 1.0)
    for _ in range(40):
        value = s * (c[0] + s * (c[1] + s * (c[2] + s * (c[3] + s * c[4])))) - rest
        slope = c[0] + s * (2 * c[1] + s * (3 * c[2] + s * (4 * c[3] + s * 5 * c[4])))
        if value > 0:
            above = s
        else:
            below = s
        new = s - value / slope if slope > 0 else -1.0
        halved = not below <= new <= above
        if halved:
            new = (below + above) / 2
        last = abs(new - s) < (1e-11 if halved else LAST)
        s = new
        if last:
            break
    return nodes[0] + size * (a + s)


@compiled
def invert(kind, low, high, nodes, coefficients, sums, guide, shares, cubics):
    """Tabulate the inverse of a distribution function as well: x as a cubic of the share within each of FINE pieces.

    shares: those at the ends of the pieces, equal steps of y.  cubics: array of shape (FINE, 4); of NaN where the cubic misses x
    in the middle of its piece by more than MISSED of the piece.
    """
    cells, pieces = int(nodes[2]), len(cubics)
    part, at = (nodes[1] - nodes[0]) / pieces, np.empty(3)
    shares[0] = 0.0
    for p in range(pieces):
        c = min((p + 1) * cells // pieces, cells - 1)
        s = (p + 1) * cells / pieces - c
        b = coefficients[c]
        shares[p + 1] = (sums[c] + s * (b[0] + s * (b[1] + s * (b[2] + s * (b[3] + s * b[4]))))) / sums[cells]
    shares[pieces] = 1.0
    for p in range(pieces):
        wide = shares[p + 1] - shares[p]
        first, last = located(kind, low, high, nodes[0] + p * part), located(kind, low, high, nodes[0] + (p + 1) * part)
        for k in range(4):
            cubics[p, k] = math.nan
        if not wide > 0 or p == 0 or p == pieces - 1:
            continue
        for k in range(1, 4):  # at a third, at two thirds, and in the middle, which is not used
            u = shares[p] + wide * (k / 3 if k < 3 else 0.5)
            at[k - 1] = located(kind, low, high, inverted(u, nodes, coefficients, sums, guide))
        one, two, three = at[0] - first, at[1] - 2 * at[0] + first, last - 3 * at[1] + 3 * at[0] - first
        c1, c2, c3 = one - two / 2 + three / 3, (two - three) / 2, three / 6
        if abs(first + 1.5 * (c1 + 1.5 * (c2 + 1.5 * c3)) - at[2]) <= MISSED * abs(last - first):
            cubics[p, 0], cubics[p, 1], cubics[p, 2], cubics[p, 3] = first, 3 * c1, 9 * c2, 27 * c3


@compiled
def by_cubics(u, shares, starts, cubics):
    """x at a share u, from such a table; NaN where its piece has no cubic.  starts: of `aim` for the shares."""
    p = found(u, shares, len(cubics), starts)
    t = (u - shares[p]) / (shares[p + 1] - shares[p])
    return cubics[p, 0] + t * (cubics[p, 1] + t * (cubics[p, 2] + t * cubics[p, 3]))


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
