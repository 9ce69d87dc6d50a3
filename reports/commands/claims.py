"""The claims that a command is asked about, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..witnesses import SIMULATION
from .options import BAD_INPUT, Stop, say

if TYPE_CHECKING:
    from theory.language.claims import Claim
    from theory.language.summaries import Summary
    from theory.language.verdicts import Finding


def claims_of(
    patterns: Sequence[str] | None, built: Callable[[Claim], bool] = lambda c: True
) -> tuple[list[Claim], int]:
    """Claims of the catalogue, or of a user's file, see `own.read`; and the exit status that malformed ones are worth."""
    from theory.families import catalogue

    from .. import own

    if (file := own.place(patterns or ())) is None:
        return catalogue(*patterns or ()), 0
    refused: list[str] = []
    claims = own.read(file, refused.append, built)
    for message in refused:
        say(message)
    return claims, BAD_INPUT if refused else 0


def files_in(patterns: Sequence[str] | None) -> list[Path]:
    """The files that are named, which nothing may be written over."""
    from .. import own

    return [own.named(p).file for p in patterns or ()]


def claim_called(name: str) -> Claim:
    """The claim of the catalogue with this id. Raises `Stop`, which tells the nearest one."""
    from theory.families import catalogue
    from theory.language.errors import nearest

    claims = {c.id: c for c in catalogue()}
    if name not in claims:
        raise Stop(
            f"there is no claim {name!r} in the catalogue{nearest(name, list(claims))}; `selfconsuming list` names them all, and "
            "`selfconsuming check FILE --claim NAME` tells of one of your own"
        )
    return claims[name]


def summaries_of(work: Iterable[tuple[Claim, Sequence[Finding]]]) -> list[Summary]:
    """Of those claims that have findings."""
    from theory.language.summaries import summarise

    return [summarise(c.statement, c.corrected, findings) for c, findings in work if findings]


def has_changed(claim: Claim, findings: Sequence[Finding]) -> bool:
    """Whether anything that these findings of one run depend on is another today."""
    from ..ledger import CHECK, TWINS, claim_hash

    if not findings:
        return False
    if findings[0].hash.endswith(CHECK):
        return not findings[0].hash.startswith(claim_hash(claim, ()))
    # the settings of the run, as the simulation's findings carry them
    f = next((f for f in findings if f.witness == SIMULATION.name), findings[0])
    return claim_hash(claim, (f.seed, f.budget, f.resolution_asked, f.alpha)) != f.hash.removesuffix(TWINS)
