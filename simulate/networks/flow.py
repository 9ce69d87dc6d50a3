"""A normalising flow: affine couplings (Dinh et al. 1605.08803, RealNVP), of points with or without a class.

flow = Flow(dimension=2)
parameters = flow.drawn(key)
flow.log_likelihood(parameters, points, labels, key)    # exact
flow.sample(parameters, labels, key)

A coupling leaves half of the coordinates, and moves and scales the others by a network of the former: its Jacobian is
triangular, so that the density is known, and it is inverted without an equation to be solved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from .layers import drawn, one_hot, through

REACH = 2.0  # of the log of a coupling's scales


@dataclass(frozen=True)
class Flow:
    """dimension: of a point, 2 or more.  couplings: how many, in turns of one half and of the other.

    width: of both hidden layers of a coupling's network.  classes: that points have, 0 for none.
    """

    dimension: int = 2
    couplings: int = 8
    width: int = 32
    classes: int = 0

    def drawn(self, key: jax.Array) -> Any:
        """Parameters at the start: the flow is then the identity, and the model a standard Gaussian."""
        half = self.dimension // 2
        kept = [half if i % 2 else self.dimension - half for i in range(self.couplings)]
        keys = jax.random.split(key, self.couplings)
        widths = [(k + self.classes, self.width, self.width, 2 * (self.dimension - k)) for k in kept]
        return [drawn(k, w) for k, w in zip(keys, widths, strict=True)]

    def forward(self, parameters: Any, x: jax.Array, labels: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Points (size, dimension) to noise, and the log of the Jacobian's determinant, (size,)."""
        volume = jnp.zeros(len(x))
        for i, layers in enumerate(parameters):
            kept, moved = self._halves(x, i)
            shift, scale = self._of(layers, kept, labels)
            x = self._whole(kept, moved * jnp.exp(scale) + shift, i)
            volume = volume + scale.sum(axis=1)
        return x, volume

    def inverse(self, parameters: Any, z: jax.Array, labels: jax.Array) -> jax.Array:
        """Noise (size, dimension) to points."""
        for i, layers in reversed(list(enumerate(parameters))):
            kept, moved = self._halves(z, i)
            shift, scale = self._of(layers, kept, labels)
            z = self._whole(kept, (moved - shift) * jnp.exp(-scale), i)
        return z

    def log_likelihood(self, parameters: Any, x: jax.Array, labels: jax.Array, key: Any = None) -> jax.Array:
        """log p of every point given its class, (size,), in nats: exact; `key` is not used."""
        z, volume = self.forward(parameters, x, labels)
        return volume - ((z**2).sum(axis=1) + self.dimension * jnp.log(2 * jnp.pi)) / 2

    def loss(self, parameters: Any, x: jax.Array, labels: jax.Array, key: Any = None) -> jax.Array:
        """What training makes small: -log p on average."""
        return -self.log_likelihood(parameters, x, labels).mean()

    def sample(self, parameters: Any, labels: jax.Array, key: jax.Array) -> jax.Array:
        """A point for each label, (size, dimension)."""
        return self.inverse(parameters, jax.random.normal(key, (len(labels), self.dimension)), labels)

    def _of(self, layers: Any, kept: jax.Array, labels: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Shift and log scale of the moved half, given the kept one."""
        inputs = jnp.concatenate([kept, one_hot(labels, self.classes)], axis=1)
        shift, raw = jnp.split(through(layers, inputs), 2, axis=1)
        return shift, REACH * jnp.tanh(raw / REACH)

    def _halves(self, x: jax.Array, i: int) -> tuple[jax.Array, jax.Array]:
        """The coordinates that coupling i keeps, and those that it moves."""
        first, last = x[:, : self.dimension // 2], x[:, self.dimension // 2 :]
        return (first, last) if i % 2 else (last, first)

    def _whole(self, kept: jax.Array, moved: jax.Array, i: int) -> jax.Array:
        return jnp.concatenate([kept, moved] if i % 2 else [moved, kept], axis=1)


__all__ = ["Flow"]
