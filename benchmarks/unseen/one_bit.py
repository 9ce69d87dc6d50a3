"""Weights of one bit, drawn anew with the mean c times the last; and integers halved and cut."""

from sympy import Eq, ceiling, floor

from theory import Binomial, Cov, E, Integers, Loop, Noise, Prob, Probability, claim, coordinate


class OneBit(Loop):
    """w' is 1 with probability (1 + c w)/2, else -1."""

    c: Probability
    w = coordinate()
    initial = {"w": 1}

    def step(self, now):
        return {"w": 2 * Noise("B", Binomial(1, (1 + self.c * now["w"]) / 2)) - 1}


class Cut(Loop):
    """k' = floor(k/2)."""

    k0: Integers(0)
    k = coordinate()

    @property
    def initial(self):
        return {"k": self.k0}

    def step(self, now):
        return {"k": floor(now["k"] / 2)}


@claim
def true_mean(c=Probability(), t=Integers(0)):
    """E w = c^t: stochastic quantisation is unbiased."""
    return Eq(E(OneBit(c).w(t)), c**t)


@claim
def false_mean(c=Probability(), t=Integers(0)):
    """E w = c^(t + 1)."""
    return Eq(E(OneBit(c).w(t)), c ** (t + 1))


@claim
def true_together(c=Probability(), s=Integers(0), t=Integers(0)):
    """Cov(w_t, w_(t + s)) = c^s (1 - c^(2 t))."""
    loop = OneBit(c)
    return Eq(Cov(loop.w(t), loop.w(t + s)), c**s * (1 - c ** (2 * t)))


@claim
def true_still(c=Probability(), t=Integers(0)):
    """The first weight is still there with probability (1 + c^t)/2."""
    return Eq(Prob(Eq(OneBit(c).w(t), 1)), (1 + c**t) / 2)


@claim
def true_cut(k0=Integers(0, 1000), t=Integers(0, 20)):
    """t halvings with a cut are one division with a cut."""
    return Eq(Cut(k0).k(t), floor(k0 / 2**t))


@claim
def false_cut(k0=Integers(0, 1000), t=Integers(0, 20)):
    """They are rounded up."""
    return Eq(Cut(k0).k(t), ceiling(k0 / 2**t))
