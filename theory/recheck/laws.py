"""Moments of the named laws, from their densities and masses, written down anew."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from sympy import (
    Add,
    Dummy,
    Expr,
    Integer,
    Mul,
    S,
    binomial,
    factorial,
    factorial2,
    gamma,
    sympify,
)
from sympy.functions.combinatorial.numbers import stirling

from ..language.errors import CannotTell
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
