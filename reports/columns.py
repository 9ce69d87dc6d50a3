"""The columns that a table of claims can have: one name for each, the same in every format and on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING
from difflib import get_close_matches
from typing import TYPE_CHECKING

from theory.language.errors import BadInput
from theory.language.summaries import Summary

from .witnesses import NAMES
from .wording import (
    _cost,
    _notes,
    _outward,
    _point,
    _seen,
    _witnesses,
    arrange,
    gap,
    kind,
    label,
    shown,
    twins_line,
)
from .written import stated

if TYPE_CHECKING:
    from theory.language.claims import Claim

VERDICTS = ("proved", "supported", "refuted", "undecided", "surprise")


@dataclass(frozen=True)
class Column:
    """`point`, `left` and `right` are those of the margin, where the claim comes nearest to failing; `by`: who looked there.

    text: what a reader sees of a claim, "" if there is nothing to say; of a formula its LaTeX, with what it holds under.

    fields: what it is called in CSV and JSON, where numbers are in full.  look: "text", "code", "math" or "number".
    width: of a table's line, relative to the other columns.
    """

    text: Callable[[Summary, Claim | None], str]
    fields: tuple[str, ...]
    look: str = "text"
    width: int = 10


def _outcome(s: Summary) -> str:
    if s.contradiction:
        return "contradiction"
    return {True: "as declared", False: "surprise", None: "open"}[s.as_declared]


def _nearest_point(s: Summary) -> str:
    f = shown(s)
    return _point(f.point) if f else ""


def _nearest_by(s: Summary) -> str:
    f = shown(s)
    return ", ".join(filter(None, (f.witness, f.guarantee))) if f else ""


def _nearest_side(s: Summary, side: str) -> str:
    f = shown(s)
    return getattr(f, side) if f else ""


COLUMNS: dict[str, Column] = {
    "claim": Column(lambda s, c: s.claim, ("claim",), "code", 18),
    "family": Column(lambda s, c: s.family, ("family",)),
    "statement": Column(lambda s, c: s.statement, ("statement",), width=26),
    "formula": Column(lambda s, c: stated(c) if c else "", ("latex", "where", "case"), "math", 26),
    "verdict": Column(lambda s, c: label(s), ("verdict",)),
    "declared": Column(lambda s, c: s.expected, ("expected",), width=8),
    "outcome": Column(lambda s, c: _outcome(s), ("as_declared", "surprise", "contradiction")),
    "evidence": Column(lambda s, c: " · ".join(_witnesses(s)), NAMES, width=14),
    "coverage": Column(
        lambda s, c: "; ".join(f"{w}: {x}" for w, x in s.coverage.items() if x),
        tuple(f"{w}_coverage" for w in NAMES),
        width=16,
    ),
    "resolution": Column(lambda s, c: _seen(s)[0], ("resolution", "slack", "sharp_point"), "number", 9),
    "margin": Column(lambda s, c: _seen(s)[1], ("margin_low", "margin_high"), "number", 12),
    "gap": Column(lambda s, c: gap(s), ("gap_low", "gap_high"), "number", 9),
    "guarantee": Column(lambda s, c: s.guarantee, ("guarantee",)),
    "point": Column(lambda s, c: _nearest_point(s), ("point",), width=14),
    "by": Column(lambda s, c: _nearest_by(s), ("point_witness", "point_guarantee"), width=14),
    "left": Column(lambda s, c: _nearest_side(s, "lhs"), ("left", "left_radius"), "number", 12),
    "right": Column(lambda s, c: _nearest_side(s, "rhs"), ("right", "right_radius"), "number", 12),
    "replicates": Column(lambda s, c: f"{s.replicates:,}" if s.replicates else "", ("replicates",), "number"),
    "error": Column(lambda s, c: _outward(s.error, None, ROUND_CEILING) if s.error else "", ("error",), "number"),
    "cost": Column(lambda s, c: _cost(s), ("replicates", "seconds"), width=12),
    "twins": Column(
        lambda s, c: twins_line(s) if s.twins.tried or s.twins.needs else "",
        ("twins_tried", "twins_refuted", "twins_survived"),
        width=22,
    ),
    "source": Column(lambda s, c: c.source if c else "", ("source",), width=14),
    "corrected": Column(lambda s, c: s.corrected or "", ("corrected",), "code", 18),
    "method": Column(lambda s, c: s.method, ("method",), width=12),
    "note": Column(lambda s, c: "; ".join(_notes(s)), ("note",), width=22),
}


def chosen(names: str | Iterable[str]) -> tuple[str, ...]:
    """Names of columns, "claim,verdict" or one by one; `BadInput` for one that does not exist or stands there twice."""
    listed = [x.strip() for x in names.split(",")] if isinstance(names, str) else list(names)
    for x in listed:
        if x not in COLUMNS:
            raise BadInput(_unknown("column", x, COLUMNS))
        if listed.count(x) > 1:
            raise BadInput(f"column {x!r} is named twice")
    if not listed:
        raise BadInput(f"no column is named; there are {', '.join(COLUMNS)}")
    return tuple(listed)


def of_verdict(summaries: Iterable[Summary], names: str) -> list[Summary]:
    """Those of these verdicts, "refuted,surprise"; a refuted statement is one of them, as declared or not."""
    listed = [x.strip() for x in names.split(",")]
    for x in listed:
        if x not in VERDICTS:
            raise BadInput(_unknown("verdict", x, VERDICTS))
    return [s for s in summaries if str(s.verdict) in listed or kind(s) in listed]


def _unknown(noun: str, name: str, known: Iterable[str]) -> str:
    known = list(known)
    close = get_close_matches(name.lower(), known, 1, 0.5)
    hint = f"the nearest is {close[0]!r}; " if close else ""
    return f"there is no {noun} {name!r}; {hint}there are {', '.join(known)}"


def rows(
    summaries: Iterable[Summary], claims: Mapping[str, Claim], columns: Sequence[str] = tuple(COLUMNS)
) -> list[dict[str, str]]:
    """A claim a dict of readable strings, by name of the column, in the order in which every format shows them."""
    return [{x: COLUMNS[x].text(s, claims.get(s.claim)) for x in columns} for s, _ in arrange(summaries)]


__all__ = ["COLUMNS", "VERDICTS", "Column", "chosen", "of_verdict", "rows"]
