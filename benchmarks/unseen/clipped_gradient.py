"""Gradient descent with a clipped gradient: x' = x - h max(-1, min(1, x))."""

from sympy import Eq, Max, Min, Rational, oo

from theory import Integers, Limit, Loop, Probability, Reals, claim, coordinate


class ClippedGradient(Loop):
    h: Probability()
    x0: Reals
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.x0}

    def step(self, now):
        return {"x": now["x"] - self.h * Max(-1, Min(1, now["x"]))}


@claim
def true_limit(t=Integers(0)):
    """From 5 with the step 1/2 it tends to 0."""
    return Limit(ClippedGradient(Rational(1, 2), 5).x(t), (t, oo), 0)


@claim
def false_limit(t=Integers(0)):
    """It tends to 1/2."""
    return Limit(ClippedGradient(Rational(1, 2), 5).x(t), (t, oo), Rational(1, 2))


@claim
def true_any(h=Probability(), x0=Reals(), t=Integers(0)):
    """From wherever it starts, and with every step."""
    return Limit(ClippedGradient(h, x0).x(t), (t, oo), 0)


@claim
def true_near(h=Probability(), x0=Reals(-1, 1), t=Integers(0)):
    """From within the clip it is (1 - h)^t x0."""
    return Eq(ClippedGradient(h, x0).x(t), (1 - h) ** t * x0)


@claim
def false_near(h=Probability(), x0=Reals(-2, 2), t=Integers(0)):
    """From within twice the clip, too."""
    return Eq(ClippedGradient(h, x0).x(t), (1 - h) ** t * x0)
