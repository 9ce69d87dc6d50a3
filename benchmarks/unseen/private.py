"""Every generation adds Laplace noise of scale b to the fitted mean, for privacy; and a part of real data beside it."""

from sympy import Eq, Lt, oo, sqrt

from theory import (
    Cumulant,
    Integers,
    Laplace,
    Limit,
    Loop,
    Noise,
    Normal,
    Positive,
    Probability,
    Var,
    claim,
    coordinate,
)


class Private(Loop):
    """m' = r m + Z/sqrt n + L: r is the share of synthetic data."""

    n: Integers(1)
    r: Probability(closed=True)
    b: Positive
    m = coordinate()
    initial = {"m": 0}

    def step(self, now):
        return {"m": self.r * now["m"] + Noise("Z", Normal(0, 1)) / sqrt(self.n) + Noise("L", Laplace(0, self.b))}


@claim
def true_fourth(n=Integers(1), b=Positive(), t=Integers(0)):
    """Without real data the fourth cumulant is 12 b^4 t."""
    return Eq(Cumulant(Private(n, 1, b).m(t), 4), 12 * b**4 * t)


@claim
def false_fourth(n=Integers(1), b=Positive(), t=Integers(0)):
    """It is 24 b^4 t."""
    return Eq(Cumulant(Private(n, 1, b).m(t), 4), 24 * b**4 * t)


@claim
def true_end(n=Integers(1), r=Probability(), b=Positive(), t=Integers(0)):
    """With real data the excess kurtosis tends to 12 b^4/(1/n + 2 b^2)^2 (1 - r^2)/(1 + r^2)."""
    m = Private(n, r, b).m(t)
    k = 12 * b**4 / (1 / n + 2 * b**2) ** 2 * (1 - r**2) / (1 + r**2)
    return Limit(Cumulant(m, 4) / Var(m) ** 2, (t, oo), k)


@claim
def false_end(n=Integers(1), r=Probability(), b=Positive(), t=Integers(0)):
    """It tends to 12 b^4/(1/n + 2 b^2)^2 (1 - r^2)."""
    m = Private(n, r, b).m(t)
    return Limit(Cumulant(m, 4) / Var(m) ** 2, (t, oo), 12 * b**4 / (1 / n + 2 * b**2) ** 2 * (1 - r**2))


@claim
def true_below(n=Integers(1), r=Probability(), b=Positive(), t=Integers(0)):
    """The variance stays below (1/n + 2 b^2)/(1 - r^2)."""
    return Lt(Var(Private(n, r, b).m(t)), (1 / n + 2 * b**2) / (1 - r**2))


@claim
def false_below(n=Integers(1), r=Probability(), b=Positive(), t=Integers(0)):
    """The variance stays below (1/n + 2 b^2)/(1 - r)/2."""
    return Lt(Var(Private(n, r, b).m(t)), (1 / n + 2 * b**2) / (1 - r) / 2)
