"""The chance that a refitted coin has not collapsed onto one side."""

from sympy import And, Le

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
def true_left(n=Integers(2), p=Probability(), t=Integers(1)):
    """It is n p (1 - p) (1 - 1/n)^(t - 1) at most."""
    x = Coin(n, p).x(t)
    return Le(Prob(And(x > 0, x < 1)), n * p * (1 - p) * (1 - 1 / n) ** (t - 1))


@claim
def false_left(n=Integers(2), p=Probability(), t=Integers(1)):
    """It is p (1 - p) (1 - 1/n)^(t - 1) at most."""
    x = Coin(n, p).x(t)
    return Le(Prob(And(x > 0, x < 1)), p * (1 - p) * (1 - 1 / n) ** (t - 1))
