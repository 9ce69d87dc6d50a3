"""Sums of which no term is negative, and what multiplying out would make of expressions."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Add, Integer, Symbol, exp, expand, pi, sqrt, symbols

from theory.language.lengths import terms_when_expanded
from theory.proof.signs import Certificate, adds_up, positive, termwise
from theory.proof.signs.sign import Asked
from theory.proof.symbols.exponentials import exponentials, same_exponentials

u, v = symbols("u v", positive=True)
a, b = u / (1 + u), v / (1 + v)  # probabilities
t = Symbol("t", integer=True, nonnegative=True)
d = a + b - 2 * a * b  # of two coins, that they differ
rate = a * (1 - a) * (1 - 2 * b) ** 2 / (d * (1 - d))


def certified(x, strict):
    return termwise.certify(Asked(x, strict, lambda *asked: positive(asked[0], asked[1], asked[2])), Certificate())


@pytest.mark.parametrize(
    ("x", "strictly"),
    [(1 + rate, True), (rate + (1 - 2 * a) ** 2, False), (b * (1 - 2 * a) ** 2 + (1 - 2 * b) ** 2 * a, False)],
    ids=["with a number", "two squares", "which are 0 together"],
)
def test_term_by_term(x, strictly):
    assert certified(x, False)
    assert certified(x, True) == strictly


@pytest.mark.parametrize("x", [rate - a**9, (1 - 2 * a) ** 2 - b / 1000, rate], ids=str)
def test_not_where_a_term_is_negative_or_there_is_one_alone(x):
    assert not certified(x, False)


def test_what_is_positive_beside_a_square_is_seen_to_be():
    assert positive(1 + rate, Certificate(), strict=True)
    assert not positive(rate - 1, Certificate(), strict=False)


x, y, z = symbols("x y z")
leaves = st.sampled_from([x, y, z, x + 1, x - y, x + y + z, Integer(3)])


def larger(of):
    return st.one_of(
        st.tuples(of, of).map(lambda two: two[0] * two[1]),
        st.tuples(of, of).map(lambda two: two[0] + two[1]),
        st.tuples(of, st.integers(2, 3)).map(lambda of: of[0] ** of[1]),
        of.map(exp),
    )


@given(st.recursive(leaves, larger, max_leaves=5))
def test_no_expression_has_more_terms_than_told(e):
    assert len(Add.make_args(expand(e))) <= terms_when_expanded(e)


def test_of_powers_it_is_the_number_of_monomials():
    assert terms_when_expanded((x + y + z) ** 10) == comb(12, 10) == len(expand((x + y + z) ** 10).args)
    assert terms_when_expanded((x + y) ** (t + 10)) == 11
    assert terms_when_expanded(x / (x + y) ** 4) == 5
    assert terms_when_expanded(((x + y + z) ** 900) ** Integer(10) ** 9) > 10**20
    assert terms_when_expanded(Add(*symbols("a:99")) ** Integer(10) ** 9) > 10**20  # at once


def test_what_is_too_long_when_it_is_multiplied_out_is_left():
    """The rate of a chain of learners, to the tenth power, has a hundred thousand terms: it took minutes."""
    long = (1 + u + v) ** 12 * (2 + u) ** 12 * (3 + v) ** 12
    assert terms_when_expanded(long) > 10_000
    assert exponentials(long * u**t, t) is None
    assert exponentials(v * long**t, t) == [(long, v)]
    assert not same_exponentials(long**t, u**t)


def test_irrational_coefficients_have_their_signs_in_balls():
    """SymPy looked for the roots of the derivative of such a polynomial for seconds."""
    n = Symbol("n", nonnegative=True)
    k, rising = pi**2, [(i + 1) * n**i for i in range(9)]
    above = Add(*((k - 9) * term for term in rising), exp(Integer(1)) - 2)
    assert adds_up(above)
    assert positive(above, Certificate())
    assert adds_up(u * (k - 9) + u**2)
    for other in (
        Add(*((k - 10) * term for term in rising), 3),  # below 0 from some n on
        (k - 9) * n + exp(Integer(1)) * n**2,  # 0 at n = 0
        (k - 9) * n - 1,
        (k - 9) * Symbol("x", real=True) + 1,
        u * (k - 9) + v,  # of two symbols: left to others
        sqrt(n) * k + 1,
        (k - 9) * n + k - (pi - 3) * (pi + 3) - 9,
    ):
        assert not adds_up(other), other
