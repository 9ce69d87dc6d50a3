"""The vocabulary of a Pitman-Yor process: how many different words there are after t draws from itself."""

from sympy import Eq, gamma, oo

from theory import CLOCK, Binomial, E, Integers, Limit, Loop, Noise, Positive, Probability, claim, coordinate


class Vocabulary(Loop):
    """K words so far: the next one is new with probability (c + d K)/(c + number of draws so far)."""

    c: Positive
    d: Probability()

    K = coordinate()
    initial = {"K": 0}

    def step(self, now):
        return {"K": now["K"] + Noise("B", Binomial(1, (self.c + self.d * now["K"]) / (self.c + CLOCK - 1)))}


@claim
def true_words(c=Positive(), d=Probability(), t=Integers(0)):
    """The expected number of words (Pitman)."""
    growth = gamma(c + 1) * gamma(c + d + t) / (gamma(c + d) * gamma(c + t))
    return Eq(E(Vocabulary(c, d).K(t)), growth / d - c / d)


@claim
def false_words(c=Positive(), d=Probability(), t=Integers(0)):
    """With an index shifted."""
    growth = gamma(c + 1) * gamma(c + d + t + 1) / (gamma(c + d) * gamma(c + t + 1))
    return Eq(E(Vocabulary(c, d).K(t)), growth / d - c / d)


@claim
def true_growth(c=Positive(), d=Probability(), t=Integers(0)):
    """The power law of the vocabulary, like t^d."""
    return Limit(E(Vocabulary(c, d).K(t)) / t**d, (t, oo), gamma(c + 1) / (d * gamma(c + d)))


@claim
def false_growth(c=Positive(), d=Probability(), t=Integers(0)):
    """Without the 1/d."""
    return Limit(E(Vocabulary(c, d).K(t)) / t**d, (t, oo), gamma(c + 1) / gamma(c + d))
