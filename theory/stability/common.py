"""Shorthand that several topics of the family use."""

from __future__ import annotations

from sympy import Expr, Rational

BERTRAND = "Bertrand et al. 2310.00429"
half = Rational(1, 2)

NOTABLE = tuple(  # of loops with n real and m synthetic points
    {"n": n, "m": m, "t": t}
    for n, m, t in ((10, 10, 3), (10, 40, 2), (3, 5, 5), (2, 2, 1), (5, 40, 1), (10, 20, 1), (2, 8, 10), (10, 10, 0))
)


def real_share(n, m) -> Expr:
    """K = N/(N^2 - m^2 + m) with N = n + m: the variance that stays with the fitted mean, in units of the real one."""
    N = n + m
    return N / (N**2 - m**2 + m)


def second_rate(n, m) -> Expr:
    """m (m - 1)/N^2: the rate of second moments around the truth."""
    return m * (m - 1) / (n + m) ** 2
