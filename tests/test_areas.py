"""Endless sums over a spectrum that is a power, with parameters in the terms: they converge, and are below an area."""

import pytest
from sympy import Le, Lt, Rational, Sum, Symbol, exp, gamma, oo, pi, sqrt

from theory import Integers, Positive, Reals, claim
from theory.proof.relations.prove import prove

j = Symbol("j", integer=True, positive=True)


@claim
def dimension(lam=Positive()):
    """The effective dimension of the spectrum j^-2 is below pi/(2 sqrt lam)."""
    return Lt(Sum(1 / (1 + lam * j**2), (j, 1, oo)), pi / (2 * sqrt(lam)))


@claim
def dimension_of_a_power(lam=Positive(), a=Reals(1, 5)):
    """Of the spectrum j^-a."""
    return Le(Sum(1 / (1 + lam * j**a), (j, 1, oo)), lam ** (-1 / a) * gamma(1 / a) * gamma(1 - 1 / a) / a)


@claim
def variance(lam=Positive(), n=Integers(1)):
    """The variance of ridge: with the square of the shrinkage."""
    return Le(Sum(1 / (1 + lam * j**2) ** 2, (j, 1, oo)) / n, pi / (4 * sqrt(lam)) / n)


@claim
def heat(s=Positive()):
    """A trace of a heat kernel."""
    return Le(Sum(exp(-s * j**2), (j, 1, oo)), gamma(Rational(1, 2)) / (2 * sqrt(s)))


@claim
def too_small(lam=Positive()):
    """The area is reached as lam falls."""
    return Le(Sum(1 / (1 + lam * j**2), (j, 1, oo)), 3 / (2 * sqrt(lam)))


@claim
def infinite(lam=Positive()):
    """There is none: the sum of 1/(1 + lam j) is infinite."""
    return Le(Sum(1 / (1 + lam * j), (j, 1, oo)), 100 / lam)


@claim
def other_way(lam=Positive()):
    """An area from 0 on is no lower bound."""
    return Le(pi / (2 * sqrt(lam)) - Sum(1 / (1 + lam * j**2), (j, 1, oo)), Rational(1, 4))


@claim
def no_number(lam=Positive()):
    """Where lam = j^2 a term has no value."""
    return Le(Sum(1 / (j**2 - lam) ** 2, (j, 1, oo)), 10**6)


@pytest.mark.parametrize("c", [dimension, dimension_of_a_power, variance, heat], ids=lambda c: c.id)
def test_a_sum_is_below_the_area(c):
    found = prove(c)
    assert found.proved, found.reason


@pytest.mark.parametrize("c", [too_small, infinite, other_way, no_number], ids=lambda c: c.id)
def test_what_is_not_below_it_is_not_proved(c):
    assert not prove(c).proved


def test_a_sum_of_quotients_is_seen_to_converge():
    assert "converge" not in prove(too_small).reason
    assert "converge" in prove(infinite).reason
    assert "converge" in prove(no_number).reason
