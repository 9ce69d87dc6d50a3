"""Imitation of a model: once off its path, which happens with probability e a step, it costs 1 a step (Ross and Bagnell 2010)."""

from sympy import Le

from theory import Integers, Loop, Probability, claim, coordinate


class Imitation(Loop):
    """off: the probability of being off; cost: what was lost so far, in the mean."""

    e: Probability()

    off = coordinate()
    cost = coordinate()
    initial = {"off": 0, "cost": 0}

    def step(self, now):
        off = now["off"] + self.e * (1 - now["off"])
        return {"off": off, "cost": now["cost"] + off}


@claim
def true_cost(e=Probability(), t=Integers(0)):
    """At most e t (t + 1)/2 is lost in t steps."""
    return Le(Imitation(e).cost(t), e * t * (t + 1) / 2)


@claim
def false_cost(e=Probability(), t=Integers(0)):
    """At most e t^2/2."""
    return Le(Imitation(e).cost(t), e * t**2 / 2)
