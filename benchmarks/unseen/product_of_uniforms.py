"""A product of two uniform draws."""

from sympy import Eq, Rational, log

from theory import E, Noise, Prob, Probability, Uniform, Var, claim


def product():
    return Noise("U", Uniform(0, 1)) * Noise("V", Uniform(0, 1))


@claim
def true_law(a=Probability()):
    """At most a with probability a (1 - log a)."""
    return Eq(Prob(product() <= a), a * (1 - log(a)))


@claim
def false_law(a=Probability()):
    """At most a with probability sqrt(a)."""
    return Eq(Prob(product() <= a), a ** Rational(1, 2))


@claim
def true_variance():
    """Its variance is 7/144."""
    return Eq(Var(product()), Rational(7, 144))


@claim
def true_entropy():
    """E(-x log x) of it is 1/4."""
    x = product()
    return Eq(E(-x * log(x)), Rational(1, 4))


@claim
def false_entropy():
    """E(-x log x) of it is 1/4 + 1/100."""
    x = product()
    return Eq(E(-x * log(x)), Rational(26, 100))
