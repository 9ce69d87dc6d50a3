"""What the verdicts look like: terminal, plain text, Markdown, LaTeX, CSV, JSON and data frames.

Text is rounded outward, so that a printed number never claims more than its interval; CSV, JSON and frames carry the
numbers as they are. In every format a statement that is declared false stands right after its correction.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from decimal import ROUND_CEILING
from math import isfinite
from typing import TYPE_CHECKING, Any

from theory.language.text import visible
from theory.language.verdicts import ENDED, Finding, Summary, Verdict

from .columns import COLUMNS
from .witnesses import NAMES, WITNESSES
from .wording import (
    KINDS,
    _count,
    _notes,
    _outward,
    _point,
    _seconds,
    _sections,
    _seen,
    _witnesses,
    again,
    arrange,
    deciding,
    falls,
    footnote,
    kind,
    label,
    percent,
    sharp_at,
    shown,
    twins_line,
)
from .written import case, condition, where

if TYPE_CHECKING:
    from pandas import DataFrame
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


# ---- LaTeX ----------------------------------------------------------------------------------------------------------

_PREAMBLE = r"""\documentclass[a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage[landscape,margin=14mm]{geometry}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{amsmath,amssymb,booktabs,longtable,array,graphicx}
\setlength{\parindent}{0pt}\setlength{\normallineskip}{3pt}
\begin{document}
\footnotesize
"""

_FIT = r"""% needs \usepackage{amsmath,amssymb,booktabs,longtable,array,graphicx}
% a formula wider than its column is shrunk to it, down to six tenths; one that is wider still has a line of the table below
% its row, and one that is too wide for that is left to words
\providecommand{\selfconsumingfit}[3]{\sbox0{$\displaystyle #1$}\gdef\selfconsumingbelow{}%
  \ifdim\wd0>\linewidth
    \ifdim.6\wd0>\linewidth
      \ifdim.6\wd0>\selfconsumingline #3\else(below)\gdef\selfconsumingbelow{\selfconsumingset{#1}#2}\fi
    \else\selfconsumingset{#1}#2\fi
  \else\usebox0#2\fi}%
\providecommand{\selfconsumingset}[1]{\sbox0{$\displaystyle #1$}%
  \ifdim\wd0>\linewidth\resizebox{\linewidth}{!}{\usebox0}\else\usebox0\fi}%
\makeatletter
\providecommand{\selfconsumingrow}[1]{\ifx\selfconsumingbelow\@empty\expandafter\@gobble\else\expandafter\@firstofone\fi
  {\noalign{\penalty10000}\multicolumn{#1}{@{}p{\linewidth}@{}}{\raggedright\selfconsumingbelow}\\}}%
\makeatother
\ifdefined\selfconsumingnumbers\else\newlength{\selfconsumingnumbers}\newlength{\selfconsumingline}\fi%
"""

TABLE = ("claim", "statement", "formula", "verdict", "resolution", "evidence")
LONG = 30  # rows that fit a page


def latex(
    summaries: Iterable[Summary],
    claims: Mapping[str, Claim],
    columns: Sequence[str] | None = None,
    standalone: bool = False,
) -> str:
    r"""A booktabs table for `\input`; `standalone`: a document that compiles as it is, with what the table leaves open.

    Up to 30 rows are a `tabular`, which may stand in a float or a column; more a `longtable`, broken over pages. The
    packages that it needs are named in its first line. It is as wide as the line.
    """
    arranged = arrange(summaries)
    columns = columns or ((*TABLE, "source") if standalone else TABLE)
    table = _FIT + _tex_table(arranged, claims, columns)
    if not standalone:
        return table
    above = footer(s for s, _ in arranged).split("\n")
    notes = [
        f"\\texttt{{{tex(s.claim, breaks=True)}}}: {tex(x)}" for s, nested in arranged if (x := footnote(s, nested))
    ]
    parts = [_PREAMBLE, *(f"{tex(line)}\\par\n" for line in above), "\\medskip\n", table, "\\par\n"]
    parts += ["\\medskip Notes:\\par\n" if notes else "", *(f"{note}\\par\n" for note in notes)]
    return "".join(parts) + "\\end{document}\n"


def _tex_table(arranged: Sequence[tuple[Summary, bool]], claims: Mapping[str, Claim], columns: Sequence[str]) -> str:
    long, k = len(arranged) > LONG, len(columns)
    numbers = {x: _longest(x, arranged, claims) for x in columns if COLUMNS[x].look == "number"}
    total = sum(COLUMNS[x].width for x in columns if x not in numbers)
    measured = f"\\settowidth{{\\selfconsumingnumbers}}{{{''.join(numbers.values())}}}%\n"
    measured += "\\setlength{\\selfconsumingline}{\\linewidth}%\n"
    layout = ""
    for x in columns:  # numbers as wide as they are, the others share what is left of the line
        if x in numbers:
            layout += "\n  r"
            continue
        share = COLUMNS[x].width / total
        gaps = f"{2 * (k - 1) * share:.4f}\\tabcolsep"
        width = f"\\dimexpr {share:.4f}\\linewidth-{share:.4f}\\selfconsumingnumbers-{gaps}\\relax"
        layout += f"\n  >{{\\raggedright\\arraybackslash}}p{{{width}}}"
    head = f"\\toprule\n{' & '.join(x.capitalize() for x in columns)} \\\\\n\\midrule\n"
    rows = []
    sections = _sections(arranged)
    for i, (family, members) in enumerate(sections):
        if len(sections) > 1 and "family" not in columns:
            space = "\\addlinespace[4pt]\n" if i else ""
            rows.append(f"{space}\\multicolumn{{{k}}}{{@{{}}l@{{}}}}{{\\textbf{{{tex(family)}}}}} \\\\\n")
        for s, nested in members:
            c = claims.get(s.claim)
            words = "" if "statement" in columns else f" {tex(s.statement)}"
            cells = [_tex_formula(c, words) if x == "formula" and c else _tex_cell(x, s, nested, c) for x in columns]
            below = f"\\selfconsumingrow{{{k}}}\n" if c and "formula" in columns else ""
            rows.append(f"{' & '.join(cells)} \\\\\n{below}\\addlinespace[2pt]\n")
    name = "longtable" if long else "tabular"
    begin, end = f"\\begin{{{name}}}{{@{{}}{layout}@{{}}}}\n", f"\\end{{{name}}}\n"
    if long:
        return f"{measured}{begin}{head}\\endhead\n\\bottomrule\n\\endfoot\n{''.join(rows)}{end}"
    return f"{measured}{begin}{head}{''.join(rows)}\\bottomrule\n{end}"


def _longest(column: str, arranged: Iterable[tuple[Summary, bool]], claims: Mapping[str, Claim]) -> str:
    """The text that sets the width of a column of numbers."""
    cells = (_tex_number(COLUMNS[column].text(s, claims.get(s.claim))) for s, _ in arranged)
    return max(
        [column.capitalize(), *cells], key=lambda text: len(re.sub(r"\\\w+|[{}^\\]", "", text.replace("\\times", "00")))
    )


def _tex_number(text: str) -> str:
    """Signs, powers of ten and infinity as in formulas."""
    text = re.sub(r"(?<=[\d)])e(-?\d+)", r"\\ensuremath{\\times10^{\1}}", text.replace("%", "\\%"))
    text = re.sub(r"(?<![\w{^])-(?=[\do])", r"\\ensuremath{-}", text)
    return re.sub(r"\boo\b", r"\\ensuremath{\\infty}", text)


def _tex_formula(c: Claim, words: str) -> str:
    """The formula, what it holds under, which may be broken into lines, and what stands there if it is too wide."""
    under = f" where ${text}$" if (text := where(c)) else ""
    of = f" ({tex(text)})" if (text := case(c)) else ""
    formula = f"\\selfconsumingfit{{{c.latex}{',' if under else ''}}}{{{under}{of}}}{{(too wide for a line){words}}}"
    return tex_math(formula)


def tex_math(formula: str) -> str:
    """A formula whose names may have letters that pdflatex does not know in mathematics."""
    return "".join(x if x.isascii() else f"\\text{{{_tex(x)}}}" for x in formula)


def _tex_cell(column: str, s: Summary, nested: bool, c: Claim | None) -> str:
    look, text = COLUMNS[column].look, COLUMNS[column].text(s, c)
    if not text:
        return ""
    if look == "number":
        return _tex_number(text)
    if look == "code":
        mark = "$\\ne$ " if nested and column == "claim" else ""
        return f"{mark}\\texttt{{{tex(text, breaks=True)}}}"
    return f"\\textbf{{{tex(text)}}}" if column == "verdict" and s.surprise else tex(text)


_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",  # the straight one is not in every font
    "·": r"\textperiodcentered{}",
    "≤": r"\ensuremath{\le}",
    "≥": r"\ensuremath{\ge}",
    "≠": r"\ensuremath{\ne}",
    "±": r"\ensuremath{\pm}",
    "×": r"\ensuremath{\times}",
    "∞": r"\ensuremath{\infty}",
    "→": r"\ensuremath{\to}",
    "√": r"\ensuremath{\surd}",
    "−": r"\ensuremath{-}",
    "≈": r"\ensuremath{\approx}",
    "≡": r"\ensuremath{\equiv}",
    "∝": r"\ensuremath{\propto}",
    "∈": r"\ensuremath{\in}",
    "∉": r"\ensuremath{\notin}",
    "∀": r"\ensuremath{\forall}",
    "∃": r"\ensuremath{\exists}",
    "∑": r"\ensuremath{\sum}",
    "∏": r"\ensuremath{\prod}",
    "∫": r"\ensuremath{\int}",
    "∂": r"\ensuremath{\partial}",
    "⇒": r"\ensuremath{\Rightarrow}",
    "‖": r"\ensuremath{\Vert}",
    "⋅": r"\ensuremath{\cdot}",
    "°": r"\ensuremath{^\circ}",
    "′": r"\ensuremath{'}",
    "⁄": "/",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "…": r"\dots{}",
}


UNSET = "ĦħĸĿŀŉŦŧ"  # Latin letters that are in no font of pdflatex
RAISED = {"<super>": r"\textsuperscript", "<sub>": r"\textsubscript"}  # as Unicode calls them


def tex(text: str, breaks: bool = False) -> str:
    """Text for LaTeX: special characters escaped, letters that pdflatex does not know replaced; `breaks` at hyphens."""
    text = "".join(_tex(c) for c in unicodedata.normalize("NFC", " ".join(visible(text).split())))
    return text.replace("-", "-\\allowbreak{}") if breaks else text


def _tex(c: str) -> str:
    if c in _TEX or " " <= c <= "~":
        return _TEX.get(c, c)
    from theory.language.claims import greek

    if (letter := greek(c)) != c:
        return f"\\ensuremath{{{letter.strip()}}}"
    name = unicodedata.name(c, "").split()
    if "\u00c0" <= c <= "\u017e" and name[:1] == ["LATIN"] and c not in UNSET:
        return c
    plain = "".join(_TEX.get(x, x) for x in unicodedata.normalize("NFKD", c) if x in _TEX or " " <= x <= "~") or "?"
    raised = unicodedata.decomposition(c).partition(" ")[0]
    return f"{RAISED[raised]}{{{plain}}}" if raised in RAISED else plain


# ---- data -----------------------------------------------------------------------------------------------------------

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # and their full width


def record(s: Summary, c: Claim | None = None) -> dict[str, Any]:
    """A summary as flat data: numbers as they are, one column for each witness."""
    low, high = s.margin or (None, None)
    f = shown(s)
    sides = f.sides[f.part] if f and f.part < len(f.sides) else None
    (left, left_radius), (right, right_radius) = sides or ((None, None), (None, None))
    return {
        "claim": s.claim,
        "family": s.family,
        "statement": s.statement,
        "latex": c.latex if c else None,
        "where": condition(c) if c else None,
        "case": case(c) if c else None,
        "source": c.source if c else None,
        "verdict": str(s.verdict),
        "expected": s.expected,
        "as_declared": s.as_declared,
        "surprise": s.surprise,
        "corrected": s.corrected,
        **{w: str(s.witnesses[w]) if w in s.witnesses else None for w in NAMES},
        **{f"{w}_coverage": s.coverage.get(w) or None for w in NAMES},
        "margin_low": low,
        "margin_high": high,
        "resolution": s.resolution,
        "slack": s.slack,
        "sharp_point": _point(sharp.point) if (sharp := sharp_at(s)) and sharp.point else None,
        "gap_low": s.gaps[0][0] if s.gaps else None,
        "gap_high": s.gaps[-1][0] if s.gaps else None,
        "guarantee": s.guarantee,
        "point": _point(f.point) if f and f.point else None,
        "point_witness": f.witness if f else None,
        "point_guarantee": f.guarantee if f else None,
        "left": left,
        "left_radius": left_radius,
        "right": right,
        "right_radius": right_radius,
        "method": s.method,
        "replicates": s.replicates,
        "seconds": s.seconds,
        "error": s.error,
        "twins_tried": s.twins.tried,
        "twins_refuted": s.twins.refuted,
        "twins_survived": "; ".join(s.twins.survived),
        "contradiction": s.contradiction,
        "note": "; ".join(_notes(s)),
    }


def _records(
    arranged: Iterable[tuple[Summary, bool]], claims: Mapping[str, Claim], columns: Sequence[str] | None
) -> list[dict[str, Any]]:
    whole = [record(s, claims.get(s.claim)) for s, _ in arranged]
    names = None if columns is None else dict.fromkeys(f for x in columns for f in COLUMNS[x].fields)
    return whole if names is None else [{f: r[f] for f in names} for r in whole]


def csv(summaries: Iterable[Summary], claims: Mapping[str, Claim], columns: Sequence[str] | None = None) -> str:
    """A line a claim; numbers in full, so that a column may become several fields: margin_low, margin_high."""
    from pandas import DataFrame

    records = [{k: _cell(v) for k, v in r.items()} for r in _records(arrange(summaries), claims, columns)]
    names = list(records[0]) if records else ["claim", "family", "statement", "verdict"]
    return DataFrame(records, columns=names, dtype=object).to_csv(index=False, lineterminator="\n")


def _cell(x: Any) -> Any:
    """A value for CSV. Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay."""
    return f"'{x}" if isinstance(x, str) and x.lstrip(" ").startswith(FORMULA) else x


def as_dict(
    summaries: Iterable[Summary],
    claims: Mapping[str, Claim],
    meta: Mapping[str, Any] | None = None,
    columns: Sequence[str] | None = None,
) -> dict[str, Any]:
    """{"findings": one per claim, witness and point; "claims": one per claim; and `meta`}, ready for strict JSON.

    An infinite or undefined number is null: JSON has no other word for it. With `columns`: these of the claims, and no
    findings. `reports/report.schema.json` says what every field means.
    """
    arranged = arrange(summaries)
    records = _records(arranged, claims, columns)
    if columns is not None:
        return _strict({"columns": list(columns), "claims": records, **(meta or {})})
    findings = [
        {**_plain_finding(f), "coverage": s.coverage.get(f.witness, "")} for s, _ in arranged for f in s.findings
    ]
    return _strict({"findings": findings, "claims": records, **(meta or {})})


def as_json(
    summaries: Iterable[Summary],
    claims: Mapping[str, Claim],
    meta: Mapping[str, Any] | None = None,
    columns: Sequence[str] | None = None,
) -> str:
    """The findings as JSON, as `report.schema.json` describes them."""
    from json import dumps

    return dumps(as_dict(summaries, claims, meta, columns), indent=1, ensure_ascii=False, allow_nan=False)


def merged(parts: Iterable[Mapping[str, Any]], refused: Sequence[str] = ()) -> str:
    """The JSON of several reports in one.  refused: what is told of claims that are bad input, and in no report."""
    from json import dumps

    parts = list(parts)
    whole: dict[str, Any] = {
        key: [row for part in parts for row in part.get(key, ())] for key in ("findings", "claims")
    }
    if refused:
        whole["refused"] = list(refused)
    return dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)


def _plain_finding(f: Finding) -> dict[str, Any]:
    command = {"reproduce": again(f)} if f.id is not None else {}
    data = {x.name: getattr(f, x.name) for x in fields(f)} | {"twins": [asdict(t) for t in f.twins]}
    data |= {"assumed": [asdict(a) for a in f.assumed], "seen": f.seen and asdict(f.seen)}
    return {**data, "as_declared": f.as_declared, **command}


def _strict(x: Any) -> Any:
    """`x` in JSON's own types."""
    if isinstance(x, Mapping):
        return {str(k): _strict(v) for k, v in x.items()}
    if isinstance(x, list | tuple | set | frozenset):
        return [_strict(v) for v in x]
    if isinstance(x, float):  # numpy's float64 is one
        return float(x) if isfinite(x) else None
    if x is None or isinstance(x, bool | int):
        return x
    if isinstance(x, str):
        return str(x)  # an enum's value
    return _strict(x.item()) if hasattr(x, "item") else str(x)


def frame(findings: Sequence[Finding]) -> DataFrame:
    """A row a finding. `point` is exact text; column `point.n` of a variable n: numbers where rational."""
    from pandas import DataFrame

    table = []
    for f in findings:
        data = _plain_finding(f)
        low, high = data.pop("margin") or (None, None)
        data |= {
            "verdict": str(f.verdict),
            "point": _point(f.point) if f.point is not None else None,
            "certificate": "\n".join(f.certificate),
            "twins": "; ".join(f"{t.name}: {'refuted' if t.refuted else 'not refuted'}" for t in f.twins),
            "assumed": "; ".join(f"{a.assumption}: {a.verdict}" for a in f.assumed),
            "seen": None if f.seen is None else f"{f.seen.measured:g} in [{f.seen.low:g}, {f.seen.high:g}]",
            "margin_low": low,
            "margin_high": high,
        }
        table.append(data | {f"point.{k}": _number(v) for k, v in (f.point or {}).items()})
    names = dict.fromkeys(k for data in table for k in data)
    first = ["claim", "family", "witness", "point", "verdict", "expected", "as_declared", "margin_low", "margin_high"]
    rest = [x.name for x in fields(Finding) if x.name not in (*first, "margin")]
    return DataFrame(table, columns=[*first, *rest, *(k for k in names if k not in first and k not in rest)])


def _number(text: Any) -> Any:
    """ "3" and "3/2" as numbers, "sqrt(2)" as it is."""
    from fractions import Fraction

    try:
        value = Fraction(str(text))
    except (ValueError, ZeroDivisionError):
        return text
    return int(value) if value.denominator == 1 else float(value)


__all__ = [
    "as_dict",
    "as_json",
    "csv",
    "fold",
    "footer",
    "frame",
    "id_width",
    "latex",
    "markdown",
    "markdown_table",
    "merged",
    "plain",
    "plain_twins",
    "record",
    "terminal",
    "terminal_twins",
    "tex",
    "twins_footer",
]
