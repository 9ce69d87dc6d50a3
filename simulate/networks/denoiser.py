"""A diffusion model (Ho et al. 2006.11239, DDPM): a network that predicts the noise in a noised point, with or without a class.

denoiser = Denoiser(dimension=2)
parameters = denoiser.drawn(key)
denoiser.sample(parameters, labels, key)                    # one step back a level
denoiser.log_likelihood(parameters, points, labels, key)    # the variational bound, by all levels

At level t = 1, ..., T a point x is x_t = sqrt(kept_t) x + sqrt(1 - kept_t) noise, with kept_t falling from 1 to about 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .layers import drawn, one_hot, through

WAVES = 8  # of the level, as inputs of the network: half sines, half cosines


@dataclass(frozen=True)
class Denoiser:
    """dimension: of a point.  width: of the three hidden layers.  levels: T.  classes: that points have, 0 for none."""

    dimension: int = 2
    width: int = 64
    levels: int = 40
    classes: int = 0

    @cached_property
    def betas(self) -> np.ndarray:
        """The share of the variance that is noise of a step, for t = 1, ..., T: those of Nichol & Dhariwal's cosine schedule."""
        grid = np.linspace(0, 1, self.levels + 1)
        kept = np.cos((grid + 0.008) / 1.008 * np.pi / 2) ** 2
        return np.minimum(1 - kept[1:] / kept[:-1], 0.9).astype(np.float32)

    @cached_property
    def kept(self) -> np.ndarray:
        """The share of the variance that is the point's, after every step."""
        return np.cumprod(1 - self.betas, dtype=np.float64).astype(np.float32)

    def drawn(self, key: jax.Array) -> Any:
        """Parameters at the start: no noise is predicted."""
        return drawn(key, (self.dimension + WAVES + self.classes, *[self.width] * 3, self.dimension))

    def noise(self, parameters: Any, x: jax.Array, t: jax.Array, labels: jax.Array) -> jax.Array:
        """What is predicted for noised points (size, dimension) at the steps t (size,), counted from 0."""
        angle = (t[:, None] + 1) / self.levels * jnp.pi / 2 * 2.0 ** jnp.arange(WAVES // 2)
        inputs = [x, jnp.sin(angle), jnp.cos(angle), one_hot(labels, self.classes)]
        return through(parameters, jnp.concatenate(inputs, axis=1))

    def loss(self, parameters: Any, x: jax.Array, labels: jax.Array, key: jax.Array) -> jax.Array:
        """What training makes small: the squared error of the noise, at a level drawn for each point."""
        for_level, for_noise = jax.random.split(key)
        t = jax.random.randint(for_level, (len(x),), 0, self.levels)
        z = jax.random.normal(for_noise, x.shape)
        return ((self.noise(parameters, self._noised(x, t, z), t, labels) - z) ** 2).mean()

    def sample(self, parameters: Any, labels: jax.Array, key: jax.Array) -> jax.Array:
        """A point for each label, (size, dimension): ancestral steps of variance beta, none of it after the last."""
        size, (first, key) = len(labels), jax.random.split(key)

        def step(x: jax.Array, at: tuple) -> tuple[jax.Array, None]:
            t, key = at
            z = jax.random.normal(key, x.shape) * (t > 0)
            return self._mean(parameters, x, jnp.full(size, t), labels) + jnp.sqrt(jnp.asarray(self.betas)[t]) * z, None

        start = jax.random.normal(first, (size, self.dimension))
        steps = (jnp.arange(self.levels)[::-1], jax.random.split(key, self.levels))
        return jax.lax.scan(step, start, steps)[0]

    def log_likelihood(self, parameters: Any, x: jax.Array, labels: jax.Array, key: jax.Array) -> jax.Array:
        """A lower bound of log p of every point given its class, (size,), in nats, with one draw of noise a level.

        The variational bound of the model whose last step has the variance beta, too.
        """
        betas, kept = jnp.asarray(self.betas), jnp.asarray(self.kept)
        before = jnp.concatenate([jnp.ones(1), kept[:-1]])

        def step(total: jax.Array, at: tuple) -> tuple[jax.Array, None]:
            t, key = at
            level = jnp.full(len(x), t)
            noised = self._noised(x, level, jax.random.normal(key, x.shape))
            mean, spare = self._mean(parameters, noised, level, labels), 1 - kept[t]
            exact = (jnp.sqrt(before[t]) * betas[t] * x + jnp.sqrt(1 - betas[t]) * (1 - before[t]) * noised) / spare
            away = ((mean - exact) ** 2).sum(axis=1) / (2 * betas[t])
            ratio = (1 - before[t]) / spare  # of the exact variance to the model's; 0 at t = 0, where x itself is left
            gap = self.dimension / 2 * (ratio - 1 - jnp.log(jnp.where(t > 0, ratio, 1.0)))
            found = self.dimension / 2 * jnp.log(2 * jnp.pi * betas[t])
            return total - away - jnp.where(t > 0, gap, found), None

        spare = 1 - kept[-1]
        end = (kept[-1] * (x**2).sum(axis=1) + self.dimension * (spare - 1 - jnp.log(spare))) / 2
        return jax.lax.scan(step, -end, (jnp.arange(self.levels), jax.random.split(key, self.levels)))[0]

    def _noised(self, x: jax.Array, t: jax.Array, z: jax.Array) -> jax.Array:
        kept = jnp.asarray(self.kept)[t][:, None]
        return jnp.sqrt(kept) * x + jnp.sqrt(1 - kept) * z

    def _mean(self, parameters: Any, x: jax.Array, t: jax.Array, labels: jax.Array) -> jax.Array:
        """Where the step from t back leads on average."""
        beta, kept = jnp.asarray(self.betas)[t][:, None], jnp.asarray(self.kept)[t][:, None]
        return (x - beta / jnp.sqrt(1 - kept) * self.noise(parameters, x, t, labels)) / jnp.sqrt(1 - beta)


__all__ = ["Denoiser"]
