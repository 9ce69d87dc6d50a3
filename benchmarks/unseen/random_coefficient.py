"""An AR(1) whose coefficient is drawn anew in every generation."""

from sympy import Eq, Symbol, oo

from theory import Cov, Integers, Limit, Loop, Noise, Normal, Positive, Reals, Var, claim, coordinate


class RandomCoefficient(Loop):
    """x' = (a + s A) x + Z."""

    a: Reals
    s: Reals
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": (self.a + self.s * Noise("A", Normal(0, 1))) * now["x"] + Noise("Z", Normal(0, 1))}


@claim(where=lambda a, s: a**2 + s**2 < 1)
def true_stationary_variance(a=Reals(-1, 1), s=Positive()):
    """The variance tends to 1/(1 - a^2 - s^2)."""
    t = Symbol("t", integer=True)
    return Limit(Var(RandomCoefficient(a, s).x(t)), (t, oo), 1 / (1 - a**2 - s**2))


@claim(where=lambda a, s: a**2 + s**2 < 1)
def false_stationary_variance(a=Reals(-1, 1), s=Positive()):
    """The variance tends to that of the mean coefficient."""
    t = Symbol("t", integer=True)
    return Limit(Var(RandomCoefficient(a, s).x(t)), (t, oo), 1 / (1 - a**2))


@claim
def true_autocovariance(a=Reals(-1, 1), s=Reals(0, 1), t=Integers(0), k=Integers(0)):
    """The lag-k covariance is a^k times the variance."""
    x = RandomCoefficient(a, s).x
    return Eq(Cov(x(t), x(t + k)), a**k * Var(x(t)))


@claim
def false_autocovariance(a=Reals(-1, 1), s=Reals(0, 1), t=Integers(0), k=Integers(0)):
    """The lag-k covariance is (a^2 + s^2)^(k/2) times the variance."""
    x = RandomCoefficient(a, s).x
    return Eq(Cov(x(t), x(t + k)), (a**2 + s**2) ** (k / 2) * Var(x(t)))
