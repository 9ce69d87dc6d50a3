"""Two Gaussian models at the distance d: total variation, bounded by the divergence."""

from sympy import Le, exp, sqrt

from theory import KL, TV, Normal, Positive, claim


@claim(source="Bretagnolle and Huber 1979")
def true_bound(d=Positive()):
    """TV <= sqrt(1 - exp(-KL))."""
    p, q = Normal(d, 1), Normal(0, 1)
    return Le(TV(p, q), sqrt(1 - exp(-KL(p, q))))


@claim(source="Pinsker's inequality, with a wrong constant")
def false_bound(d=Positive()):
    """TV <= sqrt(KL)/2, in place of sqrt(KL/2)."""
    p, q = Normal(d, 1), Normal(0, 1)
    return Le(TV(p, q), sqrt(KL(p, q)) / 2)
