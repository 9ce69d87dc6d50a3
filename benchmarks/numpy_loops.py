"""Loops as an expert writes them in ten lines of NumPy, vectorised over replicates: what `kernels.py` times our kernels against.

Every function gives values of the observable that its case names, one a replicate; the `draws` of a case are the random numbers
alone, as NumPy draws them. What a fit sees of the points is drawn in place of the points where our kernel does so too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from sympy import Integer, Lambda, Rational, Symbol, log, sqrt

from theory.curation import CuratedLoop
from theory.curation.line import CuratedLineLoop
from theory.curation.particles import PickedSampleLoop
from theory.diffusion.euler import EulerLoop
from theory.diffusion.loops import MemorisingLoop
from theory.diffusion.training import LinearScoreLoop
from theory.discrete import CategoricalLoop
from theory.filters.gaussian import FilteredGaussianLoop, Top
from theory.gaussian import GaussianLoop
from theory.gaussian.policies import PooledGaussianLoop
from theory.gaussian.regression import RegressionLoop
from theory.gaussian.vector import MultivariateGaussianLoop
from theory.kde import KernelLoop
from theory.language.laws import Finite, Laplace, Noise, Normal, Uniform
from theory.language.loops import Loop, coordinate
from theory.language.policies import Accumulate, FixedReal, Subsample
from theory.stability.gaussian import RetrainedScaleLoop

Draws = Callable[[np.random.Generator, int], Any]


@dataclass(frozen=True)
class Case:
    """observed: an observable of the loop, or a function of one, of which `numpy` draws so many, too.

    generations: that a time is divided by.  draws: its random numbers alone.  fewer: times fewer replicates are run.
    """

    name: str
    observed: Any
    generations: int
    numpy: Draws
    draws: Draws
    fewer: int = 1


# ---- Gaussians ------------------------------------------------------------------------------------------------------


def gaussian(rng: np.random.Generator, size: int, n: int = 100, t: int = 100) -> np.ndarray:
    mu, v = np.zeros(size), np.ones(size)
    for _ in range(t):
        mu += np.sqrt(v / n) * rng.standard_normal(size)
        v *= rng.chisquare(n - 1, size) / (n - 1)
    return np.log(v) / 2


def pooled(rng: np.random.Generator, size: int, accumulate: bool, n: int = 100, t: int = 100) -> np.ndarray:
    """Beside all earlier points, or beside n fixed real ones."""
    mu, v = np.zeros(size), np.ones(size)
    x, s = np.zeros(size), np.ones(size)
    if not accumulate:
        x, s = rng.standard_normal(size) / np.sqrt(n), rng.chisquare(n - 1, size) / n
    for g in range(t):
        mean = mu + np.sqrt(v / n) * rng.standard_normal(size)
        square, share = v * rng.chisquare(n - 1, size) / n, g / (g + 1) if accumulate else 0.5
        other, within = (mu, v) if accumulate else (x, s)
        mu = share * other + (1 - share) * mean
        v = share * within + (1 - share) * square + share * (1 - share) * (other - mean) ** 2
    return v


def subsampled(rng: np.random.Generator, size: int, n: int = 100, t: int = 30) -> np.ndarray:
    mu, v, pool, each = np.zeros(size), np.ones(size), np.empty((size, n * t)), np.arange(size)[:, None]
    for g in range(1, t + 1):
        pool[:, (g - 1) * n : g * n] = mu[:, None] + np.sqrt(v)[:, None] * rng.standard_normal((size, n))
        points = pool[each, rng.integers(0, g * n, (size, n))]
        mu, v = points.mean(axis=1), points.var(axis=1)
    return v


def multivariate(rng: np.random.Generator, size: int, d: int, n: int = 100, t: int = 50) -> np.ndarray:
    factor, mean, low = np.tile(np.eye(d), (size, 1, 1)), np.zeros((size, d)), np.tril_indices(d, -1)
    for _ in range(t):
        mean += (factor @ rng.standard_normal((size, d, 1)))[..., 0] / np.sqrt(n)
        bartlett = np.zeros((size, d, d))
        bartlett[:, low[0], low[1]] = rng.standard_normal((size, len(low[0])))
        for i in range(d):
            bartlett[:, i, i] = np.sqrt(rng.chisquare(n - 1 - i, size))
        factor = factor @ bartlett / np.sqrt(n - 1)
    return np.sqrt((factor[:, 0] ** 2).sum(axis=1))


def regression(rng: np.random.Generator, size: int, d: int = 5, n: int = 100, t: int = 50) -> np.ndarray:
    error, low = np.zeros((size, d)), np.tril_indices(d, -1)
    for _ in range(t):
        T = np.zeros((size, d, d))
        T[:, low[0], low[1]] = rng.standard_normal((size, len(low[0])))
        for i in range(d):
            T[:, i, i] = np.sqrt(rng.chisquare(n - i, size))
        error += np.linalg.solve(T.transpose(0, 2, 1), rng.standard_normal((size, d, 1)))[..., 0]
    return error[:, 0]


def scale(rng: np.random.Generator, size: int, n: int = 100, t: int = 20) -> np.ndarray:
    v = np.ones(size)
    for _ in range(t):
        v = (rng.chisquare(n, size) + v * rng.chisquare(n, size)) / (2 * n)
    return v


# ---- points ---------------------------------------------------------------------------------------------------------


def memorising(rng: np.random.Generator, size: int, n: int = 100, t: int = 20) -> np.ndarray:
    points, each = rng.standard_normal((size, n)), np.arange(size)[:, None]
    keep = np.sqrt(0.5)
    for _ in range(t - 1):
        points = keep * points[each, rng.integers(0, n, (size, n))] + keep * rng.standard_normal((size, n))
    chosen = points[each, rng.integers(0, n, (size, 2))]
    return keep * (chosen[:, 0] - chosen[:, 1]) + keep * (rng.standard_normal(size) - rng.standard_normal(size))


def kernels(rng: np.random.Generator, size: int, n: int = 200, t: int = 20, h: float = 0.25) -> np.ndarray:
    points, each = rng.standard_normal((size, n)), np.arange(size)[:, None]
    for _ in range(t - 1):
        points = points[each, rng.integers(0, n, (size, n))] + h * rng.standard_normal((size, n))
    return points.var(axis=1) + h * h


def top_half(rng: np.random.Generator, size: int, n: int = 100, t: int = 20) -> np.ndarray:
    """The upper half of a Gaussian is that of absolute values."""
    mu, v = np.zeros(size), np.ones(size)
    for _ in range(t):
        points = np.abs(rng.standard_normal((size, n)))
        mu = mu + np.sqrt(v) * points.mean(axis=1)
        v = v * points.var(axis=1, ddof=1)
    return np.log(v)


def linear_score(rng: np.random.Generator, size: int, n: int = 100, t: int = 10, h: float = 0.25) -> np.ndarray:
    """Points are drawn, a linear score is fitted at every level, the reverse equation's moments by Runge and Kutta."""

    def change(u: float, V: np.ndarray, log_v: np.ndarray) -> np.ndarray:
        x, rest = 1 / (1 + np.exp(-u)), 1 / (1 + np.exp(u))
        return rest * (1 - 2 / (x * V + rest) + np.exp(-log_v))

    v = np.ones(size)
    for _ in range(t):
        V = v * rng.standard_normal((size, n)).var(axis=1)
        log_v = np.zeros(size)
        for u in np.arange(-17, 20, h):
            a = change(u, V, log_v)
            b = change(u + h / 2, V, log_v + h / 2 * a)
            c = change(u + h / 2, V, log_v + h / 2 * b)
            log_v = log_v + h / 6 * (a + 2 * b + 2 * c + change(u + h, V, log_v + h * c))
        v = np.exp(log_v)
    return v


def euler(rng: np.random.Generator, size: int, t: int = 100, eta: float = 0.02, v: float = 4.0, T: float = 3) -> Any:
    y = rng.standard_normal(size)
    for k in range(t):
        left = np.exp(-2 * (T - k * eta))
        y = (1 + eta * (1 - 2 / (left * v + 1 - left))) * y + np.sqrt(2 * eta) * rng.standard_normal(size)
    return y


# ---- symbols and picks ----------------------------------------------------------------------------------------------


def categorical(rng: np.random.Generator, size: int, accumulate: bool, n: int = 500, t: int = 50) -> np.ndarray:
    shares = np.full((size, 20), 0.05)
    for g in range(t):
        counts = rng.multinomial(n, shares) / n
        shares = (g * shares + counts) / (g + 1) if accumulate and g else counts
    return shares[:, 0]


def picked(rng: np.random.Generator, size: int, n: int = 500, t: int = 50, K: int = 4, w: float = 1.05) -> np.ndarray:
    """Given the sample, picks of the first type are so likely: its candidates' chance to be picked, averaged."""
    theta = np.full(size, 0.5)
    for _ in range(t):
        chance = np.zeros(size)
        for j, choose in enumerate((1, 4, 6, 4, 1)):
            chance += choose * theta**j * (1 - theta) ** (K - j) * (j * w / (j * w + K - j))
        theta = rng.binomial(n, np.minimum(chance, 1)) / n
    return theta


MASSES, REWARDS = (0.5, 0.3, 0.2), (1.0, 2.0, 4.0)


def chosen(rng: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """One column of each row, with probability proportional to its weight."""
    reach = np.cumsum(weights, axis=1)
    return (reach < rng.random((len(weights), 1)) * reach[:, -1:]).sum(axis=1)


def tournaments(rng: np.random.Generator, size: int, K: int = 4, t: int = 5) -> np.ndarray:
    atoms = np.searchsorted(np.cumsum(MASSES)[:-1], rng.random(size * K**t), side="right")
    for _ in range(t):
        groups = atoms.reshape(-1, K)
        atoms = groups[np.arange(len(groups)), chosen(rng, np.array(REWARDS)[groups])]
    return (atoms == 0).astype(float)


def line_tournaments(rng: np.random.Generator, size: int, K: int = 4, t: int = 5) -> np.ndarray:
    points = rng.random(size * K**t)
    for _ in range(t):
        groups = points.reshape(-1, K)
        points = groups[np.arange(len(groups)), chosen(rng, np.exp(groups))]
    return points


# ---- loops in symbols -----------------------------------------------------------------------------------------------


class Arch(Loop):
    """A user's loop, which no kernel is written for: the variance of an ARCH model."""

    v = coordinate(positive=True)

    @property
    def initial(self):
        return {"v": Integer(1)}

    def step(self, state):
        return {"v": Rational(1, 10) + Rational(1, 5) * state["v"] * Noise("Z", Normal(0, 1)) ** 2 + state["v"] / 2}


class Walk(Loop):
    """Another one: an autoregression with Laplace noise."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": Integer(0)}

    def step(self, state):
        return {"x": state["x"] / 2 + Noise("W", Laplace(0, 1))}


def arch(rng: np.random.Generator, size: int, t: int = 100) -> np.ndarray:
    v = np.ones(size)
    for _ in range(t):
        v = 0.1 + 0.2 * v * rng.standard_normal(size) ** 2 + v / 2
    return v


def walk(rng: np.random.Generator, size: int, t: int = 100) -> np.ndarray:
    x = np.zeros(size)
    for _ in range(t):
        x = x / 2 + rng.laplace(0, 1, size)
    return x


# ---- the table's rows -----------------------------------------------------------------------------------------------


def _both(rng: np.random.Generator, size: int, n: int = 100, t: int = 100) -> Any:
    return [(rng.standard_normal(size), rng.chisquare(n - 1, size)) for _ in range(t)]


def _normals(rng: np.random.Generator, size: int, n: int, t: int, choices: bool = True) -> Any:
    return [(rng.standard_normal((size, n)), rng.integers(0, n, (size, n)) if choices else None) for _ in range(t)]


def _bartlett(rng: np.random.Generator, size: int, d: int, nu: int = 99, t: int = 50) -> Any:
    return [
        (rng.standard_normal((size, d * (d + 1) // 2)), [rng.chisquare(nu - i, size) for i in range(d)])
        for _ in range(t)
    ]


def _squares(rng: np.random.Generator, size: int) -> Any:
    return [(rng.chisquare(100, size), rng.chisquare(100, size)) for _ in range(20)]


def _uniforms(rng: np.random.Generator, size: int) -> Any:
    return rng.random(size * (4**6 - 1) // 3)


def _multinomials(rng: np.random.Generator, size: int) -> Any:
    return [rng.multinomial(500, np.full((size, 20), 0.05)) for _ in range(50)]


def _binomials(rng: np.random.Generator, size: int) -> Any:
    return [rng.binomial(500, rng.uniform(0.4, 0.6, size)) for _ in range(50)]  # of chances that differ, as a loop's do


def cases() -> list[Case]:
    law = Finite(tuple(map(Rational, ("1/2", "3/10", "1/5"))))
    x = Symbol("x", real=True)
    twenty = CategoricalLoop(Finite((Rational(1, 20),) * 20), 500)
    return [
        Case("Gaussian (100 points, 100 generations)", log(GaussianLoop(100).sigma(100)), 100, gaussian, _both),
        Case(
            "pooled, accumulating (100, 100)",
            PooledGaussianLoop(100, Accumulate()).v(100),
            100,
            partial(pooled, accumulate=True),
            _both,
        ),
        Case(
            "pooled, 100 fixed real points (100, 100)",
            PooledGaussianLoop(100, FixedReal(100)).v(100),
            100,
            partial(pooled, accumulate=False),
            _both,
        ),
        Case(
            "pooled, subsampled (100, 30)",
            PooledGaussianLoop(100, Subsample()).v(30),
            30,
            subsampled,
            partial(_normals, n=100, t=30),
        ),
        *(
            Case(
                f"Gaussian in {d} dimensions (100, 50)",
                MultivariateGaussianLoop(100, d).a(1, 1, 50),
                50,
                partial(multivariate, d=d),
                partial(_bartlett, d=d),
                fewer,
            )
            for d, fewer in ((3, 1), (10, 8))
        ),
        Case(
            "regression in 5 dimensions (100, 50)",
            RegressionLoop(100, 5).error(50),
            50,
            regression,
            partial(_bartlett, d=5, nu=100),
        ),
        Case("scale, half of it real (100 + 100, 20)", RetrainedScaleLoop(100, 100).v(20), 20, scale, _squares),
        Case(
            "memorising (100, 20)",
            MemorisingLoop(100, sqrt(Rational(1, 2))).gap(20),
            20,
            memorising,
            partial(_normals, n=100, t=20),
            2,
        ),
        Case(
            "kernel density (200, 20)",
            KernelLoop(200, Rational(1, 4)).variance(20),
            20,
            kernels,
            partial(_normals, n=200, t=20),
            4,
        ),
        Case(
            "fitted to the upper half (100, 20)",
            log(FilteredGaussianLoop(Top(0), 100).v(20)),
            20,
            top_half,
            partial(_normals, n=100, t=20, choices=False),
            2,
        ),
        Case(
            "linear score (100, 10)",
            LinearScoreLoop(100).v(10),
            10,
            linear_score,
            partial(_normals, n=100, t=10, choices=False),
            8,
        ),
        Case(
            "Euler's steps (100)",
            EulerLoop(Rational(1, 50), 4, 3).y(100),
            100,
            euler,
            lambda rng, size: [rng.standard_normal(size) for _ in range(101)],
        ),
        Case(
            "20 symbols (500, 50)",
            twenty.share(0, 50),
            50,
            partial(categorical, accumulate=False),
            _multinomials,
            4,
        ),
        Case(
            "20 symbols, accumulating (500, 50)",
            twenty.func(twenty.p, 500, Accumulate()).share(0, 50),
            50,
            partial(categorical, accumulate=True),
            _multinomials,
            4,
        ),
        Case(
            "picks among 4 (500, 50)",
            PickedSampleLoop(500, 4, Rational(21, 20), Rational(1, 2)).theta(50),
            50,
            picked,
            _binomials,
        ),
        Case(
            "tournament of 4^5 leaves, a draw", CuratedLoop(law, (1, 2, 4), 4).mass(5, 0), 1, tournaments, _uniforms, 32
        ),
        Case(
            "tournament of 4^5 points, a draw",
            CuratedLineLoop(Uniform(0, 1), Lambda(x, x), 4).draw(5),
            1,
            line_tournaments,
            _uniforms,
            32,
        ),
        Case(
            "a user's loop, normal noise (100)",
            Arch().v(100),
            100,
            arch,
            lambda rng, size: [rng.standard_normal(size) for _ in range(100)],
        ),
        Case(
            "a user's loop, Laplace noise (100)",
            Walk().x(100),
            100,
            walk,
            lambda rng, size: [rng.laplace(0, 1, size) for _ in range(100)],
        ),
    ]
