"""With probability a the fit starts again from a real point, else the model drifts on."""

from sympy import Eq, Piecewise, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Normal, Probability, Var, claim, coordinate


class Replayed(Loop):
    """x' is real, N(0, 1), with probability a, else x + Z."""

    a: Probability()
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        real = Noise("A", Binomial(1, self.a))
        z = Noise("Z", Normal(0, 1))
        return {"x": Piecewise((z, Eq(real, 1)), (now["x"] + z, True))}


@claim
def true_variance(a=Probability(), t=Integers(0)):
    """The variance is (1 - (1 - a)^t)/a."""
    return Eq(Var(Replayed(a).x(t)), (1 - (1 - a) ** t) / a)


@claim
def false_variance(a=Probability(), t=Integers(0)):
    """The variance is (1 - (1 - a)^(2t))/(1 - (1 - a)^2)."""
    return Eq(Var(Replayed(a).x(t)), (1 - (1 - a) ** (2 * t)) / (1 - (1 - a) ** 2))


@claim
def true_limit(a=Probability(), t=Integers(0)):
    """It tends to 1/a."""
    return Limit(Var(Replayed(a).x(t)), (t, oo), 1 / a)


@claim
def true_tails(a=Probability(), t=Integers(0)):
    """The fourth moment tends to 3 (2 - a)/a^2."""
    return Limit(E(Replayed(a).x(t) ** 4), (t, oo), 3 * (2 - a) / a**2)


@claim
def false_tails(a=Probability(), t=Integers(0)):
    """The fourth moment tends to 3/a^2: as if it were normal."""
    return Limit(E(Replayed(a).x(t) ** 4), (t, oo), 3 / a**2)
