"""Two coins are each refitted to their own n tosses for t generations, and then merged: their shares are averaged."""

from sympy import Eq

from theory import E, Integers, Probability, SymbolLoop, claim


def diversity(n, p, t):
    loop = SymbolLoop(p, n)
    merged = (loop.share(t) + loop.copy(2).share(t)) / 2
    return E(merged * (1 - merged))


@claim
def true_diversity(n=Integers(1), p=Probability(), t=Integers(0)):
    """Merging brings half of the lost diversity back."""
    return Eq(diversity(n, p, t), p * (1 - p) * (1 + (1 - 1 / n) ** t) / 2)


@claim
def false_diversity(n=Integers(1), p=Probability(), t=Integers(0)):
    """It is as good as one coin with 2n tosses."""
    return Eq(diversity(n, p, t), p * (1 - p) * (1 - 1 / (2 * n)) ** t)
