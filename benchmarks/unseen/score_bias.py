"""A sampler whose score is off by a constant: x' = a x + (1 - a) e + sqrt(1 - a^2) Z, from the truth N(0, 1)."""

from sympy import Eq, Le, Rational, erf, sqrt

from theory import E, Integers, Loop, Noise, Normal, Positive, Probability, Var, claim, coordinate


class Biased(Loop):
    """It begins with a draw from the truth."""

    a: Probability
    e: Positive
    x = coordinate()

    @property
    def initial(self):
        return {"x": Noise("start", Normal(0, 1))}

    def step(self, now):
        pulled = self.a * now["x"] + (1 - self.a) * self.e
        return {"x": pulled + sqrt(1 - self.a**2) * Noise("Z", Normal(0, 1))}


def divergence(a, e, t):
    """Of N(E x, 1) from N(0, 1)."""
    return E(Biased(a, e).x(t)) ** 2 / 2


def variation(a, e, t):
    return erf(E(Biased(a, e).x(t)) / sqrt(8))


@claim
def true_spread(a=Probability(), e=Positive(), t=Integers(0)):
    """The variance stays 1."""
    return Eq(Var(Biased(a, e).x(t)), 1)


@claim
def true_divergence(a=Probability(), e=Positive(), t=Integers(0)):
    """The divergence from the truth is e^2 (1 - a^t)^2/2."""
    return Eq(divergence(a, e, t), e**2 * (1 - a**t) ** 2 / 2)


@claim
def false_divergence(a=Probability(), e=Positive(), t=Integers(0)):
    """It is e^2 (1 - a^(2t))/2, as if errors were independent."""
    return Eq(divergence(a, e, t), e**2 * (1 - a ** (2 * t)) / 2)


@claim
def true_variation(a=Probability(), e=Positive(), t=Integers(0)):
    """By Pinsker the total variation is e/2 at most."""
    return Le(variation(a, e, t), e / 2)


@claim
def false_variation(a=Probability(), e=Positive(), t=Integers(0)):
    """It is 3 e/10 at most."""
    return Le(variation(a, e, t), Rational(3, 10) * e)
