"""Gaussians in several dimensions, run on Bartlett's factor of each sample covariance: the cost does not depend on n.

The covariance is M M', M = L F with L triangular and F orthogonal. A generation multiplies M by a random triangular T:
L F T = L (L' F'), by orthogonalising the rows of F T, so that no small eigenvalue drowns in a large one. F starts askew: the
factors of L are not those of T.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

from theory.gaussian.vector import MultivariateGaussianLoop

from ..engine.normals import chi_square
from ..engine.pointwise import PointKernel, pointwise


@njit(nogil=True, cache=True)
def triangular_step(rng, n, divisor, chi, L, F, mean, T, G, z):
    """One generation of one path. chi: for every dimension (degrees of freedom, and two constants of `chi_square`); divisor: of
    the sums of products."""
    d = len(mean)
    for i in range(d):
        z[i] = rng.standard_normal()
    for i in range(d):  # the mean of n draws, in units of D: M z / sqrt(n)
        y = 0.0
        for k in range(d):
            y += F[i, k] * z[k]
        G[0, i] = y
    for i in range(d):
        y = 0.0
        for k in range(i + 1):
            y += L[i, k] * G[0, k]
        mean[i] += y / math.sqrt(n)
    for i in range(d):
        T[i, i] = math.sqrt(chi_square(rng, chi[i, 0], chi[i, 1], chi[i, 2]) / divisor)
        for j in range(i):
            T[i, j] = rng.standard_normal() / math.sqrt(divisor)
    for i in range(d):
        for j in range(d):
            y = 0.0
            for k in range(j, d):
                y += F[i, k] * T[k, j]
            G[i, j] = y
    for i in range(d):  # G = T' F', by Gram and Schmidt, each row twice
        for k in range(i + 1):
            T[i, k] = 0.0
        for _ in range(2):
            for k in range(i):
                y = 0.0
                for j in range(d):
                    y += G[i, j] * F[k, j]
                T[i, k] += y
                for j in range(d):
                    G[i, j] -= y * F[k, j]
        y = 0.0
        for j in range(d):
            y += G[i, j] * G[i, j]
        y = math.sqrt(y)
        T[i, i] = y
        for j in range(d):
            F[i, j] = G[i, j] / y
    for i in range(d):
        for j in range(i + 1):
            y = 0.0
            for k in range(j, i + 1):
                y += L[i, k] * T[k, j]
            L[i, j] = y  # L[i, k] with k < j is not read again


@njit(nogil=True, cache=True)
def vectors(rng, n, divisor, chi, at, L, F, mean, factors, means):
    """Run all replicates; L, F: (replicates, d, d), mean: (replicates, d); factors, means: the same, at every of `at`."""
    d = mean.shape[1]
    T, G, z = np.zeros((d, d)), np.zeros((d, d)), np.zeros(d)
    done = 0
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for i in range(len(mean)):
                triangular_step(rng, n, divisor, chi, L[i], F[i], mean[i], T, G, z)
        done = at[k]
        factors[k], means[k] = L, mean


def _draw(loop: MultivariateGaussianLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    n, d = int(loop.n), int(loop.d)
    nu = n - 1.0 - np.arange(d)
    b = nu / 2 - 1 / 3
    chi = np.column_stack([nu, b, 1 / np.sqrt(9 * b)])
    L, mean = np.tile(np.eye(d), (size, 1, 1)), np.zeros((size, d))
    F = np.tile(np.eye(d) - 2 / d, (size, 1, 1))
    factors, means = np.empty((len(times), size, d, d)), np.empty((len(times), size, d))
    vectors(rng, n, float(loop.divisor), chi, np.array(times, dtype=np.int64), L, F, mean, factors, means)
    out = {}
    for k, t in enumerate(times):
        out |= {(f"a{i + 1}_{j + 1}", t): factors[k, :, i, j] for i in range(d) for j in range(i + 1)}
        out |= {(f"mu{i + 1}", t): means[k, :, i] for i in range(d)}
    return out


@pointwise(MultivariateGaussianLoop)
def _kernel(loop: MultivariateGaussianLoop) -> PointKernel:
    d = int(loop.d)
    return PointKernel(_draw, 60.0 + 20.0 * d**2 + 4.0 * d**3, 12.0 * d**2)
