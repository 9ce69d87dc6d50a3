"""Reverse diffusion, run point by point.

With the exact score of a law p the reverse SDE is noising undone: what it makes of a point y has the law of X given that
sqrt(abar) X + sqrt(1 - abar) Z = y, X ~ p, and Bayes' rule gives that for a Gaussian p. On the line the probability flow keeps
the order of the points, so that it maps quantiles to quantiles. No equation is solved for either. With a score that is
not exact the equation is, without bias: `unbiased`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
from numba import njit
from scipy.special import ndtr, ndtri
from sympy import Symbol

from theory.diffusion.euler import EulerLoop, EulerRetrainedLoop
from theory.diffusion.girsanov import ShrunkScoreLoop
from theory.diffusion.sde import TruncatedStartLoop
from theory.diffusion.training import UndertrainedScoreLoop
from theory.language.errors import CannotTell
from theory.language.loops import Loop, Observable
from theory.language.moments import E, Moment

from ..engine.blocks import Simulation, Statistic
from ..engine.fresh import FreshKernel, of_draws
from ..engine.pointwise import PointKernel, pointwise
from ..engine.registry import Simulator, no_paths, register
from ..engine.samplers import Combination, Estimand, array_function, single

NORMAL, STEP = 7.0, 9.0  # nanoseconds of a draw, of a step with its draw
FEWER = 2.0**-1.5  # the chance of a level of refinement, over that of the level before


# ---- the exact score ------------------------------------------------------------------------------------------------


@njit(nogil=True, cache=True)
def undone(rng, mu, v, abar, out):
    """Noising undone: draws from the law of X ~ N(mu, v), given points y ~ N(0, 1) in place of its noised values."""
    precision = 1 / v + abar / (1 - abar)
    sd = 1 / math.sqrt(precision)
    for i in range(len(out)):
        y = rng.standard_normal()
        out[i] = (mu / v + math.sqrt(abar) * y / (1 - abar)) / precision + sd * rng.standard_normal()


def flowed(rng: np.random.Generator, mu: float, v: float, abar: float, size: int) -> np.ndarray:
    """Points y ~ N(0, 1) moved to where N(mu, v) has the quantile that they have among its noised values."""
    noised = (rng.standard_normal(size) - math.sqrt(abar) * mu) / math.sqrt(abar * v + 1 - abar)
    return mu + math.sqrt(v) * np.where(noised < 0, ndtri(ndtr(noised)), -ndtri(ndtr(-noised)))


@of_draws(TruncatedStartLoop)
def truncated(loop: TruncatedStartLoop, t: int) -> FreshKernel:
    """Fresh points of the reverse diffusion that starts from N(0, 1) too early."""
    _first(t)
    return FreshKernel(_draw_truncated, 2 * NORMAL if loop.noise == 1 else 60.0)


def _first(t: int) -> None:
    if t > 1:
        raise CannotTell("the score of a later model needs its variance, which draws do not tell exactly")


def _draw_truncated(loop: TruncatedStartLoop, t: int, rng: np.random.Generator, size: int) -> np.ndarray:
    mu, v, abar = float(loop.mu0), float(loop.v0), float(loop.abar)
    if t == 0:
        return mu + math.sqrt(v) * rng.standard_normal(size)
    if loop.noise == 0:
        return flowed(rng, mu, v, abar, size)
    if loop.noise != 1:
        raise CannotTell(f"noise = {loop.noise}: the reverse SDE has 1, the flow 0")
    out = np.empty(size)
    undone(rng, mu, v, abar, out)
    return out


# ---- Euler-Maruyama steps -------------------------------------------------------------------------------------------


@njit(nogil=True, cache=True)
def euler(rng, slopes, eta, y):
    """Steps y += eta (y + 2 slope y) + sqrt(2 eta) Z, one for each of `slopes`, in place."""
    spread = math.sqrt(2 * eta)
    for i in range(len(y)):
        x = y[i]
        for k in range(len(slopes)):
            x += eta * (1 + 2 * slopes[k]) * x + spread * rng.standard_normal()
        y[i] = x


def exact_slopes(v: float, times: np.ndarray) -> np.ndarray:
    """Of the score of data of variance v, noised for these times."""
    return -1 / (1 + (v - 1) * np.exp(-2 * times)) if v != 1 else np.full(len(times), -1.0)


@pointwise(EulerLoop)
def steps(loop: EulerLoop) -> PointKernel:
    """A point of the reverse diffusion in steps, from one of N(0, 1)."""
    return PointKernel(_draw_steps, STEP, NORMAL, True)


def _draw_steps(loop: EulerLoop, rng: np.random.Generator, size: int, times) -> dict:
    v, eta, end = float(loop.v), float(loop.eta), float(loop.T)
    y, out, done = rng.standard_normal(size), {}, 0
    for t in times:
        euler(rng, exact_slopes(v, end - eta * np.arange(done, t)), eta, y)
        out["y", t], done = y.copy(), t
    return out


@of_draws(EulerRetrainedLoop)
def retrained(loop: EulerRetrainedLoop, t: int) -> FreshKernel:
    """Fresh points of the model of steps that is fitted to its own points."""
    _first(t)
    return FreshKernel(_draw_retrained, STEP * float(loop.N))


def _draw_retrained(loop: EulerRetrainedLoop, t: int, rng: np.random.Generator, size: int) -> np.ndarray:
    v, n, end = float(loop.v0), int(loop.N), float(loop.T)
    if t == 0:
        return math.sqrt(v) * rng.standard_normal(size)
    y = rng.standard_normal(size)
    euler(rng, exact_slopes(v, end - end / n * np.arange(n)), end / n, y)
    return y


# ---- scores that are not exact --------------------------------------------------------------------------------------


@njit(nogil=True, cache=True)
def advanced(rng, rho, tau, v, end, start_sd, count, coarse_too):
    """A point through `count` steps, with the score -(rho - e^(-tau w)) y/w, w the noised variance; and, driven by the same
    noise, through half as many steps, if that is asked for."""
    h = end / count
    left, warm = math.exp(-2 * end), math.exp(2 * h)
    fine = start_sd * rng.standard_normal()
    coarse, kicks, held = fine, 0.0, 0.0
    spread = math.sqrt(2 * h)
    for k in range(count):
        w = 1 + (v - 1) * left
        drift = 1 - 2 * (rho - math.exp(-tau * w)) / w
        z = spread * rng.standard_normal()
        if coarse_too:
            if k % 2 == 0:
                held, kicks = drift, z
            else:
                coarse += 2 * h * held * coarse + kicks + z
        fine += h * drift * fine + z
        left *= warm
    return fine, coarse


@njit(nogil=True, cache=True)
def unbiased(rng, rho, tau, v, end, start_sd, count, fewer, out):
    """Estimates of E Y^2 for Y at the end of the reverse SDE, free of discretisation error.

    Y^2 from `count` steps, and the correction by one of infinitely many levels of refinement: that of level l, with
    2^l count steps against half of them, is taken with a probability proportional to fewer^l (Rhee and Glynn).
    """
    for i in range(len(out)):
        y, _ = advanced(rng, rho, tau, v, end, start_sd, count, False)
        level, chance = 1, 1 - fewer
        while rng.random() < fewer:
            level += 1
            chance *= fewer
        fine, coarse = advanced(rng, rho, tau, v, end, start_sd, count * 2**level, True)
        out[i] = y * y + (fine * fine - coarse * coarse) / chance


def _setting(loop: Loop) -> tuple[float, float, float, float, float]:
    """(rho, tau, v, end, sd at the start)."""
    if isinstance(loop, ShrunkScoreLoop):
        return float(loop.rho), math.inf, 1.0, float(loop.T), 1.0
    assert isinstance(loop, UndertrainedScoreLoop)
    v, abar = float(loop.v0), float(loop.abar)
    return 1.0, float(loop.tau), v, -math.log(abar) / 2, math.sqrt(1 + (v - 1) * abar)


def _count(end: float) -> int:
    return max(4, math.ceil(4 * end))


def _draw_squares(loop: Loop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    out = np.empty(size)
    rho, tau, v, end, start_sd = _setting(loop)
    unbiased(rng, rho, tau, v, end, start_sd, _count(end), FEWER, out)
    return {("square", t): out for t in times}


def of_squares(loop: Loop, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """How the second moment of a first draw is estimated where the score is not exact."""
    first = Observable(loop, "draw", 1, 1)
    if not isinstance(wanted, E) or wanted.variable != first**2:
        raise CannotTell("the second moment of a draw after one round is sampled, nothing else")
    if loop.free_symbols:
        raise CannotTell(f"parameters of {loop} are not numbers")
    cost = 8 * STEP * _count(_setting(loop)[3])
    simulation = Simulation(f"squares of {loop}", "raw", 0.0, partial(_draw_squares, loop), True, start=cost)
    square = Symbol("square", real=True)
    return single(Statistic(simulation, str(wanted), (1,), array_function(square, {("square", 1): square})))


register(Simulator(of_squares, no_paths), ShrunkScoreLoop, UndertrainedScoreLoop)
