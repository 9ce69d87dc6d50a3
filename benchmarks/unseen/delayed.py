"""Gradients that are one generation old: x' = x - h (the x before) + s Z."""

from sympy import oo

from theory import E, Integers, Limit, Loop, Noise, Normal, Positive, Probability, claim, coordinate


class Stale(Loop):
    h: Probability
    s: Positive
    x = coordinate()
    before = coordinate()
    initial = {"x": 1, "before": 1}

    def step(self, now):
        return {"x": now["x"] - self.h * now["before"] + self.s * Noise("Z", Normal(0, 1)), "before": now["x"]}


@claim
def true_error(h=Probability(), s=Positive(), t=Integers(0)):
    """The mean square error tends to s^2 (1 + h)/(h (1 - h)(2 + h))."""
    return Limit(E(Stale(h, s).x(t) ** 2), (t, oo), s**2 * (1 + h) / (h * (1 - h) * (2 + h)))


@claim
def false_error(h=Probability(), s=Positive(), t=Integers(0)):
    """The mean square error tends to s^2/(h (2 - h)), what it is without delay."""
    return Limit(E(Stale(h, s).x(t) ** 2), (t, oo), s**2 / (h * (2 - h)))


@claim
def true_mean(h=Probability(), s=Positive(), t=Integers(0)):
    """The mean tends to 0 for every h below 1."""
    return Limit(E(Stale(h, s).x(t)), (t, oo), 0)
