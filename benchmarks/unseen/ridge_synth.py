"""Ridge regression, one direction with X'X = n; labels are those of the fit before, with fresh noise s."""

from sympy import Eq, Symbol, oo, sqrt

from theory import ArgMin, E, Integers, Loop, Noise, Normal, Positive, Reals, claim, coordinate

lam = Symbol("lam", positive=True)


class RidgeLabels(Loop):
    """Ridge regression, one direction with X'X = n; labels are those of the fit before, with fresh noise s."""

    n: Integers(1)
    penalty: Positive
    s: Positive
    w0: Reals

    w = coordinate()

    @property
    def initial(self):
        return {"w": self.w0}

    def step(self, state):
        xy = self.n * state["w"] + self.s * sqrt(self.n) * Noise("Z", Normal(0, 1))
        return {"w": xy / (self.n + self.penalty)}


@claim(source="Dohmatob et al. 2402.07712 (ridge, synthetic labels), one direction")
def true_risk(n=Integers(1), penalty=Positive(), s=Positive(), w0=Reals(), t=Integers(0)):
    """The squared error is bias (1 - c^t)^2 w0^2 plus noise s^2/n c^2 (1 - c^(2t))/(1 - c^2), c = n/(n + penalty).

    w' = c (w + s Z/sqrt n), so w_t = c^t w0 + sum_(j=1..t) c^j s Z_j/sqrt n.
    By hand t = 1: (1 - c)^2 w0^2 + c^2 s^2/n.
    """
    c = n / (n + penalty)
    error = E((RidgeLabels(n, penalty, s, w0).w(t) - w0) ** 2)
    return Eq(error, w0**2 * (1 - c**t) ** 2 + s**2 / n * c**2 * (1 - c ** (2 * t)) / (1 - c**2))


@claim(source="the same, the newest noise not shrunk")
def false_risk(n=Integers(1), penalty=Positive(), s=Positive(), w0=Reals(), t=Integers(0)):
    """The noise part is s^2/n (1 - c^(2t))/(1 - c^2). (False: at t = 1 it is c^2 s^2/n.)"""
    c = n / (n + penalty)
    error = E((RidgeLabels(n, penalty, s, w0).w(t) - w0) ** 2)
    return Eq(error, w0**2 * (1 - c**t) ** 2 + s**2 / n * (1 - c ** (2 * t)) / (1 - c**2))


@claim(source="textbook: the best ridge penalty; the first fit of Dohmatob et al. 2402.07712")
def true_best_penalty(n=Integers(2), s=Positive(), w0=Positive()):
    """The best penalty for the first fit is s^2/w0^2, whatever n is.

    (1 - c)^2 w0^2 + c^2 s^2/n is least at c = w0^2/(w0^2 + s^2/n) = n/(n + s^2/w0^2).
    """
    error = E((RidgeLabels(n, lam, s, w0).w(1) - w0) ** 2)
    return Eq(ArgMin(error, (lam, 0, oo)), s**2 / w0**2)


@claim(source="the same in the wrong units")
def false_best_penalty(n=Integers(2), s=Positive(), w0=Positive()):
    """It is s^2/(n w0^2). (False from n = 2 on: the penalty is not divided by n here.)"""
    error = E((RidgeLabels(n, lam, s, w0).w(1) - w0) ** 2)
    return Eq(ArgMin(error, (lam, 0, oo)), s**2 / (n * w0**2))
