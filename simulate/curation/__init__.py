"""Curation, run: in the population as tournaments, with finitely many samples as counts of picks."""

from __future__ import annotations

from types import ModuleType

from theory.curation import PickedSampleLoop

from . import particles, population


def _of(loop) -> ModuleType:
    return particles if isinstance(loop, PickedSampleLoop) else population


def estimand_of(loop, wanted, shift=None):
    """How a standard moment of one of the family's loops is estimated."""
    return _of(loop).estimand_of(loop, wanted, shift)


def paths(loop, observables, rng, size, t):
    """{name: array of shape (size, t + 1)}; of a population functions of fresh draws, and "draw", the atom itself."""
    return _of(loop).paths(loop, observables, rng, size, t)


__all__ = ["estimand_of", "paths"]
