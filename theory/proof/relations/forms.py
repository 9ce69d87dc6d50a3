"""The supremum of the quotient of two quadratic forms: the largest eigenvalue of the one beside the other (Rayleigh, Ritz).

For a symmetric A and a positive definite B the largest value of x'Ax/x'Bx is the largest root of det(A - c B), attained at the
eigenvectors there. Finite forms of the inequalities of Hardy, Hilbert, Poincare and Wirtinger are such quotients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import Dummy, Expr, Matrix, Poly, S, Symbol, minimal_polynomial

from ..arithmetic.precision import precision
from ..arithmetic.programs import to_ball
from ..symbols.radicals import plain_roots
from .suprema import BITS, Supremum

MOST = 6  # variables
POSITIVE, LINE = (S.Zero, S.Infinity), (S.NegativeInfinity, S.Infinity)


def supremum_of_forms(
    above: Expr, below: Expr, ranges: Mapping[Symbol, tuple[Expr, Expr]]
) -> tuple[Supremum, dict[Symbol, Expr]] | None:
    """The supremum of above/below, and a place where it is attained.

    None where they are no quadratic forms with rational coefficients of variables on the line or on its positive half, where
    `below` is not positive definite, and where no eigenvector is seen to be within these ranges.
    """
    names = [v for v in ranges if v in above.free_symbols | below.free_symbols]
    if not 1 < len(names) <= MOST or any(v.is_integer or ranges[v] not in (POSITIVE, LINE) for v in names):
        return None
    a, b = _matrix(above, names), _matrix(below, names)
    if a is None or b is None or not b.is_positive_definite:
        return None
    c = Symbol("c")
    polynomial = Poly((a - c * b).det(method="berkowitz"), c).primitive()[1]
    value, times = polynomial.real_roots(multiple=False)[-1]
    vector = _eigenvector(a, b, value, times)
    with precision(BITS):
        signs = {_sign(x) for v, x in zip(names, vector, strict=True) if ranges[v] == POSITIVE}
        if not vector or signs not in (set(), {1}, {-1}):
            return None
        place = {v: -x if signs == {-1} else x for v, x in zip(names, vector, strict=True)}
        said = "both sides are quadratic forms: the best constant is an eigenvalue of the one beside the other"
        return Supremum(plain_roots(value), to_ball(value), S.Zero, True, (said,)), place


def _matrix(form: Expr, names: Sequence[Symbol]) -> Matrix | None:
    """The symmetric matrix of a quadratic form with rational coefficients; None of anything else."""
    if not form.is_polynomial(*names):
        return None
    poly = Poly(form, *names)
    if not all(sum(powers) == 2 and x.is_Rational for powers, x in poly.terms()):
        return None
    return Matrix(len(names), len(names), lambda i, j: poly.coeff_monomial(names[i] * names[j]) / (1 if i == j else 2))


def _eigenvector(a: Matrix, b: Matrix, value: Expr, times: int) -> list[Expr]:
    """A vector x, not 0, with A x = value B x; none where the root is a multiple one that is no fraction.

    At a simple root the adjugate of A - value B has rank 1, and such vectors for its columns. They are polynomials in the root,
    and 0 where its minimal polynomial divides them.
    """
    if times > 1:
        return list((a - value * b).nullspace()[0]) if value.is_Rational else []
    c = Dummy("c")
    least = Poly(minimal_polynomial(value, c), c)
    adjugate = (a - c * b).adjugate(method="berkowitz")
    columns = ([Poly(x, c).rem(least) for x in adjugate.col(j)] for j in range(a.rows))
    column = next(entries for entries in columns if any(entries))
    first = next(x for x in column if x).invert(least)
    return [plain_roots((x * first).rem(least).as_expr().xreplace({c: value})) for x in column]


def _sign(x: Expr) -> int:
    """1, -1, or 0 where it is not seen to be one of them."""
    ball = to_ball(x)
    return 1 if ball > 0 else -1 if ball < 0 else 0


__all__ = ["supremum_of_forms"]
