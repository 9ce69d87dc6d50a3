"""What all findings of a claim come to: one verdict, its gap, its reach, its twins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from math import floor, isfinite, log10

from .balls import Guarantee, format_interval
from .verdicts import (
    ENDED,
    HUNTED,
    LIMIT,
    MEASURED,
    NOT_RANDOM,
    OUTSIDE,
    SILENT,
    STRENGTH,
    UNSETTLED,
    WHOLE_RUNS,
    WITHOUT,
    WITNESSES,
    Assumed,
    Finding,
    Told,
    Twinned,
    Twins,
    Verdict,
    as_declared,
    worst,
)

NEGLIGIBLE = 1e-9  # of the largest side of a claim, or of 1 where sides grow beyond it
MOST_DIGITS = 15  # of a limit, in words


@dataclass(frozen=True)
class Summary:
    """What all witnesses together say of one claim.

    verdict: rule 3.  witnesses: the verdict of each witness that said anything.
    coverage: for each witness, points decided of points tried, "9 of 12 points" or "all".
    limit: how far off its limits would have been told, in words; "" for a claim without.
    shown: the finding nearest to failing (where it is refuted, furthest beyond): margin, guarantee, point and sides that
        are shown together are this one's (rule 36).  It is the balls' where they refute the claim or a gap is measured,
        else the simulation's.
    resolution, slack: how sharply the witness of `shown` looked: the coarsest resolution among its supported points that
        were decided by resolution, the smallest slack among those decided with slack; None if none were.
    reach: how much of what was planned is decided.  doubt: why it is not supported though nothing contradicts it (rule 33).
    contradiction: "" or a bug alarm (rules 4 and 36).  differ: why one witness supports what another refutes.
    """

    claim: str
    family: str
    statement: str
    expected: str
    verdict: Verdict
    witnesses: dict[str, Verdict]
    coverage: dict[str, str]
    reasons: dict[str, str]
    margin: tuple[float, float] | None = None
    resolution: float | None = None
    slack: float | None = None
    guarantee: str = ""
    method: str = ""
    replicates: int = 0
    seconds: float = 0.0
    error: float = 0.0
    contradiction: str = ""
    differ: str = ""
    reach: Reach = field(default_factory=lambda: Reach())
    doubt: str = ""
    shown: Finding | None = field(default=None, repr=False)
    corrected: str | None = None
    limit: str = ""
    findings: list[Finding] = field(default_factory=list, repr=False)

    @property
    def as_declared(self) -> bool | None:
        """Whether the verdict is the one that the claim expects; None while that is open."""
        return as_declared(self.verdict, self.expected)

    @property
    def surprise(self) -> bool:
        """Came out against its declaration, or witnesses contradict each other, or a false twin was not refuted."""
        return bool(self.contradiction) or self.as_declared is False or bool(self.twins.survived)

    @property
    def only(self) -> dict[str, str]:
        """The variables that were to be varied, and have one value at all points that were decided: {name: value}."""
        if any(f.point is None and f.verdict in (Verdict.PROVED, Verdict.REFUTED) for f in self.findings):
            return {}
        tried: dict[str, set[str]] = {}
        decided: dict[str, set[str]] = {}
        for f in self.findings:
            for name, value in (f.point or {}).items():
                tried.setdefault(name, set()).add(value)
                if f.verdict not in UNSETTLED:
                    decided.setdefault(name, set()).add(value)
        return {name: min(values) for name, values in decided.items() if len(values) == 1 < len(tried[name])}

    @property
    def failed(self) -> bool:
        """Whether a witness ended in an exception. What the others say stands; the claim is run again the next time."""
        return any(f.verdict == Verdict.FAILED for f in self.findings)

    @cached_property
    def twins(self) -> Twins:
        """Of a claim that is refuted none: what is falsified of it may be true."""
        return gather_twins([] if self.verdict == Verdict.REFUTED else self.findings)

    @cached_property
    def gaps(self) -> list[tuple[float, Finding]]:
        """Of an inequality that holds, the larger side over the smaller, in balls, with the point; tightest first.

        Of several parts those whose sides differ. Nothing for equalities and limits, and nothing where a side may be 0 or is
        infinite, the two differ in sign, or both are negligible beside what they are at other points: a quotient of two tiny
        probabilities tells nothing of a bound, nor does one by what is left of a side after its digits are lost.
        """
        return [] if self.expected != "holds" or self.verdict == Verdict.REFUTED else _gaps(self.findings)


def _gaps(findings: Iterable[Finding]) -> list[tuple[float, Finding]]:
    measured: dict[int, list[tuple[float, float, float, float, Finding]]] = {}  # by part of the claim
    for f in findings:
        if f.witness == "ball" and not f.told:
            for part, sides in enumerate(f.sides):
                if sides is not None and isfinite(sides[0][0]) and isfinite(sides[1][0]):
                    measured.setdefault(part, []).append((*sides[0], *sides[1], f))
    out = [gap for of_part in measured.values() for gap in _gaps_of(of_part)]
    return sorted(out, key=lambda pair: pair[0])


def _gaps_of(measured: list[tuple[float, float, float, float, Finding]]) -> list[tuple[float, Finding]]:
    """Of one part of a claim, by midpoint and radius of its two sides; none where they are nowhere seen to be apart."""
    least = NEGLIGIBLE * min(1.0, max(max(abs(a), abs(b)) for a, _, b, _, _ in measured))
    strict = any(abs(a - b) > ra + rb + 1e-12 * (abs(a) + abs(b)) for a, ra, b, rb, _ in measured)
    return [
        (max(a / b, b / a), f)
        for a, ra, b, rb, f in measured
        if strict and a * b > 0 and abs(a) > ra and abs(b) > rb and max(abs(a), abs(b)) >= least
    ]


def _telling_first(f: Finding) -> tuple[bool, bool]:
    """Sorts what was ended before what was not, and at the end what is so at one point, as at t = 0, and no reason for others."""
    return f.verdict not in ENDED, f.note == NOT_RANDOM


@dataclass(frozen=True)
class Reach:
    """How much of what was planned has been decided, by all witnesses together, whatever each of them left out (rule 33).

    missing: the ends of ranges at which no point is decided, though a witness looked there.
    beyond: those that no witness can reach: each said so before it looked.
    """

    planned: int = 0
    decided: int = 0
    missing: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()

    @property
    def thin(self) -> bool:
        """Whether it is too little for support: what nobody can reach is not known to hold there."""
        return 2 * self.decided < self.planned or bool(self.missing or self.beyond)

    def __str__(self) -> str:
        """ "decided at 3 of 44 points; not at n = 1000; out of reach: t = 0"."""
        return f"decided at {self.decided} of {self.planned} points" + "".join(
            f"; {words} {', '.join(ends)}"
            for words, ends in (("not at", self.missing), ("out of reach:", self.beyond))
            if ends
        )


def reached(findings: Sequence[Finding]) -> Reach:
    """The reach of findings about one claim; what a hunt looked at besides was not planned, nor what a file has besides."""
    planned = [
        f for f in findings if f.number is not None and f.point is not None and f.origin not in (HUNTED, OUTSIDE)
    ]
    decided = [f for f in planned if f.verdict not in UNSETTLED]
    there = {e for f in decided for e in f.ends}
    absent = dict.fromkeys(e for f in planned for e in f.ends if e not in there)
    tried = {e for f in planned if f.verdict != Verdict.LEFT_OUT for e in f.ends}
    missing, beyond = (tuple(e for e in absent if (e in tried) == looked) for looked in (True, False))
    return Reach(len({f.number for f in planned}), len({f.number for f in decided}), missing, beyond)


def differing(findings: Sequence[Finding]) -> tuple[str, str]:
    """(explanation, alarm) where one witness supports what another refutes at the same point (rule 36); "" if nowhere.

    A violation that the supporting witness was sharp enough to see is an alarm, a smaller one is explained.
    """
    explained = ""
    at: dict[int, list[Finding]] = {}
    for f in findings:
        if f.number is not None and f.verdict in (Verdict.SUPPORTED, Verdict.REFUTED):
            at.setdefault(f.number, []).append(f)
    for fs in at.values():
        for held in (f for f in fs if f.verdict == Verdict.SUPPORTED):
            for wrong in (f for f in fs if f.verdict == Verdict.REFUTED and f.witness != held.witness):
                where = ", ".join(f"{k} = {v}" for k, v in (held.point or {}).items())
                told = f"{held.witness} supports at {where or 'its one point'} what {wrong.witness} refutes"
                size = _violation(wrong)
                if size is None or held.scale != wrong.scale:
                    explained = explained or f"{told}: their scales differ"
                elif _of_shape(wrong) or (held.resolution is None and held.slack is None):
                    explained = explained or f"{told}: it looked at other steps"
                elif held.resolution is None or size > held.resolution:
                    sharp = "with slack" if held.resolution is None else f"at {100 * held.resolution:.2g} %"
                    return (
                        explained,
                        f"{told}, missed by {100 * size:.2g} %: {held.witness}, {sharp}, should have seen it",
                    )
                else:
                    coarser = f"is coarser, {100 * held.resolution:.2g} % against {100 * size:.2g} %"
                    explained = explained or f"{told}, missed by {100 * size:.2g} %: {held.witness} {coarser}"
    return explained, ""


def _of_shape(f: Finding) -> bool:
    """Whether it is about steps along a bound variable, of which each witness chooses its own."""
    return f.part < len(f.sides) and f.sides[f.part] is None


def _violation(f: Finding) -> float | None:
    """By how much a refuted relation is missed, at least; None where that is not known."""
    if f.margin is None:
        return None
    low, high = f.margin
    return 0.0 if low <= 0 <= high else min(abs(low), abs(high))


def _nearest(findings: Sequence[Finding], verdict: Verdict) -> Finding | None:
    """The finding that tells most of a claim: where it is refuted furthest beyond, else nearest to failing."""
    if verdict == Verdict.REFUTED:
        return max(findings, key=lambda f: _violation(f) or 0.0, default=None)
    return min(findings, key=lambda f: f.margin[0] if f.margin else 0.0, default=None)


def strongest(verdicts: Iterable[Verdict]) -> Verdict:
    """Of the verdicts of several witnesses the one that says most."""
    return max(verdicts, key=STRENGTH.index, default=Verdict.LEFT_OUT)


def summarise(statement: str, corrected: str | None, findings: Sequence[Finding]) -> Summary:
    """Rules 3 and 4: from the findings of one claim (all witnesses, all points) to its summary."""
    first = findings[0]
    added = [f.witness for f in findings if f.witness != MEASURED]
    names = dict.fromkeys((*WITNESSES, *added, MEASURED))
    speaking = [f for f in findings if not _beside(f)] or findings
    by_witness = {w: fs for w in names if (fs := [f for f in speaking if f.witness == w])}
    verdicts = {w: worst(f.verdict for f in fs) for w, fs in by_witness.items()}
    everywhere = [f for f in findings if f.point is None and f.verdict in (Verdict.PROVED, Verdict.REFUTED)]
    points: dict[int, list[Verdict]] = {}
    for f in findings:
        if f.number is not None and f.verdict not in SILENT:
            points.setdefault(f.number, []).append(f.verdict)
    at_points = [strongest([*vs, *(f.verdict for f in everywhere)]) for vs in points.values()]
    verdict = worst(at_points) if at_points else strongest(f.verdict for f in findings)
    limit, sharp = _limits([] if everywhere else findings)
    reach = reached(findings)
    doubt = f"nothing contradicts it, but it was {reach}" if verdict == Verdict.SUPPORTED and reach.thin else ""
    if verdict == Verdict.SUPPORTED:
        doubt = next((f.doubt for f in findings if f.doubt), doubt)
    if verdict in SILENT or doubt or (verdict == Verdict.SUPPORTED and not sharp):
        verdict = Verdict.UNDECIDED
    differ, alarm = differing(findings)
    contradiction = ""
    if Verdict.PROVED in verdicts.values() and Verdict.REFUTED in verdicts.values():
        proved, refuted = ([w for w, v in verdicts.items() if v == x] for x in (Verdict.PROVED, Verdict.REFUTED))
        contradiction = f"proved by {' and '.join(proved)}, refuted by {' and '.join(refuted)}"
    contradiction = contradiction or _disjoint(findings) or alarm
    decided = [f for f in findings if f.verdict in (Verdict.SUPPORTED, Verdict.REFUTED, Verdict.PROVED)]
    telling = [f for f in decided if f.verdict == verdict] or decided
    measured = [
        f for f in decided if f.margin is not None and (f.verdict == Verdict.REFUTED) == (verdict == Verdict.REFUTED)
    ]
    first_choice = "ball" if verdict == Verdict.REFUTED or _gaps(findings) else "simulation"
    measured = [f for f in measured if f.witness == first_choice] or measured
    shown = _nearest(measured, verdict)
    return Summary(
        first.claim,
        first.family,
        statement,
        first.expected,
        verdict,
        verdicts,
        {w: _coverage(fs) for w, fs in by_witness.items()},
        {
            w: next((f.note for f in sorted(fs, key=_telling_first) if f.note and f.verdict in UNSETTLED), "")
            for w, fs in by_witness.items()
        },
        margin=shown.margin if shown else None,
        resolution=max((f.resolution for f in measured if f.resolution is not None), default=None),
        slack=min((f.slack for f in measured if f.slack is not None), default=None),
        guarantee=shown.guarantee if shown else _guarantee(telling),
        method=next((f.method for f in telling if f.method), ""),
        replicates=sum(f.replicates for f in findings),
        seconds=sum(f.seconds for f in findings),
        error=sum(f.error for f in findings),
        contradiction=contradiction,
        differ=differ,
        reach=reach,
        doubt=doubt,
        shown=shown,
        corrected=corrected,
        limit=limit,
        findings=list(findings),
    )


def _beside(f: Finding) -> bool:
    """Whether a finding is about all points together and does not refute: that lowers no verdict of theirs."""
    return f.method == WHOLE_RUNS and f.verdict != Verdict.REFUTED


def assumed_beside(findings: Sequence[Finding]) -> Assumed | None:
    """What is told beside the verdict that assumes nothing: of those that decide, the one that assumes least.

    A refutation anywhere decides; support has to be had at every point, with or without the assumption.
    """
    wrong = [a for f in findings for a in f.assumed if a.verdict == Verdict.REFUTED]
    if wrong:
        kinds = list(dict.fromkeys(a.assumption for f in sorted(findings, key=_of_points) for a in f.assumed))
        first = min(wrong, key=lambda a: kinds.index(a.assumption)).assumption
        return max((a for a in wrong if a.assumption == first), key=lambda a: min(map(abs, a.margin or (0.0, 0.0))))
    if any(f.doubt for f in findings):
        return None
    points = [f for f in findings if f.point is not None and f.verdict not in SILENT]
    held = [[a for a in f.assumed if a.verdict == Verdict.SUPPORTED] for f in points]
    if points and any(held) and all(a or f.verdict == Verdict.SUPPORTED for f, a in zip(points, held, strict=True)):
        return next(a for found in held for a in found)
    return None


def _of_points(f: Finding) -> bool:
    return f.method != WHOLE_RUNS


def _limits(findings: Sequence[Finding]) -> tuple[str, bool]:
    """What the points where a limit's rate holds tell of the limit, in words, and whether that is enough (rule 32)."""
    known: dict[str, list[tuple[Told, Finding]]] = {}
    for f in findings:
        for told in f.told if f.verdict == Verdict.SUPPORTED else ():
            known.setdefault(told.name, []).append((told, f))
    words, sharp = [], True
    for found in known.values():
        size = max(t.size for t, _ in found)  # of the function, seen from a limit that is 0
        share, told, f = min(((t.distance / (t.scale or size or 1), t, f) for t, f in found), key=lambda x: x[0])
        if not isfinite(share):
            words.append("the rate is not seen to vanish: it says nothing of the limit")
        else:
            rival = told.limit + told.distance * (-1 if told.limit > 0 else 1)
            digits = max(2, 2 - floor(log10(share))) if share > 0 else 17
            where = ", ".join(f"{k} = {v}" for k, v in (f.point or {}).items())
            wide = "" if share <= LIMIT else "the rate is too wide at the points that are decided: it "
            rivals = f"{rival:.{digits}g}" if digits <= MOST_DIGITS else f"what is {told.distance:.1g} off"
            words.append(f"{wide}would tell {rivals} from {told.limit:.{min(digits, MOST_DIGITS)}g} at {where}")
        sharp = sharp and share <= LIMIT
    return "; ".join(dict.fromkeys(words)), sharp


def gather_twins(findings: Sequence[Finding]) -> Twins:
    """Rule 23: a twin counts as refuted where one witness refutes it at one point; it has to be, if it is large enough."""
    seen: dict[str, list[tuple[str, Twinned]]] = {}
    for f in findings:
        for t in f.twins:
            seen.setdefault(t.name, []).append((f.witness, t))
    needs = {
        name.removeprefix(WITHOUT): next((t.note for _, t in found if t.refuted), "")
        for name, found in seen.items()
        if name.startswith(WITHOUT)
    }
    seen = {name: found for name, found in seen.items() if not name.startswith(WITHOUT)}
    by: dict[str, int] = {}
    smallest: dict[str, float] = {}
    refuted, small, survived, unjudged = 0, [], [], []
    looked = any(f.point is not None and (f.verdict not in UNSETTLED or f.margin is not None) for f in findings)
    for name, found in seen.items():
        caught = {w for w, t in found if t.refuted}
        for w in caught:
            by[w] = by.get(w, 0) + 1
            sizes = [t.size for v, t in found if v == w and t.refuted and t.size is not None and isfinite(t.size)]
            if sizes:
                smallest[w] = min(*sizes, smallest.get(w, sizes[0]))
        if caught:
            refuted += 1
        elif all(t.size is not None and not (t.resolution is not None and t.size > t.resolution) for _, t in found):
            small.append(name)
        elif not looked and all(t.size is None and t.resolution is None for _, t in found):
            unjudged.append(name)
        else:
            survived.append(name)
    survived += [f"{WITHOUT}{h}" for h, note in needs.items() if not note]
    return Twins(len(seen), refuted, by, smallest, tuple(small), tuple(survived), tuple(unjudged), needs)


def _disjoint(findings: Sequence[Finding]) -> str:
    """Rule 4: two witnesses whose balls for the same side at the same point do not meet."""
    at: dict[int | None, list[Finding]] = {}
    for f in findings:
        if f.sides:
            at.setdefault(f.number, []).append(f)
    for number, fs in at.items():
        for f, g in combinations(fs, 2):
            for i, (x, y) in enumerate(zip(f.sides, g.sides, strict=False)):
                for name, a, b in zip(("left", "right"), x or (), y or (), strict=False):
                    rounding = 1e-12 * (abs(a[0]) + abs(b[0]))
                    if f.witness != g.witness and abs(a[0] - b[0]) > a[1] + b[1] + rounding:
                        return (
                            f"the {name} side of part {i + 1} at point {number} is {format_interval(*a)} by "
                            f"{f.witness}, {format_interval(*b)} by {g.witness}"
                        )
    return ""


def _guarantee(findings: Sequence[Finding]) -> str:
    """At every point the strongest guarantee counts, over the points the weakest."""
    order = [str(g) for g in Guarantee]
    at: dict[int | None, list[int]] = {}
    for f in findings:
        if f.guarantee:
            at.setdefault(f.number, []).append(order.index(f.guarantee))
    return order[max(map(min, at.values()))] if at else ""


def _coverage(findings: Sequence[Finding]) -> str:
    if any(f.point is None and f.verdict == Verdict.PROVED for f in findings):
        return "all"
    points = [f for f in findings if f.point is not None and f.origin != OUTSIDE]
    done = [f for f in points if f.verdict not in UNSETTLED]
    return f"{len(done)} of {len(points)} points" if points else ""


__all__ = ["Summary", "strongest", "summarise"]
