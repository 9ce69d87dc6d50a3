"""A uniform law on (0, theta) refitted by the largest of n draws: it shrinks. Source: textbook, order statistics."""

from sympy import Eq, log

from theory import E, Integers, Loop, Noise, Prob, Probability, Uniform, claim, coordinate


class LargestLoop(Loop):
    n: Integers(1)
    theta = coordinate(positive=True)
    initial = {"theta": 1}

    def step(self, now):
        return {"theta": now["theta"] * Noise("U", Uniform(0, 1)) ** (1 / self.n)}


@claim
def true_mean(n=Integers(1), t=Integers(0)):
    """(n/(n + 1))^t."""
    return Eq(E(LargestLoop(n).theta(t)), (n / (n + 1)) ** t)


@claim
def false_mean(n=Integers(1), t=Integers(0)):
    """(1 - 1/n)^t, nearly."""
    return Eq(E(LargestLoop(n).theta(t)), ((n + 1) / (n + 2)) ** t)


@claim
def true_log(n=Integers(1), t=Integers(0)):
    """The logarithm falls by 1/n."""
    return Eq(E(log(LargestLoop(n).theta(t))), -t / n)


@claim
def true_law(n=Integers(1), a=Probability()):
    """The law after two fits."""
    return Eq(Prob(LargestLoop(n).theta(2) <= a), a**n * (1 - n * log(a)))


@claim
def false_law(n=Integers(1), a=Probability()):
    """With no n before the logarithm."""
    return Eq(Prob(LargestLoop(n).theta(2) <= a), a**n * (1 - log(a)))
