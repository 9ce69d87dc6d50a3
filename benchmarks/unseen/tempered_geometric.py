"""A geometric law of lengths, q^k (1 - q), is sampled at a temperature T < 1 and refitted, again and again."""

from sympy import oo

from theory import Integers, Limit, Loop, Probability, claim, coordinate


class Lengths(Loop):
    """At the temperature T the odds of one token more are q^(1/T)."""

    T: Probability
    q0: Probability

    q = coordinate()

    @property
    def initial(self):
        return {"q": self.q0}

    def step(self, now):
        return {"q": now["q"] ** (1 / self.T)}


def mean_length(loop, t):
    return loop.q(t) / (1 - loop.q(t))


@claim
def true_collapse(T=Probability(), q0=Probability(), t=Integers(0)):
    """In the end nothing is said."""
    return Limit(mean_length(Lengths(T, q0), t), (t, oo), 0)


@claim
def false_halved(T=Probability(), q0=Probability(), t=Integers(0)):
    """The mean length falls to T times what it was, no less."""
    loop = Lengths(T, q0)
    return mean_length(loop, t + 1) >= T * mean_length(loop, t)
