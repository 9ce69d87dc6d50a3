"""The simulation witness: claims at points, decided by looks at growing numbers of blocks.

All claims are planned together, so that one simulation serves all that is asked of it. A look at a fixed number of
blocks spends a fixed share of alpha; a refutation by asymptotic intervals needs a second, independent batch that refutes
on the same side (rules 15 to 19). The clock only decides whether a further look is started.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from flint import arb

from theory.language.balls import Guarantee
from theory.language.claims import Claim, Point
from theory.language.errors import NO_VALUE, BadInput, CannotTell, described
from theory.language.programs import ProgramFailed
from theory.language.verdicts import NOT_APART, Decision, Finding, Sides, Twinned, Verdict, summed_up, worst
from theory.proof.existence import Undefined
from theory.proof.prepared import ShapePart
from theory.proof.twins import judged, twins_at

from .blocks import Runner, Statistic
from .estimate import error_share
from .plan import LOOKS, PointPlan, ball_of, choose, least_cost, plan_point, plan_size, recentre, sampled
from .workers import WorkersLost

LUCK = 1 / 6  # a standard error, in half widths of an interval at these error probabilities


@dataclass
class _Look:
    decisions: list[Decision]
    guarantee: Guarantee
    notes: list[str]
    sides: tuple[Sides | None, ...]
    balls: dict[Statistic, arb]
    spread: dict[Statistic, float]

    @property
    def verdict(self) -> Verdict:
        return worst(d.verdict for d in self.decisions)

    def refuted_side(self) -> tuple:
        """Which parts are refuted, and on which side."""
        return tuple(
            (d.margin[0] > 0 if d.margin else None) if d.verdict == Verdict.REFUTED else None for d in self.decisions
        )


@dataclass
class _Job:
    plan: PointPlan
    look: int = 0
    batches: int = 1
    done: Finding | None = None
    spent: dict[tuple[int, int], float] = field(default_factory=dict)  # by look and batch: one taken again is free

    @property
    def blocks(self) -> int:
        return self.plan.blocks * LOOKS[self.look]


class Witness:
    """Decides claims by simulation.

    seconds: a claim's share, in core-seconds: 40 % for the first looks at all its points together, half of that at most
        for one point; what is left is for later looks and second batches.
    asked: resolution asked for; of several, at each point the finest that its part of the first looks can pay for.
    alpha: error probability of the whole suite.  twins: judge false twins as well.
    """

    def __init__(
        self,
        runner: Runner,
        seconds: float = 3.0,
        asked: float | Sequence[float] = 0.01,
        alpha: float = 1e-6,
        twins: bool = False,
    ):
        self.runner, self.seconds, self.alpha, self.twins = runner, seconds, alpha, twins
        self.ladder = tuple(sorted(asked)) if isinstance(asked, Sequence) else (asked,)
        self.share, self.cap = 0.4 * seconds, 0.2 * seconds
        self.spent: defaultdict[str, float] = defaultdict(float)  # core-seconds of first looks, by claim

    # ---- planning ----

    def plans(self, work: Iterable[tuple[Claim, Sequence[Point]]], cap: float | None = None) -> list[PointPlan]:
        """Plan all points of all claims; pilots are shared.

        cap: core-seconds of first looks at one point, in place of its own cap; then nor are a claim's points left out
            because those before have used up its share: the caller chooses.
        """
        shared, cap = cap is None, self.cap if cap is None else cap
        variants: list[list[PointPlan]] = []
        points: Counter[str] = Counter()
        for claim, listed in work:
            for p in listed:
                points[claim.id] += 1
                try:
                    plans = plan_point(claim, p)
                    variants.append([*plans, *filter(None, map(sampled, plans))])
                except ProgramFailed:
                    raise  # a mistake in a user's program is to be told, not to be worked around
                except Undefined as error:
                    variants.append([PointPlan(claim, p, reason=str(error), telling=True)])
                except (BadInput, CannotTell, ArithmeticError) as error:
                    variants.append([PointPlan(claim, p, reason=str(error))])
                except Exception as error:
                    variants.append([PointPlan(claim, p, reason=described(error), failed=True)])
        for plan in (plan for plans in variants for plan in plans if not plan.reason):
            least = least_cost(plan)
            if least > cap:
                plan.seconds, plan.dear = least, True
                plan.reason = f"one block alone costs {least:.2g} s: above the cap of {cap:.2g} s"
        able = [plan for plans in variants for plan in plans if not plan.reason]
        self.runner.pilot((s for plan in able for s in plan.statistics), go_on=True)
        for plan in self._intact(able):
            recentre(plan, self.runner)
        self.runner.pilot((s for plan in self._intact(able) for s in plan.statistics), go_on=True)
        self._intact(able)
        plans = [self._sized(v, points[v[0].claim.id], cap) for v in variants]
        for plan in plans:
            if plan.reason:
                continue
            if shared and self.spent[plan.claim.id] + plan.seconds > self.share:
                plan.dear = True
                plan.reason = f"the claim's {self.share:.2g} core-seconds of first looks are spent on earlier points"
            else:
                self.spent[plan.claim.id] += plan.seconds
        return plans

    def _intact(self, plans: Sequence[PointPlan]) -> list[PointPlan]:
        """The plans whose simulations have not failed; the others are marked."""
        for plan in plans:
            if not plan.reason and (failure := self.runner.failure(plan.statistics)):
                plan.reason, plan.failed = described(failure), not isinstance(failure, CannotTell)
        return [plan for plan in plans if not plan.reason]

    def _sized(self, variants: list[PointPlan], points: int, cap: float) -> PointPlan:
        """The plan of a point, at the finest resolution of the ladder that is affordable."""
        able = [plan for plan in variants if not plan.reason]
        for asked in self.ladder:
            last = asked == self.ladder[-1]
            for plan in able:  # those by samples come last
                if plan.sampled and any(not p.reason for p in able if not p.sampled):
                    break
                plan.reason, plan.dear, plan.telling = "", False, False
                try:
                    plan_size(plan, self.runner, asked, self.alpha, cap if last else self.share / points)
                except (ArithmeticError, BadInput) as error:
                    plan.reason = f"singular: {error}"
                except CannotTell as error:
                    plan.reason = str(error)
                except Exception as error:
                    plan.reason, plan.failed = described(error), True
            best = choose(variants)
            if not best.reason or last:
                return best
        raise AssertionError("a ladder without a rung")

    # ---- looking ----

    def _look(self, job: _Job, batch: int) -> _Look:
        plan = job.plan
        statistics = plan.statistics
        error = error_share(self.alpha, plan.point.number, job.look + 1, len(statistics))
        balls, guarantees, notes, spread = {}, [Guarantee.RIGOROUS], [], {}
        for s in statistics:
            value, guarantee, note = ball_of(s, self.runner, batch, job.blocks, error)
            balls[s] = value
            guarantees.append(guarantee)
            if s.kind == "mean":
                spread[s] = self.runner.merged(s, batch, job.blocks).variance ** 0.5  # pyrefly: ignore[missing-attribute]
            if note:
                notes.append(note)
        if notes:
            decisions = [Decision(Verdict.UNDECIDED, note=notes[0])]
        else:
            decisions = [p.decide(balls, plan.asked, spread) for p in plan.parts]
        sides = tuple(p.own_sides(balls) for p in plan.parts)
        job.spent[job.look, batch] = error * len(statistics)
        return _Look(decisions, max(guarantees), notes, sides, balls, spread)

    def _twins(self, plan: PointPlan, look: _Look) -> tuple[Twinned, ...]:
        """The claim's false twins, from the balls that decided the claim (rule 23)."""
        if look.notes:
            return ()
        by_part = {p.part.number: p for p in plan.parts}  # a part at a point may have its sums written out
        out = []
        for twin in twins_at(plan.claim, plan.point):
            try:
                outcomes = []
                for part, false in twin.parts:
                    if isinstance(part, ShapePart) or isinstance(false, ShapePart):
                        raise CannotTell("the steps of a shape are for the balls")
                    p = by_part[part.number]
                    d = p.decide(look.balls, plan.asked, look.spread, false)
                    outcomes.append((d, p.sides(look.balls, false)[1], p.sides(look.balls)[1]))
                found = judged(twin, outcomes)
            except NO_VALUE:
                continue
            out += [found] if found is not None else []
        return tuple(out)

    def _advance(self, job: _Job) -> None:
        """One look, or the exception in which it ends."""
        failure = self.runner.failure(job.plan.statistics)
        if not failure:
            try:
                self._decide(job)
            except (BadInput, WorkersLost):
                raise
            except Exception as error:
                failure = error
        if failure:  # what cannot be told was looked for: it is not left out
            verdict = Verdict.UNDECIDED if isinstance(failure, CannotTell) else Verdict.FAILED
            job.done = Finding(**self._base(job.plan), verdict=verdict, note=described(failure))

    def _decide(self, job: _Job) -> None:
        """One look: settle the job, or ask for a second batch or for more blocks."""
        first = self._look(job, 0)
        verdict = first.verdict
        note = next((d.note for d in first.decisions if d.verdict == verdict and d.note), "")
        if verdict == Verdict.REFUTED and first.guarantee >= Guarantee.ASYMPTOTIC:
            if job.batches == 1:
                job.batches = 2
                return  # the second batch is drawn up to the same look, then this look is taken again
            second = self._look(job, 1)
            if second.verdict != Verdict.REFUTED or second.refuted_side() != first.refuted_side():
                verdict, note = Verdict.UNDECIDED, "the second, independent batch does not confirm the refutation"
            else:
                note = "confirmed by a second, independent batch"
        if verdict == Verdict.UNDECIDED and self._worth_it(job, first):
            job.look += 1
            return
        job.done = self._finding(job, first, verdict, "; ".join(filter(None, (note, job.plan.remark))))

    def _worth_it(self, job: _Job, look: _Look) -> bool:
        """Whether there is a further look: twice more, then as long as it is cheap.

        A gate that failed for a heavy tail is not cured by twice the replicates; by sixty times it may be (a few far
        values on top of a bounded bulk look like a heavy tail until there are enough of them).
        """
        if job.look + 1 == len(LOOKS):
            return False
        heavy = any("Pareto" in note for note in look.notes)
        cheap = job.plan.seconds * LOOKS[job.look + 1] <= self.cap
        return (cheap or (job.look < 2 and not heavy)) and self._may_tell(job, look)

    def _may_tell(self, job: _Job, look: _Look) -> bool:
        """Whether the last look that is affordable may tell two sides apart, where that is all that is lacking: if the estimate
        is off by a standard error now, and by one then."""
        last = max(k for k, times in enumerate(LOOKS) if k <= 2 or job.plan.seconds * times <= self.cap)
        narrower = (LOOKS[job.look] / LOOKS[last]) ** 0.5
        for d in look.decisions:
            if d.verdict == Verdict.UNDECIDED and d.note.startswith(NOT_APART) and d.margin is not None:
                low, high = d.margin
                if abs(high + low) + (high - low) * LUCK < narrower * (high - low) * (1 - LUCK):
                    return False
        return True

    def _finding(self, job: _Job, look: _Look, verdict: Verdict, note: str) -> Finding:
        plan = job.plan
        tags = {s.simulation.tag for s in plan.statistics}
        return Finding(
            **self._base(plan),
            verdict=verdict,
            **summed_up(look.decisions, verdict),
            guarantee=str(look.guarantee),
            sides=look.sides,
            told=() if look.notes else tuple(filter(None, (p.limit_resolution(look.balls) for p in plan.parts))),
            twins=self._twins(plan, look) if self.twins else (),
            note=note,
            method=f"simulation: {', '.join(sorted(tags))}",
            batches=job.batches,
            blocks=job.blocks,
            replicates=job.blocks * plan.block * job.batches,
            error=sum(job.spent.values()),
            seconds=plan.seconds * LOOKS[job.look] * job.batches,
        )

    def _base(self, plan: PointPlan) -> dict:
        return {
            "claim": plan.claim.id,
            "family": plan.claim.family,
            "witness": "simulation",
            "expected": plan.claim.expected,
            "number": plan.point.number,
            "point": {k: str(v) for k, v in plan.point.values.items()},
            "origin": plan.point.origin,
            "ends": plan.point.ends,
            "seed": self.runner.seed,
            "resolution_asked": plan.asked,
            "alpha": self.alpha,
            "budget": self.seconds,
        }

    def _ready(self, job: _Job) -> bool:
        """Whether all blocks of a job's next look are there (the last ones come last), or never will be."""
        if self.runner.failures and self.runner.failure(job.plan.statistics):
            return True
        kept = [self.runner.kept[s, batch] for s in job.plan.statistics for batch in range(job.batches)]
        return all(b in have for have in kept for b in reversed(range(job.blocks)))

    def run(
        self,
        plans: Sequence[PointPlan],
        extra: Iterable[tuple[Statistic, int]] = (),
        progress: Callable[[int, int], None] | None = None,
        settled: Callable[[Finding], None] | None = None,
        deadline: float | None = None,
        last: int | None = None,
    ) -> list[Finding]:
        """Findings for all plans. extra: further statistics wanted from the first blocks (figures).

        settled: called with every finding as soon as it is known.  deadline: clock after which no further look starts.
        last: number of blocks after which none starts either (a replay of what the clock ended).
        """
        findings = []
        jobs = []
        for plan in plans:
            if plan.reason:
                verdict = Verdict.FAILED if plan.failed else Verdict.UNDECIDED if plan.telling else Verdict.LEFT_OUT
                findings.append(Finding(**self._base(plan), verdict=verdict, note=plan.reason))
                if settled:
                    settled(findings[-1])
            else:
                jobs.append(_Job(plan))
        more = [(s, b) for s, b in extra]

        def settle(job: _Job) -> None:
            if job.done is not None:
                findings.append(job.done)
                if settled:
                    settled(job.done)

        def advance(job: _Job) -> None:
            self._advance(job)
            settle(job)

        while jobs or more:
            wanted = [w for s, b in more for w in self.runner.want(s, 0, b)]
            more = []
            for job in jobs:
                for batch in range(job.batches):
                    for s in job.plan.statistics:
                        wanted += self.runner.want(s, batch, job.blocks)
            waiting = deque(jobs)

            def drawn(done: int, total: int, waiting: deque[_Job] = waiting) -> None:
                """Settle what has all its blocks, in order: an interrupted run keeps it."""
                while waiting and deadline is None and last is None and self._ready(waiting[0]):
                    advance(waiting.popleft())
                if progress:
                    progress(done, total)

            self.runner.run(wanted, drawn, go_on=True)
            for job in waiting:
                before = (job.look, job.batches)
                late = (deadline is not None and time.monotonic() > deadline) or (
                    last is not None and job.blocks >= last
                )
                self._advance(job)
                if job.done is None and late and (job.look, job.batches) != before and job.look > before[0]:
                    job.look = before[0]
                    first = self._look(job, 0)
                    job.done = self._finding(job, first, Verdict.UNDECIDED, "no time for a further look")
                settle(job)
            jobs = [j for j in jobs if j.done is None]
        return findings
