"""Label smoothing, again and again: a student learns (1 - e) of its teacher's share and e of a fair coin."""

from sympy import Le, log

from theory import Integers, Loop, Probability, claim, coordinate, entr


class Smoothed(Loop):
    """The share of one of two labels."""

    e: Probability
    p0: Probability

    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        return {"p": (1 - self.e) * now["p"] + self.e / 2}


def lacking(p):
    """What is lacking to the entropy of a fair coin."""
    return log(2) - entr(p) - entr(1 - p)


@claim
def true_contraction(e=Probability(), p0=Probability(), t=Integers(0)):
    """The lacking entropy falls by (1 - e)^2 at least (the strong data-processing inequality)."""
    p = Smoothed(e, p0).p
    return Le(lacking(p(t + 1)), (1 - e) ** 2 * lacking(p(t)))


@claim
def false_contraction(e=Probability(), p0=Probability(), t=Integers(0)):
    """By (1 - e)^3."""
    p = Smoothed(e, p0).p
    return Le(lacking(p(t + 1)), (1 - e) ** 3 * lacking(p(t)))
