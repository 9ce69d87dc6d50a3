"""Cases within the conditions of cases, `Piecewise((1, Piecewise((0, z < 1), (z, True)) > 0), (0, True))`."""

from __future__ import annotations

from functools import reduce
from typing import Any

from sympy import ITE, Piecewise, true

_of_sympy = Piecewise._eval_rewrite_as_ITE


def _in_turn(self: Piecewise, *args: Any, **options: Any) -> Any:
    """A condition that is said by cases. SymPy solves each for a symbol: an error where a draw stands in its place."""
    *cases, (last, condition) = self.args
    if condition != true:
        return _of_sympy(self, *args, **options)
    return reduce(lambda rest, case: ITE(case[1], case[0], rest), reversed(cases), last)


Piecewise._eval_rewrite_as_ITE = _in_turn
