"""Replicator dynamics of two types in discrete time."""

from sympy import Eq, oo

from theory import Integers, Limit, Loop, Positive, Probability, claim, coordinate


class Replicator(Loop):
    """x' = x w/(x w + 1 - x)."""

    w: Positive
    x0: Probability
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.x0}

    def step(self, now):
        x = now["x"]
        return {"x": x * self.w / (x * self.w + 1 - x)}


@claim
def true_share(w=Positive(), x0=Probability(), t=Integers(0)):
    """The odds grow by w a round."""
    return Eq(Replicator(w, x0).x(t), x0 * w**t / (x0 * w**t + 1 - x0))


@claim
def true_fisher(w=Positive(), x0=Probability(), t=Integers(0)):
    """Fisher's theorem: mean fitness grows by its variance over its mean."""
    x = Replicator(w, x0).x
    mean = lambda s: x(s) * w + 1 - x(s)
    return Eq(mean(t + 1) - mean(t), x(t) * (1 - x(t)) * (w - 1) ** 2 / mean(t))


@claim
def false_fisher(w=Positive(), x0=Probability(), t=Integers(0)):
    """Mean fitness grows by its variance."""
    x = Replicator(w, x0).x
    mean = lambda s: x(s) * w + 1 - x(s)
    return Eq(mean(t + 1) - mean(t), x(t) * (1 - x(t)) * (w - 1) ** 2)


@claim(where=lambda w: w > 1)
def true_wins(w=Positive(), x0=Probability(), t=Integers(0)):
    """The fitter type wins."""
    return Limit(Replicator(w, x0).x(t), (t, oo), 1)


@claim
def false_wins(w=Positive(), x0=Probability(), t=Integers(0)):
    """The first type wins, whatever w is."""
    return Limit(Replicator(w, x0).x(t), (t, oo), 1)
