"""Reservoir sampling: k real points, then t synthetic ones, each let in with probability k/(number so far). Source: Vitter."""

from sympy import Eq, Ge

from theory import CLOCK, Binomial, E, Integers, Loop, Noise, Prob, Var, claim, coordinate


class Reservoir(Loop):
    """real: how many of the k places are real points still."""

    k: Integers(1)
    real = coordinate()

    @property
    def initial(self):
        return {"real": self.k}

    def step(self, now):
        return {"real": now["real"] - Noise("out", Binomial(1, now["real"] / (self.k + CLOCK)))}


@claim
def true_mean(k=Integers(1), t=Integers(0)):
    """k^2/(k + t) real points are left in the mean."""
    return Eq(E(Reservoir(k).real(t)), k**2 / (k + t))


@claim
def false_mean(k=Integers(1), t=Integers(0)):
    """k^2/(k + t + 1)."""
    return Eq(E(Reservoir(k).real(t)), k**2 / (k + t + 1))


@claim
def true_variance(k=Integers(2), t=Integers(0)):
    """The number is hypergeometric: its variance is k^2 t^2/((k + t)^2 (k + t - 1))."""
    return Eq(Var(Reservoir(k).real(t)), k**2 * t**2 / ((k + t) ** 2 * (k + t - 1)))


@claim
def false_variance(k=Integers(2), t=Integers(0)):
    """It is binomial: k^2 t/(k + t)^2."""
    return Eq(Var(Reservoir(k).real(t)), k**2 * t / (k + t) ** 2)


@claim
def true_none(t=Integers(0)):
    """With two places no real point is left with probability t (t - 1)/((t + 1)(t + 2))."""
    return Eq(Prob(Eq(Reservoir(2).real(t), 0)), t * (t - 1) / ((t + 1) * (t + 2)))


@claim
def false_none(t=Integers(0)):
    """With probability (t/(t + 2))^2: as if places were independent."""
    return Eq(Prob(Eq(Reservoir(2).real(t), 0)), (t / (t + 2)) ** 2)


@claim(where=lambda k, t: t <= k)
def true_half(k=Integers(1), t=Integers(0)):
    """As long as t <= k at least half is real in the mean."""
    return Ge(E(Reservoir(k).real(t)), k / 2)


@claim(where=lambda k, t: t <= k + 1)
def false_half(k=Integers(1), t=Integers(0)):
    """As long as t <= k + 1."""
    return Ge(E(Reservoir(k).real(t)), k / 2)
