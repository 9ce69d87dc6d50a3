"""Verdicts as data: CSV, JSON, data frames. Numbers are as they are, not rounded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

from theory.language.summaries import Summary
from theory.language.verdicts import Finding

from .cells import cell
from .columns import COLUMNS
from .witnesses import NAMES
from .wording import (
    _notes,
    _point,
    again,
    arrange,
    sharp_at,
    shown,
)
from .written import case, condition

if TYPE_CHECKING:
    from pandas import DataFrame

    from theory.language.claims import Claim

INFINITE = (inf, -inf)


def record(s: Summary, c: Claim | None = None) -> dict[str, Any]:
    """A summary as flat data: numbers as they are, one column for each witness."""
    low, high = s.margin or (None, None)
    f = shown(s)
    sides = f.sides[f.part] if f and f.part < len(f.sides) else None
    (left, left_radius), (right, right_radius) = sides or ((None, None), (None, None))  # an infinite side has no radius
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
        "left_radius": None if left in INFINITE else left_radius,
        "right": right,
        "right_radius": None if right in INFINITE else right_radius,
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

    records = [{k: cell(v) for k, v in r.items()} for r in _records(arrange(summaries), claims, columns)]
    names = list(records[0]) if records else ["claim", "family", "statement", "verdict"]
    return DataFrame(records, columns=names, dtype=object).to_csv(index=False, lineterminator="\n")


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


HIDDEN = ("proof",)  # of a finding: for `recheck`, and long


def _plain_finding(f: Finding) -> dict[str, Any]:
    command = {"reproduce": again(f)} if f.id is not None else {}
    data = {x.name: getattr(f, x.name) for x in fields(f) if x.name not in HIDDEN} | {
        "twins": [asdict(t) for t in f.twins]
    }
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
    rest = [x.name for x in fields(Finding) if x.name not in (*first, "margin", *HIDDEN)]
    return DataFrame(table, columns=[*first, *rest, *(k for k in names if k not in first and k not in rest)])


def _number(text: Any) -> Any:
    """ "3" and "3/2" as numbers, "sqrt(2)" as it is."""
    from fractions import Fraction

    try:
        value = Fraction(str(text))
    except (ValueError, ZeroDivisionError):
        return text
    return int(value) if value.denominator == 1 else float(value)


__all__ = ["as_dict", "as_json", "csv", "frame", "merged", "record"]
