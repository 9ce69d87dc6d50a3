"""Robbins and Monro: steps c/t."""

from sympy import Eq, Rational, oo

from theory import CLOCK, Integers, Limit, Loop, Noise, Normal, Points, Reals, Var, claim, coordinate


class RobbinsMonro(Loop):
    """x' = x - c/t (x + Z), from 0."""

    c: Reals
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] - self.c / CLOCK * (now["x"] + Noise("Z", Normal(0, 1)))}


@claim
def true_average(t=Integers(1)):
    """With c = 1 it is the sample mean: variance 1/t."""
    return Eq(Var(RobbinsMonro(1).x(t)), 1 / t)


@claim
def true_rate(c=Points(1, 2, 3), t=Integers(1)):
    """t times the variance tends to c^2/(2c - 1)."""
    return Limit(t * Var(RobbinsMonro(c).x(t)), (t, oo), c**2 / (2 * c - 1))


@claim
def false_rate(c=Points(1, 2, 3), t=Integers(1)):
    """t times the variance tends to c/2."""
    return Limit(t * Var(RobbinsMonro(c).x(t)), (t, oo), c / 2)


@claim
def true_rate_of_any(c=Reals(Rational(1, 2), 5), t=Integers(1)):
    """t times the variance tends to c^2/(2c - 1), for every c above 1/2."""
    return Limit(t * Var(RobbinsMonro(c).x(t)), (t, oo), c**2 / (2 * c - 1))
