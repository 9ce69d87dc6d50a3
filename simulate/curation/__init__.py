"""Curation, run: in the population as tournaments or by rejection, with finitely many samples as counts of picks."""

from . import line, particles, population, tilt

__all__ = ["line", "particles", "population", "tilt"]
