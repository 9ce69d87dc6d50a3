"""Diffusion models, run: points are noised and denoised, scores fitted to them, again and again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from theory.language.errors import BadInput
from theory.language.loops import Loop
from theory.language.moments import Moment

from ..engine.fresh import of_draws
from ..engine.points import of_points
from ..engine.samplers import Combination, Estimand
from . import loops, sde, training

KERNELS = loops.KERNELS | sde.KERNELS | training.KERNELS
_of_points, _point_paths = of_points(KERNELS)
_of_draws, _draw_paths = of_draws(sde.FRESH)


def estimand_of(loop: Loop, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """How a standard moment of one of the family's loops is estimated."""
    if isinstance(loop, sde.SQUARES):
        return sde.of_squares(loop, wanted)
    return (_of_points if type(loop) in KERNELS else _of_draws)(loop, wanted, shift)


def paths(loop: Loop, observables: Sequence[str], rng: np.random.Generator, size: int, t: int) -> dict:
    """For `simulate.sample`: coordinates of fitted models, {name: array of shape (size, t + 1)}, or "draw"."""
    if isinstance(loop, sde.SQUARES):
        raise BadInput(f"{type(loop).__name__} is a population: nothing is random, and there are no paths")
    return (_point_paths if type(loop) in KERNELS else _draw_paths)(loop, observables, rng, size, t)


__all__ = ["KERNELS", "estimand_of", "paths"]
