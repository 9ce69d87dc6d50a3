"""A coin refitted to samples that double: n 2^k tosses in fit k."""

from sympy import Eq, Product, Symbol

from theory import CLOCK, Binomial, Integers, Loop, Noise, Probability, Var, claim, coordinate

k = Symbol("k", integer=True)


class Doubling(Loop):
    n: Integers(1)
    p0: Probability
    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        size = self.n * 2**CLOCK
        return {"p": Noise("S", Binomial(size, now["p"])) / size}


@claim
def true_variance(n=Integers(1), p=Probability(), t=Integers(0)):
    """The variance is p (1 - p)(1 - prod(1 - 1/(n 2^k)))."""
    return Eq(Var(Doubling(n, p).p(t)), p * (1 - p) * (1 - Product(1 - 1 / (n * 2**k), (k, 1, t))))


@claim
def false_variance(n=Integers(1), p=Probability(), t=Integers(0)):
    """One fit earlier."""
    return Eq(Var(Doubling(n, p).p(t)), p * (1 - p) * (1 - Product(1 - 1 / (n * 2**k), (k, 0, t - 1))))
