"""Draws from a law on an interval, by a table of its distribution function; see `inversion.py`."""

import math

import numpy as np

from simulate.engine.inversion import (
    COEFFICIENTS,
    ENDS,
    FEWEST_CELLS,
    LOWEST,
    MASS,
    MOST_CELLS,
    NODES,
    ROUGH,
    STEPS,
    TRIES,
    chart,
    inverted,
)
from simulate.engine.special import compiled
from simulate.engine.templates.model import HIGH, KIND, LOW, SHAPED, log_density, place


@compiled
def height(y, theta):
    """The logarithm of the density of y; -inf for what is no number."""
    x, slope = chart(KIND, LOW, HIGH, y)
    if x == LOW or x == HIGH:
        return -math.inf
    out = log_density(x, theta) + slope
    return out if out < math.inf else -math.inf


@compiled
def search(theta, step):
    """(from, to): the window of the line outside of which the density is nothing, as far as steps of this length show."""
    first, last = ENDS[KIND, 0], ENDS[KIND, 1]
    count = int((last - first) / step) + 1
    top, at = -math.inf, first
    for i in range(count):
        v = height(first + i * step, theta)
        if v > top:
            top, at = v, first + i * step
    a, b = max(first, at - step), min(last, at + step)
    for _ in range(60):  # the peak there, by thirds
        p, q = a + (b - a) / 3, b - (b - a) / 3
        if height(p, theta) < height(q, theta):
            a = p
        else:
            b = q
    peak = height((a + b) / 2, theta)
    if peak > top:
        top, at = peak, (a + b) / 2
    if not top > -math.inf:
        return 0.0, 0.0
    begin, end = at, at
    for i in range(count):
        y = first + i * step
        if height(y, theta) > top - LOWEST:
            begin, end = min(begin, y), max(end, y)
    for side in range(2):
        alive = begin if side == 0 else end
        dead = max(first, alive - step) if side == 0 else min(last, alive + step)
        for _ in range(30):
            y = (alive + dead) / 2
            if height(y, theta) > top - LOWEST:
                alive = y
            else:
                dead = y
        if side == 0:
            begin = dead
        else:
            end = dead
    return begin, end


@compiled
def tabulate(begin, end, cells, theta, coefficients, cumulated):
    """Interpolate the density in the cells of a window: (mass, what the highest degree adds, from, to), the last two the first
    and the last cell with anything in it."""
    size = (end - begin) / cells
    v = np.empty(5)
    mass, rough, peak, first, last = 0.0, 0.0, 0.0, cells, -1
    left = math.exp(height(begin, theta))
    cumulated[0] = 0.0
    for c in range(cells):
        v[0] = left
        for j in range(1, 5):
            v[j] = math.exp(height(begin + size * (c + NODES[j]), theta))
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
def build(theta, window, coefficients, cumulated):
    """Tabulate a law, beginning with the window (from, to, cells) of another one like it; False where it cannot be.

    Afterwards window holds (from, to, cells of the next table, cells of this one, from and to of this one).
    """
    begin, end, cells, level = window[0], window[1], int(window[2]), 0
    first, last = ENDS[KIND, 0], ENDS[KIND, 1]
    for _ in range(TRIES):
        if cells == 0:
            if level == len(STEPS):
                return False
            begin, end = search(theta, STEPS[level])
            cells = 2 * FEWEST_CELLS
            level += 1
        if not begin < end:
            cells = 0
            continue
        mass, rough, i, j = tabulate(
            begin, end, cells, theta, coefficients, cumulated
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
            cells = 2 * cells if 2 * cells <= MOST_CELLS else 0
        elif abs(mass - 1) > MASS:
            cells = 0
        else:
            window[3], window[4], window[5] = cells, begin, end
            window[0], window[1] = begin + (i - 1) * size, begin + (j + 2) * size
            window[2] = max(FEWEST_CELLS, cells // 2) if rough < ROUGH / 64 else cells
            return True
    return False


@compiled
def fill(rng, points, start, theta, memory):
    """Fill the rest of an array with draws from the law with these parameters; False where it cannot be tabulated."""
    window, coefficients, cumulated = memory
    if (SHAPED or window[3] == 0.0) and not build(theta, window, coefficients, cumulated):
        return False
    for k in range(start, len(points)):
        x, _ = chart(KIND, LOW, HIGH, inverted(rng.random(), window, coefficients, cumulated))
        if x <= LOW:
            x = np.nextafter(LOW, math.inf)
        elif x >= HIGH:
            x = np.nextafter(HIGH, -math.inf)
        points[k] = place(x, theta)
    return True
