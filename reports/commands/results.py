"""What a run of claims leaves: tables, JSON, reports in every format, figures."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import streams
from ..formats import FORMATS, Asked
from .options import file_to, need, say, write, written

if TYPE_CHECKING:
    from theory.language.summaries import Summary

    from ..figures import Trajectory
    from ..ledger import Ledger
    from ..suite import Findings
    from ..trajectories import FigurePlans

Maps = Mapping[str, Mapping[str, Any]]  # by claim, as `Ledger.maps` has them


def report_to(out: Path | None, ledger: Path | None) -> None:
    """Refuse a folder for reports that cannot be, before anything is run."""
    if out is None:
        return
    need(out.is_dir() or not out.exists(), f"--out {out} is a file; it must be a folder, or a new name")
    for f in FORMATS:
        file_to("--out", out / f.file, ledger)


def write_reports(out: Path, found: Findings, drawn: Sequence[Trajectory], maps: Maps, book: Ledger) -> None:
    """A report in every format, beside the figures; `maps`: of the claims that have one."""
    asked = Asked(None, True, {t.claim: t for t in drawn}, maps)
    for f in FORMATS:
        write(out / f.file, f.write(found, asked), book)
    say(f"report and figures are in {out}")


def tell_verified(found: Findings, json: str, twins: bool, book: Ledger) -> None:
    """The table, and JSON beside it or in its place."""
    if json == "-":
        streams.show_json(found.to_json())
        return
    print_table(found.summaries)
    if twins:
        print_twins(found.summaries)
    if json:
        write(Path(json), found.to_json(), book)


def draw(figures: FigurePlans, folder: Path, found: Findings, book: Ledger) -> list[Trajectory]:
    """Draw the figures of claims, and keep what they show, or why there is none."""
    from ..figures import Trajectory
    from ..ledger import key

    if figures.runner is None:
        return []
    with written(folder, book):
        drawn = figures.write(figures.runner, folder)
    drawn += [Trajectory(c, "", words=reason) for c, reason in figures.reasons.items()]
    for t in drawn:
        book.keep(t, found[t.claim].findings[0].hash, key(found.claims[t.claim]))
    return drawn


def print_table(summaries: Sequence[Summary]) -> None:
    """The table on a terminal, a line a claim in a pipe; then the footer."""
    from ..tables import footer, plain, terminal

    if sys.stdout.isatty():
        console = streams.screen()
        console.print(terminal(summaries, console.width))
    else:
        streams.show(plain(summaries))
    streams.tell(footer(summaries))


def print_twins(summaries: Sequence[Summary]) -> None:
    """The false twins of each claim, and how many are caught."""
    from ..tables import plain_twins, terminal_twins, twins_footer

    if sys.stdout.isatty():
        streams.screen().print(terminal_twins(summaries))
    else:
        streams.show(f"\n{plain_twins(summaries)}")
    streams.tell(twins_footer(summaries))
