"""Estimates with kernels that are no laws, from drawn points. They are tabulated nowhere.

With p the estimate, q that with the weights of its kernel without their signs, over their sum, f the truth and g = (f + q)/2,

    E (p - f)^2/g (Y),  E |p - f|/(2 g) (Y),  Y from g,

are the integrated squared error and half the L1 distance. An estimate of boxes is constant between their ends: the integral of
its positive part and its distance from a uniform law are sums over the intervals between these, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial

import numpy as np
from numba import njit

from theory.kde import HigherOrderLoop
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import Uniform
from theory.language.loops import Loop, Observable
from theory.language.moments import E, Moment

from ..engine.blocks import Simulation
from ..engine.recorded import recorded
from ..engine.registry import Simulator, asked_of, register
from ..engine.samplers import Combination, Estimand
from ..engine.streams import apart
from .pools import (
    BELL,
    DRAWS,
    MOST_POINTS,
    NAMES,
    NORMAL,
    READ,
    SHAPES,
    density_of_points,
    draws,
    mean_shape,
    width_of,
)

BLOCK = 256  # replicates of a block
SORT = 400.0  # nanoseconds for a point among the ends of boxes
READ_OFF = (*NAMES, "ISE", "TV", "projected")


@njit(nogil=True, cache=True)
def projected(points, widths, weights, low, high, out):
    """Half the L1 distance of the renormalised positive part of an estimate of boxes from the uniform law on (low, high).

    points: shape (replicates, n).  widths, weights: half the width of each box, and what it is multiplied by.
    """
    size, n = points.shape
    parts = widths.shape[0]
    places, jumps = np.empty(2 * parts * n + 2), np.zeros(2 * parts * n + 2)
    for i in range(size):
        for j in range(n):
            for k in range(parts):
                at = 2 * (j * parts + k)
                places[at], places[at + 1] = points[i, j] - widths[k], points[i, j] + widths[k]
                jumps[at] = weights[k] / (2 * widths[k] * n)
                jumps[at + 1] = -jumps[at]
        places[-2], places[-1] = low, high
        order = np.argsort(places)
        total, p = 0.0, 0.0
        for s in range(order.size - 1):
            p += jumps[order[s]]
            total += max(p, 0.0) * (places[order[s + 1]] - places[order[s]])
        off, p = 0.0, 0.0
        for s in range(order.size - 1):
            left, right = places[order[s]], places[order[s + 1]]
            p += jumps[order[s]]
            f = 1 / (high - low) if low <= left and right <= high else 0.0
            off += abs(max(p, 0.0) / total - f) * (right - left)
        out[i] = off / 2


def _off(loop: HigherOrderLoop, name: str, points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """ISE or TV on average over DRAWS draws from the estimates, without their signs, and as many from the truth."""
    size, n, d = points.shape
    shape, widths, weights = _kernel(loop)
    shares = np.abs(weights) / np.abs(weights).sum()
    truth, real, noise = density_of_points(loop.truth), draws(loop.truth), draws(loop.kernel.components[0][1])
    total, p, q = np.zeros(size), np.empty(size), np.empty(size)
    for _ in range(DRAWS):
        chosen = points[np.arange(size), rng.integers(0, n, size)]
        wider = widths[np.searchsorted(np.cumsum(shares)[:-1], rng.random((size, d)))] / widths[0]
        for y in (chosen + wider * noise(rng, (size, d)), real(rng, (size, d))):
            mean_shape(points, y, shape, widths, weights, p)
            mean_shape(points, y, shape, widths, shares, q)
            f = truth(y)
            total += ((p - f) ** 2 if name == "ISE" else np.abs(p - f) / 2) / (q + f)
    return total / DRAWS


def _kernel(loop: HigherOrderLoop) -> tuple[int, np.ndarray, np.ndarray]:
    """The shape of the laws of a kernel, their widths, and what they are multiplied by."""
    weights, laws = zip(*loop.kernel.components, strict=True)
    return SHAPES.index(type(laws[0])), np.array([width_of(law) for law in laws]), np.array(weights, dtype=float)


def _read(loop: HigherOrderLoop, name: str, points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An observable of the estimates from these points."""
    match name:
        case "mean":
            return points[:, :, 0].mean(axis=1)
        case "variance":
            return points[:, :, 0].var(axis=1)  # the second moment of a kernel is 0
        case "projected":
            _, widths, weights = _kernel(loop)
            low, high = map(float, loop.truth.support)
            out = np.empty(points.shape[0])
            projected(points[:, :, 0], widths, weights, low, high, out)
            return out
    return _off(loop, name, points, rng)


def _paths(
    loop: HigherOrderLoop, names: Sequence[str], rng: np.random.Generator, size: int, times: Sequence[int]
) -> dict:
    points = draws(loop.truth)(rng, (size, int(loop.n), int(loop.d)))
    return {(name, 0): _read(loop, name, points, apart(rng, READ, 0, i)) for i, name in enumerate(names)}


@lru_cache(maxsize=512)
def _simulation(loop: HigherOrderLoop, names: tuple[str, ...]) -> Simulation:
    if loop.free_symbols:
        raise CannotTell(f"parameters of {loop} are not numbers")
    if "projected" in names and not (str(loop.shape) == "box" and isinstance(loop.truth, Uniform) and loop.d == 1):
        raise CannotTell("the positive part is integrated where it is of boxes on the line, and the truth is uniform")
    points = int(loop.n) * int(loop.d)
    if points > MOST_POINTS:
        raise CannotTell(f"{points} points are too many to be drawn")
    reading = sum(_cost(name, points) for name in names)
    cost = NORMAL * points + reading
    draw = partial(_paths, loop, names)
    return Simulation(f"estimates of {loop}: {' '.join(names)}", "raw", 1.0, draw, True, block=BLOCK, start=cost)


def _cost(name: str, points: int) -> float:
    """Nanoseconds for reading an observable off that many coordinates of points."""
    if name in ("ISE", "TV"):
        return 8 * DRAWS * BELL * (points + 5.0)
    return SORT * points if name == "projected" else points


def estimand_of(loop: Loop, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """How a standard moment of such an estimate is estimated: from drawn points."""
    moments = [wanted] if isinstance(wanted, Moment) else [m for _, m in wanted.terms]
    seen = {o for m in moments for o in m.atoms(Observable)}
    if not isinstance(loop, HigherOrderLoop) or any(o.index or o.t != 0 or o.name not in READ_OFF for o in seen):
        raise CannotTell(f"no kernel for {loop}")
    if wrong := [o for o in seen if o.name in ("ISE", "TV") and any(m.has(o) and m != E(o) for m in moments)]:
        raise CannotTell(f"{wrong[0]} is read off draws, without bias: its mean is known, and nothing else")
    return recorded(wanted, _simulation(loop, tuple(sorted({o.name for o in seen}))), shift)


def paths(loop: HigherOrderLoop, observables: Sequence[str], rng: np.random.Generator, size: int, t: int) -> dict:
    """{name: array of shape (size, 1)}: mean and variance of the estimates, and distances of their positive parts.

    Raises `BadInput` for t > 0: nothing is drawn from them.
    """
    asked_of(loop, observables, (*NAMES, "projected"))
    if t > 0:
        raise BadInput(
            f"{type(loop).__name__}: nothing is drawn from an estimate whose kernel is no law; t = 0 is expected"
        )
    simulation = _simulation(loop, tuple(sorted(observables)))
    return {name: x[:, None] for (name, _), x in simulation.draw(rng, size, [0]).items()}


register(Simulator(estimand_of, paths), HigherOrderLoop)
