"""What the verdicts look like: on a terminal, as plain text, in Markdown.

Text is rounded outward, so that a printed number never claims more than its interval; `records` has the numbers as they are. In
every format a statement that is declared false stands right after its correction.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING
from typing import TYPE_CHECKING

from theory.language.summaries import Summary
from theory.language.text import visible
from theory.language.verdicts import ENDED, Verdict

from .columns import COLUMNS
from .witnesses import NAMES, WITNESSES
from .wording import (
    KINDS,
    _count,
    _notes,
    _outward,
    _seconds,
    _sections,
    _seen,
    _witnesses,
    arrange,
    deciding,
    falls,
    footnote,
    kind,
    label,
    percent,
    twins_line,
)

if TYPE_CHECKING:
    from rich.table import Table

    from theory.language.claims import Claim

# ---- terminal and text ----------------------------------------------------------------------------------------------

STYLES = {
    "proved": "bold green",
    "supported": "green",
    "refuted as declared": "cyan",
    "undecided": "yellow",
    "surprise": "bold red",
}


def terminal(summaries: Iterable[Summary], width: int | None = None) -> Table:
    """A table for a terminal of this width (default: the terminal's own); wider ones get more columns."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    arranged = arrange(summaries)
    width = width or Console().width
    narrow, roomy, wide, widest = width < 76, width >= 104, width >= 130, width >= 160
    space = id_width([f"{'≠ ' if nested else ''}{s.claim}" for s, nested in arranged], width)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("claim", width=space, no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    if not narrow:
        table.add_column("resolution", justify="right", no_wrap=True)
    if roomy:
        table.add_column("margin", no_wrap=True)
    table.add_column("evidence")
    if wide:
        table.add_column("cost", justify="right", no_wrap=True)
    sections = _sections(arranged)
    for family, members in sections:
        table.add_section()
        if len(sections) > 1:
            table.add_row(Text(fold(family, space), style="bold underline"))
        for s, nested in members:
            resolution, margin = _seen(s)
            said = [
                w.replace(" ", "\u00a0") for w in _witnesses(s) if "left out" not in w
            ]  # wrap between witnesses only
            said += [f"at {resolution}"] if narrow and resolution else []
            evidence = Text((" · " if roomy else " ").join(said))
            # the rest is said in `show`: a proved claim needs no footnote, and a nested one stands by its correction
            if s.surprise or s.failed or s.verdict == Verdict.UNDECIDED or (s.expected == "fails" and not nested):
                evidence.append("\n" + "\n".join(_notes(s)), style="italic" if not s.surprise else "bold red")
            cells = [
                Text(fold(s.claim, space, "  " if nested else ""), style="dim" if nested else ""),
                Text(label(s) if widest else label(s).replace(", ", ",\n"), style=STYLES[kind(s)]),
            ]
            cells += ([] if narrow else [Text(resolution)]) + ([Text(margin)] if roomy else [])
            cells += [evidence] + ([Text(_seconds(s.seconds), style="dim")] if wide else [])
            table.add_row(*cells)
    return table


def id_width(names: Iterable[str], width: int) -> int:
    """Of a column of ids in a terminal of this width: a third of it, if they need so much."""
    return max(5, min(max(map(len, names), default=5), max(16, int(0.34 * width))))


def fold(name: str, width: int, indent: str = "") -> str:
    """An id over several lines, broken after hyphens."""
    from textwrap import fill

    mark = indent and "≠ "  # a false statement, below its correction
    return fill(name, max(width, 8), initial_indent=mark, subsequent_indent=indent or "  ", break_on_hyphens=True)


def plain(summaries: Iterable[Summary]) -> str:
    """A line a claim, for logs and pipes."""
    arranged = [s for s, _ in arrange(summaries)]
    id_width, verdict_width = (
        max(map(len, texts), default=0) for texts in ([s.claim for s in arranged], [label(s) for s in arranged])
    )
    lines = []
    for s in arranged:
        resolution, _ = _seen(s)
        parts = [
            label(s).ljust(verdict_width),
            s.claim.ljust(id_width),
            " · ".join(_witnesses(s)),
            resolution and f"at {resolution}",
            _seconds(s.seconds),
            "; ".join(_notes(s)),
        ]
        lines.append(" ".join("  ".join(p for p in parts if p).splitlines()))
    return "\n".join(lines)


def footer(summaries: Iterable[Summary]) -> str:
    """The counts, and how far they can be trusted."""
    summaries = list(summaries)
    counts = Counter(map(kind, summaries))
    fallen = sum(map(falls, summaries))
    surprises = counts["surprise"] - fallen
    shown = [f"{counts[k]} {k}" for k in KINDS if counts[k]] + ([f"{fallen} refuted"] if fallen else [])
    shown.append(f"{surprises or 'no'} surprise{'' if surprises == 1 else 's'}")
    lines = [f"{_plural(len(summaries), 'claim')}: {', '.join(shown)}"]
    two = sum(len(deciding(s)) >= 2 for s in summaries)
    extent = [f"{two} with two witnesses or more"]
    coarse = max(
        (s for s in summaries if s.verdict == Verdict.SUPPORTED and s.resolution is not None),
        key=lambda s: s.resolution or 0.0,
        default=None,
    )
    if coarse:
        extent.append(f"coarsest resolution of those supported {percent(coarse.resolution)} ({coarse.claim})")
    lines.append("; ".join(extent))
    replicates, error = sum(s.replicates for s in summaries), sum(s.error for s in summaries)
    drawn = f"{_count(replicates)} replicates, " if replicates else ""
    spent = f"; error probability spent {_outward(error, None, ROUND_CEILING)}" if error else ""
    lines.append(
        f"{drawn}{_seconds(sum(s.seconds for s in summaries))} of work planned, shared work counted for each{spent}"
    )
    lines.append(f"{', '.join(w.legend for w in WITNESSES)}: points decided of points tried")
    lines += [
        f"{s.claim}: {_notes(s)[0]}" if falls(s) else f"surprise: {s.claim}: {_notes(s)[0]}"
        for s in summaries
        if s.surprise
    ]
    ended = [
        f"{f.verdict}: {s.claim}: {f.witness}, {f.note}" for s in summaries for f in s.findings if f.verdict in ENDED
    ]
    lines += dict.fromkeys(ended)  # at many points the same
    return "\n".join(lines)


def _plural(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


# ---- false twins ----------------------------------------------------------------------------------------------------


def _with_twins(summaries: Iterable[Summary]) -> list[Summary]:
    return [s for s, _ in arrange(summaries) if s.twins.tried or s.twins.needs]


def plain_twins(summaries: Iterable[Summary]) -> str:
    """A line a claim: its false twins and who refuted them."""
    told_of = _with_twins(summaries)
    width = max((len(s.claim) for s in told_of), default=0)
    return "\n".join(f"twins  {s.claim.ljust(width)}  {twins_line(s)}" for s in told_of)


def terminal_twins(summaries: Iterable[Summary]) -> Table:
    """The table of false twins, for a terminal."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("claim", ratio=2)
    table.add_column("false twins", ratio=3)
    for s in _with_twins(summaries):
        table.add_row(Text(s.claim), Text(twins_line(s), style="bold red" if s.twins.survived else ""))
    return table


def twins_footer(summaries: Iterable[Summary]) -> str:
    """The counts over all claims; claims without any are named."""
    summaries = list(summaries)
    all_of = [s.twins for s in summaries]
    tried, refuted = sum(t.tried for t in all_of), sum(t.refuted for t in all_of)
    small, survived, unjudged = (
        sum(map(len, x)) for x in zip(*((t.small, t.survived, t.unjudged) for t in all_of), strict=True)
    )
    by = ", ".join(f"{sum(t.by.get(w, 0) for t in all_of)} by {w}" for w in NAMES if any(w in t.by for t in all_of))
    by = f" ({by})" if by else ""
    lines = [f"{tried} false twins: {refuted} refuted{by}, {small} too small to see here, {survived} not refuted"]
    lines[0] += f", {unjudged} not judged here: no witness decided their claims at a point" if unjudged else ""
    bare = [s.claim for s in summaries if s.expected == "holds" and not s.twins.tried]
    lines += [f"without a twin that a witness could judge: {', '.join(bare)}"] if bare else []
    return "\n".join(lines)


# ---- Markdown -------------------------------------------------------------------------------------------------------

REPORTED = ("claim", "statement", "formula", "verdict", "resolution", "gap", "evidence", "source")


def markdown(summaries: Iterable[Summary], claims: Mapping[str, Claim], columns: Sequence[str] | None = None) -> str:
    """A section a family: a table of its claims, then what the table leaves open. Or one table of these columns."""
    arranged = arrange(summaries)
    if columns is not None:
        return _md_rows(arranged, claims, columns) + "\n"
    lines = [*(f"{line}  " for line in _md(footer(s for s, _ in arranged), keep_lines=True).split("\n")), ""]
    for family, members in _sections(arranged):
        lines += [f"## {_md(family)}", "", _md_rows(members, claims, REPORTED), ""]
        notes = [(s, note) for s, nested in members if (note := footnote(s, nested))]
        if notes:
            lines += ["Notes:", "", *(f"- `{s.claim}`: {_md(note)}" for s, note in notes), ""]
    lines.append(
        "Gap: the larger side of an inequality over the smaller, over the points. "
        "≠ a statement that is declared false, after its correction. "
        "`selfconsuming show ID` tells all of one claim."
    )
    return "\n".join(lines) + "\n"


def _md_rows(arranged: Iterable[tuple[Summary, bool]], claims: Mapping[str, Claim], columns: Sequence[str]) -> str:
    rows = [[_md_cell(x, s, nested, claims.get(s.claim)) for x in columns] for s, nested in arranged]
    return markdown_table(columns, rows)


def _md_cell(column: str, s: Summary, nested: bool, c: Claim | None) -> str:
    look, text = COLUMNS[column].look, COLUMNS[column].text(s, c)
    if not text:
        return ""
    if look == "math":
        return _md_math(text)
    if look == "number":
        return text
    if look == "code":
        return f"{'≠ ' if nested and column == 'claim' else ''}`{text}`"
    bold = column == "verdict" and (s.surprise or s.verdict == Verdict.PROVED)
    return f"**{text}**" if bold else _md(text)


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns of Markdown text; a bar in a cell has to be escaped already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _md(text: str, keep_lines: bool = False) -> str:
    """Text for a Markdown table cell; as few escapes as will do, since it is read as text too."""
    text = visible(text if keep_lines else " ".join(text.split()))
    text = re.sub(r"([\\`*$|~\[\]])", r"\\\1", text)
    text = re.sub(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9{])", r"\\_", text)  # inside a word it is no emphasis
    text = re.sub(r"&(?=#?\w+;)", "&amp;", text)
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text)


def _md_math(formula: str) -> str:
    """A bar would end the cell, and an escaped bar means another sign in TeX; < and > would be taken for HTML."""
    names = {r"\|": r"\Vert ", "|": r"\vert ", "<": r"\lt ", ">": r"\gt ", "$": r"\$"}
    formula = re.sub(r"\\\||[|<>]|(?<!\\)\$", lambda m: names[m.group()], formula)
    return f"${' '.join(formula.split())}$"


__all__ = [
    "fold",
    "footer",
    "id_width",
    "markdown",
    "markdown_table",
    "plain",
    "plain_twins",
    "terminal",
    "terminal_twins",
    "twins_footer",
]
