"""False twins of the catalogue as a stranger's claims: `python benchmarks/twins.py [seconds] > benchmarks/twins.txt`.

Every claim is taken without what the catalogue knows of it (proof, tight places, scale), changed so that it is false, and
given to `check`, a few seconds each, by two processes. Counts by kind of twin; what was proved or supported is printed in full
below.
"""

from __future__ import annotations

import functools
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

from sympy import And, Eq, Integer, Rational, Symbol
from sympy.core.relational import Relational

from reports import check
from theory import Claim, Limit, RisesThenFalls, Tends, catalogue
from theory.language.errors import BadInput

OUTCOMES = ("refuted", "undecided", "supported", "proved", "failed", "interrupted")
SLIGHT = Rational(101, 100)
LARGE = Integer(10) ** 6  # in place of what is infinite


@dataclass(frozen=True)
class Tried:
    """A twin and what `check` said of it, in how many seconds."""

    claim: str
    kind: str
    verdict: str
    seconds: float
    relation: str


def twins_of(claim: Claim) -> Iterator[tuple[str, Claim]]:
    """The false twins of a claim by kind: all its parts of one kind are changed; of a claim that is false, itself."""
    if claim.expected == "fails":
        yield "quoted and false", Claim(claim.function, where=claim.where)
        return
    for kind, change in CHANGES.items():
        twin = Claim(_changed(claim, change), where=claim.where)
        if twin.relation() != claim.relation():
            yield kind, twin


def _changed(claim: Claim, change: Callable[[Any, dict[str, Symbol]], Any]) -> Callable:
    @functools.wraps(claim.function)
    def function(**values):
        relation = claim.function(**values)
        free = {name: s for name, s in claim.symbols.items() if s in relation.free_symbols}
        parts = relation.args if isinstance(relation, And) else (relation,)
        new = [change(p, free) for p in parts]
        return new[0] if len(new) == 1 else And(*new, evaluate=False)

    return function


def _shifted(part: Any, free: dict[str, Symbol], slight: Rational = SLIGHT) -> Any:
    """An equality, with its right side for n + 1 (as c4(n + 1) for c4(n)), or for a real variable that is 1 % larger."""
    if not isinstance(part, Eq):
        return part
    if part.rhs.is_infinite:
        return Eq(part.lhs, LARGE, evaluate=False)
    within = sorted((s for s in free.values() if s in part.rhs.free_symbols), key=lambda s: not s.is_integer)
    for s in within:
        shifted = part.rhs.xreplace({s: s + 1 if s.is_integer else slight * s})
        if shifted not in part.args:  # of what is the same in every generation
            return Eq(part.lhs, shifted, evaluate=False)
    return Eq(part.lhs, SLIGHT * part.rhs if part.rhs != 0 else SLIGHT - 1, evaluate=False)


def _opposite(part: Any, free: dict[str, Symbol]) -> Any:
    """An inequality turned round: false wherever the claim holds."""
    return part.negated if isinstance(part, Relational) and not isinstance(part, Eq) else part


def _moved(part: Any, free: dict[str, Symbol]) -> Any:
    """A turn at another place."""
    if not isinstance(part, RisesThenFalls):
        return part
    return part.turned(part.peak + 1 if part.bound.is_integer else SLIGHT * part.peak)


def _elsewhere(part: Any, free: dict[str, Symbol]) -> Any:
    """A limit that is another one."""
    if not isinstance(part, Tends | Limit):
        return part
    function, limits, limit, *rate = part.args
    return part.func(function, limits, SLIGHT * limit if limit != 0 else SLIGHT - 1, *rate)


CHANGES = {
    "equality shifted": _shifted,
    "inequality turned round": _opposite,
    "turn moved": _moved,
    "limit moved": _elsewhere,
}


def _smaller(part: Any, free: dict[str, Symbol]) -> Any:
    """The same for what is 1 % smaller: weights of a law cannot be larger and have the sum 1."""
    return _shifted(part, free, 1 / SLIGHT)


def tried(claim: Claim, seconds: float) -> list[Tried]:
    """What `check` says of each twin of a claim."""
    return [_tried(claim, kind, twin, seconds) for kind, twin in twins_of(claim)]


def _tried(claim: Claim, kind: str, twin: Claim, seconds: float) -> Tried:
    start = time.monotonic()
    try:
        [found] = check([twin], seconds=seconds)
        verdict = str(found.verdict)
    except BadInput as problem:
        if kind == "equality shifted":  # into what is no law
            return _tried(claim, "equality shifted back", Claim(_changed(claim, _smaller), where=claim.where), seconds)
        verdict = f"refused: {problem}"
    return Tried(claim.id, kind, verdict, time.monotonic() - start, str(twin.relation()))


def table(rows: list[Tried]) -> str:
    """Counts by kind of twin, and every twin that was proved, supported, refused or failed."""
    kinds = [*CHANGES, "equality shifted back", "quoted and false"]
    counts = {kind: Counter(r.verdict for r in rows if r.kind == kind) for kind in kinds}
    lines = [" ".join(("twin".ljust(24), "tried".rjust(7), *(o.rjust(11) for o in OUTCOMES)))]
    lines += [
        " ".join((kind.ljust(24), str(c.total()).rjust(7), *(str(c[o]).rjust(11) for o in OUTCOMES)))
        for kind, c in counts.items()
    ]
    median = sorted(r.seconds for r in rows)[len(rows) // 2] if rows else 0.0
    lines += ["", f"{len(rows)} twins of {len({r.claim for r in rows})} claims, {median:.1f} s at the median"]
    lines += [
        f"{r.verdict}: {r.claim}, {r.kind}: {r.relation}" for r in rows if r.verdict not in ("refuted", "undecided")
    ]
    return "\n".join(lines)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    with ProcessPoolExecutor(2) as workers:
        found = workers.map(of_the_claim, [(claim.id, seconds) for claim in catalogue()])
        print(table([row for rows in found for row in rows]))


def of_the_claim(asked: tuple[str, float]) -> list[Tried]:
    """`tried` of a claim by its id: claims are functions, which no process can be sent."""
    name, seconds = asked
    return tried(claims()[name], seconds)


@functools.cache
def claims() -> dict[str, Claim]:
    return {claim.id: claim for claim in catalogue()}


if __name__ == "__main__":
    main()
