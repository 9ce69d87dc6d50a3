"""A queue in discrete time, and a model's buffer: reflected at 0. Source: textbook, Lindley's recursion."""

from sympy import Eq, Max, Rational, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Probability, Reals, claim, coordinate


class Waiting(Loop):
    """One more with probability p, else one less; never below 0."""

    p: Reals
    w = coordinate()
    initial = {"w": 0}

    def step(self, now):
        return {"w": Max(0, now["w"] + 2 * Noise("B", Binomial(1, self.p)) - 1)}


@claim
def true_bound(p=Reals(0, Rational(1, 2)), t=Integers(0)):
    """The mean stays below p/(1 - 2p)."""
    return E(Waiting(p).w(t)) <= p / (1 - 2 * p)


@claim
def false_bound(p=Reals(0, Rational(1, 2)), t=Integers(0)):
    """It stays below p/(1 - p)."""
    return E(Waiting(p).w(t)) <= p / (1 - p)


@claim
def true_second(p=Probability()):
    """Two steps on, the mean is 2 p^2 + p (1 - p)."""
    return Eq(E(Waiting(p).w(2)), 2 * p**2 + p * (1 - p))


@claim
def false_second(p=Probability()):
    """As if nothing were reflected after the first."""
    return Eq(E(Waiting(p).w(2)), 2 * p**2)


@claim
def true_limit(t=Integers(0)):
    """At p = 1/4 the mean tends to 1/2."""
    return Limit(E(Waiting(Rational(1, 4)).w(t)), (t, oo), Rational(1, 2))


@claim
def false_limit(t=Integers(0)):
    """At p = 1/4 the mean tends to 1/3."""
    return Limit(E(Waiting(Rational(1, 4)).w(t)), (t, oo), Rational(1, 3))
