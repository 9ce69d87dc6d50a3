"""SGD with one Gaussian feature: noise that multiplies."""

from sympy import Eq, Rational, oo

from theory import E, Integers, Limit, Loop, Noise, Normal, Positive, Reals, claim, coordinate


class OneFeature(Loop):
    """w' = w - h X^2 w, from 1."""

    h: Positive
    w = coordinate()
    initial = {"w": 1}

    def step(self, now):
        return {"w": now["w"] * (1 - self.h * Noise("X", Normal(0, 1)) ** 2)}


@claim
def true_second_moment(h=Positive(), t=Integers(0)):
    """E w^2 = (1 - 2h + 3h^2)^t."""
    return Eq(E(OneFeature(h).w(t) ** 2), (1 - 2 * h + 3 * h**2) ** t)


@claim
def false_second_moment(h=Positive(), t=Integers(0)):
    """E w^2 = (1 - h)^(2t)."""
    return Eq(E(OneFeature(h).w(t) ** 2), (1 - h) ** (2 * t))


@claim
def true_stable(h=Reals(0, Rational(2, 3)), t=Integers(0)):
    """It converges in mean square for h below 2/3."""
    return Limit(E(OneFeature(h).w(t) ** 2), (t, oo), 0)


@claim
def false_stable(h=Reals(0, 1), t=Integers(0)):
    """It converges in mean square for h below 1."""
    return Limit(E(OneFeature(h).w(t) ** 2), (t, oo), 0)
