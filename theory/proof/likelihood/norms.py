"""Norms and eigenvalues of small symmetric matrices of balls, by eigenvectors in floats. The norm is that of operators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cmp_to_key

import numpy as np
from flint import arb, arb_mat, ctx

NOWHERE = arb.pos_inf()
FLOATS = 48  # bits that a step of `polished` adds
SWEEPS = 24  # of Jacobi's rotations


def symmetric(entries: Sequence[arb], d: int) -> arb_mat:
    """A symmetric matrix from its entries on and above the diagonal, row by row."""
    known = {}
    places = ((i, j) for i in range(d) for j in range(i, d))
    for (i, j), entry in zip(places, entries, strict=True):
        known[i, j] = known[j, i] = entry
    return arb_mat(d, d, [known[i, j] for i in range(d) for j in range(d)])


def norm(matrix: arb_mat) -> arb:
    """An upper bound on the norms of all symmetric matrices in a ball: of V'AV over the least eigenvalue of V'V."""
    V = basis(matrix)
    if V is None:
        return NOWHERE
    found = _rows(V.transpose() * matrix * V) / _independent(V)
    return found.upper() if found.is_finite() else NOWHERE


def least_norm(matrix: arb_mat) -> arb:
    """A lower bound on them: Rayleigh's quotients."""
    V = basis(matrix)
    if V is None:
        return arb(0)
    ends = (polished(matrix, V, i)[0] for i in (0, -1))
    return largest(abs(form(q, matrix, q) / form(q, None, q)).lower() for q in ends)


def top_eigenvalue(matrix: arb_mat) -> arb:
    """An upper bound on the eigenvalues of symmetric matrices in a ball, or 0 if that is more, by Gershgorin's circles."""
    V = basis(matrix)
    if V is None:
        return NOWHERE
    found = -least_eigenvalue(-(V.transpose() * matrix * V))
    return (found.max(arb(0)) / _independent(V)).upper()


def least_eigenvalue(matrix: arb_mat) -> arb:
    """A lower bound on the eigenvalues of symmetric matrices in a ball, by Gershgorin's circles: near diagonal ones."""
    d, found = matrix.nrows(), NOWHERE
    for i in range(d):
        row = matrix[i, i] - sum((abs(matrix[i, j]) for j in range(d) if j != i), arb(0))
        found = found.min(row.lower()) if row.is_finite() else -NOWHERE
    return found


def eigenvalues(matrix: arb_mat) -> list[arb]:
    """Balls for the eigenvalues of a symmetric matrix, multiple ones too, in rising order: by Jacobi's rotations and Weyl.

    Rotations are orthogonal to all digits of their balls, so they change no eigenvalue; those of a matrix, in order, are as
    near to those of its diagonal as the norm of the rest says.
    """
    d, A = matrix.nrows(), matrix
    for _ in range(SWEEPS):
        left = _off(A.mid())
        if not _rows(A).is_finite() or left <= arb(2) ** -ctx.prec * _rows(A) or 2 * left <= _off(A):
            break  # the rest is rounding, or what the balls do not tell
        for i in range(d):
            for j in range(i + 1, d):
                A = _turned(A, i, j)
    rest = arb(0, _off(A))
    found = [A[i, i] + rest for i in range(d)]
    low, high = (sorted((end(x) for x in found), key=cmp_to_key(_order)) for end in (arb.lower, arb.upper))
    return [a.union(b) for a, b in zip(low, high, strict=True)]


def _order(a: arb, b: arb) -> int:
    """Of exact numbers, as `cmp_to_key` asks for it."""
    return -1 if a < b else int(b < a)


def _off(A: arb_mat) -> arb:
    """The largest sum of a row without its diagonal entry, an upper bound on the norm of what is off the diagonal."""
    d = A.nrows()
    return largest(sum((abs(A[i, j]) for j in range(d) if j != i), arb(0)).upper() for i in range(d))


def _turned(A: arb_mat, i: int, j: int) -> arb_mat:
    """Q'AQ, Q the rotation of two axes by an exact angle that makes the entry between them nearly 0."""
    across, gap = A[i, j].mid(), (A[i, i] - A[j, j]).mid()
    if across == 0:
        return A
    angle = (arb.atan2(2 * across, gap) / 2).mid()
    Q = arb_mat(A.nrows(), A.nrows(), [arb(int(a == b)) for a in range(A.nrows()) for b in range(A.nrows())])
    c, s = angle.cos(), angle.sin()
    Q[i, i], Q[i, j], Q[j, i], Q[j, j] = c, -s, s, c
    return Q.transpose() * A * Q


def cholesky(matrix: arb_mat) -> arb_mat:
    """The lower triangular factor F, F F' the matrix. Raises `ArithmeticError` where that is not seen to be positive definite."""
    d = matrix.nrows()
    F = arb_mat(d, d)
    for i in range(d):
        for j in range(i + 1):
            left = matrix[i, j] - sum((F[i, k] * F[j, k] for k in range(j)), arb(0))
            if i == j and not left > 0:
                raise ArithmeticError("whether a matrix is positive definite")
            F[i, j] = left.sqrt() if i == j else left / F[j, j]
    return F


def basis(matrix: arb_mat) -> arb_mat | None:
    """Columns near the eigenvectors, by rising eigenvalue: exact, orthonormal up to the rounding of floats."""
    d = matrix.nrows()
    middle = np.array([[float(matrix[i, j].mid()) for j in range(d)] for i in range(d)])
    if not np.all(np.isfinite(middle)):
        return None
    return arb_mat(d, d, [arb(float(v)) for v in np.linalg.eigh(middle)[1].ravel()])


def polished(matrix: arb_mat, V: arb_mat, top: int) -> tuple[arb_mat, arb_mat]:
    """(q, Q) from a basis: an eigenvector to the working precision, by perturbation, and the others, orthogonal to it.

    All together they are a basis, for certain.
    """
    d = matrix.nrows()
    top %= d
    q, others = _column(V, top), [_column(V, k) for k in range(d) if k != top]
    value = form(q, matrix, q)
    gaps = [(value - form(v, matrix, v)).mid() for v in others]
    for _ in range(ctx.prec // FLOATS):
        image = matrix * q - q * (form(q, matrix, q) / form(q, None, q)).mid()
        for v, gap in zip(others, gaps, strict=True):
            step = (form(v, None, image) / gap).mid() if gap != 0 else arb(0)
            if abs(step) < 2.0**-16:
                q = _mid(q + v * step)
    others = [_mid(v - q * (form(q, None, v) / form(q, None, q)).mid()) for v in others]
    _independent(_side_by_side([q, *others]))
    return q, _side_by_side(others)


def form(a: arb_mat, matrix: arb_mat | None, b: arb_mat) -> arb:
    """a'Ab, or a'b."""
    return (a.transpose() * (b if matrix is None else matrix * b))[0, 0]


def largest(numbers: Iterable[arb]) -> arb:
    """A ball that contains the largest of some numbers."""
    out = -NOWHERE
    for x in numbers:
        out = out.max(x)
    return out


def _independent(V: arb_mat) -> arb:
    """A lower bound on the least eigenvalue of V'V, above 0."""
    gram = V.transpose() * V
    for i in range(V.ncols()):
        gram[i, i] -= 1
    least = (1 - _rows(gram)).lower()
    if not least > 0:
        raise ArithmeticError("eigenvectors that are not told apart")
    return least


def _rows(matrix: arb_mat) -> arb:
    """A bound on the norm of a symmetric matrix: its largest sum of a row."""
    d = matrix.nrows()
    return largest(sum((abs(matrix[i, j]) for j in range(d)), arb(0)).upper() for i in range(d))


def _column(matrix: arb_mat, k: int) -> arb_mat:
    return arb_mat(matrix.nrows(), 1, [matrix[i, k] for i in range(matrix.nrows())])


def _side_by_side(columns: list[arb_mat]) -> arb_mat:
    if not columns:
        return arb_mat(0, 0)
    d = columns[0].nrows()
    return arb_mat(d, len(columns), [v[i, 0] for i in range(d) for v in columns])


def _mid(column: arb_mat) -> arb_mat:
    return arb_mat(column.nrows(), 1, [column[i, 0].mid() for i in range(column.nrows())])


__all__ = [
    "basis",
    "cholesky",
    "eigenvalues",
    "form",
    "largest",
    "least_eigenvalue",
    "least_norm",
    "norm",
    "polished",
    "symmetric",
    "top_eigenvalue",
]
