"""Q-learning takes the larger of two noisy estimates for the best value: it overestimates (Thrun and Schwartz 1993)."""

from sympy import Eq, Max, pi, sqrt

from theory import E, Integers, Loop, Noise, Normal, Positive, Probability, claim, coordinate


class Overestimated(Loop):
    """Nothing is ever paid; both actions are worth q, seen with noise s; the discount is g."""

    g: Probability
    s: Positive

    q = coordinate()
    initial = {"q": 0}

    def step(self, now):
        first = now["q"] + self.s * Noise("X", Normal(0, 1))
        second = now["q"] + self.s * Noise("Y", Normal(0, 1))
        return {"q": self.g * Max(first, second)}


@claim
def true_bias(g=Probability(), s=Positive(), t=Integers(0)):
    """The mean value is s g (1 - g^t)/((1 - g) sqrt(pi))."""
    return Eq(E(Overestimated(g, s).q(t)), s * g * (1 - g**t) / ((1 - g) * sqrt(pi)))


@claim
def false_bias(g=Probability(), s=Positive(), t=Integers(0)):
    """With sqrt(2 pi)."""
    return Eq(E(Overestimated(g, s).q(t)), s * g * (1 - g**t) / ((1 - g) * sqrt(2 * pi)))
