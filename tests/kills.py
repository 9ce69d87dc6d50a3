"""`python kills.py FOLDER KILLS`: runs of the suite that are killed at random moments, and several at once on one ledger.

A program of its own: its imports are done once, it has one thread, and every run is a fork of it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from reports import run, suite
from reports.ledger import Ledger
from theory.families import catalogue
from theory.language.verdicts import Finding, Verdict

CLAIMS = (
    "gaussian-variance-mean-martingale",
    "gaussian-variance-second-moment-fourth",
    "known-mean-variance-loop-shrinks",
    "sampling-bias-lambda-log",
)
SETTINGS = {"seconds": 0.1, "resolution": 0.2, "workers": 2}


def verify(path: Path) -> tuple[suite.Findings, Counter]:
    """A run, and how often it told what: "cached" claims, "deriving" ones."""
    told: Counter = Counter()
    with Ledger(path) as book:
        found = suite.verify(
            catalogue(*CLAIMS),
            ledger=book,
            progress=lambda e: told.update([e.text.split()[0] if e.kind == "stage" else e.kind]),
            **SETTINGS,
        )
    return found, told


def essence(found: suite.Findings) -> list:
    return [replace(f, seconds=0.0, id=None) for f in found.findings]


def forked(path: Path, report: Path | None = None) -> int:
    """The process of a run that has been started. report: a file that it adds a line to, what it derived and simulated."""
    if child := os.fork():
        return child
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _, told = verify(path)
        if report is not None:
            with report.open("a", encoding="utf-8") as file:
                file.write(json.dumps(told) + "\n")
        status = 0
    except KeyboardInterrupt:
        status = 130
    finally:
        os._exit(status)


def rows(path: Path) -> dict[str, list]:
    """All that is in a ledger: read by SQLite alone, after it has checked the file."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        tables = [
            t for (t,) in db.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite%'")
        ]
        return {t: db.execute(f"select * from {t} order by rowid").fetchall() for t in tables}


def once(kept: dict[str, list]) -> None:
    """No finding of a witness at a point stands twice, and no claim is settled twice."""
    points = Counter((claim, hash, witness, number) for _, _, claim, _, witness, number, _, hash, _ in kept["findings"])
    assert set(points.values()) <= {1}, [x for x, count in points.items() if count > 1]
    assert set(Counter(row[2:] for row in kept["settled"]).values()) <= {1}


def together(path: Path, clean: suite.Findings) -> None:
    """Runs on one new ledger at once: each finds all, nothing is lost, nothing is done twice."""
    report = path.with_suffix(".told")
    children = [forked(path, report) for _ in range(3)]
    assert [os.waitpid(c, 0)[1] for c in children] == [0] * 3
    told = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    assert sum(t.get("deriving", 0) for t in told) == len(CLAIMS)
    assert sum(t.get("finding", 0) for t in told) == len(clean.findings)
    once(rows(path))
    assert len(rows(path)["findings"]) == len(clean.findings)
    found, told = verify(path)
    assert essence(found) == essence(clean)
    assert told == {"cached": len(CLAIMS)}


def begun_together(folder: Path) -> None:
    """Processes that make a ledger at the same moment, and write."""
    for attempt in range(10):
        path, start = folder / f"begun-{attempt}.sqlite", time.monotonic() + 0.05
        children = []
        for i in range(8):
            if not (child := os.fork()):
                status = 1
                try:
                    while time.monotonic() < start:
                        pass
                    with Ledger(path) as book:
                        for j in range(5):
                            book.add(Finding(f"c-{i}", "f", "ball", Verdict.SUPPORTED, number=j))
                    status = 0
                finally:
                    os._exit(status)
            children.append(child)
        assert [os.waitpid(c, 0)[1] for c in children] == [0] * 8
        assert len(rows(path)["findings"]) == 40


def killed(folder: Path, clean: suite.Findings, enough: int) -> dict:
    """So many runs that are killed; every fourth time, or when one came through, a whole one that ends what they began."""
    start = time.monotonic()
    os.waitpid(forked(folder / "timed.sqlite"), 0)
    whole = time.monotonic() - start

    moments = random.Random(1)
    kills: Counter = Counter()
    outcomes: Counter = Counter()
    path, ledgers = folder / "0.sqlite", 1
    before: dict[str, list] = {}
    while kills.total() < enough:
        child = forked(path)
        time.sleep(moments.uniform(0, whole))
        how = signal.SIGINT if kills.total() % 4 == 3 else signal.SIGKILL
        os.kill(child, how)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        after = rows(path) if path.exists() else {}
        for table, kept in before.items():
            assert after[table][: len(kept)] == kept, f"{table}: rows of before are gone or changed"
        for row in after.get("findings", []):
            json.loads(row[-1])
        before = after
        outcomes[status] += 1
        if status:
            kills[how.name] += 1
            outcomes["with rows"] += bool(after.get("findings"))
            outcomes["with half a claim"] += len(after.get("halves", [])) % 2
        if not status or kills.total() % 4 == 0:  # the next run, whole, does what is left and no more
            settled, halves = before.get("settled", []), before.get("halves", [])
            found, told = verify(path)
            assert essence(found) == essence(clean)
            once(rows(path))
            assert len(rows(path)["findings"]) == len(clean.findings)
            assert told["cached"] == len(settled)
            assert told["deriving"] == len(CLAIMS) - sum(half == "analytic" for *_, half in halves)
            outcomes["resumed"] += 0 < len(halves) < 2 * len(CLAIMS)
            path, before, ledgers = folder / f"{ledgers}.sqlite", {}, ledgers + 1
    return {"kills": kills, "outcomes": {str(k): v for k, v in outcomes.items()}, "ledgers": ledgers}


def main(folder: Path, enough: int) -> None:
    run.FEW = len(CLAIMS)  # the analytic witnesses too are within the process that is killed
    clean, _ = verify(folder / "clean.sqlite")  # in threads that have ended before the first fork
    report = killed(folder, clean, enough)
    together(folder / "together.sqlite", clean)
    begun_together(folder)
    print(json.dumps(report))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
