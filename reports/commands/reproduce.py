"""`reproduce`: one finding, again, bit for bit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from .. import streams
from ..witnesses import Files, witness
from .claims import claim_called, has_changed
from .options import LedgerFile, Stop, needed

if TYPE_CHECKING:
    from theory.language.claims import Claim
    from theory.language.verdicts import Finding


def reproduce(
    finding: Annotated[int, Argument(metavar="FINDING", help="The number of a finding; `show` prints them.")],
    file: Annotated[
        Path | None,
        Option(metavar="FILE.py", show_default=False, help="The file of the claim, where it is one of your own."),
    ] = None,
    data: Annotated[
        Path | None,
        Option(metavar="RUNS.csv|.parquet", show_default=False, help="The measured runs that the finding is about."),
    ] = None,
    ledger: LedgerFile = None,
) -> int:
    """Replay one finding, bit for bit.

    It is compared with the ledger; the exit status is 0 if all is identical and 1 if anything differs. A file is loaded
    only if it is named here, whatever the ledger says: a ledger may come from somebody else, and loading a file runs it.
    """
    from json import dumps

    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from ..replay import refuses

    book = needed(ledger)
    old = book.get(finding)
    if old is None:
        raise Stop(f"{book.path} has no finding {finding}; `selfconsuming show ID` prints the numbers")
    if refused := refuses(old):
        raise Stop(refused)
    _needs_files(old, file, data)
    with streams.apart():  # a user's file may print
        claim = _claim_of(old, file)
        if has_changed(claim, [old, *(book.findings(old.claim, old.hash) or [])]):
            raise Stop(
                f"{claim.id}, the engine or its libraries have changed since finding {finding}, so it cannot be "
                f"replayed: run `selfconsuming {f'check {file}' if file else f'verify {claim.id}'}`"
            )
        new = witness(old.witness).again(claim, old, Files(file, data))
    if new is None:
        raise Stop(f"finding {finding}: the {old.witness} witness says nothing of point {old.number} any more", 1)
    at = ", ".join(f"{k} = {v}" for k, v in (old.point or {}).items()) or "the whole domain"
    table = Table("", f"finding {finding}", "replay", box=SIMPLE_HEAD, pad_edge=False)
    different = []
    for name in (
        "point",
        "verdict",
        "lhs",
        "rhs",
        "margin",
        "resolution",
        "guarantee",
        "scale",
        "method",
        "certificate",
        "replicates",
        "blocks",
        "batches",
        "error",
        "note",
    ):
        a, b = getattr(old, name), getattr(new, name)
        if dumps(a) != dumps(b):  # every digit, and nan is itself
            different.append(name)
        if a or b or name == "verdict":
            shown = ("\n".join(map(str, x)) if isinstance(x, tuple) else str(x) for x in (a, b))
            table.add_row(*map(Text, (name, *shown)))
    console = streams.screen(highlight=False, markup=False)
    console.print(f"{claim.id}, {old.witness}, {at}", soft_wrap=True)
    console.print(table)
    console.print(f"differs: {', '.join(different)}" if different else "identical", soft_wrap=True)
    return 1 if different else 0


def _needs_files(f: Finding, file: Path | None, data: Path | None) -> None:
    """Raise `Stop` unless the user has named the files that a finding is about, and no others."""
    from ..wording import again

    for option, wanted, given, what in (
        ("--file", f.file, file, "a claim of"),
        ("--data", f.data, data, "the measured runs in"),
    ):
        if wanted and given is None:
            raise Stop(
                f"finding {f.id} is about {what} {wanted}, and no file is loaded because a ledger names it: if that file is "
                f"yours, name it, `{again(f)}`"
            )
        if given is not None and not wanted:
            raise Stop(f"finding {f.id} is about no such file: leave {option} out")


def _claim_of(f: Finding, file: Path | None) -> Claim:
    """The claim of a finding: of the catalogue, or of the file that the user has named."""
    from ..conjectures import load

    return load(file, f.claim)[0] if file else claim_called(f.claim)
