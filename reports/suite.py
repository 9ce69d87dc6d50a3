"""The suite: every witness on every claim, findings into the ledger, a summary a claim."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from theory.language.claims import Claim, Point, catalogue
from theory.language.errors import BadInput
from theory.language.text import visible
from theory.language.verdicts import ENDED, UNSETTLED, WITNESSES, Finding, Summary, Verdict, summarise

from .ledger import HALVES, TWINS, Ledger, claim_hash

if TYPE_CHECKING:
    from simulate.engine.plan import PointPlan

    from .figures import Trajectory
    from .notebook import Plot
    from .trajectories import FigurePlans

FURTHER = 4  # times a claim's share of simulation is spent where nothing but reach is lacking
NO_REACH = "support would not reach far enough with it"
FEW = 3  # claims for which no process is started: that takes a second or two


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Event:
    """Something for a progress display: `kind` is "finding", "blocks" (done of total), "stage" or "cached"."""

    kind: str
    text: str = ""
    finding: Finding | None = None
    done: int = 0
    total: int = 0


def status(summaries: Iterable[Summary]) -> int:
    """Exit status: 1 a surprise, 70 a witness failed, 3 a claim that no witness could decide, 0 all as declared."""
    summaries = list(summaries)
    if any(s.surprise for s in summaries):
        return 1
    if any(s.failed for s in summaries):
        return 70
    return 3 if any(s.verdict == Verdict.UNDECIDED for s in summaries) else 0


@dataclass(repr=False)
class Findings:
    """The summaries of a run, in the order of the claims, with the ways to look at them."""

    summaries: list[Summary] = field(default_factory=list)
    claims: dict[str, Claim] = field(default_factory=dict)
    meta: dict = field(default_factory=dict)

    def __iter__(self):
        return iter(self.summaries)

    def __len__(self) -> int:
        return len(self.summaries)

    def __getitem__(self, claim: str) -> Summary:
        return next(s for s in self.summaries if s.claim == claim)

    @property
    def findings(self) -> list[Finding]:
        return [f for s in self.summaries for f in s.findings]

    @property
    def surprises(self) -> list[Summary]:
        """Claims that came out against their declaration, and contradictions between witnesses."""
        return [s for s in self.summaries if s.surprise]

    @property
    def status(self) -> int:
        """The exit status of `verify`; see `status`."""
        return status(self.summaries)

    def to_frame(self):
        """A pandas data frame, one row a finding."""
        from .tables import frame

        return frame(self.findings)

    def to_markdown(self, columns: str | Iterable[str] | None = None) -> str:
        """A table a family and what they leave open; or one table of `columns`, such as "claim,verdict,resolution"."""
        from .columns import chosen
        from .tables import markdown

        return visible(markdown(self.summaries, self.claims, None if columns is None else chosen(columns)))

    def to_latex(self, columns: str | Iterable[str] | None = None, standalone: bool = False) -> str:
        r"""A booktabs table for `\input`; standalone: a document that compiles as it is."""
        from .columns import chosen
        from .tables import latex

        return visible(latex(self.summaries, self.claims, None if columns is None else chosen(columns), standalone))

    def to_csv(self, columns: str | Iterable[str] | None = None) -> str:
        """A line a claim, numbers in full."""
        from .columns import chosen
        from .tables import csv

        return visible(csv(self.summaries, self.claims, None if columns is None else chosen(columns)))

    def to_html(self, drawn: Mapping[str, Trajectory] | None = None) -> str:
        """A page that stands by itself; `drawn`: what the figures of claims show."""
        from .page import page

        return visible(page(self.summaries, self.claims, self.meta.get("changed", ()), drawn))

    def to_json(self, columns: str | Iterable[str] | None = None) -> str:
        """Claims and findings, as `reports/report.schema.json` describes them; with `columns` these of the claims."""
        from .columns import chosen
        from .tables import as_json

        return as_json(self.summaries, self.claims, self.meta, None if columns is None else chosen(columns))

    def __str__(self) -> str:
        from .tables import footer, plain

        return visible(f"{plain(self.summaries)}\n{footer(self.summaries)}")

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from .notebook import html

        return visible(html(self.summaries, self.claims))

    def plot(self, *claims: str) -> Plot:
        """The figure of one of these claims, or of several side by side (all, if none is named), as a notebook shows it.

        The bands are simulated for it, in seconds. `.figure` is Matplotlib's; `.save("f.pdf")` writes it. Raises `BadInput`
        for a claim that is not here, and where there is nothing to draw.
        """
        from .notebook import plot

        known = {s.claim: self.claims[s.claim] for s in self.summaries if s.claim in self.claims}
        return plot(claims, known, self.meta.get("seed", 0))


def verify(
    claims: Iterable[Claim],
    seed: int = 0,
    workers: int | str = 2,
    seconds: float = 3.0,
    resolution: float = 0.01,
    alpha: float = 1e-6,
    ledger: Ledger | None = None,
    fresh: bool = False,
    twins: bool = False,
    executor: Executor | None = None,
    progress: Callable[[Event], None] | None = None,
    figures: FigurePlans | None = None,
) -> Findings:
    """Run all witnesses on `claims`.

    seed: of all simulations.  workers: threads, or the address of a Dask scheduler, "tcp://host:8786" (or give any
    `concurrent.futures.Executor`); who runs the blocks changes no finding.  seconds: a claim's share of simulation, in
    core-seconds.  resolution: the relative violation that has to be visible.  alpha: error probability of all
    refutations of the suite together.  ledger: where findings go and settled ones come from (None: nowhere); fresh: run
    even what is settled.  twins: judge the claims' false twins too.  figures: planned trajectories; what they need is
    simulated along, for settled claims too, and `figures.write(figures.runner, folder)` draws them. Raises
    `WorkersLost` (of `simulate.engine.workers`) where the workers go away: what is settled by then is in the ledger.
    """
    claims = list(claims)
    if twice := [c for c, k in Counter(c.id for c in claims).items() if k > 1]:
        raise BadInput(f"two claims are called {twice[0]}: findings are kept by name")
    tell = progress or (lambda event: None)
    hashes = _Hashes(claims, (seed, seconds, resolution, alpha), TWINS if twins else "")
    found: dict[str, list[Finding]] = {c.id: [] for c in claims}
    todo, settled = [], ledger.settled() if ledger and not fresh else {}
    for c in claims:
        known = None
        if ledger and c.id in settled:
            names = [hashes[c.id]] if twins else [hashes[c.id], hashes[c.id] + TWINS]  # with twins: the same, and more
            hash, known = next(((h, fs) for h in names if (fs := ledger.findings(c.id, h)) is not None), ("", None))
            if known is not None and settled[c.id] != hash:
                ledger.settle(c.id, hash)  # once more: reports tell of the last run
        if known is None:
            todo.append(c)
        else:
            found[c.id] = known
            tell(Event("cached", c.id))
    if todo or figures is not None:
        _run(
            todo,
            seed,
            workers,
            seconds,
            resolution,
            alpha,
            twins,
            ledger,
            fresh,
            executor,
            tell,
            hashes,
            found,
            figures,
        )
    for findings in found.values():  # the witnesses run side by side: their order is not that of arrival
        findings.sort(key=lambda f: (WITNESSES.index(f.witness), f.number or 0))
    summaries = [summarise(c.statement, c.corrected, found[c.id]) for c in claims]
    meta = {"seed": seed, "seconds": seconds, "resolution": resolution, "alpha": alpha}
    return Findings(summaries, {c.id: c for c in claims}, meta)


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


class _Hashes(dict):
    """{claim id: what its findings are kept under}, worked out when it is asked for: beside the first proofs."""

    def __init__(self, claims: Iterable[Claim], settings: tuple, suffix: str):
        super().__init__()
        self.claims, self.settings, self.suffix = {c.id: c for c in claims}, settings, suffix

    def __missing__(self, claim: str) -> str:
        self[claim] = claim_hash(self.claims[claim], self.settings) + self.suffix
        return self[claim]


def _run(
    claims: Sequence[Claim],
    seed,
    workers,
    seconds,
    resolution,
    alpha,
    twins,
    ledger,
    fresh,
    executor,
    tell,
    hashes,
    found,
    figures: FigurePlans | None = None,
) -> None:
    from simulate.engine.blocks import Runner
    from simulate.engine.witness import Witness
    from theory.proof.reach import inside as inside_of
    from theory.proof.reach import planned

    from .analytic import Analysis, analyse
    from .leases import LOOK, Leases, State

    lock = threading.RLock()
    leases = Leases(ledger.path) if ledger and not fresh else None
    elsewhere: dict[str, list[Claim]] = {half: [] for half in HALVES}  # what other runs are at
    waiting = {c.id: set(HALVES) for c in claims}
    failed: set[tuple[str, str]] = set()  # or out of time: claims with the witness

    def keep(finding: Finding) -> None:
        with lock:
            # the run's settings, for the analytic findings too: the hash is of them all
            finding = replace(
                finding,
                hash=hashes[finding.claim] if ledger else "",
                seed=seed,
                alpha=alpha,
                budget=seconds,
                resolution_asked=resolution,
            )
            if finding.verdict in ENDED:
                failed.add((finding.claim, finding.witness))
            found[finding.claim].append(ledger.add(finding, once=not fresh) if ledger else finding)
            tell(Event("finding", finding.claim, found[finding.claim][-1]))

    def finished(claim: str, half: str) -> None:
        with lock:
            waiting[claim].discard(half)
            if ledger and not any((claim, w) in failed for w in HALVES[half]):  # what was ended is run again
                ledger.finish(claim, hashes[claim], half)
                if leases:
                    leases.give_back(claim, hashes[claim], half)
                if not waiting[claim] and not any(c == claim for c, _ in failed):
                    ledger.settle(claim, hashes[claim])

    by_name = {c.id: c for c in claims}
    inside: set[str] = set()  # claims that are simulated at all points but the ends of ranges

    def close(claim: str) -> None:
        """The simulation of a claim is finished, unless support for it lacks reach, and nobody else gives it that."""
        with lock:
            todo = waiting[claim]
            if claim in inside and todo == {"simulation"} and not wanting(by_name[claim], found[claim]):
                finished(claim, "simulation")

    def analysed(claim: str) -> None:
        finished(claim, "analytic")
        close(claim)

    def had(claim: Claim, half: str) -> bool:
        """Whether an earlier run has finished that half, and its findings are taken, or another one is at it now."""
        if not ledger or not leases:
            return False
        key = claim.id, hashes[claim.id], half
        state = leases.take(*key, is_done=partial(ledger.is_finished, *key))
        if state == State.DONE:
            with lock:
                found[claim.id] += ledger.half(*key)
            finished(claim.id, half)
        if state == State.THEIRS:
            elsewhere[half].append(claim)
        return state != State.OURS

    ours = set(catalogue())  # the claims themselves: a user's may have the name of one
    apart = [c for c in claims if c in ours]
    if isinstance(workers, str) and executor is None:
        tell(Event("stage", f"connecting to {workers}"))
    runner = Runner(seed, workers, executor)  # first: where no scheduler answers, nothing has begun
    queue, analyses = deque(apart), []

    def analyse_apart() -> None:
        analyses.append(Analysis(queue, resolution, twins, keep, analysed, had=partial(had, half="analytic")))

    def analyse_here(claims: Iterable[Claim]) -> int:
        """The analytic witnesses in this process; returns of how many claims."""
        count = 0
        for c in claims:
            if had(c, "analytic"):
                continue
            tell(Event("stage", f"deriving {c.id}"))
            for f in analyse(c, resolution, twins):
                keep(f)
            analysed(c.id)
            count += 1
        return count

    def blocks(done: int, total: int) -> None:
        tell(Event("blocks", "", None, done, total))

    here: list[Claim] = []  # those that are simulated by this run

    def simulate(claims: Sequence[Claim], figures: FigurePlans | None = None) -> int:
        """The simulation, but for what support turns out to lack; returns of how many claims."""
        witness = Witness(runner, seconds, resolution, alpha, twins)
        mine = [c for c in claims if not had(c, "simulation")]
        here.extend(mine)
        if mine or figures is not None:
            tell(Event("stage", "planning"))
        plans = witness.plans((c, inside_of(c)) for c in mine)
        if figures is not None:
            figures.pilot(runner)
        if mine or figures is not None:
            tell(Event("stage", "simulating"))
        extra = figures.extra() if figures is not None else ()
        left = Counter(plan.claim.id for plan in plans)

        def simulated(claim: str) -> None:
            inside.add(claim)
            close(claim)

        for c in mine:
            if not left[c.id]:  # no point of it is simulated
                simulated(c.id)

        def settled(finding: Finding) -> None:
            keep(finding)
            left[finding.claim] -= 1
            if not left[finding.claim]:
                simulated(finding.claim)

        witness.run(plans, extra, blocks, settled)
        return len(mine)

    def deepen() -> None:
        """Simulate what support still lacks of claims whose derivations and balls are there."""
        work = [c for c in here if waiting[c.id] == {"simulation"}]
        open_points = {c.id: wanting(c, found[c.id]) for c in work}
        if any(open_points.values()):
            tell(Event("stage", "simulating what support still lacks"))
            witness = Witness(runner, seconds, resolution, alpha, twins)
            deeper = witness.plans([(c, open_points[c.id]) for c in work], cap=seconds)
            chosen = []
            for c in work:
                mine = [p for p in deeper if p.claim is c]
                chosen += further(mine, len(planned(c)), found[c.id], FURTHER * seconds) if mine else []
            for plan in deeper:  # ends that nobody reaches are listed
                if plan not in chosen and plan.point in planned(plan.claim) and plan.point.origin == "end":
                    plan.reason = plan.reason or NO_REACH
                    chosen.append(plan)
            again = {(p.claim.id, p.point.number) for p in chosen}
            for c in work:  # what had been left out before
                known = found[c.id]
                found[c.id] = [f for f in known if f.witness != "simulation" or (c.id, f.number) not in again]
            witness.run(chosen, (), blocks, keep)
        for c in work:
            finished(c.id, "simulation")

    def await_others() -> None:
        """Until other runs have finished what they are at; what one of them leaves behind is done here."""
        told = False
        while any(elsewhere.values()):
            again = {half: elsewhere[half].copy() for half in HALVES}
            for half in HALVES:
                elsewhere[half].clear()
            done = analyse_here(again["analytic"]) + simulate(again["simulation"])
            deepen()
            if not done and any(elsewhere.values()):
                if not told:
                    tell(Event("stage", f"waiting for another run on {ledger.path}"))
                told = True
                time.sleep(LOOK + 0.005 * sum(map(len, elsewhere.values())))

    try:
        with leases or nullcontext(), runner:
            if len(apart) > FEW:
                analyse_apart()
            if not analyses or len(apart) < len(claims):
                analyse_here([c for c in claims if c not in ours] if analyses else claims)
            simulate(claims, figures)
            if analyses:
                tell(Event("stage", "waiting for derivations and balls"))
                while len(analyses) < cores() and len(queue) > FEW * len(analyses):
                    analyse_apart()  # the simulation's cores are free now
            for analysis in analyses:
                analysis.wait()
            deepen()
            await_others()
    except BaseException:
        for analysis in analyses:
            analysis.stop()
        raise
