"""Residual resampling of two types of particles: whole parts stay, the rest is drawn (Liu and Chen 1998)."""

from sympy import Eq, floor

from theory import Binomial, Integers, Loop, Noise, Positive, Var, claim, coordinate


class Residual(Loop):
    """How many are of the first type, when c are expected first."""

    c: Positive

    k = coordinate()

    @property
    def initial(self):
        return {"k": self.c}

    def step(self, now):
        whole = floor(now["k"])
        return {"k": whole + Noise("B", Binomial(1, now["k"] - whole))}


@claim
def true_variance(c=Positive(), t=Integers(1)):
    """Once drawn, nothing is lost any more: the variance stays f (1 - f), f being the fractional part of c."""
    f = c - floor(c)
    return Eq(Var(Residual(c).k(t)), f * (1 - f))


@claim
def false_variance(c=Positive(), t=Integers(1)):
    """It adds up: t f (1 - f)."""
    f = c - floor(c)
    return Eq(Var(Residual(c).k(t)), t * f * (1 - f))
