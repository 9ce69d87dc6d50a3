"""Eight Gaussians on a circle: points of them, what is measured of other points, and a score net retrained on its own.

for points in retrainings("half", n=1000, width=512, end="stopped", seed=0, run=3, generations=20):
    print(measures(points))
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numba import njit
from scipy.special import i0e, i1e

from ..engine.streams import generator
from .mixture import Mixture
from .training import RandomFeatures, denoised, reverse, score_flow

MODES, RADIUS, SD = 8, 2.0, 0.15
CENTRES = RADIUS * np.column_stack([f(2 * np.pi * np.arange(MODES) / MODES) for f in (np.cos, np.sin)])
NEAR, KEPT, LEAST = 4 * SD, 3 * SD, 0.02  # near a mode; of a mode that is kept: its points, and their least share
TRUTH = Mixture(CENTRES, SD)
SCHEMES = ("synthetic", "half", "accumulate")
ENDS = ("stopped", "denoised")

# A fit: so many noised points, at one of these noise levels each; gradient flow for so long; sampling in as many steps.
DRAWS, TRAINING, LEVELS = 10_000, 1e6, np.geomspace(3.0, 0.005, 100)
GENERATED = 2000  # points from every model: all are measured, the first n are trained on
BOX = 6.0  # a generated point that steps beyond is moved to its edge


# ---- what is measured -----------------------------------------------------------------------------------------------


def measures(points: np.ndarray) -> dict[str, float]:
    """How far points (size, 2) are from the truth, whose law is known: nothing is drawn from it.

    near: share of points within four standard deviations of a mode (0.99966 of the truth's).
    spread: standard deviation about the nearest mode, by coordinate.
    modes: those with more than 2 % of the points within three standard deviations.
    tv: total variation from the truth on a grid, less what as many points of the truth have on average.
    energy: energy distance 2 E|X - Y| - E|X - X'| - E|Y - Y'| from the truth Y, by pairs of distinct points.
    """
    to_modes = np.linalg.norm(points[:, None] - CENTRES, axis=2)
    nearest, distance = to_modes.argmin(axis=1), to_modes.min(axis=1)
    shares = np.bincount(nearest[distance < KEPT], minlength=MODES) / len(points)
    return {
        "near": float(np.mean(distance < NEAR)),
        "spread": math.sqrt(np.mean(distance**2) / 2),
        "modes": int(np.count_nonzero(shares > LEAST)),
        "tv": TRUTH.grid_tv(points) - TRUTH.null_tv(len(points)),
        "energy": float(2 * np.mean(_mean_distance(to_modes, SD).mean(axis=1)) - among(points) - WITHIN),
    }


def _mean_distance(away: np.ndarray, sd: float) -> np.ndarray:
    """E|Y| of a Gaussian of the plane, `sd` in every coordinate, about a place so far away: the mean of Rice's law."""
    z = (away / sd) ** 2 / 4
    return sd * math.sqrt(math.pi / 2) * ((1 + 2 * z) * i0e(z) + 2 * z * i1e(z))


WITHIN = float(_mean_distance(np.linalg.norm(CENTRES - CENTRES[0], axis=1), math.sqrt(2) * SD).mean())  # E|Y - Y'|


@njit(nogil=True, cache=True)
def among(points):
    """The mean distance of two distinct points."""
    total, size = 0.0, len(points)
    for i in range(size):
        for j in range(i):
            total += math.sqrt((points[i, 0] - points[j, 0]) ** 2 + (points[i, 1] - points[j, 1]) ** 2)
    return 2 * total / (size * (size - 1))


# ---- retraining -----------------------------------------------------------------------------------------------------


def retrainings(
    scheme: str, n: int, width: int, end: str, seed: int, run: int, generations: int
) -> Iterator[np.ndarray]:
    """Points (GENERATED, 2) of the model of every generation from 0, which is trained on n real points, on.

    scheme: what the next model is trained on: "synthetic", n points of the model before; "half", the first n/2 of the real
    points and n/2 of the model's; "accumulate", all points that any model was trained on, and n more. All schemes of a run
    share real points, features and generation 0.
    end: "stopped", points are as sampling leaves them at the last level s, with a variance of 1 - e^(-2s) of noise that every
    generation adds; or "denoised", the last noise is taken off.
    Raises `FloatingPointError` where a model's points are not all finite.
    """
    key = f"eight gaussians, n={n}, width={width}"
    rng = generator(seed, key, run)
    real, features = TRUTH.draw(rng, n), RandomFeatures.drawn(rng, width)
    data = real
    for t in range(generations + 1):
        flow = score_flow(data, features, LEVELS, rng, DRAWS)
        weights = flow.weights(TRAINING)
        points = reverse(features, weights, LEVELS, rng, GENERATED)
        if end == "denoised":
            points = denoised(features, weights, LEVELS[-1], points)
        if lost := np.count_nonzero(~np.isfinite(points).all(axis=1)):  # to go on without them would be another loop
            raise FloatingPointError(f"{lost} of {GENERATED} points of generation {t} are not finite")
        points = np.clip(points, -BOX, BOX)
        yield points
        match scheme:
            case "synthetic":
                data = points[:n]
            case "half":
                data = np.concatenate([real[: n // 2], points[: n // 2]])
            case "accumulate":
                data = np.concatenate([data, points[:n]])
        if t == 0:
            rng = generator(seed, f"{key}, {scheme}", run)


__all__ = ["CENTRES", "ENDS", "SCHEMES", "TRUTH", "among", "measures", "retrainings"]
