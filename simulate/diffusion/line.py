"""A score network on the line, with nothing of its own drawn but the hidden layer: what is random is in the points.

The score has one hidden layer of random ReLU features of (x, log s), `training.RandomFeatures`, and outer weights by gradient
flow, as in Fu et al. 2402.11778. Denoising score matching asks for a mean over the noise: that is taken by quadrature, at every
noise level, as after endlessly many epochs. Sampling follows the probability flow ODE, which takes the quantiles of N(0, 1) to
those of the model: the model's law is known, and its distance from the truth needs no samples. So is that of the reverse SDE in
Euler-Maruyama's steps, `reverse`: its law is carried on from level to level.

The truth has two humps, 1/2 N(-1, 0.36) + 1/2 N(1, 0.36); it is not the law that sampling starts from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numba import njit
from scipy.special import ndtr, ndtri

from .training import Flow, RandomFeatures

HUMP, SD = 1.0, 0.6
WIDTH, TRAINING = 128, 1e4  # of the hidden layer; time of the gradient flow
START, END, STEPS = 3.0, 0.01, 40  # of the noise levels s: X_s = e^-s X + sqrt(1 - e^(-2s)) Z
BOX = 5.0  # points beyond are moved to its edge
NODES = np.linspace(-BOX, BOX, 251)  # points are shared out between the two nearest ones
NOISED = np.linspace(-BOX, BOX, 101)  # where a noised point may be: the quadrature
QUANTILES = np.linspace(-4.5, 4.5, 301)  # of N(0, 1), that the ODE is solved from
CELLS = 800  # of a box twice as wide, in which laws are compared
MANY = 20_000  # quantiles of a law
FINE = 250  # cells of the box, between which the reverse SDE goes


@lru_cache(maxsize=16)
def levels_from(start: float) -> np.ndarray:
    """The noise levels from where sampling starts to `END`, array (STEPS,)."""
    return np.geomspace(start, END, STEPS)


LEVELS = levels_from(START)


def truth(x: np.ndarray, s: float = 0.0) -> np.ndarray:
    """The distribution function of the truth, noised to the level s."""
    kept, sd = math.exp(-s), math.sqrt((SD * math.exp(-s)) ** 2 - math.expm1(-2 * s))
    return (ndtr((x + kept * HUMP) / sd) + ndtr((x - kept * HUMP) / sd)) / 2


def true_noise(x: np.ndarray, s: float) -> np.ndarray:
    """The mean noise in a noised point of the truth at the level s: what the best of all networks predicts."""
    kept, noise = math.exp(-s), -math.expm1(-2 * s)
    v = (SD * kept) ** 2 + noise
    return math.sqrt(noise) / v * (x - kept * HUMP * np.tanh(kept * HUMP * x / v))


@dataclass(frozen=True)
class Law:
    """The mass between two neighbours of `shares` lies evenly between those of `points`.

    shares: from 0 to 1, array (pieces + 1,).  points: array (pieces + 1,).
    """

    shares: np.ndarray
    points: np.ndarray

    def draw(self, rng: np.random.Generator, size: int) -> np.ndarray:
        """`size` independent points, array (size,)."""
        return np.interp(rng.random(size), self.shares, self.points)

    def below(self, x: np.ndarray) -> np.ndarray:
        """The distribution function. A network may fold the line: pieces need not be in their order."""
        low, high = np.minimum(self.points[:-1], self.points[1:]), np.maximum(self.points[:-1], self.points[1:])
        with np.errstate(over="ignore"):
            inside = (x[:, None] - low) / np.maximum(high - low, np.finfo(float).tiny)
        return np.clip(inside, 0, 1) @ np.diff(self.shares)

    def masses(self, cells: int = CELLS) -> np.ndarray:
        """Of the cells in which laws are compared."""
        return np.diff(self.below(edges(cells)))

    def nodes(self) -> np.ndarray:
        """As masses at `NODES`: endlessly many points, by as many quantiles as make no difference."""
        return masses(np.interp((np.arange(MANY) + 0.5) / MANY, self.shares, self.points))

    def tv(self, cells: int = CELLS) -> float:
        """Total variation from the truth, on cells: from below, and the nearer the more there are."""
        return tv_of_masses(self.masses(cells), shared(cells))


def edges(cells: int = CELLS) -> np.ndarray:
    """The ends of the cells in which laws are compared, array (cells + 1,)."""
    return np.concatenate([[-np.inf], np.linspace(-2 * BOX, 2 * BOX, cells - 1), [np.inf]])


@lru_cache(maxsize=8)
def shared(cells: int = CELLS) -> np.ndarray:
    """The truth as masses of the cells in which laws are compared."""
    return np.diff(truth(edges(cells)))


def tv_of_masses(p: np.ndarray, q: np.ndarray) -> float:
    """Total variation of two laws on cells."""
    return float(np.abs(p - q).sum() / 2)


@lru_cache(maxsize=8)
def _smoothing(start: float) -> tuple[np.ndarray, np.ndarray]:
    """Linear maps, arrays (levels x noised, nodes), from masses at the nodes: to the masses of noised points, and to those times
    the mean noise in them."""
    s = levels_from(start)[:, None, None]
    kept, spread = np.exp(-s), np.sqrt(-np.expm1(-2 * s))
    z = (NOISED[:, None] - kept * NODES) / spread
    step = NOISED[1] - NOISED[0]
    mass = np.exp(-z * z / 2) / (spread * math.sqrt(2 * math.pi)) * step / STEPS
    return mass.reshape(-1, len(NODES)), (mass * z).reshape(-1, len(NODES))


def masses(points: np.ndarray) -> np.ndarray:
    """Points as masses at `NODES`, which have their mean, and together 1."""
    place = np.clip((points + BOX) / (NODES[1] - NODES[0]), 0, len(NODES) - 1 - 1e-9)
    left = place.astype(int)
    right = place - left
    both = np.bincount(left, 1 - right, len(NODES)) + np.bincount(left + 1, right, len(NODES))
    return both / len(points)


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"})
def _noise(x, of_x, of_level, weights):
    """The noise that is predicted in x.  of_x, of_level: what x and its level add to the layer, arrays (width,).

    weights: array (width + 2,). Several units are summed at a time, which is why arrays are one for each input.
    """
    width, total = len(of_x), 0.0
    for j in range(width):
        total += weights[j] * max(of_x[j] * x + of_level[j], 0.0)
    return total / math.sqrt(width) + weights[width] * x + weights[width + 1]


@njit(nogil=True, cache=True)
def _follow(of_x, of_levels, weights, levels, points):
    """The probability flow from the first level to the last in Heun's steps, and to 0 in one with the score of the last level.

    of_levels: what each level adds to the layer, array (levels, width).
    """
    for i in range(len(points)):
        x = points[i]
        for k in range(len(levels) - 1):
            s, after = levels[k], levels[k + 1]
            slope = _noise(x, of_x, of_levels[k], weights) / math.sqrt(-math.expm1(-2 * s)) - x
            y = x + (after - s) * slope
            other = _noise(y, of_x, of_levels[k + 1], weights) / math.sqrt(-math.expm1(-2 * after)) - y
            x += (after - s) * (slope + other) / 2
        s = levels[-1]
        points[i] = x - s * (_noise(x, of_x, of_levels[-1], weights) / math.sqrt(-math.expm1(-2 * s)) - x)


@lru_cache(maxsize=1)
def population() -> np.ndarray:
    """The truth as masses at `NODES`: endlessly many points, by as many quantiles of each hump as make no difference."""
    z = ndtri((np.arange(100_000) + 0.5) / 100_000)
    return masses(np.concatenate([SD * z - HUMP, SD * z + HUMP]))


@dataclass(frozen=True)
class Network:
    """A score network as a learner, see `simulate.mixing.learners`.  Data: points.  Model: `Law`.

    time: of the gradient flow.  start: the noise level at which sampling starts, from N(0, 1).
    """

    features: RandomFeatures
    time: float = TRAINING
    start: float = START

    @classmethod
    def drawn(cls, rng: np.random.Generator, width: int = WIDTH) -> Network:
        """A network whose layer of `width` features is drawn; nothing else in it is random."""
        return cls(RandomFeatures.drawn(rng, width, dimension=1))

    @property
    def levels(self) -> np.ndarray:
        """The noise levels of sampling, in units of time, array (STEPS,)."""
        return levels_from(self.start)

    @cached_property
    def design(self) -> np.ndarray:
        """The features of all noised points at all levels."""
        return self.features(np.tile(NOISED, STEPS)[:, None], np.repeat(self.levels, len(NOISED)))

    def real(self, rng, n):
        """n points of the truth, array (n,)."""
        return np.where(rng.random(n) < 0.5, -HUMP, HUMP) + SD * rng.standard_normal(n)

    def fit(self, *data):
        """The law of what it generates, trained on all these points together."""
        return self.sampled(self.weights(masses(np.concatenate(data))))

    def flow(self, mass: np.ndarray) -> Flow:
        """The training for points of these masses at the nodes: weighted least squares, by gradient flow."""
        mass, pull = (x @ mass for x in _smoothing(self.start))
        share = np.sqrt(len(mass) * np.maximum(mass, np.finfo(float).tiny))
        return Flow.of(self.design * share[:, None], (len(mass) * pull / share)[:, None])

    def weights(self, mass: np.ndarray) -> np.ndarray:
        """The outer weights for points of these masses at the nodes."""
        return self.flow(mass).weights(self.time)[:, 0]

    def trained(self, flow: Flow, time: float) -> Law:
        """The law of points after a training for this time."""
        return self.sampled(flow.weights(time)[:, 0])

    def predicted(self, weights: np.ndarray, cells: int = FINE) -> np.ndarray:
        """What it predicts with these outer weights, as `reverse` takes it."""
        middle, levels = _places(cells)[0], self.levels[:-1]
        features = self.features(np.tile(middle, len(levels))[:, None], np.repeat(levels, len(middle)))
        return (features @ weights).reshape(len(levels), len(middle))

    def sampled(self, weights: np.ndarray, fine: float = 1) -> Law:
        """The law of points from the probability flow, of a score with these outer weights.

        fine: how many times as many quantiles are followed as `QUANTILES` has.
        """
        points = np.linspace(QUANTILES[0], QUANTILES[-1], round((len(QUANTILES) - 1) * fine) + 1)
        shares = ndtr(points)
        of_x, of_past, bias = np.ascontiguousarray(self.features.inner.T)
        _follow(of_x, np.outer(np.log(self.levels), of_past) + bias, weights, self.levels, points)
        return Law((shares - shares[0]) / (shares[-1] - shares[0]), points)

    def synthetic(self, model, rng, m):
        """m points of a model, array (m,)."""
        return model.draw(rng, m)

    def tv(self, model):
        """The total variation between a model and the truth."""
        return model.tv()


# ---- the reverse SDE ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _places(cells: int = FINE) -> tuple[np.ndarray, np.ndarray]:
    """Middles and ends of the cells; the outermost ones go on for ever."""
    ends = np.linspace(-BOX, BOX, cells + 1)
    middle = (ends[:-1] + ends[1:]) / 2
    ends[0], ends[-1] = -np.inf, np.inf
    return middle, ends


def reverse(noise: np.ndarray, start: float = START) -> np.ndarray:
    """The laws of the reverse SDE at all levels, in Euler-Maruyama's steps from N(0, 1), as masses of cells.

    noise: what is predicted at the middles of the cells, at every level but the last, array (STEPS - 1, cells).
    Returns an array (STEPS, cells). A step sends the middle of a cell to a normal law.
    """
    middle, ends = _places(noise.shape[1])
    levels = levels_from(start)
    laws = [np.diff(ndtr(ends))]
    for s, after, predicted in zip(levels[:-1], levels[1:], noise, strict=True):
        h = s - after
        mean = middle + h * (middle - 2 * predicted / math.sqrt(-math.expm1(-2 * s)))
        laws.append(laws[-1] @ np.diff(ndtr((ends - mean[:, None]) / math.sqrt(2 * h)), axis=1))
    return np.array(laws)


@lru_cache(maxsize=16)
def exact(start: float = START, cells: int = FINE) -> tuple[np.ndarray, np.ndarray]:
    """The noise that the truth's own score predicts, as `reverse` takes it, and the laws that come of it."""
    noise = np.array([true_noise(_places(cells)[0], s) for s in levels_from(start)[:-1]])
    return noise, reverse(noise, start)


def path_bound(noise: np.ndarray, start: float = START) -> float:
    """What Girsanov and Pinsker allow between the laws of two such chains, one with the truth's score: sqrt(KL of paths/2)."""
    return between_paths(noise, *exact(start, noise.shape[1]), start)


def between_paths(noise: np.ndarray, own: np.ndarray, laws: np.ndarray, start: float) -> float:
    """sqrt(KL of paths/2) of two chains, of which one predicts this noise, the other its own, with these laws; any dimension.

    In a step of h the means differ by 2 h times the difference of the scores, the variances are 2 h: the KL of the paths is the
    sum of h E |difference|^2, over the laws of the chain that predicts its own.
    """
    levels = levels_from(start)
    off = ((noise - own) ** 2).reshape(*noise.shape[:2], -1).sum(axis=2) / -np.expm1(-2 * levels[:-1, None])
    return math.sqrt(float(-np.diff(levels) @ (off * laws[:-1]).sum(axis=1)) / 2)


def reverse_tv(laws: np.ndarray) -> float:
    """Total variation of the last law from the truth, noised to the last level."""
    return tv_of_masses(laws[-1], np.diff(truth(_places(laws.shape[1])[1], END)))


__all__ = [
    "Law",
    "Network",
    "between_paths",
    "exact",
    "masses",
    "path_bound",
    "population",
    "reverse",
    "reverse_tv",
    "shared",
    "truth",
]
