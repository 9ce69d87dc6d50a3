"""Shorthand that several topics of the family use."""

from __future__ import annotations

from sympy import Expr, Rational

from ..gaussian.policies import MIXED as NOTABLE

BERTRAND = "Bertrand et al. 2310.00429"
half = Rational(1, 2)


def real_share(n, m) -> Expr:
    """K = N/(N^2 - m^2 + m) with N = n + m: the variance that stays with the fitted mean, in units of the real one."""
    N = n + m
    return N / (N**2 - m**2 + m)


def second_rate(n, m) -> Expr:
    """m (m - 1)/N^2: the rate of second moments around the truth."""
    return m * (m - 1) / (n + m) ** 2


__all__ = ["BERTRAND", "NOTABLE", "half", "real_share", "second_rate"]
