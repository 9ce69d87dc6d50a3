"""A conjecture, treated like a theorem: proof tried, points looked at, counterexamples hunted, shrunk and confirmed."""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, zip_longest
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from theory.language.claims import CONJECTURES, Claim, Point
from theory.language.errors import BadInput, OutOfTime
from theory.language.summaries import Summary, summarise
from theory.language.text import visible
from theory.language.verdicts import ENDED, NOT_RANDOM, UNSETTLED, WHOLE_RUNS, Finding, Verdict
from theory.proof.reach import idle, planned, spare

from . import clock, measured
from .conjectures import examine, remarks
from .ledger import CHECK, Ledger, LedgerError, claim_hash, key
from .replay import NO_PROOF, digest
from .run import Event
from .witnesses import (
    ADDED,
    ANALYTIC,
    BALL,
    DERIVATION,
    EVERYONE,
    HUNT,
    PARTS,
    SIMULATION,
    Question,
    Witness,
    order,
    witness,
)

if TYPE_CHECKING:
    from simulate.engine.ascent import Ascent, Fading, Seen
    from simulate.engine.blocks import Runner
    from simulate.engine.reading import Reading

    from .analytic import Analysis

RESOLUTIONS = (0.0025, 0.005, 0.01, 0.03, 0.1)  # asked for, the finest that a point's share of the time pays for
DERIVED = 10.0  # seconds that a derivation has left once a counterexample is found: the right formula is worth them
SECOND_WITNESS = 4.0  # core-seconds of simulation beside a proof, at
SECOND_RESOLUTION = 0.01
PRICED = (0.1, 0.01, 0.001)  # what `--plan` tells the price of
FIRST_POINTS = 8  # notable points, then
MORE_POINTS = 4  # drawn ones
MEETING = 0.3  # of the seconds of an ascent, and before them, for telling where sides meet:
LEAST_NEAR = 2.0  # seconds for them, where they are on grids;
MOST_NEAR = 64  # joint values at which they come closest,
MOST_TURNING = 120  # and at which something turns;
BASES = 2  # planned points beside which more than one variable moves
CLIMB, FIRST_HUNT = 0.3, 0.25  # of the time that is left, for the looks before the simulation
ATTAINED = 1e-9  # a resolution below it, of sides that touch
SCREENED = 60  # joint values that an ascent looks at where each has to be simulated,
LEAST_SCREENED = 8  # and so many at least, if the clock ends it, for support


@dataclass
class Checked:
    """What was found of one conjecture.

    counterexample: the finding at the smallest violation found, if there is one; confirmed: the same point, simulated
    on fresh replicates.  tried: joint values looked at by the hunt.
    """

    claim: Claim
    summary: Summary
    counterexample: Finding | None = None
    confirmed: Finding | None = None
    tried: int = 0
    seconds: float = 0.0
    remarks: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        return self.summary.verdict

    def __str__(self) -> str:
        return visible("\n".join(_lines(self)))

    def _repr_html_(self) -> str:
        return Checks([self])._repr_html_()

    def _repr_latex_(self) -> str:
        return Checks([self])._repr_latex_()


class Checks(list[Checked]):
    """What was found of several conjectures: a list, which a notebook shows as a table, with each report below it."""

    def __str__(self) -> str:
        return "\n\n".join(map(str, self))

    def _repr_html_(self) -> str:
        """The table of them, and below it what `check` prints of each."""
        from markupsafe import Markup

        from .notebook import html

        table = html([c.summary for c in self], {c.claim.id: c.claim for c in self})
        told = Markup('<pre style="white-space:pre-wrap">{}</pre>')
        return visible(Markup("").join([Markup(table), *(told.format(str(c)) for c in self)]))

    def _repr_latex_(self) -> str:
        from .notebook import latex

        return visible(latex([c.summary for c in self], {c.claim.id: c.claim for c in self}))


@dataclass
class Course:
    """How far a claim's check has come, for one whose process ends under way: another goes on from there.

    ended: what ended a part of it (one of `WHOSE`), as a finding's verdict and note; that part is not begun again.
    findings: what was found before.  tell: called with a part when it begins, and with "" when it is over.
    run: tells what this check finds from what another one of the claim found, which may have hunted elsewhere.
    """

    ended: dict[str, tuple[Verdict, str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    tell: Callable[[str], None] = lambda part: None
    run: str = field(default_factory=lambda: os.urandom(4).hex())


def _by_turns(lists: Sequence[Sequence[Any]], most: int) -> list[Any]:
    """The first of each list, then the second ones, and so on."""
    return list(islice((x for row in zip_longest(*lists) for x in row if x is not None), most))


def shares(left: float, workers: int) -> tuple[float, float]:
    """Of the seconds that a check has left: the core-seconds that its points share, and the seconds that they may take."""
    return 0.5 * left * workers, 0.6 * left


def second_witness(resolutions: Sequence[float], left: float) -> tuple[float, float]:
    """The resolution of a simulation beside a proof, and its core-seconds, where so many are left."""
    finest = max((r for r in resolutions if r <= SECOND_RESOLUTION), default=resolutions[0])
    return finest, min(SECOND_WITNESS, left)


def _inside(points: Sequence[Point], in_balls: Iterable[Finding]) -> list[Point]:
    """The points that a check simulates: the ends of ranges first, where no ball has been decided."""
    done = {f.number for f in in_balls if f.verdict not in UNSETTLED}
    ends = [p for p in points if p.origin == "end" and p.number not in done]
    return [*ends, *(p for p in points if p.origin != "end")]


WHOSE = {**{w.name: w for w in PARTS}, HUNT: SIMULATION}  # the parts of a check, with the witness


class _Check:
    """One claim under way: its findings, its clock."""

    def __init__(
        self,
        claim: Claim,
        seconds: float,
        resolutions: Sequence[float],
        alpha: float,
        runner: Runner,
        workers: int,
        keep: Callable[[Finding], Finding],
        tell: Callable[[Event], None],
        course: Course,
        twins: bool,
    ):
        self.claim, self.resolutions, self.alpha, self.runner = claim, resolutions, alpha, runner
        self.twins = twins
        self.keep, self.tell, self.workers = keep, tell, workers
        self.start, self.seconds = time.monotonic(), seconds
        self.end = self.start + seconds
        self.limit = clock.of_conjecture(seconds)
        self.course = course
        self.points = planned(claim, FIRST_POINTS, MORE_POINTS)
        self.spare = spare(claim, self.points)
        self.findings: list[Finding] = list(course.findings)
        self.derived: list[Finding] = []
        self.analysis: Analysis | None = None
        self.screened: set[tuple] = set()
        self.remarks = remarks(claim)
        self.candidates = 0
        self.fading: list[Fading] = []
        self.short = ""  # what the clock has left of the hunt that support rests on
        self.undefined: list[Mapping[str, Any]] = []  # joint values that a hunt has met, where a side has no value

    def left(self) -> float:
        return self.end - time.monotonic()

    def add(self, finding: Finding) -> Finding:
        finding = self.keep(finding)
        self.findings.append(finding)
        self.tell(Event("finding", self.claim.id, finding))
        return finding

    def part(self, name: str, work: Callable[[], Any], otherwise: Any) -> Any:
        """What a part of the check finds. An error in it, or its time limit, is a row; what comes after goes on."""
        if name in self.course.ended:
            return otherwise
        self.course.tell(name)
        try:
            limited = name != HUNT and WHOSE[name].half == ANALYTIC
            with clock.within(self.limit) if limited else nullcontext():
                return work()
        except (Exception, OutOfTime) as error:
            from simulate.engine.workers import WorkersLost

            from .analytic import failed

            if isinstance(error, BadInput | LedgerError | WorkersLost):
                raise
            f = failed(self.claim, WHOSE[name].name, error)
            self.ended(name, f.verdict, f.note)
            return otherwise
        finally:
            self.course.tell("")

    def ended(self, name: str, verdict: Verdict, note: str) -> None:
        """A row for a part that came to no end of its own."""
        self.course.ended[name] = verdict, note
        note = f"hunting for counterexamples: {note}" if name == HUNT else note
        self.add(Finding(self.claim.id, self.claim.family, WHOSE[name].name, verdict, self.claim.expected, note=note))

    # ---- steps ----

    def start_derivation(self) -> None:
        """Beside everything else, so that one that takes too long can be left behind: where a process can load the file."""
        from .analytic import Analysis

        if self.claim.function.__module__.startswith(f"{CONJECTURES}."):
            self.analysis = Analysis(
                deque([self.claim]),
                max(self.resolutions),
                False,
                self.derived.append,
                lambda _: None,
                self.claim.file or "",
                limit=self.seconds,
            )

    def proved(self, patience: float = 0.0) -> bool:
        """Whether the derivation is a proof; waits so long for it (as long as it takes, where it has no process)."""
        from .analytic import derive, failed

        if self.analysis is not None:
            self.analysis.thread.join(max(patience, 0.0))
            if not self.analysis.thread.is_alive() and not self.derived:
                try:
                    self.analysis.wait()  # raises what ended it
                except Exception as error:
                    self.derived.append(failed(self.claim, DERIVATION.name, error))
        elif not self.derived:
            self.tell(Event("stage", f"deriving {self.claim.id}"))
            self.derived.append(derive(self.claim, max(self.resolutions), self.limit))
        return any(f.verdict == Verdict.PROVED for f in [*self.derived, *self.findings])

    def await_derivation(self) -> None:
        """Wait while the derivation's process computes: it ends by a limit of its own, and others may keep it from that."""
        if self.analysis is None or self.derived:
            return
        elapsed = clock.Elapsed(self.analysis.process.pid)
        while not self.proved(1.0) and self.analysis.thread.is_alive():
            self.course.tell("")
            if elapsed.seconds > clock.of_file(self.seconds) + self.limit:
                return

    def enclose(self) -> Finding | None:
        """The ball witness at the points; the first refutation, if there is one."""
        found = [f for f in self.findings if f.witness == BALL.name] or self.part(BALL.name, self._enclosed, [])
        return next((f for f in found if f.verdict == Verdict.REFUTED and f.point is not None), None)

    def _enclosed(self) -> list[Finding]:
        from theory.proof.enclose import enclose
        from theory.proof.twins import judge

        asked = max(self.resolutions)
        found = enclose(self.claim, self.points, asked)
        judged = judge(found, self.claim, self.points, asked)
        limits = [t for f in judged for t in f.twins if t.name.startswith("limit x")]
        if limits and not any(t.refuted for t in limits):
            self.remarks.append("at the points looked at the rate is too wide to tell the limit from one 10 % off")
        return [self.add(f) for f in (judged if self.twins else found)]

    def simulate(
        self,
        points: Sequence[Point],
        seconds: float,
        resolutions: Sequence[float],
        patience: float,
        whole: bool = False,
    ) -> list[Finding]:
        """Simulation findings at points, for so many core-seconds; after `patience` seconds no further look starts.

        whole: points that are above their share of it may then have all the time that is left.
        """
        before = {f.number for f in self.course.findings if f.witness == SIMULATION.name}
        points = [p for p in points if p.number not in before]
        work = lambda: self._simulated(points, seconds, resolutions, time.monotonic() + patience, whole)  # noqa: E731
        return self.part(SIMULATION.name, work, [])

    def _simulated(self, points, seconds, resolutions, end: float, whole: bool) -> list[Finding]:
        from simulate.engine.witness import Witness

        self.tell(Event("stage", f"simulating {self.claim.id}"))
        witness = Witness(self.runner, max(seconds, 0.1), resolutions, self.alpha, self.twins)
        plans = sorted(witness.plans([(self.claim, points)]), key=lambda p: p.seconds)
        dear = [p for p in plans if whole and p.dear]
        found = self._looked(witness, [p for p in plans if p not in dear], end)
        for plan in dear:
            if (left := end - time.monotonic()) > 0:
                found += self._looked(*self._alone(plan.point, left, resolutions), end)
            else:
                plan.reason = f"no time left for its {plan.seconds:.2g} s and more"
                found += self._looked(witness, [plan], end)
        return found

    def _alone(self, point: Point, seconds: float, resolutions: Sequence[float]) -> tuple[Any, list[Any]]:
        """A witness that may spend all of so many core-seconds on one point, and its plan."""
        from simulate.engine.witness import Witness

        witness = Witness(self.runner, seconds, resolutions, self.alpha, self.twins)
        return witness, witness.plans([(self.claim, [point])], seconds)

    def _spared(self, point: Point, seconds: float, end: float) -> list[Finding]:
        """Simulation findings at a point that nobody has planned, if it can be afforded."""
        if any(f.number == point.number and f.witness == SIMULATION.name for f in self.course.findings):
            return []
        witness, plans = self._alone(point, seconds, self.resolutions)
        return self._looked(witness, [p for p in plans if not p.reason], end)

    def _looked(self, witness: Any, plans: Sequence[Any], end: float) -> list[Finding]:
        """Point after point: a machine slower than planned for leaves out the dearest, it does not run over time."""
        progress = lambda done, total: self.tell(Event("blocks", "", None, done, total))  # noqa: E731
        found: list[Finding] = []
        for plan in plans:
            if not plan.reason and found and time.monotonic() > end:
                plan.reason = f"no time left for its {plan.blocks * plan.block:,} replicates"
            found += [self.add(f) for f in witness.run([plan], progress=progress, deadline=end)]
        return found

    def ask(self, w: Witness) -> list[Finding]:
        """The findings of a witness that the attack does not need."""
        if any(f.witness == w.name for f in self.findings):
            return []
        question = Question(self.claim, max(self.resolutions), given=self.points)
        return self.part(w.name, lambda: [self.add(f) for f in w.findings(question)], [])

    def at(self, values: dict[str, Any], number: int) -> Finding | None:
        """The ball witness at one joint value, if it decides anything there."""
        from theory.proof.enclose import at_point

        point = Point(number, values, "hunted")
        f = self.part(HUNT, lambda: at_point(self.claim, point, max(self.resolutions)), None)
        return None if f is None or f.verdict == Verdict.LEFT_OUT else self.add(f)

    def hunt(self, runner: Runner | None, seconds: float, avoid: set[tuple]) -> dict[str, Any] | None:
        return self.part(HUNT, lambda: self._hunted(runner, seconds, avoid), None)

    def _hunted(self, runner: Runner | None, seconds: float, avoid: set[tuple]) -> dict[str, Any] | None:
        from simulate.engine.search import Screen, hunt

        self.tell(Event("stage", f"hunting for counterexamples to {self.claim.id}"))
        screen = Screen(self.claim, runner)
        self.undefined = screen.undefined

        def score(values) -> float | None:
            seen = screen(values)
            if seen is not None and seen > -float("inf"):  # else nothing could be told there
                self.screened.add(tuple(values.values()))
            return seen

        return hunt(self.claim, score, seconds, avoid=avoid)

    # ---- the order of attack ----

    def run(self) -> Checked:
        for name, (verdict, note) in list(self.course.ended.items()):
            found = [f.verdict for f in self.findings if f.witness == WHOSE[name].name]
            if verdict not in found and not (found and verdict == Verdict.LEFT_OUT):
                self.ended(name, verdict, note)
        self.start_derivation()
        try:
            counterexample, confirmed = self.attack()
            if counterexample is not None:  # what the right formula would be is worth a little patience
                self.proved(min(DERIVED, max(self.left(), 0.0)))
        finally:
            if self.analysis is not None:
                self.analysis.stop()
        if not self.derived:
            late = self.left() <= 0 and counterexample is None
            verdict = Verdict.OUT_OF_TIME if late else Verdict.LEFT_OUT
            note = f"{NO_PROOF} {time.monotonic() - self.start:.0f} s" + ("" if late else ", when the rest was done")
            self.derived.append(
                Finding(self.claim.id, self.claim.family, DERIVATION.name, verdict, self.claim.expected, note=note)
            )
        for w in ADDED:
            self.ask(w)
        doubt = self.doubt(self._summary([*self.findings, *self.derived]))
        for f in self.derived:
            self.add(replace(f, doubt=doubt))
        self.findings.sort(key=order)
        summary = self._summary(self.findings)
        seconds = time.monotonic() - self.start
        return Checked(self.claim, summary, counterexample, confirmed, len(self.screened), seconds, self.remarks)

    def _summary(self, findings: Sequence[Finding]) -> Summary:
        return summarise(self.claim.statement, self.claim.corrected, findings)

    def doubt(self, summary: Summary) -> str:
        """Why a conjecture that nothing contradicts is not supported, as its findings alone do not tell; "" if they do."""
        if summary.only and (summary.doubt or summary.verdict == Verdict.SUPPORTED):
            at = ", ".join(f"{name} = {value}" for name, value in summary.only.items())
            told = f": {summary.reach}" if summary.doubt else ""
            # at t = 0 alone most formulas are right
            doubt = f"nothing contradicts it{told}, but it was decided at {at} only"
            self.remarks.append(f"{doubt}: --seconds gives the rest more time, a smaller domain needs less")
            return doubt
        if summary.doubt:
            self.remarks.append(f"{summary.doubt}: --seconds gives the rest more time, a smaller domain needs less")
        if summary.verdict != Verdict.SUPPORTED:
            return ""
        doubts = []
        if self.fading:
            doubts.append("; ".join(f.note for f in self.fading))
            names = ", ".join(f"'{f.name}': {f.end}" for f in self.fading)
            self.remarks.append(f"{doubts[0]}: declare tight={{{names}}} if it closes there, or end the range")
        if self.short:
            doubts.append(f"nothing contradicts it, but {self.short}")
            self.remarks.append(f"{doubts[-1]}: --seconds gives it more")
        return "; ".join(doubts)

    def attack(self) -> tuple[Finding | None, Finding | None]:
        """(counterexample, its simulation): balls first, a short hunt for gross errors, all points, a long hunt."""
        if (wrong := self.enclose()) is not None:
            return self.smallest(wrong)
        if self.analysis is None or not self.proved(0.1 * self.left()):
            found = self.climbed(CLIMB * self.left()) if self.in_balls else (None, None)
            if found[0] is None:
                found = self.hunted(None, FIRST_HUNT * self.left())
            if found[0] is not None:
                return found
        if self.proved():
            resolution, seconds = second_witness(self.resolutions, self.left() * self.workers)
            self.simulate([p for p in self.points if p.origin != "end"], seconds, (resolution,), self.left())
            return None, None
        seconds, patience = shares(self.left(), self.workers)
        self.simulate(self.inside(), seconds, self.resolutions, patience, whole=True)
        self.reach(0.5 * self.left())
        wrong = next((f for f in self.findings if f.verdict == Verdict.REFUTED and f.point is not None), None)
        if wrong is None and self.proved():
            return None, None
        if wrong is None and not self.in_balls:
            found = self.climbed(0.4 * self.left())
            if found[0] is not None:
                return found
        found = self.hunted(wrong, 0.8 * self.left())
        if found[0] is None:  # a proof may still come: it has as much time of computing, however busy the machine is
            self.await_derivation()
        return found

    @property
    def in_balls(self) -> bool:
        """Whether balls decide the claim at most of its points, those aside at which nothing has been retrained yet."""
        tried = [f for f in self.findings if f.witness == BALL.name and f.point is not None]
        tried = [f for f in tried if f.number not in self.begun] or tried
        return 2 * sum(f.verdict not in UNSETTLED for f in tried) >= max(1, len(tried))

    @cached_property
    def begun(self) -> set[int]:
        """The planned points at which all that is asked for is of generation 0."""
        return {p.number for p in self.points if idle(self.claim, p.values)}

    def inside(self) -> list[Point]:
        """What is to be simulated."""
        return _inside(self.points, [f for f in self.findings if f.witness == BALL.name])

    def reach(self, seconds: float) -> None:
        """Simulate other points at the ends of ranges that nobody has decided (rule 33), those that can be afforded."""
        end = time.monotonic() + seconds
        for p in self.spare:
            done = [f for f in self.findings if f.verdict not in UNSETTLED]
            if any(f.verdict in (Verdict.REFUTED, Verdict.PROVED) for f in done) or time.monotonic() > end:
                return
            if not {e for f in done for e in f.ends}.issuperset(p.ends):
                self.part(SIMULATION.name, lambda p=p: self._spared(p, seconds * self.workers, end), [])

    def candidate(self) -> int:
        """The number of one more point, which nobody has planned."""
        self.candidates += 1
        return len(self.points) + len(self.spare) + self.candidates

    def smallest(self, wrong: Finding, values: Mapping[str, Any] | None = None) -> tuple[Finding, Finding | None]:
        """From a violation in balls (at `values`, if it was no planned point) to the smallest one, and its simulation."""
        from simulate.engine.search import Screen, shrunk

        number, end = self.candidate(), time.monotonic() + 0.5 * self.left()
        if values is None:
            values = next(p.values for p in self.points if p.number == wrong.number)
        screen = Screen(self.claim, None)

        def violated(there: Mapping[str, Any]) -> bool:
            return time.monotonic() < end and self.claim.admits(there) and (screen(there) or 0) > 0

        smaller = self.hunt(None, min(8.0, 0.25 * self.left()), set()) or shrunk(self.claim, violated, values)
        found = self.at(smaller, number) if smaller != dict(values) else None
        if found is None or found.verdict != Verdict.REFUTED:
            found, smaller = wrong, dict(values)
            number = wrong.number or number
        values = smaller
        simulated = next(iter(self.confirm(number, values)), None)
        return found, simulated if simulated and simulated.verdict == Verdict.REFUTED else None

    def climbed(self, seconds: float) -> tuple[Finding | None, Finding | None]:
        """The ascent from the tightest points (rule 33): in balls, else by screening."""
        from simulate.engine.ascent import EVALUATIONS, Ascent
        from simulate.engine.search import Screen

        self.tell(Event("stage", f"climbing from the tightest points of {self.claim.id}"))
        met = self.part(HUNT, lambda: self.meeting(MEETING * seconds), [])
        span = clock.Span(seconds)  # a busy machine cuts nothing off
        screen = Screen(self.claim, None if self.in_balls else self.runner)
        self.undefined = screen.undefined

        def look(values: Mapping[str, Any]) -> Seen | None:
            if not self.in_balls and idle(
                self.claim, values
            ):  # looks are few, and the planned points tell of the start
                return None
            there = screen.look(values)
            if there is not None and there.violation > -float("inf"):
                self.screened.add(tuple(values.values()))
            return there

        ascent = Ascent(
            self.claim,
            look,
            lambda: span.is_over or any(f.verdict == Verdict.PROVED for f in self.derived),
            EVALUATIONS if self.in_balls else SCREENED,
            patience=0.1 * seconds,
            in_balls=self.in_balls,
        )
        if not self.in_balls:
            ascent.known |= self.simulated_margins()
        while (
            values := self.part(
                HUNT,
                lambda: ascent.run([p.values for p in self.points], met),
                None,
            )
        ) is not None:
            number = self.candidate()
            found = self.at(dict(values), number)
            if found is not None and found.verdict == Verdict.REFUTED:
                return self.smallest(found, values)
            if found is None:
                (found,) = self.confirm(number, dict(values))
                if found.verdict == Verdict.REFUTED:
                    return found, found
            ascent.known[tuple(values[n] for n in self.claim.domain)] = None  # not confirmed
        if ascent.cut and span.is_over:
            self.remarks.append("the clock ended the ascent from the tightest points: --seconds gives it more")
        self.short = self.lacking(ascent)
        self.fading = ascent.fading
        for name in dict.fromkeys(name for name, *_ in ascent.closing):
            if not any(f.name == name for f in ascent.fading):
                what = f"the margin closes as {name} grows, where the difference keeps its sign by its leading term"
                self.remarks.append(f"{what}: tight={{'{name}': oo}} would say so")
        self.told_undefined()
        places = [p.values for p in self.points]
        if self.in_balls and ascent.with_margin and (tightest := ascent.with_margin[0]).values not in places:
            self.at(dict(tightest.values), self.candidate())  # the point that it comes nearest to failing at is told of
        return None, None

    def lacking(self, ascent: Ascent) -> str:
        """What support lacks of the hunt; "" where nothing: in balls the way outward and the corners, simulated a few values."""
        if ascent.around or (not self.in_balls and len(self.screened) >= LEAST_SCREENED):
            return ""
        if not ascent.cut and HUNT not in self.course.ended:
            return ""
        done = f"{len(self.screened)} joint values had been looked at"
        return (
            f"the clock, or an error, ended the hunt for counterexamples when {done}, not all corners and ways outward"
        )

    def meeting(self, seconds: float) -> list[Mapping[str, Any]]:
        """Where the sides come closest, or meet along one variable, or something in the claim turns, beside the planned points'
        others, or of two integers together: as many such places as so many seconds tell, the first ones of each line first."""
        from theory.proof.relations.closest import closest
        from theory.proof.relations.turns import turning_together, turns

        near: list[list[Mapping[str, Any]]] = []
        found: list[list[Mapping[str, Any]]] = []
        points = [p.values for p in self.points if self.in_balls]
        with suppress(OutOfTime), clock.within(max(0.5 * seconds, LEAST_NEAR)):
            for values in self.bases():
                for grid in closest(self.claim, values):
                    near.append([*grid])
        with suppress(OutOfTime), clock.within(max(0.5 * seconds, 0.1)):
            for values in self.bases():
                found.append(list(turning_together(self.claim, values)))
            for values in points:
                for n in self.claim.symbols:
                    found.append([{**values, n: x} for x in turns(self.claim, values, n)])
        return [*_by_turns(near, MOST_NEAR), *_by_turns(found, MOST_TURNING)]

    def bases(self) -> list[Mapping[str, Any]]:
        """The first planned points, and the first of every case: beside them more than one variable moves."""
        points = [p.values for p in self.points if self.in_balls]
        first = {tuple(v[n] for n in self.claim.domain if n not in self.claim.symbols): v for v in reversed(points)}
        others = (v for v in points if v not in first.values())
        return [*first.values(), *others][: max(BASES, len(first))]

    def told_undefined(self) -> None:
        """A row for the smallest joint value that the last hunt has met where a side has no value: there nothing holds."""
        planned = [p.values for p in self.points]
        met = [v for v in self.undefined if v not in planned]
        if met:
            self.at(dict(min(met, key=lambda v: [abs(v[n]) for n in self.claim.symbols])), self.candidate())
        self.undefined = []

    def simulated_margins(self) -> dict[tuple, Seen]:
        """What the simulation has found already, as looks of an ascent; nothing where a part is an equality."""
        from simulate.engine.ascent import Seen
        from theory.proof.prepared import ShapePart, prepare

        out = {}
        at = {p.number: p.values for p in self.points}
        for f in self.findings:
            if f.witness != SIMULATION.name or f.verdict != Verdict.SUPPORTED or f.margin is None or f.number not in at:
                continue
            values = at[f.number]
            if all(not isinstance(p, ShapePart) and p.op != "==" for p in prepare(self.claim, values).parts):
                low, high = f.margin
                key = tuple(values[n] for n in self.claim.domain)
                out[key] = Seen(values, -1.0, (low + high) / 2, (high - low) / 2)
        return out

    def confirm(self, number: int, values: dict[str, Any]) -> list[Finding]:
        """The simulation's finding at one joint value, on streams that screening has not seen."""
        point = Point(number, values, "hunted")
        return self.simulate([point], 0.1 * self.left() * self.workers, self.resolutions, 0.2 * self.left())

    def hunted(self, wrong: Finding | None, seconds: float) -> tuple[Finding | None, Finding | None]:
        """Hunt where balls say nothing: candidates from screening, each confirmed on fresh streams with its own share."""
        end, avoid = time.monotonic() + seconds, set()
        while (left := end - time.monotonic()) > 0:
            values = self.hunt(self.runner, left, avoid)
            if values is None:
                break
            number = self.candidate()
            in_balls = self.at(values, number)
            if in_balls is not None and in_balls.verdict == Verdict.REFUTED:
                return in_balls, None
            f = next(iter(self.confirm(number, values)), None)
            if f is None:  # the simulation has ended
                break
            if f.verdict == Verdict.REFUTED:
                return f, f
            avoid.add(tuple(values[n] for n in self.claim.domain))
        self.told_undefined()
        return wrong, wrong if wrong is not None and wrong.witness == SIMULATION.name else None


def check(
    claims: Iterable[Claim],
    seconds: float = 40.0,
    resolution: float | None = None,
    alpha: float = 1e-6,
    seed: int = 0,
    workers: int | str = 2,
    ledger: Ledger | None = None,
    executor: Executor | None = None,
    progress: Callable[[Event], None] | None = None,
    course: Course | None = None,
    twins: bool = False,
) -> Checks:
    """Check conjectures: derivation, balls, simulation, then a hunt for counterexamples; about `seconds` each at most.

    resolution: asked for at every point; by default the finest of `RESOLUTIONS` that the time pays for.  The other
    options are those of `verify`.  course: how far a process before this one has come. Raises `BadInput` for a claim that
    makes no sense.
    """
    from simulate.engine.blocks import Runner

    claims = list(claims)
    tell = progress or (lambda event: None)
    resolutions = RESOLUTIONS if resolution is None else (resolution,)
    for c in claims:
        examine(c)
    out = Checks()
    for c in claims:
        under = course or Course()
        hashed = f"{_kept(c, seconds, resolution, alpha, seed, twins)}{under.run}{CHECK}" if ledger else ""

        def keep(f: Finding, c: Claim = c, hashed: str = hashed) -> Finding:
            f = replace(f, hash=hashed, seed=seed, alpha=alpha, file=c.file or "")
            return ledger.add(f) if ledger else f

        slow = _slow(c)  # programs are compiled here, in seconds that are not the claim's
        with Runner(seed, workers, executor) as runner:
            size = 1 if slow else runner.pool.size  # threads do not run plain Python side by side
            out.append(_Check(c, seconds, resolutions, alpha, runner, size, keep, tell, under, twins).run())
            out[-1].remarks += slow
        if ledger and not any(f.verdict in ENDED for f in out[-1].summary.findings):  # else it is run again
            ledger.settle(key(c), hashed)
    return out


def _kept(claim: Claim, seconds: float, resolution: float | None, alpha: float, seed: int, twins: bool) -> str:
    """What the hash of a check's findings begins with: the claim and all that it depends on, then how it was checked."""
    options = f"{seed},{seconds:g},{resolution or 0:g},{alpha:g}{',twins' if twins else ''}"
    return f"{claim_hash(claim, ())}:{options}:"


def settled(
    claim: Claim, seconds: float, resolution: float | None, alpha: float, seed: int, twins: bool, ledger: Ledger
) -> list[Finding] | None:
    """The findings of a claim whose last check was this one, and came to its end; None if it has to be done."""
    last = ledger.settled().get(key(claim), "")
    asked = [_kept(claim, seconds, resolution, alpha, seed, t) for t in {twins, True}]  # with twins: the same, and more
    return ledger.findings(key(claim), last) if last.startswith(tuple(asked)) else None


def against_data(
    claims: Sequence[Claim],
    data: Path,
    columns: str,
    alpha: float = 1e-3,
    resolution: float = 0.1,
    ledger: Ledger | None = None,
    failures: float | None = None,
    points_only: bool = False,
    reading: Reading | None = None,
) -> list[Checked]:
    """Claims against measured trajectories (rule 25): at every point of the grid found in the file, and by one number a run.

    data: .csv or .parquet, a row a generation of a run.  columns: "sigma=std,t=generation,n=sample_size,run=run_id".
    alpha: of each claim, over the whole grid.  resolution: of a point that is not refuted and to count as supported.
    failures: the share of runs that may have failed at a point that is decided; their values are empty in the file.
    points_only: the points share all of alpha, and nothing is told under assumptions.  reading: which rows are read, and what
    may be assumed of observables.
    Raises `BadInput` for a file or columns that cannot be worked with.
    """
    from simulate.engine.data import Check, mapped
    from simulate.engine.reading import Reading
    from simulate.engine.runs import parse_map

    start = time.monotonic()
    for c in claims:
        examine(c)
    reading = reading or Reading()
    rows, bounds = mapped(claims, data, parse_map(columns), failures is not None, reading), reading.limits
    found = [f for c in claims for f in Check(c, rows, alpha, resolution, failures, bounds, points_only).findings()]
    strange = [] if points_only else [*rows.strange(), *rows.copied]
    kept = {"data": str(data.resolve()), "sha256": digest(data), "map": columns} if ledger else {}
    kept |= {"reading": reading.text()} if ledger else {}
    out = []
    for c in claims:
        mine = [replace(f, file=c.file or "") for f in found if f.claim == c.id]
        if ledger:
            mine = [ledger.add(replace(f, hash=claim_hash(c, ()) + CHECK, **kept)) for f in mine]
        refuted = [f for f in mine if f.verdict == Verdict.REFUTED]
        worst = max(refuted, key=lambda f: min(abs(x) for x in f.margin or (0.0, 0.0)), default=None)
        seconds = (time.monotonic() - start) / len(claims)
        summary = summarise(c.statement, c.corrected, mine)
        out.append(Checked(c, summary, worst, None, 0, seconds, [*remarks(c), *strange]))
    return out


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
    in_balls: list[Finding] = []
    with suppress(OutOfTime), clock.within(clock.of_conjecture(seconds)):
        in_balls += (at_point(claim, p, max(resolutions)) for p in points if p.origin == "end")
    points = _inside(points, in_balls)
    reached: Counter[float] = Counter()
    with Runner(seed, workers) as runner:
        size = 1 if _slow(claim) else runner.pool.size
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


def assert_holds(
    claim: Claim,
    seconds: float = 10.0,
    resolution: float | None = 0.01,
    alpha: float = 1e-6,
    seed: int = 0,
    workers: int | str = 2,
    undecided: bool = False,
) -> Checked:
    """For a test suite of your own: raises `AssertionError` with the counterexample unless the claim came out as declared.

    undecided: accept a claim that could not be decided; by default that fails too.  seconds: the most that it may take.
    resolution: the relative violation that has to be visible (0.01: 1 %).  alpha: the probability of refuting a true claim.
    seed, workers: as of `verify`. Returns what was found, which prints as a report. Raises `BadInput` for a claim that
    makes no sense.
    """
    (checked,) = check([claim], seconds, resolution, alpha, seed, workers)
    as_declared = checked.summary.as_declared
    if not (undecided if as_declared is None else as_declared):
        raise AssertionError(str(checked))
    return checked


# ---- as text --------------------------------------------------------------------------------------------------------


def _lines(c: Checked) -> list[str]:
    """The report of one conjecture: verdict, evidence, and what to do next."""
    s = c.summary
    declared = {True: ", as declared", False: "", None: ""}[s.as_declared if s.expected == "fails" else False]
    beside = measured.headline(s)
    head = f"{c.claim.id}: {str(s.verdict).upper()}{declared}{' ' * bool(beside)}{beside}"
    lines = [head, f"  {c.claim.statement}"]
    lines += [f"  CONTRADICTION between witnesses: {s.contradiction}"] if s.contradiction else []
    lines += [f"  the witnesses differ: {s.differ}"] if s.differ else []
    if s.verdict == Verdict.REFUTED:
        lines += _refutation(c)
    else:
        lines += _evidence(c)
    lines += measured.lines(s)
    lines += [f"  {text}" for text in _derived(s)]
    lines += [f"  remark: {r}" for r in c.remarks]
    if c.seconds:
        lines.append(f"  {c.seconds:.1f} s" + (f", {c.tried} joint values screened" if c.tried else ""))
    return lines


def _derived(s: Summary) -> list[str]:
    """What was derived of a claim that is not proved: the right formula, where a claim has a wrong one."""
    found = (f for f in s.findings if f.witness == DERIVATION.name and f.verdict != Verdict.PROVED)
    return [f"derived: {text}" for f in found for text in f.certificate]


def _slow(claim: Claim) -> list[str]:
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
    lines += [f"  remark: {r}" for r in _slow(claim)]
    return "\n".join(lines)


def _where(f: Finding) -> str:
    if f.method == WHOLE_RUNS:
        return "all points together, one number a run"
    return ", ".join(f"{k} = {v}" for k, v in (f.point or {}).items()) or "the whole domain"


def _refutation(c: Checked) -> list[str]:
    from .wording import again

    f = c.counterexample
    if f is None:
        wrong = next((x for x in c.summary.findings if x.verdict == Verdict.REFUTED), None)
        return [f"  {wrong.note or wrong.method}"] if wrong else []
    lines = [f"  counterexample: {_where(f)}"]
    for g in [f] if c.confirmed in (None, f) else [f, c.confirmed]:
        how = witness(g.witness).account(g)
        if g.lhs:
            lines += [f"    {how}:", f"      left side   {g.lhs}", f"      right side  {g.rhs}"]
        else:
            lines.append(f"    {how}: {g.note}")
        if g.margin == (0.0, 0.0):
            lines.append("      the sides are equal where one has to be larger")
        elif g.margin is not None:
            lines.append(f"      the relation is missed by {_missed(g)} of {g.scale or 'the scale'}")
            lines += [f"      {g.note}"] if g.note and g.lhs and witness(g.witness).exact else []
        if not witness(g.witness).exact:
            nominal = (
                " (nominal: rare values that were never drawn are not seen)" if g.guarantee == "asymptotic" else ""
            )
            lines.append(f"      error probability {g.error:.2g}, {g.guarantee}{nominal}")
            lines += [f"      {g.note}"] if g.note else []
        if g.id is not None:
            lines.append(f"      reproduce: {again(g)}")
    return lines


def _missed(f: Finding) -> str:
    assert f.margin is not None
    low, high = sorted(abs(x) * 100 for x in f.margin)
    if not isfinite(high):
        return f"{low:.3g} % or more"
    return f"{high:.4g} %" if high - low < 1e-6 * high else f"{low:.3g} to {high:.3g} %"


def _weakest(done: Sequence[Finding]) -> Finding:
    """The point at which a witness saw least: of an inequality the tightest, but for those where the sides are equal anyway."""
    apart = [f for f in done if f.slack is not None]
    if apart and all(f in apart or _is_attained(f) for f in done):
        return min(apart, key=lambda f: f.slack or 0.0)
    return max(done, key=lambda f: (f.resolution or 0.0, -(f.slack or 0.0)))


def _is_attained(f: Finding) -> bool:
    """Whether its sides are equal to nearly all digits of double precision, as both are at t = 0."""
    return f.slack is None and f.resolution is not None and f.resolution < ATTAINED


def _common(some: Sequence[Finding], among: Sequence[Finding]) -> str:
    """ "at t = 0": the variables that have one value at some points, and others elsewhere; "" if there are none."""
    points = [f.point for f in some if f.point]
    told = [
        f"{name} = {value}"
        for name, value in (points[0] if points and len(points) == len(some) else {}).items()
        if all(p.get(name) == value for p in points)
        and any(f.point and f.point.get(name, value) != value for f in among)
    ]
    return f"at {', '.join(told)}" if told else ""


def _evidence(c: Checked) -> list[str]:
    from .wording import gap, interval, percent

    lines = []
    for w in (w.name for w in EVERYONE):
        fs = [f for f in c.summary.findings if f.witness == w and f.method != WHOLE_RUNS]
        planned = [f for f in fs if f.origin != "hunted"]
        done = [f for f in fs if f.verdict in (Verdict.PROVED, Verdict.SUPPORTED)]
        whole = next((f for f in done if f.point is None), None)
        if whole is not None:
            lines.append(f"  {w}: {whole.verdict}, {whole.method}")
        elif done:
            coarse = max((f.resolution for f in done if f.resolution is not None), default=None)
            sharp = f", resolution {percent(coarse)} or finer" if coarse is not None else ""
            kind = max(done, key=lambda f: f.replicates).guarantee
            at = sum(f in planned for f in done)
            lines.append(f"  {w}: supported at {at} of {len(planned)} points{sharp} ({kind})")
            weakest = _weakest(done)
            lines.append(f"    weakest point: {_where(weakest)}: margin {interval(weakest.margin)}")
            where = _common([f for f in done if _is_attained(f)], done) if weakest.slack is not None else ""
            lines += [f"    the sides are equal, to the digits looked at, {where}"] if where else []
        for verdict in (*ENDED, Verdict.UNDECIDED, Verdict.LEFT_OUT):
            rest = [f for f in fs if f.verdict == verdict]
            notes = [
                " ".join(filter(None, (note, _common([f for f in rest if f.note == note], fs))))
                for note in sorted(dict.fromkeys(f.note for f in rest if f.note), key=lambda note: note == NOT_RANDOM)
            ]
            where = f" at {len(rest)} point{'s' * (len(rest) > 1)}" if rest and rest[0].point else ""
            more = f"; and {len(notes) - 2} other reasons" if len(notes) > 2 else ""
            lines += [f"  {w}, {verdict}{where}: {'; '.join(notes[:2])}{more}"] if rest else []
    lines += [f"  gap: {gap(c.summary)}, the larger side over the smaller"] if c.summary.gaps else []
    lines += [f"  limit: {c.summary.limit}"] if c.summary.limit else []
    if c.verdict == Verdict.SUPPORTED and c.tried:
        lines.append("  hunt: no counterexample found")
    return lines


__all__ = ["Checked", "Price", "assert_holds", "check", "prices"]
