"""A plain network: layers of weights and biases, smooth in between. Its parameters are a list of pairs of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

Layers = list[tuple[jax.Array, jax.Array]]


def drawn(key: jax.Array, widths: Sequence[int]) -> Layers:
    """Parameters at the start: weights with variance 1/inputs, but 0 in the last layer, whose output is then 0."""
    keys = jax.random.split(key, len(widths) - 1)
    pairs = zip(keys, widths[:-1], widths[1:], strict=True)
    layers = [(jax.random.normal(k, (a, b)) / jnp.sqrt(a), jnp.zeros(b)) for k, a, b in pairs]
    return [*layers[:-1], (jnp.zeros_like(layers[-1][0]), layers[-1][1])]


def through(layers: Layers, x: jax.Array) -> jax.Array:
    """Points (size, inputs) to (size, outputs)."""
    for w, b in layers[:-1]:
        x = jax.nn.silu(x @ w + b)
    w, b = layers[-1]
    return x @ w + b


def one_hot(labels: Any, classes: int) -> jax.Array:
    """Labels (size,) as inputs of a network, (size, classes): of a model without classes there are none."""
    return jax.nn.one_hot(labels, classes)


__all__ = ["Layers", "drawn", "one_hot", "through"]
