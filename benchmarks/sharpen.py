"""How sharp the catalogue's inequalities are: `python benchmarks/sharpen.py ROWS [--seconds 8] [PATTERN ...] > sharpen.txt`.

`selfconsuming sharpen` of every claim that is an inequality of two sides (of those whose ids fit a pattern), so many seconds
each. What is found is kept in the file ROWS, a line of JSON each: a run that ends early goes on from there. `--again KIND`
asks anew for claims of that kind, and keeps what is told of them if it says no less; `--print` runs nothing. The table of all
rows goes to standard output, the counts first. What the clock ends depends on the machine.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from pathlib import Path

from sympy import Ge, Gt, Le, Lt

from reports import clock
from reports.sharpen import NEARLY, Sharpened, sharpen
from theory import Claim, catalogue
from theory.language.errors import BadInput
from theory.proof.arithmetic.programs import to_ball

KINDS = (
    "sharp",
    "sharp constant",
    "within 1 %",
    "wider",
    "from one side",
    "nothing",
    "no constant",
)  # most is known first
SECONDS = 8.0
WAITS = 50.0  # seconds on the wall for one of computing: it runs behind other work


@dataclass(frozen=True)
class Row:
    """What is found of a claim, where, and why no more is.  seconds: that it could take."""

    claim: str
    kind: str
    found: str
    where: str
    reasons: list[str]
    seconds: float

    def __str__(self) -> str:
        lines = [
            f"{self.kind:<14}  {self.claim}: {self.found}".rstrip(" :"),
            *filter(None, [self.where]),
            *self.reasons,
        ]
        return f"\n{'':<16}".join(lines)


def kind(found: Sharpened) -> str:
    """How much is known of the best constant."""
    if found.sharp:
        return "sharp"
    if found.ball is not None:
        return "sharp constant"
    if found.reached is None:
        return "nothing"
    if found.bound is None:
        return "from one side"
    gap = abs(to_ball(found.bound) - found.reached)
    return "within 1 %" if gap <= NEARLY * abs(found.reached) else "wider"


def row(claim: Claim, seconds: float) -> Row:
    """What is found of a claim, with the reasons where no best constant is."""
    clock.last_resort()
    try:
        found = sharpen(claim, "", seconds)
    except BadInput as why:
        return Row(claim.id, "no constant", "", "", [str(why).partition(": ")[2]], seconds)
    known = found.sharp or found.ball is not None
    return Row(
        claim.id,
        kind(found),
        f"{found.verdict}, claimed {found.claimed}",
        found.at,
        [] if known else reasons(found),
        seconds,
    )


def reasons(found: Sharpened) -> list[str]:
    """Why the best constant is not known."""
    unproved = ["from above: the claim itself is not proved"] if found.bound is None else []
    if found.bound is not None and found.reached is not None:
        unproved = [f"from above: no proof with a better constant than {found.bound}"]
    return [*unproved, *found.notes]


def inequalities(patterns: Iterable[str]) -> list[Claim]:
    """The claims of the catalogue that hold and are one inequality, whose ids fit."""
    holds = (c for c in catalogue() if c.expected == "holds" and any(fnmatch(c.id, p) for p in patterns))
    return [c for c in holds if isinstance(c.relation(), Le | Lt | Ge | Gt)]


def kept(path: Path) -> dict[str, Row]:
    """The rows of a file: of a claim that is there twice, that which says more, the later one of two that say as much."""
    best: dict[str, Row] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        r = Row(**json.loads(line))
        if r.claim not in best or KINDS.index(r.kind) <= KINDS.index(best[r.claim].kind):
            best[r.claim] = r
    return best


def table(rows: Iterable[Row], of: int) -> str:
    """The counts, and every row, by kind."""
    rows = sorted(rows, key=lambda r: KINDS.index(r.kind))
    counts = Counter(r.kind for r in rows)
    most = max((r.seconds for r in rows), default=0.0)
    told = ", ".join(f"{counts[k]} {k}" for k in KINDS)
    return "\n".join(
        [f"{len(rows)} of {of} inequalities, up to {most:g} s of computing each: {told}\n", *map(str, rows)]
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("rows", type=Path)
    asked.add_argument("patterns", nargs="*", default=["*"])
    asked.add_argument("--seconds", type=float, default=SECONDS)
    asked.add_argument("--again", action="append", default=[], choices=KINDS)
    asked.add_argument("--print", action="store_true", dest="only_print")
    chosen = asked.parse_args()
    clock.PATIENCE = WAITS
    start = time.process_time()
    done = kept(chosen.rows)
    for c in [] if chosen.only_print else inequalities(chosen.patterns):
        if c.id in done and done[c.id].kind not in chosen.again:
            continue
        r = row(c, chosen.seconds)
        with chosen.rows.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(r)) + "\n")
        print(f"{time.process_time() - start:6.0f} s  {r.kind:<14}  {c.id}", file=sys.stderr)
    everything = {c.id for c in inequalities(["*"])}
    print(table((r for name, r in kept(chosen.rows).items() if name in everything), len(everything)))


if __name__ == "__main__":
    main()
