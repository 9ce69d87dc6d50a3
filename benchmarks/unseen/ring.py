"""A model that walks around three modes: on with probability 1/2."""

from sympy import And, Eq, Piecewise, Rational, cos, pi

from theory import Binomial, Integers, Loop, Noise, Prob, claim, coordinate


class Ring(Loop):
    s = coordinate()
    initial = {"s": 0}

    def step(self, now):
        on = Noise("B", Binomial(1, Rational(1, 2)))
        return {"s": Piecewise((0, And(Eq(now["s"], 2), Eq(on, 1))), (now["s"] + on, True))}


@claim
def true_back(t=Integers(0)):
    """It is where it began with probability 1/3 + (2/3) 2^-t cos(pi t/3)."""
    return Eq(Prob(Eq(Ring().s(t), 0)), Rational(1, 3) + Rational(2, 3) * 2**-t * cos(pi * t / 3))


@claim
def false_back(t=Integers(0)):
    """With probability 1/3 + (2/3) 2^-t cos(2 pi t/3)."""
    return Eq(Prob(Eq(Ring().s(t), 0)), Rational(1, 3) + Rational(2, 3) * 2**-t * cos(2 * pi * t / 3))
