"""What support for a claim still lacks: points that are not decided, ends of ranges that no witness reaches (rule 33)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from theory.language.claims import Claim, Point
from theory.language.verdicts import UNSETTLED, Finding, Verdict

if TYPE_CHECKING:
    from simulate.engine.plan import PointPlan

FURTHER = 4  # times a claim's share of simulation is spent where nothing but reach is lacking
NO_REACH = "support would not reach far enough with it"


def wanting(claim: Claim, findings: Sequence[Finding]) -> list[Point]:
    """The planned points that are not decided, of a claim that lacks nothing but reach; [] of any other (rule 33)."""
    from theory.proof.reach import planned, spare

    from .analytic import settles

    if any(settles(f) or f.verdict == Verdict.FAILED for f in findings):
        return []
    decided = {f.number for f in findings if f.verdict not in UNSETTLED}
    if any(f.verdict == Verdict.UNDECIDED and f.number not in decided for f in findings if f.point is not None):
        return []
    there = {e for f in findings if f.number in decided for e in f.ends}
    points = planned(claim)
    if 2 * len(decided) >= len(points) and all(there.issuperset(p.ends) for p in points):
        return []
    others = (p for p in spare(claim, points) if not there.issuperset(p.ends))
    return [*(p for p in points if p.number not in decided), *others]


def further(plans: Sequence[PointPlan], planned: int, findings: Sequence[Finding], most: float) -> list[PointPlan]:
    """Of the plans for points that are not decided those that give a claim its reach, the cheapest; [] if none would.

    planned: how many points the claim has.  most: core-seconds of their first looks together.
    """
    decided = {f.number for f in findings if f.verdict not in UNSETTLED}
    there = {e for f in findings if f.number in decided for e in f.ends}
    able = sorted((p for p in plans if not p.reason), key=lambda p: (p.seconds, p.point.number))
    chosen: list[PointPlan] = []
    for p in able:
        if not there.issuperset(p.point.ends):
            there.update(p.point.ends)
            chosen.append(p)
    missing = {e for p in plans for e in p.point.ends} - there
    short = max(0, -(-planned // 2) - len(decided) - len(chosen))
    chosen += [p for p in able if p not in chosen][:short]
    enough = not missing and 2 * (len(decided) + len(chosen)) >= planned and sum(p.seconds for p in chosen) <= most
    return chosen if enough else []
