"""Weights are stored with a uniform dither of width D, and refitted to n own draws."""

from sympy import Eq, sqrt

from theory import Cumulant, Integers, Loop, Noise, Normal, Positive, Uniform, Var, claim, coordinate


class Dithered(Loop):
    n: Integers(1)
    D: Positive
    w = coordinate()
    initial = {"w": 0}

    def step(self, now):
        dither = self.D * Noise("U", Uniform(0, 1)) - self.D / 2
        return {"w": now["w"] + Noise("Z", Normal(0, 1)) / sqrt(self.n) + dither}


@claim
def true_variance(n=Integers(1), D=Positive(), t=Integers(0)):
    """The variance grows by 1/n + D^2/12."""
    return Eq(Var(Dithered(n, D).w(t)), t * (1 / n + D**2 / 12))


@claim
def false_variance(n=Integers(1), D=Positive(), t=Integers(0)):
    """The variance grows by 1/n + D^2/10."""
    return Eq(Var(Dithered(n, D).w(t)), t * (1 / n + D**2 / 10))


@claim
def true_kurtosis(n=Integers(1), D=Positive(), t=Integers(0)):
    """The fourth cumulant is -D^4 t/120."""
    return Eq(Cumulant(Dithered(n, D).w(t), 4), -(D**4) * t / 120)


@claim
def false_kurtosis(n=Integers(1), D=Positive(), t=Integers(0)):
    """The fourth cumulant is -D^4 t/110."""
    return Eq(Cumulant(Dithered(n, D).w(t), 4), -(D**4) * t / 110)
