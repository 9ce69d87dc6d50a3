"""The share of green tokens: n tokens, the share s of them by the model before, the others human (green share g)."""

from sympy import Eq, oo, sqrt

from theory import Binomial, E, Integers, Limit, Loop, Noise, Probability, claim, coordinate, observable


class GreenTokens(Loop):
    """The share of green tokens: n tokens, the share s of them by the model before, the others human (green share g)."""

    n: Integers(1)
    g: Probability()
    s: Probability()
    start: Probability()

    x = coordinate()
    z = observable("z", of=lambda loop, now: (now["x"] - loop.g) * sqrt(loop.n / (loop.g * (1 - loop.g))))

    @property
    def initial(self):
        return {"x": self.start}

    def step(self, state):
        return {"x": Noise("B", Binomial(self.n, (1 - self.s) * self.g + self.s * state["x"])) / self.n}


@claim(source="Kirchenbauer et al. 2301.10226 (z-score); Sander et al. 2402.14904 (radioactivity), as a recursion")
def true_signal(n=Integers(1), g=Probability(), s=Probability(), start=Probability(), t=Integers(0)):
    """The expected z-score of a watermark fades by s a generation.

    E(x' - g | x) = s (x - g), and z is (x - g) sqrt(n/(g(1-g))).
    """
    return Eq(E(GreenTokens(n, g, s, start).z(t)), s**t * (start - g) * sqrt(n / (g * (1 - g))))


@claim(source="the same, standardised by sqrt(g)")
def false_signal(n=Integers(1), g=Probability(), s=Probability(), start=Probability(), t=Integers(0)):
    """It is s^t (start - g) sqrt(n/g). (False: the variance of a token is g (1 - g).)"""
    return Eq(E(GreenTokens(n, g, s, start).z(t)), s**t * (start - g) * sqrt(n / g))


@claim(source="corollary: retraining inflates the false alarms of the detector")
def true_false_alarms(n=Integers(1), g=Probability(), s=Probability(), start=Probability(), t=Integers(0)):
    """Without a watermark left the z-score has the mean square n/(n - (n - 1) s^2), not 1.

    With V = Var x: V = (g(1-g) - s^2 V)/n + s^2 V in the limit, so V = g(1-g)/(n - (n-1) s^2). n = 1: 1.
    """
    return Limit(E(GreenTokens(n, g, s, start).z(t) ** 2), (t, oo), n / (n - (n - 1) * s**2))


@claim(source="the same for infinitely many tokens")
def false_false_alarms(n=Integers(1), g=Probability(), s=Probability(), start=Probability(), t=Integers(0)):
    """It has the mean square 1/(1 - s^2). (False for finitely many tokens; n = 1: 1.)"""
    return Limit(E(GreenTokens(n, g, s, start).z(t) ** 2), (t, oo), 1 / (1 - s**2))
