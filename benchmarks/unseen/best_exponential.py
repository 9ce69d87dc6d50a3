"""An exponential law is refitted to the best of two or three of its draws: m' = m Max(X, Y, ...)."""

from sympy import Eq, Max, Rational

from theory import E, Exponential, Integers, Loop, Noise, claim, coordinate


class BestOfThree(Loop):
    m = coordinate(positive=True)
    initial = {"m": 1}

    def step(self, now):
        X, Y, Z = (Noise(name, Exponential(1)) for name in "XYZ")
        return {"m": now["m"] * Max(X, Y, Z)}


class BestOfTwo(Loop):
    m = coordinate(positive=True)
    initial = {"m": 1}

    def step(self, now):
        return {"m": now["m"] * Max(Noise("X", Exponential(1)), Noise("Y", Exponential(1)))}


@claim
def true_three(t=Integers(0)):
    """The mean grows by 1 + 1/2 + 1/3 a generation."""
    return Eq(E(BestOfThree().m(t)), Rational(11, 6) ** t)


@claim
def false_three(t=Integers(0)):
    """The mean grows by 7/4 a generation."""
    return Eq(E(BestOfThree().m(t)), Rational(7, 4) ** t)


@claim
def true_two(t=Integers(0)):
    """The mean square of the best of two is 7/2."""
    return Eq(E(BestOfTwo().m(t) ** 2), Rational(7, 2) ** t)


@claim
def false_two(t=Integers(0)):
    """The mean square of the best of two is 13/4."""
    return Eq(E(BestOfTwo().m(t) ** 2), Rational(13, 4) ** t)
