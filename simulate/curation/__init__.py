"""Curation, run: in the population as tournaments or by rejection, with finitely many samples as counts of picks."""

from __future__ import annotations

from types import ModuleType

from theory.curation import CuratedLoop, PickedSampleLoop, TiltLoop

from . import particles, population, tilt

TOPICS: dict[type, ModuleType] = {CuratedLoop: population, PickedSampleLoop: particles, TiltLoop: tilt}


def estimand_of(loop, wanted, shift=None):
    """How a standard moment of one of the family's loops is estimated."""
    return TOPICS[type(loop)].estimand_of(loop, wanted, shift)


def paths(loop, observables, rng, size, t):
    """{name: array of shape (size, t + 1)}; of a population functions of fresh draws, and "draw", the draw itself."""
    return TOPICS[type(loop)].paths(loop, observables, rng, size, t)


__all__ = ["estimand_of", "paths"]
