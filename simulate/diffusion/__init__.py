"""Diffusion models, run: points are noised and denoised, scores fitted to them, again and again."""

from . import fitted, loops, sde, training

__all__ = ["fitted", "loops", "sde", "training"]
