"""Least squares by single examples: the gradient at w is a (a w - s e), with fresh a and e from N(0, 1); the step is g."""

from sympy import Eq, Rational, Symbol, oo

from theory import ArgMin, E, Integers, Limit, Loop, Noise, Normal, Positive, Reals, claim, coordinate


class LMS(Loop):
    """Least squares by single examples: the gradient at w is a (a w - s e), with fresh a and e from N(0, 1); the step is g."""

    g: Reals
    s: Reals

    w = coordinate()
    initial = {"w": 1}

    def step(self, state):
        a, e = Noise("A", Normal(0, 1)), Noise("Z", Normal(0, 1))
        return {"w": state["w"] - self.g * a * (a * state["w"] - self.s * e)}


@claim(source="Widrow and Hoff 1960; Bach and Moulines 2013 (constant steps), Gaussian inputs")
def true_misadjustment(g=Reals(0, Rational(2, 3)), s=Positive()):
    """With a constant step the squared error stays at g s^2/(2 - 3 g).

    E w'^2 = (1 - 2g + 3g^2) E w^2 + g^2 s^2, since E a^4 = 3.
    """
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(E(LMS(g, s).w(t) ** 2), (t, oo), g * s**2 / (2 - 3 * g))


@claim(source="the same with E a^4 = 1")
def false_misadjustment(g=Reals(0, Rational(2, 3)), s=Positive()):
    """It stays at g s^2/(2 - g), as with inputs of size 1. (False: at g = 1/3 it is 1/3, not 1/5 of s^2.)"""
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(E(LMS(g, s).w(t) ** 2), (t, oo), g * s**2 / (2 - g))


@claim(source="folklore: the fastest step of LMS")
def true_fastest(t=Integers(1)):
    """Without label noise the step 1/3 is the fastest.

    (1 - 2g + 3g^2)^t is least at g = 1/3, where it is (2/3)^t.
    """
    g = Symbol("g", positive=True)
    return Eq(ArgMin(E(LMS(g, 0).w(t) ** 2), (g, 0, 1)), Rational(1, 3))


@claim(source="the same: half of the largest stable step of the mean")
def false_fastest(t=Integers(1)):
    """The step 1/2 is. (False: 3/4 > 2/3.)"""
    g = Symbol("g", positive=True)
    return Eq(ArgMin(E(LMS(g, 0).w(t) ** 2), (g, 0, 1)), Rational(1, 2))
