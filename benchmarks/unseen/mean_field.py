"""EM of a balanced mixture of two normal laws, in the limit of a high signal: x' = tanh(b x)."""

from sympy import Le, oo, tanh

from theory import Integers, Limit, Loop, Points, Positive, Reals, claim, coordinate


class MeanField(Loop):
    """x' = tanh(b x)."""

    b: Positive
    x0: Positive
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.x0}

    def step(self, now):
        return {"x": tanh(self.b * now["x"])}


@claim
def true_bound(b=Reals(0, 1), x0=Positive(), t=Integers(0)):
    """Below the threshold the signal is lost at least like b^t."""
    return Le(MeanField(b, x0).x(t), b**t * x0)


@claim
def false_bound(b=Reals(0, 1), x0=Positive(), t=Integers(0)):
    """Below the threshold the signal is lost at least like b^(2t)."""
    return Le(MeanField(b, x0).x(t), b ** (2 * t) * x0)


@claim
def true_lost(b=Reals(0, 1), x0=Positive(), t=Integers(0)):
    """Below the threshold the signal vanishes."""
    return Limit(MeanField(b, x0).x(t), (t, oo), 0)


@claim
def false_lost(b=Points(2, 3), x0=Positive(), t=Integers(0)):
    """Above the threshold it vanishes, too."""
    return Limit(MeanField(b, x0).x(t), (t, oo), 0)
