"""Federated learning with one client a round: three clients with optima b1, b2, b3, steps of size h."""

from sympy import Eq, Piecewise, Rational, Symbol, oo

from theory import CentralMoment, Finite, Integers, Limit, Loop, Noise, Reals, Var, claim, coordinate

t = Symbol("t", integer=True, nonnegative=True)


class OneClient(Loop):
    """The weight moves by h towards the optimum of one client, chosen at random; it starts at their mean."""

    h: Reals(0, 1)
    b1: Reals
    b2: Reals
    b3: Reals

    x = coordinate()

    @property
    def initial(self):
        return {"x": (self.b1 + self.b2 + self.b3) / 3}

    def step(self, now):
        client = Noise("C", Finite((Rational(1, 3),) * 3))
        best = Piecewise((self.b1, Eq(client, 0)), (self.b2, Eq(client, 1)), (self.b3, True))
        return {"x": now["x"] + self.h * (best - now["x"])}


@claim
def true_variance(h=Reals(0, 1), b1=Reals(), b2=Reals(), b3=Reals(), t=Integers(0)):
    """The noise of choosing clients: h/(2 - h) of their variance in the end."""
    mean = (b1 + b2 + b3) / 3
    between = ((b1 - mean) ** 2 + (b2 - mean) ** 2 + (b3 - mean) ** 2) / 3
    return Eq(Var(OneClient(h, b1, b2, b3).x(t)), h / (2 - h) * (1 - (1 - h) ** (2 * t)) * between)


@claim
def false_variance(h=Reals(0, 1), b1=Reals(), b2=Reals(), b3=Reals(), t=Integers(0)):
    """The variance of a sample of three."""
    mean = (b1 + b2 + b3) / 3
    between = ((b1 - mean) ** 2 + (b2 - mean) ** 2 + (b3 - mean) ** 2) / 2
    return Eq(Var(OneClient(h, b1, b2, b3).x(t)), h / (2 - h) * (1 - (1 - h) ** (2 * t)) * between)


@claim
def true_third(h=Reals(0, 1), b1=Reals(), b2=Reals(), b3=Reals()):
    """The third central moment in the end."""
    mean = (b1 + b2 + b3) / 3
    third = ((b1 - mean) ** 3 + (b2 - mean) ** 3 + (b3 - mean) ** 3) / 3
    return Limit(CentralMoment(OneClient(h, b1, b2, b3).x(t), 3), (t, oo), h**3 * third / (1 - (1 - h) ** 3))


@claim
def false_third(h=Reals(0, 1), b1=Reals(), b2=Reals(), b3=Reals()):
    """With the denominator of the variance."""
    mean = (b1 + b2 + b3) / 3
    third = ((b1 - mean) ** 3 + (b2 - mean) ** 3 + (b3 - mean) ** 3) / 3
    return Limit(CentralMoment(OneClient(h, b1, b2, b3).x(t), 3), (t, oo), h**3 * third / (1 - (1 - h) ** 2))
