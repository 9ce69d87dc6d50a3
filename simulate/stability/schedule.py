"""A changing share of real data, run: every point of a fit is real or from the model before, as a coin decides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from theory.stability.schedule import ScheduledMeanLoop

from ..engine.pointwise import SUFFICIENT, PointKernel, pointwise
from .common import MIXED, errors


@pointwise(ScheduledMeanLoop)
def _scheduled(loop: ScheduledMeanLoop) -> PointKernel:
    return PointKernel(_draw_scheduled, MIXED, tag=SUFFICIENT)


def _draw_scheduled(loop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    keep = np.array([1 - float(loop.share(g)) for g in range(1, max(times) + 1)])
    return errors(rng, size, times, 0, int(loop.N), keep, loop.variance, loop.start)
