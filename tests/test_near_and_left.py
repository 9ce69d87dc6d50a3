"""Events bounded by moments: that several counts are left, and that a normal quantity is near to 0."""

import pytest
from stated import is_proved
from sympy import Abs, And, Ge, Le, Rational, pi, sqrt

from theory import Integers, Loop, Multinomial, Noise, Normal, Positive, Prob, Reals, Simplex, coordinate, counts


class Tokens(Loop):
    """Shares of three tokens, refitted to n of their own draws."""

    n: Integers(2)
    p: Simplex(3)
    a = coordinate()
    b = coordinate()
    c = coordinate()
    initial = property(lambda self: dict(zip("abc", self.p, strict=True)))

    def step(self, now):
        drawn = counts("Y", Multinomial(self.n, (now["a"], now["b"], now["c"])))
        return {name: y / self.n for name, y in zip("abc", drawn, strict=True)}


class Halved(Tokens):
    """Half of a token more than was drawn: its share is a multiple of 1/(2 n)."""

    def step(self, now):
        out = super().step(now)
        return {**out, "a": out["a"] + 1 / (2 * self.n)}


def both(loop, t):
    return Prob(And(loop.a(t) > 0, loop.b(t) > 0))


@pytest.mark.parametrize(
    ("relation", "t", "holds"),
    [
        (lambda n, p, t: Le(both(Tokens(n, p), t), n**2 * p[0] * p[1] * (1 - 1 / n) ** t), Integers(1), True),
        (lambda n, p, t: Le(both(Tokens(n, p), t), n * p[0] * p[1] * (1 - 1 / n) ** t), Integers(1), False),
        # at the start they are what they are, and no multiples of 1/n
        (lambda n, p, t: Le(both(Tokens(n, p), t), n**2 * p[0] * p[1] * (1 - 1 / n) ** t), Integers(0), False),
        (lambda n, p, t: Le(both(Halved(n, p), t), n**2 * p[0] * p[1] * (1 - 1 / n) ** t), Integers(1), False),
    ],
)
def test_both_are_left(relation, t, holds):
    assert is_proved(relation, n=Integers(2), p=Simplex(3), t=t) == holds


class Interest(Loop):
    a: Positive
    x0: Reals
    x = coordinate()
    initial = property(lambda self: {"x": self.x0})

    def step(self, now):
        return {"x": (1 + self.a) * now["x"] + Noise("Z", Normal(0, 1))}


class Skewed(Interest):
    """Of no normal law."""

    def step(self, now):
        return {"x": (1 + self.a) * now["x"] + Noise("Z", Normal(0, 1)) ** 2}


def near(loop, t, c):
    return Prob(Abs(loop.x(t)) < c)


@pytest.mark.parametrize(
    ("relation", "holds"),
    [
        (lambda a, x0, c, t: Le(near(Interest(a, x0), t, c), c * sqrt(2 / (pi * t))), True),
        (lambda a, x0, c, t: Le(near(Interest(a, x0), t, c), c / sqrt(2 * pi * t)), False),
        (lambda a, x0, c, t: Le(near(Interest(a, x0), t, c), c * sqrt(2 / pi) / t), False),
        (lambda a, x0, c, t: Le(near(Skewed(a, x0), t, c), c * sqrt(2 / (pi * t))), False),
        (lambda a, x0, c, t: Le(near(Interest(a, x0), t, c - 1), (c - 1) * sqrt(2 / (pi * t))), False),
        (lambda a, x0, c, t: Ge(near(Interest(a, x0), t, c), c * sqrt(2 / (pi * t)) * Rational(1, 10**6)), False),
    ],
)
def test_near_to_0(relation, holds):
    assert is_proved(relation, a=Positive(), x0=Reals(), c=Positive(), t=Integers(1)) == holds
