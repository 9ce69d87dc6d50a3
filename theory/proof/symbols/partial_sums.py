"""Sums up to a number: of polynomials times exponentials their forms, of others the last term."""

from __future__ import annotations

from sympy import Add, Dummy, Expr, Mul, Poly, Product, S, Sum, Symbol, harmonic

from .exponentials import exponentials
from .recurrences import ExpPoly, solve

INDEX = Dummy("j", integer=True, positive=True)
INDEX_FROM_0, ANY_INDEX = Dummy("j", integer=True, nonnegative=True), Dummy("j", integer=True)


def partial_sum(term: Expr, s: Symbol, low: Expr, high: Expr) -> tuple[Expr, list[Expr]] | None:
    """The sum of `term` over integers s from low to high, and what has to be other than 0 for its form; None for other terms.

    y(k) = sum of the first k terms: y(k + 1) = y(k) + term(low + k), y(0) = 0, so that it is 0 over no terms at all.
    """
    pieces = exponentials(term.xreplace({s: low + s}), s)
    if pieces is None or any(not c.is_polynomial(s) for _, c in pieces):
        return None
    forcing = ExpPoly(
        (S.Zero, [c.xreplace({s: S.Zero})]) if base.is_zero else (base, Poly(c, s).all_coeffs()[::-1])
        for base, c in pieces
    )
    total, nonzero = solve(S.One, S.Zero, forcing)
    return total.at(high - low + 1), nonzero


def as_sum(h: harmonic) -> Expr:
    """A harmonic number as the sum that it stands for."""
    n, *m = h.args
    return Sum(1 / INDEX ** (m[0] if m else 1), (INDEX, 1, n))


def telescoped(x: Expr, k: Dummy) -> Expr:
    """An expression with sums and products that end at k + c + 1 written as those that end one earlier, and the last term."""
    x = x.replace(lambda e: isinstance(e, harmonic), as_sum)
    bounds = sorted(x.atoms(Sum) | x.atoms(Product), key=str)
    ends = {b: b.limits[0][2] for b in bounds if len(b.limits) == 1 and len(b.limits[0]) == 3}
    least = min(((e - k) for e in ends.values() if (e - k).is_Integer), default=None)
    put: dict[Expr, Expr] = {}
    for b, end in ends.items():
        j, low, _ = b.limits[0]
        if least is None or not (end - k).is_Integer:
            continue
        body, last = b.function, k + least
        terms = [body.xreplace({j: last + i}) for i in range(1, int(end - last) + 1)]
        index = _index(low)
        shorter = b.func(body.xreplace({j: index}), (index, low, last))
        put[b] = (Add if isinstance(b, Sum) else Mul)(shorter, *terms)
    x = x.xreplace(put)
    return x.xreplace({b: _named(b) for b in sorted(x.atoms(Sum) | x.atoms(Product), key=str)})


def _index(low: Expr) -> Dummy:
    """The variable of a sum (or product), with the sign that it has from there on, whatever it was declared with."""
    return INDEX if low.is_positive else INDEX_FROM_0 if low.is_nonnegative else ANY_INDEX


def _named(b: Sum | Product) -> Dummy:
    """A symbol for a sum or product, with the sign of its terms where it runs forwards."""
    if len(b.limits) == 1 and len(b.limits[0]) == 3:
        j, low, high = b.limits[0]
        term = b.function.xreplace({j: _index(low)})
        if (high - low + 1).is_nonnegative and (term.is_nonnegative if isinstance(b, Sum) else term.is_positive):
            return Dummy("sum", nonnegative=True) if isinstance(b, Sum) else Dummy("product", positive=True)
    return Dummy("sum", real=True)
