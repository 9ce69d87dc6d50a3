"""Products whose factors tell of their end, against sums: f <= exp(f - 1), and the union bound."""

import pytest
from stated import is_proved
from sympy import Ge, Gt, Le, Product, Rational, Sum, Symbol, erf, exp, log

from theory import Integers, Positive, Probability, Reals
from theory.proof.relations.equality import _factored

k = Symbol("k", integer=True, positive=True)
falling = lambda b, T: Product(1 - b * k / T, (k, 1, T))  # noqa: E731
rising = lambda b, T: Product(1 + b * k / T**2, (k, 1, T))  # noqa: E731
T = Integers(1)
FALLING, RISING = {"b": Probability(), "T": T}, {"b": Positive(), "T": T}
CLAIMS = {
    "exp": (lambda b, T: Le(falling(b, T), exp(-b * (T + 1) / 2)), FALLING, True),
    "exp, twice": (lambda b, T: Le(falling(b, T), exp(-b * (T + 1))), FALLING, False),
    "exp, a term less": (lambda b, T: Ge(falling(b, T), exp(-b * (T + 1) / 2)), FALLING, False),
    "union": (lambda b, T: Ge(falling(b, T), 1 - b * (T + 1) / 2), FALLING, True),
    "union, strictly": (lambda b, T: Gt(falling(b, T), 1 - b * (T + 1) / 2), FALLING, False),  # equal at T = 1
    "union, less": (lambda b, T: Ge(falling(b, T), 1 - b * T / 2), FALLING, False),
    "factors below 0": (lambda b, T: Ge(falling(b, T), 1 - b * (T + 1) / 2), FALLING | {"b": Reals(0, 3)}, False),
    "factors below 0, exp": (
        lambda b, T: Le(falling(b, T), exp(-b * (T + 1) / 2)),
        FALLING | {"b": Reals(0, 6)},
        False,
    ),
    "growing": (lambda b, T: Le(rising(b, T), exp(b)), RISING, True),
    "growing, half": (lambda b, T: Le(rising(b, T), exp(b / 2)), RISING, False),
    "growing, a sum": (lambda b, T: Ge(rising(b, T), 1 + b / 2), RISING, True),
    "growing, more": (lambda b, T: Ge(rising(b, T), 1 + b * Rational(3, 4)), RISING, False),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_product_beside_a_sum(name):
    relation, domains, holds = CLAIMS[name]
    assert is_proved(relation, **domains) == holds


ZERO = {  # the first factor of 1 - 1/k is 0
    "above 0": (lambda n: Gt(Product(1 - 1 / k, (k, 1, n)), 0), False),
    "at least 0": (lambda n: Ge(Product(1 - 1 / k, (k, 1, n)), 0), True),
    "above 0, from the next one on": (lambda n: Gt(Product(1 - 1 / k, (k, 2, n)), 0), True),
    "a factor below 0": (lambda n: Ge(Product(1 - 3 / (2 * k), (k, 1, n)), 0), False),
    "above its limit": (lambda n: Gt(Product(1 - 1 / (k + 1) ** 2, (k, 1, n)), Rational(1, 2)), True),
    "above more than that": (lambda n: Gt(Product(1 - 1 / (k + 1) ** 2, (k, 1, n)), Rational(1001, 2000)), False),
}


@pytest.mark.parametrize("name", ZERO)
def test_a_product_with_a_factor_of_0_is_at_its_limit(name):
    """It was proved to be above 0, since all further factors are between 0 and 1."""
    relation, holds = ZERO[name]
    assert is_proved(relation, n=Integers(2)) == holds


def test_what_a_sum_runs_over_is_not_counted_from_another_number():
    """`ValueError`: Invalid limits given."""
    assert not is_proved(lambda n: Le(Sum(log(k / (k + 1)), (k, 1, n)), -log(n + 2)), n=Integers(2))


def test_what_functions_are_of_sums_stays_as_it_is_in_factors():
    """SymPy put all that the sums were of over one denominator, for the size of a difference of two such functions."""
    b = Symbol("b", positive=True)
    f, g = (erf(Sum(1 / (k + b) + 1 / (k + c), (k, 1, 9))) for c in (2, 3))

    factors = _factored(f**2 - g**2)
    assert factors.is_Mul
    assert factors.atoms(erf) == {f, g}
    assert (factors - (f - g) * (f + g)).expand() == 0
    assert _factored(f - g) in (f - g, -(g - f))
    assert _factored(f - g) != _factored(f + g) == f + g
    assert _factored(b**2 - 1) == (b - 1) * (b + 1)
