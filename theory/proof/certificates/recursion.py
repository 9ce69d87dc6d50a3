"""What a derivation by recursion leaves behind: monomials that are closed under a step, and the solution."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Symbol

from ...language.loops import Loop

Terms = tuple[tuple[Expr, tuple[Expr, ...]], ...]  # sum of base^t times a polynomial of t, coefficients from t^0 on


@dataclass(frozen=True)
class Recursion:
    """The means of some monomials of a loop's state, t generations after they were known.

    state: symbols for the coordinates.  monomials: in these.  start: names for their values at the base.
    rows: for each monomial the coefficients, on all of them, of its mean after one step.
    forms: for each its mean t generations later.
    conditions: what has to be positive for the means after a step to exist.
    """

    loop: Loop
    state: tuple[tuple[str, Symbol], ...]
    monomials: tuple[Expr, ...]
    start: tuple[Symbol, ...]
    rows: tuple[tuple[Expr, ...], ...]
    forms: tuple[Terms, ...]
    conditions: tuple[Expr, ...] = ()
