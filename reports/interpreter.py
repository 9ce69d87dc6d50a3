"""How Python and SymPy are set for the proofs of many claims: what they keep, and how often they look for garbage."""

from __future__ import annotations

import gc
import os

GARBAGE = (
    100_000  # new objects between looks: SymPy makes millions of small ones, and few cycles; a fifteenth of the time
)
RESULTS = "20000"  # that each function of SymPy's core keeps, in place of 1000; a twentieth of the time


def prepare() -> None:
    """For this process, and those that it starts. Before SymPy is imported, which then reads how much it keeps."""
    gc.set_threshold(GARBAGE)
    os.environ.setdefault("SYMPY_CACHE_SIZE", RESULTS)
