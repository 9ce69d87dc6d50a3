"""The suite: every witness on every claim, findings into the ledger, a summary a claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from theory.language.claims import Claim
from theory.language.errors import BadInput
from theory.language.summaries import Summary, summarise
from theory.language.text import visible
from theory.language.verdicts import Finding, Verdict

from .ledger import TWINS, Ledger
from .run import Event, Hashes, Run, Settings
from .witnesses import order

if TYPE_CHECKING:
    from .figures import Trajectory
    from .notebook import Plot
    from .trajectories import FigurePlans


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
        """All findings, claim by claim."""
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
        from .records import frame

        return frame(self.findings)

    def to_markdown(self, columns: str | Iterable[str] | None = None) -> str:
        """A table a family and what they leave open; or one table of `columns`, such as "claim,verdict,resolution"."""
        from .columns import chosen
        from .tables import markdown

        return visible(markdown(self.summaries, self.claims, None if columns is None else chosen(columns)))

    def to_latex(self, columns: str | Iterable[str] | None = None, standalone: bool = False) -> str:
        r"""A booktabs table for `\input`; standalone: a document that compiles as it is."""
        from .columns import chosen
        from .latex import latex

        return visible(latex(self.summaries, self.claims, None if columns is None else chosen(columns), standalone))

    def to_csv(self, columns: str | Iterable[str] | None = None) -> str:
        """A line a claim, numbers in full."""
        from .columns import chosen
        from .records import csv

        return visible(csv(self.summaries, self.claims, None if columns is None else chosen(columns)))

    def to_html(
        self,
        drawn: Mapping[str, Trajectory] | None = None,
        maps: Mapping[str, Mapping[str, Any]] | None = None,
        paper: str = "",
    ) -> str:
        """A page that stands by itself.

        drawn: what the figures of claims show.  maps: as `Ledger.maps` has them.  paper: arXiv id of the one that it is about.
        """
        from .page import page

        changed, decided = self.meta.get("changed", ()), self.meta.get("decided", "")
        return visible(page(self.summaries, self.claims, changed, drawn, decided, maps, paper))

    def to_json(self, columns: str | Iterable[str] | None = None) -> str:
        """Claims and findings, as `reports/report.schema.json` describes them; with `columns` these of the claims."""
        from .columns import chosen
        from .records import as_json

        return as_json(self.summaries, self.claims, self.meta, None if columns is None else chosen(columns))

    def __str__(self) -> str:
        from .tables import footer, plain

        return visible(f"{plain(self.summaries)}\n{footer(self.summaries)}")

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from .notebook import html

        return visible(html(self.summaries, self.claims))

    def _repr_latex_(self) -> str:
        from .notebook import latex

        return visible(latex(self.summaries, self.claims))

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
    figures: Callable[[], FigurePlans] | None = None,
) -> Findings:
    """Run all witnesses on `claims`: the findings, in the order of the claims.

    seed: of all simulations.  workers: threads, or the address of a Dask scheduler, "tcp://host:8786" (or give any
    `concurrent.futures.Executor`); who runs the blocks changes no finding.  seconds: a claim's share of simulation, in
    core-seconds.  resolution: the relative violation that has to be visible.  alpha: error probability of all
    refutations of the suite together.  ledger: where findings go and settled ones come from (None: nowhere); fresh: run
    even what is settled.  twins: judge the claims' false twins too.  figures: plans trajectories, beside the
    first proofs; what they need is simulated along, for settled claims too, and `p.write(p.runner, folder)` draws the plans p.
    Raises `WorkersLost` (of `simulate.engine.workers`) where the workers go away: what is settled by then is in the ledger.
    Raises `BadInput` for two claims of one id.
    """
    claims = list(claims)
    if twice := [c for c, k in Counter(c.id for c in claims).items() if k > 1]:
        raise BadInput(f"two claims are called {twice[0]}: findings are kept by name")
    tell = progress or (lambda event: None)
    settings = Settings(seed, workers, seconds, resolution, alpha, twins, fresh)
    hashes = Hashes(claims, settings)
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
        Run(todo, settings, hashes, found, ledger, executor, tell).go(figures)
    for findings in found.values():  # the witnesses run side by side: their order is not that of arrival
        findings.sort(key=order)
    summaries = [summarise(c.statement, c.corrected, found[c.id]) for c in claims]
    meta = {"seed": seed, "seconds": seconds, "resolution": resolution, "alpha": alpha}
    return Findings(summaries, {c.id: c for c in claims}, meta)
