"""A rectified flow with two Euler steps is refitted to its own points: sigma' = sigma^2/(1 + sigma^2)."""

from sympy import Le, Rational, oo

from theory import Integers, Limit, Loop, Positive, claim, coordinate


class Reflow(Loop):
    s0: Positive
    s = coordinate(positive=True)

    @property
    def initial(self):
        return {"s": self.s0}

    def step(self, now):
        return {"s": now["s"] ** 2 / (1 + now["s"] ** 2)}


@claim
def true_halved(s0=Positive(), t=Integers(0)):
    """The deviation is at least halved in every generation."""
    return Le(Reflow(s0).s(t), s0 / 2**t)


@claim
def false_halved(s0=Positive(), t=Integers(0)):
    """The deviation falls by 0.45 at least in every generation."""
    return Le(Reflow(s0).s(t), s0 * Rational(9, 20) ** t)


@claim
def true_collapse(s0=Positive(), t=Integers(0)):
    """It tends to 0."""
    return Limit(Reflow(s0).s(t), (t, oo), 0)
