"""Stochastic approximation with half the step that would be needed: x' = x - (x + Z)/(2 t)."""

from sympy import Eq, Le, binomial, sqrt

from theory import CLOCK, E, Integers, Loop, Noise, Normal, claim, coordinate


class HalfSteps(Loop):
    x = coordinate()
    initial = {"x": 1}

    def step(self, now):
        return {"x": now["x"] - (now["x"] + Noise("Z", Normal(0, 1))) / (2 * CLOCK)}


@claim
def true_mean(t=Integers(0)):
    """The mean is binomial(2t, t)/4^t."""
    return Eq(E(HalfSteps().x(t)), binomial(2 * t, t) / 4**t)


@claim
def false_mean(t=Integers(0)):
    """The mean is binomial(2t, t + 1)/4^t, and 1 at first."""
    return Eq(E(HalfSteps().x(t)), binomial(2 * t + 2, t + 1) / 2 / 4**t)


@claim
def true_bound(t=Integers(0)):
    """It is at most 1/sqrt(3t + 1)."""
    return Le(E(HalfSteps().x(t)), 1 / sqrt(3 * t + 1))


@claim
def false_bound(t=Integers(0)):
    """At most 1/sqrt(7t/2 + 1)."""
    return Le(E(HalfSteps().x(t)), 1 / sqrt(7 * t / 2 + 1))
