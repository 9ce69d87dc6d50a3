"""The witnesses: what each is called, how it is told of, and how it is asked. One table; whoever names one looks here.

To add one: an object in `WITNESSES`, and a module that does its work. What is slow to import is imported when it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from theory.language.claims import Claim, Point
    from theory.language.verdicts import Finding

ANALYTIC, SAMPLING = "analytic", "simulation"  # the halves of the work on a claim, as the ledger calls them


@dataclass(frozen=True)
class Question:
    """What a witness is asked: a claim, at points, with the resolution asked for.

    twins: whether the claim's false twins are to be judged, too.  settled: whether a witness before it has settled the
    claim: then nothing is to be seen at the ends of ranges.  proved: whether one of them has proved it.  given: the points,
    by default those that the suite plans.
    """

    claim: Claim
    resolution: float = 0.01
    twins: bool = False
    settled: bool = False
    proved: bool = False
    given: Sequence[Point] | None = None

    @property
    def points(self) -> list[Point]:
        """Those that were given, else those that the suite plans."""
        from theory.proof.reach import planned

        return planned(self.claim) if self.given is None else list(self.given)


@dataclass(frozen=True)
class Files:
    """The files that a user has named for a finding that is replayed: of its claim, and of its measured runs."""

    claim: Path | None = None
    data: Path | None = None


def of(module: str, name: str) -> Callable[..., Any]:
    """A function of a module of `reports`, which is imported when it is called."""

    def call(*args: Any, **options: Any) -> Any:
        return getattr(import_module(f".{module}", __package__), name)(*args, **options)

    return call


@dataclass(frozen=True)
class Witness:
    """One who says of a claim whether it holds.

    name: in findings, in the ledger, of its columns.  letter: in tables.  words: what readers know it by.
    brief: what stands beside its letter below a table, by default its words.  introduced: what the page says of it first.
    half: of the work on a claim that it belongs to, "" if the suite does not ask it.
    ask: its findings on a `Question`; None for one that plans all claims together (`reports/run.py`).
    replay: (claim, finding, files): the finding once more; by default it is asked again.
    whole: whether it speaks of whole domains, not of points.  usual: the verdict that goes without saying.
    exact: whether its sides are enclosed for sure: gaps are measured in them, and they have no error probability.
    how: how it came to the two sides of a finding.
    sources: files of `reports` that its findings depend on: where one changes, claims are decided anew.
    """

    name: str
    letter: str
    words: str
    brief: str = ""
    introduced: str = ""
    half: str = ANALYTIC
    ask: Callable[[Question], Iterable[Finding]] | None = field(default=None, repr=False)
    replay: Callable[[Claim, Finding, Files], Finding | None] | None = field(default=None, repr=False)
    whole: bool = False
    usual: str = "supported"
    exact: bool = False
    how: Callable[[Finding], str] | None = field(default=None, repr=False)
    sources: tuple[str, ...] = ()

    @property
    def legend(self) -> str:
        """ "B balls": its letter, and what it stands for."""
        return f"{self.letter} {self.brief or self.words}"

    def account(self, f: Finding) -> str:
        """ "in ball arithmetic": how it came to the two sides of a finding."""
        return self.how(f) if self.how else f"by {self.words}"

    def findings(self, question: Question) -> Iterable[Finding]:
        """What it says of one claim."""
        if self.ask is None:
            raise NotImplementedError(f"the witness {self.name!r} is not asked claim by claim")
        return self.ask(question)

    def again(self, claim: Claim, old: Finding, files: Files) -> Finding | None:
        """A finding of it once more; None if it says nothing of that point any more."""
        if self.replay is not None:
            return self.replay(claim, old, files)
        if self.ask is None:
            from theory.language.errors import BadInput

            raise BadInput(f"finding {old.id} is of a witness {self.name!r} that is not here: it cannot be replayed")
        return next((f for f in self.ask(Question(claim, old.resolution_asked)) if f.number == old.number), None)


DERIVATION = Witness(
    "derivation",
    "D",
    "derivation",
    brief="derivation (proved)",
    introduced="a derivation from the definition of the training loop",
    ask=of("analytic", "derivation"),
    whole=True,
    usual="proved",
)
BALL = Witness(
    "ball",
    "B",
    "ball arithmetic",
    brief="balls",
    introduced="rigorous ball arithmetic",
    ask=of("analytic", "balls"),
    replay=of("replay", "balls_again"),
    exact=True,
    how=lambda f: "in ball arithmetic",
)
SIMULATION = Witness(
    "simulation",
    "S",
    "simulation",
    half=SAMPLING,
    replay=of("replay", "simulated_again"),
    how=lambda f: f"simulated, {f.replicates:,} replicates",
)
WITNESSES = (
    DERIVATION,
    BALL,
    SIMULATION,
)
MEASURED = Witness(  # a user's measured runs: none of the suite's
    "data",
    "data",
    "measured runs",
    half="",
    replay=of("replay", "measured_again"),
    how=lambda f: f"measured, {f.replicates:,} runs",
)

EVERYONE = (*WITNESSES, MEASURED)
NAMES = tuple(w.name for w in WITNESSES)
AT_POINTS = tuple(w for w in WITNESSES if not w.whole)
HALVES = {half: tuple(w.name for w in WITNESSES if w.half == half) for half in (ANALYTIC, SAMPLING)}
ADDED = tuple(w for w in WITNESSES if w not in (DERIVATION, BALL, SIMULATION))  # a check asks them when it is through
PARTS = tuple(w for w in WITNESSES if w is not DERIVATION)  # parts of a check: the derivation has a process of its own
HUNT = "hunt"  # another part of it, of the simulation
LEGEND = ", ".join(f"{w.letter} {w.words}" for w in WITNESSES) + "; 9/13: nine of thirteen points decided"


def witness(name: str) -> Witness:
    """The witness of a finding; one that is not in the table, of somebody else's ledger, is called as it is there."""
    return next((w for w in EVERYONE if w.name == name), Witness(name, name, name, half=""))


def order(f: Finding) -> tuple[int, int]:
    """Sorts findings by witness, as in the table, then by point."""
    return NAMES.index(f.witness) if f.witness in NAMES else len(NAMES), f.number or 0


def behind(name: str) -> list[Witness]:
    """The analytic witnesses that are asked after this one, in their order; all of them for ""."""
    asked = [w for w in WITNESSES if w.half == ANALYTIC]
    return asked[[w.name for w in asked].index(name) + 1 :] if name else asked


__all__ = [
    "ADDED",
    "ANALYTIC",
    "AT_POINTS",
    "BALL",
    "DERIVATION",
    "EVERYONE",
    "HALVES",
    "HUNT",
    "LEGEND",
    "MEASURED",
    "NAMES",
    "PARTS",
    "SAMPLING",
    "SIMULATION",
    "WITNESSES",
    "Files",
    "Question",
    "Witness",
    "behind",
    "of",
    "order",
    "witness",
]
