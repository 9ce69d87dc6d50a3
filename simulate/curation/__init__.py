"""Curation, run: in the population as tournaments or by rejection, with finitely many samples as counts of picks."""

from __future__ import annotations

from types import ModuleType

from theory.curation import CuratedLineLoop, CuratedLoop, PickedSampleLoop, TiltLoop
from theory.language.errors import CannotTell

from . import line, particles, population, tilt

TOPICS: dict[type, ModuleType] = {
    CuratedLoop: population,
    CuratedLineLoop: line,
    PickedSampleLoop: particles,
    TiltLoop: tilt,
}


def _topic(loop) -> ModuleType:
    if type(loop) not in TOPICS:
        raise CannotTell(f"no kernel for {type(loop).__name__}")
    return TOPICS[type(loop)]


def estimand_of(loop, wanted, shift=None):
    """How a standard moment of one of the family's loops is estimated."""
    return _topic(loop).estimand_of(loop, wanted, shift)


def paths(loop, observables, rng, size, t):
    """{name: array of shape (size, t + 1)}; of a population functions of fresh draws, and "draw", the draw itself."""
    return _topic(loop).paths(loop, observables, rng, size, t)


__all__ = ["estimand_of", "paths"]
