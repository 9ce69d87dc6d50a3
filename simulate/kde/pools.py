"""Kernel density loops, run: a draw is one of the points of the model before, chosen at random, and Gaussian noise.

Nothing is averaged out: points are drawn and moved. The fitted density is never tabulated. Integrals of its square are sums over
pairs of points, in closed form; its distance from a Gaussian in total variation is

    E max(0, 1 - p(Y)/q(Y)),  Y ~ q,

and so is the mean over drawn Y without any error but that of drawing: Y is drawn once from each of STRATA equally likely parts
of the line. Random numbers of readings come from streams of their own, so that what is read off a path does not move it.

Of other kernels than Gaussian ones the integrated squared error is read off draws, too: the integral of (p - f)^2 is

    E 2 (p - f)^2/(p + f) (Y),  Y from p or from f, each with probability 1/2,

and their total variation

    E |p - f|/(p + f) (Y),

in which nothing stands but the densities of kernel and truth. A mean of cos(w X), or of cos(w (X - Y)), is over draws from the
model, too: all points of a pool are moved by noise, once and again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np
from numba import njit
from scipy.special import ndtri
from sympy import Abs, Add, Integer, Symbol, cos, expand, lambdify, sqrt

from theory.kde import AnyKernelLoop, KernelLoop
from theory.language.errors import CannotTell
from theory.language.laws import Epanechnikov, Laplace, Law, Mixture, Normal, Uniform
from theory.language.loops import CLOCK, Loop, Observable
from theory.language.moments import E, Moment
from theory.language.order import in_order

from ..engine.blocks import Simulation
from ..engine.draws import drawn
from ..engine.recorded import key, recorded
from ..engine.registry import Simulator, asked_of, register
from ..engine.samplers import Combination, Estimand
from ..engine.streams import apart

NORMAL, PICK, BELL = 7.0, 4.0, 5.0  # nanoseconds for a normal draw, for a choice, for an exponential
MOST_POINTS = 5_000  # of a pool
DRAWS = 2  # from estimate and truth, for an integrated squared error
STRATA = 16  # in which a point is drawn for a distance in total variation
POINTS = 2**17  # of a block of replicates, which are kept
READ = 11  # names the streams of readings among those of a block
NAMES = ("mean", "variance")


SHAPES = (Normal, Laplace, Uniform, Epanechnikov)  # as `mean_shape` numbers them
Draws = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]
Density = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Kernel:
    """The kernels of a loop, and its truth.

    variance: of a kernel.  noise, real: draws from kernel and truth, given a generator and a shape.  center, spread: mean and
    variance of the truth.  All in each of d coordinates.
    shape: of kernels that are a law of a coordinate, its place in SHAPES; -1 of `KernelLoop`'s.  width: its last parameter.
    truth: the density of the truth at points, arrays whose last axis has the coordinates; None of `KernelLoop`'s, N(0, I).
    """

    variance: float
    noise: Draws
    real: Draws
    center: float = 0.0
    spread: float = 1.0
    d: int = 1
    shape: int = -1
    width: float = 1.0
    truth: Density | None = None

    def at_first(self, size: int) -> tuple[np.ndarray, Kernel]:
        """The truth as an estimate from one point: its mean, and what is around it."""
        around = replace(self, variance=self.spread, noise=lambda rng, shape: self.real(rng, shape) - self.center)
        return np.full((size, 1, self.d), self.center), around


def _normal(h: float) -> Draws:
    return lambda rng, shape: h * rng.standard_normal(shape)


def draws(law: Law) -> Draws:
    """Draws for every coordinate, the last axis; those of a point are from one part of a mixture."""

    def of(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        if shape[-1] == 1 or not isinstance(law, Mixture):
            return drawn(law, rng, math.prod(shape)).reshape(shape)
        first = rng.random((*shape[:-1], 1)) < float(law.parts[0][0])
        one, other = (draws(part)(rng, shape) for _, part in law.parts)
        return np.where(first, one, other)

    return of


def density_of_points(law: Law) -> Density:
    """The density of independent coordinates, given the part of a mixture: of points, arrays with the coordinates last."""
    parts = [(float(w), _density(part)) for w, part in law.components]
    return lambda y: np.sum([w * f(y).prod(axis=-1) for w, f in parts], axis=0)


@lru_cache(maxsize=256)
def _density(law: Law) -> Density:
    """The density of a law on the line, which is 0 outside of its support."""
    if isinstance(law, Mixture):
        parts = [(float(w), _density(part)) for w, part in law.parts]
        return lambda y: np.sum([w * f(y) for w, f in parts], axis=0)
    x = Symbol("x", real=True)
    inside, (low, high) = lambdify(x, law.density(x), "numpy"), map(float, law.support)
    return lambda y: np.where((low < y) & (y < high), inside(y), 0.0)


def width_of(kernel: Law) -> float:
    """The last parameter of one of SHAPES around 0, as `mean_shape` takes it."""
    return float(sqrt(kernel.variance) if isinstance(kernel, Normal) else kernel.args[1])


def kernel_at(loop: KernelLoop | AnyKernelLoop, fit: int) -> Kernel:
    """The kernels of a fit."""
    if isinstance(loop, KernelLoop):
        h = float(loop.bandwidth(fit))
        return Kernel(h * h, _normal(h), _normal(1.0), d=int(loop.d))
    kernel, truth = loop.kernel, loop.truth
    mean, square = (truth.moment(Integer(power))[0] for power in (1, 2))
    return Kernel(
        float(kernel.moment(Integer(2))[0]),
        draws(kernel),
        draws(truth),
        float(mean),
        float(square - mean**2),
        d=int(loop.d),
        shape=SHAPES.index(type(kernel)),
        width=width_of(kernel),
        truth=density_of_points(truth),
    )


@njit(nogil=True, cache=True)
def moved(rng, n, points, after):
    """The first n of the next pools, which hold the noise of their kernels, are moved to points of the last ones, at random."""
    for i in range(after.shape[0]):
        for j in range(n):
            chosen = int(rng.random() * points.shape[1])
            for c in range(after.shape[2]):
                after[i, j, c] += points[i, chosen, c]


@njit(nogil=True, cache=True)
def mean_density(points, center, variance, out):
    """The mean over the points of the density of N(center (1, ..., 1), variance I)."""
    _, size, d = points.shape
    for i in range(points.shape[0]):
        total = 0.0
        for j in range(size):
            far = 0.0
            for c in range(d):
                far += (points[i, j, c] - center) ** 2
            total += math.exp(-far / (2 * variance))
        out[i] = total / (size * (2 * math.pi * variance) ** (d / 2))


@njit(nogil=True, cache=True)
def mean_pair_density(points, variance, out):
    """The mean over all pairs of points, equal ones among them, of the density of N(0, variance I) at their difference."""
    _, size, d = points.shape
    for i in range(points.shape[0]):
        total = 0.0
        for j in range(size):
            for k in range(j):
                far = 0.0
                for c in range(d):
                    far += (points[i, j, c] - points[i, k, c]) ** 2
                total += math.exp(-far / (2 * variance))
        out[i] = (size + 2 * total) / (size * size * (2 * math.pi * variance) ** (d / 2))


@njit(nogil=True, cache=True)
def shape_at(shape, far):
    """The density of one of SHAPES, its width 1, so far from its centre."""
    if shape == 0:
        return math.exp(-far * far / 2) / math.sqrt(2 * math.pi)
    if shape == 1:
        return math.exp(-far) / 2
    if far >= 1:
        return 0.0
    return 0.5 if shape == 2 else 0.75 * (1 - far * far)


@njit(nogil=True, cache=True)
def mean_shape(points, y, shape, widths, weights, out):
    """The mean over the points of the density at y of a product kernel around them.  y: one a pool.

    The kernel of a coordinate is one of SHAPES, or several of these widths, times these weights.
    """
    _, size, d = points.shape
    for i in range(points.shape[0]):
        total = 0.0
        for j in range(size):
            density = 1.0
            for c in range(d):
                one = 0.0
                for k in range(widths.size):
                    one += weights[k] / widths[k] * shape_at(shape, abs(points[i, j, c] - y[i, c]) / widths[k])
                density *= one
                if density == 0:
                    break
            total += density
        out[i] = total / size


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
                d = points[i, j, 0] - y[i, s]
                p += math.exp(-d * d / (2 * variance))
            total += max(0.0, 1 - p / (unit * q[i, s]))
        out[i] = total / y.shape[1]


def pools(loop: KernelLoop | AnyKernelLoop, rng: np.random.Generator, size: int, t: int) -> Iterator[tuple]:
    """The pool and the kernels of every model from 0 to t, for `size` replicates; None for the truth's pool.

    A pool has the shape (replicates, points, dimension): draws from the last model, then real points.
    """
    made, real = int(loop.drawn), int(loop.real)
    kernels = [kernel_at(loop, fit) for fit in range(1, max(t, 1) + 1)]
    kernel = kernels[0]
    points = first = kernel.real(rng, (size, int(loop.n), kernel.d)) if loop.fitted else None
    yield points, kernel
    for fit in range(t):
        after = np.empty((size, made + real, kernel.d))  # what is new
        if points is None:
            after[:, :made] = kernel.real(rng, (size, made, kernel.d))
        else:
            after[:, :made] = kernel.noise(rng, (size, made, kernel.d))
            moved(rng, made, points, after)
        if real:
            after[:, made:] = first if loop.fixed else kernel.real(rng, (size, real, kernel.d))
        points = after if points is None or not loop.kept else np.concatenate((points, after), axis=1)
        kernel = kernels[fit]
        yield points, kernel


def _read(o: tuple, points, kernel: Kernel, rng: np.random.Generator, size: int) -> np.ndarray:
    """An observable of models, given as (name, numbers of its index): of the estimate, or of the truth."""
    name, *index = o
    if is_truth := points is None:
        points, kernel = kernel.at_first(size)
    match name:
        case "mean":
            return points[:, :, 0].mean(axis=1)
        case "variance":
            return points[:, :, 0].var(axis=1) + kernel.variance
        case "draw":
            return _drawn(points, kernel, rng, 1)[:, 0]
    if name in ("wave", "power"):
        first, second = (_moved_wave(points, kernel, index[0], rng) for _ in range(2))
        return (first + second).real / 2 if name == "wave" else (first * second.conj()).real
    if kernel.truth is not None:
        return np.zeros(size) if is_truth else _off(name, points, kernel, kernel.truth, rng)
    return _of_bells(name, index, points, kernel.variance, rng)


def _drawn(points: np.ndarray, kernel: Kernel, rng: np.random.Generator, d: int) -> np.ndarray:
    """The first d coordinates of a draw from every estimate."""
    size = points.shape[0]
    chosen = rng.integers(0, points.shape[1], size)
    return points[np.arange(size), chosen, :d] + kernel.noise(rng, (size, d))


def _moved_wave(points: np.ndarray, kernel: Kernel, w: float, rng: np.random.Generator) -> np.ndarray:
    """The mean of e^(iwX) over the points of every pool, each moved by noise of its own."""
    at = points[:, :, 0]
    return np.exp(1j * w * (at + kernel.noise(rng, at.shape))).mean(axis=1)


def _off(name: str, points: np.ndarray, kernel: Kernel, truth: Density, rng: np.random.Generator) -> np.ndarray:
    """ISE or TV on average over DRAWS draws from each estimate, and as many from the truth."""
    total, p = np.zeros(points.shape[0]), np.empty(points.shape[0])
    widths, weights = np.array([kernel.width]), np.ones(1)
    for _ in range(DRAWS):
        for y in (_drawn(points, kernel, rng, kernel.d), kernel.real(rng, (total.size, kernel.d))):
            mean_shape(points, y, kernel.shape, widths, weights, p)
            f = truth(y)
            total += ((p - f) ** 2 if name == "ISE" else np.abs(p - f) / 2) / (p + f)
    return total / DRAWS


def _of_bells(name: str, index: list, points: np.ndarray, own: float, rng: np.random.Generator) -> np.ndarray:
    """Of estimates with Gaussian kernels of variance `own`."""
    size, _, d = points.shape
    out = np.empty(size)
    match name:
        case "density":
            mean_density(points, index[0], own, out)
            return out
        case "ISE":
            across, (center, variance) = np.empty(size), index
            mean_pair_density(points, 2 * own, out)
            mean_density(points, center, variance + own, across)
            return out - 2 * across + (4 * math.pi * variance) ** (-d / 2)
    center, variance = index
    z = ndtri((np.arange(STRATA) + rng.random((size, STRATA))) / STRATA)
    q = np.exp(-z * z / 2) / math.sqrt(2 * math.pi * variance)
    short_of(points, own, center + math.sqrt(variance) * z, q, out)
    return out


def _points(loop: KernelLoop | AnyKernelLoop, t: int) -> int:
    """The number of points in the pool of model t, t > 0."""
    return int(loop.n) * (t + 1) if loop.kept else int(loop.drawn + loop.real)


def _cost(loop: KernelLoop | AnyKernelLoop, name: str, size: int) -> float:
    """Nanoseconds for reading an observable off a pool of that size."""
    pairs = {"ISE": size * (size + 1) / 2, "TV": STRATA * (size + 10.0), "density": size}
    pairs |= dict.fromkeys(("wave", "power"), 12.0 * size)
    if isinstance(loop, AnyKernelLoop):
        pairs["ISE"] = pairs["TV"] = 2 * DRAWS * (size + 5.0) * int(loop.d)
    return BELL * pairs.get(name, size / 2) + 10.0


def _paths(loop, readings: Sequence[tuple], rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    """{(name, t): array of shape (size,)} for the readings, given as (record's name, (name, index...))."""
    out, wanted = {}, set(times)
    for t, (points, kernel) in enumerate(pools(loop, rng, size, max(times))):
        if t in wanted:
            for i, (record, o) in enumerate(readings):
                out[record, t] = _read(o, points, kernel, apart(rng, READ, t, i), size)
    return out


@lru_cache(maxsize=512)
def _simulation(loop: KernelLoop | AnyKernelLoop, readings: tuple, size: int) -> Simulation:
    if loop.free_symbols - {CLOCK}:
        raise CannotTell(f"parameters of {loop} are not numbers")
    if isinstance(loop, KernelLoop):
        if loop.sigma0 != 1 or loop.mu0 != 0:
            raise CannotTell("the standard loop is run")
        if loop.d > 1 and any(o[0] in ("density", "TV") for _, o in readings):
            raise CannotTell("densities are read off estimates on the line")
    points = size * int(loop.definition.d)
    if points > MOST_POINTS:
        raise CannotTell(f"pools of {points} points are too large to be drawn")
    generation = NORMAL * points + PICK * float(loop.drawn) + 10.0
    reading = sum(_cost(loop, o[0], size) for _, o in readings)
    name = f"kernels of {loop}: {' '.join(record for record, _ in readings)}"
    draw = partial(_paths, loop, readings)
    block = 2 ** max(5, min(13, int(math.log2(POINTS / points))))
    return Simulation(name, "raw", generation + reading, draw, True, block=block, start=reading)


def estimand_of(loop: Loop, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """How a standard moment of a kernel loop is estimated: from its recorded pools."""
    wanted = of_waves(wanted)
    moments = [wanted] if isinstance(wanted, Moment) else [m for _, m in wanted.terms]
    seen = {o for m in moments for o in m.atoms(Observable)}
    if not isinstance(loop, KernelLoop | AnyKernelLoop) or any(x.free_symbols for o in seen for x in o.index):
        raise CannotTell(f"no kernel for {loop}")
    if wrong := [o for o in seen if _is_bydraws(loop, o.name) and any(m.has(o) and m != E(o) for m in moments)]:
        raise CannotTell(f"{wrong[0]} is read off draws, without bias: its mean is known, and nothing else")
    # under a maximum over the path the generation is a bound variable: a reading is one at all generations
    last = max((int(o.t) for o in seen if o.t.is_Integer), default=1)
    size = _points(loop, last) if not loop.free_symbols - {CLOCK} else 0
    readings = {(key(o.func(loop, o.name, 0, *o.index))[0], (o.name, *map(float, o.index))) for o in seen}
    return recorded(wanted, _simulation(loop, tuple(sorted(readings)), size), shift)


def of_waves(wanted: Moment | Combination) -> Moment | Combination:
    """Means of cos(w X), cos(w (X - Y)) by observables of their own, "wave" and "power": these are read off whole pools."""
    if isinstance(wanted, Combination):
        return Combination(tuple((c, of_waves(m)) for c, m in wanted.terms))
    wave = _wave(wanted.variable) if isinstance(wanted, E) else None
    return wanted if wave is None else E(wave)


def _wave(x) -> Observable | None:
    """What stands for the cosine of w X, or of w (X - Y), X and Y being draws from one model; None for anything else."""
    draws = in_order(x.atoms(Observable)) if isinstance(x, cos) else []
    if not 1 <= len(draws) <= 2 or any(o.name != "draw" for o in draws) or len({(o.loop, o.t) for o in draws}) > 1:
        return None
    slopes = [x.args[0].coeff(o) for o in draws]
    linear = expand(x.args[0] - Add(*(w * o for w, o in zip(slopes, draws, strict=True)))) == 0
    if not linear or not all(w.is_number for w in slopes) or (len(draws) == 2 and Add(*slopes) != 0):
        return None
    return Observable(draws[0].loop, "wave" if len(draws) == 1 else "power", draws[0].t, Abs(slopes[0]))


def _is_bydraws(loop: Loop, name: str) -> bool:
    """Whether what is read is right on average only."""
    return name in ("TV", "power", "wave") or (name == "ISE" and isinstance(loop, AnyKernelLoop))


def paths(
    loop: KernelLoop | AnyKernelLoop, observables: Sequence[str], rng: np.random.Generator, size: int, t: int
) -> dict:
    """{name: array of shape (size, t + 1)}: mean and variance of the fitted densities."""
    asked_of(loop, observables, NAMES)
    standard = loop.symmetry.standard if loop.symmetry else loop
    records = _paths(standard, [(name, (name,)) for name in observables], rng, size, range(t + 1))
    found = {name: np.column_stack([records[name, s] for s in range(t + 1)]) for name in observables}
    if standard == loop:
        return found
    scale, shift = float(loop.sigma0), float(loop.mu0)
    return {name: scale**2 * x if name == "variance" else shift + scale * x for name, x in found.items()}


register(Simulator(estimand_of, paths, clock=True), KernelLoop, AnyKernelLoop)
