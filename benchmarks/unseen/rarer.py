"""Real data that become rarer: a share 1/(t + 1) in fit t."""

from sympy import Eq, oo, sqrt

from theory import CLOCK, E, Integers, Limit, Loop, Noise, Normal, Reals, Var, claim, coordinate


class Rarer(Loop):
    """The error e' = (1 - 1/(t + 1)) e + Z/sqrt n."""

    n: Integers(1)
    e0: Reals
    e = coordinate()

    @property
    def initial(self):
        return {"e": self.e0}

    def step(self, now):
        return {"e": (1 - 1 / (CLOCK + 1)) * now["e"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)}


@claim
def true_bias(n=Integers(1), e0=Reals(), t=Integers(0)):
    """The bias falls like 1/(t + 1)."""
    return Eq(E(Rarer(n, e0).e(t)), e0 / (t + 1))


@claim
def true_variance(n=Integers(1), e0=Reals(), t=Integers(0)):
    """The variance grows: it is t (2t^2 + 9t + 13)/(6 n (t + 1)^2)."""
    return Eq(Var(Rarer(n, e0).e(t)), t * (2 * t**2 + 9 * t + 13) / (6 * n * (t + 1) ** 2))


@claim
def false_variance(n=Integers(1), e0=Reals(), t=Integers(0)):
    """The variance is t/(3 n)."""
    return Eq(Var(Rarer(n, e0).e(t)), t / (3 * n))


@claim
def true_rate(n=Integers(1), e0=Reals(), t=Integers(1)):
    """The variance over t tends to 1/(3 n)."""
    return Limit(Var(Rarer(n, e0).e(t)) / t, (t, oo), 1 / (3 * n))


@claim
def false_rate(n=Integers(1), e0=Reals(), t=Integers(1)):
    """The variance over t tends to 1/(2 n)."""
    return Limit(Var(Rarer(n, e0).e(t)) / t, (t, oo), 1 / (2 * n))
