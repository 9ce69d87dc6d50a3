"""Ehrenfest's urn: a random one of N balls changes its side."""

from sympy import Eq, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Var, claim, coordinate


class Ehrenfest(Loop):
    """x is the share on the left, all of them at first."""

    N: Integers(2)
    x = coordinate()
    initial = {"x": 1}

    def step(self, now):
        return {"x": now["x"] + (1 - 2 * Noise("B", Binomial(1, now["x"]))) / self.N}


@claim
def true_mean(N=Integers(2), t=Integers(0)):
    """The mean share is (1 + (1 - 2/N)^t)/2."""
    return Eq(E(Ehrenfest(N).x(t)), (1 + (1 - 2 / N) ** t) / 2)


@claim
def false_mean(N=Integers(2), t=Integers(0)):
    """The mean share is (1 + (1 - 1/N)^t)/2."""
    return Eq(E(Ehrenfest(N).x(t)), (1 + (1 - 1 / N) ** t) / 2)


@claim
def true_variance(N=Integers(3), t=Integers(0)):
    """The variance tends to 1/(4 N)."""
    return Limit(Var(Ehrenfest(N).x(t)), (t, oo), 1 / (4 * N))


@claim
def false_variance(N=Integers(3), t=Integers(0)):
    """The variance tends to 1/(2 N)."""
    return Limit(Var(Ehrenfest(N).x(t)), (t, oo), 1 / (2 * N))
