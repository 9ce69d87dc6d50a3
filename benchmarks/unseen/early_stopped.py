"""A weight is trained from 0 by k gradient steps of rate eta on n labels of the model before; the truth is 1."""

from sympy import Ge, oo, sqrt

from theory import E, Integers, Limit, Loop, Noise, Normal, Probability, Var, claim, coordinate


class Stopped(Loop):
    """A weight is trained from 0 by k gradient steps of rate eta on n labels of the model before; the truth is 1."""

    n: Integers(1)
    k: Integers(1)
    eta: Probability()

    w = coordinate()
    initial = {"w": 1}

    def step(self, state):
        target = state["w"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)
        return {"w": (1 - (1 - self.eta) ** self.k) * target}


@claim(source="folklore: early stopping as shrinkage, over generations")
def true_bias(n=Integers(1), k=Integers(1), eta=Probability(), t=Integers(0)):
    """Early stopping loses at most t (1 - eta)^k in t generations: log(t/delta) steps are enough.

    E w_t = (1 - (1-eta)^k)^t >= 1 - t (1-eta)^k, Bernoulli's inequality.
    """
    return Ge(E(Stopped(n, k, eta).w(t)), 1 - t * (1 - eta) ** k)


@claim(source="the same with a step more")
def false_bias(n=Integers(1), k=Integers(1), eta=Probability(), t=Integers(0)):
    """At most t (1 - eta)^(k + 1). (False at t = 1: it is (1 - eta)^k.)"""
    return Ge(E(Stopped(n, k, eta).w(t)), 1 - t * (1 - eta) ** (k + 1))


@claim(source="corollary: the variance that early stopping leaves")
def true_variance(n=Integers(1), k=Integers(1), eta=Probability(), t=Integers(0)):
    """The variance settles at (1 - r)^2/(n r (2 - r)), r = (1 - eta)^k.

    w' = q (w + Z/sqrt n), q = 1 - r: q^2/(1 - q^2)/n and 1 - q^2 = r(2 - r). k = 1, eta = 1/2: 1/(3n).
    """
    r = (1 - eta) ** k
    return Limit(Var(Stopped(n, k, eta).w(t)), (t, oo), (1 - r) ** 2 / (n * r * (2 - r)))


@claim(source="the same, the newest noise not shrunk")
def false_variance(n=Integers(1), k=Integers(1), eta=Probability(), t=Integers(0)):
    """It settles at 1/(n r (2 - r)). (False: k = 1, eta = 1/2: 4/(3n), not 1/(3n).)"""
    r = (1 - eta) ** k
    return Limit(Var(Stopped(n, k, eta).w(t)), (t, oo), 1 / (n * r * (2 - r)))
