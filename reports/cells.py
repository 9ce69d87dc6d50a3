"""Cells of CSV: what somebody else wrote may be opened in a spreadsheet, which runs formulas."""

from __future__ import annotations

import re
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # and their full width
DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def cell(x: Any) -> Any:
    """A value for CSV. Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay."""
    risky = isinstance(x, str) and x.lstrip(" ").startswith(FORMULA) and not DECIMAL.fullmatch(x)
    return f"'{x}" if risky else x


__all__ = ["cell"]
