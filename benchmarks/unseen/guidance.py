"""Classifier-free guidance on Gaussians: N(m, 1) times a power of its density over that of N(0, 1)."""

from sympy import Eq, Lambda, Symbol, exp

from theory import E, Noise, Normal, Positive, Reals, Tilted, claim

x = Symbol("x", real=True)


def guided(m, w):
    """The mean of what is drawn with the weight w."""
    ratio = exp(m * x - m**2 / 2)
    return E(Noise("X", Tilted(Normal(m, 1), Lambda(x, ratio**w))))


@claim
def true_mean(m=Reals(), w=Positive()):
    """It overshoots, to (1 + w) m."""
    return Eq(guided(m, w), (1 + w) * m)


@claim
def false_mean(m=Reals(), w=Positive()):
    """To w m."""
    return Eq(guided(m, w), w * m)
