"""Linear recurrences with constant coefficients in symbols, driven by sums of powers times polynomials, solved."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

from sympy import (
    Add,
    Basic,
    Dummy,
    Expr,
    Integer,
    KroneckerDelta,
    Matrix,
    Poly,
    Pow,
    S,
    erf,
    expand,
    factor,
    factor_list,
    fraction,
    sympify,
    together,
)
from sympy.polys.matrices import DomainMatrix

from ...language.errors import CannotTell
from ...language.lengths import operations
from . import rational
from .normal_forms import equal, in_generators, is_zero
from .roots import ROOT, Roots

Base = Expr | Roots
MOST_FACTORED = 40  # symbols in what is factored: SymPy is deep in its recursion with a thousand


def _alike(a: Basic, b: Basic) -> bool:
    if isinstance(a, Roots) or isinstance(b, Roots):
        return a == b
    return equal(a, b)


MOST_OPERATIONS = 1000  # of a form with roots that contain parameters
TOO_LONG = f"the mean has roots that contain parameters, and a form of more than {MOST_OPERATIONS} operations"


class ExpPoly:
    """A sum of base**t * polynomial(t): [(base, [coefficient of t^0, t^1, ...])].

    For base 0 the coefficients are the values at t = 0, 1, ...; for `Roots` they are polynomials in ROOT.
    """

    def __init__(self, terms=()):
        self.terms: list[tuple[Base, list[Expr]]] = []
        for base, coefficients in terms:
            self.add(base, coefficients)

    def add(self, base: Base, coefficients: list[Expr]) -> None:
        """Add base**t times a polynomial to it, with these coefficients of t^0, t^1, ..., in place."""
        for b, c in self.terms:
            if _alike(b, base):
                c += [S.Zero] * (len(coefficients) - len(c))
                for i, x in enumerate(coefficients):
                    c[i] += x
                return
        self.terms.append((base, list(coefficients)))

    def at(self, t: Expr) -> Expr:
        """Its value at t."""
        return Add(*(_power(b, c, i, t) for b, cs in self.terms for i, c in enumerate(cs)))

    def add_multiple(self, factor: Expr, other: ExpPoly) -> None:
        """Add a multiple of another one to it, in place."""
        for b, cs in other.terms:
            self.add(b, [factor * c for c in cs])

    def next(self) -> ExpPoly:
        """The same at t + 1."""
        out = ExpPoly()
        for b, cs in self.terms:
            if b == 0:
                out.add(b, cs[1:])
                continue
            base = ROOT if isinstance(b, Roots) else b
            out.add(b, [base * Add(*(comb(k, i) * c for k, c in enumerate(cs) if k >= i)) for i in range(len(cs))])
        return out

    def xreplace(self, rule: dict) -> ExpPoly:
        """What stands for something replaced by it, bases that become alike left beside each other."""
        out = ExpPoly()
        out.terms = [(b.xreplace(rule), [c.xreplace(rule) for c in cs]) for b, cs in self.terms]
        return out

    def vanishes(self) -> bool:
        """Whether it is seen to be 0 at every t."""
        parts = []
        for b, cs in self.terms:
            for c in cs:
                parts += rational.by_power(b.reduced(c), ROOT) if isinstance(b, Roots) else [c]
        return all(map(is_zero, parts))

    def length(self) -> int:
        """How many operations its coefficients with roots that contain parameters have."""
        return sum(operations(c) for b, cs in self.terms if isinstance(b, Roots) and b.free_symbols for c in cs)

    def at_number(self, t: int) -> Expr:
        """Its value at a number, without roots."""
        return Add(*(_value(b, c, i, t) for b, cs in self.terms for i, c in enumerate(cs)))


def _power(b: Base, c: Expr, i: int, t: Expr) -> Expr:
    if isinstance(b, Roots):
        return b.summed(c, t) * t**i
    return c * KroneckerDelta(t, i) if b == 0 and i else c * b**t * t**i


def _value(b: Base, c: Expr, i: int, t: int) -> Expr:
    if isinstance(b, Roots):
        weights = rational.by_power(b.reduced(c * ROOT**t), ROOT)
        return Add(*(w * x for w, x in zip(weights, b.sums(len(weights)), strict=True))) * t**i
    if b == 0:
        return c if i == t else S.Zero
    return c * b**t * sympify(t) ** i


def solve(a: Expr, start: Expr, forcing: ExpPoly) -> tuple[ExpPoly, list[Expr]]:
    """x(t+1) = a x(t) + forcing(t), x(0) = start, by undetermined coefficients: (x, quantities assumed non-zero)."""
    out, nonzero = ExpPoly(), []
    first = [start]
    for b, f in forcing.terms:
        if b == 0 and a != 0:  # what comes in the first generations only
            nonzero.append(a)
            out.add(
                b, [factored(-Add(*(c * a ** (t - 1 - j) for j, c in enumerate(f) if j >= t))) for t in range(len(f))]
            )
        elif b == 0:
            first += [S.Zero] * (len(f) + 1 - len(first))
            first[1 : len(f) + 1] = [x + c for x, c in zip(first[1:], f, strict=False)]
        else:
            p, extra = _driven(a, b, f)
            out.add(b, p)
            nonzero += extra
    out.add(a, [first[0] - out.at_number(0), *first[1:]])
    return out, nonzero


def _driven(a: Expr, b: Base, f: list[Expr]) -> tuple[list[Expr], list[Expr]]:
    """The coefficients of base b in x(t+1) = a x(t) + b^t f(t): b P(t+1) - a P(t) = f(t), from the highest power."""
    resonant = not isinstance(b, Roots) and equal(a, b)
    base = ROOT if isinstance(b, Roots) else b
    degree = len(f) - 1 + resonant
    p = [S.Zero] * (degree + 1)
    for m in range(len(f) - 1, -1, -1):
        i = m + resonant
        known = f[m] - base * Add(*(p[j] * comb(j, m) for j in range(i + 1, degree + 1)))
        if isinstance(b, Roots):
            p[i] = b.reduced(known * _inverse(b, a))
        else:
            p[i] = factored(known / (b * comb(i, m) if resonant else b - a))
    if resonant:
        return p, []
    return p, [b.polynomial.xreplace({ROOT: a}) if isinstance(b, Roots) else b - a]


def _inverse(b: Roots, a: Expr) -> Expr:
    """1/(ROOT - a) as a polynomial: f(ROOT) - f(a) is a multiple of ROOT - a, by Horner's scheme."""
    quotient, at = [], S.Zero
    for c in b.args[0].args:
        quotient.append(at)
        at = rational.cancelled(at * a + c)
    return Add(*(c * ROOT**k for k, c in enumerate(reversed(quotient[1:])))) / -at


def factored(x: Expr) -> Expr:
    """A rational function in its shortest form: what is nested grows with every recursion that uses it.

    Error functions stay in the form in which they came: one number would get two forms.
    """
    if len(x.free_symbols) > MOST_FACTORED:
        return expand(x)
    try:
        return rational.factored(x)
    except (ValueError, ZeroDivisionError):  # roots of numbers are in it
        if x.is_rational_function():
            return x if x.has(erf) else factor(together(x))
    growing = [p for p in x.atoms(Pow) if p.exp.free_symbols]  # sizes that double
    if not growing or not all(p.base.is_Rational and p.base > 0 for p in growing):
        return x
    try:
        form, meant = in_generators(x)
        return rational.factored(form).xreplace(meant)
    except (CannotTell, ValueError, ZeroDivisionError):
        return x


def shortest(a: Expr) -> Expr:
    """What is raised to the power t, in factors where these are shorter: that it is below 1 is seen from them."""
    if not isinstance(a, Add) or len(a.args) < 3:
        return a
    found = factored(a)
    return a if isinstance(found, Add) else min(a, found, key=operations)  # multiplied out a sum of squares is none


@dataclass(frozen=True)
class _Mode:
    """What a solution is made of: t^i base^t for i < size; for `Roots` the sums of r^(t + j) t^i over the roots."""

    base: Base
    size: int

    @property
    def width(self) -> int:
        return self.size * (self.base.degree if isinstance(self.base, Roots) else 1)

    def values(self, count: int) -> list[list[Expr]]:
        """Its functions at t = 0, ..., count - 1."""
        if isinstance(self.base, Roots):
            sums = self.base.sums(count + self.base.degree)
            return [
                [sums[t + j] * t**i for t in range(count)] for i in range(self.size) for j in range(self.base.degree)
            ]
        return [[_value(self.base, S.One, i, t) for t in range(count)] for i in range(self.size)]

    def coefficients(self, weights: list[Expr]) -> list[Expr]:
        if not isinstance(self.base, Roots):
            return weights
        n = self.base.degree
        return [Add(*(w * ROOT**j for j, w in enumerate(weights[i * n : (i + 1) * n]))) for i in range(self.size)]


def solve_block(
    A: Matrix, start: list[Expr], forcings: list[ExpPoly], names: list[Dummy]
) -> tuple[list[ExpPoly], list[Expr]]:
    """x(t+1) = A x(t) + forcing(t) for a vector x: (x, quantities assumed non-zero). names: those of values at the start.

    What is driven by a base that is no eigenvalue has that base; the rest is a combination of modes, by the roots of the
    characteristic polynomial and the other bases: the one that has the right values at the first t.
    """
    A = A.applyfunc(rational.cancelled)
    eigenvalues = [mode.base for mode in _modes(A, [])[0]]
    out, nonzero = [ExpPoly() for _ in start], []
    left = [ExpPoly() for _ in start]
    bases: list[Base] = []
    for b in (b for f in forcings for b, _ in f.terms):
        if not any(_alike(b, other) for other in bases):
            bases.append(b)
    for b in bases:
        driven = [next((cs for other, cs in f.terms if _alike(b, other)), []) for f in forcings]
        if isinstance(b, Roots) or b == 0 or any(_alike(b, r) for r in eigenvalues):
            for x, cs in zip(left, driven, strict=True):
                if cs:
                    x.add(b, cs)
            continue
        found, determinant = _driven_together(A, b, driven)
        nonzero.append(determinant)
        for x, cs in zip(out, found, strict=True):
            x.add(b, cs)
    own = [Dummy("u") for _ in start]
    fitted, extra = _fitted(A, own, left, [*names, *own])
    begun = {d: x - p.at_number(0) for d, x, p in zip(own, start, out, strict=True)}
    for x, more in zip(out, fitted, strict=True):
        for b, cs in more.terms:
            x.add(b, [c.xreplace(begun) for c in cs])
    return out, nonzero + extra


def _driven_together(A: Matrix, b: Expr, f: list[list[Expr]]) -> tuple[list[list[Expr]], Expr]:
    """The coefficients of base b in x(t+1) = A x(t) + b^t f(t), b no eigenvalue of A, and det(b - A)."""
    gap = DomainMatrix.from_Matrix((b * Matrix.eye(A.rows) - A).applyfunc(rational.cancelled)).to_field()
    if not (found := gap.det()):  # a base that is an eigenvalue in another form
        raise CannotTell(f"{b} is not seen to be other than an eigenvalue")
    determinant = rational.as_product(gap.domain.to_sympy(found))
    inverse = gap.inv().to_Matrix().applyfunc(rational.as_product)
    length = max(map(len, f))
    p: list[list[Expr]] = [[S.Zero] * length for _ in f]
    for m in range(length - 1, -1, -1):
        known = [
            Add(cs[m] if m < len(cs) else S.Zero, *(-b * x[j] * comb(j, m) for j in range(m + 1, length)))
            for cs, x in zip(f, p, strict=True)
        ]
        for i, x in enumerate(p):
            x[m] = rational.as_product(Add(*(inverse[i, j] * y for j, y in enumerate(known))))
    return p, determinant


def _fitted(
    A: Matrix, start: list[Dummy], forcings: list[ExpPoly], names: list[Dummy]
) -> tuple[list[ExpPoly], list[Expr]]:
    """`solve_block`, by the values at the first t."""
    if sum(f.length() for f in forcings) > MOST_OPERATIONS:  # what comes of them is longer, and takes long to be found
        raise CannotTell(TOO_LONG)
    modes, nonzero = _modes(A, forcings)
    count = sum(mode.width for mode in modes)
    names = [d for d in names if d in start or any(c.has(d) for f in forcings for _, cs in f.terms for c in cs)]
    vector, values = (
        [[Integer(d == x) for d in (*names, S.One)] for x in start],
        [],
    )  # by names, and what has none of them
    for t in range(count):
        values.append(vector)
        driven = [_linear(f.at_number(t), names) for f in forcings]
        vector = [
            [
                rational.cancelled(Add(*(A[i, j] * x for j, x in enumerate(xs)), f))
                for *xs, f in zip(*vector, driven[i], strict=True)
            ]
            for i in range(len(start))
        ]
    functions = Matrix([row for mode in modes for row in mode.values(count)]).T
    right = Matrix([[c for x in row for c in x] for row in values])
    weights = _solved(functions, right)
    out = []
    for i in range(len(start)):
        x, row, width = ExpPoly(), 0, len(names) + 1
        parts = [list(zip(weights.row(j)[i * width :], (*names, S.One), strict=False)) for j in range(count)]
        mine = [Add(*(rational.as_product(c) * d for c, d in part)) for part in parts]
        for mode in modes:
            x.add(mode.base, mode.coefficients(mine[row : row + mode.width]))
            row += mode.width
        out.append(x)
    return out, nonzero


def _modes(A: Matrix, forcings: list[ExpPoly]) -> tuple[list[_Mode], list[Expr]]:
    """The modes of a driven system, and what is assumed to be other than 0: that they are different ones."""
    sizes: list[tuple[Base, int]] = []
    for f, multiplicity in _characteristic(A):
        leading, *rest = f.all_coeffs()
        monic = [S.One, *(rational.cancelled(c / leading) for c in rest)]
        if len(rest) > 2 and any(c.free_symbols for c in monic):
            raise CannotTell(f"a coupled system whose roots, {len(rest)} of one polynomial, contain parameters")
        sizes.append((factor(-monic[1]) if len(rest) == 1 else Roots(monic), multiplicity))
    forced: list[tuple[Base, int]] = []
    for b, k in ((b, len(f)) for forcing in forcings for b, f in forcing.terms):
        longest = next((j for other, j in forced if _alike(b, other)), 0)
        forced = [(other, j) for other, j in forced if not _alike(b, other)] + [(b, max(k, longest))]
    for b, k in forced:
        known = next((j for other, j in sizes if _alike(b, other)), 0)
        sizes = [(other, j) for other, j in sizes if not _alike(b, other)] + [(b, k + known)]
    monic = [ROOT - b if not isinstance(b, Roots) else b.polynomial for b, _ in sizes]
    nonzero = [Poly(f, ROOT).resultant(Poly(g, ROOT)) for i, f in enumerate(monic) for g in monic[:i]]
    nonzero += [Poly(b.polynomial, ROOT).discriminant() for b, _ in sizes if isinstance(b, Roots)]
    return [_Mode(b, k) for b, k in sizes], [x for x in map(sympify, nonzero) if x.free_symbols]


def _characteristic(A: Matrix) -> list[tuple[Poly, int]]:
    """The irreducible factors of the characteristic polynomial, and how often each is in it."""
    whole = DomainMatrix.from_Matrix(A).to_field()
    if whole.domain.is_FractionField and (whole.domain.domain.is_QQ or whole.domain.domain.is_ZZ):
        # its numerator is never written as an expression, which it would take seconds to multiply out
        polynomial = Poly.from_list(whole.charpoly(), ROOT, domain=whole.domain)
        _, factors = polynomial.clear_denoms(convert=True)[1].inject().factor_list()
        return [(f.eject(*f.gens[1:]), k) for f, k in factors if f.degree(ROOT) > 0]
    written = A.charpoly()
    _, factors = factor_list(fraction(together(written.as_expr().xreplace({written.gen: ROOT})))[0])
    return [(Poly(f, ROOT), k) for f, k in factors if f.has(ROOT)]


def _linear(x: Expr, names: list[Dummy]) -> list[Expr]:
    """The coefficients of names in an expression, and what has none of them."""
    if not names:
        return [x]
    p = Poly(x, *names)
    if p.total_degree() > 1:
        raise CannotTell("a coupled system whose forcing is no combination of starts")
    return [*(p.coeff_monomial(d) for d in names), p.coeff_monomial(1)]


def _solved(functions: Matrix, right: Matrix) -> Matrix:
    whole = DomainMatrix.from_Matrix(functions.row_join(right)).to_field()
    solved, pivots = whole.rref()
    if tuple(pivots) != tuple(range(functions.rows)):
        raise CannotTell("the modes of a coupled system are not independent")
    return solved.to_Matrix()[:, functions.rows :]
