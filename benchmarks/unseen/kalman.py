"""Kalman's variance: a fit to a point that drifts."""

from sympy import Le, oo, sqrt

from theory import Integers, Limit, Loop, Positive, claim, coordinate


class Kalman(Loop):
    """p' = p/(1 + p) + q."""

    q: Positive
    p0: Positive
    p = coordinate(positive=True)

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        return {"p": now["p"] / (1 + now["p"]) + self.q}


@claim
def true_limit(q=Positive(), p0=Positive(), t=Integers(0)):
    """The variance tends to (q + sqrt(q^2 + 4 q))/2."""
    return Limit(Kalman(q, p0).p(t), (t, oo), (q + sqrt(q**2 + 4 * q)) / 2)


@claim
def false_limit(q=Positive(), p0=Positive(), t=Integers(0)):
    """The variance tends to sqrt(q)."""
    return Limit(Kalman(q, p0).p(t), (t, oo), sqrt(q))


@claim
def true_bound(q=Positive(), p0=Positive(), t=Integers(1)):
    """It never exceeds 1 + q after the first fit."""
    return Le(Kalman(q, p0).p(t), 1 + q)


@claim
def false_bound(q=Positive(), p0=Positive(), t=Integers(1)):
    """It never exceeds 1 after the first fit."""
    return Le(Kalman(q, p0).p(t), 1)
