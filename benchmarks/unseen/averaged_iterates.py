"""Averages of a constant-step stochastic gradient, as Polyak and Ruppert have them."""

from sympy import Eq, oo

from theory import Integers, Limit, Loop, Noise, Normal, Probability, Var, claim, coordinate


class Averaged(Loop):
    """x' = x - h (x - Z), and the sum of all of them."""

    h: Probability
    x = coordinate()
    total = coordinate()
    initial = {"x": 0, "total": 0}

    def step(self, now):
        x = now["x"] - self.h * (now["x"] - Noise("Z", Normal(0, 1)))
        return {"x": x, "total": now["total"] + x}


@claim
def true_variance(h=Probability(), t=Integers(0)):
    """The variance of the sum is t - 2 r (1 - r^t)/(1 - r) + r^2 (1 - r^(2 t))/(1 - r^2), r = 1 - h."""
    r = 1 - h
    found = t - 2 * r * (1 - r**t) / (1 - r) + r**2 * (1 - r ** (2 * t)) / (1 - r**2)
    return Eq(Var(Averaged(h).total(t)), found)


@claim
def false_variance(h=Probability(), t=Integers(0)):
    """The variance of the sum is t - 2 r (1 - r^t)/(1 - r) + r^2 (1 - r^t)/(1 - r^2), r = 1 - h."""
    r = 1 - h
    found = t - 2 * r * (1 - r**t) / (1 - r) + r**2 * (1 - r**t) / (1 - r**2)
    return Eq(Var(Averaged(h).total(t)), found)


@claim
def true_best(h=Probability(), t=Integers(1)):
    """The average is as good as the mean of the data in the limit: t times its variance tends to 1."""
    return Limit(Var(Averaged(h).total(t) / t) * t, (t, oo), 1)


@claim
def false_best(h=Probability(), t=Integers(1)):
    """t times its variance tends to h/(2 - h)."""
    return Limit(Var(Averaged(h).total(t) / t) * t, (t, oo), h / (2 - h))
