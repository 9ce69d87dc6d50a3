"""A median tracked by signs, of data around 0: x' = x - h sign(x - Z)."""

from sympy import Eq, Le, erfc, sign, sqrt

from theory import E, Integers, Loop, Noise, Normal, Probability, Var, claim, coordinate


class Signs(Loop):
    h: Probability()
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] - self.h * sign(now["x"] - Noise("Z", Normal(0, 1)))}


@claim
def true_centred(h=Probability(), t=Integers(0)):
    """The mean stays 0."""
    return Eq(E(Signs(h).x(t)), 0)


@claim
def true_second(h=Probability()):
    """After two steps the variance is 2 h^2 erfc(h/sqrt 2)."""
    return Eq(Var(Signs(h).x(2)), 2 * h**2 * erfc(h / sqrt(2)))


@claim
def false_second(h=Probability()):
    """After two steps the variance is 2 h^2."""
    return Eq(Var(Signs(h).x(2)), 2 * h**2)


@claim
def true_bound(h=Probability(), t=Integers(0)):
    """The variance is at most h^2 t."""
    return Le(Var(Signs(h).x(t)), h**2 * t)


@claim
def false_bound(h=Probability(), t=Integers(0)):
    """The variance is at most h^2."""
    return Le(Var(Signs(h).x(t)), h**2)
