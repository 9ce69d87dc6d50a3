"""`recheck`: the proofs of a ledger, verified anew by a checker that calls nothing of what found them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument

from .. import streams
from .options import needed

SURPRISE, OPEN = 1, 3


def recheck(
    ledger: Annotated[
        Path | None,
        Argument(
            metavar="LEDGER",
            show_default=False,
            help="The ledger; by default $SELFCONSUMING_LEDGER or .selfconsuming/ledger.sqlite.",
        ),
    ] = None,
) -> int:
    """Verify the proofs of a ledger anew, from their certificates.

    An independent checker computes every mean after a step. It compares these means, and the closed forms, with the claims as
    they are now. The exit status is 0 if all proofs are accepted, 1 if one is refused, and 3 if some have no certificate. A
    file that a ledger names is not loaded: proofs of claims of your own are counted, and left out.
    """
    from collections import Counter

    from simulate.engine.workers import cores

    from .. import rechecking
    from ..rechecking import Outcome

    given = list(rechecking.proofs(needed(ledger)))
    found = rechecking.recheck(given, cores())
    counts = rechecking.counted(found)
    console = streams.screen(highlight=False, markup=False)
    parts = ", ".join(f"{counts[o]} {o}" for o in Outcome if counts[o] or o in (Outcome.ACCEPTED, Outcome.REFUSED))
    console.print(f"{len(found)} proofs by derivation: {parts}", soft_wrap=True)
    for r in found:
        if r.outcome == Outcome.REFUSED:
            console.print(f"refused: {r.claim}: {r.reason}", soft_wrap=True)
    why = Counter(r.reason for r in found if r.outcome == Outcome.NONE)
    for reason, n in why.most_common():
        console.print(f"no certificate: {n:4}  {reason}", soft_wrap=True)
    return SURPRISE if counts[Outcome.REFUSED] else OPEN if counts[Outcome.NONE] else 0
