"""A rating that follows its expected score: x' = x + h (S(s) - S(x)), S the logistic function. Source: textbook, Elo."""

from sympy import Le, Lt, exp, oo

from theory import Integers, Limit, Loop, Positive, Reals, claim, coordinate


def score(x):
    return 1 / (1 + exp(-x))


class Elo(Loop):
    """x is the rating, s the strength."""

    s: Positive
    h: Positive
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] + self.h * (score(self.s) - score(now["x"]))}


@claim
def true_never_over(s=Positive(), h=Reals(0, 4), t=Integers(0)):
    """With steps up to 4 a rating from below stays below the strength."""
    return Le(Elo(s, h).x(t), s)


@claim
def false_never_over(s=Positive(), h=Reals(0, 16), t=Integers(0)):
    """With steps up to 16, too."""
    return Le(Elo(s, h).x(t), s)


@claim
def true_rises(s=Positive(), h=Reals(0, 4), t=Integers(0)):
    """It rises in every round."""
    loop = Elo(s, h)
    return Lt(loop.x(t), loop.x(t + 1))


@claim
def true_limit(s=Positive(), h=Reals(0, 4), t=Integers(0)):
    """It tends to the strength."""
    return Limit(Elo(s, h).x(t), (t, oo), s)


@claim
def false_limit(s=Positive(), h=Reals(0, 4), t=Integers(0)):
    """It tends to nine tenths of the strength."""
    return Limit(Elo(s, h).x(t), (t, oo), 9 * s / 10)
