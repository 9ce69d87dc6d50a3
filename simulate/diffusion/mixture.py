"""A truth of the plane that is known: round Gaussians about places, all alike; and what points are beside it.

truth = Mixture(CENTRES, sd=0.15)
truth.grid_tv(points) - truth.null_tv(len(points))
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gammaln, ndtr, xlogy


@dataclass(frozen=True, eq=False)
class Mixture:
    """Equal shares of Gaussians with standard deviation `sd` in every coordinate about `centres`, array (places, 2).

    side, cells: the grid of total variation: [-side, side]^2 in cells^2 cells, and what is outside as one more.
    """

    centres: np.ndarray
    sd: float
    side: float = 3.5
    cells: int = 28

    def draw(self, rng: np.random.Generator, size: int) -> np.ndarray:
        """Points, array (size, 2)."""
        places = rng.integers(len(self.centres), size=size)
        return self.centres[places] + self.sd * rng.standard_normal((size, 2))

    @cached_property
    def masses(self) -> np.ndarray:
        """The truth's mass of every cell, and outside."""
        x, y = (np.diff(ndtr((self._edges - c[:, None]) / self.sd), axis=1) for c in self.centres.T)
        inside = np.einsum("mi,mj->ij", x, y).ravel() / len(self.centres)
        return np.append(inside, 1 - inside.sum())

    @property
    def _edges(self) -> np.ndarray:
        return np.linspace(-self.side, self.side, self.cells + 1)

    def grid_tv(self, points: np.ndarray) -> float:
        """Total variation between the shares of points in the cells and the truth's exact masses."""
        counts = np.histogram2d(points[:, 0], points[:, 1], (self._edges, self._edges))[0].ravel()
        shares = np.append(counts, len(points) - counts.sum()) / len(points)
        return float(np.abs(shares - self.masses).sum() / 2)

    def null_tv(self, size: int) -> float:
        """The mean of `grid_tv` of so many points of the truth: by De Moivre's mean deviation of a binomial count."""
        p = self.masses
        k = np.floor(size * p) + 1
        log_choose = gammaln(size + 1) - gammaln(k + 1) - gammaln(size - k + 1)
        deviations = 2 * k * np.exp(log_choose + xlogy(k, p) + xlogy(size - k + 1, 1 - p))
        return float(deviations.sum() / (2 * size))

    def nearest(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of every point the nearest centre's number, and the distance from it."""
        away = np.linalg.norm(points[:, None] - self.centres, axis=2)
        return away.argmin(axis=1), away.min(axis=1)


__all__ = ["Mixture"]
