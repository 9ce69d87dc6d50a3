"""Verdicts: from the balls of two sides to a decision, from decisions at points to a finding; `summaries` goes on from there.

proved      a derivation, a certificate, or balls over the whole domain
supported   nothing contradicts it, and a violation of the size of the resolution would have been seen
refuted     the balls of the two sides contradict the relation
undecided   none of these, with the reason
left out    a witness declared beforehand that it cannot decide this point (never after a counted draw)
failed      the witness ended in an exception: an error of the program, which says nothing of the claim
out of time the clock ended the witness, which says nothing of the claim either: with more time, or on another machine, it
            may decide it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log10
from typing import TYPE_CHECKING, Any

from .balls import format_interval

if TYPE_CHECKING:
    from flint import arb


class Verdict(StrEnum):
    """What a witness says of a claim, at a point or as a whole; the last three say that it says nothing."""

    PROVED = "proved"
    SUPPORTED = "supported"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    LEFT_OUT = "left out"
    FAILED = "failed"
    OUT_OF_TIME = "out of time"


# rule 3: at one point the strongest statement counts; over points the worst decides
STRENGTH = [
    Verdict.FAILED,
    Verdict.OUT_OF_TIME,
    Verdict.LEFT_OUT,
    Verdict.UNDECIDED,
    Verdict.SUPPORTED,
    Verdict.PROVED,
    Verdict.REFUTED,
]
BADNESS = [
    Verdict.LEFT_OUT,
    Verdict.OUT_OF_TIME,
    Verdict.PROVED,
    Verdict.SUPPORTED,
    Verdict.UNDECIDED,
    Verdict.FAILED,
    Verdict.REFUTED,
]
ENDED = (
    Verdict.FAILED,
    Verdict.OUT_OF_TIME,
)  # what was ended says nothing of the claim, and is run again the next time
SILENT = (Verdict.LEFT_OUT, *ENDED)
UNSETTLED = (Verdict.UNDECIDED, *SILENT)


@dataclass(frozen=True)
class Decision:
    """The relation `a op b` at one point, decided from balls (rules 6 and 7).

    margin: (b - a)/scale for `a <= b`, (a - b)/scale otherwise, as (lowest, highest).
    resolution: the smallest violation, relative to `scale`, that is refuted with probability 1 - error.
    unit: the scale as a number.
    """

    verdict: Verdict
    margin: tuple[float, float] | None = None
    resolution: float | None = None
    scale: str = ""
    note: str = ""
    unit: float | None = None

    @property
    def strict(self) -> bool:
        """Whether the relation holds strictly: an inequality whose margin excludes 0, whatever the resolution."""
        return self.verdict == Verdict.SUPPORTED and self.note.startswith(STRICTLY)


NOT_RANDOM = "nothing is random here"
STRICTLY = "holds strictly"
LARGER = "the larger side"  # the scale as a rule,
ABSOLUTE = "1 (absolute)"  # and where there is none
STRICT = ("<", ">")
NOT_APART = "the sides are not seen to be apart, as a strict relation wants"


def decide(
    op: str, a: arb, b: arb, asked: float = 0.01, fallback: arb | None = None, named: str = "scale="
) -> Decision:
    """Decide `a op b` for op in ==, <=, <, >=, > from balls of the two sides; `asked` is the resolution asked for.

    fallback: a scale for the case that both balls contain 0 or a side is 0; `named` is what it is called in reports.
    """
    from flint import arb

    if any(x.is_nan() or not x.is_finite() for x in (a, b)):
        return _unbounded(op, a, b)
    lower = max(a.abs_lower(), b.abs_lower())
    literal_zero = (a == 0) or (b == 0)
    scale, name = lower, LARGER
    if not lower > 0 or literal_zero:
        if fallback is not None and fallback > 0:
            scale, name = fallback, named
        elif not lower > 0:
            scale, name = arb(1), ABSOLUTE
    gap = (b - a if op in ("<=", "<") else a - b) / scale
    margin = (float(gap.lower()), float(gap.upper()))
    resolution = 2 * float(gap.rad())
    fine = resolution <= asked

    def decided(verdict: Verdict, note: str = "") -> Decision:
        return Decision(verdict, margin, resolution, name, note, float(scale))

    if op == "==":
        if not gap.contains(0):
            return decided(Verdict.REFUTED)
        return decided(
            Verdict.SUPPORTED if fine else Verdict.UNDECIDED,
            "" if fine else _needs(resolution, asked),
        )
    if gap < 0 or (op in STRICT and gap <= 0):
        return decided(Verdict.REFUTED)
    if gap > 0:
        return decided(Verdict.SUPPORTED, f"{STRICTLY}, slack {margin[0]:.2g}")
    if op in STRICT:  # rule 31: at no resolution do sides that may be equal tell that one is smaller
        return decided(Verdict.UNDECIDED, f"{NOT_APART}, at a resolution of {resolution:.2g}")
    if gap >= 0:
        return decided(Verdict.SUPPORTED, "holds, and may touch")
    return decided(
        Verdict.SUPPORTED if fine else Verdict.UNDECIDED,
        f"holds up to {resolution:.2g}" if fine else _needs(resolution, asked),
    )


def _unbounded(op: str, a: arb, b: arb) -> Decision:
    """A relation with a side that is infinite, or not enclosed (rule 22: infinity is a number among others).

    Whether a side may be infinite at all is another question (rule 29), asked before.
    """
    if any(x.is_nan() or not (x.is_finite() or x.is_exact()) for x in (a, b)):  # 0 +- inf says nothing
        return Decision(Verdict.UNDECIDED, note="singular: a side has no finite enclosure")
    holds = {"==": a == b, "<=": a <= b, "<": a < b, ">=": a >= b, ">": a > b}[op]
    infinite = sum(not x.is_finite() for x in (a, b))
    note = "both sides are infinite" if infinite == 2 else "one side is infinite"
    return Decision(Verdict.SUPPORTED if holds else Verdict.REFUTED, note=note)


def _needs(resolution: float, asked: float) -> str:
    more = min(resolution / asked, 1e150) ** 2
    # with digits enough to be seen above what is asked
    digits = next((d for d in range(2, 8) if f"{resolution:.{d}g}" != f"{asked:.{d}g}"), 8)
    told, wanted = _plainly(resolution, digits), _plainly(asked, 2 if resolution < 100 else digits)
    return f"resolution {told} where {wanted} is asked: about {times(more)} the replicates"


def _plainly(x: float, digits: int) -> str:
    """210, not 2.1e+02."""
    return f"{float(f'{x:.{digits}g}'):,.10g}" if 100 <= x < 1e6 else f"{x:.{digits}g}"


def times(factor: float) -> str:
    """ "4.8x", "480x", "10^9 times": a factor of two digits, as one reads it."""
    if factor >= 1e6:
        return f"10^{round(log10(factor))} times"
    return f"{factor:.2g}x" if factor < 10 else f"{float(f'{factor:.2g}'):,.0f}x"


Sides = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Twinned:
    """What a witness says of a false twin (or of a dropped hypothesis) at a point.

    size: how far its formula is from the claim's, relative to the scale of the relation; None where that is not known.
    resolution: the size that the witness can see there.  note: the counterexample, where a hypothesis was dropped.
    """

    name: str
    declared: bool
    refuted: bool
    size: float | None = None
    resolution: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Twins:
    """The false twins of one claim, all witnesses and points together.

    by: how many each witness refuted.  smallest: the smallest size that each witness caught.
    small: those below the resolution wherever they were tried; survived: those that should have been refuted.
    unjudged: those that nobody could judge, since no witness decided the claim at a point.
    needs: for every hypothesis declared to be needed, the counterexample without it ("" if none was found).
    """

    tried: int
    refuted: int
    by: dict[str, int]
    smallest: dict[str, float]
    small: tuple[str, ...]
    survived: tuple[str, ...]
    unjudged: tuple[str, ...]
    needs: dict[str, str]


WITHOUT = "without the hypothesis "  # the name of a twin that is a dropped hypothesis begins like this


LIMIT = 0.005  # a limit is supported only where one so far off, relative to it, would have been told: one moved by 1 % always is


@dataclass(frozen=True)
class Told:
    """What a point tells of the limit of a `Tends` (rule 32): one further off than `distance` would be refuted there.

    name: of the limit, among those of the claim.  scale: of the limit; where that is 0, 0: then `size`, how far the function
    itself is from it, stands for it.  distance: oo where the rate is not seen to vanish.
    """

    name: str
    limit: float
    distance: float
    scale: float
    size: float


@dataclass(frozen=True)
class Assumed:
    """What measured runs say of a claim if something is assumed of their law. No verdict of the claim counts it (rule 25).

    assumption: "normal (t)", "symmetric (signed rank)", "bounded: x in [0, 1]".  margin: as of a finding.
    error: the probability of a false alarm, if what is assumed is so.  note: what stands in the way, or how many runs would do.
    """

    assumption: str
    verdict: Verdict
    margin: tuple[float, float] | None = None
    error: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class Seen:
    """What was measured at a point, to look at: no verdict rests on it.

    measured: the estimate of the left side, within low .. high at 95 %, if `how` is so.  claimed: the right side.
    """

    measured: float
    low: float
    high: float
    claimed: float
    how: str


@dataclass(frozen=True)
class Finding:
    """What one witness says of one claim at one point (or of the whole domain: point None).

    Everything that a row of the ledger holds: enough to print, to compare and to replay it.
    resolution: the coarsest of the parts that were decided by it; None where all parts hold (or fail) with slack.
    slack: the smallest lower end of the margins of parts that hold strictly; None if there are none.
    sides: for every part the balls of its two sides, ((midpoint, radius), (midpoint, radius)); None where the witness
        looked at their difference only.  part: the one that decided, whose sides are shown.
    twins: what it says of the claim's false twins there, if they were asked for.
    told: how far off the claim's limits would be told there.
    assumed: of measured runs, what they say under assumptions, the weakest first.  seen: of them, what was measured.
    origin: of the point: "notable", "drawn", "end" of a range, "hunted", "outside" of the domain (of a file: the claim says
        nothing of it); "" of the whole domain.  ends: the ends of the variables' ranges that lie at the point (rule 33).
    certificate: a proof in words.  proof: of a derivation the certificate that `selfconsuming recheck` verifies, in JSON.
    doubt: of a conjecture's whole check: why it is not supported though nothing contradicts it.
    file: of a user's own claim.  data, sha256, map: the file of measured runs, the digest of its bytes, and what its
        columns were said to mean.  reading: which of its rows were read, and how, in JSON; "" for all as they are.
    """

    claim: str
    family: str
    witness: str
    verdict: Verdict
    expected: str = "holds"
    number: int | None = None
    point: dict[str, str] | None = None
    margin: tuple[float, float] | None = None
    resolution: float | None = None
    slack: float | None = None
    guarantee: str = ""
    scale: str = ""
    sides: tuple[Sides | None, ...] = ()
    part: int = 0
    twins: tuple[Twinned, ...] = ()
    told: tuple[Told, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    seen: Seen | None = None
    note: str = ""
    method: str = ""
    certificate: tuple[str, ...] = ()
    proof: str = ""
    seed: int = 0
    batches: int = 0
    replicates: int = 0
    blocks: int = 0
    error: float = 0.0
    seconds: float = 0.0
    resolution_asked: float = 0.01
    alpha: float = 1e-6
    budget: float = 3.0
    hash: str = ""
    file: str = ""
    data: str = ""
    sha256: str = ""
    map: str = ""
    reading: str = ""
    origin: str = ""
    ends: tuple[str, ...] = ()
    doubt: str = ""
    id: int | None = None

    @property
    def as_declared(self) -> bool | None:
        """Whether the verdict is the declared one; None while nothing is decided."""
        return as_declared(self.verdict, self.expected)

    @property
    def lhs(self) -> str:
        """The left side's ball, with the digits that its radius justifies; "" if there is none."""
        return self._side(0)

    @property
    def rhs(self) -> str:
        """The right side's ball, likewise."""
        return self._side(1)

    def _side(self, which: int) -> str:
        sides = self.sides[self.part] if self.part < len(self.sides) else None
        return "" if sides is None else format_interval(*sides[which])


def measures(decisions: Sequence[Decision]) -> tuple[float | None, float | None]:
    """(resolution, slack) of the parts of a claim at one point, as a finding reports them."""
    if any(d.verdict == Verdict.REFUTED for d in decisions):
        return max(
            (d.resolution for d in decisions if d.verdict == Verdict.REFUTED and d.resolution is not None), default=None
        ), None
    by_resolution = [d.resolution for d in decisions if d.resolution is not None and not d.strict]
    slacks = [d.margin[0] for d in decisions if d.strict and d.margin]
    return max(by_resolution, default=None), min(slacks, default=None)


def telling(decisions: Sequence[Decision], verdict: Verdict) -> int:
    """Which part of a claim a finding shows: where all hold the one that comes nearest to failing, else the first that
    has the verdict."""
    held = [i for i, d in enumerate(decisions) if d.margin is not None] if verdict == Verdict.SUPPORTED else []
    if held:
        return min(held, key=lambda i: decisions[i].margin or (0.0, 0.0))
    return next((i for i, d in enumerate(decisions) if d.verdict == verdict), 0)


def summed_up(decisions: Sequence[Decision], verdict: Verdict) -> dict[str, Any]:
    """What a finding at a point says of its parts together: margin, resolution, slack, the part that tells and its scale."""
    part = telling(decisions, verdict)
    shown = decisions[part] if decisions else Decision(verdict)
    margins = [d.margin for d in decisions if d.margin]
    margin = shown.margin if verdict == Verdict.REFUTED or not margins else min(margins)
    resolution, slack = measures(decisions)
    return {"margin": margin, "resolution": resolution, "slack": slack, "scale": shown.scale, "part": part}


def as_declared(verdict: Verdict, expected: str) -> bool | None:
    """Whether a claim came out as it is declared (`expected`); None where that is not settled."""
    if verdict in UNSETTLED:
        return None
    return (verdict == Verdict.REFUTED) == (expected == "fails")


WITNESSES = ("derivation", "ball", "simulation")
MEASURED = "data"  # trajectories of somebody's own training runs: no witness of the suite, summarised by themselves
WHOLE_RUNS = "one number a run"  # the method of a finding about all points together
HEAVY = "heavy tail already in the pilot"  # why a simulation leaves a point out
HUNTED, OUTSIDE = "hunted", "outside"  # origins of points that were not planned


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Of the verdicts at points, or of parts, the one that the whole has."""
    return max(verdicts, key=BADNESS.index, default=Verdict.LEFT_OUT)


__all__ = [
    "WITNESSES",
    "Decision",
    "Finding",
    "Twinned",
    "Twins",
    "Verdict",
    "as_declared",
    "decide",
    "measures",
    "telling",
    "worst",
]
