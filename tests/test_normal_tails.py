"""Tails of normal states below exponentials of squares."""

from __future__ import annotations

import pytest
from stated import assert_proved, is_proved
from sympy import Abs, Le, exp

from theory import Integers, Loop, Noise, Normal, Positive, Prob, Probability, coordinate

DOMAINS = {"a": Probability(), "u": Positive(), "t": Integers(1)}


class Chain(Loop):
    a: Probability()
    x = coordinate()

    @property
    def initial(self):
        return {"x": 0}

    def step(self, state):
        return {"x": self.a * state["x"] + Noise("Z", Normal(0, 1))}


def bound(a, u, c=2):
    return exp(-(u**2) * (1 - a**2) / c)


TRUE = {
    "one side": lambda a, u, t: Le(Prob(Chain(a).x(t) >= u), bound(a, u)),
    "half of it": lambda a, u, t: Le(Prob(Chain(a).x(t) >= u), bound(a, u) / 2),
    "both sides": lambda a, u, t: Le(Prob(Abs(Chain(a).x(t)) >= u), 2 * bound(a, u)),
}
FALSE = {
    "of half the variance": lambda a, u, t: Le(Prob(Chain(a).x(t) >= u), bound(a, u, 1)),
    "a third of it": lambda a, u, t: Le(Prob(Chain(a).x(t) >= u), bound(a, u) / 3),
    "on the other side": lambda a, u, t: Le(Prob(Chain(a).x(t) >= -u), bound(a, u)),
}


@pytest.mark.parametrize("relation", TRUE.values(), ids=TRUE)
def test_it_is_proved(relation):
    assert_proved(relation, **DOMAINS)


@pytest.mark.parametrize("relation", FALSE.values(), ids=FALSE)
def test_a_false_one_is_not(relation):
    assert not is_proved(relation, **DOMAINS)
