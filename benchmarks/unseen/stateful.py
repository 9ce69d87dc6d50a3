"""Performative prediction with a population that remembers."""

from sympy import Eq, oo

from theory import E, Integers, Limit, Loop, Noise, Normal, Positive, Probability, Reals, Var, claim, coordinate


class Stateful(Loop):
    """The population's mean m goes the share d of the way to b + eps theta; theta is fitted to it."""

    b: Reals
    eps: Probability()
    d: Probability()
    s: Positive
    m = coordinate()
    theta = coordinate()
    initial = {"m": 0, "theta": 0}

    def step(self, now):
        m = (1 - self.d) * now["m"] + self.d * (self.b + self.eps * now["theta"])
        return {"m": m, "theta": m + self.s * Noise("Z", Normal(0, 1))}


@claim
def true_mean(b=Reals(), eps=Probability(), d=Probability(), s=Positive(), t=Integers(0)):
    """The mean approaches b/(1 - eps) at the rate 1 - d (1 - eps)."""
    return Eq(E(Stateful(b, eps, d, s).theta(t)), b / (1 - eps) * (1 - (1 - d * (1 - eps)) ** t))


@claim
def false_mean(b=Reals(), eps=Probability(), d=Probability(), s=Positive(), t=Integers(0)):
    """The mean approaches b/(1 - eps) at the rate 1 - d eps."""
    return Eq(E(Stateful(b, eps, d, s).theta(t)), b / (1 - eps) * (1 - (1 - d * eps) ** t))


@claim
def true_limit(b=Reals(), eps=Probability(), d=Probability(), s=Positive(), t=Integers(0)):
    """The population's variance tends to d^2 eps^2 s^2/(1 - (1 - d (1 - eps))^2)."""
    return Limit(Var(Stateful(b, eps, d, s).m(t)), (t, oo), (d * eps * s) ** 2 / (1 - (1 - d * (1 - eps)) ** 2))


@claim
def false_limit(b=Reals(), eps=Probability(), d=Probability(), s=Positive(), t=Integers(0)):
    """The population's variance tends to d eps^2 s^2/(1 - (1 - d (1 - eps))^2)."""
    return Limit(Var(Stateful(b, eps, d, s).m(t)), (t, oo), d * (eps * s) ** 2 / (1 - (1 - d * (1 - eps)) ** 2))
