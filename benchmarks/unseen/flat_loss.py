"""Gradient descent on x^4/4: x' = x - h x^3."""

from sympy import Le, Rational, oo, sqrt

from theory import Integers, Limit, Loop, Probability, claim, coordinate


class Flat(Loop):
    h: Probability()
    x = coordinate()
    initial = {"x": 1}

    def step(self, now):
        return {"x": now["x"] - self.h * now["x"] ** 3}


@claim
def true_bound(h=Probability(), t=Integers(0)):
    """At most 1/sqrt(1 + 2 h t)."""
    return Le(Flat(h).x(t), 1 / sqrt(1 + 2 * h * t))


@claim
def false_bound(h=Probability(), t=Integers(0)):
    """At most 1/sqrt(1 + 3 h t)."""
    return Le(Flat(h).x(t), 1 / sqrt(1 + 3 * h * t))


@claim
def true_limit(h=Probability(), t=Integers(0)):
    """It tends to 0."""
    return Limit(Flat(h).x(t), (t, oo), 0)


@claim
def false_limit(h=Probability(), t=Integers(0)):
    """It tends to 1 - h."""
    return Limit(Flat(h).x(t), (t, oo), 1 - h)


@claim
def true_speed(t=Integers(0)):
    """With h = 1/2, t x^2 tends to 1."""
    return Limit(t * Flat(Rational(1, 2)).x(t) ** 2, (t, oo), 1)


@claim
def false_speed(t=Integers(0)):
    """With h = 1/2, t x^2 tends to 2."""
    return Limit(t * Flat(Rational(1, 2)).x(t) ** 2, (t, oo), 2)
