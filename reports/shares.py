"""What a check of a conjecture looks at, and how its time is shared: a check goes by it, and so does what is promised of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from theory.language.claims import Claim, Point
from theory.language.verdicts import UNSETTLED, Finding

RESOLUTIONS = (0.0025, 0.005, 0.01, 0.03, 0.1)  # asked for, the finest that a point's share of the time pays for
SECOND_WITNESS = 4.0  # core-seconds of simulation beside a proof, at
SECOND_RESOLUTION = 0.01
FIRST_POINTS = 8  # notable points, then
MORE_POINTS = 4  # drawn ones
CLIMB, FIRST_HUNT = 0.3, 0.25  # of the time that is left, for the looks before the simulation
ALONE = 0.7  # of it, for the ascent in balls, where there is nothing to simulate
KEPT = 0.4  # of all the time, for the simulation and its hunt, whatever balls that decide nothing have taken


def shares(left: float, workers: int) -> tuple[float, float]:
    """Of the seconds that a check has left: the core-seconds that its points share, and the seconds that they may take."""
    return 0.5 * left * workers, 0.6 * left


def climbing(claim: Claim, left: float) -> float:
    """The seconds of the ascent in balls, of those that a check has left."""
    return (ALONE if undrawn(claim) else CLIMB) * left


def undrawn(claim: Claim) -> bool:
    """Whether a claim is of numbers alone that balls tell: constants, and loops of infinitely many points."""
    from simulate.engine.dispatch import certain
    from theory.proof.prepared import ShapePart, prepare

    parts = [part for case in claim.cases or [{}] for part in prepare(claim, case).parts]
    moments = [m for part in parts if not isinstance(part, ShapePart) for m in part.moments.values()]
    return bool(moments) and all(map(certain, moments)) and not any(isinstance(part, ShapePart) for part in parts)


def second_witness(resolutions: Sequence[float], left: float) -> tuple[float, float]:
    """The resolution of a simulation beside a proof, and its core-seconds, where so many are left."""
    finest = max((r for r in resolutions if r <= SECOND_RESOLUTION), default=resolutions[0])
    return finest, min(SECOND_WITNESS, left)


def inside(points: Sequence[Point], in_balls: Iterable[Finding]) -> list[Point]:
    """The points that a check simulates: the ends of ranges first, where no ball has been decided."""
    done = {f.number for f in in_balls if f.verdict not in UNSETTLED}
    ends = [p for p in points if p.origin == "end" and p.number not in done]
    return [*ends, *(p for p in points if p.origin != "end")]


def slow(claim: Claim) -> list[str]:
    """Which of its programs numba does not compile, and why."""
    from simulate.engine.programs import kernel_of
    from theory.language.programs import ProgramLoop

    kinds = dict.fromkeys(type(loop) for loop in claim.loops if isinstance(loop, ProgramLoop))
    return [
        f"{kind.__name__} runs as plain Python, about a hundred times slower: {reason}; an array or a tuple as state, and "
        "NumPy that numba knows, would be compiled"
        for kind in kinds
        if (reason := kernel_of(kind).reason)
    ]
