"""Curation in the population, sampled exactly: a draw from model t is the winner of a tournament among draws from model 0.

A node of the tree is the pick among its K children; with real data beside the picks a branch ends, at a real point, with
probability 1/(1 + lam). While lam (K - 1) < 1 such trees are finite even if no generation ends them: their winners are
draws from the limit. No normaliser is needed, so K = oo, whose pick is not one of finitely many draws, is not sampled.

Larger trees are left out, and not thinned: were candidates to share draws of a smaller tree they would not be independent, and
the pick's law, of degree K in that of a draw, would be off by the order of one over the number of draws. So what is drawn here is
unbiased at every depth that is drawn.
"""

from __future__ import annotations

from functools import lru_cache
from math import log10

import numpy as np
from numba import njit
from sympy import log, oo

from theory.curation.common import CuratedLoop, CuratedWeightsLoop
from theory.curation.line import CuratedLineLoop
from theory.language.errors import CannotTell

from ..engine.fresh import FOREVER, UNKNOWN, FreshKernel, atom, cumulated, of_draws

LEAF = 25.0  # nanoseconds
MOST_LEAVES = 200_000  # of a tree that no generation ends; what is larger stays unknown
DEEPEST = 10_000
FARTHEST = 600.0  # between rewards: a lighter weight is no float beside the heaviest
COSTLIEST = 4_500  # leaves of a tree on average, beyond which nothing is drawn: 0.1 ms


@njit(nogil=True, cache=True)
def winners(rng, start, real, weights, K, t, synthetic, most, deepest, out):
    """Winners of tournaments of depth t (t < 0: until all branches have ended), -1 where a tree is larger than `most`.

    start, real: cumulated probabilities at the last generation's leaves, and of real points.  synthetic: the probability
    that a branch goes on.  Stored are one path of the tree and the children that have come in along it.
    """
    came = np.empty(deepest, dtype=np.int64)
    totals = np.empty(deepest)
    children = np.empty((deepest, K), dtype=np.int64)
    for draw in range(len(out)):
        depth, leaves, value = 0, 0, UNKNOWN
        while True:
            if depth == t:
                value = atom(rng, start)
            elif synthetic < 1.0 and rng.random() >= synthetic:
                value = atom(rng, real)
            elif depth < deepest:
                came[depth], totals[depth] = 0, 0.0
                depth += 1
                continue
            else:
                value = UNKNOWN
                break
            leaves += 1
            if leaves > most:
                value = UNKNOWN
                break
            while depth > 0:
                depth -= 1
                totals[depth] += weights[value]
                children[depth, came[depth]] = value
                came[depth] += 1
                if came[depth] < K:
                    depth += 1
                    break
                reach, j = rng.random() * totals[depth] - weights[children[depth, 0]], 0
                while reach >= 0 and j < K - 1:
                    j += 1
                    reach -= weights[children[depth, j]]
                value = children[depth, j]
            if depth == 0:
                break
        out[draw] = value


def leaves(loop: CuratedLoop | CuratedLineLoop | CuratedWeightsLoop, t: int) -> float:
    """The mean number of leaves of a tree."""
    K = float(loop.K)
    if loop.lam is oo:
        return K**t if t != FOREVER and t * log10(K) < 300 else np.inf
    lam = float(loop.lam)
    if t == FOREVER:
        return 1 / (1 - lam * (K - 1)) if lam * (K - 1) < 1 else np.inf
    mean = 1.0
    for _ in range(t):
        mean = (1 + lam * K * mean) / (1 + lam)
    return mean


@of_draws(CuratedLoop, limits=True)
def _tournaments(loop: CuratedLoop, t: int) -> FreshKernel:
    if loop.K is oo:
        raise CannotTell("no exact sampler: a law tilted by its weight needs its normaliser")
    _weights(loop)
    size = leaves(loop, t)
    if size > COSTLIEST:
        after = "the limit" if t == FOREVER else f"generation {t}"
        raise CannotTell(f"a tree of {size:.2g} leaves for a draw from {after}")
    return FreshKernel(_draw, 10.0 + LEAF * size, known=t != FOREVER)


@lru_cache(maxsize=512)
def _weights(loop: CuratedLoop) -> np.ndarray:
    """In units of the largest: only their ratios matter, and a weight e^1000 is no float."""
    logs = np.array([float(log(f)) for f in loop.weights])
    if np.ptp(logs) > FARTHEST:
        raise CannotTell(f"weights that differ by the factor e^{np.ptp(logs):.0f}")
    return np.exp(logs - logs.max())


def _draw(loop: CuratedLoop, t: int, rng: np.random.Generator, size: int) -> np.ndarray:
    out = np.empty(size, dtype=np.int64)
    weights = _weights(loop)
    synthetic = 1.0 if loop.lam is oo else float(loop.lam / (1 + loop.lam))
    most, deepest = (MOST_LEAVES, DEEPEST) if t == FOREVER else (2**62, t)
    start, real = cumulated(loop.start), cumulated(loop.law)
    winners(rng, start, real, weights, int(loop.K), t, synthetic, most, max(deepest, 1), out)
    return out


__all__ = ["winners"]
