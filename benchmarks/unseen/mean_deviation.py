"""How far a refitted coin is from the truth, in the mean."""

from sympy import Abs, Le, sqrt

from theory import Binomial, E, Integers, Loop, Noise, Probability, claim, coordinate


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
def true_deviation(n=Integers(1), p=Probability(), t=Integers(0)):
    """E|x - p| is sqrt(p (1 - p) (1 - (1 - 1/n)^t)) at most."""
    return Le(E(Abs(Coin(n, p).x(t) - p)), sqrt(p * (1 - p) * (1 - (1 - 1 / n) ** t)))


@claim
def false_deviation(n=Integers(1), p=Probability(), t=Integers(0)):
    """E|x - p| is half of that at most."""
    return Le(E(Abs(Coin(n, p).x(t) - p)), sqrt(p * (1 - p) * (1 - (1 - 1 / n) ** t)) / 2)
