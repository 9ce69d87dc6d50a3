"""Ridge regression on labels of the model before, and James-Stein."""

from sympy import Eq, Symbol, oo, sqrt

from theory import ArgMin, ChiSquare, E, Integers, Limit, Loop, Noise, Normal, Positive, Reals, claim, coordinate


class Ridge(Loop):
    """One weight, n labels from the weight before with unit noise, penalty lam n: w' = (w + Z/sqrt n)/(1 + lam)."""

    n: Integers(1)
    lam: Positive
    w0: Reals
    w = coordinate()

    @property
    def initial(self):
        return {"w": self.w0}

    def step(self, now):
        return {"w": (now["w"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)) / (1 + self.lam)}


@claim
def true_risk(n=Integers(1), lam=Positive(), w0=Reals(), t=Integers(0)):
    """The risk is (1 - s^t)^2 w0^2 + s^2 (1 - s^(2t))/((1 - s^2) n), with s = 1/(1 + lam)."""
    s = 1 / (1 + lam)
    loop = Ridge(n, lam, w0)
    return Eq(E((loop.w(t) - w0) ** 2), (1 - s**t) ** 2 * w0**2 + s**2 * (1 - s ** (2 * t)) / (1 - s**2) / n)


@claim
def false_risk(n=Integers(1), lam=Positive(), w0=Reals(), t=Integers(0)):
    """The risk is (1 - s)^(2t) w0^2 + s^2 (1 - s^(2t))/((1 - s^2) n)."""
    s = 1 / (1 + lam)
    loop = Ridge(n, lam, w0)
    return Eq(E((loop.w(t) - w0) ** 2), (1 - s) ** (2 * t) * w0**2 + s**2 * (1 - s ** (2 * t)) / (1 - s**2) / n)


@claim
def true_forever(n=Integers(1), lam=Positive(), w0=Reals(), t=Integers(0)):
    """In the end the truth is forgotten: the risk tends to w0^2 + 1/(n (2 lam + lam^2))."""
    return Limit(E((Ridge(n, lam, w0).w(t) - w0) ** 2), (t, oo), w0**2 + 1 / (n * (2 * lam + lam**2)))


@claim
def false_forever(n=Integers(1), lam=Positive(), w0=Reals(), t=Integers(0)):
    """In the end the risk is that of the noise alone."""
    return Limit(E((Ridge(n, lam, w0).w(t) - w0) ** 2), (t, oo), 1 / (n * (2 * lam + lam**2)))


@claim
def true_best(n=Integers(1), w0=Positive()):
    """The best penalty of the first fit is 1/(n w0^2)."""
    k = Symbol("k", positive=True)
    return Eq(ArgMin((k**2 * w0**2 + 1 / n) / (1 + k) ** 2, (k, 0, oo)), 1 / (n * w0**2))


@claim
def true_james_stein(d=Integers(3)):
    """At the origin James and Stein's estimate has the risk 2 in every dimension."""
    Q = Noise("Q", ChiSquare(d))
    return Eq(E((1 - (d - 2) / Q) ** 2 * Q), 2)


@claim
def false_james_stein(d=Integers(3)):
    """At the origin James and Stein's estimate has the risk 1 in every dimension."""
    Q = Noise("Q", ChiSquare(d))
    return Eq(E((1 - (d - 2) / Q) ** 2 * Q), 1)
