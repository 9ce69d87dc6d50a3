"""Federated: in every round one of two clients, whose optima are c and -c, pulls the model to the share h."""

from sympy import Rational, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Positive, Probability, claim, coordinate


class Clients(Loop):
    h: Probability
    c: Positive
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        side = 2 * Noise("B", Binomial(1, Rational(1, 2))) - 1
        return {"x": (1 - self.h) * now["x"] + self.h * self.c * side}


@claim
def true_error(h=Probability(), c=Positive(), t=Integers(0)):
    """The mean square error tends to c^2 h/(2 - h)."""
    return Limit(E(Clients(h, c).x(t) ** 2), (t, oo), c**2 * h / (2 - h))


@claim
def false_error(h=Probability(), c=Positive(), t=Integers(0)):
    """The mean square error tends to c^2 h/2."""
    return Limit(E(Clients(h, c).x(t) ** 2), (t, oo), c**2 * h / 2)


@claim
def true_uniform(c=Positive(), t=Integers(0)):
    """With h = 1/2 the law in the end is uniform: the fourth moment tends to c^4/5."""
    return Limit(E(Clients(Rational(1, 2), c).x(t) ** 4), (t, oo), c**4 / 5)


@claim
def false_uniform(c=Positive(), t=Integers(0)):
    """The fourth moment tends to c^4/6."""
    return Limit(E(Clients(Rational(1, 2), c).x(t) ** 4), (t, oo), c**4 / 6)
