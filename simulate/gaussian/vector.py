"""Gaussians in several dimensions, run on Bartlett's factor of each sample covariance: the cost does not depend on n.

The covariance is M M', M = L G with L triangular. A generation multiplies M by a random triangular T: G becomes G T. While G
is well conditioned that is all; every few generations G = R F is split into a triangular R, which goes to L, and an orthogonal F,
so that no small eigenvalue drowns in a large one. G starts askew: the factors of L are not those of T.

Paths are run side by side, arrays end with their number: the arithmetic is done for several at a time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

from theory.gaussian.vector import MultivariateGaussianLoop

from ..engine.normals import chi_square
from ..engine.pointwise import PointKernel, pointwise
from ..engine.rows import put
from ..engine.streams import apart

MOST, LEAST = 128, 8  # paths at a time; each such group has a stream of its own
ENTRIES = 2**15  # of their matrices: they stay in the cache
GROUPS = 17  # names these streams among those of a block
WORST = 1e4  # condition that G may reach: as many digits of its small eigenvalues are lost


@njit(nogil=True, cache=True)
def settle(L, G):
    """L G = (L R)(F) with R triangular and F orthogonal, in place: by Gram and Schmidt on the rows of G, each row twice."""
    d, _, size = G.shape
    R, y = np.zeros((d, d, size)), np.empty(size)
    for i in range(d):
        for _ in range(2):
            for k in range(i):
                y[:] = 0.0
                for j in range(d):
                    for p in range(size):
                        y[p] += G[i, j, p] * G[k, j, p]
                for p in range(size):
                    R[i, k, p] += y[p]
                for j in range(d):
                    for p in range(size):
                        G[i, j, p] -= y[p] * G[k, j, p]
        y[:] = 0.0
        for j in range(d):
            for p in range(size):
                y[p] += G[i, j, p] * G[i, j, p]
        for p in range(size):
            R[i, i, p] = math.sqrt(y[p])
        for j in range(d):
            for p in range(size):
                G[i, j, p] /= R[i, i, p]
    for i in range(d):
        for j in range(i + 1):  # what is still read of L is to the right of what is written
            for p in range(size):
                L[i, j, p] *= R[j, j, p]
            for k in range(j + 1, i + 1):
                for p in range(size):
                    L[i, j, p] += L[i, k, p] * R[k, j, p]


@njit(nogil=True, cache=True)
def step(rng, n, divisor, chi, L, G, mean, T, z):
    """One generation of a group of paths. chi: for every dimension (degrees of freedom, and two constants of `chi_square`);
    divisor: of the sums of products."""
    d, size = mean.shape
    root, unit = 1 / math.sqrt(n), 1 / math.sqrt(divisor)
    for i in range(d):
        for p in range(size):
            z[0, i, p] = root * rng.standard_normal()
    for i in range(d):  # the mean of n draws, in units of D: L G z / sqrt(n)
        z[1, i, :] = 0.0
        for k in range(d):
            for p in range(size):
                z[1, i, p] += G[i, k, p] * z[0, k, p]
    for i in range(d):
        for k in range(i + 1):
            for p in range(size):
                mean[i, p] += L[i, k, p] * z[1, k, p]
    for i in range(d):
        for p in range(size):
            T[i, i, p] = unit * math.sqrt(chi_square(rng, chi[i, 0], chi[i, 1], chi[i, 2]))
        for j in range(i):
            for p in range(size):
                T[i, j, p] = unit * rng.standard_normal()
    for i in range(d):
        for j in range(d):  # what is still read of G is to the right of what is written
            for p in range(size):
                G[i, j, p] *= T[j, j, p]
            for k in range(j + 1, d):
                for p in range(size):
                    G[i, j, p] += G[i, k, p] * T[k, j, p]


@njit(nogil=True, cache=True)
def vectors(rng, n, divisor, chi, every, at, L, G, mean, factors, means):
    """Run a group of paths.  L, G: (d, d, paths), mean: (d, paths); factors, means: L and the mean at every of `at`."""
    d, size = mean.shape
    T, z, lent = np.zeros((d, d, size)), np.empty((2, d, size)), np.empty((d, d, size))
    done = 0
    for k in range(len(at)):
        for g in range(done, at[k]):
            step(rng, n, divisor, chi, L, G, mean, T, z)
            if (g + 1) % every == 0:
                settle(L, G)
        done = at[k]
        for i in range(d):
            put(means[k], i, mean[i])
            for j in range(d):
                put(factors[k, i], j, L[i, j])
                put(lent[i], j, G[i, j])
        settle(factors[k], lent)


def rounds(n: int, d: int) -> int:
    """How many generations G may go without being split: by the condition that T has for large n and d, (1 + r)/(1 - r)."""
    r = math.sqrt(d / (n - 1))
    return max(1, int(math.log(WORST) / math.log((1 + r) / (1 - r)))) if r < 1 else 1


def _draw(loop: MultivariateGaussianLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    n, d, at = int(loop.n), int(loop.d), np.array(times, dtype=np.int64)
    nu = n - 1.0 - np.arange(d)
    b = nu / 2 - 1 / 3
    chi = np.column_stack([nu, b, 1 / np.sqrt(9 * b)])
    factors, means = np.empty((len(times), d, d, size)), np.empty((len(times), d, size))
    together = min(MOST, max(LEAST, ENTRIES // d**2))
    for first in range(0, size, together):
        some = slice(first, min(first + together, size))
        paths = some.stop - first
        L, mean = np.repeat(np.eye(d)[..., None], paths, axis=2), np.zeros((d, paths))
        G = np.repeat((np.eye(d) - 2 / d)[..., None], paths, axis=2)
        found, centres = np.empty((len(times), d, d, paths)), np.empty((len(times), d, paths))
        vectors(apart(rng, GROUPS, first), n, float(loop.divisor), chi, rounds(n, d), at, L, G, mean, found, centres)
        factors[..., some], means[..., some] = found, centres
    out = {}
    for k, t in enumerate(times):
        out |= {(f"a{i + 1}_{j + 1}", t): factors[k, i, j] for i in range(d) for j in range(i + 1)}
        out |= {(f"mu{i + 1}", t): means[k, i] for i in range(d)}
    return out


@pointwise(MultivariateGaussianLoop)
def _kernel(loop: MultivariateGaussianLoop) -> PointKernel:
    d = int(loop.d)
    return PointKernel(_draw, 30.0 + 12.0 * d + 4.0 * d**2 + 1.0 * d**3, 12.0 * d**2)
