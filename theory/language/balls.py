"""A ball: what any witness returns for the value of a quantity."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flint import arb


class Guarantee(IntEnum):
    """With what right a ball is said to contain the value, strongest first.

    A quantity computed from several balls has the weakest of their guarantees (the largest number).
    """

    RIGOROUS = 0  # ball arithmetic: always
    EXACT_LAW = 1  # probability 1 - error, from the known law of the estimator (Clopper-Pearson, order statistics)
    FINITE_SAMPLE = 2  # probability at least 1 - error at every sample size (empirical Bernstein)
    ASYMPTOTIC = 3  # probability 1 - error in the limit of many replicates: nominal
    EXTRAPOLATED = 4  # a value at finite size, carried to the limit

    def __str__(self) -> str:
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True)
class Ball:
    """An enclosure `midpoint +- radius` of a real number, with its origin.

    value: the enclosure, a python-flint `arb`; `oo` stands for an infinite mean.
    guarantee: see `Guarantee`.
    source: which computation gave it ("derived", "integrated step law", "simulation: raw" ...).
    replicates: independent replicates behind it, 0 where nothing was drawn.
    error: the probability spent on it (0 for a rigorous ball).
    delta: expected log-ratio of true to nominal tail error (rule 18); 0 unless asymptotic.
    note: what limits its use, "" if nothing.
    """

    value: arb
    guarantee: Guarantee = Guarantee.RIGOROUS
    source: str = ""
    replicates: int = 0
    error: float = 0.0
    delta: float = 0.0
    note: str = ""

    @property
    def midpoint(self) -> float:
        return float(self.value.mid())

    @property
    def radius(self) -> float:
        return float(self.value.rad())

    def __str__(self) -> str:
        return format_interval(self.midpoint, self.radius)


def in_floats(value: arb) -> tuple[float, float]:
    """A ball as (midpoint, radius) in floats that contain it."""
    middle = float(value.mid())
    if middle in (float("inf"), float("-inf")) or middle != middle:
        return middle, 0.0
    return middle, float((value - middle).abs_upper())


def format_interval(midpoint: float, radius: float) -> str:
    """A number with the digits that its radius justifies: two digits of the radius in brackets, "0.0625(12)"."""
    from math import floor, isfinite, log10

    if not isfinite(midpoint) or not isfinite(radius):
        return "oo" if midpoint > 0 else "-oo" if midpoint < 0 else "nan"
    if radius < abs(midpoint) * 1e-12 or radius == 0:
        return f"{midpoint:.12g}"
    digits = 1 - floor(log10(radius))
    if radius >= abs(midpoint) > 0 or abs(digits) > 12 or abs(midpoint) >= 1e9:
        figures = max(3, digits + floor(log10(abs(midpoint))) + 1) if midpoint else 3
        return f"{midpoint:.{figures}g} +- {radius:.2g}"
    if digits <= 0:
        return f"{round(midpoint, digits):.0f}({round(radius, digits):.0f})"
    return f"{midpoint:.{digits}f}({round(radius * 10**digits):d})"
