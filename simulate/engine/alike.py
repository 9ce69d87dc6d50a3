"""Rows that are alike: columns of codes, arrays of shape (rows,), by which rows are told apart, counted and grouped.

There may be ten million rows: what can be done in place is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd


def joined(pieces: list[np.ndarray]) -> np.ndarray:
    """Pieces of a column, one behind the other."""
    return np.concatenate(pieces) if pieces else np.zeros(0, np.int32)


def distinct(columns: Sequence[np.ndarray]) -> set[tuple[int, ...]]:
    """The different rows of these columns."""
    return set(map(tuple, np.unique(np.column_stack(columns), axis=0).tolist()))


def grouped(columns: Sequence[np.ndarray], count: int) -> tuple[list[tuple[int, ...]], np.ndarray]:
    """(the distinct rows of these columns, in the order in which they come; the number of each row's)."""
    if not columns:
        return [()], np.zeros(count, np.int32)
    cell = pd.factorize(numbered(columns))[0].astype(np.int32)
    first = np.flatnonzero(np.diff(np.maximum.accumulate(cell), prepend=-1))  # they are counted as they come
    return [tuple(int(c[i]) for c in columns) for i in first], cell


def numbered(columns: Sequence[np.ndarray]) -> np.ndarray:
    """A number for every row, the same where all columns are the same."""
    out = np.zeros(len(columns[0]), np.int64)
    for c in columns:
        low, high = (int(c.min()), int(c.max())) if len(c) else (0, 0)
        if (int(out.max(initial=0)) + 1) * (high - low + 1) >= 2**62:
            out = np.unique(out, return_inverse=True)[1].astype(np.int64)
        out *= high - low + 1  # in place: there may be ten million rows
        out += c
        out -= low
    return out


def ranked(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(the distinct numbers, increasing; the place of each number among them), as `np.unique`, in a fifth of its memory."""
    low, high = (int(x.min()), int(x.max())) if len(x) else (0, 0)
    if high - low > len(x):
        return np.unique(x, return_inverse=True)
    there = np.zeros(high - low + 1, bool)
    there[x - low] = True
    return np.flatnonzero(there).astype(x.dtype) + low, (np.cumsum(there, dtype=np.int32) - 1)[x - low]


def different(groups: np.ndarray, columns: Sequence[np.ndarray]) -> np.ndarray:
    """Of the rows of each group 0, 1, ...: how many differ in these columns."""
    _, rest = ranked(numbered(columns))
    size = int(rest.max(initial=0)) + 1
    number = groups.astype(np.int64)
    number *= size  # in place, as above
    number += rest
    number.sort()
    return np.bincount(number[np.flatnonzero(np.diff(number, prepend=-1))] // size)


def repeats(columns: Sequence[np.ndarray]) -> bool:
    """Whether two rows are the same in all of these columns."""
    number = numbered(columns)
    number.sort()
    return bool((number[1:] == number[:-1]).any())


def shared(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The numbers in both of two increasing arrays."""
    return x if x is y else np.intersect1d(x, y)


def places(x: np.ndarray, among: np.ndarray) -> Any:
    """An index of the numbers `x` among others, increasing, which they are some of: all of them, where the two are one array."""
    return slice(None) if x is among else np.searchsorted(among, x)
