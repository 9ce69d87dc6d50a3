"""Accumulation of means: the last batch beside the pool."""

from sympy import Eq, Sum, Symbol, oo, pi, sqrt

from theory import CLOCK, Cov, Integers, Limit, Loop, Noise, Normal, Var, claim, coordinate

k = Symbol("k", integer=True, positive=True)


class PoolMean(Loop):
    """x is the mean of n draws around the pool's mean y, which takes it in."""

    n: Integers(1)
    x = coordinate()
    y = coordinate()
    initial = {"x": 0, "y": 0}

    def step(self, now):
        x = now["y"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)
        return {"x": x, "y": now["y"] + (x - now["y"]) / (CLOCK + 1)}


@claim
def true_pool(n=Integers(1), t=Integers(0)):
    """The pool's mean has the variance sum 1/(k + 1)^2/n."""
    return Eq(Var(PoolMean(n).y(t)), Sum(1 / (k + 1) ** 2, (k, 1, t)) / n)


@claim
def true_pool_limit(n=Integers(1), t=Integers(0)):
    """which tends to (pi^2/6 - 1)/n."""
    return Limit(Var(PoolMean(n).y(t)), (t, oo), (pi**2 / 6 - 1) / n)


@claim
def false_pool_limit(n=Integers(1), t=Integers(0)):
    """which tends to pi^2/(6 n)."""
    return Limit(Var(PoolMean(n).y(t)), (t, oo), pi**2 / (6 * n))


@claim
def true_joint(n=Integers(1), t=Integers(1)):
    """Batch and pool have the covariance Var y(t - 1) + 1/(n (t + 1))."""
    loop = PoolMean(n)
    return Eq(Cov(loop.x(t), loop.y(t)), Var(loop.y(t - 1)) + 1 / (n * (t + 1)))


@claim
def false_joint(n=Integers(1), t=Integers(1)):
    """Batch and pool have the covariance Var y(t)."""
    loop = PoolMean(n)
    return Eq(Cov(loop.x(t), loop.y(t)), Var(loop.y(t)))
