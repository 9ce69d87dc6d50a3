"""Digamma and its derivatives in powers of 1/t, with the rest as a symbol; logarithms of what grows as multiples of one log.

psi(z) = log(z) - 1/(2 z) - sum_k B_2k/(2 k z^(2 k)), psi_m(z) its m-th derivative, each up to a bounded multiple of the first
term that is left out.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import (
    Dummy,
    EulerGamma,
    Expr,
    Mul,
    Poly,
    PolynomialError,
    Pow,
    Rational,
    S,
    Symbol,
    bernoulli,
    binomial,
    exp,
    expand,
    factorial,
    fraction,
    harmonic,
    log,
    polygamma,
    together,
)

from ...language.lengths import highest_power, operations
from .normal_forms import is_seen_zero

ORDER = 4  # the highest power of 1/t that is known
MOST_OPERATIONS, MOST_POWER = 1000, 12  # of what is multiplied out


def in_powers(x: Expr, t: Symbol, is_positive: Callable[[Expr], bool]) -> tuple[Expr, set[Dummy]]:
    """x with psi_m(a t + b), a > 0, as logarithm and powers of 1/t, and the symbols of what is left out: bounded for large t."""
    rests: set[Dummy] = set()
    if not x.has(polygamma, harmonic) or operations(x) > MOST_OPERATIONS or highest_power(x) > MOST_POWER:
        return x, rests

    def written(e: Expr) -> Expr:
        if (found := _order_and_place(e)) is None or not e.has(t):
            return e
        m, z = found
        a = expand(z).coeff(t, 1)
        b = expand(z - a * t)
        if a.has(t) or b.has(t) or not is_positive(a):
            return e
        rest = Dummy("rest", real=True)
        rests.add(rest)
        first = log(z) if m == 0 else S.Zero
        return first + _series(m, a, b, t) + rest / t ** (ORDER + 1) + (EulerGamma if isinstance(e, harmonic) else 0)

    x = _multiplied_out(x)  # what cancels need not be written in powers
    return x.replace(lambda e: isinstance(e, polygamma | harmonic), written), rests


def _order_and_place(e: Expr) -> tuple[int, Expr] | None:
    """m and z of psi_m(z); a harmonic number H(n) is psi(n + 1) and a number."""
    if isinstance(e, harmonic) and len(e.args) == 1:
        return 0, e.args[0] + 1
    if isinstance(e, polygamma) and e.args[0].is_Integer and e.args[0] >= 0:
        return int(e.args[0]), e.args[1]
    return None


def _series(m: int, a: Expr, b: Expr, t: Symbol) -> Expr:
    """psi_m(a t + b) but for the logarithm, up to t^-ORDER."""
    if m == 0:
        known = {1: -Rational(1, 2)} | {2 * k: -bernoulli(2 * k) / (2 * k) for k in range(1, ORDER // 2 + 1)}
    else:
        known = {m: factorial(m - 1), m + 1: factorial(m) / 2}
        for k in range(1, ORDER // 2 + 1):
            known[2 * k + m] = bernoulli(2 * k) * factorial(2 * k + m - 1) / factorial(2 * k)
        known = {k: (-1) ** (m + 1) * c for k, c in known.items()}
    powers = [S.Zero] * (ORDER + 1)
    for k, c in known.items():
        for i in range(ORDER + 1 - k):  # (a t + b)^-k by the binomial series
            powers[k + i] += c * binomial(-k, i) * b**i / a ** (k + i)
    return sum((c / t**k for k, c in enumerate(powers)), S.Zero)


def logs_apart(x: Expr, w: Symbol) -> Expr | None:
    """x without log(w), w > 0, where this cancels: log(w^k g) is k log(w) + log(g). None where it is not seen to."""
    log_w = Dummy("log")  # of which nothing is known: it is no number as w comes to 0

    def apart(e: Expr) -> Expr:
        try:
            parts = [Poly(y, w) for y in fraction(together(e.args[0]))]
        except PolynomialError:
            return e
        k = [min(powers for (powers,) in p.monoms()) for p in parts]
        if k[0] == k[1]:
            return e
        above, below = (expand(p.as_expr() / w**i) for p, i in zip(parts, k, strict=True))
        return (k[0] - k[1]) * log_w + log(above / below)

    y = x.replace(lambda e: isinstance(e, log) and e.has(w), lambda e: _of_factors(e.args[0], w))
    y = y.replace(lambda e: isinstance(e, log) and e.has(w), apart)
    if not y.has(log_w):
        return y
    try:
        *higher, rest = Poly(_multiplied_out(y), log_w).all_coeffs()
    except PolynomialError:
        return None
    return rest if all(map(is_seen_zero, higher)) else None


def _multiplied_out(x: Expr) -> Expr:
    return expand(x, power_base=False, power_exp=False, log=False)


def _of_factors(x: Expr, w: Symbol) -> Expr:
    """log(x), x > 0, by factors, as if those that have w in them were positive: what is not has no smooth logarithm."""
    if isinstance(x, Mul):
        c, rest = x.as_independent(w, as_Add=False)
        return sum((_of_factors(f, w) for f in Mul.make_args(rest)), log(c))
    if isinstance(x, Pow) and not isinstance(x, exp) and (x.base == w or not x.exp.is_integer):  # (1 - 1/w)^2 > 0
        return x.exp * _of_factors(x.base, w)
    return log(x)


__all__ = ["in_powers", "logs_apart"]
