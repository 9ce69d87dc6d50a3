"""A score network in the plane, with nothing of its own drawn but the hidden layer: `line`, with a coordinate more.

The truth has three humps, Gaussians of standard deviation `line.SD` about the corners of a triangle. What the reverse SDE makes
is carried on from level to level on nodes of a square grid. What the probability flow makes is followed from a fine lattice of
starts, each with its share of N(0, I), and shared out between the four nearest nodes. That makes total variation smaller, as any
rounding does, and the less so the finer the grid is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numba import njit
from scipy.special import ndtr
from scipy.stats import norm

from . import line
from .line import START, STEPS, between_paths, levels_from, tv_of_masses
from .mixture import Mixture
from .training import Flow, RandomFeatures

BOX = 4.0  # points beyond are moved to its edge
CELLS = 80  # by coordinate, between nodes that points and laws are shared out between
TRUTH = Mixture(
    np.array([[math.cos(a), math.sin(a)] for a in (math.pi / 2, math.pi * 7 / 6, math.pi * 11 / 6)]), line.SD
)
NODES = np.linspace(-BOX, BOX, CELLS + 1)  # points are shared out between the four nearest ones, by coordinate
NOISED = np.linspace(-BOX, BOX, 41)  # where a noised point may be: the quadrature, by coordinate
FINE = 72  # cells, by coordinate, between nodes on which the reverse SDE goes
REACH = 4.5  # standard deviations of a step, and of the starts of the flow: what is beyond is left out
STARTS = 120  # cells, by coordinate, of the lattice that the flow starts from
FAINT = 1e-10  # so little mass of a node is left where it is not worth a step


def square(x: np.ndarray) -> np.ndarray:
    """All places whose coordinates are among these, array (len(x)^2, 2)."""
    return np.stack(np.meshgrid(x, x, indexing="ij"), axis=-1).reshape(-1, 2)


def true_noise(x: np.ndarray, s: float) -> np.ndarray:
    """The mean noise in noised points x, array (points, 2), of the truth at the level s."""
    kept, noise = math.exp(-s), -math.expm1(-2 * s)
    v = (TRUTH.sd * kept) ** 2 + noise
    off = x[:, None] - kept * TRUTH.centres
    weights = -(off**2).sum(axis=2) / (2 * v)
    weights = np.exp(weights - weights.max(axis=1, keepdims=True))
    return math.sqrt(noise) / v * np.einsum("ic,icj->ij", weights / weights.sum(axis=1, keepdims=True), off)


@lru_cache(maxsize=8)
def shared(cells: int = CELLS) -> np.ndarray:
    """The truth as masses of the nodes of a grid, shared out as `masses` does it."""
    hats = [_hats(np.linspace(-BOX, BOX, cells + 1), c, TRUTH.sd) for c in TRUTH.centres.T]
    return np.einsum("ci,cj->ij", *hats).ravel() / len(TRUTH.centres)


def _hats(nodes: np.ndarray, mean: np.ndarray, sd: float) -> np.ndarray:
    """The mean of the hat function of every node under N(mean, sd^2), array (means, nodes); beyond the ends it is 1."""
    z = (nodes - mean[:, None]) / sd
    above = sd * (z * ndtr(z) + norm.pdf(z))  # E(node - X)^+
    slopes = np.diff(above, axis=1) / np.diff(nodes)  # between two nodes: a share that lies to the left
    return np.diff(slopes, axis=1, prepend=0.0, append=1.0)


def masses(points: np.ndarray, shares: np.ndarray | None = None, cells: int = CELLS) -> np.ndarray:
    """Points (n, 2), with equal shares or these, as masses of the nodes of a grid, which have their mean."""
    side = cells + 1
    place = np.clip((points + BOX) * (cells / (2 * BOX)), 0, cells - 1e-9)
    left = place.astype(int)
    right = place - left
    shares = np.full(len(points), 1 / len(points)) if shares is None else shares
    out = np.zeros(side**2)
    for i, across in ((0, 1 - right[:, 0]), (1, right[:, 0])):
        for j, upright in ((0, 1 - right[:, 1]), (1, right[:, 1])):
            out += np.bincount((left[:, 0] + i) * side + left[:, 1] + j, shares * across * upright, side**2)
    return out


def population() -> np.ndarray:
    """The truth as masses at `NODES`: endlessly many points."""
    return shared()


@lru_cache(maxsize=8)
def _smoothing(start: float) -> tuple[np.ndarray, np.ndarray]:
    """By coordinate, arrays (levels, noised, nodes): the mass that a node gives to a noised place, and that times the noise."""
    s = levels_from(start)[:, None, None]
    kept, spread = np.exp(-s), np.sqrt(-np.expm1(-2 * s))
    z = (NOISED[:, None] - kept * NODES) / spread
    mass = np.exp(-z * z / 2) / (spread * math.sqrt(2 * math.pi)) * (NOISED[1] - NOISED[0])
    return mass, mass * z


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"})
def _noise(x, y, inner, of_level, weights, out):
    """The noise that is predicted in (x, y).  inner: array (4, width).  weights: array (2, width + 3)."""
    width, a, b = len(of_level), 0.0, 0.0
    first, second, to_x, to_y = inner[0], inner[1], weights[0], weights[1]
    for j in range(width):
        u = max(first[j] * x + second[j] * y + of_level[j], 0.0)
        a += u * to_x[j]
        b += u * to_y[j]
    root = math.sqrt(width)
    out[0] = a / root + to_x[width] * x + to_x[width + 1] * y + to_x[width + 2]
    out[1] = b / root + to_y[width] * x + to_y[width + 1] * y + to_y[width + 2]


@njit(nogil=True, cache=True)
def _predict(inner, of_levels, weights, points, out):
    """out: array (levels, points, 2)."""
    for k in range(len(out)):
        for i in range(len(points)):
            _noise(points[i, 0], points[i, 1], inner, of_levels[k], weights, out[k, i])


@njit(nogil=True, cache=True)
def _follow(inner, of_levels, weights, levels, points):
    """The probability flow, as `line._follow` has it."""
    one, other = np.empty(2), np.empty(2)
    for i in range(len(points)):
        x, y = points[i]
        for k in range(len(levels) - 1):
            s, after = levels[k], levels[k + 1]
            h, here, there = after - s, math.sqrt(-math.expm1(-2 * s)), math.sqrt(-math.expm1(-2 * after))
            _noise(x, y, inner, of_levels[k], weights, one)
            one[0], one[1] = one[0] / here - x, one[1] / here - y
            to_x, to_y = x + h * one[0], y + h * one[1]
            _noise(to_x, to_y, inner, of_levels[k + 1], weights, other)
            x += h * (one[0] + other[0] / there - to_x) / 2
            y += h * (one[1] + other[1] / there - to_y) / 2
        s = levels[-1]
        _noise(x, y, inner, of_levels[-1], weights, one)
        here = math.sqrt(-math.expm1(-2 * s))
        points[i, 0], points[i, 1] = x - s * (one[0] / here - x), y - s * (one[1] / here - y)


@dataclass(frozen=True)
class Law:
    """Points (n, 2) with their shares."""

    points: np.ndarray
    shares: np.ndarray

    def draw(self, rng: np.random.Generator, size: int) -> np.ndarray:
        """Independent points of the law, array (size, 2)."""
        return self.points[rng.choice(len(self.points), size, p=self.shares)]

    def masses(self, cells: int = CELLS) -> np.ndarray:
        """Shared out between the nodes on which laws are compared."""
        return masses(self.points, self.shares, cells)

    def nodes(self) -> np.ndarray:
        """As masses at `NODES`: endlessly many points."""
        return self.masses()

    def tv(self, cells: int = CELLS) -> float:
        """Total variation from the truth, both shared out between nodes: from below, and the nearer the more there are."""
        return tv_of_masses(self.masses(cells), shared(cells))


@dataclass(frozen=True)
class Network:
    """A score network: `line.Network`, in the plane.

    time: of the gradient flow.  start: the noise level at which sampling starts, from N(0, I).
    """

    features: RandomFeatures
    time: float = line.TRAINING
    start: float = START

    @classmethod
    def drawn(cls, rng: np.random.Generator, width: int = line.WIDTH) -> Network:
        """A network whose layer of `width` features is drawn; nothing else in it is random."""
        return cls(RandomFeatures.drawn(rng, width, dimension=2))

    @property
    def levels(self) -> np.ndarray:
        """The noise levels of sampling, in units of time, array (STEPS,)."""
        return levels_from(self.start)

    @property
    def _of_levels(self) -> np.ndarray:
        """What each level adds to the layer."""
        return np.outer(np.log(self.levels), self.features.inner[:, 2]) + self.features.inner[:, 3]

    @cached_property
    def design(self) -> np.ndarray:
        """The features of all noised places at all levels."""
        places = square(NOISED)
        return self.features(np.tile(places, (STEPS, 1)), np.repeat(self.levels, len(places)))

    def real(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """n points of the truth, array (n, 2)."""
        return TRUTH.draw(rng, n)

    def flow(self, mass: np.ndarray) -> Flow:
        """The training for points of these masses at the nodes: weighted least squares, by gradient flow."""
        smooth, pull = _smoothing(self.start)
        grid = mass.reshape(len(NODES), len(NODES))
        noised = ((smooth @ grid) @ smooth.transpose(0, 2, 1)).ravel() / STEPS
        across = ((pull @ grid) @ smooth.transpose(0, 2, 1)).ravel() / STEPS
        upright = ((smooth @ grid) @ pull.transpose(0, 2, 1)).ravel() / STEPS
        share = np.sqrt(len(noised) * np.maximum(noised, np.finfo(float).tiny))
        targets = len(noised) * np.stack([across, upright], axis=1) / share[:, None]
        return Flow.of(self.design * share[:, None], targets)

    def weights(self, mass: np.ndarray) -> np.ndarray:
        """The outer weights for points of these masses at the nodes, array (width + 3, 2)."""
        return self.flow(mass).weights(self.time)

    def trained(self, flow: Flow, time: float) -> Law:
        """The law of points after a training for this time."""
        return self.sampled(flow.weights(time))

    def predicted(self, weights: np.ndarray, cells: int = FINE) -> np.ndarray:
        """What it predicts, as `reverse` takes it."""
        points = square(np.linspace(-BOX, BOX, cells + 1))
        out = np.empty((STEPS - 1, len(points), 2))
        inner, outer = (np.ascontiguousarray(x.T) for x in (self.features.inner, weights))
        _predict(inner, self._of_levels, outer, points, out)
        return out

    def sampled(self, weights: np.ndarray, fine: float = 1) -> Law:
        """The law of points from the probability flow, of a score with these outer weights.

        fine: how many times as many starts are followed, by coordinate.
        """
        z = np.linspace(-REACH, REACH, round(STARTS * fine) + 1)
        points, share = square(z), np.outer(norm.pdf(z), norm.pdf(z)).ravel()
        inner, outer = (np.ascontiguousarray(x.T) for x in (self.features.inner, weights))
        _follow(inner, self._of_levels, outer, self.levels, points)
        return Law(points, share / share.sum())


# ---- the reverse SDE ------------------------------------------------------------------------------------------------


@njit(nogil=True, cache=True)
def _weigh(mean, sd, step, cells, out):
    """What nodes get of N(mean, sd^2), by coordinate, together 1. Returns the first of them, and how many there are."""
    at = (mean + BOX) / step
    first = max(0, min(cells - 1, math.ceil(at - REACH * sd / step)))
    last = min(cells - 1, max(0, math.floor(at + REACH * sd / step)))
    last = max(last, first)
    total = 0.0
    for i in range(first, last + 1):
        z = (i - at) * step / sd
        out[i - first] = math.exp(-z * z / 2)
        total += out[i - first]
    if total < 1e-300:
        out[0], last, total = 1.0, first, 1.0
    for i in range(last - first + 1):
        out[i] /= total
    return first, last - first + 1


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"})
def _step(law, mean, sd, step, out):
    """law, out: arrays (cells, cells).  mean: array (cells^2, 2), where the nodes are sent to."""
    cells = len(law)
    across, upright = np.empty(cells), np.empty(cells)
    out[:] = 0.0
    for i in range(cells):
        for j in range(cells):
            if law[i, j] < FAINT:
                out[i, j] += law[i, j]
                continue
            first, many = _weigh(mean[i * cells + j, 0], sd, step, cells, across)
            low, high = _weigh(mean[i * cells + j, 1], sd, step, cells, upright)
            for a in range(many):
                mass = law[i, j] * across[a]
                row = out[first + a, low : low + high]
                for b in range(high):
                    row[b] += mass * upright[b]


def reverse(noise: np.ndarray, start: float = START) -> np.ndarray:
    """The laws of the reverse SDE at all levels, in Euler-Maruyama's steps from N(0, I), as masses: array (STEPS, nodes).

    noise: what is predicted at the nodes, at every level but the last, array (STEPS - 1, nodes, 2). A step sends a node to a
    normal law, of which the nodes have what its density has there: mean and variance are kept all but exactly while a standard
    deviation is half as wide as the grid's step, or wider.
    """
    x = np.linspace(-BOX, BOX, math.isqrt(noise.shape[1]))
    places, levels = square(x), levels_from(start)
    law = np.outer(norm.pdf(x), norm.pdf(x))
    laws = [law / law.sum()]
    for s, after, predicted in zip(levels[:-1], levels[1:], noise, strict=True):
        h, out = s - after, np.empty_like(law)
        mean = places + h * (places - 2 * predicted / math.sqrt(-math.expm1(-2 * s)))
        _step(laws[-1], mean, math.sqrt(2 * h), x[1] - x[0], out)
        laws.append(out)
    return np.array(laws).reshape(len(laws), -1)


@lru_cache(maxsize=16)
def exact(start: float = START, cells: int = FINE) -> tuple[np.ndarray, np.ndarray]:
    """The noise that the truth's own score predicts, as `reverse` takes it, and the laws that come of it."""
    places = square(np.linspace(-BOX, BOX, cells + 1))
    noise = np.array([true_noise(places, s) for s in levels_from(start)[:-1]])
    return noise, reverse(noise, start)


def path_bound(noise: np.ndarray, start: float = START) -> float:
    """As `line.path_bound` has it."""
    return between_paths(noise, *exact(start, math.isqrt(noise.shape[1]) - 1), start)


def reverse_tv(laws: np.ndarray) -> float:
    """Total variation of the last law from the truth, noised to the last level: nodes have what their densities have there."""
    kept = math.exp(-line.END)
    sd = math.sqrt((TRUTH.sd * kept) ** 2 - math.expm1(-2 * line.END))
    nodes = np.linspace(-BOX, BOX, math.isqrt(laws.shape[1]))
    truth = np.einsum("ci,cj->ij", *(norm.pdf(nodes, kept * c[:, None], sd) for c in TRUTH.centres.T)).ravel()
    return tv_of_masses(laws[-1], truth / truth.sum())


__all__ = ["TRUTH", "Law", "Network", "exact", "masses", "path_bound", "population", "reverse", "reverse_tv", "shared"]
