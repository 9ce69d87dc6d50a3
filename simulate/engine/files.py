"""A file of measured runs: what is read of it, as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from csv import field_size_limit, reader
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from theory.language.errors import BadInput

from .reading import listed

PIECE = 300_000  # fields that are read at a time


@dataclass(frozen=True, eq=False)
class Table:
    """A file of rows: the names of its columns, its rows in pieces, and where each of them stands.

    Nothing of it is kept: ten million rows of text are gigabytes, and a claim uses three of their columns.
    """

    path: Path
    names: list[str]

    @property
    def columns(self) -> str:
        """The names of its columns, for a message."""
        return f"its columns: {listed(self.names)}"

    @property
    def text(self) -> bool:
        """Whether its lines can be counted."""
        return self.path.suffix.lower() in (".csv", ".tsv", ".txt")

    def pieces(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """These columns, some rows at a time, as text or numbers. Raises `BadInput` for what cannot be read."""
        with _told(self.path):
            if _is_parquet(self.path):
                yield from _parquet(self.path, columns)
            else:
                places = [self.names.index(c) for c in columns]
                for whole in _csv(self.path, len(self.names)):
                    piece = pd.DataFrame(whole[places])
                    piece.columns = pd.Index(columns, dtype=object)  # pyrefly: ignore[no-matching-overload]  # its stubs know no objects
                    yield piece

    def written(self, row: int, column: str) -> str:
        """What stands in a row, as text."""
        for piece in self.pieces([column]):
            if row < len(piece):
                return str(piece[column].iloc[row])
            row -= len(piece)
        return ""

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
        """Where a row stands, for a message: "path:line" of a file of text."""
        return f"{self.path}:{self.number(row)}" if self.text else f"{self.path}, {self.name_of(row)}"

    def name_of(self, row: int) -> str:
        """Its line in a file of text, else its row, for a message."""
        return f"{'line' if self.text else 'row'} {self.number(row)}"


def _separator(path: Path) -> str:
    """A tab of a .tsv file; of any other a comma, unless its first line has none, but semicolons, or else tabs."""
    if ".tsv" in path.suffixes:
        return "\t"
    if path.suffix.lower() not in (".csv", ".txt"):
        return ","  # compressed
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        first = file.readline(LONGEST_HEAD)
    return next((mark for mark in ",;\t" if mark in first), ",")


STRANGE = (".json", ".jsonl", ".ndjson", ".xlsx", ".xls", ".npy", ".npz", ".pkl", ".h5", ".feather")  # other tables
LONGEST_HEAD = 5_000_000  # bytes of the first line
OPENERS = {".gz": "gzip", ".bz2": "bz2", ".xz": "lzma"}


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() in (".parquet", ".pq")


def read_table(path: Path) -> Table:
    """A .csv file (.tsv, or compressed: .csv.gz) or a .parquet file. Raises `BadInput` for what cannot be read."""
    if not path.is_file():
        raise BadInput("expected a file, not a folder" if path.is_dir() else "there is no such file", str(path))
    if path.suffix.lower() in STRANGE:
        raise BadInput("expected a .csv or a .parquet file: save it as one", str(path))
    with _told(path):
        names, rows = _parquet_names(path) if _is_parquet(path) else _csv_names(_of_text(path))
    if not rows:
        raise BadInput("expected rows of data below the names of the columns", str(path))
    return Table(path, [str(c).strip() for c in names])


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Every error of reading as one of the user's, with the line where there is one."""
    try:
        yield
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


def _csv_reader(path: Path, **options: Any) -> Any:
    # without a header: pandas would rename columns of one name, and not tell a line with too many fields from an index
    return pd.read_csv(
        path,
        sep=_separator(path),
        header=None,
        dtype=str,
        keep_default_na=False,
        skipinitialspace=True,
        encoding="utf-8-sig",
        **options,
    )


def _of_text(path: Path) -> Path:
    """The path, of a file that begins with text and a line of names. Raises `BadInput` for one of another encoding, whose bytes
    are zero here and there, and for a first line without end, which may be a kilobyte when it is compressed."""
    suffix = path.suffix.lower()
    if suffix in (".zip", ".tar", ".zst"):  # pandas finds out which file is meant
        return path
    with import_module(OPENERS[suffix]).open(path, "rb") if suffix in OPENERS else path.open("rb") as file:
        line = file.readline(LONGEST_HEAD)
    if line.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in line[:1000]:
        raise BadInput("the file is in another encoding, UTF-16 perhaps, or no text; expected UTF-8", str(path))
    if len(line) == LONGEST_HEAD:
        raise BadInput(f"the first line has {LONGEST_HEAD:,} bytes or more; expected names of columns", str(path))
    return path


def _csv_names(path: Path) -> tuple[Sequence, bool]:
    """The names of the columns, and whether there are rows."""
    first = _csv_reader(path, nrows=2)
    return list(first.iloc[0]), len(first) > 1


def _csv(path: Path, columns: int) -> Iterator[pd.DataFrame]:
    with _csv_reader(path, chunksize=max(1, PIECE // columns)) as pieces:
        for i, piece in enumerate(pieces):
            yield piece if i else piece.iloc[1:]


def _parquet_file(path: Path) -> Any:
    try:
        return import_module("pyarrow.parquet").ParquetFile(path)
    except ModuleNotFoundError:
        hint = "`pip install 'selfconsuming[parquet]'`, or save it as .csv"
        raise BadInput(f"a .parquet file needs pyarrow: {hint}", str(path)) from None


def _parquet_names(path: Path) -> tuple[Sequence, bool]:
    file = _parquet_file(path)
    schema = file.schema_arrow
    index = (schema.pandas_metadata or {}).get("index_columns", [])
    return [n for n in schema.names if n not in index], file.metadata.num_rows > 0


def _is_plain(kind: Any) -> bool:
    """Whether a column of this type holds numbers or names. Anything else, such as dates, lists and truth values, is taken as it
    is written: what is no number in a .csv file is none here."""
    types = import_module("pyarrow.types")
    if types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    text = types.is_string(kind) or types.is_large_string(kind) or types.is_binary(kind) or types.is_large_binary(kind)
    return text or types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind) or types.is_null(kind)


def _parquet(path: Path, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
    file = _parquet_file(path)
    names = {n.strip(): n for n in file.schema_arrow.names}
    size = max(1, PIECE // max(1, len(columns)))
    wanted = [names[c] for c in columns]
    others = {c for c in wanted if not _is_plain(file.schema_arrow.field(c).type)}
    for group in range(file.num_row_groups):  # one by one: pyarrow keeps what it has read of all that it is asked for
        for batch in file.iter_batches(size, row_groups=[group], columns=wanted):
            piece = batch.to_pandas(ignore_metadata=True)[wanted]
            for name in filter(others.__contains__, piece.columns):
                piece[name] = piece[name].map(str, na_action="ignore")
            piece.columns = pd.Index(columns, dtype=object)  # pyrefly: ignore[no-matching-overload]  # its stubs know no objects
            yield piece
