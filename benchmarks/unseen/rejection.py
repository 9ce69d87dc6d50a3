"""Rejection: bad points pass with probability e."""

from sympy import Eq, Le, Product, Sum, Symbol

from theory import Integers, Loop, Probability, claim, coordinate


class Filter(Loop):
    """good points always pass, bad ones with probability e; the model becomes what has passed."""

    e: Probability
    x0: Probability
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.x0}

    def step(self, now):
        x = now["x"]
        return {"x": x / (x + (1 - x) * self.e)}


s = Symbol("s", integer=True, nonnegative=True)


@claim
def true_survivors(e=Probability(), x0=Probability(), t=Integers(0)):
    """All t rounds together let pass x0 + (1 - x0) e^t of the first data."""
    x = Filter(e, x0).x
    return Eq(Product(x(s) + (1 - x(s)) * e, (s, 0, t - 1)), x0 + (1 - x0) * e**t)


@claim
def false_survivors(e=Probability(), x0=Probability(), t=Integers(0)):
    """All t rounds together let pass (x0 + (1 - x0) e)^t of the first data."""
    x = Filter(e, x0).x
    return Eq(Product(x(s) + (1 - x(s)) * e, (s, 0, t - 1)), (x0 + (1 - x0) * e) ** t)


@claim
def true_cost(e=Probability(), x0=Probability(), t=Integers(1)):
    """The cost, draws per kept point summed over rounds, is at most t + (1 - x0)/x0."""
    x = Filter(e, x0).x
    return Le(Sum(1 / (x(s) + (1 - x(s)) * e), (s, 0, t - 1)), t + (1 - x0) / x0)


@claim
def false_cost(e=Probability(), x0=Probability(), t=Integers(1)):
    """The cost is at most t + (1 - x0)/(2 x0)."""
    x = Filter(e, x0).x
    return Le(Sum(1 / (x(s) + (1 - x(s)) * e), (s, 0, t - 1)), t + (1 - x0) / (2 * x0))
