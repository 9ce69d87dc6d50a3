"""A network retrained on its own points: on them alone, beside the same real points, or on the real points again and again.

loop = Loop(truth="eight", model=Flow(), start="warm", n=1000)
for points, likelihood in retrainings(loop, "half", seed=0, runs=range(6), generations=20):
    ...

Runs of a block are trained side by side, by one compiled program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..engine.streams import generator
from . import LAMBDA
from .plane import TARGETS
from .training import RATE, Model, apart, compiled, likelihoods, sampled

BOX = 6.0  # a generated point beyond is moved to its edge


@dataclass(frozen=True)
class Loop:
    """truth: of `plane.TARGETS`.  n: real points, and points that a model generates.

    start: "warm", a model begins where the one before ended, or "scratch", at fresh parameters.
    first, steps: of gradient, to train model 0, and every other one.  rate: at which every other one begins.
    likely: held points of which the likelihood is taken.
    """

    truth: str
    model: Model
    start: str
    n: int = 1000
    first: int = 2000
    steps: int = 200
    rate: float = 1e-3
    likely: int = 500


@dataclass(frozen=True)
class Start:
    """Of the runs of a block, side by side.  keys: of their random numbers.  real, held: points (runs, n, 2).

    parameters: of model 0.
    """

    keys: Any
    real: np.ndarray
    held: np.ndarray
    parameters: Any


@lru_cache(maxsize=8)
def begun(loop: Loop, seed: int, runs: tuple[int, ...]) -> Start:
    """What all schemes of a run share: its points, and model 0."""
    key = f"networks, {loop}"
    streams = [generator(seed, key, run) for run in runs]
    draw = TARGETS[loop.truth].truth.draw
    real, held = (np.stack([draw(rng, loop.n) for rng in streams]) for _ in range(2))
    keys = jax.vmap(jax.random.key)(np.array([rng.integers(2**32, dtype=np.uint32) for rng in streams]))
    begin, train = apart(keys, 0, 0), apart(keys, 0, 1)
    parameters, _ = compiled(loop.model, loop.first, RATE)(
        jax.vmap(loop.model.drawn)(begin), *_data(real, real[:, :0], loop.n), train
    )
    return Start(keys, real, held, parameters)


def retrainings(
    loop: Loop,
    scheme: str,
    seed: int,
    runs: Sequence[int],
    generations: int,
    picked: Callable[[np.random.Generator, np.ndarray, np.ndarray], np.ndarray] | None = None,
    candidates: int = 1,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Of every generation from 0 on: the model's points (runs, n, 2), and the mean log-likelihood of held ones (runs,).

    scheme: what the next model is trained on: "synthetic", n points of the model before; "half", the n real points and n/2 of
    the model's, lam = 1/2; or "real", the real points, lam = 0. All schemes share real points and generation 0.
    picked: where users pick, or a verifier does, the n points that they do, of n times so many candidates, beside the real ones.
    """
    start, model = begun(loop, seed, tuple(runs)), loop.model
    parameters, points = start.parameters, start.real[:, :0]
    none = jnp.zeros((len(runs), candidates * loop.n), int)
    users = [generator(seed, f"networks, {loop}, {scheme}, picks", run) for run in runs]
    for t in range(generations + 1):
        if t:
            data = _data(*_of(scheme, start.real, points), loop.n)
            at = parameters if loop.start == "warm" else jax.vmap(model.drawn)(apart(start.keys, t, 0))
            parameters, _ = compiled(model, loop.steps, loop.rate)(at, *data, apart(start.keys, t, 1))
        drawn = np.clip(np.asarray(sampled(model)(parameters, none, apart(start.keys, t, 2)), float), -BOX, BOX)
        points = drawn
        if picked is not None:
            points = np.stack([picked(*of_run) for of_run in zip(users, drawn, start.real, strict=True)])
        held = jnp.asarray(start.held[:, : loop.likely], jnp.float32)
        likelihood = likelihoods(model)(parameters, held, none[:, : loop.likely], apart(start.keys, t, 3))
        yield drawn[:, ::candidates], np.asarray(likelihood, float)


def _of(scheme: str, real: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The data of the next model, in two parts."""
    if scheme == "synthetic":
        return points, real[:, :0]
    return real, points[:, : round(LAMBDA[scheme] * points.shape[1])]


def _data(one: np.ndarray, other: np.ndarray, n: int) -> tuple[Any, Any, Any]:
    """Points, labels and number of points, of one shape for all schemes, so that one compiled program does for all."""
    points = np.concatenate([one, other], axis=1)
    runs, count = points.shape[:2]
    room = round((1 + max(LAMBDA.values())) * n)
    whole = np.zeros((runs, room, points.shape[2]), np.float32)
    whole[:, :count] = points
    return jnp.asarray(whole), jnp.zeros((runs, room), int), jnp.full(runs, count)


__all__ = ["BOX", "Loop", "Start", "begun", "retrainings"]
