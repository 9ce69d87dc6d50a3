"""Where a quantity is best: a price that moves the demand, a step, a bandwidth."""

from sympy import Eq, Rational, Symbol, exp, oo, sqrt

from theory import ArgMax, ArgMin, Integers, Positive, claim


@claim
def true_price(a=Positive(), b=Positive()):
    """The best price is a/(2b), where the demand is a - b x."""
    x = Symbol("x", positive=True)
    return Eq(ArgMax(x * (a - b * x), (x, 0, a / b)), a / (2 * b))


@claim
def false_price(a=Positive(), b=Positive()):
    """The best price is a/b."""
    x = Symbol("x", positive=True)
    return Eq(ArgMax(x * (a - b * x), (x, 0, a / b)), a / b)


@claim
def true_bump():
    """x exp(-x^2) is largest at 1/sqrt(2)."""
    x = Symbol("x", positive=True)
    return Eq(ArgMax(x * exp(-(x**2)), (x, 0, 3)), 1 / sqrt(2))


@claim
def false_bump():
    """x exp(-x^2) is largest at 7/10."""
    x = Symbol("x", positive=True)
    return Eq(ArgMax(x * exp(-(x**2)), (x, 0, 3)), Rational(7, 10))


@claim
def true_bandwidth(n=Integers(1), c=Positive()):
    """Bias c h^4 and variance 1/(n h) are best balanced at h = (1/(4 c n))^(1/5)."""
    h = Symbol("h", positive=True)
    return Eq(ArgMin(c * h**4 + 1 / (n * h), (h, 0, oo)), (1 / (4 * c * n)) ** Rational(1, 5))


@claim
def false_bandwidth(n=Integers(1), c=Positive()):
    """At (1/(c n))^(1/5)."""
    h = Symbol("h", positive=True)
    return Eq(ArgMin(c * h**4 + 1 / (n * h), (h, 0, oo)), (1 / (c * n)) ** Rational(1, 5))
