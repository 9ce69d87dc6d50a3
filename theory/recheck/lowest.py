"""Rational functions of symbols in lowest terms, step by step, by FLINT: what is 0 is seen to be."""

from __future__ import annotations

from math import comb

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx
from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol

from ..language.errors import CannotTell
from ..language.order import in_order

# no signal ends what FLINT is at, and where memory runs out it ends the process
MOST_TERMS = 1_000_000  # of a product
MOST_BITS = 10_000_000  # of a power: of all its coefficients
MOST_FACTORED = 400  # terms, and degrees in all symbols, of what is taken apart
MOST_DEGREES = 10_000  # of two polynomials, in all symbols, whose common divisor is looked for

Fraction = tuple[fmpz_mpoly, fmpz_mpoly]


def is_0(x: Expr) -> bool:
    """Whether a rational function of its symbols is 0 wherever it has a value.

    Raises `ValueError` for what is none, `ZeroDivisionError` where it is divided by 0, and `CannotTell` where it is too long.
    """
    return _of(x, sorted(x.free_symbols, key=str))[0].is_zero()


def factored(x: Expr) -> tuple[tuple[Expr, list[tuple[Expr, int]]], ...]:
    """The numerator and the denominator of a rational function, each a number and irreducible polynomials with their powers.

    Raises as `is_0` does.
    """
    symbols = in_order(x.free_symbols)
    whole = _of(x, symbols)
    if any(len(p) > MOST_FACTORED or sum(p.degrees()) > MOST_FACTORED for p in whole):
        raise CannotTell("a polynomial that is too long to be taken apart")
    out = []
    for number, found in map(fmpz_mpoly.factor, whole):
        powers = {as_expr(f, symbols): int(k) for f, k in found}
        out.append((Rational(int(number)), [(f, powers[f]) for f in in_order(powers)]))
    return tuple(out)


def as_expr(f: fmpz_mpoly, symbols: list[Symbol]) -> Expr:
    """A polynomial of FLINT's in symbols, one for each of its own."""
    return Add(*(Mul(Integer(int(c)), *map(Pow, symbols, powers)) for powers, c in f.to_dict().items()))


def _of(x: Expr, symbols: list[Symbol]) -> Fraction:
    """A rational function of symbols in lowest terms."""
    ring = fmpz_mpoly_ctx.get([f"x{i}" for i in range(len(symbols))] or ["x"], Ordering.lex)
    known: dict[Expr, Fraction] = {s: (g, ring.constant(1)) for s, g in zip(symbols, ring.gens(), strict=False)}

    def read(e: Expr) -> Fraction:
        if e not in known:
            known[e] = _read(e)
        return known[e]

    def _read(e: Expr) -> Fraction:
        if e.is_Rational:
            return ring.constant(int(e.p)), ring.constant(int(e.q))
        if isinstance(e, Add | Mul):
            combined = _added if isinstance(e, Add) else _multiplied
            out, *others = map(read, e.args)
            for other in others:
                out = combined(out, other)
            return out
        if isinstance(e, Pow) and e.exp.is_Integer:
            n, d = read(e.base)
            return _raised(n, d, int(e.exp)) if e.exp > 0 else _raised(d, n, -int(e.exp))
        raise ValueError(f"{type(e).__name__} in a rational function")

    return read(x)


def _added(a: Fraction, b: Fraction) -> Fraction:
    (n, d), (m, f) = a, b
    return _lowest(n + m, d) if d == f else _lowest(_times(n, f) + _times(m, d), _times(d, f))


def _multiplied(a: Fraction, b: Fraction) -> Fraction:
    return _lowest(_times(a[0], b[0]), _times(a[1], b[1]))


def _times(n: fmpz_mpoly, m: fmpz_mpoly) -> fmpz_mpoly:
    if len(n) * len(m) > MOST_TERMS:
        raise CannotTell("more terms than are multiplied out")
    return n * m


def _raised(n: fmpz_mpoly, d: fmpz_mpoly, k: int) -> Fraction:
    if d.is_zero():
        raise ZeroDivisionError("a power of 0 below 0")
    for p in (n, d):
        if len(p) > 1 and (k > MOST_TERMS or comb(len(p) + k - 1, k) > MOST_TERMS):
            raise CannotTell("more terms than are multiplied out")
        if comb(len(p) + k - 1, k) * k * _bits(p) > MOST_BITS:
            raise CannotTell("longer numbers than are multiplied out")
    return n**k, d**k


def _bits(p: fmpz_mpoly) -> int:
    """Such that no coefficient of p**k has more than k times as many; 0 for a power of a symbol."""
    return (sum(abs(int(c)) for c in p.coeffs()) - 1).bit_length()


def _lowest(n: fmpz_mpoly, d: fmpz_mpoly) -> Fraction:
    if len(n) > 1 and len(d) > 1 and sum((*n.degrees(), *d.degrees())) > MOST_DEGREES:
        raise CannotTell("higher degrees than common divisors are looked for")
    common = n.gcd(d)
    return (n, d) if common.is_one() else (n / common, d / common)
