"""Polya's urn: one draw is added at a time."""

from sympy import Eq, oo

from theory import CLOCK, Binomial, Integers, Limit, Loop, Noise, Probability, Var, claim, coordinate


class Urn(Loop):
    """An urn of n0 balls, a share p of them white; a ball is drawn and put back with another one of its colour."""

    n0: Integers(1)
    p: Probability
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, now):
        return {"x": now["x"] + (Noise("B", Binomial(1, now["x"])) - now["x"]) / (self.n0 + CLOCK)}


@claim
def true_variance(n0=Integers(1), p=Probability(), t=Integers(0)):
    """The share of white balls has the variance p(1 - p) t/((n0 + 1)(n0 + t))."""
    return Eq(Var(Urn(n0, p).x(t)), p * (1 - p) * t / ((n0 + 1) * (n0 + t)))


@claim
def false_variance(n0=Integers(1), p=Probability(), t=Integers(0)):
    """The share of white balls has the variance p(1 - p) t/(n0 (n0 + t))."""
    return Eq(Var(Urn(n0, p).x(t)), p * (1 - p) * t / (n0 * (n0 + t)))


@claim
def true_limit(n0=Integers(1), p=Probability(), t=Integers(0)):
    """The variance tends to p(1 - p)/(n0 + 1)."""
    return Limit(Var(Urn(n0, p).x(t)), (t, oo), p * (1 - p) / (n0 + 1))


@claim
def false_limit(n0=Integers(1), p=Probability(), t=Integers(0)):
    """The more is accumulated, the smaller the variance: it vanishes."""
    return Limit(Var(Urn(n0, p).x(t)), (t, oo), 0)
