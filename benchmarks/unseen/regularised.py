"""Performative prediction of a mean mu + e x, with a ridge penalty lam x^2."""

from sympy import Eq, Symbol, oo, sqrt

from theory import ArgMin, E, Integers, Limit, Loop, Noise, Normal, Positive, Probability, Reals, Var, claim, coordinate


class Retrained(Loop):
    """x' = (mean of n outcomes)/(1 + lam)."""

    n: Integers(1)
    mu: Reals
    e: Probability()
    lam: Positive
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": (self.mu + self.e * now["x"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)) / (1 + self.lam)}


@claim
def true_stable(n=Integers(1), mu=Reals(), e=Probability(), lam=Positive(), t=Integers(0)):
    """The mean tends to mu/(1 + lam - e)."""
    return Limit(E(Retrained(n, mu, e, lam).x(t)), (t, oo), mu / (1 + lam - e))


@claim
def false_stable(n=Integers(1), mu=Reals(), e=Probability(), lam=Positive(), t=Integers(0)):
    """The mean tends to the performative optimum."""
    return Limit(E(Retrained(n, mu, e, lam).x(t)), (t, oo), (1 - e) * mu / ((1 - e) ** 2 + lam))


@claim
def true_variance(n=Integers(1), mu=Reals(), e=Probability(), lam=Positive(), t=Integers(0)):
    """The variance tends to 1/(n ((1 + lam)^2 - e^2))."""
    return Limit(Var(Retrained(n, mu, e, lam).x(t)), (t, oo), 1 / (n * ((1 + lam) ** 2 - e**2)))


@claim
def true_optimum(mu=Reals(), e=Probability(), lam=Positive()):
    """The performative optimum is (1 - e) mu/((1 - e)^2 + lam)."""
    x = Symbol("x", real=True)
    return Eq(ArgMin((mu - (1 - e) * x) ** 2 + lam * x**2, (x, -oo, oo)), (1 - e) * mu / ((1 - e) ** 2 + lam))


@claim
def false_optimum(mu=Positive(), e=Probability(), lam=Positive()):
    """The stable point is the optimum."""
    x = Symbol("x", real=True)
    return Eq(ArgMin((mu - (1 - e) * x) ** 2 + lam * x**2, (x, -oo, oo)), mu / (1 + lam - e))
