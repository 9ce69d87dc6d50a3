"""Fisher's fundamental theorem: answers of weights w and 1 are copied in proportion to them; x is the share of the former."""

from sympy import Eq

from theory import Integers, Loop, Positive, Probability, claim, coordinate


class Copied(Loop):
    w: Positive
    x0: Probability

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.x0}

    def step(self, now):
        return {"x": self.w * now["x"] / (1 + (self.w - 1) * now["x"])}


def mean_weight(w, x):
    return 1 + (w - 1) * x


@claim
def true_growth(w=Positive(), x0=Probability(), t=Integers(0)):
    """The mean weight grows by the variance of the weights over their mean."""
    x = Copied(w, x0).x
    variance = (w - 1) ** 2 * x(t) * (1 - x(t))
    return Eq(mean_weight(w, x(t + 1)) - mean_weight(w, x(t)), variance / mean_weight(w, x(t)))


@claim
def false_growth(w=Positive(), x0=Probability(), t=Integers(0)):
    """By the variance, as in continuous time."""
    x = Copied(w, x0).x
    variance = (w - 1) ** 2 * x(t) * (1 - x(t))
    return Eq(mean_weight(w, x(t + 1)) - mean_weight(w, x(t)), variance)
