"""Sums of terms whose neighbours have a rational quotient: held against the terms, and where they have no form."""

from __future__ import annotations

import pytest
from stated import assert_proved, is_proved
from sympy import (
    Eq,
    Integer,
    Le,
    Rational,
    S,
    Sum,
    Symbol,
    beta,
    binomial,
    exp,
    expand_func,
    factorial,
    gamma,
    gammasimp,
    oo,
    sympify,
)

from theory import Integers, Positive, Probability, Reals
from theory.proof.symbols.hypergeometric import closed

k = Symbol("k", integer=True, nonnegative=True)
a, b, r = (Symbol(name, positive=True) for name in "abr")
m, n = (Symbol(name, integer=True, positive=True) for name in "mn")
AT = {a: Rational(3, 2), b: Rational(2, 3), r: Rational(1, 3), m: Integer(5), n: Integer(4)}
mixed = binomial(n, k) * gamma(k + a) * gamma(n - k + b) / gamma(n + a + b)

TERMS = {
    "Vandermonde, of a beta-binomial": (mixed, 0, n),
    "its mean": (k * mixed, 0, n),
    "choices": (binomial(n, k) * binomial(m + n, k), 0, n),
    "binomial": (binomial(n, k) * r**k * (1 - r) ** (n - k), 0, n),
    "its second factorial moment": (k * (k - 1) * binomial(n + 1, k) * r**k, 0, n + 1),
    "signs": (binomial(n, k) * (-1) ** k, 0, n),
    "Yule, up to a number": (a * gamma(k) * gamma(a + 1) / gamma(k + a + 1), 1, m),
    "halves": (gamma(k + S.Half) / gamma(k + 1), 0, m),
    "a hockey stick": (binomial(m + k, k), 0, n),
    "gammas that leave a line": (gamma(k + a + 1) / gamma(k + a), 0, n),
    "gammas that leave 1": (gamma(k + 1) / factorial(k), 0, n),
    "factorials": (k * factorial(k), 0, n),
    "exponential": (r**k / factorial(k), 0, n),
    "its mean up to a number": (k * r**k / factorial(k), 0, n),
    "a quotient": (1 / ((k + a) * (k + a + 1)), 0, n),
    "shifts by two": (((2 * k + 2) * (2 * k + 1) - 1) * gamma(2 * k + 1), 0, n),
}


@pytest.mark.parametrize(("term", "low", "high"), TERMS.values(), ids=TERMS)
def test_it_is_the_sum_of_its_terms(term, low, high):
    form, asked = closed(term, k, sympify(low), sympify(high))
    there = sum((term.xreplace(AT).subs(k, i) for i in range(low, int(sympify(high).xreplace(AT)) + 1)), S.Zero)
    assert gammasimp(expand_func(form.xreplace(AT) - there)) == 0
    assert all(c.xreplace(AT).is_positive for c in asked)


def test_where_there_is_none():
    """Gosper finds none; a factor that is no line; a term that is 0 in between; a start that is no number."""
    for term, low in ((1 / (k + 1), 0), (1 / (k**2 + a), 0), ((k - 2) * binomial(n, k), 0), (gamma(k + a), a)):
        assert closed(term, k, sympify(low), n) is None
    assert any(c.is_nonpositive for c in closed(1 / (k + 1), k, S.Zero, oo)[1])


N, A, R, P = Integers(1), Positive(), Positive(), Probability()
TRUE = {
    "Yule": (lambda r: Eq(Sum(r * gamma(k) * gamma(r + 1) / gamma(k + r + 1), (k, 1, oo)), 1), {"r": R}),
    "as a beta": (lambda r: Eq(Sum(r * beta(k, r + 1), (k, 1, oo)), 1), {"r": R}),
    "tails": (
        lambda r, m: Eq(Sum(r * beta(k, r + 1), (k, 1, m)), 1 - gamma(m + 1) * gamma(r + 1) / gamma(m + r + 1)),
        {"r": R, "m": N},
    ),
    "beta-binomial": (
        lambda n, a, b: Eq(Sum(k * binomial(n, k) * beta(k + a, n - k + b) / beta(a, b), (k, 0, n)), n * a / (a + b)),
        {"n": N, "a": A, "b": A},
    ),
    "negative binomial": (
        lambda r, p: Eq(
            Sum(k * gamma(k + r) / (gamma(r) * factorial(k)) * p**r * (1 - p) ** k, (k, 0, oo)), r * (1 - p) / p
        ),
        {"r": R, "p": P},
    ),
    "Poisson": (lambda r: Eq(Sum(k * r**k * exp(-r) / factorial(k), (k, 0, oo)), r), {"r": R}),
    "degrees": (lambda: Eq(Sum(4 / (k * (k + 1) * (k + 2)), (k, 1, oo)), 1), {}),
    "a bound": (lambda n, a: Le(Sum(gamma(k + a) / gamma(k + a + 2), (k, 0, n)), 1 / a), {"n": N, "a": A}),
}
FALSE = {
    "Yule": (lambda r: Eq(Sum(r * gamma(k) * gamma(r + 1) / gamma(k + r + 1), (k, 1, oo)), r), {"r": R}),
    "beta-binomial": (
        lambda n, a, b: Eq(Sum(binomial(n, k) * beta(k + a, n - k + b) / beta(a, b), (k, 0, n)), n * a / (a + b)),
        {"n": N, "a": A, "b": A},
    ),
    "no sum": (lambda r: Eq(Sum((-r) ** k, (k, 0, oo)), 1 / (1 + r)), {"r": R}),
    "harmonic": (lambda: Eq(Sum(1 / (k + 1), (k, 0, oo)), 4), {}),
    "past a pole": (
        lambda n, a: Eq(Sum(gamma(k + a) / gamma(k + a + 2), (k, 0, n)), 1 / a - 1 / (a + n + 1)),
        {"n": N, "a": Reals(-3, 3)},
    ),
    "one too many": (
        lambda n, m: Eq(Sum(binomial(n, k) * binomial(m + n, k), (k, 0, n)), binomial(2 * n + m, n + 1)),
        {"n": N, "m": N},
    ),
}


@pytest.mark.parametrize(("relation", "domains"), TRUE.values(), ids=TRUE)
def test_it_is_proved(relation, domains):
    assert_proved(relation, **domains)


@pytest.mark.parametrize(("relation", "domains"), FALSE.values(), ids=FALSE)
def test_a_false_one_is_not(relation, domains):
    assert not is_proved(relation, **domains)
