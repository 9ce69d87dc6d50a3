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
from typing import Any

import numpy as np
from numba import njit

compiled: Any = njit(nogil=True, error_model="numpy")

OPEN, RIGHT, LEFT, SHUT = range(4)  # supports: the line, (low, oo), (-oo, high), (low, high)
ENDS = np.array([[-40.0, 40.0], [-7.0, 40.0], [-40.0, 7.0], [-7.0, 7.0]])  # of a chart: beyond, floats are at their ends
STEPS = np.array([0.25, 0.02, 0.002])  # in a chart, at which a peak is looked for
LOWEST = 27.0  # below the peak, in logarithms, a density is nothing
MASS = 1e-7
ROUGH = 1e-6
FEWEST, MOST = 16, 2048  # cells
MOST_WHOLE = 200_000  # whole numbers that are added up
LEAST_WHOLE = 1e-13  # probability that is left to the last of them
TRIES = 60

_S = (1 - math.sqrt(3 / 7)) / 2
NODES = np.array([0.0, _S, 0.5, 1 - _S, 1.0])
COEFFICIENTS = np.linalg.inv(np.vander(NODES, 5, increasing=True))  # of the interpolant, from values at the nodes


@compiled
def chart(kind, low, high, y):
    """(x, log dx/dy) at a place of the line."""
    if kind == OPEN:
        return math.sinh(y), math.log(math.cosh(y))
    if kind == SHUT:
        s = math.sinh(y)
        small = math.exp(-abs(s))
        gap = (high - low) * small / (1 + small)
        slope = math.log(high - low) - abs(s) - 2 * math.log1p(small) + math.log(math.cosh(y))
        return (low + gap if s < 0 else high - gap), slope
    v = y if kind == RIGHT else -y
    bent = math.exp(-v)
    log_gap = v - bent
    gap = math.exp(log_gap)
    return (low + gap if kind == RIGHT else high - gap), log_gap + math.log1p(bent)


@compiled
def height(kind, low, high, y, theta, log_density):
    """The logarithm of the density of y; -inf for what is no number."""
    x, slope = chart(kind, low, high, y)
    if x == low or x == high:
        return -math.inf
    out = log_density(x, theta) + slope
    return out if out < math.inf else -math.inf


@compiled
def search(kind, low, high, theta, log_density, step):
    """(from, to): the window of the line outside of which the density is nothing, as far as steps of this length show."""
    first, last = ENDS[kind, 0], ENDS[kind, 1]
    count = int((last - first) / step) + 1
    top, at = -math.inf, first
    for i in range(count):
        v = height(kind, low, high, first + i * step, theta, log_density)
        if v > top:
            top, at = v, first + i * step
    a, b = max(first, at - step), min(last, at + step)
    for _ in range(60):  # the peak there, by thirds
        p, q = a + (b - a) / 3, b - (b - a) / 3
        if height(kind, low, high, p, theta, log_density) < height(kind, low, high, q, theta, log_density):
            a = p
        else:
            b = q
    peak = height(kind, low, high, (a + b) / 2, theta, log_density)
    if peak > top:
        top, at = peak, (a + b) / 2
    if not top > -math.inf:
        return 0.0, 0.0
    begin, end = at, at
    for i in range(count):
        y = first + i * step
        if height(kind, low, high, y, theta, log_density) > top - LOWEST:
            begin, end = min(begin, y), max(end, y)
    for side in range(2):
        alive = begin if side == 0 else end
        dead = max(first, alive - step) if side == 0 else min(last, alive + step)
        for _ in range(30):
            y = (alive + dead) / 2
            if height(kind, low, high, y, theta, log_density) > top - LOWEST:
                alive = y
            else:
                dead = y
        if side == 0:
            begin = dead
        else:
            end = dead
    return begin, end


@compiled
def tabulate(kind, low, high, begin, end, cells, theta, log_density, coefficients, cumulated):
    """Interpolate the density in the cells of a window: (mass, what the highest degree adds, from, to), the last two the first
    and the last cell with anything in it."""
    size = (end - begin) / cells
    v = np.empty(5)
    mass, rough, peak, first, last = 0.0, 0.0, 0.0, cells, -1
    left = math.exp(height(kind, low, high, begin, theta, log_density))
    cumulated[0] = 0.0
    for c in range(cells):
        v[0] = left
        for j in range(1, 5):
            v[j] = math.exp(height(kind, low, high, begin + size * (c + NODES[j]), theta, log_density))
        left = v[4]
        area = 0.0
        for k in range(5):
            a = 0.0
            for j in range(5):
                a += COEFFICIENTS[k, j] * v[j]
            coefficients[c, k] = a * size / (k + 1)
            area += coefficients[c, k]
        mass += area
        rough += abs(coefficients[c, 4]) * 5 / 70  # the leading coefficient of Legendre's polynomial is 70
        cumulated[c + 1] = mass
        peak = max(peak, v[0], v[2], v[4])
    for c in range(cells):
        if cumulated[c + 1] - cumulated[c] > math.exp(-LOWEST) * peak * size:
            first = min(first, c)
            last = c
    return mass, rough, first, last


@compiled
def build(kind, low, high, theta, log_density, window, coefficients, cumulated):
    """Tabulate a law, beginning with the window (from, to, cells) of another one like it; False where it cannot be.

    Afterwards window holds (from, to, cells of the next table, cells of this one, from and to of this one).
    """
    begin, end, cells, level = window[0], window[1], int(window[2]), 0
    first, last = ENDS[kind, 0], ENDS[kind, 1]
    for _ in range(TRIES):
        if cells == 0:
            if level == len(STEPS):
                return False
            begin, end = search(kind, low, high, theta, log_density, STEPS[level])
            cells = 2 * FEWEST
            level += 1
        if not begin < end:
            cells = 0
            continue
        mass, rough, i, j = tabulate(
            kind, low, high, begin, end, cells, theta, log_density, coefficients, cumulated
        )
        size = (end - begin) / cells
        if (i == 0 and begin > first) or (j == cells - 1 and end < last):  # it goes on outside
            wider = (end - begin) / 4
            begin = max(first, begin - wider) if i == 0 else begin
            end = min(last, end + wider) if j == cells - 1 else end
        elif j < 0:
            cells = 0
        elif j - i + 1 < 0.6 * cells:
            begin, end = begin + (i - 1) * size, begin + (j + 2) * size
        elif rough > ROUGH:
            cells = 2 * cells if 2 * cells <= MOST else 0
        elif abs(mass - 1) > MASS:
            cells = 0
        else:
            window[3], window[4], window[5] = cells, begin, end
            window[0], window[1] = begin + (i - 1) * size, begin + (j + 2) * size
            window[2] = max(FEWEST, cells // 2) if rough < ROUGH / 64 else cells
            return True
    return False


@compiled
def inverted(u, window, coefficients, cumulated):
    """The place y below which is the share u of a table."""
    cells = int(window[3])
    size = (window[5] - window[4]) / cells
    goal = u * cumulated[cells]
    a, b = 0, cells
    while b - a > 1:
        middle = (a + b) // 2
        if cumulated[middle] <= goal:
            a = middle
        else:
            b = middle
    rest, area = goal - cumulated[a], cumulated[a + 1] - cumulated[a]
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
    return window[4] + size * (a + s)


@compiled
def draw(rng, out, start, kind, low, high, theta, place, window, coefficients, cumulated):
    """Fill the rest of an array with draws from a tabulated law: `place` of them, with the parameters."""
    for k in range(start, len(out)):
        x, _ = chart(kind, low, high, inverted(rng.random(), window, coefficients, cumulated))
        if x <= low:
            x = np.nextafter(low, math.inf)
        elif x >= high:
            x = np.nextafter(high, -math.inf)
        out[k] = place(x, theta)


@compiled
def sum_up(low, high, theta, log_density, cumulated):
    """Add up the probabilities of low, low + 1, ...: how many of them hold all; 0 where they do not."""
    total = 0.0
    for k in range(len(cumulated) - 1):
        x = low + k
        if x > high:
            return k if abs(total - 1) <= MASS else 0
        p = math.exp(log_density(x, theta))
        if not p <= 1 + MASS:
            return 0
        total += p
        cumulated[k] = total
        if total > 1 - LEAST_WHOLE or (p < LEAST_WHOLE**2 and total > 1 - MASS):  # rounding may hide the rest
            return k + 1 if total <= 1 + MASS else 0
    return 0


@compiled
def draw_whole(rng, out, start, low, count, cumulated):
    """Fill the rest of an array with draws from probabilities that are added up."""
    for k in range(start, len(out)):
        goal = rng.random() * cumulated[count - 1]
        a, b = 0, count - 1
        while a < b:
            middle = (a + b) // 2
            if cumulated[middle] > goal:
                b = middle
            else:
                a = middle + 1
        out[k] = low + a
