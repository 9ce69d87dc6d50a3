"""Where an ascent to a counterexample begins, and what it is told beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import islice, zip_longest
from typing import Any

from simulate.engine.ascent import Seen
from theory.language.claims import Claim, Point
from theory.language.errors import OutOfTime
from theory.language.verdicts import Finding, Verdict
from theory.proof.prepared import ShapePart, prepare
from theory.proof.relations.closest import closest
from theory.proof.relations.turns import turning_together, turns

from . import clock
from .witnesses import SIMULATION

LEAST_NEAR = 2.0  # seconds for telling where sides meet, where they are on grids;
MOST_NEAR = 64  # joint values at which they come closest,
MOST_TURNING = 120  # and at which something turns;
BASES = 2  # planned points beside which more than one variable moves


def met(claim: Claim, points: Sequence[Mapping[str, Any]], seconds: float) -> list[Mapping[str, Any]]:
    """Where the sides come closest, or meet along one variable, or something in the claim turns, beside the points' other
    values, or of two integers together: as many such places as so many seconds tell, the first ones of each line first."""
    near: list[list[Mapping[str, Any]]] = []
    found: list[list[Mapping[str, Any]]] = []
    with suppress(OutOfTime), clock.within(max(0.5 * seconds, LEAST_NEAR)):
        for values in _bases(claim, points):
            for grid in closest(claim, values):
                near.append([*grid])
    with suppress(OutOfTime), clock.within(max(0.5 * seconds, 0.1)):
        for values in _bases(claim, points):
            found.append(list(turning_together(claim, values)))
        for values in points:
            for n in claim.symbols:
                found.append([{**values, n: x} for x in turns(claim, values, n)])
    return [*_by_turns(near, MOST_NEAR), *_by_turns(found, MOST_TURNING)]


def _bases(claim: Claim, points: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first points, and the first of every case: beside them more than one variable moves."""
    first = {tuple(v[n] for n in claim.domain if n not in claim.symbols): v for v in reversed(points)}
    others = (v for v in points if v not in first.values())
    return [*first.values(), *others][: max(BASES, len(first))]


def _by_turns(lists: Sequence[Sequence[Any]], most: int) -> list[Any]:
    """The first of each list, then the second ones, and so on."""
    return list(islice((x for row in zip_longest(*lists) for x in row if x is not None), most))


def simulated_margins(claim: Claim, points: Iterable[Point], findings: Iterable[Finding]) -> dict[tuple, Seen]:
    """What the simulation has found already, as looks of an ascent; nothing where a part is an equality."""
    out = {}
    at = {p.number: p.values for p in points}
    for f in findings:
        if f.witness != SIMULATION.name or f.verdict != Verdict.SUPPORTED or f.margin is None or f.number not in at:
            continue
        values = at[f.number]
        if all(not isinstance(p, ShapePart) and p.op != "==" for p in prepare(claim, values).parts):
            low, high = f.margin
            key = tuple(values[n] for n in claim.domain)
            out[key] = Seen(values, -1.0, (low + high) / 2, (high - low) / 2)
    return out
