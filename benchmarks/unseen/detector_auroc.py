"""What a detector of synthetic points can do: its area under the curve is bounded by TV (Sadasivan et al.)."""

from sympy import Eq, Le, Rational, erf, sqrt

from theory import TV, Noise, Normal, Positive, Prob, claim


def auroc(m):
    """That a synthetic point scores higher than a real one."""
    return Prob(Noise("X", Normal(m, 1)) > Noise("Y", Normal(0, 1)))


@claim
def true_area(m=Positive()):
    """The area, of two Gaussians."""
    return Eq(auroc(m), (1 + erf(m / 2)) / 2)


@claim
def false_area(m=Positive()):
    """With the variance of one of them only."""
    return Eq(auroc(m), (1 + erf(m / sqrt(2))) / 2)


@claim
def true_bound(m=Positive()):
    """At most 1/2 + TV - TV^2/2."""
    tv = TV(Normal(m, 1), Normal(0, 1))
    return Le(auroc(m), Rational(1, 2) + tv - tv**2 / 2)


@claim
def false_bound(m=Positive()):
    """At most 1/2 + (2/3) TV."""
    return Le(auroc(m), Rational(1, 2) + Rational(2, 3) * TV(Normal(m, 1), Normal(0, 1)))
