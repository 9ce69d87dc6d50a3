"""Performative prediction: a ridge estimate that moves its data, and a log-odds that answers to its own forecast."""

from sympy import Eq, Ge, Symbol, exp, log, oo, sqrt

from theory import ArgMin, E, Integers, Limit, Loop, Noise, Normal, Positive, Probability, Reals, claim, coordinate


class Ridge(Loop):
    """th' = (a + e th + Z/sqrt n)/(1 + k): the mean of data that move with th, shrunk by the penalty k."""

    n: Integers(1)
    a: Reals
    e: Reals
    k: Positive
    th = coordinate()
    initial = {"th": 0}

    def step(self, now):
        return {"th": (self.a + self.e * now["th"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)) / (1 + self.k)}


class Strategic(Loop):
    """A share d of the people answers as the forecast says: P(y) = (1 - d) q + d/(1 + exp(-th)); th' is its log-odds."""

    d: Probability
    q: Probability
    th = coordinate()
    initial = {"th": 0}

    def step(self, now):
        p = (1 - self.d) * self.q + self.d / (1 + exp(-now["th"]))
        return {"th": log(p / (1 - p))}


@claim
def true_mean(n=Integers(1), a=Reals(), e=Probability(), k=Positive(), t=Integers(0)):
    """E th = a (1 - (e/(1 + k))^t)/(1 + k - e)."""
    return Eq(E(Ridge(n, a, e, k).th(t)), a * (1 - (e / (1 + k)) ** t) / (1 + k - e))


@claim
def false_mean(n=Integers(1), a=Reals(), e=Probability(), k=Positive(), t=Integers(0)):
    """E th = a (1 - (e/(1 + k))^(t + 1))/(1 + k - e)."""
    return Eq(E(Ridge(n, a, e, k).th(t)), a * (1 - (e / (1 + k)) ** (t + 1)) / (1 + k - e))


@claim
def true_optimum(a=Positive(), e=Probability(), k=Positive()):
    """The performative optimum is a (1 - e)/((1 - e)^2 + k), not the stable point."""
    x = Symbol("x", real=True)
    return Eq(ArgMin((x - a - e * x) ** 2 + k * x**2, (x, -oo, oo)), a * (1 - e) / ((1 - e) ** 2 + k))


@claim
def false_optimum(a=Positive(), e=Probability(), k=Positive()):
    """It is the stable point a/(1 + k - e)."""
    x = Symbol("x", real=True)
    return Eq(ArgMin((x - a - e * x) ** 2 + k * x**2, (x, -oo, oo)), a / (1 + k - e))


@claim
def true_echo(d=Probability(), q=Probability(), t=Integers(0)):
    """An echo does not mislead in the end: the log-odds tend to those of q."""
    return Limit(Strategic(d, q).th(t), (t, oo), log(q / (1 - q)))


@claim
def false_echo(d=Probability(), q=Probability(), t=Integers(0)):
    """They never are below those of q."""
    return Ge(Strategic(d, q).th(t), log(q / (1 - q)))
