"""Labels of K classes, given again by a labeller who errs with probability e."""

from sympy import Eq, Piecewise

from theory import Binomial, Integers, Loop, Noise, Prob, Probability, claim, coordinate


class Relabelled(Loop):
    """p: the probability that the label is right; an error goes to any of the other K - 1 classes."""

    K: Integers(2)
    e: Probability()
    p = coordinate()
    initial = {"p": 1}

    def step(self, now):
        return {"p": now["p"] * (1 - self.e) + (1 - now["p"]) * self.e / (self.K - 1)}


class Coin(Loop):
    """Two classes: x is 1 where the label is right, and is flipped with probability e."""

    e: Probability()
    x = coordinate()
    initial = {"x": 1}

    def step(self, now):
        flip = Noise("F", Binomial(1, self.e))
        return {"x": Piecewise((1 - now["x"], Eq(flip, 1)), (now["x"], True))}


@claim
def true_accuracy(K=Integers(2), e=Probability(), t=Integers(0)):
    """The accuracy is 1/K + (1 - 1/K)(1 - e K/(K - 1))^t."""
    return Eq(Relabelled(K, e).p(t), 1 / K + (1 - 1 / K) * (1 - e * K / (K - 1)) ** t)


@claim
def false_accuracy(K=Integers(2), e=Probability(), t=Integers(0)):
    """The accuracy is 1/K + (1 - 1/K)(1 - e)^t."""
    return Eq(Relabelled(K, e).p(t), 1 / K + (1 - 1 / K) * (1 - e) ** t)


@claim
def true_two(e=Probability(), t=Integers(0)):
    """Of two classes the label is right with probability (1 + (1 - 2e)^t)/2."""
    return Eq(Prob(Eq(Coin(e).x(t), 1)), (1 + (1 - 2 * e) ** t) / 2)


@claim
def false_two(e=Probability(), t=Integers(0)):
    """Of two classes the label is right with probability at least 1/2."""
    return Prob(Eq(Coin(e).x(t), 1)) >= 1 / 2
