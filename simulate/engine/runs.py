"""Measured runs: a file of trajectories, what its columns mean, and the cells of runs that belong together.

The rows of a run are one draw (rule 25). Runs with the same values of a claim's variables make a cell. Variables are kept
exact, 10 or 1/10 as it is written there, so that a claim's domain can be asked whether they lie in it. What is wrong in a
file is told with its line.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import gcd, nan
from typing import Any

import numpy as np
import pandas as pd

from theory.language.errors import BadInput

from .alike import different, distinct, grouped, joined, numbered, ranked, repeats
from .files import Table
from .reading import EMPTY, LAST, Reading, conditions, copies, exact, repeated, settings_unmapped, there
from .rounding import FIRST, half_units, half_units_of_single, is_single, through, told_in_full
from .sources import GENERATION, RUN, TRANSFORMS, Source

LATEST = 10**15  # a generation
FEW_STEPS = 3  # that show by how much they go
NUMBERED = re.compile(r"(0|[1-9][0-9]{0,17})(?:\.0*)?")  # runs that are counted


# ---- runs and cells -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Cell:
    """The runs with the same values of all variables but the generation.

    values: {variable: exact number, or text}.  found: the generations that the file has of it, increasing.
    times: those whose rows were kept.
    rows: shape (runs, times), the row of the kept ones, -1 where a run has none.  runs: a number for each, the same in all
    cells.
    paths: {observable: array of that shape}, nan there and where a value is not.
    """

    values: dict[str, Any]
    found: list[int]
    times: list[int]
    rows: np.ndarray
    runs: np.ndarray
    paths: dict[str, np.ndarray]

    @cached_property
    def index(self) -> dict[int, int]:
        """The column of `rows` and of `paths` that each generation has."""
        return {t: i for i, t in enumerate(self.times)}


@dataclass(frozen=True)
class Wanted:
    """Which rows a claim may use: whether a value of a variable, or a generation, is one that it speaks of.

    t: the generation's name.  times: None if it may use every generation.
    """

    inside: Mapping[str, Callable[[Any], bool]]
    t: str
    times: Callable[[int], bool] | None


class _Codes:
    """The values of a variable, or of the run, while the file is read: for every row the index of its value.

    named: whether they are names, as those of runs are: 7 and 7.0 are one, but 007, or 1e400, is another, and 2e400, too.
    first: the row where each value stood first.  empty: the first row without one.
    """

    def __init__(self, source: Source, named: bool):
        self.shift, self.unit, self.named = source.shift, source.unit, named
        self.values: list = []
        self.first = array("q")
        self.empty: int | None = None
        self._known: dict[Any, int] = {}
        self._texts: dict[str, int] = {}

    def add(self, column: pd.Series, rows: np.ndarray) -> np.ndarray:
        """The codes of some more rows, which have these numbers."""
        raw, found = pd.factorize(column)
        codes = np.empty(len(found) + 1, np.int32)
        codes[-1] = -1  # what is no value at all
        began = np.flatnonzero(np.diff(np.maximum.accumulate(raw), prepend=-1))  # they are counted as they come
        for i, x in enumerate(found):
            codes[i] = self._code(str(x).strip())
            if codes[i] == len(self.first):
                self.first.append(int(rows[began[i]]))
        out = codes[raw]
        if self.empty is None and (out < 0).any():
            self.empty = int(rows[np.argmax(out < 0)])
        return out

    def known(self, column: pd.Series) -> np.ndarray:
        """The codes of some rows, -1 where the value was never added."""
        raw, found = pd.factorize(column)
        return np.array([*(self._seen(str(x).strip()) for x in found), -1], np.int32)[raw]

    def _code(self, text: str) -> int:
        """The code of a value, a new one if it is new; -1 of none."""
        if not text or (code := self._seen(text)) >= 0:
            return code if text else -1
        value = self._value(text)  # "10" and "10.0" are one
        code = self._known.setdefault(value, len(self.values))
        if code == len(self.values):
            self.values.append(value)
        if not (self.named and isinstance(value, int)):
            self._texts[text] = code
        return code

    def _seen(self, text: str) -> int:
        """The code of a value, -1 if it was not added. Of counted runs, of which there may be millions, no text is kept."""
        if self.named and isinstance(value := self._value(text), int):
            return self._known.get(value, -1)
        return self._texts.get(text, -1)

    def _value(self, text: str) -> Any:
        if self.named:
            number = NUMBERED.fullmatch(text)
            return int(number[1]) + self.shift if number else text
        number = exact(text)
        return text if number is None else number / self.unit + self.shift


@dataclass
class _Read:
    """What was kept of the columns, an array for each name.

    origin: the number of each row in the file; None if all were kept.  grid: the settings of other rows, as codes of
    `Rows.settings`.  runs: (variables, run) of those that were passed over for their generation alone.
    """

    codes: dict[str, _Codes]
    arrays: dict[str, np.ndarray]
    given: dict[str, np.ndarray]
    count: int
    origin: np.ndarray | None = None
    grid: set[tuple[int, ...]] = field(default_factory=set)
    runs: set[tuple[int, ...]] = field(default_factory=set)


class Rows:
    """The mapped columns of a table, decoded: every name once, whichever claim asks for it.

    measured: the names that are read as numbers in floats; the others are exact, or text.
    gaps: whether an empty field of an observable is a value that is not there, nan, and no mistake.
    wanted: of every claim what it may use; rows that none of them does are passed over. [] keeps all.
    reading: which rows are read at all.  remarks: what was dropped, and what is strange, in words, once it was read.
    """

    def __init__(
        self,
        table: Table,
        sources: Mapping[str, Source],
        gaps: bool = False,
        measured: Collection[str] = (),
        wanted: Sequence[Wanted] = (),
        reading: Reading | None = None,
    ):
        self.reading = reading or Reading()
        self.where = conditions(self.reading.where, table.names)
        if self.reading.keep not in ("", LAST):
            raise BadInput(f"{self.reading.keep!r}; expected {LAST}", "--keep")
        self.remarks: list[str] = []
        self.table, self.sources, self.gaps, self.measured, self.wanted = table, sources, gaps, measured, wanted
        self._more: dict[str, Any] = {}
        self._copied: dict[str, None] = {}

    def _run_name(self, code: int) -> Any:
        return self._read.codes[RUN].values[code] if RUN in self._read.codes else code

    @property
    def copied(self) -> list[str]:
        """Which runs have the same values everywhere, once the cells have been made."""
        if not self._copied:
            return []
        more = f", and {len(self._copied) - 1} more pairs" if len(self._copied) > 1 else ""
        first = next(iter(self._copied))
        same = f"{first} have the same values everywhere{more}"
        return [f"{same}: if they are copies, they are one draw, and every interval here is too narrow"]

    # ---- reading ----

    @cached_property
    def settings(self) -> list[str]:
        """The names whose values tell the settings of a row apart, the generation among them, and no run."""
        return [n for n, s in self.sources.items() if s.column and n not in self.measured and n != RUN]

    @cached_property
    def variables(self) -> list[str]:
        """Those of the settings that are no claim's generation."""
        return [n for n in self.settings if n not in {w.t for w in self.wanted}]

    @cached_property
    def _read(self) -> _Read:
        """The one passage through the file."""
        mapped = {n: s for n, s in self.sources.items() if s.column}
        codes = {n: _Codes(s, n == RUN) for n, s in mapped.items() if n not in self.measured}
        kept: dict[str, list[np.ndarray]] = {n: [] for n in mapped}
        given: dict[str, list[np.ndarray]] = {n: [] for n in mapped if n in self.measured and self.gaps}
        origin: list[np.ndarray | range] = []  # of a piece that is kept whole no number of each row
        out = _Read(codes, {}, {}, 0)
        row, columns = 0, list(dict.fromkeys([*(s.column for s in mapped.values()), *(c.column for c in self.where)]))
        total, missing = 0, 0
        for whole in self.table.pieces(columns):
            rows, empty = self._chosen(whole, row)
            piece = whole.iloc[rows - row]
            total, missing, row = total + len(piece), missing + empty, row + len(whole)
            here = {n: codes[n].add(pd.Series(piece[mapped[n].column]), rows) for n in self.settings}
            keep, setting = self._keep(codes, here, len(piece))
            if RUN in codes:  # of rows that no claim speaks of not even the runs are remembered: there may be millions
                here[RUN] = np.full(len(piece), -1, np.int32)
                here[RUN][setting] = codes[RUN].add(pd.Series(piece[mapped[RUN].column][setting]), rows[setting])
            if not keep.all():
                self._pass_over(out, here, keep, setting)
            for n, x in here.items():
                kept[n].append(x[keep])
            rest = piece[keep] if not keep.all() else piece
            for n in kept.keys() - here.keys():
                kept[n].append(_floats(pd.Series(rest[mapped[n].column]), mapped[n].transform))
                if n in given:
                    given[n].append((rest[mapped[n].column] != "").to_numpy())
            origin.append(rows[keep] if not keep.all() or len(rows) < len(whole) else range(row - len(whole), row))
        for n in list(kept):
            out.arrays[n] = np.concatenate([np.zeros(0), *kept.pop(n)]) if n in self.measured else joined(kept.pop(n))
        out.given = {n: np.concatenate([np.zeros(0, bool), *x]) for n, x in given.items()}
        self._told_of(row - total - missing, missing, total)
        out.count = sum(map(len, origin))
        if out.count < row:
            out.origin = np.concatenate([np.zeros(0, np.int64), *map(np.asarray, origin)])
        origin.clear()
        self._drop_repeats(out)
        return out

    def _chosen(self, piece: pd.DataFrame, row: int) -> tuple[np.ndarray, int]:
        """(the numbers of the rows that are read, how many of the others have no value)."""
        chosen = np.ones(len(piece), bool)
        for c in self.where:
            chosen &= c.holds(pd.Series(piece[c.column]))
        some = np.ones(len(piece), bool)
        if self.reading.drop_missing and self.measured:
            some = np.any([there(pd.Series(piece[self.sources[n].column])) for n in sorted(self.measured)], axis=0)
        return row + np.flatnonzero(chosen & some), int((chosen & ~some).sum())

    def _told_of(self, passed: int, missing: int, left: int) -> None:
        if self.where and not left + missing:
            raise BadInput(f"no row has {self.reading.where}", "--where")
        if not left:
            raise BadInput("no row has a value of what is measured", str(self.table.path))
        self._remark(passed, "row is left out by --where", "rows are left out by --where")
        self._remark(missing, "row without a value is left out", "rows without a value are left out")

    def _remark(self, count: int, one: str, many: str) -> None:
        self.remarks += [f"{count:,} {one if count == 1 else many}"] if count else []

    def _drop_repeats(self, out: _Read) -> None:
        """Exact duplicates count once; of a resumed run's generations the last ones, if that is asked for."""
        keyed = [out.arrays[n] for n in (*self.settings, RUN) if n in out.arrays]
        if RUN not in out.arrays or not repeats(keyed):
            return
        values = [out.arrays[n] for n in sorted(self.measured)]
        kept, duplicates, resumed = repeated(numbered(keyed), values, self.reading.keep)
        if duplicates or resumed:
            out.origin = np.flatnonzero(kept) if out.origin is None else out.origin[kept]
            out.count = len(out.origin)
            out.arrays = {n: x[kept] for n, x in out.arrays.items()}
            out.given = {n: x[kept] for n, x in out.given.items()}
        self._remark(
            duplicates,
            "row is an exact duplicate of another, and counts once",
            "rows are exact duplicates of others, and count once",
        )
        self._remark(
            resumed,
            "earlier row of a resumed run is left out, as --keep last says",
            "earlier rows of resumed runs are left out, as --keep last says",
        )

    def strange(self) -> list[str]:
        """What was dropped, and what is strange about the runs, each with a remedy."""
        _ = self._read  # what is told is known when the rows have been read
        out, run = [*self.remarks], self.sources.get(RUN)
        if run is None or not run.column:
            return out
        mapped = [s.column for s in self.sources.values() if s.column]
        for name, does in settings_unmapped(self.table, mapped, run.column, self.where, self._used).items():
            quoted = f"{name!r} == VALUE"
            out.append(
                f"the column {name!r} {does}, and is not mapped: runs of all its values are taken together; "
                f'read one of them, --where "{quoted}", or map it to a variable of the claim'
            )
        return out + self._by_many() + self._changing()

    def _used(self, column: pd.Series) -> np.ndarray:
        """Of a column of runs the codes, -1 for those that no row is kept of."""
        codes, kept = self._read.codes[RUN], self._read.arrays[RUN]
        used = np.zeros(len(codes.values) + 1, bool)
        used[kept] = True
        found = codes.known(column)
        return np.where(used[found], found, -1)

    def _by_many(self) -> list[str]:
        """Steps of training where the claims speak of generations: of few of those rows does any of them say something."""
        t = next((w.t for w in self.wanted if w.t in self._read.codes), "")
        values = self._read.codes[t].values if t and self._read.grid else []
        whole = [int(v) for v in values if not isinstance(v, str) and v.is_Integer]
        if len(whole) < len(values) or len(whole) < FEW_STEPS or (by := gcd(*whole)) == 1:
            return []
        column = self.sources[t].column
        return [f"{column!r} goes by {by:,}: if these are {t} = 1, 2, ..., --map '{t}={column}/{by}'"]

    def _changing(self) -> list[str]:
        """Variables that change within a run: its generations are spread over cells that have none in common."""
        out, codes = [], self._read.arrays
        t = next((w.t for w in self.wanted if w.t in codes), "")
        for name in filter(self.varies, self.variables if t and RUN in codes else ()):
            run, value, at = (codes[n] for n in (RUN, name, t))
            several, triples, pairs = (different(run, x) for x in ([value], [at, value], [at]))
            wrong = np.flatnonzero((several > 1) & (triples == pairs))
            if len(wrong):
                label = self._read.codes[RUN].values[int(wrong[0])]
                more = f" (and {len(wrong) - 1} other{'s' * (len(wrong) > 2)})" if len(wrong) > 1 else ""
                out.append(
                    f"{name} changes within run {label}{more}: its generations are not of one "
                    f"setting; map {name} to what the run was started with, or keep one of them with --where"
                )
        return out

    def _keep(
        self, codes: Mapping[str, _Codes], here: Mapping[str, np.ndarray], count: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """(which rows some claim may use, which are of a setting that it speaks of)."""
        if not self.wanted:
            return np.ones(count, bool), np.ones(count, bool)
        keep, setting = np.zeros(count, bool), np.zeros(count, bool)
        for w in self.wanted:
            inside = np.ones(count, bool)
            for n, speaks in w.inside.items():
                inside &= self._are(f"{id(w)} {n}", codes[n], speaks)[here[n]]
            setting |= inside
            if w.times is not None and w.t in codes:
                inside &= self._are(f"{id(w)} times", codes[w.t], w.times)[here[w.t]]
            keep |= inside
        return keep, setting

    def _are(self, label: str, codes: _Codes, speaks: Callable[[Any], bool]) -> np.ndarray:
        """For every value known by now whether a claim speaks of it; what is no value is kept, to be told of."""
        known = self._more.setdefault(label, [])
        known += [speaks(v) for v in codes.values[len(known) :]]
        return np.array([*known, True])

    def _pass_over(self, out: _Read, here: Mapping[str, np.ndarray], keep: np.ndarray, setting: np.ndarray) -> None:
        """Remember the settings of rows that are not kept, and the runs that have others beside these."""
        if self.settings:
            out.grid |= distinct([here[n][~keep] for n in self.settings])
        if RUN in here and (beside := setting & ~keep).any():
            out.runs |= distinct([here[n][beside] for n in (*self.variables, RUN)])

    def _columns(self, name: str) -> Iterator[pd.Series]:
        """A column as it is written, in the rows that are kept, some at a time; read once more."""
        column, origin, row = self.sources[name].column, self._read.origin, 0
        for piece in self.table.pieces([column]):
            if origin is None:
                yield pd.Series(piece[column])
            else:
                low, high = np.searchsorted(origin, [row, row + len(piece)])
                yield pd.Series(piece[column].iloc[origin[low:high] - row])
            row += len(piece)

    def _column(self, name: str) -> pd.Series:
        """All of such a column at once."""
        return pd.Series(pd.concat([*self._columns(name)], ignore_index=True))

    def number(self, row: int) -> int:
        """The number in the file of a row that was kept."""
        return row if self._read.origin is None else int(self._read.origin[row])

    def place(self, row: int) -> str:
        """Where a row stands that was kept."""
        return self.table.place(self.number(row))

    # ---- what it says ----

    def codes(self, name: str) -> tuple[np.ndarray, list]:
        """A variable, or the run: (index of its value for every row, values), exact numbers, or else texts."""
        if name in self.measured:  # a variable of one claim and an observable of another
            if name not in self._more:
                codes = _Codes(self.sources[name], False)
                self._more[name] = codes.add(self._column(name), np.arange(self._read.count)), codes.values
            return self._more[name]
        codes = self._read.codes[name]
        if codes.empty is not None:
            raise self._wrong(name, codes.empty, "is missing", "a value in every row" + self._left_out(codes.empty))
        return self._read.arrays[name], codes.values

    def varies(self, name: str) -> bool:
        """Whether the kept rows have more than one value of it."""
        x = self._read.arrays[name]
        return bool(len(x)) and bool((x != x[0]).any())

    def numbers(self, name: str, whole: bool = False) -> tuple[np.ndarray, list]:
        """As `codes`, every value a number, or a whole one."""
        codes, values = self.codes(name)
        for i, v in enumerate(values):
            if isinstance(v, str) or (whole and not v.is_Integer):
                expected = "a whole number" if whole else "a number"
                row = self._read.codes[name].first[i]
                text = self.table.written(row, self.sources[name].column)
                divided = f"/{unit}" if (unit := self.sources[name].unit) > 1 else ""
                raise self._wrong(name, row, f"is {text}{divided}", expected + self._left_out(row))
        return codes, values

    def floats(self, name: str, positive: bool) -> np.ndarray:
        """An observable, a finite number in every row. 0 passes for a positive one: numbers underflow."""
        if name in self.measured:
            x, given = self._read.arrays[name], self._read.given.get(name, True)
        else:
            if name not in self._more:
                column = self._column(name)
                given = (column != "").to_numpy() if self.gaps else True
                self._more[name] = _floats(column, self.sources[name].transform), given
            x, given = self._more[name]
        for bad, expected in ((~np.isfinite(x) & given, "a finite number"), (x < 0, "a positive number")):
            if (positive or expected == "a finite number") and bad.any():
                row = self.number(int(np.argmax(bad)))
                text = self.table.written(row, self.sources[name].column).strip()
                what = f"is {text}" if text else "is missing"
                raise self._wrong(name, row, what, expected + self._left_out(row))
        return x

    def rounding(self, name: str) -> np.ndarray:
        """Half a unit in the last digit of an observable, in every row: 0 for whole numbers and for floats in full.

        The last digit is that of the column: a writer drops zeros at the end. Either all values have as many decimals as the
        longest has, or as many significant digits; what leaves more room counts. Of numbers that have been in single precision
        it is no less than half a unit of theirs.
        """
        label = f"rounding of {name}"
        if label not in self._more:
            source = self.sources[name]
            transform, first = source.transform, next(iter(self.table.pieces([source.column])))[source.column]
            if first.dtype != np.float32 and told_in_full(first.iloc[:FIRST]):
                half = np.broadcast_to(0.0, (self._read.count,))  # as nearly all files are: no text is looked at
            else:
                half = half_units(self._columns(name), self._read.count)
            x = self._untransformed(name)
            if first.dtype != np.float32 and is_single(x):
                half = np.maximum(half, half_units_of_single(x))
            if transform and half.any():
                half = through(transform, x, half)
            self._more[label] = half
        return self._more[label]

    def _untransformed(self, name: str) -> np.ndarray:
        """An observable as it is written, in floats."""
        if name in self.measured and not self.sources[name].transform:
            return self._read.arrays[name]
        return np.concatenate([_floats(x, "") for x in self._columns(name)])

    def _left_out(self, row: int) -> str:
        """The remedy for a row without any value of what is measured; of one that lacks one of several there is none."""
        texts = [self.table.written(row, self.sources[n].column) for n in self.measured]
        empty = bool(texts) and all(text.strip().lower() in EMPTY for text in texts)
        return "; --drop-missing leaves such rows out" if empty else ""

    def _wrong(self, name: str, row: int, what: str, expected: str) -> BadInput:
        column = self.sources[name].column
        what = what if len(what) <= 80 else f"{what[:77]}..."
        called = name if name == column else f"{name} (column {column!r})"
        return BadInput(f"{called} {what}; expected {expected}", self.table.place(row))

    def cells(self, variables: Sequence[str], t: str, observables: Mapping[str, bool]) -> list[Cell]:
        """The cells of the rows, by increasing values. t: the generation's name.  observables: {name: is it positive?}.

        Raises `BadInput`, with the line, for what is missing or no number, for a run with two rows at one generation, for
        runs that cannot be told apart, and where there is but one.
        """
        columns = [n for n in variables if self.sources[n].column]
        decoded = {n: self.codes(n) for n in columns}
        count = self._read.count
        settings, cell = grouped([decoded[n][0] for n in columns], count)
        if self.sources[t].column:
            codes, values = self.numbers(t, whole=True)
            for v, row in zip(values, self._read.codes[t].first, strict=True):
                if abs(v) > LATEST:
                    raise self._wrong(t, row, f"is {float(v):g}", "a generation that a run can have come to")
            found = np.array([int(v) for v in values], np.int64)
            generation = (found.astype(np.int32) if np.abs(found).max(initial=0) < 2**30 else found)[codes]
        else:
            generation = np.full(count, int(self.sources[t].number))
        other = self._others(columns, t)
        named = [
            {n: decoded[n][1][setting[columns.index(n)]] if n in decoded else self.sources[n].number for n in variables}
            for setting in (*settings, *(x for x in other if x not in settings))
        ]
        run = self._runs(cell, generation, named)
        measured = {n: self.floats(n, positive) for n, positive in observables.items()}
        gone = self._gone(columns, settings)
        cells = []
        order = np.argsort(cell, kind="stable")
        ends = np.cumsum(np.bincount(cell, minlength=len(settings)))[:-1]
        for c, own in enumerate(np.split(order, ends)[: len(settings)]):
            runs, r = ranked(run[own])
            times, k = ranked(generation[own])
            if beside := gone.get(settings[c]):
                runs = np.append(runs, np.array(sorted(beside - set(runs.tolist())), runs.dtype))
            at = np.full((len(times), len(runs)), -1, np.int32 if count < 2**31 else np.int64).T
            at[r, k] = own  # a generation lies in one piece: it is looked at by itself
            paths = {n: x[at.T].T for n, x in measured.items()}
            if (gaps := at < 0).any():
                for path in paths.values():
                    path[gaps] = nan
            found = sorted({*map(int, times), *other.get(settings[c], ())})
            for i, j in copies(list(paths.values())):
                labels = [self._run_name(int(runs[k])) for k in (i, j)]
                self._copied.setdefault(f"runs {labels[0]} and {labels[1]}")
            cells.append(Cell(named[c], found, [int(x) for x in times], at, runs, paths))
        for values, setting in zip(named[len(settings) :], (x for x in other if x not in settings), strict=True):
            paths = dict.fromkeys(measured, np.zeros((0, 0)))
            cells.append(Cell(values, sorted(other[setting]), [], np.full((0, 0), -1), np.zeros(0, int), paths))
        return sorted(cells, key=lambda c: [(isinstance(v, str), v) for v in c.values.values()])

    def _others(self, columns: Sequence[str], t: str) -> dict[tuple[int, ...], set[int]]:
        """{codes of the variables: generations} of the rows that were not kept."""
        out: dict[tuple[int, ...], set[int]] = {}
        places = [self.settings.index(n) for n in columns if n in self.settings]
        if len(places) < len(columns):
            return out
        generation = self.settings.index(t) if t in self.settings else None
        for x in self._read.grid:
            at = int(self.sources[t].number) if generation is None else int(self._read.codes[t].values[x[generation]])
            out.setdefault(tuple(x[i] for i in places), set()).add(at)
        return out

    def _gone(self, columns: Sequence[str], settings: Sequence[tuple[int, ...]]) -> dict[tuple[int, ...], set[int]]:
        """{codes of the variables: runs} that have rows of other generations than those that were kept."""
        out: dict[tuple[int, ...], set[int]] = {x: set() for x in settings}
        places = [self.variables.index(n) for n in columns if n in self.variables]
        for x in self._read.runs if len(places) == len(columns) else ():
            out.setdefault(tuple(x[i] for i in places), set()).add(x[-1])
        return out

    def _without_value(self, rows: np.ndarray) -> bool:
        """Whether one of these rows has no number in any column that is measured, as those of a tracker's other metrics."""
        values = [self._read.arrays[n][rows] for n in sorted(self.measured)]
        return bool(values) and bool(np.all(np.isnan(values), axis=0).any())

    def _runs(self, cell: np.ndarray, generation: np.ndarray, named: list[dict]) -> np.ndarray:
        """The number of the run that each row belongs to."""
        run, names = np.zeros(len(cell), np.int32), []
        if RUN in self.sources:
            run, names = self.codes(RUN)
        if repeats([cell, generation, run]):
            keys = pd.DataFrame({"cell": cell, "t": generation, "run": run})
            row = int(np.argmax(keys.duplicated()))
            alike = (keys == keys.iloc[row]).all(axis=1).to_numpy()
            first = int(np.argmax(alike))
            told = named[cell[row]] | {GENERATION: generation[row]}
            if RUN in self.sources:
                told[RUN] = names[run[row]]
                advice = (
                    "expected one; if the run was resumed, --keep last; if a column tells the two apart, map it to a variable "
                    "of the claim, or read one of its values, --where 'COLUMN == VALUE'"
                )
                if self._without_value(alike):
                    advice = "one of them has no value of what is measured: --drop-missing leaves such rows out"
            else:
                advice = f"map the column that tells the runs apart, {RUN}=COLUMN"
            raise BadInput(
                f"a second row for {', '.join(f'{k} = {v}' for k, v in told.items())}, beside "
                f"{self.table.name_of(self.number(first))}: {advice}; {self.table.columns}",
                self.place(row),
            )
        if self._read.origin is None and not repeats([cell, generation]):
            advice = f"; map the column that tells runs apart, {RUN}=COLUMN; {self.table.columns}"
            raise BadInput(
                f"one run only; expected repeated runs, since a claim is about moments{'' if RUN in self.sources else advice}",
                str(self.table.path),
            )
        return run


def _floats(column: pd.Series, transform: str) -> np.ndarray:
    """A column as floats, nan for what is no number."""
    x = np.asarray(pd.to_numeric(column, errors="coerce"), dtype=float)
    with np.errstate(all="ignore"):
        return TRANSFORMS[transform](x) if transform else x
