"""Metropolis sampling of two states with the odds a < 1."""

from sympy import Eq, Piecewise

from theory import Binomial, Integers, Loop, Noise, Prob, Probability, claim, coordinate


class Metropolis(Loop):
    """From 0 to 1 is accepted with probability a, from 1 to 0 always."""

    a: Probability()
    x = coordinate()
    initial = {"x": 1}

    def step(self, now):
        return {"x": Piecewise((Noise("B", Binomial(1, self.a)), Eq(now["x"], 0)), (0, True))}


@claim
def true_law(a=Probability(), t=Integers(0)):
    """In state 1 with probability (a + (-a)^t)/(1 + a)."""
    return Eq(Prob(Eq(Metropolis(a).x(t), 1)), (a + (-a) ** t) / (1 + a))


@claim
def false_law(a=Probability(), t=Integers(0)):
    """In state 1 with probability (a + a^t)/(1 + a)."""
    return Eq(Prob(Eq(Metropolis(a).x(t), 1)), (a + a**t) / (1 + a))


@claim
def true_return(a=Probability()):
    """After two steps in state 1 with probability a."""
    return Eq(Prob(Eq(Metropolis(a).x(2), 1)), a)
