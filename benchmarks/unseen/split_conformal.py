"""Split conformal prediction: the k-th smallest of n scores covers a share that is Beta(k, n + 1 - k) (Vovk 2012)."""

from sympy import Eq

from theory import Beta, Integers, Noise, Var, claim


def spread(n, k):
    return Var(Noise("C", Beta(k, n + 1 - k)))


@claim(where=lambda n, k: k <= n)
def true_spread(n=Integers(1), k=Integers(1)):
    """From one calibration set to the next it varies by c (1 - c)/(n + 2), c = k/(n + 1)."""
    c = k / (n + 1)
    return Eq(spread(n, k), c * (1 - c) / (n + 2))


@claim(where=lambda n, k: k <= n)
def false_spread(n=Integers(1), k=Integers(1)):
    """By c (1 - c)/n, as the share of n independent hits."""
    c = k / (n + 1)
    return Eq(spread(n, k), c * (1 - c) / n)
