"""Sums of powers of the index, shifted or not, in harmonic numbers and polynomials: sum 1/(c i^2) is harmonic(n, 2)/c.

Geometric sums, too: sum c q^i is c (q^low - q^(high + 1))/(1 - q), q other than 1.
"""

from __future__ import annotations

from sympy import (
    Add,
    Dummy,
    EulerGamma,
    Expr,
    PolynomialError,
    Product,
    S,
    Sum,
    Tuple,
    apart,
    degree,
    expand,
    factor,
    factor_terms,
    factorial,
    harmonic,
    oo,
    polygamma,
    summation,
    together,
    zeta,
    zoo,
)

from ...language.lengths import operations

MOST_OPERATIONS = 60  # of a term


def in_harmonics(x: Expr) -> Expr:
    """x with its sums of powers written so; a sum with other terms stays."""
    return x.replace(lambda e: isinstance(e, Sum), _closed)


def without_products_of_0(x: Expr) -> Expr:
    """x with 0 for its products that begin with 0."""
    return x.replace(Product, _begun)


def _begun(f: Expr, *limits: Tuple) -> Expr:
    (j, low, high), *others = limits
    is_0 = not others and (high - low).is_nonnegative and f.xreplace({j: low}).is_zero
    return S.Zero if is_0 else Product(f, *limits)


def _closed(x: Sum) -> Expr:
    term = x.function
    if len(x.limits) != 1 or len(x.limits[0]) != 3 or operations(term) > MOST_OPERATIONS:
        return x
    j, low, high = x.limits[0]
    if not (low.is_Integer and high.is_integer) or term.has(Sum):
        return x
    if not term.is_rational_function(j):
        rest, moving = factor_terms(term).as_independent(j, as_Add=False)
        powers = [_geometric(part, j, low, high) for part in Add.make_args(expand(moving))]
        return x if None in powers else rest * Add(*powers)
    i = Dummy("i", integer=True, positive=True)
    rest, moving = factor(together(term)).xreplace({j: i}).as_independent(i, as_Add=False)
    try:
        parts = [_part(part, i, low, high) for part in Add.make_args(apart(expand(moving), i))]
    except PolynomialError:
        return x
    return x if None in parts else rest * Add(*parts)


def _geometric(part: Expr, j: Expr, low: Expr, high: Expr) -> Expr | None:
    """The sum of c b^(m j + e), where b^m is seen to be other than 1, b = 0 included; None of others."""
    c, power = part.as_independent(j, as_Add=False)
    b, e = power.as_base_exp()
    if b.has(j, oo, zoo) or b.is_zero is None or not e.is_polynomial(j) or degree(e, j) != 1:
        return None
    m, first = e.coeff(j, 1), e.xreplace({j: S.Zero})
    if b.is_zero:  # of all terms only the first may be other than 0
        is_one = m.is_positive and (m * low + first).is_zero and (high - low + 1).is_nonnegative
        return c * (1 - S.Zero ** (high - low + 1)) if is_one else None
    ratio = b**m
    if not m.is_Integer or (ratio - 1).is_zero is not False:
        return None
    return c * b**first * (ratio**low - ratio ** (high + 1)) / (1 - ratio)


def _part(part: Expr, i: Dummy, low: Expr, high: Expr) -> Expr | None:
    """The sum of c i^p, or of c (a i + b)^-m with b/a a whole number from which on the terms are positive; None of others."""
    if part.is_polynomial(i):
        return summation(part, (i, low, high))
    c, power = part.as_independent(i, as_Add=False)
    base, e = power.as_base_exp()
    if not (e.is_Integer and e.is_negative and base.is_polynomial(i)):
        return None
    a, b = base.coeff(i, 1), base.xreplace({i: S.Zero})
    shift = b / a if a != 0 else S.NaN
    if expand(base - a * i - b) != 0 or not shift.is_Integer or not (low + shift).is_positive:
        return None
    return c * a**e * (harmonic(high + shift, -e) - harmonic(low + shift - 1, -e))


def in_polygammas(x: Expr) -> Expr:
    """x with its harmonic numbers of whole orders as polygammas: sum_{i <= n} i^-m is zeta(m) less the terms behind n."""
    return x.replace(harmonic, _behind)


def _behind(n: Expr, order: Expr = S.One) -> Expr:
    if order == 1:
        return polygamma(0, n + 1) + EulerGamma
    if not (order.is_Integer and order > 1):
        return harmonic(n, order, evaluate=False)
    return zeta(order) - (-1) ** order * polygamma(order - 1, n + 1) / factorial(order - 1)
