"""What a step tells of the law of a path, where its class says that it is not all."""

from __future__ import annotations

from sympy import Expr, PolynomialError, oo, sympify

from ...language.left_open import told_by
from ...language.loops import Loop, Observable
from ...language.moments import E, Var
from ...language.order import in_order
from .normality import polynomial


def untold(loop: Loop, x: Expr, given: bool) -> str | None:
    """Why the step does not tell the joint law that an expression in observables asks for; None if it does.

    given: whether it is wanted for a known model, not on average. Raises `BadInput` for a `told` that is none.
    """
    times = {o.t for o in x.atoms(Observable)}
    for said in told_by(loop):
        if len(times) > said.generations or _degree(x) > (said.given if given else said.degree):
            return said.why
    return None


def _degree(x: Expr) -> Expr:
    """Of a polynomial in observables, or of a moment of one; infinite for anything else."""
    if isinstance(x, E | Var):
        return (2 if isinstance(x, Var) else 1) * _degree(x.variable)
    try:
        return sympify(polynomial(x, in_order(x.atoms(Observable))).total_degree())
    except PolynomialError:
        return oo
