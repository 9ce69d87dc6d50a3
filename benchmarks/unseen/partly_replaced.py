"""Of N texts m are replaced in each round by copies of texts of the round before, drawn at random: the share of one kind."""

from sympy import Eq

from theory import Binomial, E, Integers, Loop, Noise, Probability, claim, coordinate


class Replaced(Loop):
    """Which ones are replaced is no matter of their kind: the others are as many of the kind as before, in proportion."""

    N: Integers(1)
    m: Integers(1)
    p: Probability

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, now):
        return {"x": (1 - self.m / self.N) * now["x"] + Noise("B", Binomial(self.m, now["x"])) / self.N}


@claim(where=lambda N, m: m <= N)
def true_diversity(N=Integers(1), m=Integers(1), p=Probability(), t=Integers(0)):
    """Diversity falls by 1 - m/N^2 in a round."""
    x = Replaced(N, m, p).x(t)
    return Eq(E(x * (1 - x)), p * (1 - p) * (1 - m / N**2) ** t)


@claim(where=lambda N, m: m <= N)
def false_diversity(N=Integers(1), m=Integers(1), p=Probability(), t=Integers(0)):
    """By 1 - 1/N, whatever m is."""
    x = Replaced(N, m, p).x(t)
    return Eq(E(x * (1 - x)), p * (1 - p) * (1 - 1 / N) ** t)
