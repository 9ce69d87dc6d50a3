"""Kernel density loops, run: a draw is one of the points of the model before, chosen at random, and Gaussian noise.

Nothing is averaged out: points are drawn and moved. The fitted density is never tabulated. Integrals of its square are sums over
pairs of points, in closed form; its distance from a Gaussian in total variation is

    E max(0, 1 - p(Y)/q(Y)),  Y ~ q,

and so is the mean over drawn Y without any error but that of drawing: Y is drawn once from each of STRATA equally likely parts
of the line. Random numbers of readings come from streams of their own, so that what is read off a path does not move it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache, partial

import numpy as np
from numba import njit
from scipy.special import ndtri

from theory.kde import KernelLoop
from theory.language.errors import CannotTell
from theory.language.loops import CLOCK, Loop, Observable
from theory.language.moments import Moment

from .engine.blocks import Simulation
from .engine.recorded import key, recorded
from .engine.registry import Simulator, asked_of, register
from .engine.samplers import Combination, Estimand
from .engine.streams import apart

NORMAL, PICK, BELL = 7.0, 4.0, 5.0  # nanoseconds for a normal draw, for a choice, for an exponential
MOST_POINTS = 5_000  # of a pool
STRATA = 16  # in which a point is drawn for a distance in total variation
POINTS = 2**17  # of a block of replicates, which are kept
READ = 11  # names the streams of readings among those of a block
NAMES = ("mean", "variance")


@njit(nogil=True, cache=True)
def real_points(rng, points):
    """Pools of standard normal points; points: shape (replicates, size)."""
    for i in range(points.shape[0]):
        for j in range(points.shape[1]):
            points[i, j] = rng.standard_normal()


@njit(nogil=True, cache=True)
def refitted(rng, n, h, points, truth, after):
    """The next pools: n draws from the estimates of bandwidth h around `points` (`truth`: from N(0, 1)), then real points."""
    for i in range(after.shape[0]):
        for j in range(after.shape[1]):
            z = rng.standard_normal()
            if j < n and not truth:
                after[i, j] = points[i, int(rng.random() * points.shape[1])] + h * z
            else:
                after[i, j] = z


@njit(nogil=True, cache=True)
def mean_density(points, center, variance, out):
    """The mean over the points of the density of N(center, variance)."""
    size = points.shape[1]
    for i in range(points.shape[0]):
        total = 0.0
        for j in range(size):
            d = points[i, j] - center
            total += math.exp(-d * d / (2 * variance))
        out[i] = total / (size * math.sqrt(2 * math.pi * variance))


@njit(nogil=True, cache=True)
def mean_pair_density(points, variance, out):
    """The mean over all pairs of points, equal ones among them, of the density of N(0, variance) at their difference."""
    size = points.shape[1]
    for i in range(points.shape[0]):
        total = 0.0
        for j in range(size):
            for k in range(j):
                d = points[i, j] - points[i, k]
                total += math.exp(-d * d / (2 * variance))
        out[i] = (size + 2 * total) / (size * size * math.sqrt(2 * math.pi * variance))


@njit(nogil=True, cache=True)
def short_of(points, variance, y, q, out):
    """The mean over y of max(0, 1 - p(y)/q), p the estimate with kernels of that variance.  y, q: shape (replicates, STRATA)."""
    size = points.shape[1]
    unit = size * math.sqrt(2 * math.pi * variance)
    for i in range(points.shape[0]):
        total = 0.0
        for s in range(y.shape[1]):
            p = 0.0
            for j in range(size):
                d = points[i, j] - y[i, s]
                p += math.exp(-d * d / (2 * variance))
            total += max(0.0, 1 - p / (unit * q[i, s]))
        out[i] = total / y.shape[1]


def pools(loop: KernelLoop, rng: np.random.Generator, size: int, t: int):
    """The pool and the bandwidth of every model from 0 to t, for `size` replicates; None for the truth."""
    drawn, real = int(loop.drawn), int(loop.real)
    bandwidths = [float(loop.bandwidth(fit)) for fit in range(1, max(t, 1) + 1)]
    points, h = np.empty((size, int(loop.n) if loop.fitted else 1)), bandwidths[0]
    if loop.fitted:
        real_points(rng, points)
    yield points if loop.fitted else None, h
    for fit in range(t):
        after = np.empty((size, drawn + real))
        refitted(rng, drawn, h, points, fit == 0 and not loop.fitted, after)
        points, h = after, bandwidths[fit]
        yield points, h


def _read(o: tuple, points, h: float, rng: np.random.Generator, size: int) -> np.ndarray:
    """An observable of models, given as (name, numbers of its index): of the estimate, or of the truth N(0, 1)."""
    name, *index = o
    out = np.empty(size)
    if points is None:
        points, h = np.zeros((size, 1)), 1.0  # the truth is a kernel around 0
    match name:
        case "mean":
            return points.mean(axis=1)
        case "variance":
            return points.var(axis=1) + h * h
        case "draw":
            chosen = rng.integers(0, points.shape[1], size)
            return points[np.arange(size), chosen] + h * rng.standard_normal(size)
        case "density":
            mean_density(points, index[0], h * h, out)
            return out
        case "ISE":
            across, (center, variance) = np.empty(size), index
            mean_pair_density(points, 2 * h * h, out)
            mean_density(points, center, variance + h * h, across)
            return out - 2 * across + 1 / math.sqrt(4 * math.pi * variance)
    center, variance = index
    z = ndtri((np.arange(STRATA) + rng.random((size, STRATA))) / STRATA)
    q = np.exp(-z * z / 2) / math.sqrt(2 * math.pi * variance)
    short_of(points, h * h, center + math.sqrt(variance) * z, q, out)
    return out


def _cost(loop: KernelLoop, name: str) -> float:
    """Nanoseconds for reading an observable off a pool."""
    size = int(loop.drawn + loop.real)
    pairs = {"ISE": size * (size + 1) / 2, "TV": STRATA * (size + 10.0), "density": size}
    return BELL * pairs.get(name, size / 2) + 10.0


def _paths(
    loop: KernelLoop, readings: Sequence[tuple], rng: np.random.Generator, size: int, times: Sequence[int]
) -> dict:
    """{(name, t): array of shape (size,)} for the readings, given as (record's name, (name, index...))."""
    out, wanted = {}, set(times)
    for t, (points, h) in enumerate(pools(loop, rng, size, max(times))):
        if t in wanted:
            for i, (record, o) in enumerate(readings):
                out[record, t] = _read(o, points, h, apart(rng, READ, t, i), size)
    return out


@lru_cache(maxsize=512)
def _simulation(loop: KernelLoop, readings: tuple) -> Simulation:
    if loop.free_symbols - {CLOCK}:
        raise CannotTell(f"parameters of {loop} are not numbers")
    if loop.sigma0 != 1 or loop.mu0 != 0:
        raise CannotTell("the standard loop is run")
    points = int(loop.drawn + loop.real)
    if points > MOST_POINTS:
        raise CannotTell(f"pools of {points} points are too large to be drawn")
    generation = NORMAL * points + PICK * float(loop.drawn) + 10.0
    reading = sum(_cost(loop, o[0]) for _, o in readings)
    name = f"kernels of {loop}: {' '.join(record for record, _ in readings)}"
    draw = partial(_paths, loop, readings)
    block = 2 ** max(5, min(13, int(math.log2(POINTS / points))))
    return Simulation(name, "raw", generation + reading, draw, True, block=block, start=reading)


def estimand_of(loop: Loop, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """How a standard moment of a kernel loop is estimated: from its recorded pools."""
    moments = [wanted] if isinstance(wanted, Moment) else [m for _, m in wanted.terms]
    seen = {o for m in moments for o in m.atoms(Observable)}
    if not isinstance(loop, KernelLoop) or any(x.free_symbols for o in seen for x in o.index):
        raise CannotTell(f"no kernel for {loop}")
    # under a maximum over the path the generation is a bound variable: a reading is one at all generations
    readings = {(key(o.func(loop, o.name, 0, *o.index))[0], (o.name, *map(float, o.index))) for o in seen}
    return recorded(wanted, _simulation(loop, tuple(sorted(readings))), shift)


def paths(loop: KernelLoop, observables: Sequence[str], rng: np.random.Generator, size: int, t: int) -> dict:
    """{name: array of shape (size, t + 1)}: mean and variance of the fitted densities."""
    asked_of(loop, observables, NAMES)
    standard = loop.symmetry.standard
    records = _paths(standard, [(name, (name,)) for name in observables], rng, size, range(t + 1))
    found = {name: np.column_stack([records[name, s] for s in range(t + 1)]) for name in observables}
    scale, shift = float(loop.sigma0), float(loop.mu0)
    return {name: scale**2 * x if name == "variance" else shift + scale * x for name, x in found.items()}


register(Simulator(estimand_of, paths, clock=True), KernelLoop)
