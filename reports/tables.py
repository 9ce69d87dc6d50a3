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
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

from theory.language.verdicts import WITNESSES, Finding, Summary, Verdict

if TYPE_CHECKING:
    from pandas import DataFrame
    from rich.table import Table

    from theory.language.claims import Claim

DECIDED = (Verdict.PROVED, Verdict.SUPPORTED, Verdict.REFUTED)
KINDS = ("proved", "supported", "refuted as declared", "undecided")  # and surprises: every claim is one of these
LETTERS = {w: w[0].upper() for w in WITNESSES}
LEGEND = "D derivation, B ball arithmetic, S simulation; 9/13: nine of thirteen points decided"


# ---- numbers as text ------------------------------------------------------------------------------------------------


def _outward(x: float, spread: float | None, direction: str) -> str:
    """`x` rounded in one direction: to the second digit of itself or of `spread`, the finer one; at most 4 digits."""
    d = Decimal(repr(float(x)))
    if d == 0:
        return "0"
    exponent = d.adjusted() - 1
    if spread:
        exponent = max(min(exponent, Decimal(repr(float(spread))).adjusted() - 1), d.adjusted() - 3)
    digits = d.quantize(Decimal(1).scaleb(exponent), direction).normalize()
    return f"{digits:f}" if -4 <= digits.adjusted() <= 5 else f"{digits:e}".replace("e+", "e")


def percent(x: float | None) -> str:
    """A resolution, two digits, rounded up: "0.32 %"."""
    if x is None:
        return ""
    if not isfinite(x):
        return "unbounded"
    return "exact" if x == 0 else f"{_outward(_times_100(x), None, ROUND_CEILING)} %"


def sharpness(s: Summary | Finding) -> str:
    """How sharply it was looked: "0.32 %" is a resolution, "slack 12 %" how far a strict inequality is from equality."""
    if s.resolution is not None:
        return percent(s.resolution)
    return "" if s.slack is None else f"slack {_outward(_times_100(s.slack), None, ROUND_FLOOR)} %"


def interval(margin: tuple[float, float] | None) -> str:
    """A margin, its ends rounded outward: "[-0.14, 0.18] %"."""
    if margin is None:
        return ""
    low, high = margin
    spread = _times_100(high - low) if isfinite(high - low) else None
    if low == high == 0:
        return "0"
    ends = (
        _outward(_times_100(x), spread, r) if isfinite(x) else f"{x}".replace("inf", "oo")
        for x, r in ((low, ROUND_FLOOR), (high, ROUND_CEILING))
    )
    return f"[{', '.join(ends)}] %"


def _times_100(x: float) -> float:
    return float(Decimal(repr(float(x))).scaleb(2))  # 100 * 0.0032 in floats is a little above 0.32


def _count(n: int) -> str:
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if n >= 10 * size or (n >= size and unit != "k"):
            return f"{n / size:.3g} {unit}"
    return str(n)


def _seconds(s: float) -> str:
    if s >= 120:
        return f"{s / 3600:.1f} h" if s >= 3600 else f"{s / 60:.1f} min"
    return f"{s:.0f} s" if s >= 10 else f"{s:.2g} s"


# ---- what is said of one claim --------------------------------------------------------------------------------------


def arrange(summaries: Iterable[Summary]) -> list[tuple[Summary, bool]]:
    """The summaries by family; after each claim the false statements that it corrects, marked True."""
    summaries = list(summaries)
    holds = {s.claim for s in summaries if s.expected == "holds"}
    false: dict[str, list[Summary]] = {}
    for s in summaries:
        if s.expected == "fails" and s.corrected in holds:
            false.setdefault(s.corrected, []).append(s)
    nested = {s.claim for group in false.values() for s in group}
    order = {family: j for j, family in enumerate(dict.fromkeys(s.family for s in summaries))}
    heads = sorted((s for s in summaries if s.claim not in nested), key=lambda s: order[s.family])
    return [pair for s in heads for pair in ((s, False), *((f, True) for f in false.get(s.claim, ())))]


def _sections(arranged: Iterable[tuple[Summary, bool]]) -> list[tuple[str, list[tuple[Summary, bool]]]]:
    """By family; a false statement goes with its correction, whatever module it is written in."""
    sections: dict[str, list[tuple[Summary, bool]]] = {}
    family = ""
    for s, nested in arranged:
        family = family if nested else s.family
        sections.setdefault(family, []).append((s, nested))
    return list(sections.items())


def kind(s: Summary) -> str:
    """One of KINDS, or "surprise"."""
    return "surprise" if s.surprise else "refuted as declared" if s.verdict == Verdict.REFUTED else str(s.verdict)


def label(s: Summary) -> str:
    """The verdict as it is displayed: with the declaration wherever that matters."""
    if s.contradiction:
        return "contradiction"
    return f"{s.verdict}, surprise" if s.surprise else kind(s).replace("refuted as", "refuted, as")


def told(s: Summary) -> list[str]:
    """The witnesses that decided something (a witness may be undecided at one point and decide twelve)."""
    return [
        w for w, v in s.witnesses.items() if v in DECIDED or (s.coverage.get(w) and not s.coverage[w].startswith("0 "))
    ]


def _witnesses(s: Summary) -> list[str]:
    """["D proved", "S supported 7/13"]: which witness said what, and at how many points."""
    points = {w: re.sub(r"(\d+) of (\d+) points?", r" \1/\2", c) for w, c in s.coverage.items()}
    # "supported" goes without saying where points were decided, "proved" for a derivation
    usual = {"derivation": Verdict.PROVED}
    said = {w: "" if v == usual.get(w, Verdict.SUPPORTED) else f" {v}" for w, v in s.witnesses.items()}
    return [f"{LETTERS.get(w, w)}{v}{'' if points.get(w) == 'all' else points.get(w, '')}" for w, v in said.items()]


def _notes(s: Summary) -> list[str]:
    """What a reader must know beyond the verdict, most urgent first."""
    notes = [f"contradiction: {s.contradiction}"] if s.contradiction else []
    notes += [f"false twins that nothing refuted: {', '.join(s.twins.survived)}"] if s.twins.survived else []
    correct = f"; correct: {s.corrected}" if s.corrected else ""
    where = next((f.point for f in s.findings if f.verdict == Verdict.REFUTED and f.point), None)
    at = f" at {_point(where)}" if where else ""
    if s.expected == "fails":
        notes.append(
            {
                True: "refuted, as declared",
                False: f"declared false, but {s.verdict}",
                None: "declared false, not yet refuted",
            }[s.as_declared]
            + correct
        )
    elif s.verdict == Verdict.REFUTED:
        notes.append(f"declared true, but refuted{at}")
    shown: dict[str, list[str]] = {}  # one reason is often shared by witnesses
    for w, reason in s.reasons.items():
        if reason:
            v = s.witnesses.get(w)
            manner = " left out" if v == Verdict.LEFT_OUT else " at other points" if v in DECIDED else ""
            shown.setdefault(f"{manner}: {' '.join(reason.split())}", []).append(LETTERS.get(w, w))
    notes += [", ".join(ws) + reason for reason, ws in shown.items()]
    if not notes and s.verdict == Verdict.UNDECIDED:
        notes.append("no witness gave a reason")
    return notes


def _footnote(s: Summary, nested: bool) -> str:
    """The notes that a table needs: a proof has no loose ends, and a false statement stands by its correction."""
    settled = s.verdict == Verdict.PROVED or (nested and s.as_declared)
    return "" if settled and not s.surprise else "; ".join(_notes(s))


def _point(point: Mapping[str, str] | None) -> str:
    return ", ".join(f"{k} = {v}" for k, v in (point or {}).items())


def _seen(s: Summary) -> tuple[str, str]:
    """Resolution (or slack) and margin; of an undecided claim neither: its decided points' are not the claim's."""
    return ("", "") if s.verdict == Verdict.UNDECIDED else (sharpness(s), interval(s.margin))


def gap(s: Summary) -> str:
    """ "1.02 to 6.7": by which factor a bound is away from the truth, at its tightest and its loosest point."""
    if not s.gaps:
        return ""
    low, high = (_outward(s.gaps[i][0], None, r) for i, r in ((0, ROUND_FLOOR), (-1, ROUND_CEILING)))
    return low if low == high else f"{low} to {high}"


def _cost(s: Summary) -> str:
    return f"{_count(s.replicates)} replicates, {_seconds(s.seconds)}" if s.replicates else _seconds(s.seconds)


def row(s: Summary) -> dict[str, str]:
    mark = {True: "as declared", False: "surprise", None: "open"}[s.as_declared]
    resolution, margin = _seen(s)
    return {
        "id": s.claim,
        "family": s.family,
        "statement": s.statement,
        "verdict": str(s.verdict),
        "expected": "contradiction" if s.contradiction else mark,
        "witnesses": " · ".join(_witnesses(s)),
        "margin": margin,
        "resolution": resolution,
        "guarantee": s.guarantee,
        "coverage": "; ".join(f"{w}: {c}" for w, c in s.coverage.items() if c),
        "gap": gap(s),
        "cost": _cost(s),
        "note": "; ".join(_notes(s)),
    }


def rows(summaries: Iterable[Summary]) -> list[dict[str, str]]:
    """A claim a dict of readable strings, in the order in which every format shows them."""
    return [row(s) for s, _ in arrange(summaries)]


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
    longest = max((len(s.claim) + 2 * nested for s, nested in arranged), default=5)
    space = max(5, min(longest, max(16, int(0.34 * width))))
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
            table.add_row(Text(_fold(family, space), style="bold underline"))
        for s, nested in members:
            resolution, margin = _seen(s)
            said = [
                w.replace(" ", "\u00a0") for w in _witnesses(s) if "left out" not in w
            ]  # wrap between witnesses only
            said += [f"at {resolution}"] if narrow and resolution else []
            evidence = Text((" · " if roomy else " ").join(said))
            # the rest is said in `show`: a proved claim needs no footnote, and a nested one stands by its correction
            if s.surprise or s.verdict == Verdict.UNDECIDED or (s.expected == "fails" and not nested):
                evidence.append("\n" + "\n".join(_notes(s)), style="italic" if not s.surprise else "bold red")
            cells = [
                Text(_fold(s.claim, space, "  " if nested else ""), style="dim" if nested else ""),
                Text(label(s) if widest else label(s).replace(", ", ",\n"), style=STYLES[kind(s)]),
            ]
            cells += ([] if narrow else [Text(resolution)]) + ([Text(margin)] if roomy else [])
            cells += [evidence] + ([Text(_seconds(s.seconds), style="dim")] if wide else [])
            table.add_row(*cells)
    return table


def _fold(name: str, width: int, indent: str = "") -> str:
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
    surprises = counts["surprise"]
    shown = [f"{counts[k]} {k}" for k in KINDS if counts[k]]
    shown.append(f"{surprises or 'no'} surprise{'' if surprises == 1 else 's'}")
    lines = [f"{_plural(len(summaries), 'claim')}: {', '.join(shown)}"]
    two = sum(len(told(s)) >= 2 for s in summaries)
    extent = [f"{two} with two witnesses or more"]
    coarse = max(
        (s for s in summaries if s.verdict == Verdict.SUPPORTED and s.resolution is not None),
        key=lambda s: s.resolution or 0.0,
        default=None,
    )
    if coarse:
        extent.append(f"coarsest resolution {percent(coarse.resolution)} ({coarse.claim})")
    lines.append("; ".join(extent))
    replicates, error = sum(s.replicates for s in summaries), sum(s.error for s in summaries)
    drawn = f"{_count(replicates)} replicates, " if replicates else ""
    spent = f"; error probability spent {_outward(error, None, ROUND_CEILING)}" if error else ""
    lines.append(
        f"{drawn}{_seconds(sum(s.seconds for s in summaries))} of work planned, shared work counted for each{spent}"
    )
    lines.append("D derivation (proved), B balls, S simulation: points decided of points tried")
    lines += [f"surprise: {s.claim}: {_notes(s)[0]}" for s in summaries if s.surprise]
    return "\n".join(lines)


def _plural(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


# ---- false twins ----------------------------------------------------------------------------------------------------


def twins_line(s: Summary) -> str:
    """ "18 of 18 refuted (B 18, S 16), down to 0.00010 % (B), 0.11 % (S); too small here: x 1.001"."""
    t = s.twins
    by = ", ".join(f"{LETTERS[w]} {t.by[w]}" for w in WITNESSES if w in t.by)
    sizes = ", ".join(f"{percent(t.smallest[w])} ({LETTERS[w]})" for w in WITNESSES if w in t.smallest)
    parts = [f"{t.refuted} of {t.tried} refuted" + (f" ({by})" if by else "") + (f", down to {sizes}" if sizes else "")]
    parts += [f"too small here: {', '.join(t.small)}"] if t.small else []
    parts += [f"NOT REFUTED: {', '.join(t.survived)}"] if t.survived else []
    parts += [f"needs {h}: else {note}" for h, note in t.needs.items() if note]
    return "; ".join(parts)


def _with_twins(summaries: Iterable[Summary]) -> list[Summary]:
    return [s for s, _ in arrange(summaries) if s.twins.tried or s.twins.needs]


def plain_twins(summaries: Iterable[Summary]) -> str:
    """A line a claim: its false twins and who refuted them."""
    told_of = _with_twins(summaries)
    width = max((len(s.claim) for s in told_of), default=0)
    return "\n".join(f"twins  {s.claim.ljust(width)}  {twins_line(s)}" for s in told_of)


def terminal_twins(summaries: Iterable[Summary]) -> Table:
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
    small, survived = (sum(len(x) for x in xs) for xs in zip(*((t.small, t.survived) for t in all_of), strict=True))
    by = ", ".join(f"{sum(t.by.get(w, 0) for t in all_of)} by {w}" for w in WITNESSES if any(w in t.by for t in all_of))
    lines = [f"{tried} false twins: {refuted} refuted ({by}), {small} too small to see here, {survived} not refuted"]
    bare = [s.claim for s in summaries if s.expected == "holds" and not s.twins.tried]
    lines += [f"without a twin that a witness could judge: {', '.join(bare)}"] if bare else []
    return "\n".join(lines)


# ---- Markdown -------------------------------------------------------------------------------------------------------


def markdown(summaries: Iterable[Summary], claims: Mapping[str, Claim]) -> str:
    """A section a family: a table of its claims, then what the table leaves open."""
    arranged = arrange(summaries)
    lines = [*(f"{line}  " for line in _md(footer(s for s, _ in arranged), keep_lines=True).split("\n")), ""]
    for family, members in _sections(arranged):
        lines += [
            f"## {_md(family)}",
            "",
            "| claim | statement | formula | verdict | resolution | gap | witnesses | source |",
            "|---|---|---|---|--:|--:|---|---|",
        ]
        for s, nested in members:
            c = claims.get(s.claim)
            verdict = f"**{label(s)}**" if s.surprise or s.verdict == Verdict.PROVED else label(s)
            cells = [
                ("≠ " if nested else "") + f"`{s.claim}`",
                _md(s.statement),
                _md_math(c.latex) if c else "",
                verdict,
                _seen(s)[0],
                gap(s),
                " · ".join(_witnesses(s)),
                _md(c.source) if c else "",
            ]
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
        notes = [(s, note) for s, nested in members if (note := _footnote(s, nested))]
        if notes:
            lines += ["Notes:", "", *(f"- `{s.claim}`: {_md(note)}" for s, note in notes), ""]
    lines.append(
        f"Witnesses: {LEGEND}. Gap: the larger side of an inequality over the smaller, over the points. "
        "≠ a statement that is declared false, after its correction. "
        "`selfconsuming show ID` tells all of one claim."
    )
    return "\n".join(lines) + "\n"


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns of Markdown text; a bar in a cell has to be escaped already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _md(text: str, keep_lines: bool = False) -> str:
    """Text for a Markdown table cell; as few escapes as will do, since it is read as text too."""
    text = text if keep_lines else " ".join(text.split())
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
% a formula wider than its column is shrunk to it
\newcommand{\fit}[1]{\sbox0{$\displaystyle #1$}%
  \ifdim\wd0>\linewidth\resizebox{\linewidth}{!}{\usebox0}\else\usebox0\fi}
\newcolumntype{L}[1]{>{\raggedright\arraybackslash}p{#1}}
\setlength{\parindent}{0pt}\setlength{\normallineskip}{3pt}\setlength{\LTleft}{0pt}\setlength{\LTright}{0pt plus 1fill}
\begin{document}
"""

_HEAD = r"""\begin{longtable}{@{}L{46mm}L{116mm}L{22mm}rL{48mm}@{}}
\toprule
Claim & Statement & Verdict & Resolution & Evidence \\
\midrule
\endhead
\bottomrule
\endfoot
"""


def latex(summaries: Iterable[Summary], claims: Mapping[str, Claim]) -> str:
    """A document that compiles as it is; the table between `longtable` and its end can be pasted into a paper."""
    arranged = arrange(summaries)
    parts = [
        _PREAMBLE,
        "\\footnotesize\n",
        *(f"{tex(line)}\\par\n" for line in footer(s for s, _ in arranged).split("\n")),
        f"Witnesses: {tex(LEGEND)}.\\par\n",
    ]
    for family, members in _sections(arranged):
        parts += [f"\\section*{{{tex(family)}}}\n", _HEAD]
        for s, nested in members:
            c = claims.get(s.claim)
            source = f"\\newline {{\\scriptsize {tex(c.source)}}}" if c else ""
            name = ("$\\ne$ " if nested else "") + f"\\texttt{{{tex(s.claim, breaks=True)}}}"
            formula = f"\\par\\fit{{{c.latex}}}" if c else ""
            note = _footnote(s, nested)
            evidence = tex(" · ".join(_witnesses(s))) + (f"\\newline {{\\scriptsize {tex(note)}}}" if note else "")
            verdict = f"\\textbf{{{tex(label(s))}}}" if s.surprise else tex(label(s))
            cells = [name + source, tex(s.statement) + formula, verdict, tex(_seen(s)[0]), evidence]
            parts.append(" & ".join(cells) + " \\\\\n\\addlinespace[4pt]\n")
        parts.append("\\end{longtable}\n")
    return "".join(parts) + "\\end{document}\n"


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
    '"': r"\textquotedbl{}",
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
    "²": r"\ensuremath{^2}",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "…": r"\dots{}",
}


def tex(text: str, breaks: bool = False) -> str:
    """Text for LaTeX: special characters escaped, letters that pdflatex does not know replaced; `breaks` at hyphens."""
    text = "".join(_tex(c) for c in unicodedata.normalize("NFC", " ".join(text.split())))
    return text.replace("-", "-\\allowbreak{}") if breaks else text


def _tex(c: str) -> str:
    if c in _TEX or " " <= c <= "~":
        return _TEX.get(c, c)
    name = unicodedata.name(c, "").split()
    if name[:1] == ["GREEK"] and "LETTER" in name and len(name) == 4:
        letter = name[-1].replace("LAMDA", "LAMBDA").lower()
        if name[1] == "SMALL" and letter not in ("omicron", "final"):
            return f"\\ensuremath{{\\{letter}}}"
        if letter in ("gamma", "delta", "theta", "lambda", "xi", "pi", "sigma", "upsilon", "phi", "psi", "omega"):
            return f"\\ensuremath{{\\{letter.capitalize()}}}"
    if "\u00c0" <= c <= "\u017e" and name[:1] == ["LATIN"]:
        return c
    return "".join(_TEX.get(x, x) for x in unicodedata.normalize("NFKD", c) if " " <= x <= "~") or "?"


# ---- data -----------------------------------------------------------------------------------------------------------


def record(s: Summary) -> dict[str, Any]:
    """A summary as flat data: numbers as they are, one column for each witness."""
    low, high = s.margin or (None, None)
    return {
        "claim": s.claim,
        "family": s.family,
        "statement": s.statement,
        "verdict": str(s.verdict),
        "expected": s.expected,
        "as_declared": s.as_declared,
        "surprise": s.surprise,
        "corrected": s.corrected,
        **{w: str(s.witnesses[w]) if w in s.witnesses else None for w in WITNESSES},
        **{f"{w}_coverage": s.coverage.get(w) or None for w in WITNESSES},
        "margin_low": low,
        "margin_high": high,
        "resolution": s.resolution,
        "guarantee": s.guarantee,
        "method": s.method,
        "replicates": s.replicates,
        "seconds": s.seconds,
        "error": s.error,
        "contradiction": s.contradiction,
        "note": "; ".join(_notes(s)),
    }


def csv(summaries: Iterable[Summary]) -> str:
    """A line a claim; numbers in full."""
    from pandas import DataFrame

    records = [record(s) for s, _ in arrange(summaries)]
    names = list(records[0]) if records else ["claim", "family", "statement", "verdict"]
    return DataFrame(records, columns=names, dtype=object).to_csv(index=False, lineterminator="\n")


def as_dict(summaries: Iterable[Summary], meta: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """{"findings": one per claim, witness and point; "claims": one per claim; and `meta`}, ready for strict JSON.

    An infinite or undefined number is null: JSON has no other word for it.
    """
    arranged = [s for s, _ in arrange(summaries)]
    findings = [{**_plain_finding(f), "coverage": s.coverage.get(f.witness, "")} for s in arranged for f in s.findings]
    return _strict({"findings": findings, "claims": [record(s) for s in arranged], **(meta or {})})


def as_json(summaries: Iterable[Summary], meta: Mapping[str, Any] | None = None) -> str:
    from json import dumps

    return dumps(as_dict(summaries, meta), indent=1, ensure_ascii=False, allow_nan=False)


def _plain_finding(f: Finding) -> dict[str, Any]:
    again = {"reproduce": f"selfconsuming reproduce {f.id}"} if f.id is not None else {}
    data = {x.name: getattr(f, x.name) for x in fields(f)} | {"twins": [asdict(t) for t in f.twins]}
    return {**data, "as_declared": f.as_declared, **again}


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
    "arrange",
    "as_dict",
    "as_json",
    "csv",
    "footer",
    "frame",
    "interval",
    "kind",
    "label",
    "latex",
    "markdown",
    "percent",
    "plain",
    "plain_twins",
    "record",
    "row",
    "rows",
    "terminal",
    "terminal_twins",
    "tex",
    "told",
    "twins_footer",
    "twins_line",
]
