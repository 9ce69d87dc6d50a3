"""A Bayesian takes draws N(m, 1) around its own posterior mean for data: the prior is worth k points."""

from sympy import Le, Rational, oo, polygamma

from theory import CLOCK, Integers, Limit, Loop, Noise, Normal, Var, claim, coordinate


class Believer(Loop):
    """m' = m + Z/(k + i) after the i-th own datum."""

    k: Integers(1)
    m = coordinate()
    initial = {"m": 0}

    def step(self, now):
        return {"m": now["m"] + Noise("Z", Normal(0, 1)) / (self.k + CLOCK)}


@claim
def true_bounded(k=Integers(1), t=Integers(0)):
    """What it comes to believe has at most the variance 1/k - 1/(k + t)."""
    return Le(Var(Believer(k).m(t)), 1 / k - 1 / (k + t))


@claim
def false_bounded(k=Integers(1), t=Integers(0)):
    """It has at most the variance 9/10 (1/k - 1/(k + t))."""
    return Le(Var(Believer(k).m(t)), Rational(9, 10) * (1 / k - 1 / (k + t)))


@claim
def true_forever(k=Integers(1), t=Integers(0)):
    """In the end it is the trigamma function of k + 1."""
    return Limit(Var(Believer(k).m(t)), (t, oo), polygamma(1, k + 1))


@claim
def false_forever(k=Integers(1), t=Integers(0)):
    """In the end it is the trigamma function of k."""
    return Limit(Var(Believer(k).m(t)), (t, oo), polygamma(1, k))
