"""Moments of the named laws, from their densities and masses, written down anew."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from sympy import (
    Add,
    Dummy,
    Expr,
    Integer,
    Lambda,
    Mul,
    S,
    binomial,
    degree,
    erf,
    exp,
    factorial,
    factorial2,
    gamma,
    pi,
    sqrt,
    sympify,
)
from sympy.functions.combinatorial.numbers import stirling

from ..language.errors import CannotTell
from ..language.expansion import multiplied_out
from ..language.laws import (
    Beta,
    Binomial,
    Centred,
    ChiSquare,
    Exponential,
    Gamma,
    Geometric,
    Laplace,
    Law,
    NegativeBinomial,
    Normal,
    Poisson,
    Tilted,
    Truncated,
    Uniform,
)


def moment(law: Law, power: Expr, logs: int = 0) -> tuple[Expr, Expr]:
    """(E X^power log(X)^logs, what has to be positive for it to exist). Raises `CannotTell` for a law that is not known here."""
    power = sympify(power)
    whole = power.is_Integer and power >= 0 and not logs
    match law:
        case Normal() if whole:
            m, v, k = law.args[0], law.args[1], int(power)
            evens = range(0, k + 1, 2)
            return Add(*(binomial(k, j) * m ** (k - j) * v ** (j // 2) * factorial2(j - 1) for j in evens)), S.One
        case Laplace() if whole:
            m, b, k = law.args[0], law.args[1], int(power)
            return Add(*(binomial(k, j) * m ** (k - j) * b**j * factorial(j) for j in range(0, k + 1, 2))), S.One
        case Centred() if whole and power <= 2:
            return (S.One, S.Zero, law.args[0])[int(power)], S.One
        case ChiSquare():
            return _gamma(law.args[0] / 2, Integer(2), power, logs)
        case Exponential():
            return _gamma(S.One, law.args[0], power, logs)
        case Gamma():
            return _gamma(law.args[0], law.args[1], power, logs)
        case Beta() if whole:
            a, b = law.args
            return Mul(*((a + i) / (a + b + i) for i in range(int(power)))), S.One
        case Uniform() if whole:
            a, b = law.args
            return Add(*(a ** (power - j) * b**j for j in range(int(power) + 1))) / (power + 1), S.One
        case Truncated(law=Normal() as plain) if whole:
            return _between(plain, law.support, int(power)), S.One
        case Tilted(law=Normal() as plain) if whole:
            return _tilted_normal(plain, _line(law.weight, 2), int(power))
        case Tilted(law=Uniform() as plain) if whole:
            return _tilted_uniform(plain, _line(law.weight, 1), int(power))
        case Binomial() | Poisson() | NegativeBinomial() | Geometric() if whole:
            k = int(power)
            return Add(*(stirling(k, j) * _falling(law, j) for j in range(k + 1))), S.One
    if whole and (values := law.values()) is not None:
        return Add(*(p * v**power for v, p in values)), S.One
    raise CannotTell(f"a moment of {type(law).__name__}, of power {power}{', with logarithms' * bool(logs)}")


def _falling(law: Law, j: int) -> Expr:
    """E X (X - 1) ... (X - j + 1)."""
    match law:
        case Poisson():
            return law.args[0] ** j
        case NegativeBinomial():
            r, p = law.args
            return Mul(*(r + i for i in range(j))) * ((1 - p) / p) ** j
        case Geometric():
            (p,) = law.args
            return factorial(j) * (1 - p) ** (j - 1) / p**j if j else S.One
    return _down(law.args[0], j) * law.args[1] ** j


def _down(n: Expr, j: int) -> Expr:
    return Mul(*(n - i for i in range(j)))


def _gamma(shape: Expr, scale: Expr, power: Expr, logs: int) -> tuple[Expr, Expr]:
    """Of a gamma law: scale^p Gamma(shape + p)/Gamma(shape), and its derivatives in p."""
    if not logs and power.is_Integer and power >= 0:
        return scale**power * Mul(*(shape + i for i in range(int(power)))), S.One
    p = Dummy("p")
    form = scale**p * gamma(shape + p) / gamma(shape)
    return (form.diff(p, logs) if logs else form).xreplace({p: power}).doit(deep=False), shape + power


def counts(n: Expr, masses: Mapping[int, Expr], powers: Mapping[int, int]) -> Expr:
    """The mean of a product of powers of the counts of a multinomial draw, by joint falling factorials."""
    total = S.Zero
    for lower in product(*(range(k + 1) for k in powers.values())):
        ways = Mul(*(stirling(k, j) for k, j in zip(powers.values(), lower, strict=True)))
        total += ways * _down(n, sum(lower)) * Mul(*(masses[i] ** j for i, j in zip(powers, lower, strict=True)))
    return total


def _between(law: Normal, ends: tuple[Expr, Expr], power: int) -> Expr:
    """Of a normal law between two ends: of the standard one, the integrals of x^k phi(x) by parts, from k = 0 on."""
    mean, sd = law.args[0], sqrt(law.args[1])
    low, high = (end if end.is_infinite else multiplied_out((end - mean) / sd) for end in ends)
    integrals = [_below(high) - _below(low), _bell(low, 0) - _bell(high, 0)]
    for k in range(2, power + 1):
        integrals.append((k - 1) * integrals[k - 2] + _bell(low, k - 1) - _bell(high, k - 1))
    return (
        Add(*(binomial(power, k) * mean ** (power - k) * sd**k * integrals[k] for k in range(power + 1))) / integrals[0]
    )


def _below(end: Expr) -> Expr:
    return S.One if end == S.Infinity else S.Zero if end == -S.Infinity else (1 + erf(end / sqrt(2))) / 2


def _bell(end: Expr, power: int) -> Expr:
    """end^power phi(end)."""
    return S.Zero if end.is_infinite else end**power * exp(-(end**2) / 2) / sqrt(2 * pi)


def _line(weight: Lambda, most: int) -> list[Expr]:
    """The coefficients of x, x^2, ... up to x^most, of the polynomial that a weight is the exponential of."""
    (x,), e = weight.variables, weight.expr
    exponent = S.Zero if e == 1 else multiplied_out(e.args[0]) if isinstance(e, exp) else None
    if exponent is None or not exponent.is_polynomial(x) or degree(exponent, x) > most:
        raise CannotTell("a law that is tilted by another weight than the exponential of a line")
    return [exponent.coeff(x, k) for k in range(1, most + 1)]


def _tilted_normal(law: Normal, coefficients: list[Expr], power: int) -> tuple[Expr, Expr]:
    """Of the density exp(-(x - m)^2/(2 v) + slope x + bend x^2) but for a factor: the square is completed."""
    (mean, variance), (slope, bend) = law.args, coefficients
    precision = 1 / variance - 2 * bend
    return moment(Normal((mean / variance + slope) / precision, 1 / precision), Integer(power))[0], precision


def _tilted_uniform(law: Uniform, coefficients: list[Expr], power: int) -> tuple[Expr, Expr]:
    """Of the density e^(slope x) between two ends but for a factor, slope other than 0: by parts."""
    ends, (slope,) = law.args, coefficients
    integrals: list[tuple[Expr, ...]] = [tuple(exp(slope * x) / slope for x in ends)]
    for k in range(1, power + 1):
        pairs = zip(ends, integrals[-1], strict=True)
        integrals.append(tuple(x**k * exp(slope * x) / slope - k / slope * before for x, before in pairs))
    top, bottom = (high - low for low, high in (integrals[power], integrals[0]))
    return top / bottom, slope**2
