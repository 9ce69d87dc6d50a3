"""Values whose near-ties are left open, in both readings: the lower values and the upper ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Both:
    """Values in both readings of their near-ties: lower and upper ones, arrays of one shape."""

    low: np.ndarray
    high: np.ndarray

    def __len__(self) -> int:
        return len(self.low)

    def __getitem__(self, which: Any) -> Both:
        return Both(self.low[which], self.high[which])

    @property
    def open(self) -> float:
        """The share of the values that have two readings."""
        return float(np.mean(self.low < self.high)) if len(self.low) else 0.0


Values = np.ndarray | Both


def lower(x: Values) -> np.ndarray:
    """The values in the lower reading of their near-ties."""
    return x.low if isinstance(x, Both) else x


def upper(x: Values) -> np.ndarray:
    """The values in the upper reading of their near-ties."""
    return x.high if isinstance(x, Both) else x


def combined(terms: Sequence[tuple[float, Values]]) -> Values:
    """A linear combination."""
    low, high = (
        np.sum([c * np.asarray(first(x) if c >= 0 else then(x), dtype=float) for c, x in terms], axis=0)
        for first, then in ((lower, upper), (upper, lower))
    )
    return Both(low, high) if any(isinstance(x, Both) for _, x in terms) else low
