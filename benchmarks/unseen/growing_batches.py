"""A schedule of sample sizes: fit k has n k points, or n k (k + 1)."""

from sympy import Eq, Ge, Le, log, sqrt

from theory import CLOCK, Integers, Loop, Noise, Normal, Var, claim, coordinate


class Linear(Loop):
    n: Integers(1)
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1)) / sqrt(self.n * CLOCK)}


class Quadratic(Loop):
    n: Integers(1)
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1)) / sqrt(self.n * CLOCK * (CLOCK + 1))}


@claim
def true_linear(n=Integers(1), t=Integers(1)):
    """Linear growth does not do: the variance is at least log(t + 1)/n."""
    return Ge(Var(Linear(n).x(t)), log(t + 1) / n)


@claim
def false_linear(n=Integers(1), t=Integers(1)):
    """The variance is at least log(2 t + 1)/n."""
    return Ge(Var(Linear(n).x(t)), log(2 * t + 1) / n)


@claim
def true_linear_above(n=Integers(1), t=Integers(1)):
    """The variance is at most (1 + log t)/n."""
    return Le(Var(Linear(n).x(t)), (1 + log(t)) / n)


@claim
def true_quadratic(n=Integers(1), t=Integers(0)):
    """Quadratic growth does: the variance is t/(n (t + 1))."""
    return Eq(Var(Quadratic(n).x(t)), t / (n * (t + 1)))


@claim
def false_quadratic(n=Integers(1), t=Integers(0)):
    """The variance is t/(n (t + 2))."""
    return Eq(Var(Quadratic(n).x(t)), t / (n * (t + 2)))
