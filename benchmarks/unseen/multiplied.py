"""The total cost of noise that multiplies."""

from sympy import Eq, Sum, Symbol, oo

from theory import E, Integers, Loop, Noise, Reals, Uniform, claim, coordinate

s = Symbol("s", integer=True, nonnegative=True)


class Multiplied(Loop):
    """x' = a (1 + c V) x, V uniform between -1 and 1, from 1."""

    a: Reals
    c: Reals
    x = coordinate()
    initial = {"x": 1}

    def step(self, now):
        return {"x": self.a * (1 + self.c * Noise("V", Uniform(-1, 1))) * now["x"]}


@claim(where=lambda a, c: a**2 * (1 + c**2 / 3) < 1)
def true_total(a=Reals(0, 1), c=Reals(0, 1)):
    """The squared errors of all rounds add up to 1/(1 - a^2 (1 + c^2/3))."""
    return Eq(Sum(E(Multiplied(a, c).x(s) ** 2), (s, 0, oo)), 1 / (1 - a**2 * (1 + c**2 / 3)))


@claim(where=lambda a, c: a**2 * (1 + c**2 / 3) < 1)
def false_total(a=Reals(0, 1), c=Reals(0, 1)):
    """The squared errors of all rounds add up to 1/(1 - a^2)."""
    return Eq(Sum(E(Multiplied(a, c).x(s) ** 2), (s, 0, oo)), 1 / (1 - a**2))


@claim
def true_some(a=Reals(0, 1), c=Reals(0, 1), t=Integers(0)):
    """The mean absolute errors of the first t rounds add up to (1 - a^t)/(1 - a)."""
    return Eq(Sum(E(Multiplied(a, c).x(s)), (s, 0, t - 1)), (1 - a**t) / (1 - a))


@claim
def false_some(a=Reals(0, 1), c=Reals(0, 1), t=Integers(0)):
    """The mean errors of the first t rounds add up to (1 - a^(t + 1))/(1 - a)."""
    return Eq(Sum(E(Multiplied(a, c).x(s)), (s, 0, t - 1)), (1 - a ** (t + 1)) / (1 - a))
