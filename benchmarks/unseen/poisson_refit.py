"""A Poisson law refitted by the mean of n counts: it drifts, and dies. Source: textbook."""

from sympy import Eq, exp, oo

from theory import Integers, Limit, Loop, Noise, Poisson, Positive, Prob, Var, claim, coordinate


class PoissonLoop(Loop):
    n: Integers(1)
    rate0: Positive
    rate = coordinate(nonnegative=True)

    @property
    def initial(self):
        return {"rate": self.rate0}

    def step(self, now):
        return {"rate": Noise("S", Poisson(self.n * now["rate"])) / self.n}


@claim
def true_variance(n=Integers(1), rate=Positive(), t=Integers(0)):
    """The variance grows by rate/n a generation."""
    return Eq(Var(PoissonLoop(n, rate).rate(t)), rate * t / n)


@claim
def false_variance(n=Integers(1), rate=Positive(), t=Integers(0)):
    """By rate/(n + 1)."""
    return Eq(Var(PoissonLoop(n, rate).rate(t)), rate * t / (n + 1))


@claim
def true_dead(n=Integers(1), rate=Positive()):
    """Dead after two fits."""
    return Eq(Prob(Eq(PoissonLoop(n, rate).rate(2), 0)), exp(-n * rate * (1 - exp(-1))))


@claim
def false_dead(n=Integers(1), rate=Positive()):
    """Dead after two fits: as after one."""
    return Eq(Prob(Eq(PoissonLoop(n, rate).rate(2), 0)), exp(-n * rate))


@claim
def true_dies(t=Integers(0)):
    """It dies."""
    return Limit(Prob(Eq(PoissonLoop(1, 1).rate(t), 0)), (t, oo), 1)


@claim
def false_dies(t=Integers(0)):
    """It lives with probability 1/10."""
    return Limit(Prob(Eq(PoissonLoop(1, 1).rate(t), 0)), (t, oo), 9 / 10)
