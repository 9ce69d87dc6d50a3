"""How sharp the catalogue's inequalities are: `python benchmarks/sharpen.py [seconds] > benchmarks/sharpen.txt`.

`selfconsuming sharpen` of every claim that is an inequality of two sides, so many seconds each (8); the counts first. What the
clock ends depends on the machine.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from sympy import Ge, Gt, Le, Lt

from reports import clock
from reports.sharpen import NEARLY, Sharpened, sharpen
from theory import Claim, catalogue
from theory.language.errors import BadInput
from theory.proof.arithmetic.programs import to_ball

KINDS = ("sharp", "sharp constant", "within 1 %", "wider", "from one side", "nothing", "no constant")


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


def row(claim: Claim, seconds: float) -> tuple[str, str, str]:
    """(kind, what is found, where, or the reason why no more is)."""
    clock.last_resort()
    try:
        found = sharpen(claim, "", seconds)
    except BadInput as why:
        return "no constant", "", str(why).partition(": ")[2]
    what = kind(found)
    open_end = [] if found.ball is not None else found.notes
    unproved = ["the claim itself is not proved"] if what == "from one side" else []
    return what, f"{found.verdict}, claimed {found.claimed}", "; ".join(filter(None, [found.at, *unproved, *open_end]))


def main(seconds: float) -> None:
    claims = [c for c in catalogue() if c.expected == "holds" and isinstance(c.relation(), Le | Lt | Ge | Gt)]
    rows, start = [], time.monotonic()
    for c in claims:
        rows.append((c.id, *row(c, seconds)))
        print(f"{time.monotonic() - start:6.0f} s  {rows[-1][0]}: {rows[-1][1]}", file=sys.stderr)
    counts = Counter(what for _, what, _, _ in rows)
    print(f"{len(rows)} inequalities, {seconds:g} s each: {', '.join(f'{counts[k]} {k}' for k in KINDS)}\n")
    for of in KINDS:
        for name, what, said, where in rows:
            if what == of:
                print(f"{of:<14}  {name}: {said}\n{'':<16}{where}".rstrip())


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 8.0)
