"""Measured runs: a file of trajectories, what its columns mean, and the cells of runs that belong together.

The rows of a run are one draw (rule 25). Runs with the same values of a claim's variables make a cell. Variables are kept
exact, 10 or 1/10 as it is written there, so that a claim's domain can be asked whether they lie in it. What is wrong in a
file is told with its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from csv import field_size_limit, reader
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from importlib import import_module
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sympy import Rational

from theory.language.errors import BadInput, nearest

RUN, GENERATION = "run", "t"
EXAMPLE = "sigma=std,t=generation,n=sample_size,run=run_id"
TRANSFORMS = {"sqrt": np.sqrt, "exp": np.exp}  # files hold variances and logarithms


# ---- the file -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Table:
    """The rows of a file, as text or numbers, and where each of them stands."""

    path: Path
    frame: pd.DataFrame

    @property
    def columns(self) -> str:
        return f"its columns: {', '.join(self.frame.columns)}"

    @property
    def text(self) -> bool:
        """Whether its lines can be counted."""
        return self.path.suffix.lower() in (".csv", ".tsv", ".txt")

    def number(self, row: int) -> int:
        """The line (where there are none: the number) of row 0, 1, ..., counted only now that somebody asks."""
        if not self.text:
            return row + 1
        field_size_limit(max(field_size_limit(), self.path.stat().st_size))  # pandas has none
        with self.path.open(newline="", encoding="utf-8-sig") as file:
            rows = reader(file, delimiter=_separator(self.path), skipinitialspace=True)
            filled = (rows.line_num for r in rows if len(r) > 1 or "".join(r).strip())
            return next((line for i, line in enumerate(filled) if i == row + 1), row + 2)

    def place(self, row: int) -> str:
        return f"{self.path}:{self.number(row)}" if self.text else f"{self.path}, {self.told(row)}"

    def told(self, row: int) -> str:
        return f"{'line' if self.text else 'row'} {self.number(row)}"


def _separator(path: Path) -> str:
    return "\t" if ".tsv" in path.suffixes else ","


def read_table(path: Path) -> Table:
    """A .csv file (.tsv, or compressed: .csv.gz) or a .parquet file. Raises `BadInput` for what cannot be read."""
    if not path.is_file():
        raise BadInput("expected a file, not a folder" if path.is_dir() else "there is no such file", str(path))
    try:
        frame = _parquet(path) if path.suffix.lower() in (".parquet", ".pq") else _csv(path)
    except pd.errors.EmptyDataError:
        raise BadInput("the file is empty; expected names of columns in its first line", str(path)) from None
    except (BadInput, MemoryError):
        raise
    except ImportError as problem:
        raise BadInput(str(problem), str(path)) from None
    except Exception as problem:  # every kind of compression has errors of its own
        if ragged := re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(problem)):
            expected, line, found = ragged.groups()
            raise BadInput(f"{found} fields; expected {expected}, as in the first line", f"{path}:{line}") from None
        text = str(problem).strip().partition("\n")[0].rstrip(":").removeprefix("Error tokenizing data. C error: ")
        raise BadInput(f"expected a table: {text or type(problem).__name__}", str(path)) from None
    frame.columns = [str(c).strip() for c in frame.columns]
    if frame.empty:
        raise BadInput("expected rows of data below the names of the columns", str(path))
    return Table(path, frame)


def _csv(path: Path) -> pd.DataFrame:
    # without a header: pandas would rename columns of one name, and not tell a line with too many fields from an index
    frame = pd.read_csv(
        path,
        sep=_separator(path),
        header=None,
        dtype=str,
        keep_default_na=False,
        skipinitialspace=True,
        encoding="utf-8-sig",
    )
    frame.columns = frame.iloc[0]
    return frame.iloc[1:].reset_index(drop=True)


def _parquet(path: Path) -> pd.DataFrame:
    try:
        problems = import_module("pyarrow").ArrowException
    except ModuleNotFoundError:
        hint = "`pip install 'selfconsuming[parquet]'`, or save it as .csv"
        raise BadInput(f"a .parquet file needs pyarrow: {hint}", str(path)) from None
    try:
        return pd.read_parquet(path, engine="pyarrow").reset_index(drop=True)
    except problems as problem:
        raise BadInput(f"expected a table: {str(problem).splitlines()[0]}", str(path)) from None


# ---- what a name is read from ---------------------------------------------------------------------------------------


def parse_map(text: str) -> dict[str, str]:
    """`--map` as {name: what it is read from}: "sigma=std,t=generation+1,n=sample_size,sigma0=1,run=run_id"."""
    out: dict[str, str] = {}
    for item in text.split(","):
        name, equals, origin = (x.strip() for x in item.partition("="))
        if not (equals and origin and name.isidentifier()):
            raise BadInput(f"{item.strip()!r} is no NAME=COLUMN; expected a list such as {EXAMPLE}", "--map")
        if name in out:
            raise BadInput(f"{name} is there twice: {name}={out[name]} and {name}={origin}", "--map")
        out[name] = origin
    return out


@dataclass(frozen=True)
class Source:
    """What a name is read from: a column, shifted by an integer or transformed; or a number, where column is ""."""

    column: str = ""
    shift: int = 0
    transform: str = ""
    number: Any = None


def exact(text: Any) -> Any:
    """The number that is written there, as an integer or a rational; None if it is no finite number."""
    try:
        d = Decimal(str(text).strip())
    except InvalidOperation:
        return None
    return Rational(*d.as_integer_ratio()) if d.is_finite() and abs(d.adjusted()) < 400 else None


def source(name: str, text: str, table: Table, measured: bool) -> Source:
    """What `name=text` of a map means; a column of exactly this name comes before every other reading.

    measured: whether it is an observable (then it has a column, perhaps as `sqrt(variance)`), not a variable (then it may
    be `generation+1`, or a number).
    """
    columns, here = list(table.frame.columns), f"--map {name}={text}"
    if text in columns:
        if columns.count(text) > 1:
            raise BadInput(f"{table.path} has {columns.count(text)} columns of this name; expected one", here)
        return Source(text)
    if measured and (m := re.fullmatch(r"(\w+)\((.+)\)", text)) and m[1] in TRANSFORMS and m[2].strip() in columns:
        return Source(m[2].strip(), transform=m[1])
    if not measured and name != RUN:
        if (m := re.fullmatch(r"(.+?)\s*([+-]\s*\d+)", text)) and m[1] in columns:
            return Source(m[1], int(m[2].replace(" ", "")))
        if (number := exact(text)) is not None:
            return Source(number=number)
    raise BadInput(f"{table.path} has no column {text!r}{close(text, columns)}; {table.columns}", here)


def close(name: str, known: Sequence[str]) -> str:
    """A hint if one of the names is nearly this one."""
    hint = nearest(name, list(known))
    return hint if "did you mean" in hint else ""


# ---- runs and cells -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Cell:
    """The runs with the same values of all variables but the generation.

    values: {variable: exact number, or text}.  times: the generations found, increasing.
    rows: shape (runs, times), the row of the table, -1 where a run has none.
    paths: {observable: array of that shape}, nan there and where a value is not.
    """

    values: dict[str, Any]
    times: list[int]
    rows: np.ndarray
    paths: dict[str, np.ndarray]

    @cached_property
    def index(self) -> dict[int, int]:
        return {t: i for i, t in enumerate(self.times)}


class Rows:
    """The mapped columns of a table, decoded: every name once, whichever claim asks for it.

    gaps: whether an empty field of an observable is a value that is not there, nan, and no mistake.
    """

    def __init__(self, table: Table, sources: Mapping[str, Source], gaps: bool = False):
        self.table, self.sources, self.gaps = table, sources, gaps
        self._decoded: dict[str, Any] = {}

    def _column(self, name: str) -> Any:
        return self.table.frame[self.sources[name].column]

    def codes(self, name: str) -> tuple[np.ndarray, list]:
        """A variable, or the run: (index of its value for every row, values), exact numbers, or else texts."""
        if name not in self._decoded:
            raw, found = pd.factorize(self._column(name))
            texts = [str(x).strip() for x in found]
            empty = (raw < 0) | np.isin(raw, [i for i, x in enumerate(texts) if not x])
            if empty.any():
                raise self._wrong(name, int(np.argmax(empty)), "is missing", "a value in every row")
            numbers = [exact(x) for x in texts]
            shift = self.sources[name].shift
            values = [x if n is None else n + shift for x, n in zip(texts, numbers, strict=True)]
            distinct = {v: i for i, v in enumerate(dict.fromkeys(values))}  # "10" and "10.0" are one value
            self._decoded[name] = np.array([distinct[v] for v in values])[raw], list(distinct)
        return self._decoded[name]

    def numbers(self, name: str, whole: bool = False) -> tuple[np.ndarray, list]:
        """As `codes`, every value a number, or a whole one."""
        codes, values = self.codes(name)
        for i, v in enumerate(values):
            if isinstance(v, str) or (whole and not v.is_Integer):
                expected = "a whole number" if whole else "a number"
                row = int(np.argmax(codes == i))
                raise self._wrong(name, row, f"is {self._column(name).iloc[row]}", expected)
        return codes, values

    def floats(self, name: str, positive: bool) -> np.ndarray:
        """An observable, a finite number in every row. 0 passes for a positive one: numbers underflow."""
        if name not in self._decoded:
            x = np.asarray(pd.to_numeric(self._column(name), errors="coerce"), dtype=float)
            transform = self.sources[name].transform
            with np.errstate(all="ignore"):
                self._decoded[name] = TRANSFORMS[transform](x) if transform else x
        x = self._decoded[name]
        given = (self._column(name) != "").to_numpy() if self.gaps else True
        for bad, expected in ((~np.isfinite(x) & given, "a finite number"), (x < 0, "a positive number")):
            if (positive or expected == "a finite number") and bad.any():
                row = int(np.argmax(bad))
                text = str(self._column(name).iloc[row]).strip()
                raise self._wrong(name, row, f"is {text}" if text else "is missing", expected)
        return x

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
        rows = range(len(self.table.frame))
        keys = pd.DataFrame({n: codes for n, (codes, _) in decoded.items()}, index=rows)
        cell = keys.groupby(columns, sort=False).ngroup().to_numpy() if columns else np.zeros(len(rows), int)
        named = [
            {n: decoded[n][1][decoded[n][0][i]] if n in decoded else self.sources[n].number for n in variables}
            for i in np.unique(cell, return_index=True)[1]
        ]
        if self.sources[t].column:
            codes, values = self.numbers(t, whole=True)
            generation = np.array([int(v) for v in values])[codes]
        else:
            generation = np.full(len(rows), int(self.sources[t].number))
        run = self._runs(cell, generation, named)
        measured = {n: self.floats(n, positive) for n, positive in observables.items()}
        cells = []
        for c, own in enumerate(np.split(np.argsort(cell, kind="stable"), np.cumsum(np.bincount(cell))[:-1])):
            runs, r = np.unique(run[own], return_inverse=True)
            times, k = np.unique(generation[own], return_inverse=True)
            at = np.full((len(runs), len(times)), -1)
            at[r, k] = own
            paths = {n: np.where(at >= 0, x[at], nan) for n, x in measured.items()}
            cells.append(Cell(named[c], [int(x) for x in times], at, paths))
        return sorted(cells, key=lambda c: [(isinstance(v, str), v) for v in c.values.values()])

    def _runs(self, cell: np.ndarray, generation: np.ndarray, named: list[dict]) -> np.ndarray:
        """The number of the run that each row belongs to."""
        keys, run, names = pd.DataFrame({"cell": cell, "t": generation}), np.zeros(len(cell), int), []
        if RUN in self.sources:
            run, names = self.codes(RUN)
            keys["run"] = run
        repeated = keys.duplicated()
        if repeated.any():
            row = int(np.argmax(repeated))
            first = int(np.argmax((keys == keys.iloc[row]).all(axis=1)))
            told = named[cell[row]] | {GENERATION: generation[row]}
            if RUN in self.sources:
                told[RUN] = names[run[row]]
                advice = "expected one; map the variable that tells them apart, or keep the rows of one value of it"
            else:
                advice = f"map the column that tells the runs apart, {RUN}=COLUMN"
            raise BadInput(
                f"a second row for {', '.join(f'{k} = {v}' for k, v in told.items())}, beside {self.table.told(first)}: "
                f"{advice}; {self.table.columns}",
                self.table.place(row),
            )
        if not keys.duplicated(["cell", "t"]).any():
            advice = f"; map the column that tells runs apart, {RUN}=COLUMN; {self.table.columns}"
            raise BadInput(
                f"one run only; expected repeated runs, since a claim is about moments{'' if RUN in self.sources else advice}",
                str(self.table.path),
            )
        return run


__all__ = [
    "GENERATION",
    "RUN",
    "Cell",
    "Rows",
    "Source",
    "Table",
    "close",
    "exact",
    "parse_map",
    "read_table",
    "source",
]
