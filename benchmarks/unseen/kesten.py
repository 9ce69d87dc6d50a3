"""Kesten's recursion: a random factor, and 1."""

from sympy import oo, sqrt

from theory import E, Integers, Limit, Loop, Noise, Positive, Reals, Uniform, claim, coordinate


class Kesten(Loop):
    """x' = A x + 1, A uniform on (0, a)."""

    a: Positive
    x = coordinate(nonnegative=True)
    initial = {"x": 0}

    def step(self, now):
        return {"x": Noise("A", Uniform(0, self.a)) * now["x"] + 1}


@claim
def true_mean(a=Reals(0, 2), t=Integers(0)):
    """The mean tends to 2/(2 - a)."""
    return Limit(E(Kesten(a).x(t)), (t, oo), 2 / (2 - a))


@claim
def true_square(a=Reals(0, sqrt(3)), t=Integers(0)):
    """The mean square tends to 3 (2 + a)/((2 - a)(3 - a^2)), if a < sqrt(3)."""
    return Limit(E(Kesten(a).x(t) ** 2), (t, oo), 3 * (2 + a) / ((2 - a) * (3 - a**2)))


@claim
def false_square(a=Reals(0, 2), t=Integers(0)):
    """The mean square tends to 3 (2 + a)/((2 - a)(3 - a^2)), if a < 2."""
    return Limit(E(Kesten(a).x(t) ** 2), (t, oo), 3 * (2 + a) / ((2 - a) * (3 - a**2)))


@claim
def true_heavy(a=Reals(sqrt(3), 2), t=Integers(0)):
    """If a > sqrt(3) it grows without end."""
    return Limit(E(Kesten(a).x(t) ** 2), (t, oo), oo)
