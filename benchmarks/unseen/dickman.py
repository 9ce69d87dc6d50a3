"""x' = U (1 + x): a perpetuity. Source: textbook, Dickman's law."""

from sympy import Eq, Rational, oo

from theory import Cumulant, E, Integers, Limit, Loop, Noise, Uniform, Var, claim, coordinate


class Perpetuity(Loop):
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": Noise("U", Uniform(0, 1)) * (1 + now["x"])}


@claim
def true_mean(t=Integers(0)):
    """1 - 2^-t."""
    return Eq(E(Perpetuity().x(t)), 1 - Rational(1, 2) ** t)


@claim
def false_mean(t=Integers(0)):
    """1 - 2^-(t + 1)."""
    return Eq(E(Perpetuity().x(t)), 1 - Rational(1, 2) ** (t + 1))


@claim
def true_variance(t=Integers(0)):
    """The variance stays below 1/2."""
    return Var(Perpetuity().x(t)) < Rational(1, 2)


@claim
def false_variance(t=Integers(0)):
    """The variance stays below 49/100."""
    return Var(Perpetuity().x(t)) < Rational(49, 100)


@claim
def true_cumulant(t=Integers(0)):
    """The third cumulant tends to 1/3."""
    return Limit(Cumulant(Perpetuity().x(t), 3), (t, oo), Rational(1, 3))


@claim
def false_cumulant(t=Integers(0)):
    """The third cumulant tends to 1/4."""
    return Limit(Cumulant(Perpetuity().x(t), 3), (t, oo), Rational(1, 4))
