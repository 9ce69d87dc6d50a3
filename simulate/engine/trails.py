"""Looks at a claim one behind the other, further and further out: whether their margins go on to shrink."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

SLOW = 0.75  # steps of a margin that fall by less than this do so more slowly than powers that are met,
SURE = 0.1  # if that is no noise;
ENDLESS = 0.7  # how slowly they fall where they add up to anything
HALF = 0.5  # a last step of more than so much of the one before it leads on, as that of a logarithm does
FADED = 0.75  # a margin that is heading for less than this part of itself is shrinking on


@dataclass(frozen=True)
class Seen:
    """A look at one joint value.

    violation: by how much the claim is surely violated there; below 0 where it is not seen to be.
    margin: of its inequalities the smallest distance from failing; None where it has none.  radius: of that margin.
    unit: what the margin is relative to, the larger side mostly; None where that is not known.
    absolute: whether it is relative to nothing, since a side is 0.
    """

    values: Mapping[str, Any]
    violation: float
    margin: float | None = None
    radius: float = 0.0
    unit: float | None = None
    absolute: bool = False


def shrinking(trail: list[Seen], rate: Callable[[Mapping[str, Any]], float] | None = None) -> bool:
    """Whether a margin at doubled distances is on its way to much less than it is: by Aitken's extrapolation, and where it
    shrinks more slowly than any power, by that of a power of the logarithm.

    rate: a declared rate at which the margin closes; then it is the margin over that rate that must not.
    """
    margins = [(x.margin or 0.0) / (rate(x.values) if rate else 1.0) for x in trail[-4:]]
    a, b, c = margins[-3:]
    noise = sum(x.radius for x in trail[-2:])
    if (trail[-1].margin or 0.0) <= trail[-1].radius:  # nothing is left of it, if there ever was anything
        return any((x.margin or 0.0) > 10 * x.radius for x in trail)
    if not c < b - noise:
        return False
    before, after = a - b, b - c
    if before <= 0 or after >= before:
        return True  # faster and faster
    rest = after * after / (before - after)
    if len(trail) > 3 and sum(x.radius for x in trail[-4:]) < SURE * (before - after):
        slowing = _slowing(margins[0] - a, before, after)
        rest = rest / (1 - slowing) if slowing < ENDLESS else float("inf")
    limit = c - rest
    return limit < FADED * c


def _slowing(first: float, second: float, third: float) -> float:
    """By how much what is left, in units of the last step, grows with every step: 0 as long as steps fall geometrically, 1/p
    where they fall like j^-p. From 1 on their sum has no end, as of log(log(n)) at doubled n; of a third logarithm it is 0.7."""
    if not first * SLOW < second < first:
        return 0.0
    return max(0.0, 1 / (1 - third / second) - 1 / (1 - second / first))


def falling(trail: list[Seen]) -> bool:
    """Whether a margin is surely lower at the last of three looks than at the first, and its last step is not surely less than
    half of the one before: how far it goes on is not seen."""
    (a, at_a), (b, at_b), (c, at_c) = ((x.margin or 0.0, x.radius) for x in trail[-3:])
    return a - c > at_a + at_c and b - c + at_b + at_c > HALF * (a - b - at_a - at_b)


def kept(trail: list[Seen]) -> bool:
    """Whether the margin shrinks beside sides that grow only, the distance itself being on its way to no less than it is."""
    if any(x.unit is None for x in trail):
        return False
    units = [x.unit or 0.0 for x in trail]
    distances = [Seen({}, -1.0, (x.margin or 0.0) * u, x.radius * u) for x, u in zip(trail, units, strict=True)]
    grow = all(b > a for a, b in pairwise(units))
    seen = all((x.margin or 0.0) > x.radius for x in distances)
    return grow and seen and not shrinking(distances)


def steady(trail: list[Seen]) -> bool:
    """Whether a margin that is declared to close at infinity closes as a power or an exponential does, never faster.

    The ratio of neighbours (at doubled distances) of a power is constant; that of an exponential is squared each time.
    One that heads for a crossing falls faster than both.
    """
    ms = [x.margin or 0.0 for x in trail if (x.margin or 0.0) > 1e-12 + x.radius]
    ratios = [b / a for a, b in pairwise(ms)]
    return all(s >= 0.8 * min(r, r * r) for r, s in zip(ratios[-4:], ratios[-3:], strict=False))
