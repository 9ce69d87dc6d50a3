"""A first time whose hazard falls."""

from sympy import Eq, Ge, Rational, oo

from theory import CLOCK, Binomial, E, HittingTime, Integers, Loop, Noise, Prob, claim, coordinate


class Hazard(Loop):
    """A mode is lost in fit t with probability 1/(t + 1)^c."""

    c: Integers(1)
    alive = coordinate()
    initial = {"alive": 1}

    def step(self, now):
        return {"alive": now["alive"] * (1 - Noise("lost", Binomial(1, 1 / (CLOCK + 1) ** self.c)))}


@claim
def true_law(t=Integers(0)):
    """With 1/(t + 1) it is alive after t fits with probability 1/(t + 1)."""
    loop = Hazard(1)
    T = HittingTime(lambda s: loop.alive(s) <= 0)
    return Eq(Prob(t < T), 1 / (t + 1))


@claim
def false_law(t=Integers(0)):
    """With 1/(t + 1) it is alive after t fits with probability 2^-t."""
    loop = Hazard(1)
    T = HittingTime(lambda s: loop.alive(s) <= 0)
    return Eq(Prob(t < T), 2**-t)


@claim
def true_mean():
    """The mean of that time is infinite."""
    loop = Hazard(1)
    T = HittingTime(lambda s: loop.alive(s) <= 0)
    return Eq(E(T), oo)


@claim
def true_forever(t=Integers(0)):
    """With 1/(t + 1)^2 it is never lost with probability 1/2 at least."""
    return Ge(E(Hazard(2).alive(t)), (t + 2) / (2 * t + 2))


@claim
def false_forever(t=Integers(0)):
    """With 1/(t + 1)^2 it is kept with probability 3/5 at least."""
    return Ge(E(Hazard(2).alive(t)), Rational(3, 5))
