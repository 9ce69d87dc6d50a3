"""Linearity of expectation: the mean of an expression as a combination of means of its monic random parts."""

from __future__ import annotations

from sympy import Add, Expr, Mul, S, expand

from ..language.moments import E, Var, is_random


def expanded(x: Expr) -> Expr:
    """Products, powers and logarithms multiplied out; exponents are left alone."""
    return expand(x, power_exp=False)


def split(term: Expr) -> tuple[Expr, Expr]:
    """A product as (constant, random part)."""
    constant, random = [], []
    for f in Mul.make_args(term):
        (random if is_random(f) else constant).append(f)
    return Mul(*constant), Mul(*random)


def expectation(x: Expr) -> Expr:
    out = S.Zero
    for term in Add.make_args(expanded(x)):
        c, r = split(term)
        out += c if r is S.One else c * E(r)
    return out


def raw_moments(m: Var) -> Expr:
    """A standard variance in terms of standard expectations."""
    return expectation(m.variable**2) - expectation(m.variable) ** 2
