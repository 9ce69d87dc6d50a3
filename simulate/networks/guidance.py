"""A diffusion model led away from an inferior one: the noise that it predicts, and w times how that differs from the other's.

loop = Loop("eight", Denoiser(), "warm")
for points in guided(loop, 1.0, seed=0, runs=range(6), generations=5):
    ...

The inferior model of generation t is the model after t retrainings on its own points alone (Alemohammad et al. 2408.16333, SIMS);
at t = 0 it is the model itself, and guidance changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .denoiser import Denoiser
from .loops import BOX, Loop, _data, begun
from .training import apart, compiled, sampled

SAMPLED = 5  # names the random numbers that guided points are drawn with, the same for all w and t


@dataclass(frozen=True)
class Guided(Denoiser):
    """Its parameters are those of the model, those of the inferior one, and w: one program for all of them."""

    def noise(self, parameters: Any, x: jax.Array, t: jax.Array, labels: jax.Array) -> jax.Array:
        model, inferior, weight = parameters
        own = super().noise(model, x, t, labels)
        return own + weight * (own - super().noise(inferior, x, t, labels))


@lru_cache(maxsize=8)
def inferior(loop: Loop, seed: int, runs: tuple[int, ...], generations: int) -> list[Any]:
    """The parameters of the runs' models after 0, 1, ... retrainings on their own points alone."""
    start, model = begun(loop, seed, runs), loop.model
    none, found = jnp.zeros((len(runs), loop.n), int), [start.parameters]
    for t in range(1, generations + 1):
        points = np.clip(np.asarray(sampled(model)(found[-1], none, apart(start.keys, t - 1, 2)), float), -BOX, BOX)
        data = _data(points, start.real[:, :0], loop.n)
        found.append(compiled(model, loop.steps, loop.rate)(found[-1], *data, apart(start.keys, t, 1))[0])
    return found


def guided(loop: Loop, weight: float, seed: int, runs: Sequence[int], generations: int) -> Iterator[np.ndarray]:
    """Points (runs, n, 2) of model 0, led away from its inferior of generation 0, 1, ...: all by the same random numbers."""
    start, model = begun(loop, seed, tuple(runs)), loop.model
    assert isinstance(model, Denoiser)
    led, weights = Guided(model.dimension, model.width, model.levels, model.classes), jnp.full(len(runs), weight)
    none, keys = jnp.zeros((len(runs), loop.n), int), apart(start.keys, 0, SAMPLED)
    for worse in inferior(loop, seed, tuple(runs), generations):
        yield np.clip(np.asarray(sampled(led)((start.parameters, worse, weights), none, keys), float), -BOX, BOX)


__all__ = ["Guided", "guided", "inferior"]
