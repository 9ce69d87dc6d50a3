"""Measured runs beside what is claimed of them: a table, a figure, and what they say under assumptions.

All of it is shown whatever the verdict is, and no verdict rests on it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from theory.language.summaries import Summary, assumed_beside
from theory.language.text import file_name
from theory.language.verdicts import WHOLE_RUNS, Assumed, Finding, Verdict

from .cells import cell
from .streams import naming
from .wording import interval

if TYPE_CHECKING:
    from .figures import Trajectory

GENERATION = "t"
LARGE = 1e6  # percent
UNSEEN = 1e-6  # of an interval's width
MOST_ROWS = 24  # that are printed of a claim; files have all
COLUMNS = ("measured", "low", "high", "claimed", "interval", "runs", "verdict", "if assumed", "note")


def measured_points(s: Summary) -> list[Finding]:
    """The points of which something was measured."""
    return [f for f in s.findings if f.seen is not None and f.point is not None]


def headline(s: Summary) -> str:
    """What is told beside a verdict that is not decided without an assumption, "" if nothing is."""
    if s.verdict in (Verdict.REFUTED, Verdict.SUPPORTED):
        return ""
    beside = assumed_beside(s.findings)
    if beside is None:
        return _not_refuted(s)
    return f"without an assumption; {str(beside.verdict).upper()} if the runs are {beside.assumption}"


def _not_refuted(s: Summary) -> str:
    """How far off the runs may be as wholes, where nothing contradicts the claim, by what assumes least; "" if that is open."""
    for f in s.findings:
        if f.method == WHOLE_RUNS and f.verdict == Verdict.UNDECIDED:
            known = [(f.margin, ""), *((a.margin, f", if the runs are {a.assumption}") for a in f.assumed)]
            for margin, said in known:
                if margin is not None and all(map(isfinite, margin)):
                    if margin[0] > 0:  # of an inequality
                        return f"but all generations together hold with {_off(margin)} to spare{said}"
                    return f"but not refuted: all generations together are off by {_off(margin)}{said}"
    return ""


def lines(s: Summary) -> list[str]:
    """What the runs say as wholes, and under assumptions; then what was measured at each point."""
    out = []
    for f in s.findings:
        if f.method == WHOLE_RUNS:
            told = f": missed by {_missed(f.margin)}" if f.verdict == Verdict.REFUTED else _open(f.margin, ": ")
            told += f" of {f.scale}" if told else ""
            out.append(f"  one number a run, nothing assumed: {f.verdict}{told}; {f.note}")
            for a in f.assumed:
                words = _words(a, "" if told else f" of {f.scale}")
                told = told or f.scale in words  # the unit is told once
                out.append(f"    if {words}")
    points = [(a, f) for f in s.findings if f.method != WHOLE_RUNS for a in f.assumed]
    for assumption in dict.fromkeys(a.assumption for a, _ in points):
        out.append(
            f"  point by point, if the runs are {assumption}: {_counted([x for x in points if x[0].assumption == assumption])}"
        )
    return out + table_lines(s)


def _words(a: Assumed, unit: str = "") -> str:
    told = f"missed by {_missed(a.margin)}" if a.verdict == Verdict.REFUTED else _open(a.margin)
    error = f"error probability {a.error:.2g}, if it is so" if a.verdict == Verdict.REFUTED else a.note
    return f"{a.assumption}: {a.verdict}" + "".join(f"; {x}" for x in (told + unit if told else "", error) if x)


def _open(margin: tuple[float, float] | None, before: str = "") -> str:
    """Of what is not refuted, how far off it may be, or how much an inequality has to spare; "" where that is open."""
    if margin is None or not all(map(isfinite, margin)):
        return ""
    return f"{before}{'to spare:' if margin[0] > 0 else 'off by'} {_off(margin)}"


def _off(margin: tuple[float, float]) -> str:
    low, high = (_percent(100 * x) for x in margin)
    return f"{low} to {high} %"


def _percent(x: float) -> str:
    """Three digits, without a power of ten where a person would write none."""
    return f"{float(f'{x:.3g}'):,.0f}" if 1000 <= abs(x) < LARGE else f"{x:.3g}"


def _missed(margin: tuple[float, float] | None) -> str:
    low, high = sorted(abs(100 * x) for x in margin or (0.0, 0.0))
    return f"{_percent(low)} % and more" if not isfinite(high) else f"{_percent(low)} to {_percent(high)} %"


def _counted(found: Sequence[tuple[Assumed, Finding]]) -> str:
    """ "refuted at 3 of 20 points, first at n = 10, t = 4"."""
    out = []
    for verdict in (Verdict.REFUTED, Verdict.SUPPORTED, Verdict.UNDECIDED):
        there = [x for x in found if x[0].verdict == verdict]
        if there:
            a, f = there[0]
            where = ", ".join(f"{k} = {v}" for k, v in (f.point or {}).items())
            first = f", first at {where} ({interval(a.margin)})" if verdict == Verdict.REFUTED else ""
            note = f" ({_commonest(there)})" if verdict == Verdict.UNDECIDED and a.note else ""
            out.append(f"{verdict} at {len(there)} of {len(found)} points{first}{note}")
    return "; ".join(out)


def _commonest(found: Sequence[tuple[Assumed, Finding]]) -> str:
    """The first of the reasons that most points have, whatever the numbers in them are."""
    kinds = [re.sub(r"\d[\d.,e+-]*", "", a.note) for a, _ in found]
    return found[kinds.index(max(kinds, key=kinds.count))][0].note


# ---- the table ------------------------------------------------------------------------------------------------------


def _axis(points: Sequence[Finding]) -> str:
    """The variable along which a claim is followed."""
    names = list(points[0].point or {})
    return GENERATION if GENERATION in names or not names else names[-1]


def _cells(points: Sequence[Finding]) -> dict[tuple[tuple[str, str], ...], list[Finding]]:
    """The points by the values of all variables but the generation."""
    axis = _axis(points)
    out: dict[tuple[tuple[str, str], ...], list[Finding]] = {}
    for f in points:
        out.setdefault(tuple((k, v) for k, v in (f.point or {}).items() if k != axis), []).append(f)
    return out


def _spread(found: Sequence[Finding], most: int) -> list[Finding]:
    if len(found) <= most:
        return list(found)
    step = (len(found) - 1) / max(1, most - 1)
    return [found[i] for i in sorted({round(k * step) for k in range(most)})]


def table_lines(s: Summary) -> list[str]:
    """The table as printed: at most `MOST_ROWS` points, spread over the generations of every cell."""
    points = measured_points(s)
    if not points:
        return []
    cells, axis = _cells(points), _axis(points)
    each = max(2, MOST_ROWS // len(cells))
    shown = [(names, f) for names, found in cells.items() for f in _spread(found, each)][:MOST_ROWS]
    rows = [("point", "measured", "95 % interval", "claimed", "runs", "verdict")]
    for names, f in shown:
        at = ", ".join(f"{k} = {v}" for k, v in (*names, *((axis, v) for k, v in (f.point or {}).items() if k == axis)))
        x = f.seen
        assert x is not None
        rows.append(
            (at, _number(x.measured), _ends(x.low, x.high), _number(x.claimed), str(f.replicates), str(f.verdict))
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    how = ", ".join(dict.fromkeys(f.seen.how for f in points if f.seen and f.seen.how))
    more = f"; {len(shown)} of {len(points)} points, --out DIR writes all" if len(shown) < len(points) else ""
    head = f"  what was measured (intervals one by one, {how or 'nothing random'}{more}):"
    return [head, *("    " + "  ".join(x.ljust(w) for x, w in zip(row, widths, strict=True)).rstrip() for row in rows)]


def _number(x: float) -> str:
    return f"{x:.4g}"


def _ends(low: float, high: float) -> str:
    """An interval; what is 0 beside its width is 0: a share is not seen to be below that by a rounding."""
    if not isfinite(high - low):
        return "none"
    low, high = (0.0 if abs(x) < UNSEEN * (high - low) else x for x in (low, high))
    return f"[{_number(low)}, {_number(high)}]"


def table_csv(s: Summary) -> str:
    """All points: the variables, then `COLUMNS`; and what was decided of the runs as wholes, at no point."""
    points = measured_points(s)
    names = list(points[0].point or {}) if points else []
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*names, *COLUMNS])
    for f in [*points, *(f for f in s.findings if f.point is None and f.assumed)]:
        x, at = f.seen, f.point or {}
        numbers = ["", "", "", "", ""]
        if x is not None:
            numbers = [x.measured, *(e if isfinite(e) else "" for e in (x.low, x.high)), x.claimed, x.how]
        assumed = "; ".join(f"{a.assumption}: {a.verdict}{f' ({a.note})' if a.note else ''}" for a in f.assumed)
        row = [*(at.get(n, "") for n in names), *numbers, f.replicates, f.verdict, assumed, f.note]
        writer.writerow(map(cell, row))
    return out.getvalue()


# ---- the figure -----------------------------------------------------------------------------------------------------


def trajectory(s: Summary) -> Trajectory | None:
    """What was measured and what is claimed along the generations, a curve a cell; None where there is no number to follow."""
    import numpy as np

    from .figures import Curve, Trajectory

    points = measured_points(s)
    if not points:
        return None
    axis, curves = _axis(points), []
    try:
        for names, found in _cells(points).items():
            at = np.array([float((f.point or {})[axis]) for f in found])
            order = np.argsort(at)
            x = np.array([(f.seen.low, f.seen.high, f.seen.measured, f.seen.claimed) for f in found if f.seen])[order]
            low, high, middle, claimed = np.where(np.isfinite(x), x, np.nan).T
            low, high = (np.where(np.isfinite(e), e, middle) for e in (low, high))
            label = ", ".join(f"{k} = {v}" for k, v in names)
            curves.append(Curve(label or "measured", at[order], claimed, low, high, middle))
    except (ValueError, KeyError):  # an axis of words
        return None
    name = "generation t" if axis == GENERATION else axis
    how = ", ".join(dict.fromkeys(f.seen.how for f in points if f.seen and f.seen.how))
    words = f"lines: claimed; points and bands: the mean of {points[0].replicates} runs, 95 % one by one ({how})"
    return Trajectory(s.claim, s.statement, curves, points[0].replicates, 0.95, name, words=words)


def write(s: Summary, folder: Path) -> list[Path]:
    """The table of a claim as CSV, and its figure, into a folder."""
    from .figures import figure

    if not measured_points(s):
        return []
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(f"{s.claim}.csv")
    with naming(path):
        path.write_text(table_csv(s), encoding="utf-8")
    drawn = trajectory(s)
    return [path] if drawn is None else [path, figure(drawn, folder / file_name(f"{s.claim}.png"))]


__all__ = ["headline", "lines", "table_csv", "table_lines", "trajectory", "write"]
