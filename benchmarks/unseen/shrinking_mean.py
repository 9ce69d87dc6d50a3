"""An exponential law, refitted to n of its own draws: more often than not its mean falls, though it is a martingale."""

from sympy import And, Eq, Gt, Rational, Sum, Symbol, exp, factorial

from theory import Gamma, Integers, Loop, Noise, Prob, claim, coordinate

k = Symbol("k", integer=True, nonnegative=True)


class ExponentialFit(Loop):
    """The mean of n exponential draws."""

    n: Integers(1)

    m = coordinate(positive=True)
    initial = {"m": 1}

    def step(self, now):
        return {"m": now["m"] * Noise("G", Gamma(self.n, 1 / self.n))}


@claim
def true_falls(n=Integers(1), t=Integers(0)):
    """The mean falls with probability above 1/2."""
    m = ExponentialFit(n).m
    return Gt(Prob(m(t + 1) < m(t)), Rational(1, 2))


@claim
def false_falls(n=Integers(1), t=Integers(0)):
    """It does so twice in a row with probability above 2/5."""
    m = ExponentialFit(n).m
    return Gt(Prob(And(m(t + 1) < m(t), m(t + 2) < m(t + 1))), Rational(2, 5))


@claim
def true_how_often(n=Integers(1), t=Integers(0)):
    """By the Poisson process: fewer than n events by time n."""
    m = ExponentialFit(n).m
    return Eq(Prob(m(t + 1) < m(t)), 1 - exp(-n) * Sum(n**k / factorial(k), (k, 0, n - 1)))


@claim
def false_how_often(n=Integers(1), t=Integers(0)):
    """At most n of them."""
    m = ExponentialFit(n).m
    return Eq(Prob(m(t + 1) < m(t)), 1 - exp(-n) * Sum(n**k / factorial(k), (k, 0, n)))
