"""Exponentials of what has a sign as 1 + y, y > 0: logarithms and powers of 1 - exp(-x) = y/(1 + y) are then seen to split."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from sympy import Add, Dummy, Expr, Mul, Rational, exp, igcd, ilcm, log

from ...language.errors import CannotTell


def above_one(forms: Sequence[Expr], sign: Callable[[Expr], int]) -> tuple[Expr, ...] | None:
    """The forms with (1 + y)^k, y > 0, for exp(k x), in all of them alike; None where no x has a sign.

    Of all k of one x the rational factors are whole multiples of one number. Where x is a symbol, it is a logarithm of 1 + y
    elsewhere. sign: 1, -1 or 0, or it raises `CannotTell`.
    """
    # of what a sum runs over there is no one y
    found = [f for x in forms for f in sorted(x.atoms(exp), key=str) if f.free_symbols <= x.free_symbols]
    exponents = {f: _multiples(f.exp) for f in found}
    factors: dict[Expr, list[Rational]] = {}
    for terms in exponents.values():
        for x, k in terms:
            factors.setdefault(x, []).append(k.as_coeff_Mul()[0])
    above: dict[Expr, tuple[Expr, Rational]] = {}
    for x, ks in factors.items():
        with suppress(CannotTell):
            if side := sign(x):  # x is times log(1 + y)
                times = Rational(side * ilcm(1, *(k.q for k in ks)), igcd(0, *(k.p for k in ks)))
                above[x] = 1 + Dummy("y", positive=True), times
    if not above:
        return None

    def written(x: Expr, k: Expr) -> Expr:
        return above[x][0] ** (k * above[x][1]) if x in above else exp(k * x)

    put = {f: Mul(*(written(x, k) for x, k in terms)) for f, terms in exponents.items()}
    put |= {x: times * log(y) for x, (y, times) in above.items() if x.is_Symbol}
    return tuple(x.xreplace(put) for x in forms)


def _multiples(exponent: Expr) -> list[tuple[Expr, Expr]]:
    """An exponent as a sum of k x, k being a number times integers: pairs of x and k."""
    found = []
    for term in Add.make_args(exponent.expand()):
        k = Mul(*(f for f in Mul.make_args(term) if f.is_Rational or (f.is_integer and not f.is_number)))
        found.append((term / k, k))
    return found
