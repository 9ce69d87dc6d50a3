"""A loss that is seen with probability p only: importance weights around a guess b (Dudik et al. 2011)."""

from sympy import Eq

from theory import Binomial, Noise, Normal, Positive, Probability, Reals, Var, claim


def estimate(p, loss, b, s):
    seen = Noise("A", Binomial(1, p))
    return b + seen * (loss + s * Noise("Z", Normal(0, 1)) - b) / p


@claim
def true_variance(p=Probability(), loss=Reals(), b=Reals(), s=Positive()):
    """The variance is (loss - b)^2 (1 - p)/p + s^2/p."""
    return Eq(Var(estimate(p, loss, b, s)), (loss - b) ** 2 * (1 - p) / p + s**2 / p)


@claim
def false_variance(p=Probability(), loss=Reals(), b=Reals(), s=Positive()):
    """It is (loss - b)^2 (1 - p)/p + s^2: the noise is added once."""
    return Eq(Var(estimate(p, loss, b, s)), (loss - b) ** 2 * (1 - p) / p + s**2)
