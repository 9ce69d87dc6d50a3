"""Gibbs sampling of two correlated normal variables."""

from sympy import Eq, sqrt

from theory import Cov, Integers, Loop, Noise, Normal, Reals, Var, claim, coordinate


class Gibbs(Loop):
    """x given y, then y given x; the correlation is r; from the point (a, a)."""

    r: Reals
    a: Reals
    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": self.a, "y": self.a}

    def step(self, now):
        s = sqrt(1 - self.r**2)
        x = self.r * now["y"] + s * Noise("Z", Normal(0, 1))
        return {"x": x, "y": self.r * x + s * Noise("W", Normal(0, 1))}


@claim
def true_variance(r=Reals(-1, 1), a=Reals(), t=Integers(0)):
    """The variance of y approaches 1 like r^(4t)."""
    return Eq(Var(Gibbs(r, a).y(t)), 1 - r ** (4 * t))


@claim
def false_variance(r=Reals(-1, 1), a=Reals(), t=Integers(0)):
    """The variance of y approaches 1 like r^(2t)."""
    return Eq(Var(Gibbs(r, a).y(t)), 1 - r ** (2 * t))


@claim
def true_covariance(r=Reals(-1, 1), a=Reals(), t=Integers(1)):
    """The covariance of x and y is r (1 - r^(4t - 2))."""
    g = Gibbs(r, a)
    return Eq(Cov(g.x(t), g.y(t)), r * (1 - r ** (4 * t - 2)))


@claim
def false_covariance(r=Reals(-1, 1), a=Reals(), t=Integers(1)):
    """The covariance of x and y is r (1 - r^(4t))."""
    g = Gibbs(r, a)
    return Eq(Cov(g.x(t), g.y(t)), r * (1 - r ** (4 * t)))
