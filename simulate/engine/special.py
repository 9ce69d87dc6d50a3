"""Special functions of compiled code that numba has not: polygamma functions, modified Bessel functions of whole order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import float64, njit
from numba.extending import intrinsic

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}  # no C calls it
compiled: Any = njit(cache=True, **OPTIONS)
part: Any = njit(**OPTIONS)  # of a generated module: kept with what calls it
summing: Any = njit(fastmath={"reassoc", "contract"}, **OPTIONS)  # sums in any order, so several terms at once

# Bernoulli numbers B_2, B_4, ...: at x >= FAR the first that is left out is below the rounding of what is returned
BERNOULLI = np.array([1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798])
FAR = 12.0
MOST_TERMS = 500

LOWEST, HIGHEST = -708.0, 709.0  # beyond, e^x is nearly no float
LOG2_E, LN2 = (
    1 / math.log(2),
    (0.6931471803691238, 1.9082149292705877e-10),
)  # log 2, of which the first part has few bits
TAYLOR = tuple(1 / math.factorial(k) for k in range(14))  # for |x| <= log(2)/2


@intrinsic
def power_of_two(_, k):
    """2**k for a float k that is a whole number from -1022 to 1023: its bits are put where an exponent is."""

    def code(_context, builder, _signature, args):
        number, bits = ir.DoubleType(), ir.IntType(64)
        at_the_end = builder.bitcast(builder.fadd(args[0], ir.Constant(number, 1.5 * 2.0**52)), bits)
        moved = builder.shl(at_the_end, ir.Constant(bits, 52))
        return builder.bitcast(builder.add(moved, ir.Constant(bits, 1023 << 52)), number)

    return float64(float64), code


@compiled
def exponential(x):
    """e^x to two units of the last digit, without a branch: sums of it take several terms at once, those of `math.exp` do not.

    0 below LOWEST, infinite above HIGHEST.
    """
    y = min(max(x, LOWEST), HIGHEST)
    k = math.floor(y * LOG2_E + 0.5)
    r = (y - k * LN2[0]) - k * LN2[1]
    out = TAYLOR[13]
    for i in range(12, -1, -1):
        out = out * r + TAYLOR[i]
    out *= power_of_two(k)  # pyrefly: ignore[missing-argument]
    out = 0.0 if x < LOWEST else out
    return x if math.isnan(x) else math.inf if x > HIGHEST else out


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
