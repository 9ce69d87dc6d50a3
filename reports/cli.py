"""The command `selfconsuming`. Whatever is slow to import is imported inside the commands."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

from . import interpreter, streams
from .formats import FORMATS, LISTED, MARKDOWN, WRITTEN, Asked, Named, by_suffix, named
from .suffixes import FIGURES
from .witnesses import DERIVATION, SIMULATION, Files, witness

if TYPE_CHECKING:
    from rich.table import Table

    from theory.language.claims import Claim
    from theory.language.verdicts import Finding, Summary

    from .apart import Result
    from .figures import Trajectory
    from .formats import Format
    from .ledger import Ledger
    from .own import Place
    from .run import Event, Settings
    from .suite import Findings
    from .trajectories import FigurePlans

BAD_INPUT, DISK, INTERNAL, INTERRUPTED, PIPE = 2, 4, 70, 130, 141  # 0, 1 and 3 come from the verdicts, 70 too
LOST = DISK  # the workers of a cluster: like the disk, no fault of a claim, and another run may do


class Stop(Exception):
    """Ends the command: a message for standard error and the exit status."""

    def __init__(self, message: str, status: int = BAD_INPUT):
        super().__init__(message)
        self.status = status


NEXT = """\
Theorems about generative models that are retrained on their own output, decided. Try:
  selfconsuming verify gaussian                    the claims of a family, a minute or so; of all without the name
  selfconsuming show gaussian-sigma-mean-c4        all of one claim; `selfconsuming list` names them
  selfconsuming new mine.py                        a conjecture of your own, for `selfconsuming check mine.py`
  selfconsuming --help                             all commands; their options: selfconsuming verify --help"""
MOST_PANELS = 9

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

Along = Annotated[
    str,
    Option("--x", metavar="NAME[=LO..HI]", show_default=False, help="Of a figure: the variable to draw along."),
]
At = Annotated[
    str,
    Option(metavar="NAME=VALUE,...", show_default=False, help="Of a figure: values of the other variables."),
]
Scale = Annotated[
    str,
    Option(metavar="x=log,y=linear", show_default=False, help="Of a figure: which axes are logarithmic."),
]
OfVerdict = Annotated[
    str,
    Option(
        metavar="V,V,...",
        show_default=False,
        help="Only claims of these verdicts: proved, supported, refuted, undecided, surprise.",
    ),
]
JsonFile = Annotated[str, Option(metavar="FILE", show_default=False, help="Write JSON; '-' is standard output.")]
Where = Annotated[
    list[str] | None,
    Option(
        metavar="CONDITION",
        show_default=False,
        help="Rows of the data to read: 'fraction == 0.5 and n < 100'. Of several all hold.",
    ),
]
Keep = Annotated[
    str, Option(metavar="last", show_default=False, help="Of a resumed run's rows at one generation, the last.")
]
DropMissing = Annotated[
    bool, Option("--drop-missing", help="Leave out rows of the data without any value of what is mapped.")
]
Bounds = Annotated[
    str, Option(metavar="NAME=LOW:HIGH,...", show_default=False, help="What may be assumed of the data: score=0:1.")
]
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

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback(invoke_without_command=True)
def selfconsuming(
    context: typer.Context,
    version: Annotated[bool, Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Check theorems about generative models that are retrained on their own output.

    Exit status: 0 every claim came out as declared; 1 a surprise; 2 bad input; 3 no surprise, but an undecided claim;
    4 the ledger, the disk or the cluster failed; 70 an error of the program; 130 interrupted.
    """
    if version:
        print(f"selfconsuming {_version()}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(NEXT)
        raise typer.Exit(BAD_INPUT)


@app.command()
def verify(
    patterns: Patterns = None,
    seed: Seed = 0,
    workers: Workers = "",
    seconds: Annotated[
        float | None,
        Option(
            metavar="S",
            show_default="3; of your own file 40, as of `check`",
            help="A claim's share of simulation, in core-seconds.",
        ),
    ] = None,
    resolution: Annotated[
        float | None,
        Option(
            metavar="R",
            show_default="0.01; of your own file as `check` chooses",
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

    Settled claims come from the ledger unless they, the engine or the options have changed. Progress is told on
    standard error, the table on standard output. Of your own file, or folder of files, the claims are decided as by `check`.
    """
    pool = _workers(workers)
    _check_effort(3.0 if seconds is None else seconds, resolution, alpha)
    _report_to(out, ledger)
    _json_to(json, ledger, *_files_in(patterns))

    from theory.families import catalogue

    from . import own, suite

    if (file := own.place(patterns or ())) is not None:
        asked = _Asked(
            file.file, 40.0 if seconds is None else seconds, resolution, alpha, seed, pool, twins, not fresh, file.claim
        )
        result = _run_check(asked, ledger, table=True)
        return _tell_own(asked, result, out, json, ledger, table=True)
    seconds, resolution = 3.0 if seconds is None else seconds, 0.01 if resolution is None else resolution
    settings = suite.Settings(seed, pool, seconds, resolution, alpha, twins, fresh)
    return _verify_claims(catalogue(*patterns or ()), settings, out, json, ledger)


def _verify_claims(
    claims: Sequence[Claim], settings: Settings, out: Path | None, json: str, ledger: Path | None
) -> int:
    """The suite on these claims, told of and written; the exit status."""
    from simulate.engine.workers import WorkersLost

    from . import suite
    from .ledger import Ledger, LedgerError, key

    figures = None
    if out is not None:
        (out / "figures").mkdir(parents=True, exist_ok=True)
        from .trajectories import plan

        figures = plan(claims)
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
            drawn = [] if out is None or figures is None else _draw(figures, out / "figures", found, book)
            found.meta["decided"] = book.decided(map(key, claims))
        except (KeyboardInterrupt, WorkersLost, LedgerError) as end:
            if isinstance(end, LedgerError) and book.gone:
                raise
            raise _stopped(end, claims, suite.Hashes(claims, settings), book, json != "-") from None
    _tell_verified(found, json, settings.twins, book)
    if out is not None:
        _write_reports(out, found, drawn, book)
    return found.status


def _report_to(out: Path | None, ledger: Path | None) -> None:
    """Refuse a folder for reports that cannot be, before anything is run."""
    if out is None:
        return
    _need(out.is_dir() or not out.exists(), f"--out {out} is a file; it must be a folder, or a new name")
    for f in FORMATS:
        _file_to("--out", out / f.file, ledger)


def _write_reports(out: Path, found: Findings, drawn: Sequence[Trajectory], book: Ledger) -> None:
    """A report in every format, beside the figures."""
    for f in FORMATS:
        _write(out / f.file, f.write(found, Asked(None, True, {t.claim: t for t in drawn})), book)
    _tell(f"report and figures are in {out}")


def _tell_verified(found: Findings, json: str, twins: bool, book: Ledger) -> None:
    """The table, and JSON beside it or in its place."""
    if json == "-":
        streams.show_json(found.to_json())
        return
    _print_table(found.summaries)
    if twins:
        _print_twins(found.summaries)
    if json:
        _write(Path(json), found.to_json(), book)


def _draw(figures: FigurePlans, folder: Path, found: Findings, book: Ledger) -> list[Trajectory]:
    """Draw the figures of claims, and keep what they show, or why there is none."""
    from .figures import Trajectory
    from .ledger import key

    if figures.runner is None:
        return []
    with _written(folder, book):
        drawn = figures.write(figures.runner, folder)
    drawn += [Trajectory(c, "", words=reason) for c, reason in figures.reasons.items()]
    for t in drawn:
        book.keep(t, found[t.claim].findings[0].hash, key(found.claims[t.claim]))
    return drawn


def _stopped(end: BaseException, claims: Sequence[Claim], hashes: Mapping[str, str], book: Ledger, table: bool) -> Stop:
    """What is told where a run ends before its time; `table`: of what is settled, too."""
    from .ledger import LedgerError

    failed = isinstance(end, LedgerError)
    try:
        kept = _summaries((c, book.findings(c.id, hashes[c.id]) or []) for c in claims)
    except LedgerError:
        raise end from None
    if kept and table:
        _print_table(kept)
    told = f"the ledger failed: {end}" if failed else str(end) or "interrupted"
    return Stop(
        f"{told}: {len(kept)} of {_count(claims, 'claim')} settled; that, and what was found of the others, is kept in "
        f"{book.path}: the next `selfconsuming verify` goes on from there",
        INTERRUPTED if isinstance(end, KeyboardInterrupt) else DISK if failed else LOST,
    )


@app.command("list")
def list_(
    patterns: Patterns = None,
    json: Annotated[bool, Option("--json", help="Print a JSON list instead of a table.")] = False,
) -> int:
    """List the claims of the catalogue, or of your own file."""
    claims, status = _claims(patterns)
    if json:
        from json import dumps

        streams.show_json(dumps([_entry(c) for c in claims], indent=1, ensure_ascii=False))
    elif sys.stdout.isatty():
        from rich.box import SIMPLE_HEAD
        from rich.table import Table
        from rich.text import Text

        from .tables import fold, id_width

        console = streams.screen()
        space = id_width([c.id for c in claims], console.width)
        for family in dict.fromkeys(c.family for c in claims):
            table = Table(title=family, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, title_style="bold")
            table.add_column("claim", width=space, no_wrap=True)
            table.add_column("statement")
            table.add_column("declared")
            for c in claims:
                if c.family == family:
                    table.add_row(*map(Text, (fold(c.id, space), c.statement, c.expected)))
            console.print(table)
    else:
        width = max(len(c.id) for c in claims)
        for c in claims:
            streams.show(f"{c.id:{width}}  {c.expected:5}  {c.statement}")
    return status


@app.command()
def show(
    claim: Annotated[
        str, Argument(metavar="ID|FILE.py[:NAME]", help="The id of a claim, or your own file: all claims in it.")
    ],
    evidence: Annotated[bool, Option("--evidence", help="Every finding, with what repeats it bit for bit.")] = False,
    ledger: LedgerFile = None,
) -> int:
    """Tell what is known of one claim, or of those in a file.

    Statement, verdict, gap, numbers at one point, formula, domain, loop and proof; with `--evidence` every finding.
    """
    from . import own
    from .ledger import key

    file = own.place([claim])
    claims, status = ([_claim(claim)], 0) if file is None else _claims([claim])
    book = _open(ledger)
    for i, c in enumerate(claims):
        if i:
            streams.show("")
        decides, place = (f"verify {c.id}", c.id) if file is None else (f"check {file}", str(file))
        _show(c, book.last(key(c)) if book else [], decides, "" if evidence else place)
    return status


def _show(c: Claim, findings: Sequence[Finding], decides: str, place: str) -> None:
    """One claim.  decides: the command that does.  place: what shows its findings; "" where they are shown."""
    from shlex import quote
    from textwrap import wrap

    from .wording import twins_line

    console = streams.screen(highlight=False, markup=False)
    summary = next(iter(_summaries([(c, findings)])), None)
    _print_claim(c, summary)
    if summary is None:
        console.print(f"\nnot run yet: selfconsuming {decides}", soft_wrap=True)
        return
    if _changed(c, findings):
        console.print(f"\nThe claim, the engine or its libraries have changed since: selfconsuming {decides}")
    console.print()
    if place:
        again = f"selfconsuming show {quote(place)} --evidence"
        console.print(f"evidence    {len(findings)} findings: {again}", soft_wrap=True)
    else:
        console.print(_findings_table(findings))
        named = f" --file {quote(c.file)}" if c.file else ""
        console.print(f"replay one, bit for bit: selfconsuming reproduce FINDING{named}", soft_wrap=True)
    if any(f.twins for f in findings):
        console.print(f"false twins {twins_line(summary)}", soft_wrap=True)
    for f in findings:
        if f.witness == DERIVATION.name and f.certificate:
            by = f", by {f.method}" if f.method else ""
            console.print(f"\n{f.witness}: {f.verdict}{by}", soft_wrap=True)
            for piece in (p for step in f.certificate for p in wrap(step, max(console.width - 2, 40)) or [""]):
                console.print(f"  {piece}", soft_wrap=True)


@app.command()
def report(
    patterns: Patterns = None,
    format: Annotated[
        Named | None, Option(show_default="by PATH's suffix, else md", help=f"What to write: {LISTED}.")
    ] = None,
    out: Annotated[Path | None, Option(metavar="PATH", show_default="standard output", help="Where to write.")] = None,
    paper: Annotated[
        str,
        Option(
            metavar="ARXIV-ID",
            show_default=False,
            help="Only claims of this paper, by number or address; in Markdown a page on its statements.",
        ),
    ] = "",
    findings: Annotated[
        bool,
        Option("--findings", help="A page, in Markdown, of what is quoted and false, loose, or needs a hypothesis."),
    ] = False,
    verdict: OfVerdict = "",
    columns: Annotated[
        str,
        Option(
            metavar="NAME,NAME,...",
            show_default=False,
            help="One table of these columns, such as claim,verdict,resolution,margin,guarantee.",
        ),
    ] = "",
    standalone: Annotated[
        bool, Option("--standalone", help="LaTeX: a document that compiles as it is, not a table for \\input.")
    ] = False,
    x: Along = "",
    at: At = "",
    scale: Scale = "",
    ledger: LedgerFile = None,
) -> int:
    """Write a report from the ledger.

    It tells the last findings of every claim; nothing is run. If PATH is a figure's (.png, .svg, .pdf), the claims are
    drawn side by side instead, in the order in which they are named, their bands simulated for it.
    """
    from .columns import chosen
    from .ledger import key

    if out:
        _file_to("--out", out, ledger, *_files_in(patterns))
    others = {"--paper": paper, "--verdict": verdict, "--columns": columns, "--standalone": standalone}
    look = {"--x": x, "--at": at, "--scale": scale}
    if out and out.suffix.lower() in FIGURES:
        return _report_figure(patterns, out, look, others | {"--findings": findings, "--format": format})
    for option in (name for name, given in look.items() if given):
        raise Stop(f"{option} is for a figure: --out PATH with one of {', '.join(FIGURES)}")
    as_format = named(format) if format else by_suffix(out)
    _check_format(as_format, findings, others)
    names = chosen(columns) if columns else None
    known = _open(ledger)
    claims, status = _claims(patterns, lambda c: bool(known and known.last(key(c))))
    _need(not findings or not any(c.file for c in claims), "--findings is about what papers say: it goes with no file")
    if paper:
        from .citing import arxiv
        from .papers import of_paper

        paper, version = arxiv(paper)
        claims = of_paper(paper, claims)
        if version:
            _tell(f"{version} is asked for; statements are those commonly quoted, of no version in particular")
    book = known or _needed(ledger)
    found = _reported(book, claims, verdict)
    if findings:
        from .findings import page

        text = page(found.summaries, found.claims)
    elif paper and as_format.paper and not names:
        text = as_format.paper(paper, found.summaries, found.claims, found.meta["decided"]) + (
            _gaps(found, paper, out) if out else ""
        )
    else:
        text = as_format.write(found, Asked(names, standalone, _kept_figures(book, found) if as_format.figures else {}))
    if out:
        _write(out, text)
    else:
        as_format.show(text.removesuffix("\n"))
    return status


def _report_figure(
    patterns: Sequence[str] | None, out: Path, look: Mapping[str, str], others: Mapping[str, object]
) -> int:
    """The claims side by side in one figure.  others: options that do not go with it."""
    from . import own

    for option in (name for name, given in others.items() if given):
        raise Stop(f"{out} is a figure: leave {option} out")
    own.place(patterns or ())  # refuses a file beside families
    listed = [_claims([p] if p else ()) for p in patterns or [None]]
    _panels([c for claims, _ in listed for c in claims], out, look["--x"], look["--at"], look["--scale"])
    return max(status for _, status in listed)


def _check_format(as_format: Format, findings: bool, others: Mapping[str, object]) -> None:
    """Raise `Stop` for options of `report` that do not go with a format, or with the page of all papers."""
    _need(
        as_format.columns or not others["--columns"],
        f"the {as_format.words} has its own columns: leave --columns out",
    )
    whole = " or ".join(f.name for f in FORMATS if f.standalone)
    _need(as_format.standalone or not others["--standalone"], f"--standalone is for --format {whole}")
    _need(
        not findings or (as_format is MARKDOWN and not any(others.values())),
        "--findings is one page of all papers, in Markdown: no other option goes with it",
    )


def _kept_figures(book: Ledger, found: Findings) -> dict[str, Trajectory]:
    """What the figures of claims showed when they were drawn, where they were."""
    from .ledger import key

    kept = {s.claim: book.trajectory(key(found.claims[s.claim]), s.findings[0].hash) for s in found}
    return {claim: shown for claim, shown in kept.items() if shown}


def _reported(book: Ledger, claims: Sequence[Claim], verdict: str) -> Findings:
    """The last findings of these claims, those of these verdicts; what is missing, or has changed, is told."""
    from .columns import of_verdict
    from .ledger import key
    from .suite import Findings

    last = {c.id: book.last(key(c)) for c in claims}
    summaries = _summaries((c, last[c.id]) for c in claims)
    _need(bool(summaries), f"{book.path} has no findings of these claims: run `selfconsuming verify` first")
    if missing := sum(not fs for fs in last.values()):
        _tell(f"{missing} of {_count(claims, 'claim')} have not been run and are not in the report")
    if changed := [c for c in claims if _changed(c, last[c.id])]:
        _tell(f"{_count(changed, 'claim')} changed since; `selfconsuming verify` brings the ledger up to date")
    if verdict:
        summaries = of_verdict(summaries, verdict)
        _need(bool(summaries), f"no claim of these in {book.path} is {verdict.replace(',', ' or ')}")
        kept = {s.claim for s in summaries}
        claims, changed = ([c for c in some if c.id in kept] for some in (claims, changed))
    meta = {"ledger": str(book.path), "changed": [c.id for c in changed], "decided": book.decided(map(key, claims))}
    return Findings(summaries, {c.id: c for c in claims}, meta)


def _gaps(found: Findings, paper: str, out: Path) -> str:
    """The figure of the gaps of a paper's bounds, beside its page; the line that shows it there."""
    from .figures import gaps
    from .papers import is_own

    published = {c.id for c in found.claims.values() if is_own(c, paper)}
    title = f"arXiv {paper}: how far bounds are from the truth"
    drawn = gaps(found.summaries, out.with_suffix(".png"), published, title)
    return f"\n![gaps]({drawn.name})\n" if drawn else ""


def _panels(claims: list[Claim], out: Path, x: str, at: str, scale: str) -> None:
    """Claims side by side in one figure.  x, at, scale: what is to be seen of them, as it stands on the command line."""
    from simulate.engine.blocks import Runner

    from .figures import Scales, beside
    from .trajectories import Chosen, plan

    _need(len(claims) <= MOST_PANELS, f"{len(claims)} claims are too many for one figure; name up to {MOST_PANELS}")
    scales = _named_values("--scale", scale, "x=log,y=linear")
    for axis, kind in scales.items():
        _need(axis in ("x", "y"), f"--scale names {axis!r}; there are x and y")
        _need(kind in ("log", "linear"), f"--scale {axis}={kind}: expected log or linear")
    name, given, ends = x.partition("=")
    low, dots, high = ends.partition("..")
    _need(not x or bool(name and (not given or dots)), f"--x is {x!r}; expected NAME or NAME=LO..HI, such as n=2..500")
    log = scales.get("x") == "log"
    fixed = _named_values("--at", at, "n=10,sigma0=1")
    chosen = Chosen(name.strip(), low.strip(), high.strip(), fixed, log) if x or at or log else None
    plans = plan(claims, chosen)
    for claim, reason in plans.reasons.items():
        _tell(f"{claim} has no figure: {reason}")
    _need(len(plans.reasons) < len(claims), "nothing to draw")
    look = Scales(*(None if axis not in scales else scales[axis] == "log" for axis in ("x", "y")))
    with Runner(0, 2) as runner:
        drawn = plans.trajectories(runner)
        _tell(f"{_count(plans.plans, 'claim')} side by side in {beside(drawn, out, look)}")


def _named_values(option: str, text: str, such: str) -> dict[str, str]:
    """{"n": "10", "sigma0": "1"} of "n=10,sigma0=1"."""
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    _need(all(name.strip() and value.strip() for name, _, value in pairs), f"{option} is {text!r}; expected {such}")
    return {name.strip(): value.strip() for name, _, value in pairs}


@app.command()
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

    book = _needed(ledger)
    old = book.get(finding)
    if old is None:
        raise Stop(f"{book.path} has no finding {finding}; `selfconsuming show ID` prints the numbers")
    _needs_files(old, file, data)
    with streams.apart():  # a user's file may print
        claim = _claim_of(old, file)
        if _changed(claim, [old, *(book.findings(old.claim, old.hash) or [])]):
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


@app.command()
def new(file: Annotated[Path, Argument(metavar="FILE.py", help="The file to write; it must not exist yet.")]) -> int:
    """Write a commented conjecture file that runs as it is."""
    from .conjectures import write_template

    write_template(file)
    streams.show(f"wrote {file}; now: selfconsuming check {file}")
    return 0


@app.command()
def check(
    file: Annotated[
        str, Argument(metavar="FILE.py[:NAME]", help="A Python file with claims; `selfconsuming new` writes one.")
    ],
    claim: Annotated[str, Option(metavar="NAME", show_default="all", help="Only this claim of the file.")] = "",
    plan: Annotated[bool, Option("--plan", help="Only tell what which resolution will cost.")] = False,
    data: Annotated[
        Path | None,
        Option(metavar="RUNS.csv|.parquet", show_default=False, help="Check against measured trajectories instead."),
    ] = None,
    map: Annotated[
        str,
        Option(
            metavar="NAME=COLUMN,...",
            show_default=False,
            help="Columns of the data: sigma=std,t=generation,n=sample_size,run=run_id; a number is a constant.",
        ),
    ] = "",
    where: Where = None,
    keep: Keep = "",
    drop_missing: DropMissing = False,
    bounds: Bounds = "",
    seed: Seed = 0,
    workers: Workers = "",
    seconds: Annotated[float, Option(metavar="S", help="About so long for a claim that is hard to decide.")] = 40.0,
    resolution: Annotated[
        float | None,
        Option(metavar="R", show_default="the finest of 0.0025 to 0.1 affordable", help="Violation to be seen."),
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
            help=f"Write {WRITTEN} and figures/ into DIR; of --data a table and a figure.",
        ),
    ] = None,
    json: JsonFile = "",
    ledger: LedgerFile = None,
) -> int:
    """Check the conjectures in a file, or a folder: proof, balls, simulation, and a hunt for the smallest counterexample."""
    pool = _workers(workers)
    _check_effort(seconds, resolution, alpha)
    reading = {"where": " and ".join(where or []), "keep": keep, "drop_missing": drop_missing, "bounds": bounds}
    _check_data(data, map, plan, reading)
    _need(out is None or not plan, "--out is for what was checked: --plan does not go with it")
    from . import own

    at = own.named(file, claim)
    _report_to(out, ledger)
    _json_to(json, ledger, at.file, data)
    alpha = alpha or (1e-6 if data is None else 1e-3)
    measured = {} if data is None else {"data": str(data), "map": map, "out": str(out or ""), **reading}
    asked = _Asked(at.file, seconds, resolution, alpha, seed, pool, claim=at.claim, measured=measured)
    result = _run_check(asked, ledger, "plan" if plan else "check" if data is None else "data", json)
    written = out is None or data is not None
    return result.status if written else _tell_own(asked, result, out, "", ledger, table=False)


@dataclass(frozen=True)
class _Asked:
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


def _run_check(asked: _Asked, ledger: Path | None, task: str = "check", json: str = "", table: bool = False) -> Result:
    """The claims of a user's file, checked in a process apart; what is done is told, unless a table will tell it."""
    from .apart import Apart, Job
    from .ledger import default_path
    from .tables import merged

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
    job = Job(task, str(asked.file), asked.claim or None, asked.seconds, options, str(path))
    told = Later(f"{path}", silent=task == "plan")
    apart = Apart(job, told, _tell, told.begin)
    result = apart.result
    try:
        with told:
            apart.run()
    except KeyboardInterrupt:
        again = "the next run goes on from there" if table else "the same command begins again, --claim NAME checks one"
        raise Stop(
            f"interrupted: {len(result.texts)} of {_count(result.claims, 'claim')} checked, what was found is kept in {path}; "
            + again,
            INTERRUPTED,
        ) from None
    finally:  # what is done is told, whatever ended it
        if json == "-" and result.claims:
            streams.show_json(merged(result.tables, result.refused))
        elif result.texts and not table:
            streams.tell(("\n" if task == "plan" else "\n\n").join(result.texts))
    if json not in ("", "-") and result.claims:
        _write(Path(json), merged(result.tables, result.refused), _open(path))
    return result


def _tell_own(asked: _Asked, result: Result, out: Path | None, json: str, ledger: Path | None, table: bool) -> int:
    """What was found of the claims of a user's file, as of a family: table, JSON, reports and figures; the exit status."""
    from simulate.engine.blocks import Runner

    from . import own
    from .ledger import key
    from .suite import Findings

    done = {row["claim"] for part in result.tables for row in part["claims"]}
    if not done:
        return result.status
    claims = own.read(own.Place(asked.file), _silently, lambda c: c.id in done)
    claims = [c for c in claims if c.id in done]  # the others have been told of
    with _needed(ledger) as book, streams.apart():
        summaries = _summaries((c, book.last(key(c))) for c in claims)
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
                drawn = _draw(figures, out / "figures", found, book)
            _write_reports(out, found, drawn, book)
    if table:
        _tell_verified(found, json, asked.twins, book)
    return result.status


def _silently(message: str) -> None:
    """Of what has been told before."""


@app.command()
def ask(
    file: Annotated[str, Argument(metavar="FILE.py[:NAME]", help="A Python file with claims, or questions, in it.")],
    claim: Annotated[str, Option(metavar="NAME", show_default="all", help="Only this one of the file.")] = "",
    seed: Seed = 0,
    workers: Workers = "",
    seconds: Annotated[float, Option(metavar="S", help="About so long to simulate for each.")] = 3.0,
) -> int:
    """Tell what is known of numbers: the derived form, a ball and a simulated mean at a few points.

    A question is a function with `@claim` above it that returns `E(loop.sigma(t))`, say; of a claim both sides are told.
    """
    pool = _workers(workers)
    _check_effort(seconds)

    from . import own

    return _shown("ask", own.named(file, claim), seconds, {"seed": seed, "workers": pool})


def _shown(task: str, at: Place, seconds: float, options: dict[str, Any]) -> int:
    """Do something with the claims of a user's file in a process apart, and show what is told of them; the exit status."""
    from .apart import Apart, Job

    apart = Apart(Job(task, str(at.file), at.claim or None, seconds, options), refused=_tell)
    try:
        apart.run()
    finally:
        if apart.result.texts:
            streams.tell("\n".join(apart.result.texts))
    return apart.result.status


VARIABLES = {"allow_extra_args": True, "ignore_unknown_options": True}  # n=100 and --n 100, whatever they are called
Numbered = Annotated[
    str,
    Argument(
        metavar="ID|FILE.py[:NAME]|FAMILY.FUNCTION",
        help="A claim, one of a file of yours, or a closed form.",
        show_default=False,
    ),
]


@app.command(context_settings=VARIABLES)
def value(
    context: typer.Context,
    claim: Numbered = "",
    simulate: Annotated[bool, Option("--simulate", help="Simulate it, too.")] = False,
    seed: Seed = 0,
    workers: Workers = "",
    seconds: Annotated[float, Option(metavar="S", help="About so long to simulate.")] = 3.0,
) -> int:
    """Tell the numbers of a claim, or of a closed form: `value gaussian-sigma-mean-c4 n=100 t=50`.

    Both sides in ball arithmetic, with the closed form that is derived. Without a name, or with a family's, the closed forms are
    listed.
    """
    from theory.families import families

    from . import values

    if not claim or claim in families():
        streams.tell(values.listing(claim))
        return 0
    return _told_numbers(claim, "value", context.args, None, simulate, seed, workers, seconds)


@app.command(context_settings=VARIABLES)
def table(
    context: typer.Context,
    claim: Numbered,
    format: Annotated[
        str, Option(metavar="md|latex|csv", show_default="by PATH's suffix, else md", help="What to write.")
    ] = "",
    out: Annotated[Path | None, Option(metavar="PATH", show_default="standard output", help="Where to write.")] = None,
    simulate: Annotated[bool, Option("--simulate/--no-simulate", help="Whether it is simulated.")] = True,
    seed: Seed = 0,
    workers: Workers = "",
    seconds: Annotated[float, Option(metavar="S", help="About so long to simulate, all together.")] = 20.0,
) -> int:
    """Write a table over a grid: theory, simulated with its interval, their ratio.

    `table gaussian-sigma-mean-c4 --n 10,100,1000 --t 1,10,50`; as LaTeX with --format latex, or --out table.tex.
    """
    from .values import WRITERS

    name = format or by_suffix(out).name
    _need(name in WRITERS, f"--format {name} is no format of tables: {', '.join(WRITERS)}")
    if out is not None:
        _file_to("--out", out, None)
        _need(out.parent.is_dir(), f"--out {out}: there is no folder {out.parent}")
    return _told_numbers(claim, "table", context.args, out, simulate, seed, workers, seconds, name)


def _told_numbers(
    claim: str,
    task: str,
    words: Sequence[str],
    out: Path | None,
    simulate: bool,
    seed: int,
    workers: str,
    seconds: float,
    format: str = "",
) -> int:
    """`value` or `table` of a claim of the catalogue, of a file's (in a process of its own), or of a closed form."""
    from . import own, values

    pool = _workers(workers)
    _check_effort(seconds)
    options: dict[str, Any] = {"given": values.assignments(words), "simulate": simulate, "seed": seed, "workers": pool}
    status = 0
    if own.is_file(claim):
        from .apart import Apart, Job

        at = own.named(claim)
        options |= {"format": format} if format else {}
        apart = Apart(Job(task, str(at.file), at.claim or None, seconds, options), refused=_tell)
        apart.run()
        text, status = "\n\n".join(apart.result.texts), apart.result.status
    elif form := values.formulas().get(claim):
        given = options["given"]
        write = values.WRITERS.get(format)
        text = (
            values.formula_value(claim, form, given)
            if write is None
            else write(values.formula_table(claim, form, given))
        )
    elif "." in claim:
        from theory.language.errors import nearest

        hint = nearest(claim, list(values.formulas()))
        raise Stop(f"there is no closed form {claim!r}{hint}; `selfconsuming value` lists them")
    else:
        if same := [name for name in values.formulas() if name.endswith(f".{claim}")]:
            raise Stop(f"there is no claim {claim!r}; there is a closed form {' and '.join(same)}")
        c = _claim(claim)
        if task == "value":
            text = values.value(c, seconds=seconds, **options)
        else:
            text = values.WRITERS[format](values.table(c, seconds=seconds, **options))
    if text and out is not None:
        _write(out, text)
    elif text:
        (streams.show if format else streams.tell)(text)
    return status


@app.command()
def sharpen(
    target: Target,
    claim: Annotated[str, Option(metavar="NAME", show_default="all", help="Only this claim of the file.")] = "",
    constant: Annotated[
        str,
        Option(
            metavar="C", show_default="the factor of the bound", help="The variable that is the constant: C=Points(2)."
        ),
    ] = "",
    seconds: Annotated[float, Option(metavar="S", help="About so long for each claim.")] = 40.0,
    out: Annotated[
        Path | None, Option(metavar="FIGURE", help="Draw the ratio of the sides, of one claim (.png, .svg, .pdf).")
    ] = None,
) -> int:
    """Find the best constant of an inequality a <= C*b: where it is attained or approached, or what it lies between.

    Exit status: 0 the best constant is known, or enclosed; 1 the claimed one is too good; 2 bad input; 3 neither.
    """
    from . import own

    _check_effort(seconds)
    at = own.named(target, claim)
    if out:
        from .figures import suffixed

        _file_to("--out", out, None, at.file)
        suffixed(out)
    if not own.is_file(target):
        from . import sharpen as sharpening

        found = sharpening.sharpened(_claim(target), constant, seconds)
        with _written(out or Path(), None):
            streams.tell(sharpening.in_words(found, constant, out))
        return sharpening.status(found)

    _need(out is None or bool(at.claim), "--out draws one claim: name it with --claim")
    return _shown("sharpen", at, seconds, {"constant": constant, "out": str(out) if out else ""})


@app.command("map")
def map_plane(
    target: Target,
    x: Annotated[str, Option("--x", metavar="NAME=LO..HI", help="The variable to the right, and its range.")],
    y: Annotated[str, Option("--y", metavar="NAME=LO..HI", help="The variable upwards, and its range.")],
    at: Annotated[
        str, Option(metavar="NAME=VALUE,...", show_default="a notable one each", help="Values of the other variables.")
    ] = "",
    claim: Annotated[str, Option(metavar="NAME", show_default="the only one", help="Which claim of the file.")] = "",
    seconds: Annotated[float, Option(metavar="S", help="About so long.")] = 20.0,
    out: Annotated[
        list[Path] | None,
        Option(metavar="PATH", help="A figure (.png, .svg, .pdf), or the cells as data (.csv); may be repeated."),
    ] = None,
) -> int:
    """Map where in the plane of two variables a claim is proved, holds, fails, or is not decided.

    By derivations and balls alone, refined along the boundary: `map FILE --x lam=0..1 --y n=2..50 --out map.png`.
    """
    from . import own

    _check_effort(seconds)
    plotted = own.named(target, claim)
    files = out or []
    for path in files:
        _file_to("--out", path, None, plotted.file)
        if path.suffix != ".csv":
            from .figures import suffixed

            suffixed(path)
    pairs = [item.partition("=") for item in filter(None, at.split(","))]
    _need(all(dots for _, dots, _ in pairs), f"--at is {at!r}; expected NAME=VALUE,..., such as n=10,t=5")
    others = {name.strip(): value for name, _, value in pairs}
    if not own.is_file(target):
        from .plane import in_words, plane

        made = plane(_claim(target), x, y, others, seconds)
        with _written(files[0] if files else Path(), None):
            streams.tell(in_words(made, files))
        return 0

    options = {"x": x, "y": y, "at": others, "out": [str(path) for path in files]}
    return _shown("map", plotted, seconds, options)


@app.command()
def run(
    name: Annotated[str, Argument(metavar="NAME", help="The experiment; without it all are listed.")] = "",
    out: Annotated[
        Path | None,
        Option(
            metavar="DIR",
            show_default="NAME, or NAME-quick",
            help="The folder for runs, table, findings and figures.",
        ),
    ] = None,
    quick: Annotated[
        bool, Option("--quick", help="Fewer settings or runs, for a first look: less than 5 minutes.")
    ] = False,
    images: Annotated[
        Path | None,
        Option(metavar="mnist|DIR", help="MNIST, or CIFAR-10's binary files, in place of scikit-learn's digits."),
    ] = None,
    seed: Seed = 0,
    workers: Workers = "",
) -> int:
    """Run an experiment of the literature: measured runs, a table, figures, and its claims decided.

    What is done is kept in DIR/parts: after an interruption the same command goes on from there, to the same files.
    """
    from .experiments import DESCRIPTIONS, experiment

    if not name:
        width = max(map(len, DESCRIPTIONS))
        for known, description in DESCRIPTIONS.items():
            print(f"{known:{width}}  {description}")
        return 0
    experiment(name)
    folder = out or Path(f"{name}-quick" if quick else name)
    _need(folder.is_dir() or not folder.exists(), f"--out {folder} is a file; it must be a folder, or a new name")
    pool = _workers(workers)

    from .experiments import outline

    tell = Steps(name)
    try:
        with _written(folder, None), tell:
            done = outline.run(name, folder, seed, pool, tell, images, quick)
    except KeyboardInterrupt:
        place = folder / "parts"
        kept = f"{tell.done} of {_count(range(tell.total), 'job')} kept in {place}: the same command goes on from there"
        raise Stop(f"interrupted: {kept if place.exists() else 'nothing was done yet'}", INTERRUPTED) from None
    streams.tell("\n\n".join([*map(str, done.checked), *done.remarks]))
    _tell(f"{_count(done.files, 'file')} in {folder}: {', '.join(f.name for f in done.files)}")
    from .suite import status

    return status(c.summary for c in done.checked)


# ---- options and files ----------------------------------------------------------------------------------------------


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("selfconsuming")
    except PackageNotFoundError:
        return "(not installed)"


def _need(condition: bool, message: str) -> None:
    if not condition:
        raise Stop(message)


def _check_data(data: Path | None, map: str, plan: bool, others: dict[str, Any]) -> None:
    """Raise `Stop` for options of `check` that do not go with measured runs, or without them."""
    for name, given in others.items():
        _need(data is not None or not given, f"--{name.replace('_', '-')} is about measured runs: it goes with --data")
    _need(data is not None or not map, "--map says what the columns of --data mean: give both")
    _need(
        data is None or bool(map), "--data needs --map, such as --map sigma=std,t=generation,n=sample_size,run=run_id"
    )
    _need(data is None or not plan, "--plan is about simulation: it does not go with --data")


def _check_effort(seconds: float, resolution: float | None = None, alpha: float | None = None) -> None:
    """Raise `Stop` for how long, how fine or how sure no witness can be; None: as the command chooses."""
    from math import isfinite

    _need(seconds > 0 and isfinite(seconds), f"--seconds is {seconds:g}; it must be a number above 0")
    for option, x, such in (("--resolution", resolution, "0.01 for 1 %"), ("--alpha", alpha, "1e-6")):
        _need(x is None or 0 < x < 1, f"{option} is {x or 0:g}; it must lie between 0 and 1, such as {such}")


def _tell(message: str) -> None:
    with suppress(OSError, ValueError):  # a terminal that is gone: the status says the rest
        print(streams.visible(f"selfconsuming: {message}"), file=sys.stderr)


def _count(things: Sequence, noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def _workers(workers: str) -> int | str:
    """What simulates: a number of threads, or the address of a Dask scheduler."""
    if "://" not in workers:
        return _threads(workers)
    from simulate.engine.workers import checked_address

    return checked_address(workers)


def _threads(workers: str) -> int:
    if not workers:
        from simulate.engine.workers import cores

        return cores()
    _need(workers.isdecimal() and int(workers) >= 1, f"--workers is {workers!r}; it must be an integer, 1 or more")
    return int(workers)


def _open(path: Path | None) -> Ledger | None:
    """The ledger, None if there is none yet."""
    from .ledger import Ledger, default_path

    path = path or default_path()
    return Ledger(path, create=False) if path.exists() else None


def _needed(path: Path | None) -> Ledger:
    from .ledger import default_path

    if book := _open(path):
        return book
    raise Stop(f"no ledger at {path or default_path()}: run `selfconsuming verify` first, or name one with --ledger")


def _json_to(json: str, ledger: Path | None, *inputs: Path | None) -> None:
    """Refuse a file for `--json` that cannot be, before anything is run."""
    if json not in ("", "-"):
        _need(Path(json).parent.is_dir(), f"--json {json}: there is no folder {Path(json).parent}")
        _file_to("--json", Path(json), ledger, *inputs)


def _file_to(option: str, path: Path, ledger: Path | None, *inputs: Path | None) -> None:
    """Refuse to write over a folder, the ledger, its log, or another file that is read."""
    from .ledger import default_path

    _need(not path.is_dir(), f"{option} {path} is a folder; it must be a file")
    book = ledger or default_path()
    for read in (book, f"{book}-wal", f"{book}-shm", *filter(None, inputs)):
        same = os.path.realpath(path) == os.path.realpath(read)
        _need(not same, f"{option} {path} would write over {read}: name another file")


def _write(path: Path, text: str, book: Ledger | None = None) -> None:
    with _written(path, book):
        path.write_text(streams.visible(text if text.endswith("\n") else text + "\n"), encoding="utf-8")


@contextmanager
def _written(path: Path, book: Ledger | None):
    """An error of the disk names the file, and where the findings are all the same."""
    try:
        yield
    except OSError as error:
        kept = f"; nothing is lost, all findings are in {book.path}" if book else ""
        kept += "".join(f"; {note}" for note in getattr(error, "__notes__", ()))
        raise Stop(f"{error.filename or path} cannot be written: {error.strerror or error}{kept}", DISK) from None


# ---- claims and findings --------------------------------------------------------------------------------------------


def _claims(patterns: Sequence[str] | None, built: Callable[[Claim], bool] = lambda c: True) -> tuple[list[Claim], int]:
    """Claims of the catalogue, or of a user's file, see `own.read`; and the exit status that malformed ones are worth."""
    from theory.families import catalogue

    from . import own

    if (file := own.place(patterns or ())) is None:
        return catalogue(*patterns or ()), 0
    refused: list[str] = []
    claims = own.read(file, refused.append, built)
    for message in refused:
        _tell(message)
    return claims, BAD_INPUT if refused else 0


def _files_in(patterns: Sequence[str] | None) -> list[Path]:
    """The files that are named, which nothing may be written over."""
    from . import own

    return [own.named(p).file for p in patterns or ()]


def _claim(name: str) -> Claim:
    from theory.families import catalogue
    from theory.language.errors import nearest

    claims = {c.id: c for c in catalogue()}
    if name not in claims:
        raise Stop(
            f"there is no claim {name!r} in the catalogue{nearest(name, list(claims))}; `selfconsuming list` names them all, and "
            "`selfconsuming check FILE --claim NAME` tells of one of your own"
        )
    return claims[name]


def _needs_files(f: Finding, file: Path | None, data: Path | None) -> None:
    """Raise `Stop` unless the user has named the files that a finding is about, and no others."""
    from .wording import again

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
    from .conjectures import load

    return load(file, f.claim)[0] if file else _claim(f.claim)


def _entry(c: Claim) -> dict[str, Any]:
    from .written import case, condition

    return {
        "id": c.id,
        "family": c.family,
        "statement": c.statement,
        "latex": c.latex,
        "case": case(c),
        "source": c.source,
        "domain": {k: str(d) for k, d in c.ranges.items()},
        "covers": list(c.covers),
        "expected": c.expected,
        "corrected": c.corrected,
        "where": condition(c),
        "tight": [{k: str(v) for k, v in at.items()} for at in c.touching],
        "points": len(c.points()),
    }


def _summaries(work: Iterable[tuple[Claim, Sequence[Finding]]]) -> list[Summary]:
    """Of those claims that have findings."""
    from theory.language.verdicts import summarise

    return [summarise(c.statement, c.corrected, findings) for c, findings in work if findings]


def _changed(claim: Claim, findings: Sequence[Finding]) -> bool:
    """Whether anything that these findings of one run depend on is another today."""
    from .ledger import CHECK, TWINS, claim_hash

    if not findings:
        return False
    if findings[0].hash.endswith(CHECK):
        return not findings[0].hash.startswith(claim_hash(claim, ()))
    # the settings of the run, as the simulation's findings carry them
    f = next((f for f in findings if f.witness == SIMULATION.name), findings[0])
    return claim_hash(claim, (f.seed, f.budget, f.resolution_asked, f.alpha)) != f.hash.removesuffix(TWINS)


# ---- what is printed ------------------------------------------------------------------------------------------------


def _print_table(summaries: Sequence[Summary]) -> None:
    """The table on a terminal, a line a claim in a pipe; then the footer."""
    from .tables import footer, plain, terminal

    if sys.stdout.isatty():
        console = streams.screen()
        console.print(terminal(summaries, console.width))
    else:
        streams.show(plain(summaries))
    streams.tell(footer(summaries))


def _print_twins(summaries: Sequence[Summary]) -> None:
    from .tables import plain_twins, terminal_twins, twins_footer

    if sys.stdout.isatty():
        streams.screen().print(terminal_twins(summaries))
    else:
        streams.show(f"\n{plain_twins(summaries)}")
    streams.tell(twins_footer(summaries))


def _print_claim(c: Claim, summary: Summary | None) -> None:
    from textwrap import wrap

    from .papers import _where
    from .wording import _notes, _witnesses, label, told_at
    from .written import case, condition, loop_text, written

    console = streams.screen(highlight=False, markup=False)

    def part(label: str, *lines: str, whole: bool = False) -> None:
        """Lines under a label; long ones are wrapped, unless they are to be copied `whole`."""
        for line in lines:
            for piece in [line] if whole else wrap(line, max(console.width - 12, 40)) or [""]:
                console.print(f"{label:12}{piece}", soft_wrap=True)
                label = ""

    said, formula = c.said, written(c)
    console.print(c.id, style="bold", soft_wrap=True)
    part("", c.statement)
    console.print()
    if summary is not None:
        part("verdict", " · ".join([label(summary), *_witnesses(summary)]))
        part("", *_notes(summary)[:1] if summary.verdict != "proved" else ())
        part("gap", *filter(None, [_where(summary)]))
        part("for example", *filter(None, [told_at(summary)]))
    part("formula", formula.relation, *(f"in {model}" for model in formula.models))
    part("LaTeX", c.latex, whole=True)
    part("case", *filter(None, [case(c)]))
    part("domain", *(f"{k}: {d}" for k, d in c.ranges.items()))
    part("where", *filter(None, [condition(c)]))
    part("declared", c.expected + (f"; correct is {c.corrected}" if c.corrected else ""))
    part("source", c.source)
    part("covers", *c.covers)
    part("notes", *c.notes.splitlines())
    for loop in said.loops:
        part("loop", *loop_text(loop))
    part("tight", *(", ".join(f"{k} = {v}" for k, v in at.items()) for at in c.touching))
    part("needs", *c.needs)
    part("unreached", *(f"no {witness}: {why}" for witness, why in c.unreached.items()))
    values = {**said.symbols, **(said.cases[0] if said.cases else {})}
    part("false twins", *(f"{text}: {said.call(f, values)}" for text, f in c.mutants.items()))


def _findings_table(findings: Sequence[Finding]) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from .wording import interval, percent

    table = Table(box=SIMPLE_HEAD, pad_edge=False, title="last findings", title_justify="left", title_style="bold")
    # the longest words of a column: none is broken
    for name, words in (
        ("finding", 7),
        ("witness, point", 10),
        ("verdict", 11),
        ("sides", 12),
        ("margin, resolution", 11),
    ):
        table.add_column(name, overflow="fold", min_width=words)
    for name in dict.fromkeys(f.witness for f in findings):
        table.add_section()
        for f in findings:
            if f.witness == name:
                where = [f"{k} = {v}" for k, v in (f.point or {}).items()] or ["whole domain"]
                drawn = f"{f.replicates:,} replicates" if f.replicates else ""
                sides = [x for x in (f.lhs, f.rhs) if x] or [f.note or f.method]
                seen = percent(f.resolution)
                numbers = [interval(f.margin), seen and f"at {seen}", f.guarantee, drawn]
                cells = (
                    str(f.id),
                    "\n".join([name, *where]),
                    str(f.verdict),
                    "\n".join(sides),
                    "\n".join(filter(None, numbers)),
                )
                table.add_row(*map(Text, cells))
    return table


class Progress:
    """How far `verify` is, on standard error: live on a terminal, else a line for each stage and each decided claim."""

    def __init__(self, claims: int, ledger: str):
        from time import monotonic

        from rich.live import Live
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.claims, self.ledger = claims, ledger
        self.cached, self.replicates, self.stage = 0, 0, ""
        self.decided: dict[str, str] = {}  # claim -> verdict of its first witness
        self.refuting: set[tuple[str, str]] = set()  # claim and witness, told once however many points there are
        self.last: list[Finding] = []
        self.clock, self.start, self.told = monotonic, monotonic(), monotonic()
        self.bar = Progress(TextColumn("blocks"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self.task = self.bar.add_task("", total=None, visible=False)
        console = streams.screen(stderr=True)
        self.live = (
            Live(get_renderable=self._view, console=console, refresh_per_second=5, transient=True)
            if console.is_terminal
            else None
        )

    def __enter__(self) -> Progress:
        if self.live:
            self.live.start()
        return self

    def __exit__(self, *exc) -> None:
        if self.live:
            self.live.stop()
        if self.cached and not exc[0]:
            _tell(f"{self.cached} of {self.claims} claims were settled in {self.ledger} (--fresh runs them again)")

    def __call__(self, event: Event) -> None:
        from theory.language.verdicts import Verdict

        match event.kind:
            case "cached":
                self.cached += 1
                self.decided[event.text] = ""
            case "stage":
                self.stage = event.text
                self._line(event.text)
            case "blocks":
                self._blocks(event.done, event.total)
            case "finding" if event.finding and event.finding.verdict not in (Verdict.UNDECIDED, Verdict.LEFT_OUT):
                f = event.finding
                self.last = [*self.last[-5:], f]
                news = {(f.claim, f.witness)} if f.verdict == Verdict.REFUTED and f.expected == "holds" else set()
                if f.claim not in self.decided or news - self.refuting:
                    self.decided[f.claim] = str(f.verdict)
                    self.refuting |= news
                    self._line(f"{len(self.decided)}/{self.claims}  {_brief(f)}")

    def _blocks(self, done: int, total: int) -> None:
        from simulate.engine.blocks import BLOCK

        self.replicates += BLOCK
        if done < self.bar.tasks[0].completed:  # the next look
            self.bar.reset(self.task)
        self.bar.update(self.task, completed=done, total=total, visible=True)
        if self.clock() - self.told > 10:
            left = self.bar.tasks[0].time_remaining
            self._line(f"{done}/{total} blocks" + (f", about {left:.0f} s left" if left else ""))

    def _line(self, text: str) -> None:
        self.told = self.clock()
        if self.live:
            self.live.refresh()
        else:
            print(streams.visible(f"{self.told - self.start:6.1f} s  {text}"), file=sys.stderr, flush=True)

    def _view(self) -> Any:
        from rich.console import Group
        from rich.text import Text

        head = f"{len(self.decided)} of {self.claims} claims looked at · {self.stage or 'starting'}"
        drawn = f" · {self.replicates / 1e6:.1f} M replicates" if self.replicates else ""
        lines = [Text(_brief(f), style="dim", overflow="ellipsis", no_wrap=True) for f in self.last]
        return Group(Text(head + drawn, style="bold"), *lines, self.bar)


class Later:
    """`Progress` from the moment on at which it is known of how many claims."""

    def __init__(self, ledger: str, silent: bool = False):
        self.ledger, self.silent = ledger, silent
        self.progress: Progress | None = None

    def begin(self, claims: int) -> None:
        if not self.silent:
            self.progress = Progress(claims, self.ledger).__enter__()

    def __call__(self, event: Event) -> None:
        if self.progress is not None:
            self.progress(event)

    def __enter__(self) -> Later:
        return self

    def __exit__(self, *exc) -> None:
        if self.progress is not None:
            self.progress.__exit__(*exc)


class Steps:
    """How many jobs of an experiment are done, on standard error: a bar on a terminal, else a line now and then."""

    def __init__(self, name: str):
        from time import monotonic

        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self.name, self.clock, self.start = name, monotonic, monotonic()
        self.told, self.done, self.total = -1.0, 0, 0
        columns = (
            TextColumn(name),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
        )
        console = streams.screen(stderr=True)
        self.bar = Progress(*columns, console=console, transient=True) if console.is_terminal else None
        self.task = self.bar.add_task("", left="") if self.bar else None

    def __enter__(self) -> Steps:
        if self.bar:
            self.bar.start()
        return self

    def __exit__(self, *exc) -> None:
        if self.bar:
            self.bar.stop()

    def __call__(self, done: int, total: int, left: float | None) -> None:
        now = self.clock()
        first, self.done, self.total = self.told < 0, done, total
        words = "" if left is None or done == total else f"about {_span(left)} left"
        if self.bar and self.task is not None:
            self.bar.update(self.task, completed=done, total=total, left=words)
        if first or (not self.bar and (done == total or now - self.told > 10)):
            self.told = now
            told = [f"{done}/{total} jobs", "done before" if first and done else "", words]
            print(
                f"{now - self.start:6.1f} s  {self.name}: {', '.join(filter(None, told))}", file=sys.stderr, flush=True
            )


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds > 100 else f"{seconds:.0f} s"


def _brief(f: Finding) -> str:
    at = ", ".join(f"{k} = {v}" for k, v in (f.point or {}).items())
    said = "holds" if at and f.verdict == "supported" else str(f.verdict)  # at a point: the claim's verdict comes later
    return f"{said} {f.claim} ({f.witness}{f', {at}' if at else ''})"


# ---- entry ----------------------------------------------------------------------------------------------------------


def _check_packages() -> None:
    """A folder named `theory` or `simulate` where Python looks first would be taken for ours."""
    from importlib.util import find_spec

    home = Path(__file__).resolve().parents[1]
    for name in ("theory", "simulate"):
        spec = find_spec(name)
        places = list(spec.submodule_search_locations or [spec.origin]) if spec else []
        if not places or Path(str(places[0])).resolve() != home / name:
            found = f"is taken from {places[0]}" if places else "is missing"
            raise Stop(f"the package `{name}` {found}, not from {home / name}: run elsewhere, or rename that one")


def _run(args: Sequence[str] | None) -> int:
    try:
        _check_packages()
        command = typer.main.get_command(app)
        arguments = sys.argv[1:] if args is None else list(args)
        with command.make_context("selfconsuming", arguments) as context:  # its own `main` has statuses of its own
            status = command.invoke(context)
        sys.stdout.flush()
        return status
    except typer.Exit as stop:
        return stop.exit_code
    except KeyboardInterrupt:
        _tell("interrupted: what was found is kept, and the same command goes on from there")
        return INTERRUPTED
    except Stop as stop:
        _tell(str(stop))
        return stop.status
    except OSError as error:
        streams.close()
        if streams.hung_up(error) or _while_interrupted(error):  # nobody is there any more
            return INTERRUPTED
        if isinstance(error, BrokenPipeError):
            return PIPE
        _tell(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        return DISK
    except Exception as error:
        return _failed(error)


def _while_interrupted(error: BaseException) -> bool:
    """Whether an error came while an interruption was being told of."""
    before = error.__context__
    return before is not None and (isinstance(before, KeyboardInterrupt) or _while_interrupted(before))


def _failed(error: Exception) -> int:
    from theory.language.errors import BadInput

    if hasattr(error, "format_message"):  # Typer's own: an unknown option, a missing argument
        _tell(f"{error.format_message()}  (see selfconsuming --help)")  # type: ignore[attr-defined]
        return BAD_INPUT
    if isinstance(error, BadInput):
        _tell(str(error))
        return BAD_INPUT
    from .ledger import LedgerError

    if isinstance(error, LedgerError):
        _tell(f"the ledger failed: {error}")
        return DISK
    from simulate.engine.workers import WorkersLost

    if isinstance(error, WorkersLost):
        _tell(str(error))
        return LOST
    from traceback import print_exception

    print_exception(error)
    _tell("this is an error of the program, not of a claim: please report it")
    return INTERNAL


def main(args: Sequence[str] | None = None) -> None:
    """Run the command and exit with its status."""
    interpreter.prepare()
    # who is ended so leaves as little behind as after Ctrl-C; what is ignored, as under `nohup`, stays so
    for name in ("SIGTERM", "SIGHUP"):
        if (number := getattr(signal, name, None)) and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    streams.prepare()
    status = _run(args)
    if (
        status == INTERRUPTED
    ):  # Python would end itself by the signal, if that came within an `exec`, or wait for threads
        streams.close()
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    main()
