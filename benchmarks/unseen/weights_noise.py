"""A weight that is kept with probability q in every generation, and scaled by 1/q."""

from sympy import Eq, Rational, floor

from theory import Binomial, Cov, Integers, Loop, Noise, Probability, claim, coordinate


class Dropout(Loop):
    """A weight that is kept with probability q in every generation, and scaled by 1/q."""

    q: Probability()

    w = coordinate()
    initial = {"w": 1}

    def step(self, state):
        return {"w": state["w"] * Noise("B", Binomial(1, self.q)) / self.q}


class Halved(Loop):
    """A whole number loses its last bit in every generation: quantised anew on a grid twice as coarse."""

    n: Integers(0)

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.n}

    def step(self, state):
        return {"x": floor(state["x"] / 2)}


@claim(source="Srivastava et al. 2014 (dropout), repeated; folklore")
def true_covariance(q=Probability(), t=Integers(0), k=Integers(0)):
    """Weights of generations t and t + k have the covariance q^-t - 1.

    A martingale: Cov(w_t, w_(t+k)) = Var w_t, and w_t is q^-t with probability q^t.
    """
    w = Dropout(q).w
    return Eq(Cov(w(t), w(t + k)), q**-t - 1)


@claim(source="the same, the later one's variance")
def false_covariance(q=Probability(), t=Integers(0), k=Integers(0)):
    """It is q^-(t + k) - 1. (False for k >= 1: at t = 0 it is 0.)"""
    w = Dropout(q).w
    return Eq(Cov(w(t), w(t + k)), q ** -(t + k) - 1)


@claim(source="folklore: nested floors (Graham, Knuth and Patashnik)")
def true_floor(n=Integers(0), t=Integers(0)):
    """Quantised t times it is floor(n/2^t): as if quantised once.

    floor(floor(y)/2) = floor(y/2).
    """
    return Eq(Halved(n).x(t), floor(n / 2**t))


@claim(source="the same, rounded to the nearest")
def false_floor(n=Integers(0), t=Integers(0)):
    """It is floor(n/2^t + 1/2). (False: n = t = 1: 0, not 1.)"""
    return Eq(Halved(n).x(t), floor(n / 2**t + Rational(1, 2)))
