"""Means of reciprocals: of a Poisson count in closed form and in balls, against the sum; of others what Jensen tells."""

from fractions import Fraction
from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import assert_proved, is_proved
from sympy import Eq, Ge, Gt, Le, Rational, Symbol
from sympy import exp as power

from theory import Binomial, E, Exponential, Integers, Noise, Normal, Poisson, Positive, Probability, Reals
from theory.proof.methods import enclosed, moment

m = Symbol("m", positive=True)
POSITIVE = st.fractions(Fraction(1, 9), 9, max_denominator=9)


def added(a: float, b: float, mean: float) -> float:
    """E 1/(a + b K), term by term."""
    mass, total = exp(-mean), 0.0
    for k in range(200):
        total += mass / (a + b * k)
        mass *= mean / (k + 1)
    return total


@settings(max_examples=25)
@given(a=POSITIVE, b=POSITIVE, mean=POSITIVE)
def test_balls_contain_the_sum(a, b, mean):
    ball = enclosed(E(1 / (Rational(a) + Rational(b) * Noise("K", Poisson(Rational(mean))))))
    assert float(ball) == pytest.approx(added(float(a), float(b), float(mean)), rel=1e-12)


@pytest.mark.parametrize("c", range(1, 7))
def test_closed_forms_are_the_sum(c):
    form = moment(E(1 / (2 * c + 2 * Noise("K", Poisson(m))))).form
    assert float(form.subs(m, Rational(7, 3))) == pytest.approx(added(2 * c, 2, 7 / 3), rel=1e-10)


def inverse(law, a=1):
    return E(1 / (a + Noise("K", law)))


S = {"s": Positive()}
TRUE = {
    "a Poisson count": (lambda s, d: Ge(inverse(Poisson(s), d), 1 / (d + s)), {**S, "d": Integers(1)}),
    "a binomial count": (
        lambda p, n: Ge(inverse(Binomial(n, p)), 1 / (1 + n * p)),
        {"p": Probability(), "n": Integers(1)},
    ),
    "a time": (lambda s: Ge(inverse(Exponential(s)), 1 / (1 + s)), S),
    "in closed form": (lambda s: Eq(inverse(Poisson(s)), (1 - power(-s)) / s), S),
}
FALSE = {
    "the other way": (lambda s: Le(inverse(Poisson(s)), 1 / (1 + s)), S),
    "more than that": (lambda s: Ge(inverse(Poisson(s)), 2 / (2 + s)), S),
    "strictly, of no draw at all": (lambda s: Gt(inverse(Poisson(0 * s)), 1 / (1 + 0 * s)), S),
    "no law": (lambda s: Ge(inverse(Poisson(s)), 1 / (1 + s)), {"s": Reals(-1, 1)}),
    "of both signs": (lambda s: Ge(inverse(Normal(0, 1), s), 1 / s), S),
    "nothing above 0": (lambda s: Ge(E(s / Noise("X", Exponential(1))), s), S),
    "another form": (lambda s: Eq(inverse(Poisson(s)), (1 - power(-2 * s)) / (2 * s)), S),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_proved(name):
    relation, domain = TRUE[name]
    assert_proved(relation, **domain)


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_not(name):
    relation, domain = FALSE[name]
    assert not is_proved(relation, **domain)
