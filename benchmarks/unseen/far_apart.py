"""How far a moved law is from the law it was."""

from sympy import Eq, Le, erf, exp, log, pi, sqrt

from theory import KL, TV, Exponential, Laplace, Normal, Positive, claim


@claim
def true_normal(d=Positive()):
    """TV of N(0, 1) and N(d, 1) is erf(d/sqrt(8))."""
    return Eq(TV(Normal(0, 1), Normal(d, 1)), erf(d / sqrt(8)))


@claim
def false_normal(d=Positive()):
    """It is erf(d/2)."""
    return Eq(TV(Normal(0, 1), Normal(d, 1)), erf(d / 2))


@claim
def true_normal_bound(d=Positive(), s=Positive()):
    """At most d/(s sqrt(2 pi))."""
    return Le(TV(Normal(0, s**2), Normal(d, s**2)), d / (s * sqrt(2 * pi)))


@claim
def false_normal_bound(d=Positive(), s=Positive()):
    """At most d/(3 s)."""
    return Le(TV(Normal(0, s**2), Normal(d, s**2)), d / (3 * s))


@claim
def true_laplace(d=Positive(), b=Positive()):
    """TV of two Laplace laws is 1 - exp(-d/(2b))."""
    return Eq(TV(Laplace(0, b), Laplace(d, b)), 1 - exp(-d / (2 * b)))


@claim
def false_laplace(d=Positive(), b=Positive()):
    """It is 1 - exp(-d/b)."""
    return Eq(TV(Laplace(0, b), Laplace(d, b)), 1 - exp(-d / b))


@claim
def true_rates(a=Positive(), b=Positive()):
    """KL of exponential laws with the means a and b is a/b - 1 - log(a/b)."""
    return Eq(KL(Exponential(a), Exponential(b)), a / b - 1 - log(a / b))


@claim
def false_rates(a=Positive(), b=Positive()):
    """It is b/a - 1 - log(b/a)."""
    return Eq(KL(Exponential(a), Exponential(b)), b / a - 1 - log(b / a))


@claim
def true_divergence(d=Positive()):
    """KL of Laplace laws that are d scales apart is d - 1 + exp(-d)."""
    return Eq(KL(Laplace(0, 1), Laplace(d, 1)), d - 1 + exp(-d))


@claim
def false_divergence(d=Positive()):
    """It is d^2/2."""
    return Eq(KL(Laplace(0, 1), Laplace(d, 1)), d**2 / 2)


@claim
def true_scales(a=Positive(), b=Positive()):
    """KL of centred normal laws is (a/b - 1 - log(a/b))/2, a and b the variances."""
    return Eq(KL(Normal(0, a), Normal(0, b)), (a / b - 1 - log(a / b)) / 2)


@claim
def false_scales(a=Positive(), b=Positive()):
    """It is (a/b - 1 - log(b/a))/2."""
    return Eq(KL(Normal(0, a), Normal(0, b)), (a / b - 1 - log(b / a)) / 2)
