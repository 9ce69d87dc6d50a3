"""Two models that train each other."""

from sympy import Eq, oo, sqrt

from theory import Cov, E, Integers, Limit, Loop, Noise, Normal, Probability, Var, claim, coordinate


class Crossed(Loop):
    """Each is fitted to n draws of a mixture: the share w is from the other one."""

    n: Integers(1)
    w: Probability
    x = coordinate()
    y = coordinate()
    initial = {"x": 0, "y": 0}

    def step(self, now):
        x, y, w = now["x"], now["y"], self.w
        return {
            "x": (1 - w) * x + w * y + Noise("X", Normal(0, 1)) / sqrt(self.n),
            "y": (1 - w) * y + w * x + Noise("Y", Normal(0, 1)) / sqrt(self.n),
        }


@claim
def true_variance(n=Integers(1), w=Probability(), t=Integers(0)):
    """The variance of one is (t + (1 - r^(2 t))/(1 - r^2))/(2 n), r = 1 - 2 w."""
    r = 1 - 2 * w
    return Eq(Var(Crossed(n, w).x(t)), (t + (1 - r ** (2 * t)) / (1 - r**2)) / (2 * n))


@claim
def false_variance(n=Integers(1), w=Probability(), t=Integers(0)):
    """The variance of one is (t + (1 - r^t)/(1 - r))/(2 n), r = 1 - 2 w."""
    r = 1 - 2 * w
    return Eq(Var(Crossed(n, w).x(t)), (t + (1 - r**t) / (1 - r)) / (2 * n))


@claim
def true_gap(n=Integers(1), w=Probability(), t=Integers(0)):
    """They stay together: the squared gap tends to 1/(2 n w (1 - w))."""
    loop = Crossed(n, w)
    return Limit(E((loop.x(t) - loop.y(t)) ** 2), (t, oo), 1 / (2 * n * w * (1 - w)))


@claim
def true_correlation(n=Integers(1), w=Probability(), t=Integers(1)):
    """They become one: the correlation tends to 1."""
    loop = Crossed(n, w)
    return Limit(Cov(loop.x(t), loop.y(t)) / Var(loop.x(t)), (t, oo), 1)


@claim
def false_correlation(n=Integers(1), w=Probability(), t=Integers(1)):
    """The correlation tends to 1 - w."""
    loop = Crossed(n, w)
    return Limit(Cov(loop.x(t), loop.y(t)) / Var(loop.x(t)), (t, oo), 1 - w)
