"""A coin is refitted to n tosses, or, with probability q, to 2n."""

from sympy import Eq, Piecewise

from theory import Binomial, E, Integers, Loop, Noise, Probability, claim, coordinate


class Uneven(Loop):
    n: Integers(1)
    q: Probability()
    p: Probability()
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, now):
        size = Piecewise((2 * self.n, Eq(Noise("A", Binomial(1, self.q)), 1)), (self.n, True))
        return {"x": Noise("B", Binomial(size, now["x"])) / size}


@claim
def true_diversity(n=Integers(1), q=Probability(), p=Probability(), t=Integers(0)):
    """Diversity is multiplied by 1 - (1 - q/2)/n."""
    x = Uneven(n, q, p).x(t)
    return Eq(E(x * (1 - x)), p * (1 - p) * (1 - (1 - q / 2) / n) ** t)


@claim
def false_diversity(n=Integers(1), q=Probability(), p=Probability(), t=Integers(0)):
    """Diversity is multiplied by 1 - 1/(n (1 + q)), as with the average size."""
    x = Uneven(n, q, p).x(t)
    return Eq(E(x * (1 - x)), p * (1 - p) * (1 - 1 / (n * (1 + q))) ** t)
