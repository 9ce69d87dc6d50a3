"""Weights that drift from fit to fit, and their exponential moving average."""

from sympy import Eq

from theory import Cov, Integers, Loop, Noise, Normal, Probability, Var, claim, coordinate


class Averaged(Loop):
    """x' = x + Z; m' = b m + (1 - b) x'."""

    b: Probability()
    x = coordinate()
    m = coordinate()
    initial = {"x": 0, "m": 0}

    def step(self, now):
        x = now["x"] + Noise("Z", Normal(0, 1))
        return {"x": x, "m": self.b * now["m"] + (1 - self.b) * x}


@claim
def true_lag(b=Probability(), t=Integers(0)):
    """The average lags by the variance b^2 (1 - b^(2t))/(1 - b^2)."""
    loop = Averaged(b)
    return Eq(Var(loop.x(t) - loop.m(t)), b**2 * (1 - b ** (2 * t)) / (1 - b**2))


@claim
def false_lag(b=Probability(), t=Integers(0)):
    """The average lags by the variance (1 - b^(2t))/(1 - b^2)."""
    loop = Averaged(b)
    return Eq(Var(loop.x(t) - loop.m(t)), (1 - b ** (2 * t)) / (1 - b**2))


@claim
def true_covariance(b=Probability(), t=Integers(0)):
    """The covariance is t - b (1 - b^t)/(1 - b)."""
    loop = Averaged(b)
    return Eq(Cov(loop.x(t), loop.m(t)), t - b * (1 - b**t) / (1 - b))


@claim
def true_less(b=Probability(), t=Integers(1)):
    """The average varies less than the last weights."""
    loop = Averaged(b)
    return Var(loop.m(t)) < Var(loop.x(t))


@claim
def false_half(b=Probability(), t=Integers(1)):
    """The average varies less than half as much as the last weights."""
    loop = Averaged(b)
    return Var(loop.m(t)) < Var(loop.x(t)) / 2
