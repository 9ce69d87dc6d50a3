"""The share of positive labels; n pseudo-labels are drawn from the model before and flipped at the rate h."""

from sympy import Eq, Rational, oo

from theory import Binomial, Cov, Integers, Limit, Loop, Noise, Probability, Reals, Var, claim, coordinate


class PseudoLabels(Loop):
    """The share of positive labels; n pseudo-labels are drawn from the model before and flipped at the rate h."""

    n: Integers(1)
    h: Probability()
    p: Probability()

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, state):
        return {"x": Noise("B", Binomial(self.n, self.h + (1 - 2 * self.h) * state["x"])) / self.n}


@claim(source="folklore: self-training with flipped pseudo-labels forgets geometrically")
def true_memory(n=Integers(1), h=Reals(0, Rational(1, 2)), p=Probability(), t=Integers(1), s=Integers(1)):
    """Generations t and t + s have the covariance (1 - 2h)^s Var x_t.

    E(x' | x) = h + (1 - 2h) x is linear with slope 1 - 2h, s times.
    """
    loop = PseudoLabels(n, h, p)
    return Eq(Cov(loop.x(t), loop.x(t + s)), (1 - 2 * h) ** s * Var(loop.x(t)))


@claim(source="the same, one flip counted")
def false_memory(n=Integers(1), h=Reals(0, Rational(1, 2)), p=Probability(), t=Integers(1), s=Integers(1)):
    """It is (1 - h)^s Var x_t. (False: a flip takes away a right label and adds a wrong one.)"""
    loop = PseudoLabels(n, h, p)
    return Eq(Cov(loop.x(t), loop.x(t + s)), (1 - h) ** s * Var(loop.x(t)))


@claim(source="Wright-Fisher with symmetric mutation, read as self-training")
def true_stationary(n=Integers(1), h=Reals(0, Rational(1, 2)), p=Probability(), t=Integers(0)):
    """In the long run the share has the variance 1/(4 (n - (n - 1)(1 - 2h)^2)).

    With b = 1 - 2h: V' = E m(1-m)/n + b^2 V and E m(1-m) = 1/4 - b^2 V in the limit, so V (1 - (1 - 1/n) b^2) = 1/(4n).
    By hand n = 1: 1/4, a fair coin.
    """
    return Limit(Var(PseudoLabels(n, h, p).x(t)), (t, oo), 1 / (4 * (n - (n - 1) * (1 - 2 * h) ** 2)))


@claim(source="the same, n for n - 1")
def false_stationary(n=Integers(1), h=Reals(0, Rational(1, 2)), p=Probability(), t=Integers(0)):
    """It is 1/(4 n (1 - (1 - 2h)^2)). (False: for n = 1 it would exceed 1/4.)"""
    return Limit(Var(PseudoLabels(n, h, p).x(t)), (t, oo), 1 / (4 * n * (1 - (1 - 2 * h) ** 2)))
