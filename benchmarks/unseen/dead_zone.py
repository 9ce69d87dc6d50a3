"""Training in low precision: an update below half a unit is rounded to nothing."""

from sympy import Eq, Rational, floor

from theory import Integers, Loop, Positive, Reals, claim, coordinate


class LowPrecision(Loop):
    """A weight goes the part h of the way to b, rounded to whole units, from 0."""

    h: Positive(hi=1)
    b: Positive

    w = coordinate()
    initial = {"w": 0}

    def step(self, now):
        return {"w": now["w"] + floor(self.h * (self.b - now["w"]) + Rational(1, 2))}


@claim(where=lambda h, b: h * b < Rational(1, 2))
def true_stuck(h=Reals(0, 1), b=Positive(), t=Integers(0)):
    """With h b < 1/2 it never moves."""
    return Eq(LowPrecision(h, b).w(t), 0)


@claim(where=lambda h, b: h * b < 1)
def false_stuck(h=Reals(0, 1), b=Positive(), t=Integers(0)):
    """With h b < 1 it never moves: as if updates were cut, not rounded."""
    return Eq(LowPrecision(h, b).w(t), 0)
