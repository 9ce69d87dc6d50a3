"""Learners, retrained on n real points and on m of the last model: fixed real points, or fresh ones in every generation.

for t, tv in course(LEARNERS["kernels"], n=100, m=1000, fresh=False, at=(0, 1, 5), seed=0, run=3):
    print(t, tv)

A learner says what real points are (`real`), what points of a model are (`synthetic`), how a model is fitted to both (`fit`),
and how far it is from the truth (`tv`). What a fit needs of points is all that is drawn of them: of Gaussians the mean and the
sum of squares about it, of symbols their counts. The truth is N(0, 1), but for symbols, and for the score network, which is
`simulate.diffusion.line`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..diffusion.line import Network
from ..engine.streams import apart, generator
from . import distances

REAL, SYNTHETIC = 1, 2  # name the streams of a run


class Learner(Protocol):
    """Data are what a fit needs of points; `fit` takes one or more of them."""

    def real(self, rng: np.random.Generator, n: int) -> Any:
        """The data of n points of the truth."""

    def fit(self, *data: Any) -> Any:
        """The model fitted to all these data together."""

    def synthetic(self, model: Any, rng: np.random.Generator, m: int) -> Any:
        """The data of m points of a model."""

    def tv(self, model: Any) -> float:
        """The total variation between a model and the truth, from 0 to 1."""


@dataclass(frozen=True)
class GaussianMean(Learner):
    """A Gaussian of known variance 1: its mean is fitted.  Data: (size, mean).  Model: its mean."""

    def real(self, rng, n):
        return self.synthetic(0.0, rng, n)

    def fit(self, *data):
        return sum(size * mean for size, mean in data) / sum(size for size, _ in data)

    def synthetic(self, model, rng, m):
        return m, model + rng.standard_normal() / math.sqrt(m)

    def tv(self, model):
        return distances.shifted(model)


@dataclass(frozen=True)
class Gaussian(Learner):
    """A Gaussian fitted by maximum likelihood.  Data: (size, mean, sum of squares about it).  Model: (mean, variance)."""

    def real(self, rng, n):
        return self.synthetic((0.0, 1.0), rng, n)

    def fit(self, *data):
        size = sum(k for k, _, _ in data)
        mean = sum(k * x for k, x, _ in data) / size
        return mean, sum(square + k * (x - mean) ** 2 for k, x, square in data) / size

    def synthetic(self, model, rng, m):
        mean, variance = model
        return m, mean + rng.standard_normal() * math.sqrt(variance / m), variance * rng.chisquare(m - 1)

    def tv(self, model):
        return distances.gaussian(*model)


@dataclass(frozen=True)
class Categorical(Learner):
    """Shares of symbols; in the truth they go like 1/k.  Data: counts.  Model: shares."""

    symbols: int = 10

    @property
    def truth(self) -> np.ndarray:
        """The true shares, array (symbols,)."""
        weights = 1 / np.arange(1, self.symbols + 1)
        return weights / weights.sum()

    def real(self, rng, n):
        return rng.multinomial(n, self.truth)

    def fit(self, *data):
        counts = np.sum(data, axis=0)
        return counts / counts.sum()

    def synthetic(self, model, rng, m):
        return rng.multinomial(m, model)

    def tv(self, model):
        return float(np.abs(model - self.truth).sum() / 2)


class _OfPoints(Learner):
    def real(self, rng, n):
        return rng.standard_normal(n)


@dataclass(frozen=True)
class Histogram(_OfPoints):
    """Cells of width 3.49 N^(-1/3) for N points, Scott's rule at variance 1.  Data: points.

    Model: (width, number of each point's cell).
    """

    def fit(self, *data):
        points = np.concatenate(data)
        width = 3.49 * len(points) ** (-1 / 3)
        return width, np.floor(points / width).astype(int)

    def synthetic(self, model, rng, m):
        width, cells = model
        return width * (cells[rng.integers(len(cells), size=m)] + rng.random(m))

    def tv(self, model):
        width, cells = model
        return distances.histogram(width, cells.min(), np.bincount(cells - cells.min()) / len(cells))


@dataclass(frozen=True)
class Kernels(_OfPoints):
    """A Gaussian kernel of bandwidth 1.06 N^(-1/5) on each of N points, the normal rule at variance 1.  Data: points.

    Model: (points, bandwidth).
    """

    def fit(self, *data):
        points = np.concatenate(data)
        return points, 1.06 * len(points) ** (-1 / 5)

    def synthetic(self, model, rng, m):
        points, h = model
        return points[rng.integers(len(points), size=m)] + h * rng.standard_normal(m)

    def tv(self, model):
        return distances.kernels(*model)


def learner(name: str, seed: int, run: int) -> Learner:
    """The learner of that name in a run: the hidden layer of a score network is drawn once for each."""
    if name == "score":
        return Network.drawn(generator(seed, "hidden layer of a score network on the line", run))
    return {"mean": GaussianMean, "gaussian": Gaussian, "categorical": Categorical, "histogram": Histogram,
            "kernels": Kernels}[name]()  # fmt: skip


def course(
    name: str, n: int, m: int, fresh: bool, at: Sequence[int], seed: int, run: int
) -> Iterator[tuple[int, float]]:
    """(t, total variation between model t and the truth) at these generations.

    Model 0 is fitted to n real points; each further one to n real points, the same ones or fresh ones, and to m points of
    the model before. A run draws from streams of its own, one a generation, whatever m is, and whether real points are fresh:
    what differs between two courses of a run is little else than m.
    """
    hand, streams = learner(name, seed, run), generator(seed, f"points beside real ones, {name}", run)
    real = hand.real(apart(streams, REAL, 0), n)
    model = hand.fit(real)
    for t in range(max(at) + 1):
        if t:
            real = hand.real(apart(streams, REAL, t), n) if fresh else real
            model = hand.fit(real, hand.synthetic(model, apart(streams, SYNTHETIC, t), m))
        if t in at:
            yield t, hand.tv(model)


__all__ = ["course", "learner"]
