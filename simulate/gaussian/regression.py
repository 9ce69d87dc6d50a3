"""Linear regression, run on Bartlett's factor of X'X and on X'eps: the cost does not depend on n."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

from theory.gaussian.regression import MinimumNormLoop, RegressionLoop
from theory.language.policies import Accumulate

from ..engine.normals import chi_square, constants
from ..engine.pointwise import PointKernel, pointwise
from ..engine.rows import put


@njit(nogil=True, cache=True)
def design(rng, chi, T):
    """The triangular factor of X'X for Gaussian inputs. chi: degrees of freedom and two constants of `chi_square`."""
    for i in range(len(T)):
        T[i, i] = math.sqrt(chi_square(rng, chi[i, 0], chi[i, 1], chi[i, 2]))
        for j in range(i):
            T[i, j] = rng.standard_normal()


@njit(nogil=True, cache=True)
def factor(A, C):
    """Cholesky's factor of A."""
    for i in range(len(A)):
        for j in range(i + 1):
            y = A[i, j]
            for k in range(j):
                y -= C[i, k] * C[j, k]
            C[i, j] = math.sqrt(y) if i == j else y / C[j, j]


@njit(nogil=True, cache=True)
def regression(rng, accumulate, reused, chi, residual, at, error, noise, T, total, records):
    """Labels from the model before; w moves by total^-1 X'eps, where total is X'X of all inputs of the fit.

    residual: degrees of freedom of the residuals, constants of `chi_square`, and what their squares are divided by; 0: noise
    is not fitted.

    error: (replicates, d); T, total: (replicates, d, d), the last generation's factor of X'X, and the sum of X'X so far.
    records: (2, len(at), replicates), the error in the first direction, and the noise.
    """
    d = error.shape[1]
    C, z = np.zeros((d, d)), np.zeros(d)
    done = 0
    for k in range(len(at)):
        for g in range(done, at[k]):
            for r in range(len(error)):
                if not reused or g == 0:
                    design(rng, chi, T[r])
                for i in range(d):
                    z[i] = rng.standard_normal()
                    for j in range(i + 1):
                        y = 0.0
                        for m in range(j + 1):
                            y += T[r, i, m] * T[r, j, m]
                        total[r, i, j] = y + (total[r, i, j] if accumulate else 0.0)
                for i in range(d - 1, -1, -1):  # X'eps = T z
                    y = 0.0
                    for j in range(i + 1):
                        y += T[r, i, j] * z[j]
                    z[i] = y
                factor(total[r], C)
                for i in range(d):
                    for j in range(i):
                        z[i] -= C[i, j] * z[j]
                    z[i] /= C[i, i]
                for i in range(d - 1, -1, -1):
                    for j in range(i + 1, d):
                        z[i] -= C[j, i] * z[j]
                    z[i] /= C[i, i]
                    error[r, i] += noise[r] * z[i]
                if residual[0] > 0:
                    noise[r] *= math.sqrt(chi_square(rng, residual[0], residual[1], residual[2]) / residual[3])
        done = at[k]
        put(records[0], k, error[:, 0])
        put(records[1], k, noise)


def _draw(loop: RegressionLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    n, d = int(loop.n), int(loop.d)
    nu = n - np.arange(d, dtype=float)
    b = nu / 2 - 1 / 3
    chi = np.column_stack([nu, b, 1 / np.sqrt(9 * b)])
    residual = np.zeros(4)
    if loop.fitted_noise != "no":
        residual[:] = *constants(n - d), n if loop.fitted_noise == "mle" else n - d
    records = np.empty((2, len(times), size))
    error, T, total = np.zeros((size, d)), np.zeros((size, d, d)), np.zeros((size, d, d))
    at = np.array(times, dtype=np.int64)
    accumulate = isinstance(loop.policy, Accumulate)
    regression(rng, accumulate, loop.reused, chi, residual, at, error, np.ones(size), T, total, records)
    scaled = float(loop.sigma) * records
    return {
        (name, t): scaled[j, k]
        for j, name in enumerate(("error", "noise"))
        if name in loop.state
        for k, t in enumerate(times)
    }


@pointwise(RegressionLoop)
def _kernel(loop: RegressionLoop) -> PointKernel:
    d = float(loop.d)
    return PointKernel(_draw, 40.0 + 20.0 * d + 9.0 * d**2 + 20.0 * (loop.fitted_noise != "no"), 3.0 * d**2)


def _draw_minimum(loop: MinimumNormLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    """Inputs and labels are drawn, and interpolated: X'(X X')^-1 y. The true weights are along the first axis."""
    n, d, norm, sigma = int(loop.n), int(loop.d), float(loop.norm), float(loop.sigma)
    w, out = np.zeros((size, d)), {}
    w[:, 0] = math.sqrt(norm)
    for t in range(max(times) + 1):
        if t:
            X = rng.standard_normal((size, n, d))
            y = X @ w[..., None] + sigma * rng.standard_normal((size, n, 1))
            w = (X.transpose(0, 2, 1) @ np.linalg.solve(X @ X.transpose(0, 2, 1), y))[..., 0]
        if t in times:
            out["square", t], out["along", t] = (w**2).sum(axis=1), math.sqrt(norm) * w[:, 0]
    return out


@pointwise(MinimumNormLoop)
def _minimum(loop: MinimumNormLoop) -> PointKernel:
    n, d = float(loop.n), float(loop.d)
    return PointKernel(_draw_minimum, 500.0 + 12.0 * n * d + 2.0 * n**2 * d)
