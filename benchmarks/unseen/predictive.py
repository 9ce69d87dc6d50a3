"""Data are drawn one by one from the predictive law that n data left, and added to them."""

from sympy import Eq, oo, sqrt

from theory import CLOCK, E, Integers, Limit, Loop, Noise, Normal, Var, claim, coordinate


class Predictive(Loop):
    """mu: the mean of n real data and of those drawn since, of variance 1."""

    n: Integers(1)
    mu = coordinate()
    initial = {"mu": 0}

    def step(self, now):
        size = self.n + CLOCK
        return {"mu": now["mu"] + Noise("Z", Normal(0, 1)) * sqrt(1 + 1 / (size - 1)) / size}


@claim
def true_variance(n=Integers(1), t=Integers(0)):
    """The variance is 1/n - 1/(n + t)."""
    return Eq(Var(Predictive(n).mu(t)), 1 / n - 1 / (n + t))


@claim
def false_variance(n=Integers(1), t=Integers(0)):
    """The variance is t/n^2."""
    return Eq(Var(Predictive(n).mu(t)), t / n**2)


@claim
def true_posterior(n=Integers(1), t=Integers(0)):
    """In the end it is the variance 1/n of the posterior law."""
    return Limit(Var(Predictive(n).mu(t)), (t, oo), 1 / n)


@claim
def false_fourth(n=Integers(1), t=Integers(1)):
    """The fourth moment is twice the squared variance."""
    return Eq(E(Predictive(n).mu(t) ** 4), 2 * (1 / n - 1 / (n + t)) ** 2)


@claim
def true_fourth(n=Integers(1), t=Integers(1)):
    """The fourth moment is three times the squared variance: the law is normal."""
    return Eq(E(Predictive(n).mu(t) ** 4), 3 * (1 / n - 1 / (n + t)) ** 2)
