"""The forward process of a diffusion model. Source: Ho et al. 2006.11239."""

from sympy import Eq, Le, Rational, log, sqrt

from theory import CentralMoment, Integers, Loop, Noise, Normal, Positive, Probability, Var, claim, coordinate


class Noised(Loop):
    b: Probability()
    s: Positive
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.s * Noise("X", Normal(0, 1))}

    def step(self, now):
        return {"x": sqrt(1 - self.b) * now["x"] + sqrt(self.b) * Noise("Z", Normal(0, 1))}


@claim
def true_variance(b=Probability(), s=Positive(), t=Integers(0)):
    """The variance tends to 1 geometrically."""
    return Eq(Var(Noised(b, s).x(t)), 1 + (1 - b) ** t * (s**2 - 1))


@claim
def false_variance(b=Probability(), s=Positive(), t=Integers(0)):
    """With the square root of 1 - b."""
    return Eq(Var(Noised(b, s).x(t)), 1 + sqrt(1 - b) ** t * (s**2 - 1))


@claim
def true_fourth(b=Probability(), s=Positive(), t=Integers(0)):
    """It stays normal: the fourth moment is three times the squared variance."""
    x = Noised(b, s).x(t)
    return Eq(CentralMoment(x, 4), 3 * Var(x) ** 2)


@claim
def false_fourth(b=Probability(), s=Positive(), t=Integers(0)):
    """2.99 times."""
    x = Noised(b, s).x(t)
    return Eq(CentralMoment(x, 4), Rational(299, 100) * Var(x) ** 2)


@claim
def true_divergence(b=Probability(), s=Positive(), t=Integers(0)):
    """The divergence to N(0, 1) falls at least by 1 - b a step: it is convex in the variance."""
    v = Var(Noised(b, s).x(t))
    return Le((v - 1 - log(v)) / 2, (1 - b) ** t * (s**2 - 1 - log(s**2)) / 2)


@claim
def false_divergence(b=Probability(), s=Positive(), t=Integers(0)):
    """By the square of 1 - b, whatever the variance is at first."""
    v = Var(Noised(b, s).x(t))
    return Le((v - 1 - log(v)) / 2, (1 - b) ** (2 * t) * (s**2 - 1 - log(s**2)) / 2)
