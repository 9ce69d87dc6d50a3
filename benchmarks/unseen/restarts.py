"""With probability r training starts again from the truth."""

from sympy import Eq, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Normal, Probability, Var, claim, coordinate


class Restarts(Loop):
    r: Probability()
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": (1 - Noise("B", Binomial(1, self.r))) * (now["x"] + Noise("Z", Normal(0, 1)))}


@claim
def true_variance(r=Probability(), t=Integers(0)):
    """The variance is (1 - r)(1 - (1 - r)^t)/r."""
    return Eq(Var(Restarts(r).x(t)), (1 - r) / r * (1 - (1 - r) ** t))


@claim
def false_variance(r=Probability(), t=Integers(0)):
    """The variance is (1 - (1 - r)^t)/r."""
    return Eq(Var(Restarts(r).x(t)), (1 - (1 - r) ** t) / r)


@claim
def true_fourth(r=Probability(), t=Integers(0)):
    """The fourth moment tends to 3 (1 - r)(2 - r)/r^2: heavier tails than a normal law."""
    return Limit(E(Restarts(r).x(t) ** 4), (t, oo), 3 * (1 - r) * (2 - r) / r**2)


@claim
def false_fourth(r=Probability(), t=Integers(0)):
    """The fourth moment tends to 3 (1 - r)^2/r^2."""
    return Limit(E(Restarts(r).x(t) ** 4), (t, oo), 3 * (1 - r) ** 2 / r**2)
