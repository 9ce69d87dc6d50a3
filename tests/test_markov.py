"""Limits of probabilities by means that tend to 0."""

from __future__ import annotations

import pytest
from stated import assert_proved, is_proved
from sympy import Abs, oo

from theory import CLOCK, Integers, Limit, Loop, Noise, Normal, Positive, Prob, Probability, coordinate
from theory.gaussian.common import GaussianLoop

N, E0, T, A = Integers(2), Positive(), Integers(1), Probability()


class Shrinking(Loop):
    a: Probability()
    x = coordinate()

    @property
    def initial(self):
        return {"x": 1}

    def step(self, state):
        return {"x": self.a * state["x"] * Noise("Z", Normal(0, 1))}


class Mean(Loop):
    m = coordinate()

    @property
    def initial(self):
        return {"m": 0}

    def step(self, state):
        return {"m": state["m"] + (Noise("Z", Normal(0, 1)) - state["m"]) / CLOCK}


TRUE = {
    "collapse": (lambda n, e, t: Limit(Prob(GaussianLoop(n).sigma(t) < e), (t, oo), 1), {"n": N, "e": E0, "t": T}),
    "no survival": (lambda n, e, t: Limit(Prob(GaussianLoop(n).sigma(t) > e), (t, oo), 0), {"n": N, "e": E0, "t": T}),
    "consistency": (lambda e, t: Limit(Prob(Abs(Mean().m(t)) > e), (t, oo), 0), {"e": E0, "t": T}),
    "of either sign": (lambda a, e, t: Limit(Prob(Shrinking(a).x(t) >= e), (t, oo), 0), {"a": A, "e": E0, "t": T}),
}
FALSE = {
    "below 0": (lambda a, e, t: Limit(Prob(Shrinking(a).x(t) >= -e), (t, oo), 0), {"a": A, "e": E0, "t": T}),
    "at 0": (lambda a, t: Limit(Prob(Shrinking(a).x(t) >= 0), (t, oo), 0), {"a": A, "t": T}),
    "a level that falls": (
        lambda n, t: Limit(Prob(GaussianLoop(n).sigma(t) > (1 - 1 / n) ** (10 * t)), (t, oo), 0),
        {"n": N, "t": T},
    ),
    "a mean that is spread out": (
        lambda n, e, t: Limit(Prob(Abs(GaussianLoop(n).mu(t)) < e), (t, oo), 1),
        {"n": N, "e": E0, "t": T},
    ),
}


@pytest.mark.parametrize(("relation", "domains"), TRUE.values(), ids=TRUE)
def test_it_is_proved(relation, domains):
    assert_proved(relation, **domains)


@pytest.mark.parametrize(("relation", "domains"), FALSE.values(), ids=FALSE)
def test_a_false_one_is_not(relation, domains):
    assert not is_proved(relation, **domains)
