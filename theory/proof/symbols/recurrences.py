"""Linear recurrences with constant coefficients in symbols, driven by sums of powers times polynomials, solved."""

from __future__ import annotations

from math import comb

from sympy import Add, Expr, Matrix, S, cancel, degree, erf, eye, factor, factor_list, fraction, together, zeros
from sympy import solve as roots_of

from ...language.errors import CannotTell
from .normal_forms import equal


class ExpPoly:
    """A sum of base**t * polynomial(t): [(base, [coefficient of t^0, t^1, ...])]."""

    def __init__(self, terms=()):
        self.terms: list[tuple[Expr, list[Expr]]] = []
        for base, coefficients in terms:
            self.add(base, coefficients)

    def add(self, base: Expr, coefficients: list[Expr]) -> None:
        for b, c in self.terms:
            if equal(b, base):
                c += [S.Zero] * (len(coefficients) - len(c))
                for i, x in enumerate(coefficients):
                    c[i] += x
                return
        self.terms.append((base, list(coefficients)))

    def at(self, t: Expr) -> Expr:
        return Add(*(b**t * Add(*(c * t**i for i, c in enumerate(cs))) for b, cs in self.terms))


def solve(a: Expr, start: Expr, forcing: ExpPoly) -> tuple[ExpPoly, list[Expr]]:
    """x(t+1) = a x(t) + forcing(t), x(0) = start, by undetermined coefficients: (x, quantities assumed non-zero)."""
    out, nonzero = ExpPoly(), []
    for b, f in forcing.terms:
        resonant = equal(a, b)
        degree = len(f) - 1 + resonant
        p = [S.Zero] * (degree + 1)
        if not resonant:
            nonzero.append(b - a)
        # b P(t+1) - a P(t) = f(t): compare coefficients of t^m, from the highest
        for m in range(len(f) - 1, -1, -1):
            i = m + resonant
            known = b * Add(*(p[j] * comb(j, m) for j in range(i + 1, degree + 1)))
            p[i] = factored((f[m] - known) / (b * comb(i, m) if resonant else b - a))
        out.add(b, p)
    out.add(a, [start - out.at(S.Zero)])
    return out, nonzero


def factored(x: Expr) -> Expr:
    """A rational function in its shortest form: what is nested grows with every recursion that uses it.

    Error functions stay in the form in which they came: one number would get two forms.
    """
    return factor(together(x)) if x.is_rational_function() and not x.has(erf) else x


def solve_block(A: Matrix, start: list[Expr], forcings: list[ExpPoly]) -> tuple[list[ExpPoly], list[Expr]]:
    """x(t+1) = A x(t) + forcing(t) for a vector x, by eigenvalues that are rational in the parameters."""
    size = len(start)
    A = A.applyfunc(lambda x: cancel(together(x)))
    polynomial = A.charpoly()
    z = polynomial.gen
    _, factors = factor_list(fraction(together(polynomial.as_expr()))[0])
    roots = [factor(roots_of(f, z)[0]) for f, _ in factors if f.has(z) and degree(f, z) == 1]
    if len(roots) != size or len(set(roots)) != size:
        raise CannotTell("the moments are coupled, and their matrix has no distinct rational eigenvalues")
    bases: dict[Expr, list[Expr]] = {}
    for i, forcing in enumerate(forcings):
        for b, coefficients in forcing.terms:
            if len(coefficients) > 1:
                raise CannotTell("a coupled system driven by a polynomial in t")
            bases.setdefault(b, [S.Zero] * size)[i] += coefficients[0]
    out = [ExpPoly() for _ in start]
    nonzero = [r - s for i, r in enumerate(roots) for s in roots[:i]]
    vectors = [_kernel(A - r * eye(size)) for r in roots]
    rest = list(start)
    for b, f in bases.items():
        f, growing = Matrix(f), zeros(size, 1)
        if resonant := [i for i, r in enumerate(roots) if equal(r, b)]:  # (p + q t) b^t with (A - b) q = 0
            v, left = vectors[resonant[0]], _kernel((A - b * eye(size)).T)
            growing = v * cancel(together((left.T * f)[0] / (b * (left.T * v)[0])))
            f = (f - b * growing).applyfunc(lambda x: cancel(together(x)))
        nonzero += [b - r for i, r in enumerate(roots) if i not in resonant]
        p, free = (b * eye(size) - A).applyfunc(lambda x: cancel(together(x))).gauss_jordan_solve(f)
        p = p.xreplace(dict.fromkeys(free, S.Zero))
        for i in range(size):
            constant = cancel(together(p[i]))
            out[i].add(b, [constant, growing[i]] if growing[i] != 0 else [constant])
            rest[i] -= constant
    weights = Matrix.hstack(*vectors).LUsolve(Matrix(rest))
    for r, v, w in zip(roots, vectors, weights, strict=True):
        for i in range(size):
            out[i].add(r, [together(v[i] * w)])
    return out, nonzero


def _kernel(A: Matrix) -> Matrix:
    return A.applyfunc(lambda x: cancel(together(x))).nullspace(simplify=True)[0]
