"""Signs of sums of powers: one outweighs all others from some generation on, the ones before are looked at."""

from itertools import product

import pytest
from sympy import I, Rational, Symbol

from theory.proof.signs import Asked, Certificate, powers

t = Symbol("t", integer=True, nonnegative=True)


def certified(x, strict=True):
    return powers.certify(Asked(x, strict, lambda *_: False), Certificate())


@pytest.mark.parametrize(
    ("x", "strict", "holds"),
    [
        (2 / 2**t - Rational(5, 2) / 3**t + (1 - 1 / 2**t) ** 2 - 1 + 2 / 2**t, True, True),
        (2**t - t**2 + 1, False, True),  # 0 at t = 3
        (2**t - t**2 + 1, True, False),
        (2**t - t**2 + Rational(1, 2), True, False),  # below 0 at t = 3
        (3**t + (-2) ** t - Rational(1, 2), True, True),
        (3**t + (-2) ** t - 1, True, False),  # 0 at t = 1
        (1 + (-2) ** t, False, False),
        (Rational(1001, 1000) ** t - t / 100, True, False),  # below 0 from 100 or so to 7,000
        (1 / 2**t - 2 / 3**t, False, False),  # below 0 at t = 0 alone
        (1 + I**t + (-I) ** t, True, False),  # -1 at t = 2: a base that is not real turns
        (4 + I**t + (-I) ** t, True, True),
    ],
    ids=str,
)
def test_the_sign_of_a_sum_of_powers(x, strict, holds):
    assert certified(x, strict) is holds
    if holds:
        assert all(x.subs(t, k) >= 0 for k in range(30))


def test_nothing_is_certified_that_fails():
    for a, b, c in product((-3, -1, 1, 2), (Rational(1, 2), Rational(-2, 3), 2), (-1, 0, Rational(1, 3))):
        x = a * b**t + Rational(3, 4) ** t + c
        assert not certified(x) or all(x.subs(t, k) > 0 for k in range(25)), x


def test_it_starts_where_the_domain_does():
    later = Symbol("t", integer=True, positive=True)
    x = 1 - 2 / 3**later
    assert certified(x)
    assert not certified(x.subs(later, t))
