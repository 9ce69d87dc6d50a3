"""The same number of draws a generation: kept, or thrown away."""

from sympy import Le, Lt, sqrt

from theory import CLOCK, E, Integers, Loop, Noise, Normal, claim, coordinate


class Replaced(Loop):
    n: Integers(1)
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)}


class Kept(Loop):
    """The mean of all draws so far; the first batch is real."""

    n: Integers(1)
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1)) / sqrt(self.n) / (CLOCK + 1)}


@claim
def true_better(n=Integers(1), t=Integers(1)):
    """Keeping them has the smaller error."""
    return Lt(E(Kept(n).x(t) ** 2), E(Replaced(n).x(t) ** 2))


@claim
def false_better(n=Integers(1), t=Integers(0)):
    """Keeping them has the smaller error, from the start."""
    return Lt(E(Kept(n).x(t) ** 2), E(Replaced(n).x(t) ** 2))


@claim
def true_bounded(n=Integers(1), t=Integers(0)):
    """Keeping them costs 2/(3n) at most."""
    return Le(E(Kept(n).x(t) ** 2), 2 / (3 * n))


@claim
def false_bounded(n=Integers(1), t=Integers(0)):
    """Keeping them costs 3/(5n) at most."""
    return Le(E(Kept(n).x(t) ** 2), 3 / (5 * n))
