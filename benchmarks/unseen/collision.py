"""The collision probability of three symbols, estimated from how often each is among n draws (Simpson 1949)."""

from sympy import Eq

from theory import E, Integers, Multinomial, Simplex, claim, counts


def collision(p):
    return sum(q**2 for q in p)


@claim
def true_unbiased(n=Integers(2), p=Simplex(3)):
    """Pairs of equal draws among all pairs: unbiased."""
    seen = counts("Y", Multinomial(n, p))
    return Eq(E(sum(y * (y - 1) for y in seen)) / (n * (n - 1)), collision(p))


@claim
def false_unbiased(n=Integers(2), p=Simplex(3)):
    """The sum of the squared shares is unbiased, too. (False: it is too large by (1 - collision)/n.)"""
    seen = counts("Y", Multinomial(n, p))
    return Eq(E(sum(y**2 for y in seen)) / n**2, collision(p))
