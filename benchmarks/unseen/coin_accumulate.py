"""A coin fitted to all tosses so far; every fit adds n tosses of the coin before."""

from sympy import Eq, Product, Symbol, oo, pi

from theory import CLOCK, Binomial, E, Integers, Limit, Loop, Noise, Probability, claim, coordinate

k = Symbol("k", integer=True, positive=True)


class KeptTosses(Loop):
    """A coin fitted to all tosses so far; every fit adds n tosses of the coin before."""

    n: Integers(1)
    p: Probability()

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, state):
        x = state["x"]
        return {"x": ((CLOCK - 1) * x + Noise("B", Binomial(self.n, x)) / self.n) / CLOCK}


def spread(n, p, t):
    x = KeptTosses(n, p).x(t)
    return E(x * (1 - x))


@claim(source="Kazdan et al. 2410.16713 (accumulate), for a coin")
def true_product(n=Integers(1), p=Probability(), t=Integers(0)):
    """With accumulation the expected variance of a draw is p(1-p) prod (1 - 1/(n k^2)).

    Fit k adds a batch of weight 1/k: Var(x_k | x) = x(1-x)/(n k^2) with mean x, so E x_k(1-x_k) = x(1-x)(1 - 1/(n k^2)).
    By hand t = 1: p(1-p)(1 - 1/n), the variance of the mean of n tosses taken off.
    """
    return Eq(spread(n, p, t), p * (1 - p) * Product(1 - 1 / (n * k**2), (k, 1, t)))


@claim(source="the same, index off by one")
def false_product(n=Integers(1), p=Probability(), t=Integers(0)):
    """The product starts at k = 2. (False: t = 1 has 1 - 1/n.)"""
    return Eq(spread(n, p, t), p * (1 - p) * Product(1 - 1 / (n * k**2), (k, 2, t + 1)))


@claim(source="Wallis' product; corollary for Kazdan et al. 2410.16713")
def true_four_tosses(p=Probability(), t=Integers(0)):
    """With four tosses a fit the share 2/pi of the diversity is kept for ever.

    prod (1 - z^2/k^2) = sin(pi z)/(pi z) at z = 1/2 is 1/(pi/2) = 2/pi. Partial: 3/4, 0.703, 0.684, ... -> 0.637.
    """
    return Limit(spread(4, p, t), (t, oo), 2 / pi * p * (1 - p))


@claim(source="Wallis, misremembered")
def false_four_tosses(p=Probability(), t=Integers(0)):
    """The share pi/4 is kept. (False: already after two fits 0.703 < 0.785 is left.)"""
    return Limit(spread(4, p, t), (t, oo), pi / 4 * p * (1 - p))
