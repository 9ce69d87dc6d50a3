"""Weights are dropped with probability 1 - p in each fit, and the others scaled up."""

from sympy import Eq

from theory import Binomial, E, Integers, Loop, Noise, Prob, Probability, Var, claim, coordinate


class Dropout(Loop):
    """w' = w B/p."""

    p: Probability()
    w = coordinate()
    initial = {"w": 1}

    def step(self, now):
        return {"w": now["w"] * Noise("B", Binomial(1, self.p)) / self.p}


@claim
def true_mean(p=Probability(), t=Integers(0)):
    """The mean stays."""
    return Eq(E(Dropout(p).w(t)), 1)


@claim
def true_variance(p=Probability(), t=Integers(0)):
    """The variance is p^-t - 1."""
    return Eq(Var(Dropout(p).w(t)), p**-t - 1)


@claim
def false_variance(p=Probability(), t=Integers(0)):
    """The variance is t (1 - p)/p."""
    return Eq(Var(Dropout(p).w(t)), t * (1 - p) / p)


@claim
def true_alive(p=Probability(), t=Integers(0)):
    """The weight is alive with probability p^t."""
    return Eq(Prob(Dropout(p).w(t) > 0), p**t)


@claim
def false_alive(p=Probability(), t=Integers(0)):
    """The weight is alive with at least probability 1 - t p."""
    return Prob(Dropout(p).w(t) > 0) >= 1 - t * p
