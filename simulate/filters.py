"""Filters, run: points are drawn from the model, those that the filter lets pass are kept, the model is fitted to them.

Where the model is not fitted but is the law of what is kept, a draw from model t is one that has passed t rounds. Draws
that a filter throws away are drawn again, so that no normaliser is needed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit
from scipy.special import ndtr, ndtri
from sympy import Symbol

from theory.filters import (
    Above,
    BestOfLoop,
    ConfidenceLoop,
    FilteredGaussianLoop,
    FilteredLoop,
    GuidedSampleLoop,
    LikelihoodGaussianLoop,
    PrunedEstimatorLoop,
    SelfLikelihoodLoop,
    TopShareLoop,
    Within,
)
from theory.language.errors import CannotTell
from theory.language.laws import Normal
from theory.language.moments import Moment
from theory.language.randomness import is_deterministic
from theory.proof.arithmetic.quadrature import mean_under

from .engine.fresh import FreshKernel, atom, cumulated, of_draws
from .engine.pointwise import PointKernel, pointwise, simulated
from .engine.populations import of_step
from .engine.registry import Simulator, no_paths, register
from .engine.rows import put
from .engine.samplers import Combination, Estimand

NORMAL, TOSS, ATOM = 7.0, 4.0, 15.0  # nanoseconds
TOP, WITHIN, ABOVE = range(3)
FAR, NARROW = 1.2, 0.6  # standard deviations, from which on other draws are tried


# ---- fitted models --------------------------------------------------------------------------------------------------


@njit(nogil=True, cache=True, inline="always")
def kept_beyond(rng, edge, rate):
    """A standard normal above `edge`, as its distance from max(edge, 0).

    Between 0 and FAR absolute values are drawn until one is above; further out an exponential of that rate, the best one, is
    accepted with the ratio of the densities (Robert 1995).
    """
    while True:
        if edge > FAR:
            beyond = rng.standard_exponential() / rate
            short = beyond + edge - rate
            if rng.random() < math.exp(-short * short / 2):
                return beyond
        else:
            z = rng.standard_normal()
            if edge >= 0.0:
                z = abs(z)
            if z > edge:
                return z - max(edge, 0.0)


@njit(nogil=True, cache=True, inline="always")
def kept_within(rng, edge):
    """A standard normal within `edge` of 0: of a narrow interval uniform draws are accepted."""
    while True:
        if edge < NARROW:
            z = edge * (2 * rng.random() - 1)
            if rng.random() < math.exp(-z * z / 2):
                return z
        else:
            z = rng.standard_normal()
            if abs(z) < edge:
                return z


@njit(nogil=True, cache=True)
def filtered(rng, n, rule, level, at, mu, v, records):
    """Draw from N(mu, v) until n points are kept; their mean and unbiased variance are the next model's.

    rule: TOP, more than `level` standard deviations above the mean; WITHIN as many of it; ABOVE the level itself.
    records: array of shape (2, len(at), replicates).  at: generations, increasing.
    """
    done = 0
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for i in range(len(mu)):
                sd = math.sqrt(v[i])
                edge = (level - mu[i]) / sd if rule == ABOVE else level
                center = 0.0 if rule == WITHIN else max(edge, 0.0)  # near the points: no digits cancel
                rate = (edge + math.sqrt(edge * edge + 4)) / 2
                total, square = 0.0, 0.0
                for _ in range(n):
                    z = kept_within(rng, edge) if rule == WITHIN else kept_beyond(rng, edge, rate)
                    total += z
                    square += z * z
                mu[i] += sd * (center + total / n)
                v[i] *= (square - total * total / n) / (n - 1)
        done = at[k]
        put(records[0], k, mu)
        put(records[1], k, v)


def _filtered(loop: FilteredGaussianLoop) -> PointKernel:
    lo, hi = (float(e) for e in loop.keep.interval(0, 1))
    kept = ndtr(hi) - ndtr(lo)
    if isinstance(loop.keep, Above):
        kept = 0.5  # nobody knows where the model goes
    return PointKernel(_draw_filtered, 20.0 + NORMAL * float(loop.n) / max(float(kept), 0.3))


def _draw_filtered(loop: FilteredGaussianLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    mu, v = np.full(size, float(loop.mu0)), np.full(size, float(loop.s0) ** 2)
    rule = ABOVE if isinstance(loop.keep, Above) else WITHIN if isinstance(loop.keep, Within) else TOP
    records = np.empty((2, len(times), size))
    filtered(rng, int(loop.n), rule, float(loop.keep.args[0]), np.array(times, dtype=np.int64), mu, v, records)
    return {(name, t): records[j, k] for j, name in enumerate(("mu", "v")) for k, t in enumerate(times)}


@njit(nogil=True, cache=True)
def likely(rng, n, g, at, v, records):
    """Draw from N(0, v), keep x with probability (p(x)/p(0))^g; the mean square of n kept points is the next variance.

    For g below 0 that is no probability: draws are from the wider p^(1 + g) then, of which all are kept.
    """
    wide, g, done = 1 / math.sqrt(1 + min(g, 0.0)), max(g, 0.0), 0
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for i in range(len(v)):
                kept, total = 0, 0.0
                while kept < n:
                    z = wide * rng.standard_normal()
                    if rng.random() < math.exp(-g * z * z / 2):
                        kept += 1
                        total += z * z
                v[i] *= total / n
        done = at[k]
        put(records, k, v)


@pointwise(LikelihoodGaussianLoop)
def _likely(loop: LikelihoodGaussianLoop) -> PointKernel:
    trial = 2 * NORMAL + 8
    return PointKernel(_draw_likely, 10.0 + trial * float(loop.n) * math.sqrt(1 + max(float(loop.g), 0.0)))


def _draw_likely(loop: LikelihoodGaussianLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    v, records = np.full(size, float(loop.v0)), np.empty((len(times), size))
    likely(rng, int(loop.n), float(loop.g), np.array(times, dtype=np.int64), v, records)
    return {("v", t): records[k] for k, t in enumerate(times)}


@njit(nogil=True, cache=True)
def spread(rng, n, sd):
    """The variance (over n) of n draws from N(0, sd^2)."""
    total, square = 0.0, 0.0
    for _ in range(n):
        z = sd * rng.standard_normal()
        total += z
        square += z * z
    return square / n - (total / n) ** 2


@njit(nogil=True, cache=True)
def guided(rng, n, w, sd, out):
    """A model is fitted to n draws of the truth, a worse one to n draws of it; the precision of p^(1 + w)/q^w."""
    for i in range(len(out)):
        better = spread(rng, n, sd)
        worse = spread(rng, n, math.sqrt(better))
        out[i] = (1 + w) / better - w / worse


@pointwise(GuidedSampleLoop)
def _guided(loop: GuidedSampleLoop) -> PointKernel:
    return PointKernel(_draw_guided, 10.0 + 2 * NORMAL * float(loop.n))


def _draw_guided(loop: GuidedSampleLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    if max(times) > 1:
        raise CannotTell("one round: the precision may be negative, and then there is no model")
    out = np.empty(size)
    if 1 in times:
        guided(rng, int(loop.n), float(loop.w), math.sqrt(float(loop.v0)), out)
    return {("tau", t): out if t else np.full(size, 1 / float(loop.v0)) for t in times}


@njit(nogil=True, cache=True)
def pruned(rng, p, phi, psi, m, at, total, records):
    """Sums of y x over the samples that a verifier keeps; total: array (replicates, dimensions), moved on in place.

    records: array of shape (3, len(at), replicates): coordinates along and across the classes, and m along/norm.
    """
    size, d = total.shape
    done = 0
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for i in range(size):
                truth = 1.0 if rng.random() < 0.5 else -1.0
                wrong = rng.random() < p
                label = -truth if wrong else truth
                if rng.random() < (psi if wrong else phi):
                    total[i, 0] += label * (truth * m + rng.standard_normal())
                    for j in range(1, d):
                        total[i, j] += label * rng.standard_normal()
        done = at[k]
        for i in range(size):
            norm = 0.0
            for j in range(d):
                norm += total[i, j] * total[i, j]
            records[0, k, i], records[1, k, i] = total[i, 0], total[i, 1]
            records[2, k, i] = m * total[i, 0] / math.sqrt(norm) if norm > 0 else 0.0


@pointwise(PrunedEstimatorLoop)
def _pruned(loop: PrunedEstimatorLoop) -> PointKernel:
    kept = float((1 - loop.p) * loop.phi + loop.p * loop.psi)
    return PointKernel(_draw_pruned, 5.0 + 3 * TOSS + kept * NORMAL * float(loop.d))


def _draw_pruned(loop: PrunedEstimatorLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    total, records = np.zeros((size, int(loop.d))), np.empty((3, len(times), size))
    p, phi, psi, m = map(float, (loop.p, loop.phi, loop.psi, loop.m))
    pruned(rng, p, phi, psi, m, np.array(times, dtype=np.int64), total, records)
    records[2] = ndtr(records[2])  # of a fresh sample x = y m e + N(0, I): it is classified by the sign of the product
    names = ("along", "across", "accuracy")
    return {(name, t): records[j, k] for j, name in enumerate(names) for k, t in enumerate(times)}


# ---- laws of what is kept -------------------------------------------------------------------------------------------


@njit(nogil=True, cache=True)
def survivors(rng, levels, keep, t, out):
    """Atoms that have passed t rounds, each of which keeps atom i with probability keep[i]."""
    for j in range(len(out)):
        while True:
            i, passed = atom(rng, levels), 0
            while passed < t and rng.random() < keep[i]:
                passed += 1
            if passed == t:
                break
        out[j] = i


@of_draws(FilteredLoop)
def _survivors(loop: FilteredLoop, t: int) -> FreshKernel:
    passing = sum(float(p) * float(c) ** t for p, c in zip(loop.start.masses, loop.keep, strict=True))
    return FreshKernel(_draw_survivors, (ATOM + TOSS * min(t, 5)) / max(passing, 1e-12))


def _draw_survivors(loop: FilteredLoop, t: int, rng: np.random.Generator, size: int) -> np.ndarray:
    out = np.empty(size, dtype=np.int64)
    survivors(rng, cumulated(loop.start), np.array([float(c) for c in loop.keep]), t, out)
    return out


@njit(nogil=True, cache=True)
def best(rng, levels, n, out):
    """The best of n draws: the atom of the highest number."""
    for j in range(len(out)):
        out[j] = 0
        for _ in range(n):
            out[j] = max(out[j], atom(rng, levels))


def _draw_best(loop: BestOfLoop, t: int, rng: np.random.Generator, size: int) -> np.ndarray:
    out = np.empty(size, dtype=np.int64)
    best(rng, cumulated(loop.start), t + 1, out)
    return out


@njit(nogil=True, cache=True)
def agreed(rng, levels, votes, t):
    """An atom on which `votes` independent draws of the generation before agree: of a law p it has the law of p^votes."""
    if t == 0:
        return atom(rng, levels)
    while True:
        first, same = agreed(rng, levels, votes, t - 1), 1
        while same < votes and agreed(rng, levels, votes, t - 1) == first:
            same += 1
        if same == votes:
            return first


@njit(nogil=True, cache=True)
def agreeing(rng, levels, votes, t, out):
    """Draws from generation t."""
    for j in range(len(out)):
        out[j] = agreed(rng, levels, votes, t)


@of_draws(SelfLikelihoodLoop)
def _agreeing(loop: SelfLikelihoodLoop, t: int) -> FreshKernel:
    if not (loop.g.is_Integer and loop.g >= 0):
        raise CannotTell("the likelihood to a power that is no integer, or below 0, is not a vote of draws")
    p, cost = np.array([float(x) for x in loop.start.masses]), ATOM
    for _ in range(t):
        p = p ** (1 + int(loop.g))
        cost *= (1 + int(loop.g)) / p.sum()
        p /= p.sum()
    return FreshKernel(_draw_agreeing, cost)


def _draw_agreeing(loop: SelfLikelihoodLoop, t: int, rng: np.random.Generator, size: int) -> np.ndarray:
    out = np.empty(size, dtype=np.int64)
    agreeing(rng, cumulated(loop.start), 1 + int(loop.g), t, out)
    return out


@njit(nogil=True, cache=True)
def top_ranks(rng, q, t, out):
    """One minus the rank, in model 0, of draws that were in the top share q of every one of t models."""
    for j in range(len(out)):
        while True:
            first = rng.random()
            rank, passed = first, 0  # among what is left
            while passed < t and rank < q:
                rank /= q
                passed += 1
            if passed == t:
                break
        out[j] = first


def _draw_top(loop: TopShareLoop, t: int, rng: np.random.Generator, size: int) -> np.ndarray:
    out = np.empty(size)
    top_ranks(rng, float(loop.q), t, out)
    return -ndtri(out)


@njit(nogil=True, cache=True)
def confident(rng, mu, t, out):
    """Draws from N(mu, 1) that have passed t rounds, each of which keeps x with probability 1/(1 + e^(-2 mu x))."""
    for j in range(len(out)):
        while True:
            x, passed = mu + rng.standard_normal(), 0
            chance = 1 / (1 + math.exp(-2 * mu * x))
            while passed < t and rng.random() < chance:
                passed += 1
            if passed == t:
                break
        out[j] = x


@of_draws(ConfidenceLoop)
def _confident(loop: ConfidenceLoop, t: int) -> FreshKernel:
    x = Symbol("x", real=True)
    passing = float(mean_under(loop.sure(x) ** t, x, Normal(loop.mu, 1)).mid())
    return FreshKernel(_draw_confident, (2 * NORMAL + TOSS * min(t, 5)) / passing)


def _draw_confident(loop: ConfidenceLoop, t: int, rng: np.random.Generator, size: int) -> np.ndarray:
    out = np.empty(size)
    confident(rng, float(loop.mu), t, out)
    return out


# ---- what the family offers -----------------------------------------------------------------------------------------


@of_draws(BestOfLoop)
def _best(loop: BestOfLoop, t: int) -> FreshKernel:
    return FreshKernel(_draw_best, ATOM * (t + 1))


@of_draws(TopShareLoop)
def _top(loop: TopShareLoop, t: int) -> FreshKernel:
    return FreshKernel(_draw_top, 30.0 + TOSS * float(loop.q) ** -t)


_POINTS = simulated(_filtered)


def _of_filtered(loop: FilteredGaussianLoop, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """Of infinitely many draws the truncated law is sampled; of finitely many the fits are run."""
    return of_step(loop, wanted) if is_deterministic(loop) else _POINTS.estimand(loop, wanted, shift)


def _paths(loop: FilteredGaussianLoop, observables: Sequence[str], rng: np.random.Generator, size: int, t: int) -> dict:
    if is_deterministic(loop):
        return no_paths(loop, observables, rng, size, t)
    return _POINTS.paths(loop, observables, rng, size, t)


register(Simulator(_of_filtered, _paths), FilteredGaussianLoop)
