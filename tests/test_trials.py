"""Tails of binomial laws with other numbers of trials: held against sums in fractions, and no false twin is proved."""

from fractions import Fraction
from math import comb

import pytest
from stated import is_proved
from sympy import Eq, Gt, Rational, binomial

from theory import Binomial, Integers, Noise, Prob, Probability, Reals


def right(m, p, name):
    """That more than half of 2m + 1 votes are right."""
    return Prob(Noise(name, Binomial(2 * m + 1, p)) > m)


def tail(n, k, p):
    return sum(comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(max(k, 0), n + 1))


LESS = {
    "two more votes": (
        lambda m, p: right(m, p, "X") - right(m - 1, p, "Y"),
        lambda m, p: (2 * p - 1) * binomial(2 * m - 1, m) * (p * (1 - p)) ** m,
        lambda m, p: tail(2 * m + 1, m + 1, p) - tail(2 * m - 1, m, p),
    ),
    "a trial more": (
        lambda m, p: Prob(Noise("X", Binomial(m + 1, p)) >= 1) - Prob(Noise("Y", Binomial(m, p)) >= 1),
        lambda m, p: p * (1 - p) ** m,
        lambda m, p: tail(m + 1, 1, p) - tail(m, 1, p),
    ),
    "from below, and a threshold more": (
        lambda m, p: Prob(Noise("X", Binomial(2 * m, p)) <= m) - Prob(Noise("Y", Binomial(2 * m, p)) < m),
        lambda m, p: binomial(2 * m, m) * (p * (1 - p)) ** m,
        lambda m, p: tail(2 * m, m, p) - tail(2 * m, m + 1, p),
    ),
}


@pytest.mark.parametrize("name", LESS)
def test_tails_less_each_other(name):
    left, said, exact = LESS[name]
    domains = {"m": Integers(1), "p": Probability()}
    assert is_proved(lambda m, p: Eq(left(m, p), said(m, p)), **domains)
    assert not is_proved(lambda m, p: Eq(left(m, p), said(m, p) * Rational(101, 100)), **domains)
    assert not is_proved(lambda m, p: Eq(left(m, p), said(m + 1, p)), **domains)
    for m, p in ((1, Fraction(1, 3)), (4, Fraction(3, 5))):
        assert exact(m, p) == Fraction(str(said(m, Rational(str(p)))))


@pytest.mark.parametrize(("low", "proved"), [(Rational(1, 2), True), (Rational(2, 5), False)])
def test_more_votes_are_better_where_each_is_right_more_often_than_not(low, proved):
    rises = lambda m, p: Gt(right(m, p, "X"), right(m - 1, p, "Y"))  # noqa: E731
    assert is_proved(rises, m=Integers(1), p=Reals(low, 1)) == proved


def test_other_coins_are_not_compared():
    gap = lambda m, p: Prob(Noise("X", Binomial(m + 1, p)) >= 1) - Prob(Noise("Y", Binomial(m, p / 2)) >= 1)  # noqa: E731
    assert not is_proved(lambda m, p: Eq(gap(m, p), p * (1 - p) ** m), m=Integers(1), p=Probability())
