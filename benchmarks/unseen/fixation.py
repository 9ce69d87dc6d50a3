"""Moran's model with selection: the chance that one better model takes over. Source: textbook."""

from sympy import Eq, oo

from theory import Binomial, Integers, Limit, Loop, Noise, Points, Prob, Reals, claim, coordinate


class Selection(Loop):
    """k of N are of the better kind, r times as likely to be copied; each is as likely to be replaced."""

    N: Integers(2)
    r: Reals
    k = coordinate()
    initial = {"k": 1}

    def step(self, now):
        k, N, r = now["k"], self.N, self.r
        copied = Noise("C", Binomial(1, r * k / (r * k + N - k)))
        replaced = Noise("D", Binomial(1, k / N))
        return {"k": k + copied - replaced}


@claim
def true_fixed(N=Points(2, 3, 5), r=Points(2, 3), t=Integers(0)):
    """It takes over with probability (1 - 1/r)/(1 - r^-N)."""
    return Limit(Prob(Eq(Selection(N, r).k(t), N)), (t, oo), (1 - 1 / r) / (1 - r**-N))


@claim
def false_fixed(N=Points(2, 3, 5), r=Points(2, 3), t=Integers(0)):
    """With probability 1 - 1/r."""
    return Limit(Prob(Eq(Selection(N, r).k(t), N)), (t, oo), 1 - 1 / r)
