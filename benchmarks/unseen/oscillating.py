"""Momentum: a model that turns around its target, with complex roots. Source: textbook, AR(2)."""

from sympy import Eq, cos, pi, sqrt

from theory import E, Integers, Loop, Noise, Normal, Var, claim, coordinate


class Turning(Loop):
    """x' = x - (the one before)/2 + noise, from 1 and 1."""

    x = coordinate()
    before = coordinate()
    initial = {"x": 1, "before": 1}

    def step(self, now):
        return {"x": now["x"] - now["before"] / 2 + Noise("Z", Normal(0, 1)), "before": now["x"]}


@claim
def true_mean(t=Integers(0)):
    """The mean is 2^(-t/2) cos(pi t/4)."""
    return Eq(E(Turning().x(t)), sqrt(2) ** (-t) * cos(pi * t / 4))


@claim
def false_mean(t=Integers(0)):
    """One generation later."""
    return Eq(E(Turning().x(t)), sqrt(2) ** (-t - 1) * cos(pi * (t + 1) / 4))


@claim
def true_variance(t=Integers(0)):
    """The variance stays below 12/5."""
    return Var(Turning().x(t)) <= 12 / 5


@claim
def false_variance(t=Integers(0)):
    """It stays below 2."""
    return Var(Turning().x(t)) <= 2
