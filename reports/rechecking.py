"""The proofs of a ledger, verified anew in processes that have nothing of what finds proofs: `python -m reports.rechecking`.

Reads one line of JSON a proof on standard input, `{"claim", "method", "proof"}`, and answers each by one, `{"claim", "outcome",
"reason"}`. What a ledger says is data: it is parsed, and never run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from theory.language.errors import BadInput, CannotTell, OutOfTime

from . import clock, interpreter

if TYPE_CHECKING:
    from theory.language.claims import Claim

    from .ledger import Ledger


IN_OTHER_WORDS = "its loop is stated in words of what finds proofs"


class Outcome(StrEnum):
    """What became of a proof."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NONE = "no certificate"
    OWN = "of a file of your own"  # which is not loaded because a ledger names it


@dataclass(frozen=True)
class Rechecked:
    """What became of one proof, and why; `method` as its finding says it."""

    claim: str
    method: str
    outcome: Outcome
    reason: str = ""


def proofs(book: Ledger) -> Iterator[dict[str, str]]:
    """Of every claim that was last settled as proved by a derivation what its finding says of that."""
    from theory.language.verdicts import Verdict

    from .witnesses import DERIVATION

    for row, hash in book.settled().items():
        for f in book.findings(row, hash) or ():
            if f.witness == DERIVATION.name and f.verdict == Verdict.PROVED:
                yield {"claim": f.claim, "method": f.method, "proof": f.proof, "file": f.file}


def recheck(given: Sequence[dict[str, str]], processes: int = 1) -> list[Rechecked]:
    """Verify proofs, in so many processes."""
    own = [Rechecked(p["claim"], p["method"], Outcome.OWN) for p in given if p["file"]]
    asked = [p for p in given if not p["file"]]
    lots = [lot for i in range(processes) if (lot := asked[i::processes])]
    started = [_started(lot) for lot in lots]
    found = [row for process, lot in zip(started, lots, strict=True) for row in _answers(process, lot)]
    return sorted([*found, *own], key=lambda r: r.claim)


def _started(lot: Sequence[dict[str, str]]) -> subprocess.Popen:
    ours = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join([ours, *filter(None, [os.environ.get("PYTHONPATH")])])
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "reports.rechecking"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"SYMPY_CACHE_SIZE": interpreter.RESULTS, **os.environ, "PYTHONPATH": path},
        encoding="utf-8",
    )
    assert process.stdin is not None
    process.stdin.write("".join(f"{json.dumps(p)}\n" for p in lot))  # all is read before anything is answered
    process.stdin.close()
    return process


def _answers(process: subprocess.Popen, lot: Sequence[dict[str, str]]) -> Iterator[Rechecked]:
    """What became of a lot of proofs. One that ends its process is refused, and another process verifies those after it."""
    while lot:
        assert process.stdout is not None
        with process:
            lines = process.stdout.read().splitlines()
        for p, line in zip(lot, lines, strict=False):
            row = json.loads(line)
            yield Rechecked(p["claim"], p["method"], Outcome(row["outcome"]), row["reason"])
        if not (left := lot[len(lines) :]):
            return
        at, *lot = left
        yield Rechecked(at["claim"], at["method"], Outcome.REFUSED, "verifying it ended the process that did")
        if lot:
            process = _started(lot)


def about_certificate(proof: str) -> str:
    """What is said of a finding's certificate, "" where it has none and says nothing of it. Nothing of it is verified."""
    if not proof:
        return ""
    try:
        none = json.loads(proof).get("none")
    except (ValueError, AttributeError, RecursionError):
        return "certificate: not readable"
    return f"no certificate: {str(none)[:300]}" if none else "certificate: selfconsuming recheck verifies it"


def judged(claims: dict[str, Claim], row: dict[str, Any]) -> tuple[Outcome, str]:
    """What a checker says of one proof of a ledger."""
    from theory.recheck.apart import NOT_LOADED
    from theory.recheck.check import VERSION, Refused, check

    if not row["proof"]:
        return Outcome.NONE, "it was proved before there were certificates"
    try:
        data = json.loads(row["proof"])
        if isinstance(data, dict) and "none" in data:
            return Outcome.NONE, str(data["none"])
        if isinstance(data, dict) and type(data.get("version")) is int and data["version"] < VERSION:
            return (
                Outcome.NONE,
                f"a certificate of version {data['version']}: `verify --fresh` writes one of version {VERSION}",
            )
        if row["claim"] not in claims:
            return Outcome.REFUSED, "no claim of the catalogue has this id"
        with clock.within(clock.VERIFIED):
            if _asks_for_proofs(claims[row["claim"]]):
                return Outcome.NONE, IN_OTHER_WORDS
            check(claims[row["claim"]], row["method"], data)
    except Refused as why:
        return Outcome.REFUSED, str(why)
    except CannotTell as why:
        return (Outcome.NONE, IN_OTHER_WORDS) if NOT_LOADED in str(why) else (Outcome.REFUSED, str(why))
    except (BadInput, ValueError, RecursionError) as why:
        return Outcome.REFUSED, f"it is no certificate: {why}"
    except OutOfTime as why:
        return Outcome.REFUSED, str(why)
    except Exception as error:  # SymPy's, on what no proof of ours writes
        return Outcome.REFUSED, f"{type(error).__name__}: {error}"
    return Outcome.ACCEPTED, ""


def _asks_for_proofs(claim: Claim) -> bool:
    """Whether a claim cannot be built here, since what its file takes from `theory.proof` is asked for more than its name."""
    from theory.recheck.apart import NOT_LOADED
    from theory.recheck.check import places

    try:
        for place in places(claim):
            _ = place.said
    except BadInput as problem:
        return NOT_LOADED in str(problem)
    except CannotTell:
        pass
    return False


def counted(found: Iterable[Rechecked]) -> Counter[Outcome]:
    """How many came out how."""
    return Counter(r.outcome for r in found)


def main() -> None:
    """The process that verifies: without `theory.proof`."""
    from theory.recheck.apart import without_proofs

    interpreter.prepare()
    with without_proofs():
        from theory.families import catalogue

        rows = [json.loads(line) for line in sys.stdin]
        claims = {c.id: c for c in catalogue()}
        for row in rows:
            clock.last_resort(3 * clock.VERIFIED)
            outcome, reason = judged(claims, row)
            print(json.dumps({"claim": row["claim"], "outcome": outcome, "reason": reason}), flush=True)


if __name__ == "__main__":
    main()
