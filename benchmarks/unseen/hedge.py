"""Two arms with exponential weights: the share of the better one has the odds exp(eta d t). Source: textbook, Hedge."""

from sympy import Eq, Le, Sum, Symbol, exp, log

from theory import Integers, Loop, Positive, claim, coordinate

s = Symbol("s", integer=True, nonnegative=True)


class Hedge(Loop):
    """x is the share of the better arm, g what its odds are multiplied by."""

    g: Positive
    x = coordinate()
    initial = {"x": 1 / 2}

    def step(self, now):
        x = now["x"]
        return {"x": self.g * x / (self.g * x + 1 - x)}


@claim
def true_share(eta=Positive(), t=Integers(0)):
    """The share is 1/(1 + exp(-eta t))."""
    return Eq(Hedge(exp(eta)).x(t), 1 / (1 + exp(-eta * t)))


@claim
def false_share(eta=Positive(), t=Integers(0)):
    """The share is 1/(1 + exp(-eta (t + 1)))."""
    return Eq(Hedge(exp(eta)).x(t), 1 / (1 + exp(-eta * (t + 1))))


@claim
def true_regret(eta=Positive(), T=Integers(1)):
    """The regret of T rounds is at most log(2)/eta + 1/2."""
    return Le(Sum(1 - Hedge(exp(eta)).x(s), (s, 0, T - 1)), log(2) / eta + 1 / 2)


@claim
def false_regret(eta=Positive(), T=Integers(1)):
    """At most log(2)/eta + 1/4."""
    return Le(Sum(1 - Hedge(exp(eta)).x(s), (s, 0, T - 1)), log(2) / eta + 1 / 4)
