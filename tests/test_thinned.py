"""Counts of which each unit is kept or not, and to which a Poisson number comes: events in any generation, drift conditions."""

from __future__ import annotations

import pytest
from stated import assert_proved, is_proved
from sympy import Eq, Le, exp, oo

from theory import (
    CLOCK,
    Binomial,
    E,
    Integers,
    Limit,
    Loop,
    Noise,
    Poisson,
    Positive,
    Prob,
    Probability,
    coordinate,
)

DOMAINS = {"a": Probability(), "m": Positive(), "n": Integers(0), "t": Integers(0)}


class Pages(Loop):
    """Each is kept with probability a, m new ones are expected."""

    a: Probability()
    m: Positive()
    n: Integers(0)
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.n}

    def step(self, state):
        return {"x": Noise("K", Binomial(state["x"], self.a)) + Noise("N", Poisson(self.m))}


class Growing(Pages):
    """More come in every fit."""

    def step(self, state):
        return {"x": Noise("K", Binomial(state["x"], self.a)) + Noise("N", Poisson(self.m * CLOCK))}


class Doubled(Pages):
    """What is kept is there twice."""

    def step(self, state):
        return {"x": 2 * Noise("K", Binomial(state["x"], self.a)) + Noise("N", Poisson(self.m))}


def none(a, m, n, t):
    return exp(-m * (1 - a**t) / (1 - a)) * (1 - a**t) ** n


TRUE = {
    "none": lambda a, m, n, t: Eq(Prob(Eq(Pages(a, m, n).x(t), 0)), none(a, m, n, t)),
    "some": lambda a, m, n, t: Eq(Prob(Pages(a, m, n).x(t) > 0), 1 - none(a, m, n, t)),
    "in the end": lambda a, m, n, t: Limit(Prob(Eq(Pages(a, m, n).x(t), 0)), (t, oo), exp(-m / (1 - a))),
    "a drift condition": lambda a, m, n, t: Le(
        E(Pages(a, m, n).x(t + 1), given=Pages(a, m, n).model(t)), (1 + a) / 2 * Pages(a, m, n).x(t) + m
    ),
}
FALSE = {
    "none": lambda a, m, n, t: Eq(Prob(Eq(Pages(a, m, n).x(t), 0)), none(a, m, n, t + 1)),
    "for one that begins with some": lambda a, m, n, t: Eq(Prob(Eq(Pages(a, m, n).x(t), 0)), none(a, m, 0, t)),
    "more come": lambda a, m, n, t: Eq(Prob(Eq(Growing(a, m, n).x(t), 0)), none(a, m, n, t)),
    "twice": lambda a, m, n, t: Eq(Prob(Eq(Doubled(a, m, n).x(t), 0)), none(a, m, n, t)),
    "a drift condition": lambda a, m, n, t: Le(
        E(Pages(a, m, n).x(t + 1), given=Pages(a, m, n).model(t)), (1 + a) / 2 * Pages(a, m, n).x(t) + m / 2
    ),
}


@pytest.mark.parametrize("relation", TRUE.values(), ids=TRUE)
def test_it_is_proved(relation):
    assert_proved(relation, **DOMAINS)


@pytest.mark.parametrize("relation", FALSE.values(), ids=FALSE)
def test_a_false_one_is_not(relation):
    assert not is_proved(relation, **DOMAINS)
