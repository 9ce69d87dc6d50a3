"""What a check of a conjecture costs, and how far it will come: from pilots alone, nothing that counts is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from theory.language.claims import Claim
from theory.proof.reach import planned

from . import clock
from .analytic import guarded
from .conjectures import examine
from .shares import (
    CLIMB,
    FIRST_HUNT,
    FIRST_POINTS,
    MORE_POINTS,
    RESOLUTIONS,
    inside,
    second_witness,
    shares,
    slow,
)
from .witnesses import BALL

PRICED = (0.1, 0.01, 0.001)  # resolutions that `--plan` tells the price of


@dataclass(frozen=True)
class Price:
    """What a resolution costs: points of points that can be decided, replicates and core-seconds of their first looks."""

    resolution: float
    points: int
    of: int
    replicates: int
    seconds: float
    reason: str = ""  # of the first point that cannot


def prices(
    claim: Claim,
    resolutions: Sequence[float] = PRICED,
    alpha: float = 1e-6,
    seed: int = 0,
    workers: int | str = 2,
) -> list[Price]:
    """What simulation will cost at each resolution, from pilots alone; nothing counted is drawn."""
    from simulate.engine.blocks import Runner
    from simulate.engine.witness import Witness

    examine(claim)
    points = planned(claim, FIRST_POINTS, MORE_POINTS)
    out = []
    with Runner(seed, workers) as runner:
        for r in resolutions:
            plans = Witness(runner, 1e9, r, alpha).plans([(claim, points)])
            able = [p for p in plans if not p.reason]
            reason = next((p.reason for p in plans if p.reason), "")
            replicates, seconds = sum(p.blocks * p.block for p in able), sum(p.seconds for p in able)
            out.append(Price(r, len(able), len(points), replicates, seconds, reason))
    return out


@dataclass(frozen=True)
class Promise:
    """What a check of so many seconds will simulate, whatever its hunts take, unless a derivation or balls settle the claim.

    reached: (resolution, points) of those looked at, finest first.  of: points that it tries, ends of ranges that balls
    decide not among them.  reason: of the first that is not reached.  beside: points that it simulates where it is proved, as a
    second witness, at a resolution.
    """

    seconds: float
    reached: list[tuple[float, int]]
    of: int
    reason: str = ""
    beside: tuple[float, int] | None = None


def promise(
    claim: Claim, seconds: float, resolution: float | None, alpha: float, seed: int = 0, workers: int | str = 2
) -> Promise:
    """The points that a check can afford, by the same plans and shares that it goes by."""
    from simulate.engine.blocks import Runner
    from simulate.engine.witness import Witness
    from theory.proof.enclose import at_point

    resolutions = RESOLUTIONS if resolution is None else (resolution,)
    points = planned(claim, FIRST_POINTS, MORE_POINTS)
    ends = [p for p in points if p.origin == "end"]
    in_balls = guarded(  # as of a check: an error in it is a row, and the rest is simulated
        claim,
        BALL.name,
        lambda: (at_point(claim, p, max(resolutions)) for p in ends),
        clock.of_conjecture(seconds),
    )
    points = inside(points, in_balls)
    reached: Counter[float] = Counter()
    with Runner(seed, workers) as runner:
        size = 1 if slow(claim) else runner.pool.size
        core_seconds, patience = shares((1 - CLIMB) * (1 - FIRST_HUNT) * seconds, size)
        finest, share = second_witness(resolutions, seconds * size)
        second = Witness(runner, share, (finest,), alpha).plans([(claim, [p for p in points if p.origin != "end"])])
        plans = Witness(runner, core_seconds, resolutions, alpha).plans([(claim, points)])
        spent = sum(p.seconds for p in plans if not p.reason) / size
        for i, plan in sorted(enumerate(plans), key=lambda item: item[1].seconds):
            if plan.dear and (left := patience - spent) > 0:
                (plans[i],) = Witness(runner, left, resolutions, alpha).plans([(claim, [plan.point])], left)
                spent += 0.0 if plans[i].reason else plans[i].seconds
    reached.update(p.asked for p in plans if not p.reason)
    reason = next((p.reason for p in plans if p.reason), "")
    beside = finest, sum(not p.reason for p in second)
    return Promise(seconds, sorted(reached.items()), len(points), reason, beside)


def prices_text(claim: Claim, found: Sequence[Price], promised: Promise | None = None) -> str:
    """A table: what each resolution costs, and why a point is left out; then what a check will do."""
    lines = [f"{claim.id}: what simulation costs (a derivation, or balls, may settle it for nothing)"]
    lines.append("  resolution   points      replicates   core-seconds   left out, for the first reason")
    for p in found:
        lines.append(
            f"  {100 * p.resolution:>8g} %   {f'{p.points} of {p.of}':<9} {p.replicates:>12,}   {p.seconds:>12.2g}   {p.reason}"
        )
    if promised is not None:
        at = ", ".join(f"{count} at {100 * r:g} %" for r, count in promised.reached)
        told = f"{sum(count for _, count in promised.reached)} of {promised.of} points" + (f", {at}" if at else "")
        if promised.beside is not None and promised.reached:
            told += f"; where it is proved {promised.beside[1]}, at {100 * promised.beside[0]:g} %"
        why = f"; of the others the first: {promised.reason}" if promised.reason else ""
        lines.append(f"  a check of {promised.seconds:g} s, on a machine that does nothing else, simulates {told}{why}")
    lines += [f"  remark: {r}" for r in slow(claim)]
    return "\n".join(lines)


__all__ = ["Price", "prices"]
