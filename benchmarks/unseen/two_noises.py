"""Functions of two draws."""

from sympy import Abs, Eq, Le, Max, Rational, pi, sqrt

from theory import ChiSquare, E, Integers, Laplace, Loop, Noise, Normal, Reals, claim, coordinate


class Gini(Loop):
    """A Laplace law is refitted by the distance of two draws, unbiased: b' = b |X - Y| 2/3."""

    b = coordinate(nonnegative=True)
    initial = {"b": 1}

    def step(self, now):
        x, y = Noise("X", Laplace(0, 1)), Noise("Y", Laplace(0, 1))
        return {"b": now["b"] * Abs(x - y) * Rational(2, 3)}


class Ratio(Loop):
    """A variance is rescaled by the quotient of two of its estimates: v' = v (Q/n)/(R/n)."""

    n: Integers(3)
    v = coordinate(positive=True)
    initial = {"v": 1}

    def step(self, now):
        q, r = Noise("Q", ChiSquare(self.n)), Noise("R", ChiSquare(self.n))
        return {"v": now["v"] * q / r}


@claim
def true_gini(t=Integers(0)):
    """The mean scale stays."""
    return Eq(E(Gini().b(t)), 1)


@claim
def false_gini(t=Integers(0)):
    """It falls by 8/9."""
    return Eq(E(Gini().b(t)), Rational(8, 9) ** t)


@claim
def true_gini_square(t=Integers(0)):
    """The mean square grows by 16/9."""
    return Eq(E(Gini().b(t) ** 2), Rational(16, 9) ** t)


@claim
def true_ratio(n=Integers(3), t=Integers(0)):
    """The mean grows by n/(n - 2)."""
    return Eq(E(Ratio(n).v(t)), (n / (n - 2)) ** t)


@claim
def false_ratio(n=Integers(3), t=Integers(0)):
    """The mean grows by n/(n - 1)."""
    return Eq(E(Ratio(n).v(t)), (n / (n - 1)) ** t)


@claim
def true_share():
    """Of two squared normal draws either has half of the sum."""
    x, y = Noise("X", Normal(0, 1)), Noise("Y", Normal(0, 1))
    return Eq(E(x**2 / (x**2 + y**2)), Rational(1, 2))


@claim
def true_max(a=Reals(), b=Reals()):
    """E max(X, Y) is the mean and half of the mean distance."""
    x, y = Noise("X", Normal(a, 1)), Noise("Y", Normal(b, 1))
    return Eq(E(Max(x, y)), (a + b + E(Abs(x - y))) / 2)


@claim
def true_largest(a=Reals(), b=Reals()):
    """E max(X, Y) is at most the larger mean, and 1/sqrt(pi)."""
    x, y = Noise("X", Normal(a, 1)), Noise("Y", Normal(b, 1))
    return Le(E(Max(x, y)), Max(a, b) + 1 / sqrt(pi))


@claim
def false_largest(a=Reals(), b=Reals()):
    """At most the larger mean, and 1/2."""
    x, y = Noise("X", Normal(a, 1)), Noise("Y", Normal(b, 1))
    return Le(E(Max(x, y)), Max(a, b) + Rational(1, 2))
