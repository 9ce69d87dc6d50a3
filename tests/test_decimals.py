"""Decimal numbers in a proof (rule 8): the fractions that somebody wrote; what has been computed proves nothing.

SymPy compares decimal numbers as floats: 1/10 + 0.2 is above 3/10, and 0.1 + 0.2 - 0.3 is not 0.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stated import assert_proved, stated
from sympy import Eq, Float, Ge, Gt, Integer, Le, Lt, Rational, Symbol, nan, oo, sympify

from theory import E, GaussianLoop, Integers
from theory.language.fields import Reals
from theory.language.laws import Binomial, Noise
from theory.language.loops import Loop, coordinate
from theory.language.numbers import as_written, written
from theory.proof.relations.prove import prove

T = Integers(1)


@given(st.integers(-(10**12) + 1, 10**12 - 1), st.integers(-30, 30))
def test_a_decimal_number_of_few_digits_is_the_fraction_it_is_written_as(digits, exponent):
    meant = Rational(digits) * Rational(10) ** exponent
    assert written(float(f"{digits}e{exponent}")) == written(Float(f"{digits}e{exponent}")) == meant


LONG = Float("0.1000000000000000000001", 40)


@pytest.mark.parametrize("x", [0.1 + 0.2, 1 / 3, 0.1 + 0.2 - 0.3, float("inf"), float("nan"), LONG])
def test_what_has_been_computed_is_no_fraction(x):
    assert written(x) is None


def test_fractions_within_an_expression():
    x = Symbol("x")
    assert as_written(0.1 * x + Float(1 / 3)) == x / 10 + Float(1 / 3)
    assert [as_written(sympify(y)) for y in (1, oo, nan)] == [1, oo, nan]


class Decimal(Loop):
    """x - by B, from 0.1."""

    by: Reals = 0.1
    x = coordinate()
    initial = {"x": 0.1}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] - self.by * Noise("B", Binomial(1, 0.5))}


class Computed(Decimal):
    """Its start has been computed: 0.1 + 0.2 - 0.3 is 6e-17."""

    initial = {"x": 0.1 + 0.2 - 0.3}  # noqa: RUF012


def mean(t):
    return E(GaussianLoop(10, mu0=Rational(1, 10)).mu(t))


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (lambda t: Eq(mean(t) + 0.2, Rational(3, 10)), lambda t: Gt(mean(t) + 0.2, Rational(3, 10))),
        (lambda t: Le(mean(t) + 0.2, 0.3), lambda t: Lt(mean(t) + 0.2, 0.3)),
        (
            lambda t: Eq(E(GaussianLoop(10, mu0=0.1).mu(t)), 0.1),
            lambda t: Gt(E(GaussianLoop(10, mu0=0.1).mu(t)) + 0.2, 0.3),
        ),
        (lambda t: Eq(E(Decimal().x(t)), (2 - t) / Integer(20)), lambda t: Lt(E(Decimal().x(2)) * t, 0)),
        (lambda t: Eq(E(Decimal(0).x(t)) + 0.2, 0.3), lambda t: Gt(E(Decimal(0).x(t)) + 0.2, Rational(3, 10))),
    ],
    ids=["a relation", "both sides", "a parameter", "a step", "a start"],
)
def test_a_decimal_number_is_what_is_written(true, false):
    assert_proved(true, t=T)
    found = prove(stated(false, t=T))
    assert not found.proved


@pytest.mark.parametrize(
    "relation",
    [
        lambda t: Gt(mean(t) + (0.1 + 0.2), Rational(4, 10)),
        lambda t: Ge(mean(t) + 1 / 3, Rational(1, 10) + Rational(1, 3)),
        lambda t: Gt(E(Computed().x(t)), -t / Integer(20)),
        lambda t: Ge(E(Decimal(0.1 * 0.2).x(t)), Rational(1, 10) - t / Integer(100)),
        lambda t: Gt(E(GaussianLoop(10, mu0=0.1 + 0.2).mu(t)), Rational(3, 10)),
    ],
    ids=["a sum", "a quotient", "a start", "a step", "a parameter"],
)
def test_what_has_been_computed_proves_nothing(relation):
    found = prove(stated(relation, t=T))
    assert not found.proved
    assert "has been computed" in found.reason
