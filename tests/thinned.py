"""Tests over the whole catalogue of what `selfconsuming verify` checks of every claim too: in the short run, of some."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest


def thinned(values: Sequence[Any], every: int, name: Callable[[Any], str]) -> list:
    """Parameters of a test: one in `every` in the short run, all of them in the long one."""
    rows = ((i, v if isinstance(v, tuple) else (v,)) for i, v in enumerate(values))
    return [pytest.param(*row, id=name(row), marks=[pytest.mark.long] * (i % every > 0)) for i, row in rows]
