"""Counts of a coin that are discounted by g: the estimate is a quotient of discounted counts. Source: discounted bandits."""

from sympy import Eq, Ge, Le, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Probability, Var, claim, coordinate, observable


class Discounted(Loop):
    """s' = g s + X, n' = g n + 1."""

    g: Probability
    p: Probability
    s = coordinate()
    n = coordinate()
    share = observable(of=lambda loop, now: now["s"] / now["n"])
    initial = {"s": 0, "n": 0}

    def step(self, now):
        return {"s": self.g * now["s"] + Noise("X", Binomial(1, self.p)), "n": self.g * now["n"] + 1}


@claim
def true_mean(g=Probability(), p=Probability(), t=Integers(1)):
    """The estimate is unbiased."""
    return Eq(E(Discounted(g, p).share(t)), p)


@claim
def true_variance(g=Probability(), p=Probability(), t=Integers(1)):
    """Its variance is p (1 - p) (1 - g)(1 + g^t)/((1 + g)(1 - g^t))."""
    return Eq(Var(Discounted(g, p).share(t)), p * (1 - p) * (1 - g) * (1 + g**t) / ((1 + g) * (1 - g**t)))


@claim
def false_variance(g=Probability(), p=Probability(), t=Integers(1)):
    """It is p (1 - p)/n, n the discounted count."""
    return Eq(Var(Discounted(g, p).share(t)), p * (1 - p) * (1 - g) / (1 - g**t))


@claim
def true_floor(g=Probability(), p=Probability(), t=Integers(1)):
    """It never falls below p (1 - p)(1 - g)/(1 + g)."""
    return Ge(Var(Discounted(g, p).share(t)), p * (1 - p) * (1 - g) / (1 + g))


@claim
def true_limit(g=Probability(), p=Probability(), t=Integers(1)):
    """To which it tends."""
    return Limit(Var(Discounted(g, p).share(t)), (t, oo), p * (1 - p) * (1 - g) / (1 + g))


@claim
def false_limit(g=Probability(), p=Probability(), t=Integers(1)):
    """It tends to p (1 - p)(1 - g)."""
    return Limit(Var(Discounted(g, p).share(t)), (t, oo), p * (1 - p) * (1 - g))


@claim
def true_falls(g=Probability(), p=Probability(), t=Integers(1)):
    """It falls."""
    loop = Discounted(g, p)
    return Le(Var(loop.share(t + 1)), Var(loop.share(t)))


@claim
def false_falls(g=Probability(), p=Probability(), t=Integers(1)):
    """It falls by the factor g at least."""
    loop = Discounted(g, p)
    return Le(Var(loop.share(t + 1)), g * Var(loop.share(t)))
