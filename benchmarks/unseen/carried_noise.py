"""A moving-average part: the error of a fit is seen once more by the next one. Source: textbook, ARMA(1, 1)."""

from sympy import Eq, oo

from theory import Cov, Integers, Limit, Loop, Noise, Normal, Probability, Reals, Var, claim, coordinate


class Carried(Loop):
    """x' = a x + Z + c z, z the noise before."""

    a: Probability()
    c: Reals
    x = coordinate()
    z = coordinate()
    initial = {"x": 0, "z": 0}

    def step(self, now):
        fresh = Noise("Z", Normal(0, 1))
        return {"x": self.a * now["x"] + fresh + self.c * now["z"], "z": fresh}


@claim
def true_variance(a=Probability(), c=Reals(), t=Integers(0)):
    """The variance tends to (1 + 2 a c + c^2)/(1 - a^2)."""
    return Limit(Var(Carried(a, c).x(t)), (t, oo), (1 + 2 * a * c + c**2) / (1 - a**2))


@claim
def false_variance(a=Probability(), c=Reals(), t=Integers(0)):
    """The variance tends to (1 + c^2)/(1 - a^2)."""
    return Limit(Var(Carried(a, c).x(t)), (t, oo), (1 + c**2) / (1 - a**2))


@claim
def true_link(a=Probability(), c=Reals(), t=Integers(1)):
    """State and noise have the covariance 1 in every generation but the first."""
    loop = Carried(a, c)
    return Eq(Cov(loop.x(t), loop.z(t)), 1)
