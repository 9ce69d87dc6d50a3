"""How a file has rounded its numbers: half a unit in the last digit that is written.

The last digit is that of the column: a writer drops zeros at the end. Either all values have as many decimals as the longest has,
or as many significant digits; what leaves more room counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from .sources import TRANSFORMS

FIRST = 1000  # rows that show how a file is written, where it has floats in full
NO_DIGIT, ABSENT = -400, -500  # as the exponent of the first digit: of 0, and of what is no number; of no value at all
SINGLE = 7  # significant digits that are rounded more coarsely than numbers in single precision are
DYADIC = 2**16  # numbers of so few bits may be shares of so many points
FULL = 15  # significant digits from which on a number is a float in full, not rounded by its file
DIGITS = re.compile(r"[+-]?0*(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?")


def _digits(value: Any) -> tuple[str, int, bool] | None:
    """(significant digits, decimals, whether it is written as whole) of a number, text or a float; None of what is none."""
    m = DIGITS.fullmatch(value.strip() if isinstance(value, str) else repr(float(value)).removesuffix(".0"))
    if not m:
        return None
    whole, part, power = m[1], m[2] or "", int(m[3] or 0)
    return (whole + part).lstrip("0"), len(part) - power, not (part or m[3])


def _written(values: Any) -> tuple[np.ndarray, int, int]:
    """(exponents of first digits, most decimals, most significant digits) of numbers, text or floats; in full nothing counts."""
    leading, most, longest = np.full(len(values), NO_DIGIT, np.int16), 0, 0
    for i, v in enumerate(values):
        if (found := _digits(v)) is None:
            continue
        significant, decimals, whole = found
        most = max(most, decimals)
        longest = max(longest, 0 if whole else len(significant))
        if longest >= FULL:
            break
        if significant:
            leading[i] = min(max(len(significant) - decimals - 1, NO_DIGIT), -NO_DIGIT)
    return leading, most, longest


def half_units(pieces: Iterable[pd.Series], count: int) -> np.ndarray:
    """Half a unit in the last digit of the `count` numbers of a column, text or floats, as its writer has rounded them.

    pieces: the column, some rows at a time. What is the same in all rows takes no memory for each.
    """
    leading, most, longest, single = [], 0, 0, []
    for column in pieces:
        if column.dtype == np.float32:
            single.append(np.spacing(np.abs(column.to_numpy())).astype(float) / 2)
            continue
        raw, distinct = pd.factorize(column)
        digits, decimals, length = _written(distinct)
        leading.append(np.append(digits, ABSENT)[raw])
        most, longest = max(most, decimals), max(longest, length)
        if longest >= FULL:
            break
    if single:
        return np.concatenate(single)
    if most <= 0 or longest >= FULL:
        return np.broadcast_to(0.0, (count,))
    powers = np.concatenate(leading)
    with np.errstate(over="ignore"):  # of numbers beyond floats, which are refused elsewhere
        table = 0.5 * 10.0 ** np.maximum(-most, np.arange(ABSENT, 1 - NO_DIGIT) - longest + 1)
    table[0] = 0.0
    used = np.unique(table[np.flatnonzero(np.bincount(powers - ABSENT))])
    return np.broadcast_to(used[0], (count,)) if len(used) == 1 else table[powers - ABSENT]


def is_single(x: np.ndarray) -> bool:
    """Whether numbers have been in single precision before they were written, as `tensor.item()` of PyTorch is.

    So it is where most of them, of those with more digits than it holds, are nearest to one of its numbers, to half a unit in
    their own last digit. A few rows are looked at, all over the column. Shares of 2^k points have many digits, and say nothing.
    """
    some = np.unique(x[np.linspace(0, max(len(x) - 1, 0), min(FIRST, len(x))).astype(int)])
    some = some[np.isfinite(some)]
    some = some[np.frexp(some)[0] * DYADIC % 1 != 0]
    told = [found or ("", 0, True) for found in map(_digits, some)]
    long = np.array([len(significant) > SINGLE for significant, _, _ in told], bool)
    halves = np.array([0.5 * 10.0**-decimals for _, decimals, _ in told])
    return bool(long.any()) and bool(np.mean(off_single(some[long]) <= halves[long]) > 0.5)


def off_single(x: np.ndarray) -> np.ndarray:
    """How far numbers are from those of single precision."""
    with np.errstate(over="ignore"):
        return np.abs(x - x.astype(np.float32))


def half_units_of_single(x: np.ndarray) -> np.ndarray:
    """Half a unit of numbers that have been in single precision, and were written with some digits then."""
    with np.errstate(all="ignore"):
        return np.spacing(np.abs(x.astype(np.float32))).astype(float) / 2 + off_single(x)


def told_in_full(values: Any) -> bool:
    """Whether a number has as many digits as floats have."""
    return any(sum(c.isdigit() for c in str(v).lower().partition("e")[0].lstrip("-0.")) >= FULL for v in values)


def through(transform: str, x: np.ndarray, half: np.ndarray) -> np.ndarray:
    """What becomes of half a unit."""
    f = TRANSFORMS[transform]
    with np.errstate(all="ignore"):
        low = np.maximum(x - half, 0.0) if transform == "sqrt" else x - half
        return np.maximum(f(x + half) - f(x), f(x) - f(low))
