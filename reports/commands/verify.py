"""`verify`: the suite, on the catalogue or on a file of the user's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from ..formats import WRITTEN
from .check import Asked, run_check, tell_own
from .claims import files_in, summaries_of
from .options import (
    DISK,
    INTERRUPTED,
    LOST,
    JsonFile,
    LedgerFile,
    Patterns,
    Seed,
    Stop,
    Workers,
    check_effort,
    count,
    json_to,
    workers_of,
)
from .progress import Progress
from .results import draw, print_table, report_to, tell_verified, write_reports

if TYPE_CHECKING:
    from theory.language.claims import Claim

    from ..ledger import Ledger
    from ..run import Settings


def verify(
    patterns: Patterns = None,
    seed: Seed = 0,
    workers: Workers = "",
    seconds: Annotated[
        float | None,
        Option(
            metavar="S",
            show_default="3; for your own file 40, as with `check`",
            help="A claim's share of simulation, in core-seconds.",
        ),
    ] = None,
    resolution: Annotated[
        float | None,
        Option(
            metavar="R",
            show_default="0.01; for your own file as `check` chooses",
            help="The relative violation that has to be visible.",
        ),
    ] = None,
    alpha: Annotated[float, Option(metavar="A", help="Error probability of all refutations together.")] = 1e-6,
    twins: Annotated[
        bool, Option("--twins", help="Judge every claim's false twins too, and tell which are caught.")
    ] = False,
    out: Annotated[
        Path | None,
        Option(metavar="DIR", show_default=False, help=f"Write {WRITTEN} and figures/ into DIR."),
    ] = None,
    json: JsonFile = "",
    fresh: Annotated[bool, Option("--fresh", help="Run again what is settled in the ledger.")] = False,
    ledger: LedgerFile = None,
) -> int:
    """Decide claims by proof, balls and simulation.

    Settled claims come from the ledger unless they, the engine or the options have changed. Progress goes to
    standard error, the table to standard output. Claims of your own file or folder are decided as `check` decides them.
    """
    pool = workers_of(workers)
    check_effort(3.0 if seconds is None else seconds, resolution, alpha)
    report_to(out, ledger)
    json_to(json, ledger, *files_in(patterns))

    from theory.families import catalogue

    from .. import own, suite

    if (file := own.place(patterns or ())) is not None:
        asked = Asked(
            file.file, 40.0 if seconds is None else seconds, resolution, alpha, seed, pool, twins, not fresh, file.claim
        )
        result = run_check(asked, ledger, table=True)
        return tell_own(asked, result, out, json, ledger, table=True)
    seconds, resolution = 3.0 if seconds is None else seconds, 0.01 if resolution is None else resolution
    settings = suite.Settings(seed, pool, seconds, resolution, alpha, twins, fresh)
    return _verify_claims(catalogue(*patterns or ()), settings, out, json, ledger)


def _verify_claims(
    claims: Sequence[Claim], settings: Settings, out: Path | None, json: str, ledger: Path | None
) -> int:
    """The suite on these claims, told of and written; the exit status."""
    from simulate.engine.workers import WorkersLost

    from .. import suite
    from ..ledger import Ledger, LedgerError, key

    figures = None
    if out is not None:
        (out / "figures").mkdir(parents=True, exist_ok=True)
        from ..trajectories import plan

        figures = cache(partial(plan, claims))
    with Ledger(ledger) as book:
        try:
            with Progress(len(claims), f"{book.path}") as progress:
                found = suite.verify(
                    claims,
                    settings.seed,
                    settings.workers,
                    settings.seconds,
                    settings.resolution,
                    settings.alpha,
                    book,
                    settings.fresh,
                    settings.twins,
                    progress=progress,
                    figures=figures,
                )
            drawn = [] if out is None or figures is None else draw(figures(), out / "figures", found, book)
            found.meta["decided"] = book.decided(map(key, claims))
            maps = {} if out is None else book.maps(claims)
        except (KeyboardInterrupt, WorkersLost, LedgerError) as end:
            if isinstance(end, LedgerError) and book.gone:
                raise
            raise _stopped(end, claims, suite.Hashes(claims, settings), book, json != "-") from None
    tell_verified(found, json, settings.twins, book)
    if out is not None:
        write_reports(out, found, drawn, maps, book)
    return found.status


def _stopped(end: BaseException, claims: Sequence[Claim], hashes: Mapping[str, str], book: Ledger, table: bool) -> Stop:
    """What is told where a run ends before its time; `table`: of what is settled, too."""
    from ..ledger import LedgerError

    failed = isinstance(end, LedgerError)
    try:
        kept = summaries_of((c, book.findings(c.id, hashes[c.id]) or []) for c in claims)
    except LedgerError:
        raise end from None
    if kept and table:
        print_table(kept)
    told = f"the ledger failed: {end}" if failed else str(end) or "interrupted"
    return Stop(
        f"{told}: {len(kept)} of {count(claims, 'claim')} settled; that, and what was found of the others, is kept in "
        f"{book.path}: the next `selfconsuming verify` goes on from there",
        INTERRUPTED if isinstance(end, KeyboardInterrupt) else DISK if failed else LOST,
    )
