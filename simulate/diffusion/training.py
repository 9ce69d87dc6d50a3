"""The score, fitted: random features under gradient flow, in closed form for every training time; and reverse sampling.

    features = RandomFeatures.drawn(rng, width=512)
    flow = score_flow(points, features, levels, rng)           # one eigendecomposition
    for tau in (1e2, 1e4):
        new = reverse(features, flow.weights(tau), levels, rng, size=1000)

Here also are the loops of `theory.diffusion.training`, run on data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from theory.diffusion.training import GradientFlowLoop, LinearScoreLoop

from ..engine.pointwise import PointKernel, pointwise
from ..engine.recorded import record
from ..engine.rows import put
from ..engine.streams import apart

NORMAL = 7.0  # nanoseconds
ABREAST = 64  # paths whose equations are solved side by side
FRESH = 7  # names the streams of fresh draws among those of a block

# ---- gradient flow --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Flow:
    """Least squares (1/2n) |Phi a - y|^2 under gradient flow from a = 0, solved for all training times at once.

    With G = Phi^T Phi/n = V diag(rates) V^T, it is a(tau) = V diag((1 - e^(-rates tau))/rates) V^T Phi^T y/n.
    rates: the positive ones, ascending.  vectors: V, array (m, rates).  pulls: V^T Phi^T y/n, array (rates, outputs).
    """

    rates: np.ndarray
    vectors: np.ndarray
    pulls: np.ndarray

    @classmethod
    def of(cls, design: np.ndarray, targets: np.ndarray) -> Flow:
        """From features (n, m) and targets (n, outputs)."""
        rates, vectors = np.linalg.eigh(design.T @ design / len(design))
        seen = rates > np.finfo(float).eps * len(rates) * rates[-1]  # the rest is rounding: nothing pulls there
        pulls = vectors[:, seen].T @ (design.T @ targets) / len(design)
        return cls(rates[seen], vectors[:, seen], pulls)

    def weights(self, tau: float) -> np.ndarray:
        """The weights after the training time tau (inf: at the end), array (m, outputs)."""
        gains = -np.expm1(-self.rates * tau) / self.rates
        return self.vectors @ (gains[:, None] * self.pulls)


# ---- a score of random features -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RandomFeatures:
    """One hidden layer on points and their noise level, its weights drawn once and never trained.

    inner: array (width, d + 2), the weights of d coordinates, of the level's logarithm, and of 1.  smooth: tanh in place of
    ReLU. The points themselves and 1 are features, too, after those of the layer.
    """

    inner: np.ndarray
    smooth: bool = False

    @classmethod
    def drawn(cls, rng: np.random.Generator, width: int, smooth: bool = False, dimension: int = 2) -> RandomFeatures:
        """`width` features of points of this dimension, with standard normal weights."""
        return cls(rng.standard_normal((width, dimension + 2)), smooth)

    def __call__(self, points: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Features of points (n, d), noised for `times` (n,): array (n, width + d + 1). One layer is of the size of one."""
        width, d = len(self.inner), self.inner.shape[1] - 2
        inputs = np.ones((len(points), d + 2))
        inputs[:, :d], inputs[:, d] = points, np.log(times)
        out = np.empty((len(points), width + d + 1))
        hidden = np.matmul(inputs, self.inner.T, out=out[:, :width])
        np.tanh(hidden, out=hidden) if self.smooth else np.maximum(hidden, 0, out=hidden)
        hidden *= 1 / math.sqrt(width)
        out[:, width:] = inputs[:, [*range(d), d + 1]]
        return out


def score_flow(
    points: np.ndarray,
    features: RandomFeatures,
    times: np.ndarray,
    rng: np.random.Generator,
    draws: int,
) -> Flow:
    """Denoising score matching: the noise of `draws` noised points is predicted, X_s = e^-s X + sqrt(1 - e^(-2s)) Z.

    points: array (n, 2).  times: the noise levels s, of which one is drawn for every noised point. There is no
    regularisation but the training time, for which the flow is asked. The score is -prediction/sqrt(1 - e^(-2s)).
    """
    s = rng.choice(times, draws)
    noise = rng.standard_normal((draws, 2))
    kept = np.exp(-s)[:, None]
    noised = kept * points[rng.integers(len(points), size=draws)] + np.sqrt(1 - kept**2) * noise
    return Flow.of(features(noised, s), noise)


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"})  # sums over the layer, many terms at a time
def _reverse(rng, inner, smooth, weights, times, out):
    """inner: array (4, width).  weights: array (2, width + 3).  out: array (size, 2)."""
    width = inner.shape[1]
    scale = 1 / math.sqrt(width)
    first, second, past = inner[0], inner[1], np.empty(width)
    to_x, to_y = weights[0], weights[1]
    for i in range(len(out)):
        out[i, 0], out[i, 1] = rng.standard_normal(), rng.standard_normal()
    for k in range(len(times) - 1):
        s, h = times[k], times[k] - times[k + 1]
        noise_sd, spread = math.sqrt(-math.expm1(-2 * s)), math.sqrt(2 * h)
        for j in range(width):
            past[j] = inner[2, j] * math.log(s) + inner[3, j]
        for i in range(len(out)):
            x, y = out[i, 0], out[i, 1]
            a, b = 0.0, 0.0
            if smooth:
                for j in range(width):
                    u = math.tanh(first[j] * x + second[j] * y + past[j])
                    a += u * to_x[j]
                    b += u * to_y[j]
            else:
                for j in range(width):
                    u = max(first[j] * x + second[j] * y + past[j], 0.0)
                    a += u * to_x[j]
                    b += u * to_y[j]
            a = scale * a + to_x[width] * x + to_x[width + 1] * y + to_x[width + 2]
            b = scale * b + to_y[width] * x + to_y[width + 1] * y + to_y[width + 2]
            out[i, 0] = x + h * (x - 2 * a / noise_sd) + spread * rng.standard_normal()
            out[i, 1] = y + h * (y - 2 * b / noise_sd) + spread * rng.standard_normal()


def reverse(
    features: RandomFeatures, weights: np.ndarray, times: np.ndarray, rng: np.random.Generator, size: int
) -> np.ndarray:
    """Points (size, 2) from the reverse SDE in Euler-Maruyama steps from N(0, I), with a fitted score.

    times: decreasing; the last one is where it stops.
    """
    out = np.empty((size, 2))
    inner, outer = (np.ascontiguousarray(x.T) for x in (features.inner, weights))
    _reverse(rng, inner, features.smooth, outer, np.asarray(times, float), out)
    return out


def denoised(features: RandomFeatures, weights: np.ndarray, time: float, points: np.ndarray) -> np.ndarray:
    """Where points (n, 2) noised for `time` come from, on average: by Tweedie's formula, with the noise that is predicted."""
    prediction = features(points, np.full(len(points), time)) @ weights
    return (points - math.sqrt(-math.expm1(-2 * time)) * prediction) * math.exp(time)


# ---- the loops ------------------------------------------------------------------------------------------------------


@njit(nogil=True, cache=True, inline="always")
def _change(level, mean, variance, m, w):
    """d(m, w)/du of the generated law N(m, 1/w) at a level, with the score fitted there to points of this mean and variance: the
    regression of -Z/sqrt(1 - x) on the noised points.  level: (x, 1 - x, sqrt(x)), u = log(x/(1 - x))."""
    x, rest, root = level
    slope = -1 / (x * variance + rest)
    return rest * ((1 + 2 * slope) * m / 2 - slope * root * mean), -rest * w * (1 + 2 * slope + w)


@njit(nogil=True, cache=True, inline="always")
def _level(u):
    x = 1 / (1 + math.exp(-u))
    return x, 1 / (1 + math.exp(u)), math.sqrt(x)


@njit(nogil=True, cache=True)
def generated(mean, variance, h, m, w):
    """Means m and precisions w of generated laws, from means and variances of their data: arrays, side by side.

    Runge and Kutta's steps of size h in u, from pure noise to next to none. The variance falls by orders of magnitude on its
    way: its inverse is followed, of which no step takes a large part.
    """
    least, most = variance.min(), variance.max()
    u, end = -16.0 - max(0.0, math.log(most)), 16.0 + max(0.0, -math.log(least))
    m[:], w[:] = 0.0, 1.0
    while u < end:
        first, middle, last = _level(u), _level(u + h / 2), _level(u + h)
        for i in range(len(m)):
            M, V = mean[i], variance[i]
            a, p = _change(first, M, V, m[i], w[i])
            b, q = _change(middle, M, V, m[i] + h / 2 * a, w[i] + h / 2 * p)
            c, r = _change(middle, M, V, m[i] + h / 2 * b, w[i] + h / 2 * q)
            d, s = _change(last, M, V, m[i] + h * c, w[i] + h * r)
            m[i] += h / 6 * (a + 2 * b + 2 * c + d)
            w[i] += h / 6 * (p + 2 * q + 2 * r + s)
        u += h


@njit(nogil=True, cache=True)
def linear(rng, n, h, at, mu, v, records):
    """n points of N(mu, v), a linear score fitted to them at every level, its law. records: array (2, len(at), replicates)."""
    done = 0
    mean, variance, m, w = np.empty(ABREAST), np.empty(ABREAST), np.empty(ABREAST), np.empty(ABREAST)
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for start in range(0, len(mu), ABREAST):
                some = min(ABREAST, len(mu) - start)
                for i in range(some):
                    total, square = 0.0, 0.0
                    for _ in range(n):
                        z = rng.standard_normal()
                        total += z
                        square += z * z
                    mean[i] = mu[start + i] + math.sqrt(v[start + i]) * total / n
                    variance[i] = v[start + i] * (square / n - (total / n) ** 2)
                generated(mean[:some], variance[:some], h, m[:some], w[:some])
                for i in range(some):
                    mu[start + i], v[start + i] = m[i], 1 / w[i]
        done = at[k]
        put(records[0], k, mu)
        put(records[1], k, v)


STEP = 0.16  # in u: the generated law is right to two parts in a million, however small its variance


def _draw_linear(loop: LinearScoreLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    mu, v = np.full(size, float(loop.mu0)), np.full(size, float(loop.v0))
    records, at = np.empty((2, len(times), size)), np.array(times, dtype=np.int64)
    linear(rng, int(loop.n), STEP, at, mu, v, records)
    out = {}
    for k, t in enumerate(times):
        fresh = apart(rng, FRESH, t).standard_normal(size)  # on a stream of its own, so that it moves no path
        out |= {("mu", t): records[0, k], ("v", t): records[1, k]}
        out[record("draw", 1), t] = records[0, k] + np.sqrt(records[1, k]) * fresh
    return out


def _draw_flow(loop: GradientFlowLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    """Labels y = Phi a + noise on a design with the eigenvalues, and gradient flow on them."""
    rates, head = (np.array([float(x) for x in given]) for given in (loop.eigenvalues, loop.head))
    d, n = len(rates), 2 * len(rates)
    axes, _ = np.linalg.qr(np.vander(np.linspace(-1, 1, n), d))
    design = math.sqrt(n) * axes * np.sqrt(rates)
    weights, out, done = np.repeat(head[:, None], size, axis=1), {}, 0
    for t in times:
        for _ in range(done, t):
            labels = design @ weights + math.sqrt(float(loop.noise) * n) * rng.standard_normal((n, size))
            weights = Flow.of(design, labels).weights(float(loop.tau))
        done = t
        out |= {(f"a{i}", t): weights[i].copy() for i in range(d)}
    return out


@pointwise(LinearScoreLoop)
def _linear(loop: LinearScoreLoop) -> PointKernel:
    return PointKernel(_draw_linear, 1_500.0 + NORMAL * float(loop.n))


@pointwise(GradientFlowLoop)
def _flow(loop: GradientFlowLoop) -> PointKernel:
    size = len(loop.head)
    return PointKernel(_draw_flow, 2 * 15.0 * size + 10 * size**2)
