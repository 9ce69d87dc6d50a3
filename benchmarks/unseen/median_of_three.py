"""The location of a Laplace law is fitted by the middle of three draws."""

from sympy import Eq, Max, Min, Rational

from theory import E, Integers, Laplace, Loop, Noise, Var, claim, coordinate


class Middle(Loop):
    """x' = x + the median of three draws from Laplace(0, 1)."""

    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        a, b, c = (Noise(name, Laplace(0, 1)) for name in "ABC")
        return {"x": now["x"] + Max(Min(a, b), Min(Max(a, b), c))}


@claim
def true_centre(t=Integers(0)):
    """The mean stays 0."""
    return Eq(E(Middle().x(t)), 0)


@claim
def true_variance(t=Integers(0)):
    """The variance grows by 23/36 a fit."""
    return Eq(Var(Middle().x(t)), Rational(23, 36) * t)


@claim
def false_variance(t=Integers(0)):
    """The variance grows by 2/3 a fit, like that of the mean."""
    return Eq(Var(Middle().x(t)), Rational(2, 3) * t)
