"""Rows of compiled records."""

from __future__ import annotations

from numba import njit


@njit(nogil=True, cache=True)
def put(records, k, values):
    """Copy values into row k of a table; in a loop, since numba takes seconds over the first assignment of a slice."""
    for i in range(len(values)):
        records[k, i] = values[i]
