"""Verdicts as a table in LaTeX, and text and formulas in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from theory.language.summaries import Summary
from theory.language.text import visible

from .columns import COLUMNS
from .phrases import Pieces, phrases
from .tables import footer
from .wording import (
    _sections,
    arrange,
    footnote,
)
from .written import abbreviated, case, where

if TYPE_CHECKING:
    from theory.language.claims import Claim

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
LONG = 8  # rows that fit a page, however many lines each has


def latex(
    summaries: Iterable[Summary],
    claims: Mapping[str, Claim],
    columns: Sequence[str] | None = None,
    standalone: bool = False,
) -> str:
    r"""A booktabs table for `\input`; `standalone`: a document that compiles as it is, with what the table leaves open.

    Up to 8 rows are a `tabular`, which may stand in a float or a column; more a `longtable`, broken over pages. The
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
            words = "" if "statement" in columns else f" {tex_sentence(s.statement)}"
            cells = [_tex_formula(c, words) if x == "formula" and c else _tex_cell(x, s, nested, c) for x in columns]
            below = f"\\selfconsumingrow{{{k}}}\n" if c and "formula" in columns and not abbreviated(c) else ""
            rows.append(f"{' & '.join(cells)} \\\\\n{below}\\addlinespace[2pt]\n")
    name = "longtable" if long else "tabular"
    begin, end = f"\\begin{{{name}}}{{@{{}}{layout}@{{}}}}\n", f"\\end{{{name}}}\n"
    if long:
        return f"{measured}{begin}{head}\\endhead\n\\bottomrule\n\\endfoot\n{''.join(rows)}{end}"
    return f"{measured}\\noindent\n{begin}{head}{''.join(rows)}\\bottomrule\n{end}"  # as wide as the line: not indented


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
    """The formula, what it holds under, which may be broken into lines, and what stands there if it is too wide.

    A long one has names for its parts, and is broken into lines between them.
    """
    if pieces := abbreviated(c):
        return _tex_pieces(pieces)
    under = f" where ${text}$" if (text := where(c)) else ""
    of = f" ({tex(text)})" if (text := case(c)) else ""
    formula = f"\\selfconsumingfit{{{c.latex}{',' if under else ''}}}{{{under}{of}}}{{(too wide for a line){words}}}"
    return tex_math(formula)


def tex_math(formula: str) -> str:
    """A formula whose names may have letters that pdflatex does not know in mathematics."""
    return "".join(x if x.isascii() else f"\\text{{{_tex(x)}}}" for x in formula)


def tex_sentence(text: str) -> str:
    """A statement, the formulas in it as mathematics."""
    return _tex_pieces(phrases(visible(text)))


def _tex_pieces(pieces: Pieces) -> str:
    return "".join(f"${tex_math(piece)}$" if math else tex_words(piece) for math, piece in pieces)


def _tex_cell(column: str, s: Summary, nested: bool, c: Claim | None) -> str:
    look, text = COLUMNS[column].look, COLUMNS[column].text(s, c)
    if not text:
        return ""
    if look == "number":
        return _tex_number(text)
    if look == "code":
        mark = "$\\ne$ " if nested and column == "claim" else ""
        return f"{mark}\\texttt{{{tex(text, breaks=True)}}}"
    if column == "statement":
        return tex_sentence(text)
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
    text = tex_words(" ".join(visible(text).split()))
    return text.replace("-", "-\\allowbreak{}") if breaks else text


def tex_words(text: str) -> str:
    """Text without line breaks, with its spaces, even those at its ends."""
    return "".join(_tex(c) for c in unicodedata.normalize("NFC", text))


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


__all__ = ["latex", "tex"]
