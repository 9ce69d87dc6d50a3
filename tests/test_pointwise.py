"""Means of draws bounded by what bounds the function whatever is drawn, unasked: tangents at 0 of odd functions."""

import pytest
from stated import is_proved
from sympy import Ge, Le, Lt, Rational, atan, erf, oo, pi, sqrt, tanh

from theory import Binomial, Cauchy, E, Noise, Normal, Positive, Reals

X, Y = Noise("X", Normal(0, 1)), Noise("Y", Normal(1, 3))
COUNT, HEAVY = Noise("B", Binomial(2, Rational(1, 2))), Noise("C", Cauchy(0, 1))
CLAIMS = {
    "it shrinks": (lambda x: Lt(E(X * tanh(x * X)), x), Positive(), True),
    "of two draws": (lambda x: Lt(3 * E((2 * X + Y) * atan(x * (2 * X + Y))), 24 * x), Positive(), True),
    "of two draws, by less": (lambda x: Lt(3 * E((2 * X + Y) * atan(x * (2 * X + Y))), 23 * x), Positive(), False),
    "of an error function": (lambda x: Le(E(X * erf(x * X)), 2 * x / sqrt(pi)), Positive(), True),
    "with the slope 1": (lambda x: Le(E(X * erf(x * X)), x), Positive(), False),
    "of a count": (lambda x: Le(E(COUNT * tanh(x * COUNT)), 3 * x / 2), Positive(), True),
    "at 0, too": (lambda x: Lt(E(X * tanh(x * X)), x), Reals(0, oo, closed=True), False),
    "of either sign": (lambda x: Le(E(X * tanh(x * X)), x), Reals(), False),
    "the other way": (lambda x: Ge(E(X * tanh(x * X)), x), Positive(), False),
    "by less": (lambda x: Le(E(X * tanh(x * X)), x * (1 - x**2 / 2)), Positive(), False),
    "beside a square": (lambda x: Le(E(X**2 * tanh(x * Y)), x), Positive(), False),
    "without a mean": (lambda x: Lt(E(HEAVY * tanh(x * HEAVY)), x), Positive(), False),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_it_is_proved_or_not(name):
    relation, domain, proved = CLAIMS[name]
    assert is_proved(relation, x=domain) == proved
