"""Heron's iteration: each generation is averaged with what it should be. Source: textbook."""

from sympy import Eq, oo, sqrt

from theory import Integers, Limit, Loop, Positive, claim, coordinate


class Heron(Loop):
    a: Positive
    x = coordinate(positive=True)

    @property
    def initial(self):
        return {"x": self.a + 1}

    def step(self, now):
        return {"x": (now["x"] + self.a / now["x"]) / 2}


@claim
def true_limit(a=Positive(), t=Integers(0)):
    """It tends to the root."""
    return Limit(Heron(a).x(t), (t, oo), sqrt(a))


@claim
def false_limit(a=Positive(), t=Integers(0)):
    """It tends to the root of a + 1/100."""
    return Limit(Heron(a).x(t), (t, oo), sqrt(a + 0.01))


@claim
def true_above(a=Positive(), t=Integers(0)):
    """From above."""
    return Heron(a).x(t) >= sqrt(a)


@claim
def true_falling(a=Positive(), t=Integers(0)):
    """It falls."""
    x = Heron(a).x
    return x(t + 1) <= x(t)


@claim
def false_falling(a=Positive(), t=Integers(0)):
    """It falls by half at least."""
    x = Heron(a).x
    return x(t + 1) <= x(t) / 2


@claim
def true_form(a=Positive(), t=Integers(0)):
    """The quotient of x - sqrt(a) and x + sqrt(a) is squared in every step."""
    x, r = Heron(a).x, sqrt(a)
    return Eq((x(t + 1) - r) / (x(t + 1) + r), ((x(t) - r) / (x(t) + r)) ** 2)
