"""Rational functions of symbols, exactly: numerator and denominator without a common factor (FLINT)."""

from __future__ import annotations

from dataclasses import dataclass

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx
from sympy import Add, Dummy, Expr, Integer, Mul, Pow, Symbol

Fraction = tuple[fmpz_mpoly, fmpz_mpoly]


def quotient(x: Expr) -> tuple[fmpz_mpoly, fmpz_mpoly, tuple[Symbol, ...]]:
    """(numerator, denominator, the symbols in the order of their exponents). Raises `ValueError` for anything else."""
    symbols = tuple(sorted(x.free_symbols, key=lambda s: (str(s), s.sort_key())))
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
            return ring.constant(int(e.p)), ring.constant(int(e.q))  # type: ignore[attr-defined]
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
        raise ValueError(f"{e} is no rational function")

    n, d = read(x)
    return n, d, symbols


def held(x: Expr, most: int) -> Held | None:
    """x as a rational function of symbols, everything else (roots, gammas, powers) held by dummies; None where it is none, or
    has more operations than `most`."""
    names: dict[Expr, Symbol] = {}

    def hold(e: Expr) -> Expr:
        if e.is_Rational or e.is_Symbol:
            return e
        if isinstance(e, Add | Mul) or (isinstance(e, Pow) and e.exp.is_Integer):
            return e.func(*map(hold, e.args))
        return names.setdefault(e, Dummy("g", positive=True) if e.is_positive else Dummy("g", real=True))

    y = hold(x)
    if y.count_ops() > most:
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


def factored(x: Expr) -> Expr:
    """A rational function as a product of powers of irreducible polynomials."""
    return _factored(*quotient(x))


def as_product(x: Expr) -> Expr:
    """`factored`, where that is possible; else the expression as it is."""
    try:
        return factored(x)
    except (ValueError, ZeroDivisionError):
        return x


def _factored(n: fmpz_mpoly, d: fmpz_mpoly, symbols: tuple[Symbol, ...]) -> Expr:
    out = Integer(1)
    for part, sign in ((n, 1), (d, -1)):
        constant, factors = part.factor()
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


def _expression(p: fmpz_mpoly, symbols: tuple[Symbol, ...]) -> Expr:
    return Add(
        *(Integer(int(c)) * Mul(*(s**e for s, e in zip(symbols, m, strict=False))) for m, c in p.to_dict().items())
    )
