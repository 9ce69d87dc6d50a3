"""How many synthetic points are best beside n real ones, if their mean is off by d?"""

from sympy import Eq, Lt, Rational, Symbol, oo

from theory import ArgMin, Integers, Positive, claim

m = Symbol("m", positive=True)


@claim(where=lambda n, d: 2 * n * d**2 > 1)
def true_amount(n=Integers(1), d=Positive()):
    """The error 1/(n + m) + (m d/(n + m))^2 of the pooled mean is least at m = n/(2 n d^2 - 1)."""
    return Eq(ArgMin(1 / (n + m) + (m * d / (n + m)) ** 2, (m, 0, oo)), n / (2 * n * d**2 - 1))


@claim(where=lambda n, d: 2 * n * d**2 > 1)
def false_amount(n=Integers(1), d=Positive()):
    """It is least at m = n/(2 n d^2 + 1)."""
    return Eq(ArgMin(1 / (n + m) + (m * d / (n + m)) ** 2, (m, 0, oo)), n / (2 * n * d**2 + 1))


@claim(where=lambda n, d: n * d**2 < Rational(1, 2))
def true_more(n=Integers(1), d=Positive(), m=Positive()):
    """With n d^2 < 1/2 any number of synthetic points is better than none."""
    return Lt(1 / (n + m) + (m * d / (n + m)) ** 2, 1 / n)


@claim(where=lambda n, d: n * d**2 > 1)
def false_more(n=Integers(1), d=Positive(), m=Positive()):
    """With n d^2 > 1 too."""
    return Lt(1 / (n + m) + (m * d / (n + m)) ** 2, 1 / n)
