"""Errors in a text: each is mended with probability c in a round, and new ones come in, lam on the average."""

from sympy import Eq, exp

from theory import Binomial, E, Integers, Loop, Noise, Poisson, Positive, Prob, Probability, Var, claim, coordinate


class Errors(Loop):
    """e' = Binomial(e, 1 - c) + Poisson(lam)."""

    c: Probability()
    lam: Positive
    e = coordinate()
    initial = {"e": 0}

    def step(self, now):
        kept = Noise("B", Binomial(now["e"], 1 - self.c))
        return {"e": kept + Noise("P", Poisson(self.lam))}


@claim
def true_mean(c=Probability(), lam=Positive(), t=Integers(0)):
    """The mean is lam (1 - (1 - c)^t)/c."""
    return Eq(E(Errors(c, lam).e(t)), lam * (1 - (1 - c) ** t) / c)


@claim
def true_variance(c=Probability(), lam=Positive(), t=Integers(0)):
    """The variance is the mean: the law stays Poisson."""
    return Eq(Var(Errors(c, lam).e(t)), lam * (1 - (1 - c) ** t) / c)


@claim
def false_variance(c=Probability(), lam=Positive(), t=Integers(0)):
    """The variance is lam (1 - (1 - c)^(2t))/(1 - (1 - c)^2)."""
    return Eq(Var(Errors(c, lam).e(t)), lam * (1 - (1 - c) ** (2 * t)) / (1 - (1 - c) ** 2))


@claim
def true_none(c=Probability(), lam=Positive(), t=Integers(0)):
    """There is none with probability exp(-mean)."""
    return Eq(Prob(Eq(Errors(c, lam).e(t), 0)), exp(-lam * (1 - (1 - c) ** t) / c))


@claim
def false_none(c=Probability(), lam=Positive(), t=Integers(0)):
    """There is none with probability exp(-lam t)."""
    return Eq(Prob(Eq(Errors(c, lam).e(t), 0)), exp(-lam * t))
