"""A variance that is an exponentially weighted mean of its own squared draws: v' = lam v + (1 - lam) v Z^2."""

from sympy import Eq, Ge, Le, log

from theory import E, Integers, Loop, Noise, Normal, Probability, claim, coordinate


class Weighted(Loop):
    lam: Probability()
    v = coordinate(positive=True)
    initial = {"v": 1}

    def step(self, now):
        return {"v": self.lam * now["v"] + (1 - self.lam) * now["v"] * Noise("Z", Normal(0, 1)) ** 2}


@claim
def true_square(lam=Probability(), t=Integers(0)):
    """The mean stays, and the mean square grows by 1 + 2 (1 - lam)^2."""
    return Eq(E(Weighted(lam).v(t) ** 2), (1 + 2 * (1 - lam) ** 2) ** t)


@claim
def false_square(lam=Probability(), t=Integers(0)):
    """By 1 + 3 (1 - lam)^2."""
    return Eq(E(Weighted(lam).v(t) ** 2), (1 + 3 * (1 - lam) ** 2) ** t)


@claim
def true_typical(lam=Probability(), t=Integers(0)):
    """The logarithm falls in the mean."""
    return Le(E(log(Weighted(lam).v(t))), 0)


@claim
def false_typical(lam=Probability(), t=Integers(0)):
    """By (1 - lam)^2 a generation at most."""
    return Ge(E(log(Weighted(lam).v(t))), -t * (1 - lam) ** 2)
