"""Means of positive parts, and probabilities, that follow from a sign wherever the state may be."""

from __future__ import annotations

import pytest
from stated import assert_proved, is_proved
from sympy import Eq, Le, Max, Piecewise, Rational, gamma, sqrt

from theory import Binomial, ChiSquare, E, Integers, Loop, Noise, Prob, Probability, Reals, Uniform, c4, coordinate

T = Integers(0)


class Shrunk(Loop):
    """What is multiplied by a number below 1: of the sign of its start, or 0."""

    a: Reals()
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.a}

    def step(self, state):
        return {"x": state["x"] * Noise("U", Uniform(0, 1))}


class Lost(Loop):
    """1 until a coin takes it away: never negative, and 0 for some."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": 1}

    def step(self, state):
        return {"x": state["x"] * Noise("B", Binomial(1, Rational(1, 2)))}


class Fed(Loop):
    """A share of what there was, and what comes in: it begins at 0, and is never negative, as it says."""

    a: Probability()
    x = coordinate(nonnegative=True)

    @property
    def initial(self):
        return {"x": 0}

    def step(self, state):
        return {"x": self.a * state["x"] + Noise("Q", ChiSquare(2))}


def fed(relation):
    return {"a": Probability(), "t": T}, lambda a, t: relation(Fed(a).x(t))


def shrunk(relation):
    return {"a": Reals(), "t": T}, lambda a, t: relation(Shrunk(a).x(t))


def lost(relation):
    return {"t": T}, lambda t: relation(Lost().x(t))


TRUE = {
    "a part that is all of it": shrunk(lambda x: Eq(E(Max(0, x**2 + 1)), E(x**2) + 1)),
    "a part that is nothing": shrunk(lambda x: Eq(E(Max(0, -(x**2))), 0)),
    "a sure event": shrunk(lambda x: Eq(Prob(x**2 - 2 * x + 2 > 0), 1)),
    "a sure event, with 0": shrunk(lambda x: Eq(Prob(x**2 - 2 * x + 1 >= 0), 1)),
    "no event": shrunk(lambda x: Eq(Prob(-(x**2) - x >= 1), 0)),
    "never negative": fed(lambda x: Eq(E(Max(0, x**2 + x)), E(x**2) + E(x))),
}
FALSE = {
    "a part that is all of it": shrunk(lambda x: Eq(E(Max(0, x**2 - 1)), E(x**2) - 1)),
    "a sign that the start has": shrunk(lambda x: Eq(E(Max(0, -x)), 0)),
    "a sure event": shrunk(lambda x: Eq(Prob(x**2 > 0), 1)),  # a may be 0
    "no event": shrunk(lambda x: Eq(Prob(2 * x - x**2 >= 1), 0)),  # it may be 1 at first
    "no value": shrunk(lambda x: Eq(E(Max(0, -sqrt(x))), 0)),
    "no value at 0": lost(lambda x: Eq(E(Max(0, -1 / x)), 0)),
    "never negative": fed(lambda x: Eq(Prob(x**2 + x > 0), 1)),  # it is 0 at first
    "taken away": lost(lambda x: Eq(Prob(x**2 + x > 0), 1)),
}


@pytest.mark.parametrize(("domains", "relation"), TRUE.values(), ids=TRUE)
def test_it_is_proved(domains, relation):
    assert_proved(relation, **domains)


@pytest.mark.parametrize(("domains", "relation"), FALSE.values(), ids=FALSE)
def test_it_is_not(domains, relation):
    assert not is_proved(relation, **domains)


def test_a_number_by_cases():
    """Which case it is, is seen by an inequality that no sign of a part tells."""

    def rises(n, value):
        now = sqrt(2) * sqrt(n - 1) * gamma(n / 2 + 1) / (n * gamma((n + 1) / 2))  # c4(n)
        return Piecewise((value, c4(n + 1) - now > 0), (0, True))

    assert_proved(lambda n: Eq(rises(n, 1), 1), n=Integers(2))
    assert not is_proved(lambda n: Eq(rises(n, 2), 1), n=Integers(2))
    assert not is_proved(lambda n: Le(rises(n, 1), Rational(1, 2)), n=Integers(2))
