"""A conjecture, treated like a theorem: proof tried, points looked at, counterexamples hunted, shrunk and confirmed."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from theory.language.claims import CONJECTURES, Claim, Point
from theory.language.errors import BadInput, OutOfTime
from theory.language.moments import Tends
from theory.language.summaries import Summary, summarise
from theory.language.verdicts import ENDED, HEAVY, HUNTED, UNSETTLED, Finding, Verdict
from theory.proof.reach import idle, planned, spare

from . import clock
from .checked import Checked, Checks
from .conjectures import examine, remarks
from .ledger import CHECK, Ledger, LedgerError, claim_hash, key
from .replay import NO_PROOF
from .run import Event
from .shares import (
    FIRST_HUNT,
    FIRST_POINTS,
    KEPT,
    MORE_POINTS,
    RESOLUTIONS,
    climbing,
    inside,
    second_witness,
    shares,
    slow,
    undrawn,
)
from .witnesses import ADDED, ANALYTIC, BALL, DERIVATION, HUNT, PARTS, SIMULATION, Question, Witness, order

if TYPE_CHECKING:
    from simulate.engine.ascent import Ascent, Fading
    from simulate.engine.blocks import Runner
    from simulate.engine.trails import Seen

    from .analytic import Analysis

DERIVED = 10.0  # seconds that a derivation has left once a counterexample is found: the right formula is worth them
MEETING = 0.3  # of the seconds of an ascent, and before them, for telling where sides meet
A_POINT = 0.3  # of the seconds that balls have left, or a hunt has: one point takes no more,
A_LOOK = 1.0  # but that a look of a hunt may
FAR_LOOK, END_LOOK = 0.05, 0.15  # of them: one look far out, or near to an end, takes no longer,
SCREENED = 60  # joint values that an ascent looks at where each has to be simulated,
EXACTING = 0.1  # of what is left of them: for laws that ask much, before all else
SHRINKING = 0.2  # of a claim's seconds: so many at least are for a smaller counterexample, however late one was found
LEAST_SCREENED = 8  # and so many at least, if the clock ends it, for support


@dataclass
class Course:
    """How far a claim's check has come, for one whose process ends under way: another goes on from there.

    ended: what ended a part of it (one of `WHOSE`), as a finding's verdict and note; that part is not begun again.
    findings: what was found before.  tell: called with a part when it begins, and with "" when it is over.
    run: tells what this check finds from what another one of the claim found, which may have hunted elsewhere.  spent: seconds
    that the processes before have taken.
    """

    ended: dict[str, tuple[Verdict, str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    tell: Callable[[str], None] = lambda part: None
    run: str = field(default_factory=lambda: os.urandom(4).hex())
    spent: float = 0.0


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
        self.touching = ""  # where the sides of a strict relation come as close as if they touched
        self.vanishing = ""  # where something that divides is 0 at a number that no look meets
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

        asked, span = max(self.resolutions), clock.Span(self.limit)
        # as long as something is left of the seconds of all of them: what takes them all would lose what is found
        found = enclose(self.claim, self.points, asked, lambda: clock.within(max(clock.SOON, A_POINT * span.left)))
        with_a_rate = any(self.claim.relation(case).atoms(Tends) for case in self.claim.cases or [{}])
        judged = judge(found, self.claim, self.points, asked) if self.twins or with_a_rate else found
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

        point = Point(number, values, HUNTED)
        f = self.part(HUNT, lambda: at_point(self.claim, point, max(self.resolutions)), None)
        return None if f is None or f.verdict == Verdict.LEFT_OUT else self.add(f)

    def hunt(self, runner: Runner | None, seconds: float, avoid: set[tuple]) -> dict[str, Any] | None:
        return self.part(HUNT, lambda: self._hunted(runner, seconds, avoid), None)

    def _hunted(self, runner: Runner | None, seconds: float, avoid: set[tuple]) -> dict[str, Any] | None:
        from simulate.engine.search import Screen, hunt

        self.tell(Event("stage", f"hunting for counterexamples to {self.claim.id}"))
        screen = Screen(self.claim, runner, lambda: clock.within(max(A_LOOK, A_POINT * seconds)))
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
            f = Finding(self.claim.id, self.claim.family, DERIVATION.name, verdict, self.claim.expected, note=note)
            self.derived.append(self.in_time(f) if counterexample is not None else f)
        for w in ADDED:
            self.ask(w)
        doubt = self.doubt(self._summary([*self.findings, *self.derived]))
        for f in self.derived:
            self.add(replace(f, doubt=doubt))
        self.findings.sort(key=order)
        summary = self._summary(self.findings)
        seconds = self.course.spent + time.monotonic() - self.start
        return Checked(self.claim, summary, counterexample, confirmed, len(self.screened), seconds, self.remarks)

    def in_time(self, f: Finding) -> Finding:
        """What is told of a derivation that came to no end, with the forms that take no longer than is left."""
        from .analytic import with_forms

        return with_forms(self.claim, f, min(clock.CERTIFICATE, left)) if (left := self.left()) > 0 else f

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
        if self.touching:
            doubts.append(self.touching)
            self.remarks.append(f"{self.touching}: write <= or >=, or end the range before it")
        if self.vanishing:
            doubts.append(f"nothing contradicts it, but {self.vanishing}")
            self.remarks.append(f"{doubts[-1]}: there a side has no value, end the range before it")
        if perhaps := self.perhaps_infinite():
            doubts.append(f"nothing contradicts it, but {perhaps}")
            self.remarks.append(f"{doubts[-1]}: end the range before it, or claim what is finite there")
        if self.short:
            doubts.append(f"nothing contradicts it, but {self.short}")
            self.remarks.append(f"{doubts[-1]}: --seconds gives it more")
        return "; ".join(doubts)

    def perhaps_infinite(self) -> str:
        """Where no witness has decided, since the tail that was drawn is too heavy, and no mean is seen to be finite."""
        from theory.proof.prepared import ShapePart, prepare

        seen = {f.number for f in self.findings if f.verdict not in UNSETTLED}
        heavy = (f for f in self.findings if f.note.startswith(HEAVY) and f.number not in seen)
        cases = [prepare(self.claim, case).parts for case in self.claim.cases or [{}]]
        parts = [part for of in cases for part in of if not isinstance(part, ShapePart)]
        moments = [m for part in parts for m in part.moments.values() if part.doubtful]
        if (first := next(heavy, None)) is None or not moments:
            return ""
        at = ", ".join(f"{name} = {value}" for name, value in (first.point or {}).items())
        return f"whether {moments[0]} is finite at {at} is not seen, and its tail is heavy there"

    def attack(self) -> tuple[Finding | None, Finding | None]:
        """(counterexample, its simulation): balls first, a short hunt for gross errors, all points, a long hunt."""
        if (found := self.exacted())[0] is not None:
            return found
        if (wrong := self.enclose()) is not None:
            return self.smallest(wrong)
        if self.analysis is None or not self.proved(0.1 * self.left()):
            found = self.climbed(climbing(self.claim, self.left())) if self.in_balls else (None, None)
            if found[0] is None:
                found = self.hunted(None, FIRST_HUNT * self.left())
            if found[0] is not None:
                return found
        if self.proved():
            resolution, seconds = second_witness(self.resolutions, self.left() * self.workers)
            self.simulate([p for p in self.points if p.origin != "end"], seconds, (resolution,), self.left())
            return None, None
        if not undrawn(self.claim):
            self.end = max(self.end, time.monotonic() + KEPT * self.seconds)
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
        return inside(self.points, [f for f in self.findings if f.witness == BALL.name])

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
        from simulate.engine.search import Screen, burden, shrunk

        from .beginnings import plainer

        number = self.candidate()
        span = clock.Span(max(0.5 * self.left(), SHRINKING * self.seconds))  # a busy machine cuts nothing off
        if values is None:
            values = next(p.values for p in self.points if p.number == wrong.number)
        screen = Screen(self.claim, None)

        def violated(there: Mapping[str, Any]) -> bool:
            return not span.is_over and self.claim.admits(there) and (screen(there) or 0) > 0

        at_laws = next((v for v in plainer(self.claim, values) if violated(v)), None)
        smaller = at_laws or self.hunt(None, min(8.0, 0.5 * span.left), set())
        if at_laws is not None:
            smaller = shrunk(
                self.claim, violated, at_laws, kept={n for names in self.claim.composed.values() for n in names}
            )
        elif smaller is None or burden(smaller) > burden(
            values
        ):  # a hunt that the clock ended has not got to small ones
            smaller = shrunk(self.claim, violated, values)
        found = self.at(smaller, number) if smaller != dict(values) else None
        if found is None or found.verdict != Verdict.REFUTED:
            found, smaller = wrong, dict(values)
            number = wrong.number or number
        values = smaller
        simulated = next(iter(self.confirm(number, values)), None)
        return found, simulated if simulated and simulated.verdict == Verdict.REFUTED else None

    def exacted(self) -> tuple[Finding | None, Finding | None]:
        """A look in balls at laws that ask much, before planned points cost more: of these most claims that are false are."""
        from simulate.engine.search import Screen

        from .beginnings import exacting

        if not (places := exacting(self.claim)):
            return None, None

        def found() -> dict[str, Any] | None:
            screen = Screen(self.claim, None)
            with suppress(OutOfTime), clock.within(EXACTING * self.left()):
                return next((v for v in places if (screen(v) or 0) > 0), None)

        values = self.part(HUNT, found, None)
        wrong = None if values is None else self.at(values, self.candidate())
        if wrong is None or wrong.verdict != Verdict.REFUTED:
            return None, None
        return self.smallest(wrong, values)

    def climbed(self, seconds: float) -> tuple[Finding | None, Finding | None]:
        """The ascent from the tightest points (rule 33): in balls, else by screening."""
        from simulate.engine.ascent import EVALUATIONS, Ascent
        from simulate.engine.search import Screen

        from .beginnings import exacting, met, passed, simulated_margins

        self.tell(Event("stage", f"climbing from the tightest points of {self.claim.id}"))
        near = [p.values for p in self.points]
        starts = [*(p.values for p in self.points), *(exacting(self.claim) if self.in_balls else [])]
        places = self.part(HUNT, lambda: (met if self.in_balls else passed)(self.claim, near, MEETING * seconds), [])
        span = clock.Span(seconds)  # a busy machine cuts nothing off
        screen = Screen(self.claim, None if self.in_balls else self.runner)
        self.undefined = screen.undefined

        def look(values: Mapping[str, Any]) -> Seen | None:
            if not self.in_balls and idle(self.claim, values):
                return None  # looks are few, and the planned points tell of the start
            there = screen.look(values)
            if there is not None and there.violation > -float("inf"):
                self.screened.add(tuple(values.values()))
            return there

        ascent = Ascent(
            self.claim,
            look,
            lambda: span.is_over or self.derived_proved,
            EVALUATIONS if self.in_balls else SCREENED,
            patience=0.1 * seconds,
            in_balls=self.in_balls,
            limit=lambda: clock.within(FAR_LOOK * seconds),
            near=lambda: clock.within(END_LOOK * seconds),
            rest=lambda: clock.within(max(span.left, clock.SOON)),
        )
        if not self.in_balls:
            ascent.known |= simulated_margins(self.claim, self.points, self.findings)
        while (values := self.part(HUNT, lambda: ascent.run(starts, places), None)) is not None:
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
        for _, values in ascent.late.values():
            where = ", ".join(f"{n} = {x}" for n, x in values.items())
            self.remarks.append(
                f"a look at {where} takes too long: what is nearer to that end was left out of the hunt"
            )
        if ascent.skipped:
            where = ", ".join(f"{n} = {x}" for n, x in ascent.slow[0].items())
            self.remarks.append(f"looks from {where} on take too long: larger numbers were left out of the hunt")
        self.short = self.lacking(ascent)
        self.fading = ascent.fading
        if self.in_balls and not span.is_over and not self.derived_proved:
            self.touching = self.part(HUNT, lambda: self.touched(ascent, places, seconds), "")
        self.vanishing = self.part(HUNT, lambda: self.vanished(max(MEETING * seconds, A_LOOK)), "")
        for name in dict.fromkeys(name for name, *_ in ascent.closing):
            if not any(f.name == name for f in ascent.fading):
                what = f"the margin closes as {name} grows, where the difference keeps its sign by its leading term"
                self.remarks.append(f"{what}: tight={{'{name}': oo}} would say so")
        self.told_undefined()
        planned = [p.values for p in self.points]
        if self.in_balls and ascent.with_margin and (tightest := ascent.with_margin[0]).values not in planned:
            self.at(dict(tightest.values), self.candidate())  # the point that it comes nearest to failing at is told of
        return None, None

    @property
    def derived_proved(self) -> bool:
        return any(f.verdict == Verdict.PROVED for f in self.derived)

    def touched(self, ascent: Ascent, places: Sequence[Mapping[str, Any]], seconds: float) -> str:
        """Where the sides of a strict relation come as close as if they touched; that the clock has ended it support lacks."""
        from simulate.engine.touching import touching

        try:
            with clock.within(seconds):
                return touching(self.claim, ascent, [*places, *(x.values for x in ascent.apart)])
        except OutOfTime:
            self.short = self.short or "the clock ended the search for places where the sides touch"
            return ""

    def vanished(self, seconds: float) -> str:
        """Where something that divides is 0 at a number that no look meets; that the clock has ended it support lacks."""
        from simulate.engine.vanishing import vanishing

        if self.derived_proved:
            return ""
        try:
            with clock.within(seconds):
                return vanishing(self.claim, [p.values for p in self.points])
        except OutOfTime:
            self.short = self.short or "the clock ended the search for places where what divides is 0"
            return ""

    def lacking(self, ascent: Ascent) -> str:
        """What support lacks of the hunt; "" where nothing: in balls the way outward, the corners and the climb from the tightest
        point, simulated a few values and the open ends; of a limit the ways to the open ends, on which it may jump."""
        for name, end, values in ascent.unseen[:1]:
            where = ", ".join(f"{n} = {x}" for n, x in values.items())
            return f"nothing is told at {where}: a limit may jump as {name} comes near {end}"
        if ascent.cut and ascent.falling:
            return "the clock ended the hunt for counterexamples on the climb from the tightest point"
        if ascent.around or (not self.in_balls and ascent.approached and len(self.screened) >= LEAST_SCREENED):
            return ""
        if not ascent.cut and HUNT not in self.course.ended:
            return ""
        done = f"{len(self.screened)} joint values had been looked at"
        return (
            f"the clock, or an error, ended the hunt for counterexamples when {done}, not all corners and ways outward"
        )

    def told_undefined(self) -> None:
        """A row for the smallest joint value that the last hunt has met where a side has no value: there nothing holds."""
        planned = [p.values for p in self.points]
        met = [v for v in self.undefined if v not in planned]
        if met:
            self.at(dict(min(met, key=lambda v: [abs(v[n]) for n in self.claim.symbols])), self.candidate())
        self.undefined = []

    def confirm(self, number: int, values: dict[str, Any]) -> list[Finding]:
        """The simulation's finding at one joint value, on streams that screening has not seen."""
        point = Point(number, values, HUNTED)
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
        hashed = f"{kept_under(c, seconds, resolution, alpha, seed, twins)}{under.run}{CHECK}" if ledger else ""

        def keep(f: Finding, c: Claim = c, hashed: str = hashed) -> Finding:
            f = replace(f, hash=hashed, seed=seed, alpha=alpha, file=c.file or "")
            return ledger.add(f) if ledger else f

        plain = slow(c)  # programs are compiled here, in seconds that are not the claim's
        with Runner(seed, workers, executor) as runner:
            size = 1 if plain else runner.pool.size  # threads do not run plain Python side by side
            out.append(_Check(c, seconds, resolutions, alpha, runner, size, keep, tell, under, twins).run())
            out[-1].remarks += plain
        if ledger and not any(f.verdict in ENDED for f in out[-1].summary.findings):  # else it is run again
            ledger.settle(key(c), hashed)
    return out


def kept_under(claim: Claim, seconds: float, resolution: float | None, alpha: float, seed: int, twins: bool) -> str:
    """What the hash of a check's findings begins with: the claim and all that it depends on, then how it was checked."""
    options = f"{seed},{seconds:g},{resolution or 0:g},{alpha:g}{',twins' if twins else ''}"
    return f"{claim_hash(claim, ())}:{options}:"


def settled(
    claim: Claim, seconds: float, resolution: float | None, alpha: float, seed: int, twins: bool, ledger: Ledger
) -> list[Finding] | None:
    """The findings of a claim whose last check was this one, and came to its end; None if it has to be done."""
    last = ledger.settled().get(key(claim), "")
    # with twins: the same, and more
    asked = [kept_under(claim, seconds, resolution, alpha, seed, t) for t in {twins, True}]
    return ledger.findings(key(claim), last) if last.startswith(tuple(asked)) else None


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


__all__ = ["assert_holds", "check"]
