"""An exponential law refitted by n times the smallest of n draws. Source: textbook."""

from sympy import Eq, EulerGamma, Rational, exp, log, pi

from theory import E, Exponential, Integers, Loop, Noise, Prob, Var, claim, coordinate


class SmallestLoop(Loop):
    scale = coordinate(positive=True)
    initial = {"scale": 1}

    def step(self, now):
        return {"scale": now["scale"] * Noise("X", Exponential(1))}


@claim
def true_drift(t=Integers(0)):
    """The logarithm falls by Euler's constant."""
    return Eq(E(log(SmallestLoop().scale(t))), -EulerGamma * t)


@claim
def false_drift(t=Integers(0)):
    """By 0.58."""
    return Eq(E(log(SmallestLoop().scale(t))), -Rational(58, 100) * t)


@claim
def true_spread(t=Integers(0)):
    """Its variance grows by pi^2/6."""
    return Eq(Var(log(SmallestLoop().scale(t))), pi**2 / 6 * t)


@claim
def false_spread(t=Integers(0)):
    """By pi^2/3."""
    return Eq(Var(log(SmallestLoop().scale(t))), pi**2 / 3 * t)


@claim
def true_collapse():
    """Above 1 after one fit with probability exp(-1)."""
    return Eq(Prob(SmallestLoop().scale(1) > 1), exp(-1))


@claim
def true_more(t=Integers(1)):
    """To be above 1 is never more probable than after the first fit."""
    return Prob(SmallestLoop().scale(t) > 1) <= exp(-1)
