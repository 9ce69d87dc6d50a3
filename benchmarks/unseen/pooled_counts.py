"""Accumulation of categorical data: a pool that grows by n draws from its own share."""

from sympy import Eq, Product, Symbol, oo, pi, sin, sqrt

from theory import CLOCK, Binomial, E, Integers, Limit, Loop, Noise, Probability, claim, coordinate

k = Symbol("k", integer=True, positive=True)


class Pool(Loop):
    """n draws from the pool are added to it; it began with n points."""

    n: Integers(1)
    p: Probability
    y = coordinate()

    @property
    def initial(self):
        return {"y": self.p}

    def step(self, now):
        drawn = Noise("X", Binomial(self.n, now["y"])) / self.n
        return {"y": now["y"] + (drawn - now["y"]) / (CLOCK + 1)}


@claim
def true_diversity(n=Integers(1), p=Probability(), t=Integers(0)):
    """Diversity is multiplied by 1 - 1/(n (k + 1)^2) in fit k."""
    y = Pool(n, p).y(t)
    return Eq(E(y * (1 - y)), p * (1 - p) * Product(1 - 1 / (n * (k + 1) ** 2), (k, 1, t)))


@claim
def false_diversity(n=Integers(1), p=Probability(), t=Integers(0)):
    """Diversity is multiplied by 1 - 1/(n k^2) in fit k."""
    y = Pool(n, p).y(t)
    return Eq(E(y * (1 - y)), p * (1 - p) * Product(1 - 1 / (n * k**2), (k, 1, t)))


@claim
def true_limit(n=Integers(2), p=Probability(), t=Integers(0)):
    """A share n/(n - 1) sin(pi/sqrt n)/(pi/sqrt n) of it is kept for ever."""
    y = Pool(n, p).y(t)
    a = pi / sqrt(n)
    return Limit(E(y * (1 - y)), (t, oo), p * (1 - p) * n / (n - 1) * sin(a) / a)


@claim
def false_limit(n=Integers(2), p=Probability(), t=Integers(0)):
    """A share sin(pi/sqrt n)/(pi/sqrt n) of it is kept for ever."""
    y = Pool(n, p).y(t)
    a = pi / sqrt(n)
    return Limit(E(y * (1 - y)), (t, oo), p * (1 - p) * sin(a) / a)
