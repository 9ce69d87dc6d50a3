"""What is kept of a model's points of the plane before the next model is trained on them.

A verifier sees whether a point is right, near one of the eight Gaussians, and errs at declared rates. A discriminator has only
real points: it compares how many of them are near with how many of the model's are.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import KDTree

from ..diffusion.circle import CENTRES, KEPT, MODES

VERIFIERS = {
    "none": (1.0, 1.0),
    "perfect": (1.0, 0.0),
    "noisy": (0.9, 0.3),
}  # the shares kept of right and of wrong points
CANDIDATES = 3  # points that a model generates for each that the next one is trained on
NEAREST = 20  # points that a discriminator looks at


def right(points: np.ndarray) -> np.ndarray:
    """Whether each point (size, 2) is within three standard deviations of a Gaussian's centre, as 98.9 % of the truth's are."""
    return np.linalg.norm(points[:, None] - CENTRES, axis=2).min(axis=1) < KEPT


def accuracy(p: float, phi: float, psi: float) -> float:
    """The share of right points among those kept, of a share p: the claim `filter-verifier-threshold-accuracy`, p for 1 - p.

    Where nothing would be kept everything is.
    """
    kept = p * phi + (1 - p) * psi
    return p * phi / kept if kept else p


def unequal(points: np.ndarray) -> float:
    """How far right points are from being shared out equally among the Gaussians: total variation, from 0 to 7/8."""
    own = points[right(points)]
    nearest = np.linalg.norm(own[:, None] - CENTRES, axis=2).argmin(axis=1)
    shares = np.bincount(nearest, minlength=MODES) / max(len(own), 1)
    return float(np.abs(shares - 1 / MODES).sum() / 2)


def verified(rng: np.random.Generator, points: np.ndarray, size: int, phi: float, psi: float) -> np.ndarray:
    """The first points that are kept, so many; where fewer are, all of them, and some of them again.

    Where none is kept: the first points as they are.
    """
    kept = points[rng.random(len(points)) < np.where(right(points), phi, psi)]
    if 0 < len(kept) < size:
        kept = np.concatenate([kept, kept[rng.integers(0, len(kept), size - len(kept))]])
    return kept[:size] if len(kept) else points[:size]


def discriminated(rng: np.random.Generator, points: np.ndarray, real: np.ndarray, size: int) -> np.ndarray:
    """So many of the points after the first `size`, drawn by the odds that their neighbours are real ones, not of the first."""
    own, rest = points[:size], points[size:]
    _, places = KDTree(np.concatenate([real, own])).query(rest, NEAREST)
    found = (np.asarray(places) < len(real)).sum(axis=1)
    odds = (found + 1) / (NEAREST - found + 1)
    return rest[rng.choice(len(rest), size, p=odds / odds.sum())]


__all__ = ["CANDIDATES", "VERIFIERS", "accuracy", "discriminated", "right", "unequal", "verified"]
