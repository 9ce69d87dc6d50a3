"""A uniform draw is added in every generation: its law is convolved again and again."""

from sympy import Eq, factorial, sqrt

from theory import CentralMoment, Integers, Loop, Noise, Prob, Uniform, Var, claim, coordinate


class Sums(Loop):
    """A uniform draw is added in every generation: its law is convolved again and again."""

    x = coordinate()
    initial = {"x": 0}

    def step(self, state):
        return {"x": state["x"] + Noise("U", Uniform(0, 1))}


@claim(source="Irwin 1927, Hall 1927")
def true_corner(t=Integers(1)):
    """The sum of t uniform draws is at most 1 with probability 1/t!.

    The volume of a simplex.
    """
    return Eq(Prob(Sums().x(t) <= 1), 1 / factorial(t))


@claim(source="the same, guessed from t = 1, 2")
def false_corner(t=Integers(1)):
    """With probability 2^(1 - t). (False: t = 3: 1/6.)"""
    return Eq(Prob(Sums().x(t) <= 1), 2 ** (1 - t))


@claim(source="textbook: cumulants add up")
def true_flatness(t=Integers(1)):
    """The kurtosis of the sum is 3 - 6/(5 t).

    Fourth cumulant -t/120, variance t/12. t = 1: 9/5.
    """
    x = Sums().x(t)
    return Eq(CentralMoment(x, 4) / Var(x) ** 2, 3 - 6 / (5 * t))


@claim(source="the same, the exponent of the skewness")
def false_flatness(t=Integers(1)):
    """It is 3 - 6/(5 sqrt(t)). (False from t = 2 on.)"""
    x = Sums().x(t)
    return Eq(CentralMoment(x, 4) / Var(x) ** 2, 3 - 6 / (5 * sqrt(t)))
