"""An exponential law refitted to n draws: third moments. Source: textbook, gamma laws."""

from sympy import Eq, oo

from theory import CentralMoment, ChiSquare, E, Integers, Limit, Loop, Noise, Positive, Prob, claim, coordinate


class ExponentialMean(Loop):
    n: Integers(1)
    mean = coordinate(positive=True)
    initial = {"mean": 1}

    def step(self, now):
        return {"mean": now["mean"] * Noise("Q", ChiSquare(2 * self.n)) / (2 * self.n)}


@claim
def true_third(n=Integers(1), t=Integers(0)):
    """The third central moment."""
    right = ((1 + 1 / n) * (1 + 2 / n)) ** t - 3 * (1 + 1 / n) ** t + 2
    return Eq(CentralMoment(ExponentialMean(n).mean(t), 3), right)


@claim
def false_third(n=Integers(1), t=Integers(0)):
    """With 1 for 2."""
    right = ((1 + 1 / n) * (1 + 2 / n)) ** t - 3 * (1 + 1 / n) ** t + 1
    return Eq(CentralMoment(ExponentialMean(n).mean(t), 3), right)


@claim
def true_grows(n=Integers(1), t=Integers(0)):
    """The second moment grows without end."""
    return Limit(E(ExponentialMean(n).mean(t) ** 2), (t, oo), oo)


@claim
def false_grows(n=Integers(1), t=Integers(0)):
    """The mean grows without end."""
    return Limit(E(ExponentialMean(n).mean(t)), (t, oo), oo)


@claim
def true_markov(n=Integers(1), t=Integers(0), a=Positive()):
    """It is above a with probability 1/a at most."""
    return Prob(ExponentialMean(n).mean(t) >= a) <= 1 / a


@claim
def false_markov(n=Integers(1), t=Integers(0), a=Positive()):
    """With probability 1/(2a) at most."""
    return Prob(ExponentialMean(n).mean(t) >= a) <= 1 / (2 * a)
