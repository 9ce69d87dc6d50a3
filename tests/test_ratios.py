"""Inequalities proved by the supremum of the ratio of their sides; the same ones a little sharper are false, and not proved."""

import pytest
from stated import assert_proved, is_proved
from sympy import (
    Abs,
    Ge,
    Le,
    LessThan,
    Lt,
    Rational,
    Sum,
    Symbol,
    binomial,
    cosh,
    exp,
    factorial,
    log,
    pi,
    sqrt,
)

from theory import Integers, Positive, Probability, Reals
from theory.language.errors import CannotTell
from theory.proof.relations.sharpest import _slope

half = Rational(1, 2)
k = Symbol("k", integer=True, positive=True)
N = {"n": Integers(1)}
X, XY, XYZ = ({name: Positive() for name in names} for names in ("x", "xy", "xyz"))
SHARP = {  # each with equality somewhere, or in a limit
    "geometric mean": (lambda x, y: Le(sqrt(x * y), (x + y) / 2), XY),
    "of three": (lambda x, y, z: Le(3 * (x * y * z) ** Rational(1, 3), x + y + z), XYZ),
    "Cauchy": (
        lambda a, b, c, d: Le(sqrt(a * b) + sqrt(c * d), sqrt((a + c) * (b + d))),
        {name: Positive() for name in "abcd"},
    ),
    "Young": (lambda x, y, p: Le(x**p * y ** (1 - p), p * x + (1 - p) * y), {**XY, "p": Probability()}),
    "roots": (lambda x, y: Le(sqrt(x + y), sqrt(x) + sqrt(y)), XY),
    "logarithm of a mean": (lambda x, y: Ge(log((x + y) / 2), log(x) / 2 + log(y) / 2), XY),
    "e from below": (lambda n: Le((1 + 1 / n) ** n, exp(1)), N),
    "e from above": (lambda n: Ge((1 + 1 / n) ** (n + 1), exp(1)), N),
    "cosh": (lambda s: Le(cosh(s), exp(s**2 / 2)), {"s": Reals()}),
    "factorial above": (lambda n: Le(factorial(n), exp(1) * sqrt(n) * (n / exp(1)) ** n), N),
    "factorial below": (lambda n: Ge(factorial(n), sqrt(2 * pi * n) * (n / exp(1)) ** n), N),
    "middle binomial": (lambda n: Le(binomial(2 * n, n), half * 4**n), N),
    "sum of squares": (lambda n: Le(Sum(1 / k**2, (k, 1, n)), 2 - 1 / n), N),
    "sum of roots": (lambda n: Le(Sum(1 / sqrt(k), (k, 1, n)), 2 * sqrt(n)), N),
    "Pinsker": (
        lambda p, q: Ge(p * log(p / q) + (1 - p) * log((1 - p) / (1 - q)), 2 * (p - q) ** 2),
        {"p": Probability(), "q": Probability()},
    ),
}


@pytest.mark.thin(3)
@pytest.mark.parametrize("name", SHARP)
def test_sharp_inequalities_are_proved_and_sharper_ones_are_not(name):
    relation, domain = SHARP[name]
    assert_proved(relation, **domain)

    def sharper(**values):
        r = relation(**values)
        share = Rational(999, 1000)
        return r.func(r.lhs, share * r.rhs) if isinstance(r, LessThan) else r.func(share * r.lhs, r.rhs)

    assert not is_proved(sharper, **domain)


def test_no_strict_inequality_is_told_by_a_ratio():
    """Where the supremum is 1 for some values of the others only, it may be reached: at t = 0 here."""
    assert not is_proved(lambda x, y: Lt(sqrt(x * y), (x + y) / 2), **XY)
    assert not is_proved(lambda n: Lt(binomial(2 * n, n), half * 4**n), **N)
    assert not is_proved(lambda n, t: Lt((1 - 1 / n) ** t, exp(-t / n)), n=Integers(1), t=Integers(0))
    assert not is_proved(lambda x: Lt(0, x**2), x=Reals(-1, 1))


def test_sides_of_any_sign():
    assert not is_proved(lambda x, y: Le(log(x * y), log(x) + Abs(log(y)) - Rational(1, 100)), **XY)
    assert not is_proved(lambda x: Le(-1 / x, -x), **X)
    assert_proved(lambda x: Le(log(x) - x, -1), **X)
    assert not is_proved(lambda x: Le(log(x) - x, -1 - Rational(1, 1000)), **X)


def test_high_powers_are_not_written_out():
    """A step of a ratio with x^500 in it would be a sum of 500 terms, and one of x^(t + 500) as well."""
    n, t = Symbol("n", integer=True, positive=True), Symbol("t", integer=True, nonnegative=True)
    for power in (500, t + 500, -500):
        with pytest.raises(CannotTell, match="too high"):
            _slope((1 + 1 / n) ** power, n, n)
    assert _slope((1 + 1 / n) ** 2, n, n)
