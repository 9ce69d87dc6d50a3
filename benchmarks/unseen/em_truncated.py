"""EM for a Poisson mean of which zeros were never reported: m is the mean of what was (McKendrick 1926)."""

from sympy import Ge, Lt, exp, oo

from theory import Integers, Loop, Reals, claim, coordinate


class Unreported(Loop):
    """x' = m (1 - exp(-x)), from the mean of what was reported."""

    m: Reals(1, oo)

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.m}

    def step(self, now):
        return {"x": self.m * (1 - exp(-now["x"]))}


@claim
def true_falls(m=Reals(1, oo), t=Integers(0)):
    """The estimate falls in every step."""
    x = Unreported(m).x
    return Lt(x(t + 1), x(t))


@claim
def false_above(m=Reals(1, oo), t=Integers(0)):
    """It stays above 2 (m - 1), which is the answer to first order."""
    return Ge(Unreported(m).x(t), 2 * (m - 1))
