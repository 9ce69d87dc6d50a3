"""A log-normal martingale: the mean stays, the typical value collapses."""

from sympy import Eq, Le, Rational, Symbol, exp, sqrt

from theory import E, Integers, Loop, Noise, Normal, PathMax, Positive, Prob, Quantile, claim, coordinate


class LogNormalWalk(Loop):
    """x' = x exp(s Z - s^2/2)."""

    s: Positive
    x = coordinate(positive=True)
    initial = {"x": 1}

    def step(self, now):
        return {"x": now["x"] * exp(self.s * Noise("Z", Normal(0, 1)) - self.s**2 / 2)}


@claim
def true_root(s=Positive(), t=Integers(0)):
    """E sqrt(x) falls like exp(-s^2 t/8)."""
    return Eq(E(sqrt(LogNormalWalk(s).x(t))), exp(-(s**2) * t / 8))


@claim
def false_root(s=Positive(), t=Integers(0)):
    """E sqrt(x) falls like exp(-s^2 t/4)."""
    return Eq(E(sqrt(LogNormalWalk(s).x(t))), exp(-(s**2) * t / 4))


@claim
def true_median(s=Positive(), t=Integers(0)):
    """The median is exp(-s^2 t/2)."""
    return Eq(Quantile(LogNormalWalk(s).x(t), Rational(1, 2)), exp(-(s**2) * t / 2))


@claim
def false_median(s=Positive(), t=Integers(0)):
    """The median is exp(-s^2 t)."""
    return Eq(Quantile(LogNormalWalk(s).x(t), Rational(1, 2)), exp(-(s**2) * t))


@claim
def true_ville(s=Positive(), t=Integers(0), a=Positive()):
    """It ever reaches a with probability 1/a at most."""
    k = Symbol("k", integer=True)
    return Le(Prob(PathMax(LogNormalWalk(s).x(k), (k, 0, t)) >= a), 1 / a)


@claim
def false_ville(s=Positive(), t=Integers(0), a=Positive()):
    """It ever reaches a with probability 1/a^2 at most."""
    k = Symbol("k", integer=True)
    return Le(Prob(PathMax(LogNormalWalk(s).x(k), (k, 0, t)) >= a), 1 / a**2)
