"""Data accumulate, and each batch is twice the one before."""

from sympy import Eq, Rational, sqrt

from theory import CLOCK, E, Integers, Loop, Noise, Normal, Var, claim, coordinate


class Doubled(Loop):
    """The mean of N(mu, 1) drifts by a fit to n 2^k draws in fit number k."""

    n: Integers(1)
    mu = coordinate()
    initial = {"mu": 0}

    def step(self, now):
        return {"mu": now["mu"] + Noise("Z", Normal(0, 1)) / sqrt(self.n * 2**CLOCK)}


@claim
def true_variance(n=Integers(1), t=Integers(0)):
    """The variance is (1 - 2^-t)/n."""
    return Eq(Var(Doubled(n).mu(t)), (1 - Rational(1, 2) ** t) / n)


@claim
def true_bound(n=Integers(1), t=Integers(0)):
    """The error stays below 1/n."""
    return E(Doubled(n).mu(t) ** 2) < 1 / n


@claim
def false_bound(n=Integers(1), t=Integers(0)):
    """The error stays below 9/(10 n)."""
    return E(Doubled(n).mu(t) ** 2) < Rational(9, 10) / n
