"""Each line is kept with probability p and then copied once more; else it dies out."""

from sympy import Eq, Rational, Symbol, oo

from theory import Binomial, Limit, Loop, Noise, Prob, Probability, Reals, claim, coordinate


class Doubling(Loop):
    """Each line is kept with probability p and then copied once more; else it dies out."""

    p: Probability()

    x = coordinate()
    initial = {"x": 1}

    def step(self, state):
        return {"x": 2 * Noise("B", Binomial(state["x"], self.p))}


@claim(source="Galton and Watson 1874, binary splitting")
def true_extinction(p=Reals(Rational(1, 2), 1)):
    """For p > 1/2 the lines die out with probability (1 - p)/p.

    The smaller root of z = 1 - p + p z^2.
    """
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Prob(Eq(Doubling(p).x(t), 0)), (t, oo), (1 - p) / p)


@claim(source="the same, of two lines")
def false_extinction(p=Reals(Rational(1, 2), 1)):
    """They die out with probability ((1 - p)/p)^2. (False: there is one line at the start.)"""
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Prob(Eq(Doubling(p).x(t), 0)), (t, oo), ((1 - p) / p) ** 2)


@claim(source="Kolmogorov 1938 (critical branching)")
def true_critical():
    """At p = 1/2 something is left after t generations with probability 2/t, to first order.

    s' = s - s^2/2, so 1/s grows by 1/2; the variance of the offspring is 1.
    """
    t = Symbol("t", integer=True, positive=True)
    return Limit(t * Prob(Doubling(Rational(1, 2)).x(t) > 0), (t, oo), 2)


@claim(source="the same, the 2 of 2/variance lost")
def false_critical():
    """With probability 1/t, to first order. (False: s = 1, 1/2, 3/8, 39/128, ...; 10^4 s = 1.998 at t = 10^4.)"""
    t = Symbol("t", integer=True, positive=True)
    return Limit(t * Prob(Doubling(Rational(1, 2)).x(t) > 0), (t, oo), 1)
