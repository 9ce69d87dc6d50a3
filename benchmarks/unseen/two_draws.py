"""The entropy of a coin that is fitted to two of its own tosses, or to n of them."""

from sympy import Eq, Integer, Lt, log

from theory import Binomial, E, Integers, Loop, Noise, Points, Probability, claim, coordinate, entr


class Coin(Loop):
    """p' = Binomial(n, p)/n."""

    n: Integers(1)
    p0: Probability
    p = coordinate(nonnegative=True)

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        return {"p": Noise("heads", Binomial(self.n, now["p"])) / self.n}


def entropy(p):
    return entr(p) + entr(1 - p)


@claim
def true_halved(p0=Probability(), t=Integers(1)):
    """Of two tosses: 2 p (1 - p) log 2 after the first fit, and half of it with every further one."""
    return Eq(E(entropy(Coin(2, p0).p(t))), 2 * p0 * (1 - p0) * log(2) / 2 ** (t - 1))


@claim
def false_halved(p0=Probability(), t=Integers(1)):
    """Of two tosses: half of the entropy with every fit."""
    return Eq(E(entropy(Coin(2, p0).p(t))), entropy(p0) / 2**t)


@claim
def true_lost(n=Points(2, 3, 5, 10), p0=Probability()):
    """The first of n tosses loses entropy."""
    return Lt(E(entropy(Coin(n, p0).p(1))), entropy(p0))


@claim
def false_lost(n=Points(2, 3, 5, 10), p0=Probability()):
    """The first fit to n tosses keeps at least the share 1 - 1/n of the entropy."""
    return Lt((1 - 1 / Integer(n)) * entropy(p0), E(entropy(Coin(n, p0).p(1))))
