"""Branching: each sample begets a Poisson number of copies."""

from sympy import Eq, Le, exp

from theory import Integers, Loop, Noise, Poisson, Positive, Prob, Probability, Var, claim, coordinate


class Branching(Loop):
    """z' is Poisson(m z), from one."""

    m: Positive
    z = coordinate()
    initial = {"z": 1}

    def step(self, now):
        return {"z": Noise("offspring", Poisson(self.m * now["z"]))}


@claim(where=lambda m: m > 1)
def true_variance(m=Positive(), t=Integers(0)):
    """The variance is m^t (m^t - 1)/(m - 1)."""
    return Eq(Var(Branching(m).z(t)), m**t * (m**t - 1) / (m - 1))


@claim(where=lambda m: m > 1)
def false_variance(m=Positive(), t=Integers(0)):
    """The variance is m^(t - 1) (m^t - 1)/(m - 1)."""
    return Eq(Var(Branching(m).z(t)), m ** (t - 1) * (m**t - 1) / (m - 1))


@claim
def true_critical(t=Integers(0)):
    """At m = 1 the variance grows linearly."""
    return Eq(Var(Branching(1).z(t)), t)


@claim
def true_alive(m=Probability(), t=Integers(0)):
    """It is alive with probability m^t at most."""
    return Le(Prob(Branching(m).z(t) >= 1), m**t)


@claim
def false_alive(m=Probability(), t=Integers(0)):
    """It is alive with probability m^(2 t) at most."""
    return Le(Prob(Branching(m).z(t) >= 1), m ** (2 * t))


@claim
def true_two(m=Probability()):
    """After two generations it is dead with probability exp(-m (1 - exp(-m)))."""
    return Eq(Prob(Eq(Branching(m).z(2), 0)), exp(-m * (1 - exp(-m))))
