"""Tournaments among draws from a law on the line: round by round, each pick from K draws from the round before."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from sympy import Symbol, lambdify, oo

from theory.curation.common import CuratedWeightsLoop
from theory.curation.line import CuratedLineLoop

from ..engine.draws import drawn
from ..engine.fresh import FreshKernel, of_draws
from .picks import rewarded
from .population import leaves

LEAF = 30.0  # nanoseconds, with its share of the picks
MOST = 50_000  # leaves at once: they stay in the cache
LineLoop = CuratedLineLoop | CuratedWeightsLoop
x = Symbol("x", real=True)


def winners(loop: LineLoop, reward: Callable, t: int, rng: np.random.Generator, size: int) -> np.ndarray:
    """Draws from the model after t rounds."""
    if t == 0:
        return drawn(loop.law, rng, size)
    synthetic = size if loop.lam is oo else int(rng.binomial(size, float(loop.lam / (1 + loop.lam))))
    K = int(loop.K)
    shown = winners(loop, reward, t - 1, rng, synthetic * K).reshape(synthetic, K)
    rewards = np.broadcast_to(np.asarray(reward(shown), dtype=float), shown.shape)
    picked = shown[np.arange(synthetic), rewarded(rng, rewards)]
    if loop.lam is oo:
        return picked
    return rng.permutation(np.concatenate((picked, drawn(loop.law, rng, size - synthetic))))


@lru_cache(maxsize=512)
def _reward(loop: LineLoop) -> Callable:
    return lambdify(x, loop.definition.reward(x), modules=["numpy", "scipy"])


def _draw(loop: LineLoop, t: int, rng: np.random.Generator, size: int) -> np.ndarray:
    few = max(1, int(MOST / leaves(loop, t)))
    parts = [winners(loop, _reward(loop), t, rng, min(few, size - done)) for done in range(0, size, few)]
    return np.concatenate(parts)


@of_draws(CuratedLineLoop, CuratedWeightsLoop)
def _tournaments(loop: LineLoop, t: int) -> FreshKernel:
    return FreshKernel(_draw, 20.0 + LEAF * leaves(loop, t))


__all__ = ["winners"]
