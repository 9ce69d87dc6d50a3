"""What commands have in common: their options, what is refused before anything is run, what is told and written."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from .. import streams

if TYPE_CHECKING:
    from ..ledger import Ledger

BAD_INPUT, DISK, INTERNAL, INTERRUPTED, PIPE = 2, 4, 70, 130, 141  # 0, 1 and 3 come from the verdicts, 70 too
MOST_WORKERS = 4096  # threads
LOST = DISK  # the workers of a cluster: like the disk, no fault of a claim, and another run may do

Patterns = Annotated[
    list[str] | None,
    Argument(
        metavar="FAMILY|ID-GLOB|FILE.py[:NAME]",
        help="Families, ids or globs of ids such as 'gaussian-log*'; every claim if none. Or a file, or folder, of your own.",
        show_default=False,
    ),
]

LedgerFile = Annotated[
    Path | None,
    Option(
        "--ledger",
        metavar="FILE",
        show_default=False,
        help="The ledger; by default $SELFCONSUMING_LEDGER or .selfconsuming/ledger.sqlite.",
    ),
]

JsonFile = Annotated[str, Option(metavar="FILE", show_default=False, help="Write JSON; '-' is standard output.")]

Target = Annotated[
    str,
    Argument(metavar="FILE.py[:NAME]|ID", help="A Python file with claims, or the id of a claim of the catalogue."),
]

Seed = Annotated[int, Option(min=0, metavar="N", help="The seed of all simulations.")]

Workers = Annotated[
    str,
    Option(
        metavar="N|tcp://HOST:PORT",
        show_default="number of cores",
        help="Threads that simulate, or the Dask scheduler whose workers do.",
    ),
]


class Stop(Exception):
    """Ends the command: a message for standard error and the exit status."""

    def __init__(self, message: str, status: int = BAD_INPUT):
        super().__init__(message)
        self.status = status


def need(condition: bool, message: str) -> None:
    """Raise `Stop` with the message unless the condition holds."""
    if not condition:
        raise Stop(message)


def check_effort(seconds: float, resolution: float | None = None, alpha: float | None = None) -> None:
    """Raise `Stop` for how long, how fine or how sure no witness can be; None: as the command chooses."""
    from math import isfinite

    need(seconds > 0 and isfinite(seconds), f"--seconds is {seconds:g}; it must be a number above 0")
    for option, x, such in (("--resolution", resolution, "0.01 for 1 %"), ("--alpha", alpha, "1e-6")):
        need(x is None or 0 < x < 1, f"{option} is {x or 0:g}; it must lie between 0 and 1, such as {such}")


def say(message: str) -> None:
    """Tell something on standard error, as what the program says."""
    with suppress(OSError, ValueError):  # a terminal that is gone: the status says the rest
        print(streams.visible(f"selfconsuming: {message}"), file=sys.stderr)


def count(things: Sequence, noun: str) -> str:
    """ "1 claim", "3 claims"."""
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def workers_of(workers: str) -> int | str:
    """What simulates: a number of threads, or the address of a Dask scheduler."""
    if "://" not in workers:
        return _threads(workers)
    from simulate.engine.workers import checked_address

    return checked_address(workers)


def _threads(workers: str) -> int:
    if not workers:
        from simulate.engine.workers import cores

        return cores()
    number = int(workers) if workers.isdecimal() and len(workers) < 10 else 0
    need(1 <= number <= MOST_WORKERS, f"--workers is {workers!r}; it must be an integer, 1 to {MOST_WORKERS}")
    return number


def opened(path: Path | None) -> Ledger | None:
    """The ledger, None if there is none yet."""
    from ..ledger import Ledger, default_path

    path = path or default_path()
    return Ledger(path, create=False) if path.exists() else None


def needed(path: Path | None) -> Ledger:
    """The ledger. Raises `Stop` if there is none yet."""
    from ..ledger import default_path

    if book := opened(path):
        return book
    raise Stop(f"no ledger at {path or default_path()}: run `selfconsuming verify` first, or name one with --ledger")


def json_to(json: str, ledger: Path | None, *inputs: Path | None) -> None:
    """Refuse a file for `--json` that cannot be, before anything is run."""
    if json not in ("", "-"):
        need(Path(json).parent.is_dir(), f"--json {json}: there is no folder {Path(json).parent}")
        file_to("--json", Path(json), ledger, *inputs)


def file_to(option: str, path: Path, ledger: Path | None, *inputs: Path | None) -> None:
    """Refuse to write over a folder, the ledger, its log, or another file that is read."""
    from ..ledger import default_path

    need(not path.is_dir(), f"{option} {path} is a folder; it must be a file")
    book = ledger or default_path()
    for read in (book, f"{book}-wal", f"{book}-shm", *filter(None, inputs)):
        same = os.path.realpath(path) == os.path.realpath(read)
        need(not same, f"{option} {path} would write over {read}: name another file")


def write(path: Path, text: str, book: Ledger | None = None) -> None:
    """Write a text, which ends with the end of a line. Raises `Stop` if the disk fails."""
    with written(path, book):
        path.write_text(streams.visible(text if text.endswith("\n") else text + "\n"), encoding="utf-8")


@contextmanager
def written(path: Path, book: Ledger | None):
    """An error of the disk names the file, and where the findings are all the same."""
    try:
        yield
    except OSError as error:
        kept = f"; nothing is lost, all findings are in {book.path}" if book else ""
        kept += "".join(f"; {note}" for note in getattr(error, "__notes__", ()))
        raise Stop(f"{error.filename or path} cannot be written: {error.strerror or error}{kept}", DISK) from None
