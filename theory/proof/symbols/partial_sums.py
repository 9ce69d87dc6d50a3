"""Sums over an index of polynomials times exponentials in it."""

from __future__ import annotations

from sympy import Expr, Poly, S, Symbol

from .exponentials import exponentials
from .recurrences import ExpPoly, solve


def partial_sum(term: Expr, s: Symbol, low: Expr, high: Expr) -> tuple[Expr, list[Expr]] | None:
    """The sum of `term` over integers s from low to high, and what has to be other than 0 for its form; None for other terms.

    y(k) = sum of the first k terms: y(k + 1) = y(k) + term(low + k), y(0) = 0, so that it is 0 over no terms at all.
    """
    pieces = exponentials(term.xreplace({s: low + s}), s)
    if pieces is None or any(not c.is_polynomial(s) for _, c in pieces):
        return None
    forcing = ExpPoly(
        (S.Zero, [c.xreplace({s: S.Zero})]) if base.is_zero else (base, Poly(c, s).all_coeffs()[::-1])
        for base, c in pieces
    )
    total, nonzero = solve(S.One, S.Zero, forcing)
    return total.at(high - low + 1), nonzero
