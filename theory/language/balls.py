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

    def __str__(self) -> str:
        return self.name.lower().replace("_", " ")


ANY = 0.0, float("inf")  # the ball of all numbers
SMALLEST = 5e-324  # of positive floats
LARGEST = 1e300  # beyond that, and below its inverse, numbers are not told in floats


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
        """The middle of the enclosure, rounded to a float."""
        return float(self.value.mid())

    @property
    def radius(self) -> float:
        """How far the number may be from the middle, as a float."""
        return float(self.value.rad())

    def __str__(self) -> str:
        x = self.value
        if x.is_finite() and (
            abs(x) > LARGEST or (abs(x) < 1 / LARGEST and not x.contains(0))
        ):  # a float says 0, or oo
            return x.str(EXACT_DIGITS, radius=x.rel_accuracy_bits() < EXACT_BITS)
        return format_interval(*in_floats(x))


def in_floats(value: arb) -> tuple[float, float]:
    """A ball as (midpoint, radius) in floats that contain it.

    Of a finite number beyond floats the midpoint is infinite, and in place of the radius stands log10 of its size; (0, oo), any
    number, where that is not known to three digits. An infinite number has the radius 0.
    """
    from flint import arb

    middle = float(value.mid())
    if abs(middle) == float("inf") and value.is_finite():
        known = value.rel_accuracy_bits() > 10
        return (middle, float((abs(value.mid()).log() / arb(10).log()).mid())) if known else ANY
    if abs(middle) == float("inf") or middle != middle:
        return middle, 0.0
    off = (value - middle).abs_upper()
    return middle, float(off) or (0.0 if off == 0 else SMALLEST)


EXACT_DIGITS, EXACT_BITS = 12, 41  # of a number whose radius lies below them


def format_interval(midpoint: float, radius: float) -> str:
    """A number with the digits that its radius justifies: "0.9727(13)" is 0.9727 +- 0.0013, "9.73(13)e-21".

    The number in brackets is the half width of the ball, whatever its guarantee, in units of the last digit printed: two
    digits of it, rounded up by as much as the midpoint was rounded, so that what is printed contains the ball. Without
    brackets the radius is less than half a unit of the twelfth digit: the number is right to a unit of that digit.
    "oo" and "-oo" are infinite, "about 10^398.9" is beyond floats (see `in_floats`), "unbounded" is any number, "nan" none.
    """
    from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal, localcontext
    from math import inf, isfinite, log10

    if midpoint != midpoint or radius != radius:
        return "nan"
    if radius == inf:
        return "unbounded"
    if not isfinite(midpoint):
        sign = "" if midpoint > 0 else "-"
        return f"about {sign}10^{radius:.6g}" if radius else f"{sign}oo"
    if midpoint == 0 < radius < 1 / LARGEST:
        return f"0(1)e{log10(1 / LARGEST):.0f}"
    with localcontext(prec=50, rounding=ROUND_CEILING):
        m, r = Decimal(repr(float(midpoint))), Decimal(repr(float(radius)))
        if r == 0 or (m and r <= Decimal("0.5").scaleb(m.adjusted() - EXACT_DIGITS + 1)):
            return f"{midpoint + 0.0:.{EXACT_DIGITS}g}"
        last = r.adjusted() - 1  # the exponent of the last digit
        while True:
            shown = m.quantize(Decimal(1).scaleb(last), ROUND_HALF_EVEN) + 0  # no negative zero
            bracket = int((r + max(m - shown, shown - m)).scaleb(-last).to_integral_value())
            if bracket < 100:
                break
            last += 1
        first = max(shown.adjusted() if shown else last, last + 1)
        if first > 8 or last < -EXACT_DIGITS - 3 or first < -4:  # too long to write out
            return f"{shown.scaleb(-first):.{first - last}f}({bracket})e{first}"
        if last > 0:
            return f"{shown:f}({bracket * 10**last})"
        return f"{shown:.{-last}f}({bracket})"
