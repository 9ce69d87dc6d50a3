"""Two means, refitted to their own draws by hard assignment: centres at c and -c, deviations 1."""

from sympy import Gt, Le, erf, exp, pi, sqrt

from theory import Integers, Loop, Positive, claim, coordinate


class TwoMeans(Loop):
    """c' = E|c + Z|."""

    c0: Positive
    c = coordinate(positive=True)

    @property
    def initial(self):
        return {"c": self.c0}

    def step(self, now):
        c = now["c"]
        return {"c": sqrt(2 / pi) * exp(-(c**2) / 2) + c * erf(c / sqrt(2))}


@claim
def true_apart(c0=Positive(), t=Integers(0)):
    """The centres drift apart."""
    x = TwoMeans(c0).c
    return Gt(x(t + 1), x(t))


@claim
def false_apart(c0=Positive(), t=Integers(0)):
    """The centres stay within 2, or where they were."""
    return Le(TwoMeans(c0).c(t), 2 + c0 / 10)


@claim
def true_first(c0=Positive()):
    """The first refit adds sqrt(2/pi) at most."""
    return Le(TwoMeans(c0).c(1), c0 + sqrt(2 / pi))


@claim
def false_first(c0=Positive()):
    """The first refit adds 3/4 at most."""
    return Le(4 * TwoMeans(c0).c(1), 4 * c0 + 3)
