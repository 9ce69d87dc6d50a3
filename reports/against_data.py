"""Claims against measured runs: what `check --data` does."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from theory.language.claims import Claim
from theory.language.errors import BadInput
from theory.language.summaries import summarise
from theory.language.verdicts import Verdict

from .checked import Checked
from .conjectures import examine, remarks
from .ledger import CHECK, Ledger, claim_hash
from .replay import digest

if TYPE_CHECKING:
    from simulate.engine.reading import Reading


def against_data(
    claims: Sequence[Claim],
    data: Path,
    columns: str,
    alpha: float = 1e-3,
    resolution: float = 0.1,
    ledger: Ledger | None = None,
    failures: float | None = None,
    points_only: bool = False,
    reading: Reading | None = None,
    refused: Callable[[Claim, BadInput], None] | None = None,
) -> list[Checked]:
    """Claims against measured trajectories (rule 25): at every point of the grid found in the file, and by one number a run.

    data: .csv or .parquet, a row a generation of a run.  columns: "sigma=std,t=generation,n=sample_size,run=run_id".
    alpha: of each claim, over the whole grid.  resolution: of a point that is not refuted and to count as supported.
    failures: the share of runs that may have failed at a point that is decided; their values are empty in the file.
    points_only: the points share all of alpha, and nothing is told under assumptions.  reading: which rows are read, and what
    may be assumed of observables.  refused: told of a claim that needs something that is not mapped, while the others are
    decided; without it, and where that is so of every claim, the first one is an error.
    Raises `BadInput` for a file or columns that cannot be worked with.
    """
    from simulate.engine.data import Check
    from simulate.engine.mapping import mapped
    from simulate.engine.reading import Reading
    from simulate.engine.sources import parse_map

    start = time.monotonic()
    for c in claims:
        examine(c)
    reading = reading or Reading()
    rows, bounds = mapped(claims, data, parse_map(columns), failures is not None, reading), reading.limits
    checks, problems = [], []
    for c in claims:
        try:
            checks.append(Check(c, rows, alpha, resolution, failures, bounds, points_only))
        except BadInput as problem:
            problems.append((c, problem))
    for c, problem in problems:
        if refused is None or not checks:
            raise problem
        refused(c, problem)
    found = [f for check in checks for f in check.findings()]
    claims = [check.claim for check in checks]
    strange = [] if points_only else [*rows.strange(), *rows.copied]
    kept: dict[str, Any] = {"data": str(data.resolve()), "sha256": digest(data), "map": columns} if ledger else {}
    kept |= {"reading": reading.text()} if ledger else {}
    out = []
    for c in claims:
        mine = [replace(f, file=c.file or "") for f in found if f.claim == c.id]
        if ledger:
            mine = [ledger.add(replace(f, hash=claim_hash(c, ()) + CHECK, **kept)) for f in mine]
        refuted = [f for f in mine if f.verdict == Verdict.REFUTED]
        worst = max(refuted, key=lambda f: min(abs(x) for x in f.margin or (0.0, 0.0)), default=None)
        seconds = (time.monotonic() - start) / len(claims)
        summary = summarise(c.statement, c.corrected, mine)
        doubt = [summary.doubt] if any(f.doubt for f in mine) and summary.doubt else []
        out.append(Checked(c, summary, worst, None, 0, seconds, [*remarks(c), *doubt, *strange]))
    return out
