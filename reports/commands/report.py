"""`report`: what the ledger knows, in any format, or as a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from ..formats import FORMATS, LISTED, MARKDOWN, Asked, Named, by_suffix, named
from ..suffixes import FIGURES
from .claims import claims_of, files_in, has_changed, summaries_of
from .options import LedgerFile, Patterns, Stop, count, file_to, need, needed, opened, say, write

if TYPE_CHECKING:
    from theory.language.claims import Claim

    from ..figures import Trajectory
    from ..formats import Format
    from ..ledger import Ledger
    from ..suite import Findings

MOST_PANELS = 9

Along = Annotated[
    str,
    Option(
        "--x", metavar="NAME[=LO..HI]", show_default=False, help="For a figure: the variable on the horizontal axis."
    ),
]

At = Annotated[
    str,
    Option(metavar="NAME=VALUE,...", show_default=False, help="For a figure: values of the other variables."),
]

Scale = Annotated[
    str,
    Option(metavar="x=log,y=linear", show_default=False, help="For a figure: which axes are logarithmic."),
]

OfVerdict = Annotated[
    str,
    Option(
        metavar="V,V,...",
        show_default=False,
        help="Only claims of these verdicts: proved, supported, refuted, undecided, surprise.",
    ),
]


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
            help="Only claims of this paper, by number or address; in HTML and Markdown a page on its statements.",
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
    from ..columns import chosen
    from ..ledger import key

    if out:
        file_to("--out", out, ledger, *files_in(patterns))
    others = {"--paper": paper, "--verdict": verdict, "--columns": columns, "--standalone": standalone}
    look = {"--x": x, "--at": at, "--scale": scale}
    if out and out.suffix.lower() in FIGURES:
        return _report_figure(patterns, out, look, others | {"--findings": findings, "--format": format})
    for option in (name for name, given in look.items() if given):
        raise Stop(f"{option} is for a figure: --out PATH with one of {', '.join(FIGURES)}")
    as_format = named(format) if format else by_suffix(out)
    _check_format(as_format, findings, others)
    names = chosen(columns) if columns else None
    known = opened(ledger)
    claims, status = claims_of(patterns, lambda c: bool(known and known.last(key(c))))
    need(not findings or not any(c.file for c in claims), "--findings is about what papers say: it goes with no file")
    if paper:
        paper, claims = _of_paper(paper, claims)
    book = known or needed(ledger)
    found = _reported(book, claims, verdict)
    if findings:
        from ..findings import page

        text = page(found.summaries, found.claims)
    elif paper and as_format.paper and not names:
        text = as_format.paper(paper, found.summaries, found.claims, found.meta["decided"])
        text += _gaps(found, paper, out) if out else ""
    else:
        kept = (_kept_figures(book, found), book.maps(found.claims.values())) if as_format.figures else ({}, {})
        text = as_format.write(found, Asked(names, standalone, *kept, paper))
    if out:
        write(out, text)
    else:
        as_format.show(text.removesuffix("\n"))
    return status


def _of_paper(named: str, claims: Sequence[Claim]) -> tuple[str, list[Claim]]:
    """The arXiv id of a paper that is named by number or address, and its claims among these."""
    from ..citing import arxiv
    from ..papers import of_paper

    paper, version = arxiv(named)
    claims = of_paper(paper, claims)
    if version:
        say(f"{version} is asked for; statements are those commonly quoted, of no version in particular")
    return paper, claims


def _report_figure(
    patterns: Sequence[str] | None, out: Path, look: Mapping[str, str], others: Mapping[str, object]
) -> int:
    """The claims side by side in one figure.  others: options that do not go with it."""
    from .. import own

    for option in (name for name, given in others.items() if given):
        raise Stop(f"{out} is a figure: leave {option} out")
    own.place(patterns or ())  # refuses a file beside families
    listed = [claims_of([p] if p else ()) for p in patterns or [None]]
    _panels([c for claims, _ in listed for c in claims], out, look["--x"], look["--at"], look["--scale"])
    return max(status for _, status in listed)


def _check_format(as_format: Format, findings: bool, others: Mapping[str, object]) -> None:
    """Raise `Stop` for options of `report` that do not go with a format, or with the page of all papers."""
    need(
        as_format.columns or not others["--columns"],
        f"the {as_format.words} has its own columns: leave --columns out",
    )
    whole = " or ".join(f.name for f in FORMATS if f.standalone)
    need(as_format.standalone or not others["--standalone"], f"--standalone is for --format {whole}")
    need(
        not findings or (as_format is MARKDOWN and not any(others.values())),
        "--findings is one page of all papers, in Markdown: no other option goes with it",
    )


def _kept_figures(book: Ledger, found: Findings) -> dict[str, Trajectory]:
    """What the figures of claims showed when they were drawn, where they were."""
    from ..ledger import key

    kept = {s.claim: book.trajectory(key(found.claims[s.claim]), s.findings[0].hash) for s in found}
    return {claim: shown for claim, shown in kept.items() if shown}


def _reported(book: Ledger, claims: Sequence[Claim], verdict: str) -> Findings:
    """The last findings of these claims, those of these verdicts; what is missing, or has changed, is told."""
    from ..columns import of_verdict
    from ..ledger import key
    from ..suite import Findings
    from ..wording import deciding_again

    last = {c.id: book.last(key(c)) for c in claims}
    summaries = summaries_of((c, last[c.id]) for c in claims)
    first = deciding_again(c.file or "" for c in claims)
    need(bool(summaries), f"{book.path} has no findings of these claims: run `{first}` first")
    if missing := sum(not fs for fs in last.values()):
        say(f"{missing} of {count(claims, 'claim')} have not been run and are not in the report")
    if changed := [c for c in claims if has_changed(c, last[c.id])]:
        command = deciding_again(c.file or "" for c in changed)
        say(f"{count(changed, 'claim')} changed since; `{command}` brings the ledger up to date")
    if verdict:
        summaries = of_verdict(summaries, verdict)
        need(bool(summaries), f"no claim of these in {book.path} is {verdict.replace(',', ' or ')}")
        kept = {s.claim for s in summaries}
        claims, changed = ([c for c in some if c.id in kept] for some in (claims, changed))
    meta = {"ledger": str(book.path), "changed": [c.id for c in changed], "decided": book.decided(map(key, claims))}
    return Findings(summaries, {c.id: c for c in claims}, meta)


def _gaps(found: Findings, paper: str, out: Path) -> str:
    """The figure of the gaps of a paper's bounds, beside its page; the line that shows it there."""
    from ..figures import gaps
    from ..papers import is_own

    published = {c.id for c in found.claims.values() if is_own(c, paper)}
    title = f"arXiv {paper}: how far bounds are from the truth"
    drawn = gaps(found.summaries, out.with_suffix(".png"), published, title)
    return f"\n![gaps]({drawn.name})\n" if drawn else ""


def _panels(claims: list[Claim], out: Path, x: str, at: str, scale: str) -> None:
    """Claims side by side in one figure.  x, at, scale: what is to be seen of them, as it stands on the command line."""
    from simulate.engine.blocks import Runner

    from ..figures import Scales, beside
    from ..trajectories import Chosen, plan

    need(len(claims) <= MOST_PANELS, f"{len(claims)} claims are too many for one figure; name up to {MOST_PANELS}")
    scales = _named_values("--scale", scale, "x=log,y=linear")
    for axis, kind in scales.items():
        need(axis in ("x", "y"), f"--scale names {axis!r}; there are x and y")
        need(kind in ("log", "linear"), f"--scale {axis}={kind}: expected log or linear")
    name, given, ends = x.partition("=")
    low, dots, high = ends.partition("..")
    need(not x or bool(name and (not given or dots)), f"--x is {x!r}; expected NAME or NAME=LO..HI, such as n=2..500")
    log = scales.get("x") == "log"
    fixed = _named_values("--at", at, "n=10,sigma0=1")
    chosen = Chosen(name.strip(), low.strip(), high.strip(), fixed, log) if x or at or log else None
    plans = plan(claims, chosen)
    for claim, reason in plans.reasons.items():
        say(f"{claim} has no figure: {reason}")
    need(len(plans.reasons) < len(claims), "nothing to draw")
    look = Scales(*(None if axis not in scales else scales[axis] == "log" for axis in ("x", "y")))
    with Runner(0, 2) as runner:
        drawn = plans.trajectories(runner)
        say(f"{count(plans.plans, 'claim')} side by side in {beside(drawn, out, look)}")


def _named_values(option: str, text: str, such: str) -> dict[str, str]:
    """{"n": "10", "sigma0": "1"} of "n=10,sigma0=1"."""
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    need(all(name.strip() and value.strip() for name, _, value in pairs), f"{option} is {text!r}; expected {such}")
    return {name.strip(): value.strip() for name, _, value in pairs}
