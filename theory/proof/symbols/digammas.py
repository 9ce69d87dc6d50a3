"""Digamma and its derivatives in powers of 1/t, with the rest as a symbol.

psi(z) = log(z) - 1/(2 z) - sum_k B_2k/(2 k z^(2 k)), psi_m(z) its m-th derivative, each up to a bounded multiple of the first
term that is left out.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import (
    Dummy,
    EulerGamma,
    Expr,
    Rational,
    S,
    Symbol,
    bernoulli,
    binomial,
    expand,
    factorial,
    harmonic,
    log,
    polygamma,
)

from ...language.lengths import highest_power, operations

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

    x = expand(x, power_base=False, power_exp=False, log=False)  # what cancels need not be written in powers
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


__all__ = ["in_powers"]
