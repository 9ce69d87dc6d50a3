"""The Brier score, on a fresh real toss, of a coin that is refitted to n tosses of the model before."""

from sympy import Eq

from theory import Binomial, E, Integers, Loop, Noise, Probability, claim, coordinate


class Coin(Loop):
    n: Integers(1)
    p: Probability()

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, now):
        return {"x": Noise("B", Binomial(self.n, now["x"])) / self.n}


def score(n, p, t):
    return E((Noise("Real", Binomial(1, p)) - Coin(n, p).x(t)) ** 2)


@claim
def true_score(n=Integers(1), p=Probability(), t=Integers(1)):
    """It is p (1 - p)(2 - (1 - 1/n)^t): twice the best one in the end."""
    return Eq(score(n, p, t), p * (1 - p) * (2 - (1 - 1 / n) ** t))


@claim
def false_score(n=Integers(1), p=Probability(), t=Integers(1)):
    """The first model is exact: p (1 - p)(2 - (1 - 1/n)^(t - 1))."""
    return Eq(score(n, p, t), p * (1 - p) * (2 - (1 - 1 / n) ** (t - 1)))
