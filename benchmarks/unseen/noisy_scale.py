"""Labels whose noise grows with the weight: w' = c w + sqrt(a + b w^2) Z."""

from sympy import Le, oo, sqrt

from theory import E, Integers, Limit, Loop, Noise, Normal, Positive, Probability, claim, coordinate


class Scaled(Loop):
    a: Positive
    b: Probability
    c: Probability
    w = coordinate()
    initial = {"w": 0}

    def step(self, now):
        return {"w": self.c * now["w"] + sqrt(self.a + self.b * now["w"] ** 2) * Noise("Z", Normal(0, 1))}


@claim(where=lambda b, c: c**2 + b < 1)
def true_square(a=Positive(), b=Probability(), c=Probability(), t=Integers(0)):
    """The mean square is at most a/(1 - b - c^2), its limit."""
    return Le(E(Scaled(a, b, c).w(t) ** 2), a / (1 - b - c**2))


@claim(where=lambda b, c: c**2 + b < 1)
def false_square(a=Positive(), b=Probability(), c=Probability(), t=Integers(0)):
    """The mean square is at most 9/10 a/(1 - b - c^2)."""
    return Le(E(Scaled(a, b, c).w(t) ** 2), 9 * a / (10 * (1 - b - c**2)))


@claim(where=lambda b, c: c**4 + 6 * b * c**2 + 3 * b**2 < 1)
def true_fourth(a=Positive(), b=Probability(), c=Probability(), t=Integers(0)):
    """The fourth moment tends to 3 a^2 (1 + b + c^2)/((1 - b - c^2)(1 - c^4 - 6 b c^2 - 3 b^2))."""
    value = 3 * a**2 * (1 + b + c**2) / ((1 - b - c**2) * (1 - c**4 - 6 * b * c**2 - 3 * b**2))
    return Limit(E(Scaled(a, b, c).w(t) ** 4), (t, oo), value)


@claim(where=lambda b, c: c**4 + 6 * b * c**2 + 3 * b**2 < 1)
def false_fourth(a=Positive(), b=Probability(), c=Probability(), t=Integers(0)):
    """The fourth moment tends to 3 a^2/(1 - b - c^2)^2, that of a normal law."""
    return Limit(E(Scaled(a, b, c).w(t) ** 4), (t, oo), 3 * a**2 / (1 - b - c**2) ** 2)
