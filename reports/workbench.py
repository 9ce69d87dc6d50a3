"""A conjecture, treated like a theorem: proof tried, points looked at, counterexamples hunted, shrunk and confirmed."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from theory.language.claims import Claim, Point
from theory.language.errors import BadInput
from theory.language.verdicts import MEASURED, WITNESSES, Finding, Summary, Verdict, summarise

from .conjectures import PACKAGE, examine, load, remarks
from .ledger import CHECK, Ledger, claim_hash
from .suite import Event

if TYPE_CHECKING:
    from simulate.engine.blocks import Runner

    from .analytic import Analysis

RESOLUTIONS = (0.0025, 0.005, 0.01, 0.03, 0.1)  # asked for, the finest that a point's share of the time pays for
SECOND_WITNESS = 4.0  # core-seconds of simulation beside a proof, at
SECOND_RESOLUTION = 0.01
PRICED = (0.1, 0.01, 0.001)  # what `--plan` tells the price of
FIRST_POINTS = 8  # notable points, then
MORE_POINTS = 4  # drawn ones


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
        return "\n".join(_lines(self))


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
    ):
        self.claim, self.resolutions, self.alpha, self.runner = claim, resolutions, alpha, runner
        self.keep, self.tell, self.workers = keep, tell, workers
        self.start = time.monotonic()
        self.end = self.start + seconds
        self.points = claim.points(FIRST_POINTS, MORE_POINTS)
        self.findings: list[Finding] = []
        self.derived: list[Finding] = []
        self.analysis: Analysis | None = None
        self.screened: set[tuple] = set()
        self.remarks = remarks(claim)
        self.candidates = 0

    def left(self) -> float:
        return self.end - time.monotonic()

    def add(self, finding: Finding) -> Finding:
        finding = self.keep(finding)
        self.findings.append(finding)
        self.tell(Event("finding", self.claim.id, finding))
        return finding

    # ---- steps ----

    def start_derivation(self) -> None:
        """Beside everything else, so that one that takes too long can be left behind: where a process can load the file."""
        from .analytic import Analysis

        if self.claim.function.__module__.startswith(f"{PACKAGE}."):
            self.analysis = Analysis(
                deque([self.claim]),
                max(self.resolutions),
                False,
                self.derived.append,
                lambda _: None,
                self.claim.file or "",
            )

    def proved(self, patience: float = 0.0) -> bool:
        """Whether the derivation is a proof; waits so long for it (as long as it takes, where it has no process)."""
        from .analytic import derive

        if self.analysis is not None:
            self.analysis.thread.join(max(patience, 0.0))
            if not self.analysis.thread.is_alive() and not self.derived:
                self.analysis.wait()  # raises what ended it
        elif not self.derived:
            self.tell(Event("stage", f"deriving {self.claim.id}"))
            self.derived.append(derive(self.claim, max(self.resolutions)))
        return any(f.verdict == Verdict.PROVED for f in [*self.derived, *self.findings])

    def enclose(self) -> Finding | None:
        """The ball witness at the points; the first refutation, if there is one."""
        from theory.proof.enclose import enclose
        from theory.proof.twins import judge

        from .analytic import failed

        try:
            found = enclose(self.claim, self.points, max(self.resolutions))
            limits = [t for f in judge(found, self.claim, self.points) for t in f.twins if t.name.startswith("limit x")]
        except BadInput:
            raise
        except Exception as error:
            self.add(failed(self.claim, "ball", error))
            return None
        if limits and not any(t.refuted for t in limits):
            self.remarks.append("at the points looked at the rate is too wide to tell the limit from one 10 % off")
        found = [self.add(f) for f in found]
        return next((f for f in found if f.verdict == Verdict.REFUTED and f.point is not None), None)

    def simulate(
        self, points: Sequence[Point], seconds: float, resolutions: Sequence[float], patience: float
    ) -> list[Finding]:
        """Simulation findings at points, for so many core-seconds; after `patience` seconds no further look starts."""
        from simulate.engine.witness import Witness

        self.tell(Event("stage", f"simulating {self.claim.id}"))
        end = time.monotonic() + patience
        witness = Witness(self.runner, max(seconds, 0.1), resolutions, self.alpha)
        progress = lambda done, total: self.tell(Event("blocks", "", None, done, total))  # noqa: E731
        found = []
        for plan in sorted(witness.plans([(self.claim, points)]), key=lambda p: p.seconds):
            # point after point: a machine slower than planned for leaves out the dearest, it does not run over time
            if not plan.reason and found and time.monotonic() > end:
                plan.reason = f"no time left for its {plan.blocks * plan.block:,} replicates"
            found += [self.add(f) for f in witness.run([plan], progress=progress, deadline=end)]
        return found

    def at(self, values: dict[str, Any], number: int) -> Finding | None:
        """The ball witness at one joint value, if it decides anything there."""
        from theory.proof.enclose import at_point

        f = at_point(self.claim, Point(number, values, "hunted"), max(self.resolutions))
        return None if f.verdict == Verdict.LEFT_OUT else self.add(f)

    def hunt(self, runner: Runner | None, seconds: float, avoid: set[tuple]) -> dict[str, Any] | None:
        from simulate.engine.search import Screen, hunt

        self.tell(Event("stage", f"hunting for counterexamples to {self.claim.id}"))
        screen = Screen(self.claim, runner)

        def score(values) -> float | None:
            seen = screen(values)
            if seen is not None and seen > -float("inf"):  # else nothing could be told there
                self.screened.add(tuple(values.values()))
            return seen

        return hunt(self.claim, score, seconds, avoid=avoid)

    # ---- the order of attack ----

    def run(self) -> Checked:
        self.start_derivation()
        try:
            counterexample, confirmed = self.attack()
        finally:
            if self.analysis is not None:
                self.analysis.stop()
        if not self.derived:
            note = f"no proof in {time.monotonic() - self.start:.0f} s"
            self.derived.append(
                Finding(
                    self.claim.id, self.claim.family, "derivation", Verdict.LEFT_OUT, self.claim.expected, note=note
                )
            )
        for f in self.derived:
            self.add(f)
        self.findings.sort(key=lambda f: (WITNESSES.index(f.witness), f.number or 0))
        summary = summarise(self.claim.statement, self.claim.corrected, self.findings)
        if summary.verdict == Verdict.SUPPORTED and summary.only:
            summary = replace(summary, verdict=Verdict.UNDECIDED)  # at t = 0 alone most formulas are right
            at = ", ".join(f"{name} = {value}" for name, value in summary.only.items())
            self.remarks.append(
                f"nothing contradicts it, but it was decided at {at} only: --seconds gives the rest more time"
            )
        seconds = time.monotonic() - self.start
        return Checked(self.claim, summary, counterexample, confirmed, len(self.screened), seconds, self.remarks)

    def attack(self) -> tuple[Finding | None, Finding | None]:
        """(counterexample, its simulation): balls first, a short hunt for gross errors, all points, a long hunt."""
        if (wrong := self.enclose()) is not None:
            return self.smallest(wrong)
        if self.analysis is None or not self.proved(0.1 * self.left()):
            found = self.hunted(None, 0.25 * self.left())
            if found[0] is not None:
                return found
        if self.proved():
            seconds = min(SECOND_WITNESS, self.left() * self.workers)
            resolution = max((r for r in self.resolutions if r <= SECOND_RESOLUTION), default=self.resolutions[0])
            self.simulate(self.points, seconds, (resolution,), self.left())
            return None, None
        self.simulate(self.points, 0.5 * self.left() * self.workers, self.resolutions, 0.6 * self.left())
        wrong = next((f for f in self.findings if f.verdict == Verdict.REFUTED and f.point is not None), None)
        if wrong is None and self.proved():
            return None, None
        found = self.hunted(wrong, 0.8 * self.left())
        if found[0] is None:
            self.proved(self.left())  # a proof may still come
        return found

    def smallest(self, wrong: Finding) -> tuple[Finding, Finding | None]:
        """From a violation in balls to the smallest one, and its simulation."""
        self.candidates += 1
        number = len(self.points) + self.candidates
        values = self.hunt(None, min(8.0, 0.25 * self.left()), set())
        found = self.at(values, number) if values is not None else None
        if found is None or found.verdict != Verdict.REFUTED:
            found = wrong
            number = wrong.number or number
            values = dict(next(p.values for p in self.points if p.number == number))
        assert values is not None
        (simulated,) = self.confirm(number, values)
        return found, simulated if simulated and simulated.verdict == Verdict.REFUTED else None

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
            self.candidates += 1
            number = len(self.points) + self.candidates
            in_balls = self.at(values, number)
            if in_balls is not None and in_balls.verdict == Verdict.REFUTED:
                return in_balls, None
            (f,) = self.confirm(number, values)
            if f.verdict == Verdict.REFUTED:
                return f, f
            avoid.add(tuple(values[n] for n in self.claim.domain))
        return wrong, wrong if wrong is not None and wrong.witness == "simulation" else None


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
) -> list[Checked]:
    """Check conjectures: derivation, balls, simulation, then a hunt for counterexamples; about `seconds` each at most.

    resolution: asked for at every point; by default the finest of `RESOLUTIONS` that the time pays for.  The other
    options are those of `verify`. Raises `BadInput` for a claim that makes no sense.
    """
    from simulate.engine.blocks import Runner

    claims = list(claims)
    tell = progress or (lambda event: None)
    resolutions = RESOLUTIONS if resolution is None else (resolution,)
    for c in claims:
        examine(c)
    out = []
    for c in claims:
        hashed = claim_hash(c, ()) + CHECK if ledger else ""

        def keep(f: Finding, c: Claim = c, hashed: str = hashed) -> Finding:
            f = replace(f, hash=hashed, seed=seed, alpha=alpha, file=c.file or "")
            return ledger.add(f) if ledger else f

        slow = _slow(c)  # programs are compiled here, in seconds that are not the claim's
        with Runner(seed, workers, executor) as runner:
            out.append(_Check(c, seconds, resolutions, alpha, runner, runner.pool.size, keep, tell).run())
            out[-1].remarks += slow
    return out


def against_data(
    claims: Sequence[Claim],
    data: Path,
    columns: str,
    alpha: float = 1e-3,
    resolution: float = 0.1,
    ledger: Ledger | None = None,
    failures: float | None = None,
) -> list[Checked]:
    """Claims against measured trajectories (rule 25): at every point of the grid found in the file.

    data: .csv or .parquet, a row a generation of a run.  columns: "sigma=std,t=generation,n=sample_size,run=run_id".
    alpha: of each claim, over the whole grid.  resolution: of a point that is not refuted and to count as supported.
    failures: the share of runs that may have failed at a point that is decided; their values are empty in the file.
    Raises `BadInput` for a file or columns that cannot be worked with.
    """
    from simulate.engine.data import measured, parse_map

    start = time.monotonic()
    for c in claims:
        examine(c)
    found = measured(claims, data, parse_map(columns), alpha, resolution, failures)
    kept = {"data": str(data.resolve()), "sha256": digest(data), "map": columns} if ledger else {}
    out = []
    for c in claims:
        mine = [replace(f, file=c.file or "") for f in found if f.claim == c.id]
        if ledger:
            mine = [ledger.add(replace(f, hash=claim_hash(c, ()) + CHECK, **kept)) for f in mine]
        refuted = [f for f in mine if f.verdict == Verdict.REFUTED]
        worst = max(refuted, key=lambda f: min(abs(x) for x in f.margin or (0.0, 0.0)), default=None)
        seconds = (time.monotonic() - start) / len(claims)
        summary = summarise(c.statement, c.corrected, mine)
        out.append(Checked(c, summary, worst, None, 0, seconds, remarks(c)))
    return out


def held_again(old: Finding) -> Finding | None:
    """A finding about measured runs once more, from what its row says. Raises `BadInput` where the runs are other ones."""
    from simulate.engine.data import held, mapped, parse_map

    data = Path(old.data)
    if not data.is_file():
        raise BadInput(f"{data}, the measured runs of finding {old.id}, is gone: it cannot be replayed")
    if digest(data) != old.sha256:
        raise BadInput(f"{data}, the measured runs of finding {old.id}, has changed since: it cannot be replayed")
    claims = load(old.file)  # all of the file: a name in the map may be another one's
    claim = next(c for c in claims if c.id == old.claim)
    found = held(claim, mapped(claims, data, parse_map(old.map)), old.alpha, old.resolution_asked)
    return next((f for f in found if f.number == old.number), None)


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    from hashlib import file_digest

    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


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
    points = claim.points(FIRST_POINTS, MORE_POINTS)
    out = []
    with Runner(seed, workers) as runner:
        for r in resolutions:
            plans = Witness(runner, 1e9, r, alpha).plans([(claim, points)])
            able = [p for p in plans if not p.reason]
            reason = next((p.reason for p in plans if p.reason), "")
            replicates, seconds = sum(p.blocks * p.block for p in able), sum(p.seconds for p in able)
            out.append(Price(r, len(able), len(points), replicates, seconds, reason))
    return out


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

    undecided: accept a claim that could not be decided; by default that fails too.
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
    lines = [f"{c.claim.id}: {str(s.verdict).upper()}{declared}", f"  {c.claim.statement}"]
    lines += [f"  CONTRADICTION between witnesses: {s.contradiction}"] if s.contradiction else []
    if s.verdict == Verdict.REFUTED:
        lines += _refutation(c)
    else:
        lines += _evidence(c)
    lines += [f"  remark: {r}" for r in c.remarks]
    lines.append(f"  {c.seconds:.1f} s" + (f", {c.tried} joint values screened" if c.tried else ""))
    return lines


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


def told_prices(claim: Claim, found: Sequence[Price]) -> str:
    """A table: what each resolution costs, and why a point is left out."""
    lines = [f"{claim.id}: what simulation costs (a derivation, or balls, may settle it for nothing)"]
    lines.append("  resolution   points      replicates   core-seconds   left out, for the first reason")
    for p in found:
        lines.append(
            f"  {100 * p.resolution:>8g} %   {f'{p.points} of {p.of}':<9} {p.replicates:>12,}   {p.seconds:>12.2g}   {p.reason}"
        )
    lines += [f"  remark: {r}" for r in _slow(claim)]
    return "\n".join(lines)


def _where(f: Finding) -> str:
    return ", ".join(f"{k} = {v}" for k, v in (f.point or {}).items()) or "the whole domain"


def _refutation(c: Checked) -> list[str]:
    f = c.counterexample
    if f is None:
        wrong = next((x for x in c.summary.findings if x.verdict == Verdict.REFUTED), None)
        return [f"  {wrong.note or wrong.method}"] if wrong else []
    lines = [f"  counterexample: {_where(f)}"]
    for g in [f] if c.confirmed in (None, f) else [f, c.confirmed]:
        exact = g.witness == "ball"
        how = "in ball arithmetic" if exact else f"simulated, {g.replicates:,} replicates"
        how = f"measured, {g.replicates:,} runs" if g.witness == MEASURED else how
        if g.lhs:
            lines += [f"    {how}:", f"      left side   {g.lhs}", f"      right side  {g.rhs}"]
        else:
            lines.append(f"    {how}: {g.note}")
        if g.margin == (0.0, 0.0):
            lines.append("      the sides are equal where one has to be larger")
        elif g.margin is not None:
            lines.append(f"      the relation is missed by {_missed(g)} of {g.scale or 'the scale'}")
        if not exact:
            nominal = (
                " (nominal: rare values that were never drawn are not seen)" if g.guarantee == "asymptotic" else ""
            )
            lines.append(f"      error probability {g.error:.2g}, {g.guarantee}{nominal}")
            lines += [f"      {g.note}"] if g.note else []
        if g.id is not None:
            lines.append(f"      reproduce: selfconsuming reproduce {g.id}")
    return lines


def _missed(f: Finding) -> str:
    assert f.margin is not None
    low, high = sorted(abs(x) * 100 for x in f.margin)
    return f"{high:.4g} %" if high - low < 1e-6 * high else f"{low:.3g} to {high:.3g} %"


def _evidence(c: Checked) -> list[str]:
    from .wording import interval, percent

    lines = []
    for w in (*WITNESSES, MEASURED):
        fs = [f for f in c.summary.findings if f.witness == w]
        done = [f for f in fs if f.verdict in (Verdict.PROVED, Verdict.SUPPORTED)]
        whole = next((f for f in done if f.point is None), None)
        if whole is not None:
            lines.append(f"  {w}: {whole.verdict}, {whole.method}")
        elif done:
            coarse = max((f.resolution for f in done if f.resolution is not None), default=None)
            sharp = f", resolution {percent(coarse)} or finer" if coarse is not None else ""
            kind = max(done, key=lambda f: f.replicates).guarantee
            lines.append(f"  {w}: supported at {len(done)} of {len(fs)} points{sharp} ({kind})")
            weakest = max(done, key=lambda f: (f.resolution or 0.0, -(f.slack or 0.0)))
            lines.append(f"    weakest point: {_where(weakest)}: margin {interval(weakest.margin)}")
        for verdict in (Verdict.FAILED, Verdict.UNDECIDED, Verdict.LEFT_OUT):
            rest = [f for f in fs if f.verdict == verdict]
            notes = list(dict.fromkeys(f.note for f in rest if f.note))
            where = f" at {len(rest)} point{'s' * (len(rest) > 1)}" if rest and rest[0].point else ""
            more = f"; and {len(notes) - 2} other reasons" if len(notes) > 2 else ""
            lines += [f"  {w}, {verdict}{where}: {'; '.join(notes[:2])}{more}"] if rest else []
    if c.verdict == Verdict.SUPPORTED and c.tried:
        lines.append("  hunt: no counterexample found")
    return lines


__all__ = ["Checked", "Price", "assert_holds", "check", "prices"]
