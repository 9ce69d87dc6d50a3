"""Every one of m students picks one of the m models before as its teacher: stepwise mutation (Ohta and Kimura)."""

from sympy import Eq, Symbol, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Normal, Positive, claim, coordinate

t = Symbol("t", integer=True, nonnegative=True)


class Pair(Loop):
    """The difference of two students: 0 if they had the same teacher, and each copies with an error of variance s."""

    m: Integers(2)
    s: Positive

    d = coordinate()
    initial = {"d": 0}

    def step(self, now):
        other = Noise("B", Binomial(1, 1 - 1 / self.m))
        return {"d": other * now["d"] + Noise("Y", Normal(0, self.s)) - Noise("Z", Normal(0, self.s))}


@claim
def true_spread(m=Integers(2), s=Positive(), t=Integers(0)):
    """The mean square difference of two students."""
    return Eq(E(Pair(m, s).d(t) ** 2), 2 * s * m * (1 - (1 - 1 / m) ** t))


@claim
def false_spread(m=Integers(2), s=Positive(), t=Integers(0)):
    """With the number of the other teachers in front."""
    return Eq(E(Pair(m, s).d(t) ** 2), 2 * s * (m - 1) * (1 - (1 - 1 / m) ** t))


@claim
def true_kurtosis(m=Integers(2), s=Positive()):
    """In the end the differences have the kurtosis 6 - 3/m, nearly that of a Laplace law."""
    d = Pair(m, s).d(t)
    return Limit(E(d**4) / E(d**2) ** 2, (t, oo), 6 - 3 / m)


@claim
def false_kurtosis(m=Integers(2), s=Positive()):
    """That of a Laplace law."""
    d = Pair(m, s).d(t)
    return Limit(E(d**4) / E(d**2) ** 2, (t, oo), 6 - 3 / m**2)
