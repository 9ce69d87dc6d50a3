"""Kernel density estimates of infinitely many points, with a bandwidth that is annealed."""

from sympy import Eq, Le, Rational, harmonic, oo, pi

from theory import CLOCK, Integers, Limit, Loop, Positive, Reals, claim, coordinate


class Annealed(Loop):
    """Every fit adds the square of its bandwidth h/t^g to the variance."""

    h: Positive
    g: Reals
    v = coordinate()
    initial = {"v": 1}

    def step(self, now):
        return {"v": now["v"] + self.h**2 / CLOCK ** (2 * self.g)}


@claim
def true_limit(h=Positive(), t=Integers(0)):
    """With h/t the variance tends to 1 + h^2 pi^2/6."""
    return Limit(Annealed(h, 1).v(t), (t, oo), 1 + h**2 * pi**2 / 6)


@claim
def false_limit(h=Positive(), t=Integers(0)):
    """With h/t the variance tends to 1 + h^2 pi^2/8."""
    return Limit(Annealed(h, 1).v(t), (t, oo), 1 + h**2 * pi**2 / 8)


@claim
def true_general(h=Positive(), g=Reals(1, 3), t=Integers(0)):
    """With h/t^g, g > 1, the variance never exceeds 1 + h^2 2g/(2g - 1)."""
    return Le(Annealed(h, g).v(t), 1 + h**2 * 2 * g / (2 * g - 1))


@claim
def false_general(h=Positive(), g=Reals(1, 3), t=Integers(0)):
    """With h/t^g, g > 1, the variance never exceeds 1 + h^2/(2g - 1)."""
    return Le(Annealed(h, g).v(t), 1 + h**2 / (2 * g - 1))


@claim
def true_root(h=Positive(), t=Integers(0)):
    """With h/sqrt(t) the variance grows like a harmonic number."""
    return Eq(Annealed(h, Rational(1, 2)).v(t), 1 + h**2 * harmonic(t))
