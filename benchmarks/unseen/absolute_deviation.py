"""The scale of a normal law is refitted by the mean absolute value of two draws."""

from sympy import Abs, Eq, EulerGamma, log, pi, sqrt

from theory import E, Integers, Loop, Noise, Normal, claim, coordinate


class Deviation(Loop):
    """s' = s sqrt(pi/2) (|X| + |Y|)/2: unbiased."""

    s = coordinate(positive=True)
    initial = {"s": 1}

    def step(self, now):
        x, y = Noise("X", Normal(0, 1)), Noise("Y", Normal(0, 1))
        return {"s": now["s"] * sqrt(pi / 2) * (Abs(x) + Abs(y)) / 2}


class OneDraw(Loop):
    """The same with one draw."""

    s = coordinate(nonnegative=True)
    initial = {"s": 1}

    def step(self, now):
        return {"s": now["s"] * sqrt(pi / 2) * Abs(Noise("X", Normal(0, 1)))}


@claim
def true_mean(t=Integers(0)):
    """The mean scale stays."""
    return Eq(E(Deviation().s(t)), 1)


@claim
def true_square(t=Integers(0)):
    """The mean variance grows by pi/4 + 1/2."""
    return Eq(E(Deviation().s(t) ** 2), (pi / 4 + 1 / 2) ** t)


@claim
def false_square(t=Integers(0)):
    """By pi/4 + 2/5."""
    return Eq(E(Deviation().s(t) ** 2), (pi / 4 + 2 / 5) ** t)


@claim
def true_drift(t=Integers(0)):
    """With one draw log s drifts by (log(pi/4) - Euler's constant)/2."""
    return Eq(E(log(OneDraw().s(t))), t * (log(pi / 4) - EulerGamma) / 2)


@claim
def false_drift(t=Integers(0)):
    """By (log(pi/2) - Euler's constant)/2."""
    return Eq(E(log(OneDraw().s(t))), t * (log(pi / 2) - EulerGamma) / 2)
