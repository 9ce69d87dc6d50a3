"""Numbers over a grid: theory, simulated with its interval, their ratio; in Markdown, LaTeX and CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from sympy import Basic, Expr, Symbol

from theory.language.balls import Ball
from theory.language.claims import Claim, latex_of
from theory.language.errors import BadInput
from theory.proof.formulas import Formula

from .answers import ERROR, guaranteed
from .cells import cell
from .latex import tex, tex_math
from .tables import _md, markdown_table
from .values import (
    FLIPPED,
    MOST_ROWS,
    TURNS,
    Known,
    _admit,
    _point,
    ball,
    compared,
    drawn,
    formula_at,
    read,
    shown,
)


@dataclass(frozen=True)
class Row:
    """A line of a table: the variables' values, the quantity and its other side in balls, the quantity simulated."""

    at: Mapping[str, Any]
    quantity: Known
    other: Known | None
    drawn: Known | None
    compared: bool = True  # whether the other side is a value, or a bound, of the quantity

    @property
    def ratio(self) -> Known:
        """Simulated over the other side, or over the quantity's own ball where that is no value of it."""
        below = self.other if self.other is not None and self.compared else self.quantity
        if self.drawn is None or self.drawn.ball is None or below.ball is None or below.ball.value.contains(0):
            return Known()
        found = self.drawn.ball.value / below.ball.value
        return Known(Ball(found, self.drawn.ball.guarantee)) if found.is_finite() else Known()


@dataclass(frozen=True)
class Sheet:
    """A table over a grid: of one part of a claim, or of a closed form. error: that an interval in it misses.

    part: its number in the claim.  case: the listed values at which the sides are as they are told, if they differ.
    """

    title: str
    names: tuple[str, ...]
    quantity: Basic | str
    sign: str
    other: Basic | None
    heading: str
    rows: tuple[Row, ...]
    error: float = 0.0
    part: int = 1
    case: str = ""

    @property
    def is_compared(self) -> bool:
        """Whether a second side stands beside the first."""
        return self.other is not None

    @property
    def has_drawn(self) -> bool:
        """Whether a row has a simulated interval."""
        return any(r.drawn is not None for r in self.rows)

    @property
    def varying(self) -> list[str]:
        """The variables that have a column: those of several values."""
        several = len(self.rows) > 1
        return [n for n in self.names if not several or len({shown(r.at[n]) for r in self.rows}) > 1]

    @property
    def constant(self) -> dict[str, Any]:
        """The other ones, and what they are."""
        return {n: self.rows[0].at[n] for n in self.names if n not in self.varying}

    @property
    def head(self) -> list[str]:
        """The columns."""
        own = ["exact"] if self.is_compared else ["theory"]
        below = self.heading if self.is_compared and self.sign != TURNS else own[0]
        last = ["simulated", f"simulated/{below}"] if self.has_drawn else []
        return [*self.varying, *own, *([self.heading] if self.is_compared else []), *last]

    def cells(self, row: Row) -> list[str]:
        """What stands in them, as text."""
        known = [row.quantity, *([row.other] if self.is_compared and row.other is not None else [])]
        known += [row.drawn or Known(), row.ratio] if self.has_drawn else []
        return [*(shown(row.at[name]) for name in self.varying), *(k.text or "-" for k in known)]

    @property
    def sides(self) -> list[tuple[str, Basic | str]]:
        """What is in the columns of numbers that are no simulated ones: (in words, an expression)."""
        if self.other is None:
            return [("theory:", self.quantity)]
        at = f", at {self.case}" if self.case else ""
        return [(f"exact{at}:", self.quantity), (f"{self.heading}{at}: {self.sign}", self.other)]

    @property
    def notes(self) -> list[str]:
        """What else has to be known beside the numbers."""
        out = []
        if self.has_drawn:
            balls = [r.drawn.ball for r in self.rows if r.drawn is not None and r.drawn.ball is not None]
            kinds = ", ".join(dict.fromkeys(str(b.guarantee) for b in balls if not b.note))
            out += [
                f"simulated: half widths in brackets, in units of the last digits; all of them hold together with "
                f"probability {1 - self.error:g} ({kinds})"
            ] * bool(kinds)
            out += [
                f"in the row {_point({n: r.at[n] for n in self.varying} or r.at)} the simulated number has {guaranteed(b)}"
                for r in self.rows
                if r.drawn is not None and (b := r.drawn.ball) is not None and b.note
            ]
            if self.heading == "bound" and any(
                r.ratio.ball is not None and r.other is not None and r.other.ball is not None and r.other.ball.value < 0
                for r in self.rows
            ):
                out.append(
                    f"where the {self.heading} is below 0, the ratio to it is {FLIPPED[self.sign]} 1 if the claim holds"
                )
        missing = {
            what: k.why
            for r in self.rows
            for what, k in (("exact", r.quantity), (self.heading, r.other), ("simulated", r.drawn))
            if k is not None and k.why
        }
        return out + [f"-: {what}: {why}" for what, why in missing.items()]


def table(c: Claim, given: Mapping[str, str], simulate: bool, seconds: float, seed: int, workers: Any) -> list[Sheet]:
    """A claim over a grid: a sheet for each of its parts. Raises `BadInput`."""
    lists, inner = read(c, given)
    grid = [dict(zip([*lists, *inner], at, strict=True)) for at in product(*lists.values(), *inner.values())]
    if len(grid) > MOST_ROWS:
        raise BadInput(f"{len(grid):,} rows are too many: at most {MOST_ROWS:,}")
    points = [{name: at[name] for name in lists} for at in grid]
    for values in points:
        _admit(c, values)
    cases = [{name: x for name, x in values.items() if name not in c.symbols} for values in points]
    told = [compared(c, case, {}) for case in cases]  # without a value of a bound variable
    parts = [compared(c, case, {k: at[k] for k in inner}) for case, at in zip(cases, grid, strict=True)]
    several = max(len({p.quantity for p in part}) for part in parts)
    share, error = seconds / len(points) / several, ERROR / len(points) / several
    alike: dict[tuple[str, ...], list[int]] = {}  # listed values may turn a relation: each way has its own tables
    for i, part in enumerate(told):
        alike.setdefault(tuple(p.sign for p in part), []).append(i)
    seen: dict[tuple[int, Expr], Known] = {}
    sheets = []
    for members, j in ((members, j) for signs, members in alike.items() for j in range(len(signs))):
        rows = []
        for i in members:
            values, p = points[i], parts[i][j]
            if simulate and (i, p.quantity) not in seen:
                seen[i, p.quantity] = drawn(c, p.quantity, values, share, seed, workers, error)
            other = None if p.other is None else ball(c, p.other, values)
            rows.append(Row(grid[i], ball(c, p.quantity, values), other, seen.get((i, p.quantity)), p.sign != TURNS))
        first = told[members[0]][j]
        sheets.append(
            Sheet(
                f"{c.id}: {c.statement}",
                (*lists, *inner),
                first.quantity,
                first.sign,
                first.other,
                first.heading,
                tuple(rows),
                ERROR,
                j + 1,
                _point(cases[members[0]]) if any(told[i][j] != first for i in members) else "",
            )
        )
    return sheets


def markdown(sheets: Sequence[Sheet]) -> str:
    """Tables of Markdown, each under its title, above its notes."""
    parts = []
    for s in sheets:
        rows = [[_md(x) for x in s.cells(r)] for r in s.rows]
        notes = [*(f"{said} {x}" for said, x in s.sides), *([_point(s.constant)] if s.constant else []), *s.notes]
        parts += [f"**{_md(s.title)}**", markdown_table(s.head, rows), "\n".join(f"- {_md(note)}" for note in notes)]
    return "\n\n".join(parts)


def latex(sheets: Sequence[Sheet]) -> str:
    r"""Tables for `\input`; what is said of them stands below."""
    parts = [r"% needs \usepackage{amsmath,amssymb,booktabs}"]
    for s in sheets:
        names = [_tex_formula(Symbol(name)) for name in s.varying]
        head = [*names, *map(tex, s.head[len(names) :])]
        lines = [" & ".join(head), *(" & ".join(map(_tex_number, s.cells(r))) for r in s.rows)]
        top, *body = (f"{line} \\\\" for line in lines)
        begin = rf"\par\noindent\begin{{tabular}}{{{'r' * len(s.head)}}}"
        parts.append("\n".join([begin, r"\toprule", top, r"\midrule", *body]))
        parts.append("\\bottomrule\n\\end{tabular}\n")
        sides = [f"{_tex_words(said)} {_tex_formula(x)}" for said, x in s.sides]
        fixed = ", ".join(f"{_tex_formula(Symbol(n))} = {_tex_number(shown(x))}" for n, x in s.constant.items())
        parts += [
            rf"\par {{\footnotesize {text}}}"
            for text in (tex(s.title), *sides, *filter(None, [fixed]), *map(tex, s.notes))
        ]
    return "\n".join(parts)


def _tex_words(text: str) -> str:
    """Words, and the sign of a relation after them."""
    words, _, sign = text.rpartition(" ")
    signs = {"≤": r"\le", "≥": r"\ge", "→": r"\to"}
    return f"{tex(words)} ${signs.get(sign, sign)}$" if sign in FLIPPED else tex(text)


def _tex_formula(x: Basic | str) -> str:
    r"""A formula that may be broken where it is wider than a line; a name that is none is in words."""
    return tex(x) if isinstance(x, str) else f"${tex_math(latex_of(x))}$"


def _tex_number(text: str) -> str:
    """A number with its power of ten."""
    if (found := re.fullmatch(r"(-?[\d.]+(?:\(\d+\))?)(?:e([+-]?\d+))?", text)) is None:
        return r"$\infty$" if text == "oo" else tex(text)
    return f"${found[1]}$" if found[2] is None else rf"${found[1]} \times 10^{{{int(found[2])}}}$"


def as_csv(sheets: Sequence[Sheet]) -> str:
    """Numbers as they are: of each a value between two ends."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = sheets[0].names
    ends = [f"{what}_{end}" for what in ("exact", "other", "simulated", "ratio") for end in ("low", "high")]
    writer.writerow(["part", "sign", *names, *ends, "replicates", "guarantee", "error", "note"])
    for s in sheets:
        for r in s.rows:
            known = [r.quantity, r.other or Known(), r.drawn or Known(), r.ratio]
            b = r.drawn.ball if r.drawn is not None else None
            found = [x for k in known for x in (k.ends or ("", ""))]
            told = [b.replicates, guaranteed(b), "" if b.note else b.error] if b is not None else ["", "", ""]
            writer.writerow(
                [
                    s.part,
                    s.sign,
                    *(cell(shown(r.at[n])) for n in names),
                    *found,
                    *told,
                    cell("; ".join(k.why for k in known if k.why)),
                ]
            )
    return out.getvalue().removesuffix("\n")


WRITERS: dict[str, Callable[[Sequence[Sheet]], str]] = {"md": markdown, "latex": latex, "csv": as_csv}


def formula_table(name: str, f: Formula, given: Mapping[str, str]) -> list[Sheet]:
    """A closed form over a grid."""
    rows = tuple(Row(at, known, None, None) for at, known in formula_at(name, f, given, several=True))
    form = name if f.listed else f(**f.symbols)
    return [Sheet(f"{name}: {str(f.__doc__).splitlines()[0]}", tuple(f.kinds), form, "", None, "theory", rows)]


__all__ = ["WRITERS", "formula_table", "table"]
