"""Disparity amplification (Hashimoto et al. 2018): users of two groups stay at the rates r1 and r2, and b new ones come."""

from sympy import oo

from theory import Integers, Limit, Loop, Positive, Probability, claim, coordinate


class Users(Loop):
    r1: Probability
    r2: Probability
    b: Positive

    first = coordinate()
    second = coordinate()

    @property
    def initial(self):
        return {"first": self.b, "second": self.b}

    def step(self, now):
        return {"first": self.r1 * now["first"] + self.b, "second": self.r2 * now["second"] + self.b}


def share(r1, r2, b, t):
    loop = Users(r1, r2, b)
    return loop.first(t) / (loop.first(t) + loop.second(t))


@claim
def true_share(r1=Probability(), r2=Probability(), b=Positive(), t=Integers(0)):
    """The share of the first group tends to (1 - r2)/(2 - r1 - r2)."""
    return Limit(share(r1, r2, b, t), (t, oo), (1 - r2) / (2 - r1 - r2))


@claim
def false_share(r1=Probability(), r2=Probability(), b=Positive(), t=Integers(0)):
    """To r1/(r1 + r2)."""
    return Limit(share(r1, r2, b, t), (t, oo), r1 / (r1 + r2))
