"""ARCH(1): the next value has the variance w + a x^2."""

from sympy import Rational, Symbol, oo, sqrt

from theory import E, Limit, Loop, Noise, Normal, Positive, Probability, Reals, claim, coordinate


class Arch(Loop):
    """ARCH(1): the next value has the variance w + a x^2."""

    w: Positive
    a: Probability()

    x = coordinate()
    initial = {"x": 0}

    def step(self, state):
        return {"x": sqrt(self.w + self.a * state["x"] ** 2) * Noise("Z", Normal(0, 1))}


class Bilinear(Loop):
    """x' = a x + b x Z + Z."""

    a: Reals
    b: Reals

    x = coordinate()
    initial = {"x": 0}

    def step(self, state):
        z = Noise("Z", Normal(0, 1))
        return {"x": self.a * state["x"] + self.b * state["x"] * z + z}


@claim(source="Engle 1982 (kurtosis of ARCH)")
def true_kurtosis(w=Positive(), a=Reals(0, Rational(1, 2))):
    """The kurtosis tends to 3 (1 - a^2)/(1 - 3 a^2).

    m2 = w/(1-a), m4 (1 - 3a^2) = 3 w^2 + 6 w a m2 = 3 w^2 (1+a)/(1-a). a = 0: 3.
    """
    t = Symbol("t", integer=True, positive=True)
    x = Arch(w, a).x(t)
    return Limit(E(x**4) / E(x**2) ** 2, (t, oo), 3 * (1 - a**2) / (1 - 3 * a**2))


@claim(source="the same, the numerator forgotten")
def false_kurtosis(w=Positive(), a=Reals(0, Rational(1, 2))):
    """The kurtosis tends to 3/(1 - 3 a^2). (False: a = 2/5: 4.85, not 5.77.)"""
    t = Symbol("t", integer=True, positive=True)
    x = Arch(w, a).x(t)
    return Limit(E(x**4) / E(x**2) ** 2, (t, oo), 3 / (1 - 3 * a**2))


@claim(source="Granger and Andersen 1978 (bilinear models), our third moment")
def true_third_moment(a=Reals(0, Rational(1, 2)), b=Reals(0, Rational(1, 2))):
    """E x_t^3 tends to 6 a b/((1 - a^2 - b^2)(1 - a^3 - 3 a b^2)): means of 0 do not make it symmetric.

    m3' = a^3 m3 + 3a E x (bx + 1)^2 = (a^3 + 3ab^2) m3 + 6ab m2 with m1 = 0, and m2 tends to 1/(1 - a^2 - b^2).
    """
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(E(Bilinear(a, b).x(t) ** 3), (t, oo), 6 * a * b / ((1 - a**2 - b**2) * (1 - a**3 - 3 * a * b**2)))


@claim(source="the same, a factor of 2 lost")
def false_third_moment(a=Reals(0, Rational(1, 2)), b=Reals(0, Rational(1, 2))):
    """It tends to half of that. (False: E x_2^3 = 6ab already.)"""
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(E(Bilinear(a, b).x(t) ** 3), (t, oo), 3 * a * b / ((1 - a**2 - b**2) * (1 - a**3 - 3 * a * b**2)))
