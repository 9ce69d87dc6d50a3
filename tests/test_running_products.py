"""Sums whose terms have products up to the summation's variable in them: a factor more for each term, not all of them anew."""

from fractions import Fraction
from math import prod

import pytest
from flint import arb
from sympy import Piecewise, Product, Sum, Symbol

from theory.proof.arithmetic.programs import compile_expr
from theory.proof.arithmetic.rings import Balls

i, j, k, T = (Symbol(name, integer=True, positive=True) for name in "ijkT")
r = Symbol("r", positive=True)
HALF, TERMS = Fraction(1, 2), 40

# (the sum, what it is for r = 1/2)
SUMS = {
    "one": (Sum(j * Product(1 + r * i, (i, 1, j)), (j, 1, T)), lambda t: _summed(t, 1, lambda n: n * _rising(1, n))),
    "below a line": (
        Sum(1 / (j**2 * Product((1 - r / i) ** 2, (i, 1, j))), (j, 1, T)),
        lambda t: _summed(t, 1, lambda n: 1 / (n**2 * prod((1 - HALF / m) ** 2 for m in range(1, n + 1)))),
    ),
    "begins later, empty at first": (
        Sum(j * Product(1 + r * i, (i, 3, j)), (j, 2, T)),
        lambda t: _summed(t, 2, lambda n: n * _rising(3, n)),
    ),
    "two of them": (
        Sum(Product(1 + r * i, (i, 1, j)) / Product(1 + r * i, (i, 2, j)), (j, 1, T)),
        lambda t: _summed(t, 1, lambda n: _rising(1, n) / _rising(2, n)),
    ),
    "beside what an inner sum binds": (
        Sum(1 + Sum(Product(1 + r * i * k, (i, 1, j)), (k, 1, 2)), (j, 1, T)),
        lambda t: _summed(t, 1, lambda n: 1 + sum(prod(1 + HALF * m * x for m in range(1, n + 1)) for x in (1, 2))),
    ),
}


def _rising(low, n):
    return prod(1 + HALF * m for m in range(low, n + 1))


def _summed(t, low, term):
    return sum(Fraction(term(n)) for n in range(low, t + 1))


@pytest.mark.parametrize("said", SUMS)
def test_it_is_the_sum_of_its_terms(said):
    total, exact = SUMS[said]
    for t in (2, 5, 9):
        value, found = exact(t), compile_expr(total, (r, T))(Balls, arb(1) / 2, arb(t))
        assert found.overlaps(arb(value.numerator) / value.denominator)
        assert found.rel_accuracy_bits() > 40


def test_each_factor_is_evaluated_once(monkeypatch):
    asked, power = [], Balls.whole_power
    monkeypatch.setattr(Balls, "whole_power", lambda x, n: asked.append(n) or power(x, n))
    program = compile_expr(Sum(Product((1 - r / i) ** 2, (i, 1, j)), (j, 1, T)), (r, T))
    program(Balls, arb(1) / 2, arb(TERMS))
    assert 0 < len(asked) <= 3 * TERMS


def test_a_product_that_runs_backwards_has_no_value():
    program = compile_expr(Sum(j * Product(1 + r * i, (i, 3, j)), (j, 1, T)), (r, T))
    with pytest.raises(ArithmeticError, match="backwards"):
        program(Balls, arb(1) / 2, arb(5))


def test_a_product_of_a_case_that_does_not_hold_is_not_asked_for():
    """At j = 1 it would run backwards."""
    term = Piecewise((1, j < 2), (Product(1 + r * i, (i, 3, j)), True))
    assert compile_expr(Sum(term, (j, 1, T)), (r, T))(Balls, arb(1) / 2, arb(3)).contains(arb(1) + 1 + arb(5) / 2)
