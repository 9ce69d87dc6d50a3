"""Logarithms of one number in several writings: what is equal cancels."""

from __future__ import annotations

from sympy import Expr, log

from ...language.lengths import operations
from .normal_forms import is_seen_zero

MOST_LOGARITHMS = 6
MOST_OPERATIONS = 300  # of arguments that are compared


def of_one_writing(x: Expr) -> Expr:
    """x with the shortest argument of each of its logarithms among those that are equal to it."""
    arguments = sorted({f.args[0] for f in x.atoms(log) if f.free_symbols}, key=lambda a: (operations(a), str(a)))
    arguments = [a for a in arguments if operations(a) <= MOST_OPERATIONS]
    if not 1 < len(arguments) <= MOST_LOGARITHMS:
        return x
    put: dict[Expr, Expr] = {}
    for a in arguments:
        put[a] = next((b for b in put if a.free_symbols >= b.free_symbols and is_seen_zero(a - b)), a)
    return x.xreplace({log(a): log(b) for a, b in put.items() if a != b})
