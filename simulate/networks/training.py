"""A network, trained: so many steps of Adam on batches of the data, as one compiled loop, and an average of the parameters.

parameters, losses = train(model, 300, RATE, parameters, points, labels, count, key)

The same arguments give the same bits on the same machine.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any, Protocol

import jax
import jax.numpy as jnp
import optax

BATCH = 128
RATE = 3e-3  # of Adam, at which the training of a fresh model begins
AVERAGE = 0.98  # what the average of the parameters keeps of itself at every step


class Model(Protocol):
    """What can be trained: hashable, its parameters are kept apart. Points (size, dimension), labels (size,)."""

    def drawn(self, key: Any) -> Any:
        """Parameters at the start."""

    def loss(self, parameters: Any, x: Any, labels: Any, key: Any) -> Any:
        """What training makes small, a number: a mean over the points."""

    def sample(self, parameters: Any, labels: Any, key: Any) -> Any:
        """A point for each label, array (size, dimension)."""

    def log_likelihood(self, parameters: Any, x: Any, labels: Any, key: Any) -> Any:
        """log p of every point given its class, or a lower bound of it, array (size,), in nats."""


def train(
    model: Model, steps: int, rate: float, parameters: Any, points: Any, labels: Any, count: Any, key: Any
) -> tuple[Any, Any]:
    """The averaged parameters after so many steps, from those at the start, and the loss at every step.

    rate: of Adam at the start; it falls to 0 like a half cosine.
    points, labels: of which the first `count` are the data; a batch is drawn from them with replacement.
    """
    adam = optax.adam(optax.cosine_decay_schedule(rate, steps))

    def step(state: tuple, key: Any) -> tuple[tuple, Any]:
        now, average, moments = state
        for_batch, for_loss = jax.random.split(key)
        at = jax.random.randint(for_batch, (BATCH,), 0, count)
        loss, slope = jax.value_and_grad(model.loss)(now, points[at], labels[at], for_loss)
        change, moments = adam.update(slope, moments, now)
        now = optax.apply_updates(now, change)
        average = jax.tree.map(lambda a, b: AVERAGE * a + (1 - AVERAGE) * b, average, now)
        return (now, average, moments), loss

    start = (parameters, parameters, adam.init(parameters))
    (_, average, _), losses = jax.lax.scan(step, start, jax.random.split(key, steps))
    return average, losses


@lru_cache(maxsize=32)
def compiled(model: Model, steps: int, rate: float) -> Any:
    """`train` for several runs side by side: every array has a first axis of runs."""
    return jax.jit(jax.vmap(partial(train, model, steps, rate)))


@lru_cache(maxsize=32)
def sampled(model: Model) -> Any:
    """`model.sample` for several runs side by side."""
    return jax.jit(jax.vmap(model.sample))


@lru_cache(maxsize=32)
def likelihoods(model: Model) -> Any:
    """The mean of `model.log_likelihood`, for several runs side by side."""
    return jax.jit(jax.vmap(lambda *args: jnp.mean(model.log_likelihood(*args))))


def apart(keys: Any, t: int, what: int) -> Any:
    """Keys of their own, run by run, for what is drawn in generation t."""
    return jax.vmap(lambda key: jax.random.fold_in(jax.random.fold_in(key, t), what))(keys)


__all__ = ["Model", "apart", "compiled", "likelihoods", "sampled", "train"]
