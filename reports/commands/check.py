"""`new`, `check`, `ask`: the claims and questions in a file of the user's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from .. import streams
from ..formats import WRITTEN
from .claims import summaries_of
from .options import (
    INTERRUPTED,
    JsonFile,
    LedgerFile,
    Seed,
    Stop,
    Workers,
    check_effort,
    count,
    json_to,
    need,
    needed,
    opened,
    say,
    workers_of,
    write,
)
from .progress import Later
from .results import draw, report_to, tell_verified, write_reports

if TYPE_CHECKING:
    from ..apart import Result
    from ..own import Place

Where = Annotated[
    list[str] | None,
    Option(
        metavar="CONDITION",
        show_default=False,
        help="Rows of the data to read: 'fraction == 0.5 and n < 100'. May be repeated: then all must hold.",
    ),
]

Keep = Annotated[
    str,
    Option(
        metavar="last",
        show_default=False,
        help="Where a resumed run has several rows at one generation, take the last.",
    ),
]

DropMissing = Annotated[bool, Option("--drop-missing", help="Leave out rows that have no value in any mapped column.")]

Bounds = Annotated[
    str, Option(metavar="NAME=LOW:HIGH,...", show_default=False, help="What may be assumed of the data: score=0:1.")
]


def new(file: Annotated[Path, Argument(metavar="FILE.py", help="The file to write; it must not exist yet.")]) -> int:
    """Write a commented conjecture file that runs as it is."""
    from ..conjectures import write_template

    write_template(file)
    streams.show(f"wrote {file}; now: selfconsuming check {file}")
    return 0


def check(
    file: Annotated[
        str, Argument(metavar="FILE.py[:NAME]", help="A Python file with claims; `selfconsuming new` writes one.")
    ],
    claim: Annotated[str, Option(metavar="NAME", show_default="all", help="Only this claim of the file.")] = "",
    plan: Annotated[bool, Option("--plan", help="Only tell what each resolution would cost.")] = False,
    data: Annotated[
        Path | None,
        Option(metavar="RUNS.csv|.parquet", show_default=False, help="Check against measured trajectories instead."),
    ] = None,
    map: Annotated[
        str,
        Option(
            metavar="NAME=COLUMN,...",
            show_default=False,
            help="Columns of the data: sigma=std,t=generation,n=sample_size,run=run_id; a number is a constant; t=step/1000.",
        ),
    ] = "",
    where: Where = None,
    keep: Keep = "",
    drop_missing: DropMissing = False,
    bounds: Bounds = "",
    seed: Seed = 0,
    workers: Workers = "",
    seconds: Annotated[
        float,
        Option(
            metavar="S",
            help="About how long to work on each claim that is hard to decide; loading the file and building a claim "
            "may take 8 s each besides.",
        ),
    ] = 40.0,
    resolution: Annotated[
        float | None,
        Option(
            metavar="R",
            show_default="the finest of 0.0025 to 0.1 affordable",
            help="The relative violation that has to be visible.",
        ),
    ] = None,
    alpha: Annotated[
        float | None,
        Option(
            metavar="A",
            show_default="1e-6; 1e-3 with --data",
            help="Error probability of all refutations; with --data in equal shares over the claims.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        Option(
            metavar="DIR",
            show_default=False,
            help=f"Write {WRITTEN} and figures/ into DIR; with --data a table and a figure.",
        ),
    ] = None,
    json: JsonFile = "",
    ledger: LedgerFile = None,
) -> int:
    """Check the conjectures in a file, or a folder: proof, balls, simulation, and a hunt for the smallest counterexample."""
    pool = workers_of(workers)
    check_effort(seconds, resolution, alpha)
    reading = {"where": " and ".join(where or []), "keep": keep, "drop_missing": drop_missing, "bounds": bounds}
    _check_data(data, map, plan, reading)
    need(out is None or not plan, "--out is for what was checked: --plan does not go with it")
    from .. import own

    at = own.named(file, claim)
    report_to(out, ledger)
    json_to(json, ledger, at.file, data)
    alpha = alpha or (1e-6 if data is None else 1e-3)
    measured = {} if data is None else {"data": str(data), "map": map, "out": str(out or ""), **reading}
    asked = Asked(at.file, seconds, resolution, alpha, seed, pool, claim=at.claim, measured=measured)
    result = run_check(asked, ledger, "plan" if plan else "check" if data is None else "data", json)
    written = out is None or data is not None
    return result.status if written else tell_own(asked, result, out, "", ledger, table=False)


def _check_data(data: Path | None, map: str, plan: bool, others: dict[str, Any]) -> None:
    """Raise `Stop` for options of `check` that do not go with measured runs, or without them."""
    for name, given in others.items():
        need(data is not None or not given, f"--{name.replace('_', '-')} is about measured runs: it goes with --data")
    need(data is not None or not map, "--map says what the columns of --data mean: give both")
    need(data is None or bool(map), "--data needs --map, such as --map sigma=std,t=generation,n=sample_size,run=run_id")
    need(data is None or not plan, "--plan is about simulation: it does not go with --data")


@dataclass(frozen=True)
class Asked:
    """How the claims of a user's file are checked.

    settled: whether those whose last check was this one are left as they are.  measured: of --data, the options by name.
    """

    file: Path
    seconds: float
    resolution: float | None
    alpha: float
    seed: int
    workers: int | str
    twins: bool = False
    settled: bool = False
    claim: str = ""
    measured: Mapping[str, Any] = field(default_factory=dict)


def run_check(asked: Asked, ledger: Path | None, task: str = "check", json: str = "", table: bool = False) -> Result:
    """The claims of a user's file, checked in a process apart; what is done is told, unless a table will tell it."""
    from ..apart import Apart, Job
    from ..ledger import default_path
    from ..records import merged

    path = ledger or default_path()
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(path.parent / ".hypothesis"))
    options = {
        "resolution": asked.resolution,
        "alpha": asked.alpha,
        "seed": asked.seed,
        "workers": asked.workers,
        "twins": asked.twins,
        "settled": asked.settled,
        "run": os.urandom(4).hex(),
        **asked.measured,
    }
    job = Job(task, str(asked.file), asked.claim or None, asked.seconds, options, str(path.absolute()))
    told = Later(f"{path}", silent=task == "plan")
    apart = Apart(job, told, say, told.begin)
    result = apart.result
    try:
        with told:
            apart.run()
    except KeyboardInterrupt:
        again = "the next run goes on from there" if table else "the same command begins again, --claim NAME checks one"
        raise Stop(
            f"interrupted: {len(result.texts)} of {count(result.claims, 'claim')} checked, what was found is kept in {path}; "
            + again,
            INTERRUPTED,
        ) from None
    finally:  # what is done is told, whatever ended it
        if json == "-" and result.claims:
            streams.show_json(merged(result.tables, result.refused))
        elif result.texts and not table:
            streams.tell(("\n" if task == "plan" else "\n\n").join(result.texts))
    if json not in ("", "-") and result.claims:
        write(Path(json), merged(result.tables, result.refused), opened(path))
    return result


def tell_own(asked: Asked, result: Result, out: Path | None, json: str, ledger: Path | None, table: bool) -> int:
    """What was found of the claims of a user's file, as of a family: table, JSON, reports and figures; the exit status."""
    from simulate.engine.blocks import Runner

    from .. import own
    from ..ledger import key
    from ..suite import Findings

    done = {row["claim"] for part in result.tables for row in part["claims"]}
    if not done:
        return result.status
    claims = own.read(own.Place(asked.file), _silently, lambda c: c.id in done)
    claims = [c for c in claims if c.id in done]  # the others have been told of
    with needed(ledger) as book, streams.apart():
        summaries = summaries_of((c, book.last(key(c))) for c in claims)
        meta = {"seed": asked.seed, "seconds": asked.seconds, "alpha": asked.alpha}
        meta |= {"decided": book.decided(map(key, claims))}
        meta |= {"resolution": asked.resolution} if asked.resolution else {}
        meta |= {"refused": result.refused} if result.refused else {}
        found = Findings(summaries, {c.id: c for c in claims}, meta)
        if out is not None:
            (out / "figures").mkdir(parents=True, exist_ok=True)
            figures = own.figures(claims)
            with Runner(asked.seed, asked.workers) as runner:
                figures.pilot(runner)
                drawn = draw(figures, out / "figures", found, book)
            write_reports(out, found, drawn, book.maps(claims), book)
    if table:
        tell_verified(found, json, asked.twins, book)
    return result.status


def _silently(message: str) -> None:
    """Of what has been told before."""


def ask(
    file: Annotated[str, Argument(metavar="FILE.py[:NAME]", help="A Python file with claims, or questions, in it.")],
    claim: Annotated[str, Option(metavar="NAME", show_default="all", help="Only this one of the file.")] = "",
    seed: Seed = 0,
    workers: Workers = "",
    seconds: Annotated[float, Option(metavar="S", help="About how long to simulate each.")] = 3.0,
) -> int:
    """Tell what is known of numbers: the derived form, a ball and a simulated mean at a few points.

    A question is a function under `@claim` that returns a number, such as `E(loop.sigma(t))`. Of a claim both sides are told.
    """
    pool = workers_of(workers)
    check_effort(seconds)

    from .. import own

    return shown("ask", own.named(file, claim), seconds, {"seed": seed, "workers": pool})


def shown(task: str, at: Place, seconds: float, options: dict[str, Any]) -> int:
    """Do something with the claims of a user's file in a process apart, and show what is told of them; the exit status."""
    from ..apart import Apart, Job

    apart = Apart(Job(task, str(at.file), at.claim or None, seconds, options), refused=say)
    try:
        apart.run()
    finally:
        if apart.result.texts:
            streams.tell("\n".join(apart.result.texts))
    return apart.result.status
