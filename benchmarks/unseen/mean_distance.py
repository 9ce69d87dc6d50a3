"""The expected total variation between the truth N(0, 1) and the model N(x, 1), refitted to its own n draws."""

from sympy import Abs, Eq, atan, erf, pi, sqrt

from theory import E, Integers, Loop, Noise, Normal, claim, coordinate


class Mean(Loop):
    n: Integers(1)
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)}


@claim
def true_distance(n=Integers(1), t=Integers(0)):
    """E TV = (2/pi) arctan(sqrt(t/n)/2)."""
    x = Mean(n).x(t)
    return Eq(E(erf(Abs(x) / (2 * sqrt(2)))), 2 / pi * atan(sqrt(t / n) / 2))


@claim
def false_distance(n=Integers(1), t=Integers(0)):
    """E TV = (2/pi) arctan(sqrt(t/n)/sqrt(2))."""
    x = Mean(n).x(t)
    return Eq(E(erf(Abs(x) / (2 * sqrt(2)))), 2 / pi * atan(sqrt(t / n) / sqrt(2)))
