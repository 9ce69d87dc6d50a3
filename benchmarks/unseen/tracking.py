"""Exponential smoothing of a truth that drifts."""

from sympy import Eq, Symbol, oo, sqrt

from theory import ArgMin, E, Integers, Limit, Loop, Noise, Normal, Positive, Probability, claim, coordinate


class Tracking(Loop):
    """The truth moves by a draw of variance q; the estimate goes the share g towards a measurement of variance 1."""

    g: Probability
    q: Positive
    truth = coordinate()
    estimate = coordinate()
    initial = {"truth": 0, "estimate": 0}

    def step(self, now):
        truth = now["truth"] + sqrt(self.q) * Noise("W", Normal(0, 1))
        seen = truth + Noise("Z", Normal(0, 1))
        return {"truth": truth, "estimate": now["estimate"] + self.g * (seen - now["estimate"])}


def floor(g, q):
    return ((1 - g) ** 2 * q + g**2) / (g * (2 - g))


@claim
def true_error(g=Probability(), q=Positive(), t=Integers(0)):
    """The squared error tends to ((1 - g)^2 q + g^2)/(g (2 - g))."""
    loop = Tracking(g, q)
    return Limit(E((loop.estimate(t) - loop.truth(t)) ** 2), (t, oo), floor(g, q))


@claim
def false_error(g=Probability(), q=Positive(), t=Integers(0)):
    """The squared error tends to (q + g^2)/(g (2 - g))."""
    loop = Tracking(g, q)
    return Limit(E((loop.estimate(t) - loop.truth(t)) ** 2), (t, oo), (q + g**2) / (g * (2 - g)))


@claim
def true_gain(q=Positive()):
    """The best gain is (sqrt(q^2 + 4 q) - q)/2."""
    g = Symbol("g", positive=True)
    return Eq(ArgMin(floor(g, q), (g, 0, 1)), (sqrt(q**2 + 4 * q) - q) / 2)


@claim
def false_gain(q=Positive()):
    """The best gain is sqrt(q)/(1 + sqrt(q))."""
    g = Symbol("g", positive=True)
    return Eq(ArgMin(floor(g, q), (g, 0, 1)), sqrt(q) / (1 + sqrt(q)))
