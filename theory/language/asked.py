"""What is asked of numbers that leave no trace in an expression: that no weight of a mixing scheme is below 0.

A loop, or a law, stands in a claim's relation with its parameters. The bound of a scheme is a sum, in which its weights are seen
no more: they are noted while the claim's function runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sympy import Expr

Demanded = tuple[Expr, bool, str]  # a quantity at least 0, whether it is above 0, what is said where it is not
_NOTED: ContextVar[dict[Demanded, None] | None] = ContextVar("noted", default=None)


def ask(x: Expr, strictly: bool, problem: str) -> None:
    """Note that a quantity with symbols has to be 0 or more (above 0: strictly), if anybody listens."""
    noted = _NOTED.get()
    if noted is not None and x.free_symbols:
        noted[x, strictly, problem] = None


@contextmanager
def noted() -> Iterator[dict[Demanded, None]]:
    """What is asked for meanwhile."""
    found: dict[Demanded, None] = {}
    token = _NOTED.set(found)
    try:
        yield found
    finally:
        _NOTED.reset(token)
