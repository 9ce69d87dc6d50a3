"""The mean of all that was ever drawn: data accumulate. Source: Gerstgrasser et al. 2404.01413, a Gaussian mean."""

from sympy import Eq, Rational, Sum, Symbol, oo, pi, sqrt

from theory import CLOCK, Integers, Limit, Loop, Noise, Normal, Var, claim, coordinate

k = Symbol("k", integer=True, positive=True)


class Pooled(Loop):
    """Fit number k adds n draws to the (k - 1) n of before."""

    n: Integers(1)
    mu = coordinate()
    initial = {"mu": 0}

    def step(self, now):
        return {"mu": now["mu"] + Noise("Z", Normal(0, 1)) / sqrt(self.n) / CLOCK}


@claim
def true_sum(n=Integers(1), t=Integers(0)):
    """The variance is a sum of 1/k^2."""
    return Eq(Var(Pooled(n).mu(t)), Sum(1 / k**2, (k, 1, t)) / n)


@claim
def false_sum(n=Integers(1), t=Integers(0)):
    """One term more."""
    return Eq(Var(Pooled(n).mu(t)), Sum(1 / k**2, (k, 1, t + 1)) / n)


@claim
def true_limit(n=Integers(1), t=Integers(0)):
    """It tends to pi^2/6/n."""
    return Limit(Var(Pooled(n).mu(t)), (t, oo), pi**2 / 6 / n)


@claim
def false_limit(n=Integers(1), t=Integers(0)):
    """It tends to 1.66/n."""
    return Limit(Var(Pooled(n).mu(t)), (t, oo), Rational(166, 100) / n)


@claim
def true_bound(n=Integers(1), t=Integers(0)):
    """It is at most (2 - 1/t)/n from the first on, and so below 2/n."""
    return Var(Pooled(n).mu(t)) < 2 / n


@claim
def false_bound(n=Integers(1), t=Integers(0)):
    """Below 8/(5n)."""
    return Var(Pooled(n).mu(t)) < Rational(8, 5) / n
