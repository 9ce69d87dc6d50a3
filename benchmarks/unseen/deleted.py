"""A pool loses the share d of its points in every round and gets g new ones, a share r of which is real."""

from sympy import Ge, oo

from theory import Integers, Limit, Loop, Positive, Probability, claim, coordinate


class Pool(Loop):
    d: Probability
    g: Positive
    r: Probability
    real = coordinate()
    size = coordinate()
    initial = {"real": 1, "size": 1}

    def step(self, now):
        keep = 1 - self.d
        return {"real": keep * now["real"] + self.r * self.g, "size": keep * now["size"] + self.g}


@claim
def true_share(d=Probability(), g=Positive(), r=Probability(), t=Integers(0)):
    """The share of real points tends to r."""
    pool = Pool(d, g, r)
    return Limit(pool.real(t) / pool.size(t), (t, oo), r)


@claim
def false_share(d=Probability(), g=Positive(), r=Probability(), t=Integers(0)):
    """The share of real points tends to r (1 - d)."""
    pool = Pool(d, g, r)
    return Limit(pool.real(t) / pool.size(t), (t, oo), r * (1 - d))


@claim
def true_never_below(d=Probability(), g=Positive(), r=Probability(), t=Integers(0)):
    """It is never below r."""
    pool = Pool(d, g, r)
    return Ge(pool.real(t) / pool.size(t), r)


@claim
def false_never_below(d=Probability(), g=Positive(), r=Probability(), t=Integers(0)):
    """It is never below r + (1 - d)^t (1 - r)."""
    pool = Pool(d, g, r)
    return Ge(pool.real(t) / pool.size(t), r + (1 - d) ** t * (1 - r))
