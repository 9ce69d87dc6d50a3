"""The signs of numbers, in balls."""

from __future__ import annotations

from sympy import Expr

from ...language.errors import CannotTell
from ..arithmetic.precision import refine
from ..arithmetic.programs import good, to_ball
from ..symbols.normal_forms import is_zero


def sign_of(x: Expr) -> int:
    """The sign of a number, or of what has one by what is declared of its symbols. Raises `CannotTell`."""
    if x.free_symbols:
        if x.is_positive or x.is_negative:
            return 1 if x.is_positive else -1
        raise CannotTell(f"the sign of {x}")
    if is_zero(x):
        return 0
    ball = refine(lambda: to_ball(x), lambda y: good(y, 10), limit=1024)
    if ball > 0 or ball < 0:
        return 1 if ball > 0 else -1
    raise CannotTell(f"the sign of {x}")
