"""How long an expression is."""

from __future__ import annotations

from sympy import Basic


def operations(x: Basic) -> int:
    """How many operations an expression is written with, as often as they stand in it: two for a sum of three terms.

    A hundredth of the work of SymPy's `count_ops`, which also asks of every number and term how it would be printed.
    """
    count, todo = 0, [x]
    while todo:
        args = todo.pop().args
        if args:
            count += len(args) - 1 or 1
            todo += args
    return count
