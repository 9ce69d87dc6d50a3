"""Moment generating functions below that of a normal draw: by the slope of a slope, and through logarithms."""

import pytest
from stated import assert_proved, is_proved
from sympy import Le, Lt, Rational, cosh, exp, log

from theory import Binomial, E, Noise, Positive, Probability, Reals, Uniform


def of_a_coin(p, s):
    return E(exp(s * (Noise("X", Binomial(1, p)) - p)))


FORMS = {
    "its logarithm": (lambda p, s, c: Le(log(1 - p + p * exp(s)) - p * s, s**2 / c), {"s": Positive()}),
    "written out": (
        lambda p, s, c: Le(p * exp(s * (1 - p)) + (1 - p) * exp(-s * p), exp(s**2 / c)),
        {"s": Positive()},
    ),
    "a draw": (lambda p, s, c: Le(of_a_coin(p, s), exp(s**2 / c)), {"s": Reals()}),
}


@pytest.mark.thin(2)
@pytest.mark.parametrize("name", FORMS)
def test_of_a_coin(name):
    """Hoeffding's lemma: the constant 8 is sharp, at p = 1/2 and s -> 0."""
    relation, domain = FORMS[name]
    assert_proved(lambda p, s: relation(p, s, 8), p=Probability(), **domain)
    assert not is_proved(lambda p, s: relation(p, s, Rational(801, 100)), p=Probability(), **domain)


@pytest.mark.parametrize(
    ("relation", "sharp"),
    [
        pytest.param(lambda s, c: Le(cosh(s), exp(s**2 / c)), 2, marks=pytest.mark.long),
        (lambda s, c: Le(E(exp(s * Noise("X", Uniform(-1, 1)))), exp(s**2 / c)), 6),
    ],
)
def test_of_others(relation, sharp):
    assert_proved(lambda s: relation(s, sharp), s=Reals())
    assert not is_proved(lambda s: relation(s, sharp + Rational(1, 100)), s=Reals())


def test_a_square_among_factors_is_not_negative():
    quarter = Rational(1, 4)
    assert_proved(lambda p, z: Le(p * (1 - p) * z / (1 - p + p * z) ** 2, quarter), p=Probability(), z=Positive())
    # it is 0 where p z = 1 - p
    assert not is_proved(
        lambda p, z: Lt(p * (1 - p) * z / (1 - p + p * z) ** 2, quarter), p=Probability(), z=Positive()
    )
    near = quarter - Rational(1, 1000)
    assert not is_proved(lambda p, z: Le(p * (1 - p) * z / (1 - p + p * z) ** 2, near), p=Probability(), z=Positive())
