"""A uniform law is fitted to two of its own draws: its width is their distance."""

from sympy import Abs, Eq, Rational, log

from theory import E, Integers, Loop, Noise, Uniform, claim, coordinate


class Spanned(Loop):
    """w' = w |U - V|."""

    w = coordinate(nonnegative=True)
    initial = {"w": 1}

    def step(self, now):
        return {"w": now["w"] * Abs(Noise("U", Uniform(0, 1)) - Noise("V", Uniform(0, 1)))}


@claim
def true_width(t=Integers(0)):
    """The mean width is 3^-t."""
    return Eq(E(Spanned().w(t)), 3**-t)


@claim
def false_width(t=Integers(0)):
    """The mean width is 2^-t."""
    return Eq(E(Spanned().w(t)), 2**-t)


@claim
def true_square(t=Integers(0)):
    """The mean square is 6^-t."""
    return Eq(E(Spanned().w(t) ** 2), 6**-t)


@claim
def true_drift(t=Integers(0)):
    """log w falls by 3/2 a fit."""
    return Eq(E(log(Spanned().w(t))), -Rational(3, 2) * t)


@claim
def false_drift(t=Integers(0)):
    """log w falls by log 3 a fit."""
    return Eq(E(log(Spanned().w(t))), -log(3) * t)
