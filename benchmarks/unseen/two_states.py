"""A model that is good or bad, and changes by chance. Source: textbook, the chain of two states."""

from sympy import Eq, Piecewise

from theory import Binomial, Cov, E, HittingTime, Integers, Loop, Noise, Probability, Var, claim, coordinate


class Switching(Loop):
    """Bad (0) becomes good with probability a, good (1) bad with probability b."""

    a: Probability()
    b: Probability()
    s = coordinate()
    initial = {"s": 0}

    def step(self, now):
        good = Noise("A", Binomial(1, self.a))
        bad = Noise("B", Binomial(1, self.b))
        return {"s": Piecewise((good, Eq(now["s"], 0)), (1 - bad, True))}


@claim
def true_share(a=Probability(), b=Probability(), t=Integers(0)):
    """a/(a + b) (1 - (1 - a - b)^t)."""
    return Eq(E(Switching(a, b).s(t)), a / (a + b) * (1 - (1 - a - b) ** t))


@claim
def false_share(a=Probability(), b=Probability(), t=Integers(0)):
    """b/(a + b) (1 - (1 - a - b)^t)."""
    return Eq(E(Switching(a, b).s(t)), b / (a + b) * (1 - (1 - a - b) ** t))


@claim
def true_wait(a=Probability(), b=Probability()):
    """It takes 1/a generations to become good."""
    loop = Switching(a, b)
    return Eq(E(HittingTime(lambda t: Eq(loop.s(t), 1))), 1 / a)


@claim
def false_wait(a=Probability(), b=Probability()):
    """It takes 1/a - 1."""
    loop = Switching(a, b)
    return Eq(E(HittingTime(lambda t: Eq(loop.s(t), 1))), 1 / a - 1)


@claim
def true_memory(a=Probability(), b=Probability(), t=Integers(0)):
    """The covariance with the generation after is (1 - a - b) times the variance."""
    s = Switching(a, b).s
    return Eq(Cov(s(t), s(t + 1)), (1 - a - b) * Var(s(t)))


@claim
def false_memory(a=Probability(), b=Probability(), t=Integers(0)):
    """1 - a times."""
    s = Switching(a, b).s
    return Eq(Cov(s(t), s(t + 1)), (1 - a) * Var(s(t)))
