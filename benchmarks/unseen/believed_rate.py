"""A rate that is the mean of a posterior, updated by counts of its own: m' = (b m + Poisson(m))/(b + 1)."""

from sympy import Eq, oo, polygamma

from theory import CLOCK, Integers, Limit, Loop, Noise, Poisson, Positive, Var, claim, coordinate


class Believed(Loop):
    m0: Positive
    b: Positive
    m = coordinate(nonnegative=True)

    @property
    def initial(self):
        return {"m": self.m0}

    def step(self, now):
        seen = self.b + CLOCK - 1
        return {"m": (seen * now["m"] + Noise("N", Poisson(now["m"]))) / (seen + 1)}


@claim
def true_variance(m0=Positive(), b=Positive(), t=Integers(0)):
    """The variance is m0 (psi'(b + 1) - psi'(b + t + 1))."""
    return Eq(Var(Believed(m0, b).m(t)), m0 * (polygamma(1, b + 1) - polygamma(1, b + t + 1)))


@claim
def false_variance(m0=Positive(), b=Positive(), t=Integers(0)):
    """The variance is m0 (psi'(b) - psi'(b + t))."""
    return Eq(Var(Believed(m0, b).m(t)), m0 * (polygamma(1, b) - polygamma(1, b + t)))


@claim
def true_limit(m0=Positive(), b=Positive(), t=Integers(0)):
    """It tends to m0 psi'(b + 1)."""
    return Limit(Var(Believed(m0, b).m(t)), (t, oo), m0 * polygamma(1, b + 1))


@claim
def false_limit(m0=Positive(), b=Positive(), t=Integers(0)):
    """It tends to m0/b."""
    return Limit(Var(Believed(m0, b).m(t)), (t, oo), m0 / b)
