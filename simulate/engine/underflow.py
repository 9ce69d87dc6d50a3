"""What is lost where numbers are too small for floats: those keep few digits, or none, and what multiplies them shows it.

A path that goes by such a number is tried with one next to it. Where that makes a difference, the path is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

SMALL = 2.0**-1010  # floats below have fewer digits than others, or may be made of such
NEXT = 2.0**-1066  # as far as they may be wrong: a few hundred of the steps that they are told in
EXACT = 2.0**-46  # of a value, or of the mean of a block: what makes no difference


def too_small(values: Sequence[np.ndarray], alive: Sequence[bool]) -> np.ndarray | None:
    """The rows in which one of the values that are never 0 (`alive`) is too small for a float; None where there is none."""
    found = None
    for x, never_zero in zip(values, alive, strict=True):
        if never_zero and (small := np.abs(x) < SMALL).any():
            found = small if found is None else found | small
    return None if found is None else np.flatnonzero(found)


def beside(values: Sequence[np.ndarray], alive: Sequence[bool], rows: np.ndarray) -> list[np.ndarray]:
    """The values in these rows, those too small for a float being replaced by others that they may stand for."""
    at = [x[rows] for x in values]
    return [np.where(np.abs(x) < SMALL, x + NEXT, x) if n else x for x, n in zip(at, alive, strict=True)]


def without_lost(found: np.ndarray, rows: np.ndarray, other: np.ndarray, room: np.ndarray | float) -> np.ndarray:
    """`found`, with NaN in those `rows` where the `other` value differs by more than rounding, and by more than `room`."""
    x = found[rows]
    with np.errstate(all="ignore"):
        same = (x == other) | (np.abs(x - other) <= np.maximum(EXACT * np.abs(x), room)) | np.isnan(x)
    if same.all():
        return found
    out = np.array(found, dtype=float)
    out[rows[~same]] = np.nan
    return out


def of_step(
    step: Callable[[Sequence[np.ndarray], np.ndarray], list[np.ndarray]],
    state: Sequence[np.ndarray],
    after: list[np.ndarray],
    alive: Sequence[bool],
) -> list[np.ndarray]:
    """The state after a step, NaN where it is made of digits that are not there.

    step: the same for other states, in some of the rows.
    """
    if (rows := too_small(state, alive)) is None:
        return after
    others = step(beside(state, alive, rows), rows)
    # what stays so small stays as uncertain as before
    rooms = (np.where(np.abs(x[rows]) < SMALL, 2 * NEXT, 0.0) for x in after)
    return [without_lost(x, rows, y, room) for x, y, room in zip(after, others, rooms, strict=True)]


def of_function(
    function: Callable[..., np.ndarray], values: Sequence[np.ndarray], found: np.ndarray, alive: Sequence[bool]
) -> np.ndarray:
    """The values `found` of a function, NaN where they are made of digits that are not there, and their mean shows it."""
    if (rows := too_small(values, alive)) is None:
        return found
    sizes = np.abs(found[np.isfinite(found)])
    other = np.broadcast_to(function(*beside(values, alive, rows)), rows.shape)
    return without_lost(found, rows, other, EXACT * float(sizes.mean()) if sizes.size else 0.0)
