"""Eight Gaussians of the plane, curated by the distance from the first: the law that theory has, points, and what is measured.

The reward of a point is minus its distance from the first Gaussian's centre, so its weight e^r is at most 1. A point is picked
among K = 4 with probability proportional to its weight.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from ..diffusion.circle import CENTRES, KEPT, LEAST, MODES, SD
from .picks import picks, resampled

K = 4
LAMBDA = {"synthetic": None, "half": 0.5}  # picks to real points that a scheme trains on; None: picks alone
FINE, REACH = 0.0175, 6.0  # of the grid on which the law is followed: its step, and standard deviations about a centre
TIMES = np.exp(np.linspace(-36.0, 11.0, 471))  # at which the Laplace transform of the weight is taken


def weights(points: np.ndarray) -> np.ndarray:
    """e^r of points (..., 2): array (...)."""
    return np.exp(-np.linalg.norm(points - CENTRES[0], axis=-1))


def picked(rng: np.random.Generator, points: np.ndarray) -> np.ndarray:
    """Of points (K n, 2), in groups of K, one of each group: array (n, 2)."""
    groups = points.reshape(-1, K, 2)
    return groups[np.arange(len(groups)), picks(rng, weights(groups))]


def measures(points: np.ndarray, expected: float) -> dict[str, float]:
    """weight, variance: mean and variance of e^r.  behind: by how much the mean is below the one that theory has, `expected`.

    near: share of points nearest to the preferred centre.  modes: those with over 2 % of the points within three sd.
    """
    f, away = weights(points), np.linalg.norm(points[:, None] - CENTRES, axis=2)
    nearest = away.argmin(axis=1)
    shares = np.bincount(nearest[away.min(axis=1) < KEPT], minlength=MODES) / len(points)
    return {
        "weight": float(f.mean()),
        "variance": float(f.var()),
        "behind": expected - float(f.mean()),
        "near": float(np.mean(nearest == 0)),
        "modes": int(np.count_nonzero(shares > LEAST)),
    }


# ---- the law --------------------------------------------------------------------------------------------------------


def factor(masses: np.ndarray, f: np.ndarray, candidates: int = K) -> np.ndarray:
    """What a round multiplies the mass of every atom by: the mean of K f/(f + f_2 + ... + f_K), f_j being drawn from the law.

    1/S is the integral of e^(-s S) over s > 0, so that it is one integral of the weight's Laplace transform to the power K - 1:
    by the trapezoidal rule in log s.
    """
    kernel = np.exp(-np.outer(TIMES, f))
    transform = kernel @ masses
    inner = TIMES * transform ** (candidates - 1) * np.gradient(np.log(TIMES))
    return candidates * f * (inner @ kernel)


def followed(
    reference: np.ndarray, f: np.ndarray, lam: float | None, rounds: int, candidates: int = K
) -> Iterator[np.ndarray]:
    """The law of every round from 0 on: picks alone (lam = None), or beside the law of the real data, lam to 1."""
    now = reference
    for _ in range(rounds + 1):
        yield now
        now = now * factor(now, f, candidates)
        if lam is not None:
            now = (reference + lam * now) / (1 + lam)


@lru_cache(maxsize=8)
def expected(scheme: str, rounds: int) -> tuple[float, ...]:
    """The mean weight that theory has, with infinitely many points, in every round from 0 on."""
    near = np.arange(-REACH * SD, REACH * SD, FINE) + FINE / 2
    x, y = (near.repeat(len(near)), np.tile(near, len(near)))
    density = np.exp(-(x**2 + y**2) / (2 * SD**2))
    places = (CENTRES[:, None] + np.column_stack([x, y])).reshape(-1, 2)
    masses, f = np.tile(density / (density.sum() * MODES), MODES), weights(places)
    # the law of the weight alone is needed: atoms of nearly the same weight are one
    edges = np.linspace(f.min(), f.max(), 4001)
    at = np.clip(np.searchsorted(edges, f, side="right") - 1, 0, len(edges) - 2)
    total, first = (np.bincount(at, w, minlength=len(edges) - 1) for w in (masses, masses * f))
    own = total > 0
    levels = first[own] / total[own]
    return tuple(float(law @ levels) for law in followed(total[own], levels, LAMBDA[scheme], rounds))


# ---- points ---------------------------------------------------------------------------------------------------------


def particles(rng: np.random.Generator, scheme: str, real: np.ndarray, rounds: int) -> Iterator[np.ndarray]:
    """A model that is the points it was trained on, (n, 2): the next are picks, each among K of them, with replacement."""
    n, now, lam = len(real), real, LAMBDA[scheme]
    for _ in range(rounds + 1):
        yield now
        if lam is None:
            now = now[resampled(rng, weights(now), K, n)]
        else:
            few = now[resampled(rng, weights(now), K, round(lam * n))]
            now = np.concatenate([real, few])


__all__ = ["LAMBDA", "K", "expected", "factor", "followed", "measures", "particles", "picked", "weights"]
