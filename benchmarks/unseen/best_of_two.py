"""The better of two draws is trained on: the mean drifts; and the best of three."""

from sympy import Eq, Max, pi, sqrt

from theory import E, Integers, Loop, Noise, Normal, Var, claim, coordinate


class Better(Loop):
    """m' is the larger of two draws from N(m, 1)."""

    m = coordinate()
    initial = {"m": 0}

    def step(self, now):
        return {"m": now["m"] + Max(Noise("X", Normal(0, 1)), Noise("Y", Normal(0, 1)))}


@claim
def true_mean(t=Integers(0)):
    """It drifts by 1/sqrt(pi)."""
    return Eq(E(Better().m(t)), t / sqrt(pi))


@claim
def false_mean(t=Integers(0)):
    """It drifts by 1/sqrt(2 pi)."""
    return Eq(E(Better().m(t)), t / sqrt(2 * pi))


@claim
def true_variance(t=Integers(0)):
    """The variance grows by 1 - 1/pi."""
    return Eq(Var(Better().m(t)), t * (1 - 1 / pi))


@claim
def false_variance(t=Integers(0)):
    """The variance grows by 2/3."""
    return Eq(Var(Better().m(t)), 2 * t / 3)


@claim
def true_three():
    """The best of three is 3/(2 sqrt(pi)) in the mean."""
    x, y, z = (Noise(name, Normal(0, 1)) for name in "XYZ")
    return Eq(E(Max(x, y, z)), 3 / (2 * sqrt(pi)))


@claim
def false_three():
    """The best of three is 4/5 in the mean."""
    x, y, z = (Noise(name, Normal(0, 1)) for name in "XYZ")
    return Eq(5 * E(Max(x, y, z)), 4)
