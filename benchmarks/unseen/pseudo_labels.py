"""A threshold put halfway between the means of the classes that it cut itself; the data are standard normal."""

from sympy import Le, erf, exp, oo, pi, sqrt

from theory import Integers, Limit, Loop, Reals, claim, coordinate


class Threshold(Loop):
    """h' = phi(h) (1/(1 - Phi(h)) - 1/Phi(h))/2."""

    h0: Reals
    h = coordinate()

    @property
    def initial(self):
        return {"h": self.h0}

    def step(self, now):
        h = now["h"]
        density = exp(-(h**2) / 2) / sqrt(2 * pi)
        below = (1 + erf(h / sqrt(2))) / 2
        return {"h": density * (1 / (1 - below) - 1 / below) / 2}


@claim
def true_centre(t=Integers(0)):
    """From 1 it tends to the centre."""
    return Limit(Threshold(1).h(t), (t, oo), 0)


@claim
def false_centre(t=Integers(0)):
    """From 1 it tends to 1/10."""
    return Limit(Threshold(1).h(t), (t, oo), 0.1)


@claim
def true_rate(h0=Reals(0, 3), t=Integers(0)):
    """At least like (2/pi)^t."""
    return Le(Threshold(h0).h(t), h0 * (2 / pi) ** t)


@claim
def false_rate(h0=Reals(0, 3), t=Integers(0)):
    """At least like 2^-t."""
    return Le(Threshold(h0).h(t), h0 / 2**t)
