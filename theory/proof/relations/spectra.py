"""Eigenvalues and singular values of a random matrix against its entries, whatever is drawn: lemmas on their means."""

from __future__ import annotations

from sympy import Abs, Add, Expr, Ge, S, expand, fraction, sqrt

from ...language.errors import BadInput
from ...language.functions import nuclear
from ...language.moments import E
from .lemmas import Instance, lemma, of_mean


@lemma(from_small=False)
def largest_eigenvalue(big: Expr, p: Expr, q: Expr, r: Expr) -> Instance:
    """E p^k <= E x^k for the largest eigenvalue x of ((p, q), (q, r)), p >= 0, k >= 0: Rayleigh's quotient of the first axis.

    x is to be written as (p + r + sqrt((p - r)^2 + 4 q^2))/2.
    """
    root, power = of_mean(big, "largest_eigenvalue").as_base_exp()
    if expand(root - (p + r + sqrt(expand((p - r) ** 2 + 4 * q**2))) / 2) != 0:
        raise BadInput(f"largest_eigenvalue: {root} is not that of (({p}, {q}), ({q}, {r}))")
    conditions = (Ge(p, 0, evaluate=False), Ge(power, 0, evaluate=False))
    return Instance(E(p**power), big, "Rayleigh's quotient", conditions)


@lemma()
def smallest_eigenvalue(small: Expr, p: Expr, q: Expr, r: Expr) -> Instance:
    """E x^(1/2) <= E p^(1/2) for the smallest eigenvalue x of ((p, q), (q, r)), p r >= q^2: Rayleigh's quotient.

    x is to be written without cancellation, 2 (p r - q^2)/(p + r + sqrt((p - r)^2 + 4 q^2)), with p + r above 0 at a glance.
    """
    above, below = fraction(of_mean(small, "smallest_eigenvalue") ** 2)
    below = below.replace(lambda e: e.is_Pow and e.exp == S.Half, lambda e: sqrt(expand(e.base)))
    largest, det = p + r + sqrt(expand((p - r) ** 2 + 4 * q**2)), expand(p * r - q**2)
    if not (p + r).is_positive or expand(above * largest - 2 * det * below) != 0:
        raise BadInput(f"smallest_eigenvalue: {small} is not the mean of the root of that of (({p}, {q}), ({q}, {r}))")
    return Instance(small, E(sqrt(p)), "Rayleigh's quotient", (Ge(det, 0, evaluate=False), Ge(p, 0, evaluate=False)))


@lemma()
def row_by_row(small: Expr) -> Instance:
    """E |A|_* <= sum_i E |row i of A|: the nuclear norm is one, and that of a matrix with one row is its length."""
    norm = of_mean(small, "row_by_row")
    if not isinstance(norm, nuclear):
        raise BadInput(f"row_by_row is about the mean of a nuclear norm; found {small}")
    d, *entries = norm.args
    rows = (entries[i : i + int(d)] for i in range(0, len(entries), int(d)))
    return Instance(small, Add(*(E(_length(row)) for row in rows)), "the triangle inequality of the nuclear norm")


def _length(row: list[Expr]) -> Expr:
    some = [x for x in row if x != 0]
    return Abs(some[0]) if len(some) == 1 else sqrt(Add(*(x**2 for x in some)))


__all__ = ["largest_eigenvalue", "row_by_row", "smallest_eigenvalue"]
