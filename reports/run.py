"""One run of the suite: the halves of every claim, each by who is free, with the ledger and beside other runs."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from simulate.engine.workers import cores
from theory.families import catalogue
from theory.language.claims import Claim
from theory.language.verdicts import ENDED, Finding, Verdict

from .lacking import FURTHER, NO_REACH, further, wanting
from .ledger import TWINS, Ledger, claim_hash
from .witnesses import ANALYTIC, HALVES, SAMPLING, SIMULATION

if TYPE_CHECKING:
    from simulate.engine.blocks import Statistic
    from simulate.engine.plan import PointPlan
    from simulate.engine.witness import Witness
    from theory.language.claims import Point

    from .analytic import Analysis
    from .trajectories import FigurePlans

FEW = 3  # claims for which no process is started: that takes a second or two
LOOK_AGAIN = 0.5  # seconds, whether a process of derivations and balls is there yet


@dataclass(frozen=True)
class Event:
    """Something for a progress display: `kind` is "finding", "blocks" (done of total), "stage" or "cached"."""

    kind: str
    text: str = ""
    finding: Finding | None = None
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Settings:
    """How a suite is run; see `verify`. What findings depend on is part of what they are kept under."""

    seed: int = 0
    workers: int | str = 2
    seconds: float = 3.0
    resolution: float = 0.01
    alpha: float = 1e-6
    twins: bool = False
    fresh: bool = False

    @property
    def hashed(self) -> tuple:
        """What findings are kept under: seed, seconds, resolution, alpha."""
        return self.seed, self.seconds, self.resolution, self.alpha


class Hashes(dict):
    """{claim id: what its findings are kept under}, worked out when it is asked for: beside the first proofs."""

    def __init__(self, claims: Iterable[Claim], settings: Settings):
        super().__init__()
        self.claims, self.settings = {c.id: c for c in claims}, settings

    def __missing__(self, claim: str) -> str:
        self[claim] = claim_hash(self.claims[claim], self.settings.hashed) + (TWINS if self.settings.twins else "")
        return self[claim]


class Run:
    """The witnesses on these claims: derivations and balls in processes of their own, the simulation in this one.

    found: where findings are put, by claim.  tell: what hears of each event.  A claim's half that another run on the ledger has
    finished, or is at, is not begun here.
    """

    def __init__(
        self,
        claims: Sequence[Claim],
        settings: Settings,
        hashes: Hashes,
        found: dict[str, list[Finding]],
        ledger: Ledger | None,
        executor: Executor | None,
        tell: Callable[[Event], None],
    ):
        from simulate.engine.blocks import Runner

        from .leases import Leases

        self.settings, self.hashes, self.found, self.ledger, self.tell = settings, hashes, found, ledger, tell
        self.claims = {c.id: c for c in claims}
        self.lock = threading.RLock()
        self.leases = Leases(ledger.path) if ledger and not settings.fresh else None
        self.elsewhere: dict[str, list[Claim]] = {half: [] for half in HALVES}  # what other runs are at
        self.waiting = {c.id: set(HALVES) for c in claims}
        self.failed: set[tuple[str, str]] = set()  # or out of time: claims with the witness
        self.controlled: set[str] = set()  # claims that are simulated where settled ones are, too
        self.analysed = threading.Condition(self.lock)  # told of each claim that derivations and balls are through with
        self.here: list[Claim] = []  # those that are simulated by this run
        ours = set(catalogue())  # the claims themselves: a user's may have the name of one
        self.apart = [c for c in claims if c in ours]
        self.queue: deque[Claim] = deque(self.apart)
        self.analyses: list[Analysis] = []
        if isinstance(settings.workers, str) and executor is None:
            tell(Event("stage", f"connecting to {settings.workers}"))
        self.runner = Runner(
            settings.seed, settings.workers, executor
        )  # first: where no scheduler answers, nothing has begun

    def go(self, figures: Callable[[], FigurePlans] | None = None) -> None:
        """Run all of it. Raises `WorkersLost` where the workers go away."""
        try:
            with self.leases or nullcontext(), self.runner:
                if len(self.apart) > FEW:
                    self._analyse_apart()
                claims = list(self.claims.values())
                if not self.analyses or len(self.apart) < len(claims):
                    self._analyse_here([c for c in claims if c not in set(self.apart)] if self.analyses else claims)
                witness = self._witness()
                self._simulate(claims, witness, figures)
                while self.analyses and len(self.analyses) < cores() and len(self.queue) > FEW * len(self.analyses):
                    self._analyse_apart()  # the simulation's cores are free now
                self._go_on(witness)
                for analysis in self.analyses:
                    analysis.wait()
                self._deepen()
                self._await_others()
        except BaseException:
            for analysis in self.analyses:
                analysis.stop()
            raise

    # ---- what is kept -----------------------------------------------------------------------------------------------

    def keep(self, finding: Finding) -> None:
        """Put a finding where it belongs, with the run's settings and the claim's hash, and tell of it."""
        s = self.settings
        with self.lock:
            # the run's settings, for the analytic findings too: the hash is of them all
            finding = replace(
                finding,
                hash=self.hashes[finding.claim] if self.ledger else "",
                seed=s.seed,
                alpha=s.alpha,
                budget=s.seconds,
                resolution_asked=s.resolution,
            )
            if finding.verdict in ENDED:
                self.failed.add((finding.claim, finding.witness))
            # a point that the simulation leaves out it may look at in the end: one row says what came of it
            later = finding.witness == SIMULATION.name and finding.verdict == Verdict.LEFT_OUT
            kept = finding if later else self._written(finding)
            self.found[finding.claim].append(kept)
            self.tell(Event("finding", finding.claim, kept))

    def _written(self, finding: Finding) -> Finding:
        return self.ledger.add(finding, once=not self.settings.fresh) if self.ledger else finding

    def _finish(self, claim: str, half: str) -> None:
        """That half of a claim is finished; with its last one the claim is settled."""
        with self.lock:
            self.waiting[claim].discard(half)
            if half == SAMPLING:
                self.found[claim] = [self._written(f) if f.id is None else f for f in self.found[claim]]
            ended = any((claim, w) in self.failed for w in HALVES[half])
            if self.ledger and not ended:  # what was ended is run again
                self.ledger.finish(claim, self.hashes[claim], half)
                if self.leases:
                    self.leases.give_back(claim, self.hashes[claim], half)
                if not self.waiting[claim] and not any(c == claim for c, _ in self.failed):
                    self.ledger.settle(claim, self.hashes[claim])

    def _close(self, claim: str) -> None:
        """The simulation of a claim is finished where a derivation or a ball has settled it."""
        with self.lock:
            alone = claim in self.controlled and self.waiting[claim] == {SAMPLING}
            if alone and self._is_settled(claim):
                self._finish(claim, SAMPLING)
            self.analysed.notify_all()

    def _is_settled(self, claim: str) -> bool:
        from .analytic import settles

        return any(settles(f) for f in self.found[claim] if f.witness != SIMULATION.name)

    def _analysed(self, claim: str) -> None:
        self._finish(claim, ANALYTIC)
        self._close(claim)

    def _simulated(self, claim: str) -> None:
        self.controlled.add(claim)
        self._close(claim)

    def _is_taken(self, claim: Claim, half: str) -> bool:
        """Whether an earlier run has finished that half, and its findings are taken, or another one is at it now."""
        from .leases import State

        if not self.ledger or not self.leases:
            return False
        key = claim.id, self.hashes[claim.id], half
        state = self.leases.take(*key, is_done=partial(self.ledger.is_finished, *key))
        if state == State.DONE:
            with self.lock:
                self.found[claim.id] += self.ledger.half(*key)
            self._finish(claim.id, half)
            self._close(claim.id)
        if state == State.THEIRS:
            self.elsewhere[half].append(claim)
        return state != State.OURS

    # ---- derivations and balls --------------------------------------------------------------------------------------

    def _analyse_apart(self) -> None:
        from .analytic import Analysis

        s = self.settings
        settled_before = partial(self._is_taken, half=ANALYTIC)
        self.analyses.append(
            Analysis(
                self.queue,
                s.resolution,
                s.twins,
                self.keep,
                self._analysed,
                settled=settled_before,
                last=bool(self.analyses),
            )
        )

    def _analyse_here(self, claims: Iterable[Claim]) -> int:
        """The analytic witnesses in this process; returns of how many claims."""
        from .analytic import analyse

        count = 0
        for c in claims:
            if self._is_taken(c, ANALYTIC):
                continue
            self.tell(Event("stage", f"deriving {c.id}"))
            for f in analyse(c, self.settings.resolution, self.settings.twins):
                self.keep(f)
            self._analysed(c.id)
            count += 1
        return count

    # ---- simulation -------------------------------------------------------------------------------------------------

    def _witness(self) -> Witness:
        from simulate.engine.witness import Witness

        s = self.settings
        return Witness(self.runner, s.seconds, s.resolution, s.alpha, s.twins)

    def _blocks(self, done: int, total: int) -> None:
        self.tell(Event("blocks", "", None, done, total))

    def _simulate(
        self, claims: Sequence[Claim], witness: Witness, figures: Callable[[], FigurePlans] | None = None
    ) -> int:
        """The simulation at the points where settled claims are looked at, too; returns of how many claims."""
        mine = [c for c in claims if not self._is_taken(c, SAMPLING)]
        self.here.extend(mine)
        if mine or figures is not None:
            self.tell(Event("stage", "planning"))
        plans = witness.plans((c, self._points(c)[0]) for c in mine)
        planned = None if figures is None else figures()  # beside the first proofs
        if planned is not None:
            planned.pilot(self.runner)
        if mine or figures is not None:
            self.tell(Event("stage", "simulating"))
        self._run(witness, mine, plans, self._simulated, planned.extra() if planned is not None else ())
        return len(mine)

    def _points(self, claim: Claim) -> tuple[list[Point], list[Point]]:
        """Where a claim is simulated: in any case, and where it is not settled by derivations or balls."""
        from theory.proof.reach import CONTROLS, in_turn, inside

        points = in_turn(inside(claim))
        first = len(points) if self.settings.twins else CONTROLS
        return points[:first], points[first:]

    def _run(
        self,
        witness: Witness,
        claims: Sequence[Claim],
        plans: Sequence[PointPlan],
        done: Callable[[str], None],
        extra: Iterable[tuple[Statistic, int]] = (),
    ) -> None:
        """Run the plans of these claims; `done` hears of every claim whose plans are through."""
        left = Counter(plan.claim.id for plan in plans)
        for c in claims:
            if not left[c.id]:  # no point of it is simulated
                done(c.id)

        def settled(finding: Finding) -> None:
            self.keep(finding)
            left[finding.claim] -= 1
            if not left[finding.claim]:
                done(finding.claim)

        witness.run(plans, extra, self._blocks, settled)

    def _go_on(self, witness: Witness) -> None:
        """Simulate the other points of claims that derivations and balls leave open, as they are through with them."""

        def through(claim: str) -> None:
            with self.lock:
                if not wanting(self.claims[claim], self.found[claim]):
                    self._finish(claim, SAMPLING)

        gone_on: set[str] = set()
        told = False
        while True:
            with self.lock:
                open_ones = [c for c in self.here if SAMPLING in self.waiting[c.id] and c.id not in gone_on]
                ready = [c for c in open_ones if self.waiting[c.id] == {SAMPLING}]
                if not ready:
                    if not open_ones or not any(analysis.is_alive for analysis in self.analyses):
                        return
                    if not told:
                        self.tell(Event("stage", "waiting for derivations and balls"))
                    told = True
                    self.analysed.wait(LOOK_AGAIN)
                    continue
            gone_on |= {c.id for c in ready}
            self._run(witness, ready, witness.plans((c, self._points(c)[1]) for c in ready), through)

    def _deepen(self) -> None:
        """Simulate what support still lacks of claims whose derivations and balls are there."""
        from theory.proof.reach import planned

        found, seconds = self.found, self.settings.seconds
        work = [c for c in self.here if self.waiting[c.id] == {SAMPLING}]
        open_points = {c.id: wanting(c, found[c.id]) for c in work}
        if any(open_points.values()):
            self.tell(Event("stage", "simulating what support still lacks"))
            witness = self._witness()
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
                found[c.id] = [f for f in known if f.witness != SIMULATION.name or (c.id, f.number) not in again]
            witness.run(chosen, (), self._blocks, self.keep)
        for c in work:
            self._finish(c.id, SAMPLING)

    def _await_others(self) -> None:
        """Until other runs have finished what they are at; what one of them leaves behind is done here."""
        from .leases import LOOK

        told = False
        while any(self.elsewhere.values()):
            again = {half: claims.copy() for half, claims in self.elsewhere.items()}
            for claims in self.elsewhere.values():
                claims.clear()
            witness = self._witness()
            done = self._analyse_here(again[ANALYTIC]) + self._simulate(again[SAMPLING], witness)
            self._go_on(witness)
            self._deepen()
            if not done and any(self.elsewhere.values()):
                if not told and self.ledger:
                    self.tell(Event("stage", f"waiting for another run on {self.ledger.path}"))
                told = True
                time.sleep(LOOK + 0.005 * sum(map(len, self.elsewhere.values())))
