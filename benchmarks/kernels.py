"""What the kernels of the families cost beside vectorised NumPy, and beside the mere draws of its random numbers.

    python benchmarks/kernels.py [--replicates 8192] [--repeats 5]

Everybody simulates the same loop in one thread with SFC64; NumPy's side is what an expert writes in ten lines, on what a fit
sees of the points where our kernel does so too. A repeat times ours, NumPy and the draws in turn. Means and second moments of
the two are compared in standard errors: the last column is the larger of both, over all repeats.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sympy import Rational, log, sqrt

sys.path.insert(0, str(Path(__file__).parents[1]))  # runs from a checkout that is not installed

from simulate.curation.picks import picks
from simulate.engine.dispatch import estimand
from simulate.engine.streams import generator
from theory.curation import CuratedLoop
from theory.diffusion.loops import MemorisingLoop
from theory.gaussian import GaussianLoop
from theory.gaussian.policies import PooledGaussianLoop
from theory.gaussian.vector import MultivariateGaussianLoop
from theory.language.laws import Finite
from theory.language.moments import E, Moment
from theory.language.policies import Accumulate, Subsample
from theory.stability.gaussian import RetrainedScaleLoop

Draws = Callable[[np.random.Generator, int], Any]


@dataclass(frozen=True)
class Case:
    """observed: an observable of the loop, of which `numpy` draws so many, too.  draws: its random numbers alone."""

    name: str
    observed: Any
    generations: int
    numpy: Draws
    draws: Draws


def gaussian(rng: np.random.Generator, size: int, n: int = 100, t: int = 100) -> np.ndarray:
    mu, v = np.zeros(size), np.ones(size)
    for _ in range(t):
        mu += np.sqrt(v / n) * rng.standard_normal(size)
        v *= rng.chisquare(n - 1, size) / (n - 1)
    return np.log(v) / 2


def pooled(rng: np.random.Generator, size: int, n: int = 100, t: int = 100) -> np.ndarray:
    mu, v = np.zeros(size), np.ones(size)
    for g in range(t):
        mean = mu + np.sqrt(v / n) * rng.standard_normal(size)
        square, share = v * rng.chisquare(n - 1, size) / n, g / (g + 1)
        mu, v = (
            share * mu + (1 - share) * mean,
            share * v + (1 - share) * square + share * (1 - share) * (mu - mean) ** 2,
        )
    return v


def subsampled(rng: np.random.Generator, size: int, n: int = 100, t: int = 30) -> np.ndarray:
    mu, v, pool, each = np.zeros(size), np.ones(size), np.empty((size, n * t)), np.arange(size)[:, None]
    for g in range(1, t + 1):
        pool[:, (g - 1) * n : g * n] = mu[:, None] + np.sqrt(v)[:, None] * rng.standard_normal((size, n))
        points = pool[each, rng.integers(0, g * n, (size, n))]
        mu, v = points.mean(axis=1), points.var(axis=1)
    return v


def multivariate(rng: np.random.Generator, size: int, n: int = 100, t: int = 50, d: int = 3) -> np.ndarray:
    factor, low = np.tile(np.eye(d), (size, 1, 1)), np.tril_indices(d, -1)
    for _ in range(t):
        bartlett = np.zeros((size, d, d))
        bartlett[:, low[0], low[1]] = rng.standard_normal((size, len(low[0])))
        for i in range(d):
            bartlett[:, i, i] = np.sqrt(rng.chisquare(n - 1 - i, size))
        factor = factor @ bartlett / np.sqrt(n - 1)
    return np.sqrt((factor[:, 0] ** 2).sum(axis=1))


def scale(rng: np.random.Generator, size: int, n: int = 100, t: int = 20) -> np.ndarray:
    v = np.ones(size)
    for _ in range(t):
        v = (rng.chisquare(n, size) + v * rng.chisquare(n, size)) / (2 * n)
    return v


def memorising(rng: np.random.Generator, size: int, n: int = 100, t: int = 20) -> np.ndarray:
    points, each = rng.standard_normal((size, n)), np.arange(size)[:, None]
    keep = np.sqrt(0.5)
    for _ in range(t - 1):
        points = keep * points[each, rng.integers(0, n, (size, n))] + keep * rng.standard_normal((size, n))
    chosen = points[each, rng.integers(0, n, (size, 2))]
    return keep * (chosen[:, 0] - chosen[:, 1]) + keep * (rng.standard_normal(size) - rng.standard_normal(size))


MASSES, REWARDS = (0.5, 0.3, 0.2), (1.0, 2.0, 4.0)


def tournaments(rng: np.random.Generator, size: int, K: int = 4, t: int = 5) -> np.ndarray:
    atoms = np.searchsorted(np.cumsum(MASSES)[:-1], rng.random(size * K**t), side="right")
    for _ in range(t):
        groups = atoms.reshape(-1, K)
        atoms = groups[np.arange(len(groups)), picks(rng, np.array(REWARDS)[groups])]
    return (atoms == 0).astype(float)


def cases() -> list[Case]:
    def both(n: int, t: int) -> Draws:
        return lambda rng, size: [(rng.standard_normal(size), rng.chisquare(n - 1, size)) for _ in range(t)]

    def normals(n: int, t: int) -> Draws:
        return lambda rng, size: [(rng.standard_normal((size, n)), rng.integers(0, n, (size, n))) for _ in range(t)]

    def bartlett(rng: np.random.Generator, size: int) -> Any:
        return [(rng.standard_normal((size, 6)), [rng.chisquare(99 - i, size) for i in range(3)]) for _ in range(50)]

    def squares(rng: np.random.Generator, size: int) -> Any:
        return [(rng.chisquare(100, size), rng.chisquare(100, size)) for _ in range(20)]

    def uniforms(rng: np.random.Generator, size: int) -> Any:
        return rng.random(size * (4**6 - 1) // 3)

    law = Finite(tuple(map(Rational, ("1/2", "3/10", "1/5"))))
    return [
        Case(
            "Gaussian (100 points, 100 generations)", log(GaussianLoop(100).sigma(100)), 100, gaussian, both(100, 100)
        ),
        Case(
            "pooled, accumulating (100, 100)", PooledGaussianLoop(100, Accumulate()).v(100), 100, pooled, both(100, 100)
        ),
        Case(
            "pooled, subsampled (100, 30)", PooledGaussianLoop(100, Subsample()).v(30), 30, subsampled, normals(100, 30)
        ),
        Case(
            "Gaussian in 3 dimensions (100, 50)",
            MultivariateGaussianLoop(100, 3).a(1, 1, 50),
            50,
            multivariate,
            bartlett,
        ),
        Case("scale, half of it real (100 + 100, 20)", RetrainedScaleLoop(100, 100).v(20), 20, scale, squares),
        Case(
            "memorising (100, 20)", MemorisingLoop(100, sqrt(Rational(1, 2))).gap(20), 20, memorising, normals(100, 20)
        ),
        Case(
            "tournament of 4^5 leaves, a draw",
            CuratedLoop(law, (1, 2, 4), 4).mass(5, 0),
            1,
            tournaments,
            uniforms,
        ),
    ]


def contestants(case: Case) -> tuple[Draws, Draws, Draws]:
    """Ours, NumPy's, the draws alone; the first two give the observable's values."""
    observed = case.observed if isinstance(case.observed, Moment) else E(case.observed)
    (statistic,) = estimand(observed).statistics

    def ours(rng: np.random.Generator, size: int) -> np.ndarray:
        return np.asarray(statistic.values(statistic.simulation.draw(rng, size, list(statistic.times))), dtype=float)

    return ours, case.numpy, case.draws


def distance(x: np.ndarray, y: np.ndarray) -> float:
    """Between means and second moments, in standard errors: the larger one."""
    pairs = [(x, y), (x * x, y * y)]
    return max(abs(a.mean() - b.mean()) / np.sqrt(a.var() / a.size + b.var() / b.size) for a, b in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--replicates", type=int, default=8192)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    print(f"{'':40} {'ours, ns':>10} {'NumPy/ours':>11} {'ours/draws':>11} {'apart':>6}")
    for case in cases():
        size = options.replicates if case.numpy is not tournaments else options.replicates // 32
        seconds, values = [], []
        for repeat in range(-1, options.repeats):  # repeat -1 warms up, and compiles
            rngs, took, got = [generator(repeat + 1, case.name, i) for i in range(3)], [], []
            for contestant, rng in zip(contestants(case), rngs, strict=True):
                start = time.perf_counter()
                got.append(contestant(rng, size))
                took.append(time.perf_counter() - start)
            if repeat >= 0:
                seconds.append(took)
                values.append(got[:2])
        ours, numpy, draws = np.array(seconds).T
        nanoseconds = 1e9 * ours.min() / (size * case.generations)
        apart = distance(*(np.concatenate(v) for v in zip(*values, strict=True)))
        ratios = np.median(numpy / ours), np.median(ours / draws)
        print(f"{case.name:40} {nanoseconds:10.1f} {ratios[0]:11.2f} {ratios[1]:11.2f} {apart:6.1f}")


if __name__ == "__main__":
    main()
