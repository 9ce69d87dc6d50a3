"""EM for Rao's linkage data (Dempster, Laird and Rubin 1977).

125, 18, 20 and 34 animals, of probabilities 1/2 + x/4, (1 - x)/4, (1 - x)/4 and x/4.
"""

from sympy import Rational, oo, sqrt

from theory import Integers, Limit, Loop, Probability, claim, coordinate


class Linkage(Loop):
    start: Probability()

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.start}

    def step(self, now):
        hidden = 125 * now["x"] / (2 + now["x"])
        return {"x": (hidden + 34) / (hidden + 34 + 18 + 20)}


@claim
def true_end(start=Probability(), t=Integers(0)):
    """It tends to the maximum of the likelihood, (15 + sqrt(53809))/394, from every start."""
    return Limit(Linkage(start).x(t), (t, oo), (15 + sqrt(53809)) / 394)


@claim
def false_end(start=Probability(), t=Integers(0)):
    """It tends to the unbiased estimate, (125 - 18 - 20 + 34)/197."""
    return Limit(Linkage(start).x(t), (t, oo), Rational(121, 197))
