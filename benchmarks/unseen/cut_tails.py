"""Only draws within k deviations are kept (top-p sampling), and the normal law is refitted to infinitely many of them."""

from sympy import Lt, Rational, erf, exp, pi, sqrt

from theory import Integers, Limit, Loop, Positive, claim, coordinate


def factor(k):
    """The variance of a standard normal law cut at -k and k."""
    return 1 - 2 * k * exp(-(k**2) / 2) / sqrt(2 * pi) / erf(k / sqrt(2))


class Cut(Loop):
    k: Positive
    v = coordinate(positive=True)
    initial = {"v": 1}

    def step(self, now):
        return {"v": now["v"] * factor(self.k)}


@claim
def true_geometric(k=Positive(), t=Integers(1)):
    """The variance is lost geometrically, and faster than (k^2/3)^t."""
    return Lt(Cut(k).v(t), (k**2 / 3) ** t)


@claim
def false_geometric(k=Positive(), t=Integers(1)):
    """The variance is less than (k^2/4)^t."""
    return Lt(Cut(k).v(t), (k**2 / 4) ** t)


@claim
def true_sharp_cut(k=Positive(), t=Integers(1)):
    """As k falls to 0, the draws that are left are uniform: v = (k^2/3)^t to first order."""
    return Limit(Cut(k).v(t) / k ** (2 * t), (k, 0), Rational(1, 3) ** t)


@claim
def false_sharp_cut(k=Positive(), t=Integers(1)):
    """v = (3 k^2/10)^t to first order."""
    return Limit(Cut(k).v(t) / k ** (2 * t), (k, 0), Rational(3, 10) ** t)
