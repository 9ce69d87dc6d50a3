"""Sharpening: the model's own probabilities are squared and normalised."""

from sympy import Eq, Rational, log, oo

from theory import Integers, Limit, Loop, Probability, Reals, claim, coordinate


class Sharpened(Loop):
    """p' = p^2/(p^2 + (1 - p)^2)."""

    p0: Probability
    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        p = now["p"]
        return {"p": p**2 / (p**2 + (1 - p) ** 2)}


@claim
def true_odds(p0=Probability(), t=Integers(0)):
    """The logarithm of the odds doubles every round."""
    p = Sharpened(p0).p
    return Eq(log(p(t + 1) / (1 - p(t + 1))), 2 * log(p(t) / (1 - p(t))))


@claim
def true_form(p0=Probability(), t=Integers(0, 12)):
    """p = p0^(2^t)/(p0^(2^t) + (1 - p0)^(2^t))."""
    return Eq(Sharpened(p0).p(t), p0 ** (2**t) / (p0 ** (2**t) + (1 - p0) ** (2**t)))


@claim
def false_form(p0=Probability(), t=Integers(0, 12)):
    """p = p0^(t + 1)/(p0^(t + 1) + (1 - p0)^(t + 1))."""
    return Eq(Sharpened(p0).p(t), p0 ** (t + 1) / (p0 ** (t + 1) + (1 - p0) ** (t + 1)))


@claim
def true_wins(p0=Reals(Rational(1, 2), 1), t=Integers(0)):
    """The majority wins."""
    return Limit(Sharpened(p0).p(t), (t, oo), 1)


@claim
def false_wins(p0=Probability(), t=Integers(0)):
    """The first one wins."""
    return Limit(Sharpened(p0).p(t), (t, oo), 1)
