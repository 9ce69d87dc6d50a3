"""A pool of training texts, of which the share r is thrown away in each generation for new ones: how old are they?"""

from sympy import Eq, oo

from theory import Integers, Limit, Loop, Probability, claim, coordinate


class Pool(Loop):
    """The mean age in generations; all are new at first."""

    r: Probability

    age = coordinate()
    initial = {"age": 0}

    def step(self, now):
        return {"age": (1 - self.r) * (now["age"] + 1)}


@claim
def true_age(r=Probability(), t=Integers(0)):
    """(1 - r)/r times 1 - (1 - r)^t."""
    return Eq(Pool(r).age(t), (1 - r) / r * (1 - (1 - r) ** t))


@claim
def false_age(r=Probability(), t=Integers(0)):
    """It tends to 1/r, the mean time that a text stays."""
    return Limit(Pool(r).age(t), (t, oo), 1 / r)
