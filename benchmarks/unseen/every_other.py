"""In every other generation real data shrink the drift to the share a; in those between there are none."""

from sympy import Eq, Piecewise, oo, sqrt

from theory import CLOCK, Integers, Limit, Loop, Noise, Normal, Probability, Var, claim, coordinate


class EveryOther(Loop):
    """x' = x + Z/sqrt n in the first fit, a x + Z/sqrt n in the second, and so on."""

    n: Integers(1)
    a: Probability
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        keep = Piecewise((1, Eq(CLOCK % 2, 1)), (self.a, True))
        return {"x": keep * now["x"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)}


@claim
def true_after_real(n=Integers(1), a=Probability(), t=Integers(0)):
    """After the real data the variance tends to (1 + a^2)/(n (1 - a^2))."""
    return Limit(Var(EveryOther(n, a).x(2 * t)), (t, oo), (1 + a**2) / (n * (1 - a**2)))


@claim
def false_after_real(n=Integers(1), a=Probability(), t=Integers(0)):
    """After the real data the variance tends to 1/(n (1 - a^2))."""
    return Limit(Var(EveryOther(n, a).x(2 * t)), (t, oo), 1 / (n * (1 - a**2)))


@claim
def true_exact(n=Integers(1), a=Probability(), t=Integers(0)):
    """It is (1 + a^2)(1 - a^(2t))/(n (1 - a^2)) exactly."""
    return Eq(Var(EveryOther(n, a).x(2 * t)), (1 + a**2) * (1 - a ** (2 * t)) / (n * (1 - a**2)))


@claim
def false_exact(n=Integers(1), a=Probability(), t=Integers(0)):
    """It is (1 + a^2)(1 - a^t)/(n (1 - a^2))."""
    return Eq(Var(EveryOther(n, a).x(2 * t)), (1 + a**2) * (1 - a**t) / (n * (1 - a**2)))
