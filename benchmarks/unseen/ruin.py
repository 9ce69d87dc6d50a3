"""The gambler's ruin."""

from sympy import Eq, Or, Piecewise, Rational, oo

from theory import Binomial, E, HittingTime, Integers, Limit, Loop, Noise, Points, Prob, Probability, claim, coordinate


class Ruin(Loop):
    """a of N coins; one is won with probability p, else lost, until all or none are left."""

    N: Integers(2)
    a: Integers(1)
    p: Probability
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.a}

    def step(self, now):
        x = now["x"]
        moved = x + 2 * Noise("B", Binomial(1, self.p)) - 1
        return {"x": Piecewise((x, Or(x <= 0, x >= self.N)), (moved, True))}


@claim(where=lambda a, N: a < N)
def true_fair_time(N=Points(4, 6), a=Points(1, 2, 3)):
    """The fair game lasts a (N - a) rounds in the mean."""
    x = Ruin(N, a, Rational(1, 2)).x
    return Eq(E(HittingTime(lambda s: Or(x(s) <= 0, x(s) >= N))), a * (N - a))


@claim(where=lambda a, N: a < N)
def false_fair_time(N=Points(4, 6), a=Points(1, 2, 3)):
    """The fair game lasts a N/2 rounds in the mean."""
    x = Ruin(N, a, Rational(1, 2)).x
    return Eq(E(HittingTime(lambda s: Or(x(s) <= 0, x(s) >= N))), a * N / 2)


@claim(where=lambda p: p > 0)
def true_ruin(p=Probability(), t=Integers(0)):
    """From 1 of 3 coins: all are won with probability (1 - q/p)/(1 - (q/p)^3), hence p^2/(p^2 + p q + q^2)."""
    q = 1 - p
    return Limit(Prob(Ruin(3, 1, p).x(t) >= 3), (t, oo), p**2 / (p**2 + p * q + q**2))


@claim(where=lambda p: p > 0)
def false_ruin(p=Probability(), t=Integers(0)):
    """From 1 of 3 coins: all are won with probability p^2."""
    return Limit(Prob(Ruin(3, 1, p).x(t) >= 3), (t, oo), p**2)
