"""Predicted variance of a random walk with steps of variance q, observed with noise of variance 1."""

from sympy import Eq, Symbol, oo, sqrt

from theory import Integers, Limit, Loop, Positive, Reals, claim, coordinate


class Riccati(Loop):
    """Predicted variance of a random walk with steps of variance q, observed with noise of variance 1."""

    q: Reals
    p0: Positive

    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, state):
        return {"p": state["p"] / (state["p"] + 1) + self.q}


@claim(source="Kalman 1960; the scalar steady state, textbook")
def true_steady_state(q=Positive(), p0=Positive()):
    """The predicted variance tends to (q + sqrt(q^2 + 4 q))/2, from any start.

    p (p + 1) = p + q (p + 1), so p^2 - q p - q = 0; the map is increasing and concave. q = 1/2: 1.
    """
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Riccati(q, p0).p(t), (t, oo), (q + sqrt(q**2 + 4 * q)) / 2)


@claim(source="the same, the updated variance in its place")
def false_steady_state(q=Positive(), p0=Positive()):
    """It tends to (sqrt(q^2 + 4 q) - q)/2. (False: that is the variance after the observation; q = 1/2: 1/2.)"""
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Riccati(q, p0).p(t), (t, oo), (sqrt(q**2 + 4 * q) - q) / 2)


@claim(source="textbook: no process noise")
def true_static(p0=Positive(), t=Integers(0)):
    """Of a constant the variance after t observations is p0/(1 + t p0).

    1/p grows by 1 an observation.
    """
    return Eq(Riccati(0, p0).p(t), p0 / (1 + t * p0))


@claim(source="the same, the prior counted as a further observation")
def false_static(p0=Positive(), t=Integers(1)):
    """It is 1/(1 + t). (False for every p0 but 1.)"""
    return Eq(Riccati(0, p0).p(t), 1 / (1 + t))
