"""Self-distillation by kernel ridge in one eigendirection d with penalty c; noisy labels u + N(0, v) at the start."""

from sympy import Eq, Ge, Rational, sqrt

from theory import E, Integers, Loop, Noise, Normal, Positive, claim, coordinate


class Distilled(Loop):
    """Self-distillation by kernel ridge in one eigendirection d with penalty c; noisy labels u + N(0, v) at the start."""

    d: Positive
    c: Positive
    u: Positive
    v: Positive

    f = coordinate()

    @property
    def initial(self):
        return {"f": self.u + sqrt(self.v) * Noise("Z", Normal(0, 1))}

    def step(self, state):
        return {"f": self.d / (self.d + self.c) * state["f"]}


@claim(source="Mobahi et al. 2002.05715 (self-distillation shrinks eigendirections)")
def true_risk(d=Positive(), c=Positive(), u=Positive(), v=Positive(), t=Integers(0)):
    """After t rounds the risk is u^2 (1 - s^t)^2 + v s^(2t), s = d/(d + c).

    f_t = s^t (u + sqrt(v) Z): bias (1 - s^t) u, variance s^(2t) v.
    """
    s = d / (d + c)
    return Eq(E((Distilled(d, c, u, v).f(t) - u) ** 2), u**2 * (1 - s**t) ** 2 + v * s ** (2 * t))


@claim(source="the same, s for s^2 in the variance")
def false_risk(d=Positive(), c=Positive(), u=Positive(), v=Positive(), t=Integers(0)):
    """It is u^2 (1 - s^t)^2 + v s^t. (False at t = 1 already.)"""
    s = d / (d + c)
    return Eq(E((Distilled(d, c, u, v).f(t) - u) ** 2), u**2 * (1 - s**t) ** 2 + v * s**t)


@claim(source="textbook: the best linear shrinkage; corollary for Mobahi et al. 2002.05715")
def true_no_better(d=Positive(), c=Positive(), u=Positive(), v=Positive(), t=Integers(0)):
    """No number of rounds brings the risk below u^2 v/(u^2 + v).

    u^2 (1 - x)^2 + v x^2 is least at x = u^2/(u^2 + v), where it is u^2 v/(u^2 + v). u = v = 1, x = 1/2: 1/2.
    """
    return Ge(E((Distilled(d, c, u, v).f(t) - u) ** 2), u**2 * v / (u**2 + v))


@claim(source="the same, 10 % more")
def false_no_better(d=Positive(), c=Positive(), u=Positive(), v=Positive(), t=Integers(0)):
    """Nor below 1.1 of it. (False: u = v = 1, c = d, t = 1 attains it.)"""
    return Ge(E((Distilled(d, c, u, v).f(t) - u) ** 2), Rational(11, 10) * u**2 * v / (u**2 + v))
