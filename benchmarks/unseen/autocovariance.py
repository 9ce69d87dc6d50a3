"""An autoregression that begins at 0: covariance of two generations. Source: textbook."""

from sympy import Eq, Symbol, oo

from theory import Cov, Integers, Limit, Loop, Noise, Normal, Probability, Reals, Var, claim, coordinate

T = Symbol("T", integer=True, nonnegative=True)


class Autoregression(Loop):
    """Each model is a times the one before, and noise of variance 1."""

    a: Reals
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": self.a * now["x"] + Noise("Z", Normal(0, 1))}


@claim
def true_covariance(a=Probability(), t=Integers(0)):
    """Three generations apart."""
    x = Autoregression(a).x
    return Eq(Cov(x(t), x(t + 3)), a**3 * (1 - a ** (2 * t)) / (1 - a**2))


@claim
def false_covariance_shifted(a=Probability(), t=Integers(0)):
    """The variance is taken at the later one."""
    x = Autoregression(a).x
    return Eq(Cov(x(t), x(t + 3)), a**3 * (1 - a ** (2 * t + 6)) / (1 - a**2))


@claim
def true_limit(a=Probability()):
    """The variance tends to 1/(1 - a^2)."""
    return Limit(Var(Autoregression(a).x(T)), (T, oo), 1 / (1 - a**2))


@claim
def false_limit(a=Probability()):
    """With a for a^2."""
    return Limit(Var(Autoregression(a).x(T)), (T, oo), 1 / (1 - a))
