"""Copies of copies: a synthetic article leads to a Poisson number of others, of mean m < 1; how many there are in all."""

from sympy import Eq, Symbol, oo

from theory import E, Integers, Limit, Loop, Noise, Poisson, Probability, Var, claim, coordinate

t = Symbol("t", integer=True, nonnegative=True)


class Copies(Loop):
    """alive: the articles of this generation, all: those so far."""

    m: Probability()

    alive = coordinate()
    all = coordinate()
    initial = {"alive": 1, "all": 1}

    def step(self, now):
        new = Noise("P", Poisson(self.m * now["alive"]))
        return {"alive": new, "all": now["all"] + new}


@claim
def true_mean(m=Probability(), t=Integers(0)):
    """The mean number of articles up to generation t."""
    return Eq(E(Copies(m).all(t)), (1 - m ** (t + 1)) / (1 - m))


@claim
def false_mean(m=Probability(), t=Integers(0)):
    """Without the last generation."""
    return Eq(E(Copies(m).all(t)), (1 - m**t) / (1 - m))


@claim
def true_borel(m=Probability()):
    """In the end the number is Borel: its variance."""
    return Limit(Var(Copies(m).all(t)), (t, oo), m / (1 - m) ** 3)


@claim
def false_borel(m=Probability()):
    """That of a geometric law with the same mean."""
    return Limit(Var(Copies(m).all(t)), (t, oo), m / (1 - m) ** 2)
