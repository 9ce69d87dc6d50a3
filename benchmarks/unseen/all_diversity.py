"""Diversity, summed over all generations of a refitted coin."""

from sympy import Eq, Sum, Symbol, oo

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
def true_total(n=Integers(1), p=Probability()):
    """It is n p (1 - p)."""
    loop, t = Coin(n, p), Symbol("t", integer=True, nonnegative=True)
    return Eq(Sum(E(loop.x(t) * (1 - loop.x(t))), (t, 0, oo)), n * p * (1 - p))


@claim
def false_total(n=Integers(1), p=Probability()):
    """It is (n - 1) p (1 - p)."""
    loop, t = Coin(n, p), Symbol("t", integer=True, nonnegative=True)
    return Eq(Sum(E(loop.x(t) * (1 - loop.x(t))), (t, 0, oo)), (n - 1) * p * (1 - p))
