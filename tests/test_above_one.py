"""Exponentials of what is positive as 1 + y, y > 0: powers and logarithms of 1 - exp(-x) beside those of exp(x) - 1."""

import pytest
from stated import is_proved
from sympy import Eq, Gt, Lt, Rational, exp, log

from theory import KL, Exponential, Integers, Positive, Reals, Truncated

ONE = {"c": Positive()}
POWERS = {"c": Positive(), "t": Integers(0)}
TWO = {"c": Positive(), "d": Positive()}
cut = lambda c, d: KL(Truncated(Exponential(d), 0, c * d), Exponential(d))  # noqa: E731
CASES = {
    "a logarithm": (lambda c: Eq(log(1 - exp(-c)) + c, log(exp(c) - 1)), ONE, True),
    "one of twice": (lambda c: Eq(log(1 - exp(-2 * c)) + 2 * c, log(exp(2 * c) - 1)), ONE, True),
    "with half of it beside": (lambda c: Eq(log(1 - exp(-2 * c)) + c / 2, log(exp(2 * c) - 1)), ONE, False),
    "with itself beside": (lambda c: Eq(log(1 - exp(-2 * c)) + c, log(exp(2 * c) - 1)), ONE, False),
    "a square": (lambda c: Eq(log(1 - exp(-2 * c)), log(1 - exp(-c)) + log(1 + exp(-c))), ONE, True),
    "no square": (lambda c: Eq(log(1 - exp(-2 * c)), log(1 - exp(-c)) + log(1 + exp(-2 * c))), ONE, False),
    "fractions": (
        lambda c, d: Eq(log(exp(3 * c / 2) - exp(-c)) + c - log(d), log((exp(5 * c / 2) - 1) / d)),
        TWO,
        True,
    ),
    "other fractions": (
        lambda c, d: Eq(log(exp(3 * c / 2) - exp(-c)) + 2 * c - log(d), log((exp(5 * c / 2) - 1) / d)),
        TWO,
        False,
    ),
    "of what is negative": (lambda c: Eq(log(1 - exp(c)), c + log(exp(-c) - 1)), {"c": Reals(hi=0)}, True),
    "without the number": (lambda c: Eq(log(1 - exp(c)), log(exp(-c) - 1)), {"c": Reals(hi=0)}, False),
    "of either sign": (lambda c: Eq(log(1 - exp(-c)), -c + log(exp(c) - 1)), {"c": Reals()}, False),
    "a power": (lambda c, t: Eq((1 - exp(-2 * c)) ** t * exp(2 * c * t), (exp(2 * c) - 1) ** t), POWERS, True),
    "of another base": (lambda c, t: Eq((1 - exp(-c)) ** t * exp(2 * c * t), (exp(2 * c) - 1) ** t), POWERS, False),
    "of the other sign": (
        lambda c, t: Eq((exp(-2 * c) - 1) ** t * exp(2 * c * t), (exp(2 * c) - 1) ** t),
        POWERS,
        False,
    ),
    "a cut tail": (lambda c, d: Eq(cut(c, d), -log(1 - exp(-c))), TWO, True),
    "the mass of it": (lambda c, d: Eq(cut(c, d), exp(-c)), TWO, False),
    "a sign": (lambda c, t: Lt((1 - exp(-2 * c)) ** t, 1 + c), POWERS, True),
    "a shrunk distance": (lambda c, d, t: Gt((1 / d - 1) * (1 - exp(-c)) ** t, -1), TWO | POWERS, True),
    "one too far": (lambda c, d, t: Gt((1 / d - Rational(3, 2)) * (1 - exp(-c)) ** t, -1), TWO | POWERS, False),
}


@pytest.mark.parametrize(("relation", "domains", "holds"), CASES.values(), ids=CASES)
def test_what_is_seen(relation, domains, holds):
    assert is_proved(relation, **domains) == holds
