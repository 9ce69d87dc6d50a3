"""Special functions of compiled code that numba has not: polygamma functions, modified Bessel functions of whole order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}  # no C calls it
compiled: Any = njit(cache=True, **OPTIONS)
part: Any = njit(**OPTIONS)  # of a generated module: kept with what calls it
summing: Any = njit(fastmath={"reassoc", "contract"}, **OPTIONS)  # sums in any order, so several terms at once

# Bernoulli numbers B_2, B_4, ...: at x >= FAR the first that is left out is below the rounding of what is returned
BERNOULLI = np.array([1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798])
FAR = 12.0
MOST_TERMS = 500


@compiled
def digamma(x):
    """The derivative of log gamma for x > 0, by recurrence and the asymptotic series; NaN elsewhere."""
    if not x > 0:
        return math.nan
    out = 0.0
    while x < FAR:
        out -= 1 / x
        x += 1
    power, y = 1.0, 1 / (x * x)
    series = 0.0
    for k in range(len(BERNOULLI)):
        power *= y
        series += BERNOULLI[k] / (2 * k + 2) * power
    return out + math.log(x) - 0.5 / x - series


@compiled
def polygamma(n, x):
    """Derivative number n + 1 of log gamma for x > 0; NaN elsewhere. Source: DLMF 5.15.8, 5.15.5."""
    if n == 0:
        return digamma(x)
    if not x > 0:
        return math.nan
    sign, top = (-1.0 if n % 2 == 0 else 1.0), math.gamma(n + 1.0)
    out = 0.0
    while x < FAR + n:
        out += (1 / x) ** (n + 1)
        x += 1
    y = 1 / x
    power = y**n
    out = top * out + top / n * power + top / 2 * power * y
    rising = top * (n + 1) / 2  # (2k + n - 1)!/(2k)! at k = 1
    for k in range(len(BERNOULLI)):
        power *= y * y
        out += BERNOULLI[k] * rising * power
        rising *= (n + 2.0 * k + 2) * (n + 2.0 * k + 3) / ((2.0 * k + 3) * (2.0 * k + 4))
    return sign * out


@compiled
def besseli(n, x):
    """The modified Bessel function I_n(x) of a whole order n; inf where it overflows. Source: DLMF 10.25.2, 10.40.1."""
    n = abs(n)
    if abs(x) < 30 + n * n:
        term, y = 1.0, x * x / 4
        for k in range(1, n + 1):
            term *= x / (2 * k)
        out = term
        for k in range(1, MOST_TERMS + n * n):
            term *= y / (k * (k + n))
            out += term
            if abs(term) <= 1e-17 * abs(out):
                break
        return out
    z = abs(x)
    term, out = 1.0, 1.0
    for k in range(1, MOST_TERMS):
        factor = -(4.0 * n * n - (2 * k - 1) ** 2) / (8.0 * k * z)
        if abs(factor) >= 1:
            break
        term *= factor
        out += term
        if abs(term) <= 1e-17 * abs(out):
            break
    out *= math.exp(z) / math.sqrt(2 * math.pi * z)
    return -out if x < 0 and n % 2 else out
