"""A document that is in the pool once is copied a Poisson number of times in each round, once on the average."""

from sympy import Le, oo

from theory import Integers, Limit, Loop, Noise, Poisson, Prob, claim, coordinate


class Line(Loop):
    x = coordinate()
    initial = {"x": 1}

    def step(self, now):
        return {"x": Noise("K", Poisson(now["x"]))}


@claim
def false_alive(t=Integers(0)):
    """It is still there after t rounds with probability 1/(t + 1) at most."""
    return Le(Prob(Line().x(t) > 0), 1 / (t + 1))


@claim
def true_rate(t=Integers(1)):
    """t times the probability tends to 2."""
    return Limit(t * Prob(Line().x(t) > 0), (t, oo), 2)


@claim
def false_rate(t=Integers(1)):
    """t times the probability tends to 1."""
    return Limit(t * Prob(Line().x(t) > 0), (t, oo), 1)
