"""Adaptive conformal inference (Gibbs and Candes): the level is moved by the errors, whatever the model has become."""

from sympy import Abs, Eq, Le, Piecewise

from theory import E, Integers, Loop, Noise, Probability, Uniform, claim, coordinate


class Conformal(Loop):
    """An error is made where a uniform score is below the level a; a moves by h (alpha - error)."""

    h: Probability()
    alpha: Probability()
    a0: Probability()

    a = coordinate()
    errors = coordinate()

    @property
    def initial(self):
        return {"a": self.a0, "errors": 0}

    def step(self, now):
        error = Piecewise((1, Noise("U", Uniform(0, 1)) < now["a"]), (0, True))
        return {"a": now["a"] + self.h * (self.alpha - error), "errors": now["errors"] + error}


@claim
def true_identity(h=Probability(), alpha=Probability(), a0=Probability(), t=Integers(0)):
    """How many errors there were is known from the level alone."""
    loop = Conformal(h, alpha, a0)
    return Eq(E(loop.errors(t)), alpha * t + (a0 - E(loop.a(t))) / h)


@claim
def false_identity(h=Probability(), alpha=Probability(), a0=Probability(), t=Integers(0)):
    """From the level of one step later."""
    loop = Conformal(h, alpha, a0)
    return Eq(E(loop.errors(t)), alpha * t + (a0 - E(loop.a(t + 1))) / h)


@claim
def true_coverage(h=Probability(), alpha=Probability(), a0=Probability(), t=Integers(1)):
    """The frequency of errors is within (1 + h)/(h t) of alpha."""
    loop = Conformal(h, alpha, a0)
    return Le(Abs(E(loop.errors(t)) / t - alpha), (1 + h) / (h * t))


@claim
def false_coverage(h=Probability(), alpha=Probability(), a0=Probability(), t=Integers(1)):
    """Within half of 1/(h t)."""
    loop = Conformal(h, alpha, a0)
    return Le(Abs(E(loop.errors(t)) / t - alpha), 1 / (2 * h * t))
