"""Draws from a law on an interval, by a table of its distribution function; see `inversion.py`."""

import math

import numpy as np

from simulate.engine.inversion import (
    COEFFICIENTS,
    ENDS,
    FEWEST_CELLS,
    FINE,
    GUIDE,
    LOWEST,
    MARGIN,
    MASS,
    MOST_CELLS,
    NODES,
    ROUGH,
    SPARSE,
    STEPS,
    TRIES,
    aim,
    by_cubics,
    chart,
    invert,
    inverted,
    located,
)
from simulate.engine.special import part
from simulate.engine.templates.model import (
    FEATURES,
    HIGH,
    KIND,
    KNOWN,
    LOW,
    SHAPED,
    log_density,
    log_density_down,
    look,
    look_down,
    place,
    prepare,
)


@part
def new_memory():
    """What is kept from one table to the next: (window, nodes, seen, slopes, coefficients, sums, guide, fine).

    window: (from, to, cells) of the next table, all 0 before the first one.  nodes: (from, to, cells) of the last one; what
    `look` saw at its nodes, and the slopes of the chart there, which stay as long as the window does.  guide, fine: of `aim` and
    of `invert`; the latter for a law that stays.
    """
    seen, slopes = np.empty((FEATURES + 1, 4 * MOST_CELLS + 2)), np.empty(4 * MOST_CELLS + 2)
    fine = np.empty(FINE + 1), np.empty(FINE, dtype=np.int64), np.empty((FINE, 4))
    sums, guide = np.empty(MOST_CELLS + 1), np.empty(GUIDE, dtype=np.int64)
    return np.zeros(3), np.zeros(3), seen, slopes, np.empty((MOST_CELLS, 5)), sums, guide, fine


@part
def put(y, k, seen, slopes):
    """See what a density asks of a place y of the line, as number k, and the slope of the chart there."""
    upper, gap, slopes[k] = chart(KIND, LOW, HIGH, y)
    seen[0, k] = upper
    if upper:
        look_down(gap, seen[1:], k)
    else:
        look(gap, seen[1:], k)


@part
def height(k, seen, slopes, known):
    """The logarithm of the density of y at place number k; -inf for what is no number."""
    told = log_density_down(seen[1:], k, known) if seen[0, k] == 1.0 else log_density(seen[1:], k, known)
    return told + slopes[k] if told + slopes[k] < math.inf else -math.inf


@part
def height_at(y, seen, slopes, known):
    """The same at a place y."""
    k = len(slopes) - 1
    put(y, k, seen, slopes)
    return height(k, seen, slopes, known)


@part
def search(seen, slopes, known, step):
    """(from, to): the window of the line outside of which the density is nothing, as far as steps of this length show."""
    first, last = ENDS[KIND, 0], ENDS[KIND, 1]
    count = int((last - first) / step) + 1
    top, at = -math.inf, first
    for i in range(count):
        v = height_at(first + i * step, seen, slopes, known)
        if v > top:
            top, at = v, first + i * step
    a, b = max(first, at - step), min(last, at + step)
    for _ in range(60):  # the peak there, by thirds
        p, q = a + (b - a) / 3, b - (b - a) / 3
        if height_at(p, seen, slopes, known) < height_at(q, seen, slopes, known):
            a = p
        else:
            b = q
    peak = height_at((a + b) / 2, seen, slopes, known)
    if peak > top:
        top, at = peak, (a + b) / 2
    if not top > -math.inf:
        return 0.0, 0.0
    begin, end = at, at
    for i in range(count):
        y = first + i * step
        if height_at(y, seen, slopes, known) > top - LOWEST:
            begin, end = min(begin, y), max(end, y)
    for side in range(2):
        alive = begin if side == 0 else end
        dead = max(first, alive - step) if side == 0 else min(last, alive + step)
        for _ in range(30):
            y = (alive + dead) / 2
            if height_at(y, seen, slopes, known) > top - LOWEST:
                alive = y
            else:
                dead = y
        if side == 0:
            begin = dead
        else:
            end = dead
    return begin, end


@part
def tabulate(begin, end, cells, known, nodes, seen, slopes, coefficients, sums):
    """Interpolate the density in the cells of a window: (mass, what the highest degree adds, the first and the last cell with
    anything in it)."""
    size = (end - begin) / cells
    if nodes[0] != begin or nodes[1] != end or nodes[2] != cells:
        for c in range(cells):
            for j in range(4):
                put(begin + size * (c + NODES[j]), 4 * c + j, seen, slopes)
        put(end, 4 * cells, seen, slopes)
        nodes[0], nodes[1], nodes[2] = begin, end, cells
    v = np.empty(5)
    mass, rough, peak, first, last = 0.0, 0.0, 0.0, cells, -1
    v[4] = math.exp(height(0, seen, slopes, known))
    sums[0] = 0.0
    for c in range(cells):
        v[0] = v[4]
        for j in range(1, 5):
            v[j] = math.exp(height(4 * c + j, seen, slopes, known))
            peak = max(peak, v[j])
        area = 0.0
        for k in range(5):
            a = 0.0
            for j in range(5):
                a += COEFFICIENTS[k, j] * v[j]
            coefficients[c, k] = a * size / (k + 1)
            area += coefficients[c, k]
        mass += area
        rough += abs(coefficients[c, 4]) * 5 / 70  # the leading coefficient of Legendre's polynomial is 70
        sums[c + 1] = mass
    least = math.exp(-LOWEST) * peak * size
    for c in range(cells):
        if sums[c + 1] - sums[c] > least:
            first = min(first, c)
            last = c
    return mass, rough, first, last


@part
def build(theta, memory):
    """Tabulate the law with these parameters, beginning with the window of the law before; False where it cannot be."""
    window, nodes, seen, slopes, coefficients, sums, guide, fine = memory
    known = np.empty(KNOWN)
    prepare(theta, known)
    begin, end, cells, level = window[0], window[1], int(window[2]), 0
    lowest, highest = ENDS[KIND, 0], ENDS[KIND, 1]
    for _ in range(TRIES):
        if cells == 0 or not begin < end:
            if level == len(STEPS):
                return False
            begin, end = search(seen, slopes, known, STEPS[level])
            begin, end, cells = begin - MARGIN * (end - begin), end + MARGIN * (end - begin), 2 * FEWEST_CELLS
            begin, end = max(begin, lowest), min(end, highest)
            level += 1
            if not begin < end:
                continue
        mass, rough, i, j = tabulate(begin, end, cells, known, nodes, seen, slopes, coefficients, sums)
        size = (end - begin) / cells
        if j < 0 or not math.isfinite(mass):
            cells = 0
        elif (i == 0 and begin > lowest) or (j == cells - 1 and end < highest):  # it goes on outside
            wider = 2 * MARGIN * (end - begin)
            begin = max(lowest, begin - wider) if i == 0 else begin
            end = min(highest, end + wider) if j == cells - 1 else end
        elif j - i + 1 < SPARSE * cells:
            begin, end = begin + (i - 1) * size, begin + (j + 2) * size
        elif rough > ROUGH:
            cells = 2 * cells if 2 * cells <= MOST_CELLS else 0
        elif abs(mass - 1) > MASS:
            cells = 0
        else:
            aim(sums, cells, guide)
            if not SHAPED:
                shares, starts, cubics = fine
                invert(KIND, LOW, HIGH, nodes, coefficients, sums, guide, shares, cubics)
                aim(shares, FINE, starts)
            window[0], window[1], window[2] = begin, end, cells
            if rough < ROUGH / 256 and cells > FEWEST_CELLS:
                window[2] = cells // 2
            return True
    return False


@part
def fill(rng, points, start, theta, memory):
    """Fill the rest of an array with draws from the law with these parameters; False where it cannot be tabulated."""
    window, nodes, _, _, coefficients, sums, guide, fine = memory
    if (SHAPED or window[2] == 0.0) and not build(theta, memory):
        return False
    shares, starts, cubics = fine
    for k in range(start, len(points)):
        u = rng.random()
        z = math.nan if SHAPED else by_cubics(u, shares, starts, cubics)
        if math.isnan(z):
            z = located(KIND, LOW, HIGH, inverted(u, nodes, coefficients, sums, guide))
        points[k] = place(z, theta)
    return True
