"""Inequalities that take the size of a number without a closed form, for the whole domain of the other variables."""

import pytest
from sympy import Le, Lt, Rational, besseli, cos, log, pi, tanh

from theory import E, LikelihoodLoop, Noise, Normal, Parameter, Points, Positive, Reals, Uniform, claim
from theory.proof.relations.prove import prove


class Direction(LikelihoodLoop):
    """Von Mises' law with the concentration 1."""

    mu: Parameter(Reals(-pi, pi))
    support = Reals(-pi, pi)

    def log_density(self, x):
        return cos(x - self.mu) - log(2 * pi * besseli(0, 1))


def rate(lam):
    return Direction(Uniform(-1, 1), lam).rate


@claim
def faster(lam=Positive()):
    """Data more concentrated than the model make it more stable: I/H is 0.5305."""
    return Lt(rate(lam), lam / (1 + lam))


@claim
def as_fast(lam=Positive()):
    """A sharper number."""
    return Le(rate(lam), lam * Rational(5305, 10**4) / (1 + lam * Rational(5305, 10**4)))


@claim
def too_fast(lam=Positive()):
    """Too small by a thousandth."""
    return Le(rate(lam), lam * Rational(5300, 10**4) / (1 + lam * Rational(5300, 10**4)))


def squared():
    return E(tanh(Noise("X", Normal(0, 1))) ** 2)


@claim
def a_mean(a=Positive()):
    """E tanh^2 Z is 0.394."""
    return Lt(a * squared() / (1 + a), a * Rational(4, 10) / (1 + a))


@claim
def too_small_a_mean(a=Positive()):
    """It is not below 0.39."""
    return Lt(a * squared() / (1 + a), a * Rational(39, 100) / (1 + a))


@pytest.mark.parametrize("c", [faster, as_fast, a_mean], ids=lambda c: c.id)
def test_a_number_is_put_between_two_rational_ones(c):
    found = prove(c)
    assert found.proved
    assert any("in balls" in step for step in found.steps)


@pytest.mark.parametrize("c", [too_fast, too_small_a_mean], ids=lambda c: c.id)
def test_what_is_false_by_little_is_not_proved(c):
    assert not prove(c).proved


@claim
def of_numbers(lam=Points(1, 3), c=Points(Rational(5310, 10**4))):
    """At numbers both sides are numbers."""
    return Lt(rate(lam), lam * c / (1 + lam * c))


@claim
def of_false_numbers(lam=Points(1, 3), c=Points(Rational(5300, 10**4))):
    """The same, too small by a thousandth."""
    return Lt(rate(lam), lam * c / (1 + lam * c))


def test_the_sign_of_a_number_is_that_of_its_ball():
    """Certificates were looked for, for a second each."""
    found = prove(of_numbers)
    assert found.proved
    assert any("is a number, above 0 in balls: largest from 0.530" in s for s in found.steps)
    assert not any("no negative coefficient" in s for s in found.steps)
    assert not prove(of_false_numbers).proved


def known_radius():
    return Direction(Uniform(-1, 1), Rational(1, 10)).radius(Rational(1, 4))


@claim
def of_a_wide_ball(c=Points(Rational(3, 10))):
    """Of the radius it is known to be between 1/2 and 1."""
    return Lt(known_radius() * (1 - known_radius()), c)


@claim
def of_too_wide_a_ball(c=Points(Rational(24, 100))):
    """It may be 1/2."""
    return Lt(known_radius() * (1 - known_radius()), c)


def test_a_wide_ball_is_cut():
    assert any("is a number, above 0 in balls" in s for s in prove(of_a_wide_ball).steps)
    assert not prove(of_too_wide_a_ball).proved
