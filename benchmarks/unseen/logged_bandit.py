"""Off-policy values of an arm from logged bandit feedback, by inverse propensities."""

from sympy import Eq

from theory import CLOCK, Binomial, E, Integers, Loop, Noise, Normal, Probability, Reals, Var, claim, coordinate


class Logged(Loop):
    """The mean of A R/e over k rounds: A is 1 with probability e, R is N(r, 1)."""

    e: Probability()
    r: Reals
    v = coordinate()
    initial = {"v": 0}

    def step(self, now):
        seen = Noise("A", Binomial(1, self.e)) * (self.r + Noise("R", Normal(0, 1))) / self.e
        return {"v": now["v"] + (seen - now["v"]) / CLOCK}


@claim
def true_unbiased(e=Probability(), r=Reals(), t=Integers(1)):
    """The estimate is unbiased."""
    return Eq(E(Logged(e, r).v(t)), r)


@claim
def true_variance(e=Probability(), r=Reals(), t=Integers(1)):
    """Its variance is ((r^2 + 1)/e - r^2)/t."""
    return Eq(Var(Logged(e, r).v(t)), ((r**2 + 1) / e - r**2) / t)


@claim
def false_variance(e=Probability(), r=Reals(), t=Integers(1)):
    """Its variance is 1/(e t)."""
    return Eq(Var(Logged(e, r).v(t)), 1 / (e * t))
