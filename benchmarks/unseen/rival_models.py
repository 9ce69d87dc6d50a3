"""Two firms retrain on data that both of their models move (performative games)."""

from sympy import Symbol, oo, sqrt

from theory import E, Integers, Limit, Loop, Noise, Normal, Probability, Reals, claim, coordinate

t = Symbol("t", integer=True, nonnegative=True)


class Rivals(Loop):
    """Each firm fits the mean of n draws from N(a + b (own) + c (the other's), 1)."""

    a: Reals
    b: Reals
    c: Reals
    n: Integers(1)

    x = coordinate()
    y = coordinate()
    initial = {"x": 0, "y": 0}

    def step(self, now):
        x, y = now["x"], now["y"]
        return {
            "x": self.a + self.b * x + self.c * y + Noise("X", Normal(0, 1)) / sqrt(self.n),
            "y": self.a + self.b * y + self.c * x + Noise("Y", Normal(0, 1)) / sqrt(self.n),
        }


@claim(where=lambda b, c: b + c < 1)
def true_equilibrium(a=Reals(), b=Probability(), c=Probability(), n=Integers(1)):
    """Retraining leads to the performatively stable point a/(1 - b - c)."""
    return Limit(E(Rivals(a, b, c, n).x(t)), (t, oo), a / (1 - b - c))


@claim(where=lambda b, c: b + c < 1)
def false_equilibrium(a=Reals(), b=Probability(), c=Probability(), n=Integers(1)):
    """As if the rival's influence came after one's own."""
    return Limit(E(Rivals(a, b, c, n).x(t)), (t, oo), a / ((1 - b) * (1 - c)))


@claim(where=lambda b, c: b + c < 1)
def true_gap(a=Reals(), b=Probability(), c=Probability(), n=Integers(1)):
    """How far apart the two are in the end."""
    loop = Rivals(a, b, c, n)
    return Limit(E((loop.x(t) - loop.y(t)) ** 2), (t, oo), 2 / (n * (1 - (b - c) ** 2)))


@claim(where=lambda b, c: b + c < 1)
def false_gap(a=Reals(), b=Probability(), c=Probability(), n=Integers(1)):
    """With the eigenvalue of the sum."""
    loop = Rivals(a, b, c, n)
    return Limit(E((loop.x(t) - loop.y(t)) ** 2), (t, oo), 2 / (n * (1 - (b + c) ** 2)))
