"""Rational functions of symbols, exactly: numerator and denominator without a common factor (FLINT)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import lcm

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx
from sympy import (
    Add,
    Dummy,
    Expr,
    Integer,
    Mul,
    Poly,
    Pow,
    Rational,
    Symbol,
    Tuple,
    cancel,
    together,
)

from ...language.lengths import operations
from .stand_ins import stand_in

Fraction = tuple[fmpz_mpoly, fmpz_mpoly]

MOST_TERMS = 4_000  # of a numerator that is written out, or taken apart into factors


def quotient(x: Expr, *also: Expr) -> tuple[fmpz_mpoly, fmpz_mpoly, tuple[Symbol, ...]]:
    """(numerator, denominator, the symbols in the order of their exponents: those of x and of `also`).

    Raises `ValueError` for anything else.
    """
    symbols = tuple(sorted(Tuple(x, *also).free_symbols, key=lambda s: (s.name, s.sort_key())))
    ring = fmpz_mpoly_ctx.get([f"x{i}" for i in range(len(symbols))] or ["x"], Ordering.lex)
    known: dict[Expr, Fraction] = {s: (g, ring.constant(1)) for s, g in zip(symbols, ring.gens(), strict=False)}

    def lowest(n: fmpz_mpoly, d: fmpz_mpoly) -> Fraction:
        common = n.gcd(d)
        return (n, d) if common.is_one() else (n / common, d / common)

    def read(e: Expr) -> Fraction:
        if e not in known:
            known[e] = convert(e)
        return known[e]

    def convert(e: Expr) -> Fraction:
        if e.is_Rational:
            return ring.constant(int(e.p)), ring.constant(int(e.q))
        if isinstance(e, Add):
            n, d = read(e.args[0])
            for term in e.args[1:]:
                m, f = read(term)
                n, d = (n + m, d) if d == f else lowest(n * f + m * d, d * f)
            return lowest(n, d)
        if isinstance(e, Mul):
            n, d = read(e.args[0])
            for factor in e.args[1:]:
                m, f = read(factor)
                n, d = lowest(n * m, d * f)
            return n, d
        if e.is_Pow and e.exp.is_Integer:
            n, d = read(e.base)
            if e.exp < 0:
                n, d = d, n
            if d.is_zero():
                raise ZeroDivisionError(f"{e}: its base is zero")
            return n ** abs(int(e.exp)), d ** abs(int(e.exp))
        raise ValueError(f"{type(e).__name__}(...) is no rational function")  # not e itself, which is long to write

    n, d = read(x)
    return n, d, symbols


def terms(x: Expr) -> Iterator[tuple[Rational, list[tuple[Symbol, int]]]]:
    """A polynomial, multiplied out: the coefficient of each term, and its symbols with their powers.

    Raises `ValueError` for anything else.
    """
    numerator, denominator, symbols = quotient(x)
    if not denominator.is_constant():
        raise ValueError(f"{type(x).__name__}(...) is no polynomial")  # it may be long to write, and few read it
    whole = int(denominator.leading_coefficient())
    for powers, c in numerator.terms():
        yield Rational(int(c), whole), [(s, int(k)) for s, k in zip(symbols, powers, strict=False) if k]


def rooted(terms: Iterable[Expr]) -> tuple[dict[Expr, Expr], dict[Expr, Expr]]:
    """What writes positive symbols of which a root is taken as powers of that root, and what writes the roots out again."""
    powers = {p for x in terms for p in x.atoms(Pow) if p.base.is_Symbol and p.base.is_positive and p.exp.is_Rational}
    put: dict[Expr, Expr] = {}
    back: dict[Expr, Expr] = {}
    for s in sorted({p.base for p in powers if not p.exp.is_Integer}, key=str):
        mine = [p for p in powers if p.base == s]
        index, root = lcm(*(int(p.exp.q) for p in mine)), Dummy(str(s), positive=True)
        put |= {s: root**index, **{p: root ** (p.exp * index) for p in mine}}
        back[root] = s ** Rational(1, index)
    return put, back


def held(x: Expr, most: int) -> Held | None:
    """x as a rational function of symbols, everything else (roots, gammas, powers) held by dummies; None where it is none, or
    has more operations than `most`."""
    names: dict[Expr, Symbol] = {}

    def hold(e: Expr) -> Expr:
        if e.is_Rational or e.is_Symbol:
            return e
        if isinstance(e, Add | Mul) or (isinstance(e, Pow) and e.exp.is_Integer):
            return e.func(*map(hold, e.args))
        return names.setdefault(e, stand_in(e, "g", **({"positive": True} if e.is_positive else {"real": True})))

    y = hold(x)
    if operations(y) > most:
        return None
    try:
        return Held(*quotient(y), {d: e for e, d in names.items()})
    except (ValueError, ZeroDivisionError):
        return None


@dataclass(frozen=True)
class Held:
    """Numerator and denominator of an expression, in symbols of which some hold a part of it."""

    numerator: fmpz_mpoly
    denominator: fmpz_mpoly
    symbols: tuple[Symbol, ...]
    parts: dict[Symbol, Expr]

    def factored(self) -> Expr:
        """The expression as a product of powers of irreducible polynomials."""
        return _factored(self.numerator, self.denominator, self.symbols).xreplace(self.parts)

    def by_power(self, symbol: Symbol) -> list[Expr]:
        """The coefficients of the numerator in one of the symbols, over the denominator, the constant first."""
        i = self.symbols.index(symbol)
        powers = range(self.numerator.degrees()[i] + 1)
        return [_factored(_coefficient(self.numerator, i, k), self.denominator, self.symbols) for k in powers]


def factored(x: Expr) -> Expr:
    """A rational function as a product of powers of irreducible polynomials."""
    return _factored(*quotient(x))


def as_product(x: Expr) -> Expr:
    """`factored`, where that is possible and not too long; else the expression as it is."""
    try:
        n, d, symbols = quotient(x)
        return x if len(n) > MOST_TERMS else _factored(n, d, symbols)
    except (ValueError, ZeroDivisionError):
        return x


def _factored(n: fmpz_mpoly, d: fmpz_mpoly, symbols: tuple[Symbol, ...]) -> Expr:
    out = Integer(1)
    if not (common := n.gcd(d)).is_one():
        n, d = n / common, d / common
    for part, sign in ((n, 1), (d, -1)):
        try:
            constant, factors = part.factor()
        except OverflowError:  # FLINT's, of very large coefficients
            constant, factors = 1, [(part, 1)]
        out *= Integer(int(constant)) ** sign * Mul(*(_expression(f, symbols) ** (sign * int(e)) for f, e in factors))
    return out


def numerator(x: Expr) -> Expr:
    """The numerator of a rational function in lowest terms, multiplied out."""
    n, _, symbols = quotient(x)
    return _expression(n, symbols)


def lowest(x: Expr) -> Expr:
    """A rational function as one fraction in lowest terms, multiplied out."""
    n, d, symbols = quotient(x)
    return _expression(n, symbols) / _expression(d, symbols)


def cancelled(x: Expr) -> Expr:
    """`lowest`, or SymPy's where roots of numbers, functions of parameters, or parts that are held are in it."""
    try:
        return lowest(x)
    except ValueError:
        return cancel(together(x))


def remainder(x: Expr, divisor: Expr, variable: Symbol) -> Expr:
    """x modulo a divisor, both polynomials in the variable over the rational functions of the other symbols.

    Raises `ValueError` where they are not.
    """
    (n, d, symbols), (f, e, _) = quotient(x, divisor), quotient(divisor, x)
    i = symbols.index(variable)
    if d.degrees()[i] or e.degrees()[i]:
        raise ValueError(f"{x} is no polynomial in {variable}")
    size, v = f.degrees()[i], n.context().gens()[i]
    leading = _coefficient(f, i, size)
    while not n.is_zero() and (k := n.degrees()[i]) >= size:
        n, d = leading * n - _coefficient(n, i, k) * v ** (k - size) * f, d * leading
        common = n.gcd(d)
        n, d = n / common, d / common
    return _expression(n, symbols) / _expression(d, symbols)


def by_power(x: Expr, variable: Symbol) -> list[Expr]:
    """The coefficients of a polynomial in the variable over the rational functions of the other symbols, the constant first."""
    put, back = rooted([x])
    try:
        n, d, symbols = quotient(x.xreplace(put), variable)
    except ValueError:
        return Poly(x, variable).all_coeffs()[::-1]
    i = symbols.index(variable)
    if d.degrees()[i]:
        raise ValueError(f"{x} is no polynomial in {variable}")
    powers = range(n.degrees()[i] + 1) if not n.is_zero() else [0]
    return [_factored(_coefficient(n, i, k), d, symbols).xreplace(back) for k in powers]


def _coefficient(p: fmpz_mpoly, i: int, power: int) -> fmpz_mpoly:
    """Of the power of the i-th symbol."""
    return p.context().from_dict({(*m[:i], 0, *m[i + 1 :]): c for m, c in p.to_dict().items() if m[i] == power})


def _expression(p: fmpz_mpoly, symbols: tuple[Symbol, ...]) -> Expr:
    return Add(
        *(
            Integer(int(c)) * Mul(*(s ** int(e) for s, e in zip(symbols, m, strict=False)))
            for m, c in p.to_dict().items()
        )
    )
