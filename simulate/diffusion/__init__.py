"""Diffusion models, run: points are noised and denoised, scores fitted to them, again and again."""

from . import loops, sde, training

__all__ = ["loops", "sde", "training"]
