"""Real and synthetic points are weighted, a and 1 - a; n of each in every fit. Source: He et al. 2502.18049, a Gaussian mean."""

from sympy import Eq, Rational, Symbol, oo, sqrt

from theory import ArgMin, Integers, Limit, Loop, Noise, Normal, Probability, Var, claim, coordinate


class Weighted(Loop):
    """x' = a R/sqrt n + (1 - a)(x + Z/sqrt n): R of the real batch, Z of the synthetic one."""

    n: Integers(1)
    a: Probability
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        real = Noise("R", Normal(0, 1)) / sqrt(self.n)
        synthetic = now["x"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)
        return {"x": self.a * real + (1 - self.a) * synthetic}


@claim
def true_floor(n=Integers(1), a=Probability(), t=Integers(0)):
    """The error tends to (a^2 + (1 - a)^2)/(n (1 - (1 - a)^2))."""
    return Limit(Var(Weighted(n, a).x(t)), (t, oo), (a**2 + (1 - a) ** 2) / (n * (1 - (1 - a) ** 2)))


@claim
def false_floor(n=Integers(1), a=Probability(), t=Integers(0)):
    """The error tends to (1 - a)^2/(n (1 - (1 - a)^2)): of the real batch nothing is left."""
    return Limit(Var(Weighted(n, a).x(t)), (t, oo), (1 - a) ** 2 / (n * (1 - (1 - a) ** 2)))


@claim
def true_golden(n=Integers(1)):
    """It is least where the weight is the golden ratio's inverse."""
    k = Symbol("k", positive=True)
    return Eq(ArgMin((k**2 + (1 - k) ** 2) / (n * (1 - (1 - k) ** 2)), (k, 0, 1)), (sqrt(5) - 1) / 2)


@claim
def false_golden(n=Integers(1)):
    """It is least at 2/3."""
    k = Symbol("k", positive=True)
    return Eq(ArgMin((k**2 + (1 - k) ** 2) / (n * (1 - (1 - k) ** 2)), (k, 0, 1)), Rational(2, 3))
