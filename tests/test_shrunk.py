"""The law of a product of uniform draws: against an integral, and on the domain where its form holds."""

from math import log

import pytest
from scipy.integrate import quad
from stated import assert_proved, is_proved
from sympy import Eq, Le, Rational
from sympy import log as logarithm

from theory import Integers, Noise, Positive, Prob, Probability, Uniform
from theory.proof.methods import enclosed, moment


def product(size, *tops):
    """Of draws up to tops, and then up to 1."""
    out = 1
    for i, top in enumerate((*tops, *[1] * (size - len(tops)))):
        out = out * Noise(f"U{i}", Uniform(0, top))
    return out


@pytest.mark.parametrize("s", [Rational(1, 7), Rational(3, 2), Rational(14, 5)])
def test_two_draws_against_an_integral(s):
    found = float(moment(Prob(product(2, 1, 3) <= s)).form)
    assert found == pytest.approx(
        quad(lambda u: min(float(s) / (3 * u), 1.0), 0, 1, points=[float(s) / 3])[0], rel=1e-9
    )


def test_three_draws_against_an_integral():
    s = 0.2
    of_two = quad(lambda u: min(s / u * (1 - log(s / u)), 1.0) if u > s else 1.0, 0, 1, points=[s])[0]
    assert float(enclosed(Prob(product(3) <= Rational(1, 5)))) == pytest.approx(of_two, rel=1e-9)


def _at_most(a, power=1):
    return Prob(product(2) ** power <= a)


TRUE = {
    "a power": (lambda a, n: Eq(_at_most(a, 1 / n), a**n * (1 - n * logarithm(a))), {"n": Integers(1)}),
    "the other side": (lambda a: Eq(Prob(-product(2) < -a), 1 - a * (1 - logarithm(a))), {}),
}
FALSE = {
    "of one draw": (lambda a: Eq(_at_most(a), a), {}),
    "beyond its largest value": (lambda a: Eq(_at_most(a), a * (1 - logarithm(a))), {"a": Positive()}),
    "the law of the first bounds the second": (
        lambda a: Eq(
            Prob(Noise("U", Uniform(0, Noise("V", Uniform(0, 1)))) * Noise("V", Uniform(0, 1)) <= a),
            a - a * logarithm(a),
        ),
        {},
    ),
    "another power": (lambda a: Le(Prob(Noise("U", Uniform(0, 1)) * Noise("V", Uniform(0, 1)) ** 2 <= a), a), {}),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_proved(name):
    relation, domain = TRUE[name]
    assert_proved(relation, a=Probability(), **domain)


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_not(name):
    relation, domain = FALSE[name]
    assert not is_proved(relation, **{"a": Probability(), **domain})
