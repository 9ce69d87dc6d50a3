"""A variance that depends on itself and on the last draw: v' = w + (a Z^2 + b) v. Source: textbook, GARCH(1, 1)."""

from sympy import oo

from theory import E, Integers, Limit, Loop, Noise, Normal, Positive, Probability, claim, coordinate


class Garch(Loop):
    w: Positive
    a: Positive
    b: Positive
    v = coordinate(positive=True)

    @property
    def initial(self):
        return {"v": self.w}

    def step(self, now):
        return {"v": self.w + (self.a * Noise("Z", Normal(0, 1)) ** 2 + self.b) * now["v"]}


@claim(where=lambda a, b: 3 * a**2 + 2 * a * b + b**2 < 1)
def true_square(w=Positive(), a=Probability(), b=Probability(), t=Integers(0)):
    """The mean square tends to w^2 (1 + a + b)/((1 - a - b)(1 - 3a^2 - 2ab - b^2))."""
    limit = w**2 * (1 + a + b) / ((1 - a - b) * (1 - 3 * a**2 - 2 * a * b - b**2))
    return Limit(E(Garch(w, a, b).v(t) ** 2), (t, oo), limit)


@claim(where=lambda a, b: 3 * a**2 + 2 * a * b + b**2 < 1)
def false_square(w=Positive(), a=Probability(), b=Probability(), t=Integers(0)):
    """The mean square tends to w^2/((1 - a - b)(1 - 3a^2 - 2ab - b^2))."""
    limit = w**2 / ((1 - a - b) * (1 - 3 * a**2 - 2 * a * b - b**2))
    return Limit(E(Garch(w, a, b).v(t) ** 2), (t, oo), limit)
