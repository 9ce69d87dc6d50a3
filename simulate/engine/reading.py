"""How the rows of a tracker's export are read: which of them, what counts as missing, and what is strange about them.

Nothing is left out silently: what is dropped is counted and told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import pandas as pd
from sympy import Rational

from theory.language.errors import BadInput, nearest
from theory.proof.arithmetic.rings import COMPARED

EMPTY = ("", "nan", "none", "null")
MOST_NAMES, LONGEST_NAME = 30, 80  # of columns, that a message tells; letters of each
FEW_VALUES = 50  # of a column that may be a setting
LAST = "last"


@dataclass(frozen=True)
class Reading:
    """where: "fraction == 0.5 and lr < 0.1", the rows that are read.  keep: "last": of several rows of a run at a generation,
    as a resumed run has, the last one.  drop_missing: rows without any value of what is measured are left out.
    bounds: "score=0:1", what may be assumed of observables.
    """

    where: str = ""
    keep: str = ""
    drop_missing: bool = False
    bounds: str = ""

    def text(self) -> str:
        """As a finding keeps it: "" for all rows as they are."""
        said = {k: v for k, v in asdict(self).items() if v}
        return json.dumps(said, ensure_ascii=False) if said else ""

    @property
    def limits(self) -> dict[str, tuple[float, float]]:
        """The bounds by observable. Raises `BadInput`."""
        out = {}
        for item in filter(None, (x.strip() for x in self.bounds.split(","))):
            m = re.fullmatch(r"(\w+)\s*=\s*([^:]+):([^:]+)", item)
            try:
                low, high = (float(m[2]), float(m[3])) if m else (0.0, 0.0)
            except ValueError:
                low, high = 0.0, 0.0
            if m is None or not (np.isfinite(low) and np.isfinite(high) and low < high):
                raise BadInput(f"{item!r} is no NAME=LOW:HIGH; expected such as score=0:1", "--bounds")
            out[m[1]] = low, high
        return out


def read_reading(text: str) -> Reading:
    """The `Reading` that `text` was made of. Raises `BadInput` for anything else."""
    try:
        return Reading(**json.loads(text)) if text else Reading()
    except (ValueError, TypeError):
        raise BadInput(f"{text!r} does not tell how rows were read") from None


@dataclass(frozen=True)
class Condition:
    """One comparison of `--where`."""

    column: str
    op: str
    value: str

    def holds(self, column: pd.Series) -> np.ndarray:
        """For every value, a number or text; text is compared by == and != only, and is neither smaller nor larger."""
        found, distinct = pd.factorize(column)
        return np.append([self._of(x) for x in distinct], False)[found].astype(bool)

    def _of(self, x: Any) -> bool:
        a, b = exact(x), exact(self.value)
        if a is not None and b is not None:
            return bool(COMPARED[self.op](a, b))
        return self.op in ("==", "!=") and bool(COMPARED[self.op](str(x).strip(), self.value))


def exact(text: Any) -> Any:
    """The number that is written there, as an integer or a rational; None if it is no finite number."""
    try:
        d = Decimal(str(text).strip())
    except InvalidOperation:
        return None
    return Rational(*d.as_integer_ratio()) if d.is_finite() and abs(d.adjusted()) < 400 else None


def conditions(where: str, columns: Sequence[str]) -> list[Condition]:
    """The comparisons of "fraction == 0.5 and lr < 0.1"; a name or a text may stand in quotes. Raises `BadInput`."""
    out = []
    for item in re.split(r"\s+and\s+", where.strip()) if where.strip() else []:
        m = re.fullmatch(r"\s*(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+?)\s*", item)
        if m is None:
            raise BadInput(f"{item!r} is no condition; expected such as 'fraction == 0.5'", "--where")
        column, value = unquoted(m[1]), unquoted(m[3])
        if column not in columns:
            hint = nearest(column, list(columns))
            raise BadInput(f"there is no column {column!r}{hint}; its columns: {listed(columns)}", "--where")
        if m[2] not in ("==", "!=") and exact(value) is None:
            raise BadInput(f"{value!r} is no number; {m[2]} compares with numbers", "--where")
        out.append(Condition(column, m[2], value))
    return out


def listed(names: Sequence[str]) -> str:
    """Names of columns as a message tells them: of very many, or very long ones, not all."""
    more = f", and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(shorten(n) for n in names[:MOST_NAMES]) + more


def shorten(name: str) -> str:
    """A name as it is told: the begin of one that is long."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3]}..."


def unquoted(text: str) -> str:
    """A name without the quotes around it."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def there(column: pd.Series) -> np.ndarray:
    """Whether there is a value at all: an empty field, and what stands for one, is none."""
    if column.dtype == object or pd.api.types.is_string_dtype(column):
        found, distinct = pd.factorize(column)
        return np.append([str(x).strip().lower() not in EMPTY for x in distinct], False)[found].astype(bool)
    return column.notna().to_numpy()


def repeated(keys: np.ndarray, values: Sequence[np.ndarray], keep: str) -> tuple[np.ndarray, int, int]:
    """(which rows to keep, exact duplicates dropped, earlier rows of resumed runs dropped).

    keys: a number for each row, the same for rows of one run at one generation.  values: what was measured.
    """
    order = np.argsort(keys, kind="stable")
    again = np.append(False, keys[order][1:] == keys[order][:-1])
    same = again.copy()
    for x in values:
        y = x[order]
        same[1:] &= (y[1:] == y[:-1]) | (np.isnan(y[1:]) & np.isnan(y[:-1]))
    kept = np.ones(len(keys), bool)
    kept[order[same]] = False
    duplicates, resumed = int(same.sum()), 0
    if keep == LAST:
        rest = order[kept[order]]
        earlier = np.append(keys[rest][1:] == keys[rest][:-1], False)
        kept[rest[earlier]] = False
        resumed = int(earlier.sum())
    return kept, duplicates, resumed


def settings_unmapped(
    table: Any,
    mapped: Sequence[str],
    run: str,
    where: Sequence[Condition],
    used: Callable[[pd.Series], np.ndarray],
) -> dict[str, str]:
    """Columns that look like settings and are not mapped, and what they do: differ between runs, or change within some only.

    used: of a column of runs the number of each, -1 for those that nobody asks about.
    """
    others = [c for c in dict.fromkeys(table.names) if c not in mapped and table.names.count(c) == 1]
    fixed = {c.column for c in where if c.op == "=="}
    seen = {c: _Seen() for c in others if c not in fixed}
    for piece in table.pieces([*dict.fromkeys([run, *seen, *(c.column for c in where)])]) if seen else ():
        for c in where:
            piece = piece[c.holds(piece[c.column])]
        runs = used(piece[run])
        for c in list(seen):
            here = (runs >= 0) & there(piece[c])
            if not seen[c].add(runs[here], piece[c][here]):
                del seen[c]
    return {c: does for c, of in seen.items() if (does := of.does())}


class _Seen:
    """Which values of a column each run has, a bit for each: there are few, or the column is no setting."""

    def __init__(self) -> None:
        self.values: dict[str, int] = {}
        self.of = np.zeros(0, np.uint64)

    def add(self, runs: np.ndarray, column: pd.Series) -> bool:
        """Whether the column may still be a setting after these rows."""
        raw, found = pd.factorize(column)
        numbers = [self.values.setdefault(str(x), len(self.values)) for x in found[: FEW_VALUES + 1]]
        if len(found) > FEW_VALUES or len(self.values) > FEW_VALUES:  # a metric, or a name of each run
            return False
        if len(runs):
            self.of = np.append(self.of, np.zeros(max(0, int(runs.max()) + 1 - len(self.of)), np.uint64))
            np.bitwise_or.at(self.of, runs, (np.uint64(1) << np.array(numbers, np.uint64))[raw])
        return not _without_one(_without_one(self.of)).any()  # it changes on and on within a run: a metric, or the time

    def does(self) -> str:
        runs, changing = np.count_nonzero(self.of), np.count_nonzero(_without_one(self.of))
        if changing:
            some = changing < runs and len(self.values) == 2
            return "changes within some runs and not in others" if some else ""
        few = 1 < len(self.values) < runs  # one of them is shared by runs, not a name of each
        return "differs between runs" if few else ""


def _without_one(bits: np.ndarray) -> np.ndarray:
    """Without the lowest bit of each number."""
    return bits & (bits - np.minimum(bits, np.uint64(1)))


def copies(paths: Sequence[np.ndarray]) -> list[tuple[int, int]]:
    """Pairs of runs whose values are the same at every generation: one draw, told twice. Counts, and constants, are no sign."""
    mixed = np.zeros(len(paths[0]) if paths else 0, np.uint64)  # of a run's bits: nearly all runs have one of their own
    for path in paths:
        for k in range(path.shape[1]):
            mixed = (mixed ^ path[:, k].copy().view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(32)
    order = np.argsort(mixed, kind="stable")
    again = mixed[order][1:] == mixed[order][:-1]
    out, first = [], {}
    for i in np.sort(order[np.append(again, False) | np.append(False, again)] if len(order) else order):
        row = np.concatenate([path[i] for path in paths])
        telling = row[np.isfinite(row) & (row != np.rint(row))]
        if len(np.unique(telling)) < 3:
            continue
        j = first.setdefault(row.tobytes(), int(i))
        if j != i:
            out.append((j, int(i)))
    return out
