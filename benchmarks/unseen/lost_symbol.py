"""The chance that a symbol has been lost."""

from sympy import Eq, Ge, Le

from theory import Binomial, Integers, Loop, Noise, Prob, Probability, claim, coordinate


class Coin(Loop):
    """A share, refitted to n draws from itself."""

    n: Integers(1)
    p: Probability()
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, now):
        return {"x": Noise("B", Binomial(self.n, now["x"])) / self.n}


@claim
def true_most(n=Integers(1), p=Probability(), t=Integers(0)):
    """It is 1 - p at most."""
    return Le(Prob(Eq(Coin(n, p).x(t), 0)), 1 - p)


@claim
def false_most(n=Integers(1), p=Probability(), t=Integers(0)):
    """It is (1 - p)^2 at most."""
    return Le(Prob(Eq(Coin(n, p).x(t), 0)), (1 - p) ** 2)


@claim
def true_rises(n=Integers(1), p=Probability(), t=Integers(0)):
    """It never falls."""
    loop = Coin(n, p)
    return Ge(Prob(Eq(loop.x(t + 1), 0)), Prob(Eq(loop.x(t), 0)))


@claim
def false_rises(n=Integers(1), p=Probability(), t=Integers(0)):
    """It grows by 1/n^3 of what is left to lose at least."""
    loop = Coin(n, p)
    return Ge(Prob(Eq(loop.x(t + 1), 0)), Prob(Eq(loop.x(t), 0)) + (1 - Prob(Eq(loop.x(t), 0))) / n**3)
