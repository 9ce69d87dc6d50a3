"""A score network on the line, with nothing of its own drawn but the hidden layer: what is random is in the points.

The score has one hidden layer of random ReLU features of (x, log s), `training.RandomFeatures`, and outer weights by gradient
flow, as in Fu et al. 2402.11778. Denoising score matching asks for a mean over the noise: that is taken by quadrature, at every
noise level, as after endlessly many epochs. Sampling follows the probability flow ODE, which takes the quantiles of N(0, 1) to
those of the model: the model's law is known, and its distance from the truth needs no samples.

The truth has two humps, 1/2 N(-1, 0.36) + 1/2 N(1, 0.36); it is not the law that sampling starts from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numba import njit
from scipy.special import ndtr

from .training import Flow, RandomFeatures

HUMP, SD = 1.0, 0.6
WIDTH, TRAINING = 128, 1e4  # of the hidden layer; time of the gradient flow
LEVELS = np.geomspace(3.0, 0.01, 40)  # noise levels s: X_s = e^-s X + sqrt(1 - e^(-2s)) Z
BOX = 5.0  # points beyond are moved to its edge
NODES = np.linspace(-BOX, BOX, 251)  # points are shared out between the two nearest ones
NOISED = np.linspace(-BOX, BOX, 101)  # where a noised point may be: the quadrature
QUANTILES = np.linspace(-4.5, 4.5, 301)  # of N(0, 1), that the ODE is solved from
CELLS = 800  # of a box twice as wide, in which laws are compared


def truth(x: np.ndarray) -> np.ndarray:
    """The distribution function of the truth."""
    return (ndtr((x + HUMP) / SD) + ndtr((x - HUMP) / SD)) / 2


@dataclass(frozen=True)
class Law:
    """The mass between two neighbours of `shares` lies evenly between those of `points`.

    shares: from 0 to 1, array (pieces + 1,).  points: array (pieces + 1,).
    """

    shares: np.ndarray
    points: np.ndarray

    def draw(self, rng: np.random.Generator, size: int) -> np.ndarray:
        return np.interp(rng.random(size), self.shares, self.points)

    def below(self, x: np.ndarray) -> np.ndarray:
        """The distribution function. A network may fold the line: pieces need not be in their order."""
        low, high = np.minimum(self.points[:-1], self.points[1:]), np.maximum(self.points[:-1], self.points[1:])
        with np.errstate(over="ignore"):
            inside = (x[:, None] - low) / np.maximum(high - low, np.finfo(float).tiny)
        return np.clip(inside, 0, 1) @ np.diff(self.shares)

    def tv(self, cells: int = CELLS) -> float:
        """Total variation from the truth, on cells: from below, and the nearer the more there are."""
        edges = np.concatenate([[-np.inf], np.linspace(-2 * BOX, 2 * BOX, cells - 1), [np.inf]])
        return float(np.abs(np.diff(self.below(edges)) - np.diff(truth(edges))).sum() / 2)


@lru_cache(maxsize=1)
def _smoothing() -> tuple[np.ndarray, np.ndarray]:
    """Linear maps, arrays (levels x noised, nodes), from masses at the nodes: to the masses of noised points, and to those times
    the mean noise in them."""
    s = LEVELS[:, None, None]
    kept, spread = np.exp(-s), np.sqrt(-np.expm1(-2 * s))
    z = (NOISED[:, None] - kept * NODES) / spread
    step = NOISED[1] - NOISED[0]
    mass = np.exp(-z * z / 2) / (spread * math.sqrt(2 * math.pi)) * step / len(LEVELS)
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


@dataclass(frozen=True)
class Network:
    """A score network as a learner, see `simulate.mixing.learners`.  Data: points.  Model: `Law`."""

    features: RandomFeatures

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Network:
        return cls(RandomFeatures.drawn(rng, WIDTH, dimension=1))

    @cached_property
    def design(self) -> np.ndarray:
        """The features of all noised points at all levels."""
        return self.features(np.tile(NOISED, len(LEVELS))[:, None], np.repeat(LEVELS, len(NOISED)))

    def real(self, rng, n):
        return np.where(rng.random(n) < 0.5, -HUMP, HUMP) + SD * rng.standard_normal(n)

    def fit(self, *data):
        return self.sampled(self.weights(masses(np.concatenate(data))))

    def weights(self, mass: np.ndarray) -> np.ndarray:
        """The outer weights for points of these masses at the nodes: weighted least squares, by gradient flow."""
        mass, pull = (x @ mass for x in _smoothing())
        share = np.sqrt(len(mass) * np.maximum(mass, np.finfo(float).tiny))
        flow = Flow.of(self.design * share[:, None], (len(mass) * pull / share)[:, None])
        return flow.weights(TRAINING)[:, 0]

    def sampled(self, weights: np.ndarray) -> Law:
        """The law of points from the probability flow, of a score with these outer weights."""
        points, shares = QUANTILES.copy(), ndtr(QUANTILES)
        of_x, of_past, bias = np.ascontiguousarray(self.features.inner.T)
        _follow(of_x, np.outer(np.log(LEVELS), of_past) + bias, weights, LEVELS, points)
        return Law((shares - shares[0]) / (shares[-1] - shares[0]), points)

    def synthetic(self, model, rng, m):
        return model.draw(rng, m)

    def tv(self, model):
        return model.tv()


__all__ = ["Law", "Network", "masses", "truth"]
