"""What the experiments of `run` decide of a paper, for its page in every format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from theory.language.claims import Claim, claims_of

from .papers import role

BY_EXPERIMENTS = (
    "Learners are trained here, which `verify` does not do: these statements are decided from the runs of an experiment. "
    "Models, numbers and thresholds are ours."
)


@dataclass(frozen=True)
class Decided:
    """An experiment with claims on a paper.

    what: it is.  models: the class of models on which a statement is decided, "" where the experiment says nothing of it.
    command, commit: of the committed run.  claims: (whose statement it is, the claim, what came of it in that run).
    """

    name: str
    what: str
    models: str
    command: str
    commit: str
    claims: Sequence[tuple[str, Claim, str]]


def by_experiments(paper: str) -> Iterator[Decided]:
    """The experiments with claims whose source is this paper, and what those claims are corrected by."""
    from .experiments import DESCRIPTIONS, committed, experiment  # a data frame's library is imported with them

    for name, what in DESCRIPTIONS.items():
        module = experiment(name)
        claims = [c for c in claims_of(module) if paper in c.source]
        fixed = {c.corrected for c in claims}
        claims = [c for c in claims_of(module) if c in claims or c.id in fixed]
        if claims:
            run = committed(name)
            told = (" ".join(text.split()) for text in (module.__doc__ or "").split("\n\n"))
            models = next((text for text in told if text.startswith("The class on which")), "")
            rows = [(_whose(c, paper, claims), c, run["verdicts"][c.id]) for c in claims]
            yield Decided(name, what, models, run["command"], run["commit"], rows)


def _whose(c: Claim, paper: str, claims: Sequence[Claim]) -> str:
    kind = role(c, paper, claims)
    return f"≠ {kind}" if c.expected == "fails" else "ours" if kind == "exact" else kind


__all__ = ["BY_EXPERIMENTS", "Decided", "by_experiments"]
