"""How long until two verified samples follow on each other. Source: textbook, runs of successes."""

from sympy import Eq, Piecewise

from theory import Binomial, E, HittingTime, Loop, Noise, Probability, claim, coordinate


class Streak(Loop):
    """c: how many in a row were right."""

    p: Probability()
    c = coordinate()
    initial = {"c": 0}

    def step(self, now):
        return {"c": Piecewise((now["c"] + 1, Eq(Noise("B", Binomial(1, self.p)), 1)), (0, True))}


@claim
def true_wait(p=Probability()):
    """(1 + p)/p^2 generations in the mean."""
    c = Streak(p).c
    return Eq(E(HittingTime(lambda s: Eq(c(s), 2))), (1 + p) / p**2)


@claim
def false_wait(p=Probability()):
    """1/p^2 generations in the mean."""
    c = Streak(p).c
    return Eq(E(HittingTime(lambda s: Eq(c(s), 2))), 1 / p**2)
