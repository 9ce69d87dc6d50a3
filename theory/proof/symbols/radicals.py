"""Numbers made of roots, written as short as they are."""

from __future__ import annotations

from sympy import Expr, expand, radsimp, sqrtdenest

from ...language.lengths import operations

LONGEST = 80  # operations of what is multiplied out


def plain_roots(x: Expr) -> Expr:
    """A number made of fractions and their roots with no root below the line: (sqrt(5) + 3)/4; anything else as it is."""
    inside = [y for y in x.atoms() if not y.is_Rational]
    if inside or x.is_Rational or operations(x) > LONGEST or not x.is_algebraic:
        return x
    return min((x, radsimp(expand(x)), radsimp(sqrtdenest(expand(x)))), key=operations)


__all__ = ["plain_roots"]
