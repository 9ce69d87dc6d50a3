"""The mass of the symbols that n draws miss."""

from sympy import Le, exp

from theory import Integers, Simplex, claim


@claim
def true_mass(p=Simplex(3), n=Integers(1)):
    """Of three symbols at most 3/(e n) is expected."""
    return Le(sum(x * (1 - x) ** n for x in p), 3 / (exp(1) * n))


@claim
def false_mass(p=Simplex(3), n=Integers(1)):
    """At most 2/(3 n)."""
    return Le(sum(x * (1 - x) ** n for x in p), 2 / (3 * n))


@claim
def true_uniform(p=Simplex(3)):
    """Two draws miss most if all symbols are alike: 4/9."""
    return Le(sum(x * (1 - x) ** 2 for x in p), (2 / 3) ** 2)


@claim
def false_uniform(p=Simplex(3)):
    """At most 2/5."""
    return Le(sum(x * (1 - x) ** 2 for x in p), 2 / 5)
