"""How Python, SymPy and NumPy are set for many claims: what they keep, how often they look for garbage, how many threads."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

GARBAGE = (
    1_000_000  # new objects between looks: SymPy makes millions of small ones, and few cycles; a tenth of the time
)
DIGITS = (
    200_000  # of a number that is written: five rounds of five candidates make numbers of tens of thousands of digits
)
RESULTS = "20000"  # that each function of SymPy's core keeps, in place of 1000; a twentieth of the time


def prepare() -> None:
    """For this process, and those that it starts. Before SymPy and NumPy are imported, which read it then."""
    gc.set_threshold(GARBAGE)
    sys.set_int_max_str_digits(DIGITS)
    os.environ.setdefault("SYMPY_CACHE_SIZE", RESULTS)
    # the cores are taken by workers: threads of a product of small matrices would wait for one another
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def memory() -> float:
    """MB of memory that this process has now; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
