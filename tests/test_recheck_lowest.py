"""Rational functions in lowest terms, as the checker of certificates sees what is 0, against SymPy's own."""

from __future__ import annotations

import pytest
from sympy import (
    QQ,
    Mul,
    PolynomialError,
    Rational,
    cancel,
    expand,
    factor_list,
    fraction,
    sin,
    sqrt,
    symbols,
    together,
)

from theory.language.errors import CannotTell
from theory.language.expansion import multiplied_out
from theory.recheck.fractions import by_power, factors
from theory.recheck.lowest import factored, is_0

x, y, z = symbols("x y z")
THREE = (y + 1) ** 2 - y**2 - 2 * y + 2


@pytest.mark.parametrize(
    ("form", "zero"),
    [
        ((x + y) ** 2 - x**2 - 2 * x * y - y**2, True),
        ((x + y) ** 2 - x**2 - 2 * x * y - y**2 + Rational(1, 10**9), False),
        (x / (x + y) + y / (x + y) - 1, True),
        (x / (x + y) + y / (x + z) - 1, False),
        ((x**3 - y**3) / (x - y) - x**2 - x * y - y**2, True),
        ((1 + 1 / x) ** -2 - x**2 / (1 + x) ** 2, True),
        ((1 + 1 / x) ** -2 - x**2 / (1 + x) ** 3, False),
        (x**10**9 * y / x**10**9 - y, True),
        (x - x + z * 0 + Rational(2, 3), False),
    ],
)
def test_what_is_0_is_seen_to_be_and_nothing_else(form, zero):
    assert is_0(form) == zero
    assert (cancel(together(form)) == 0) == zero
    assert (QQ.frac_field(x, y, z).from_sympy(form) == 0) == zero


@pytest.mark.parametrize(
    ("form", "error"),
    [
        (sin(x) + y, ValueError),
        (x**y, ValueError),
        ((x + y + z) ** 3000 - 1, CannotTell),
        (THREE ** (400**5) - 1, CannotTell),  # FLINT ended the process, for memory
        ((x + 10**600) ** 3000 - 1, CannotTell),
        ((x**1_000_000 - 1) / (x**999_999 - 1) + y, CannotTell),  # likewise
    ],
)
def test_what_is_none_or_too_long_is_refused(form, error):
    with pytest.raises(error):
        is_0(form)


def test_nothing_is_divided_by_0():
    nothing = (x + 1) ** 2 - x**2 - 2 * x - 1
    with pytest.raises(ZeroDivisionError):
        is_0(y / nothing)


def test_what_is_not_too_long_is_told():
    """Of these SymPy's own forms take minutes."""
    assert is_0(THREE**4000 - 3**4000)
    assert not is_0(THREE**4000 - 3**4000 - 1)
    apart = (x**1000 - y) * (x**999 - y)
    assert is_0((x**1000 - y) / (x**999 - y) - apart / (x**999 - y) ** 2)


FORMS = [
    (x**2 - y**2) / (x + y) ** 3,
    (x**2 - y**2) * (2 * x - 3) ** 2 / 6,
    -(x - y) * (y - x) * z / 4,
    (x / 2 + Rational(1, 3)) ** 3 / (1 - x),
    (1 + 1 / x) ** -2 * (z - x * y),
    x - x + Rational(-6, 35),
]


@pytest.mark.parametrize("form", FORMS)
def test_factors_are_irreducible_and_make_the_whole(form):
    whole = 1
    for (number, found), sign in zip(factored(form), (1, -1), strict=True):
        whole *= (number * Mul(*(f**k for f, k in found))) ** sign
        assert all(factor_list(f)[1] == [(f, 1)] or factor_list(f)[1] == [(-f, 1)] for f, _ in found)
    top, bottom = fraction(cancel(together(form)))

    assert cancel(whole - form) == 0
    assert cancel(Mul(*(f**k for f, k in factors(form))) - form) == 0
    assert cancel(2 * whole - form) != 0
    assert len(factored(form)[0][1]) == len(factor_list(top)[1])
    assert len(factored(form)[1][1]) == len(factor_list(bottom)[1])


def test_what_is_too_long_is_not_factored_here():
    with pytest.raises(CannotTell):
        factored(x**100_000 - 1)


@pytest.mark.parametrize(
    "form",
    [
        *(fraction(together(form))[0] for form in FORMS),
        (1 - 1 / x) ** 7 * (x + y / x) - (x + 1) ** 3 / 5,
        (x + sqrt(2)) ** 3,
        (x + 1) ** y * (x + 1) ** 2,
        sin((x + 1) ** 2) * (x + y) ** 2,
        (x + 1) ** -2 + (x + y) ** 4,
        (x + 1) ** 2 - x**2 - 2 * x - 1,
    ],
)
def test_what_is_multiplied_out_is_written_as_sympy_writes_it(form):
    assert multiplied_out(form) == expand(form)
    assert multiplied_out(form + x) != expand(form)


def test_a_polynomial_is_taken_apart_by_a_symbol():
    form = expand((x + y) ** 2 * (z + 1) + 3)

    assert by_power(form, x) == {0: expand(y**2 * (z + 1) + 3), 1: expand(2 * y * (z + 1)), 2: z + 1}
    assert by_power(form, z) != by_power(form, x)
    for none in (sqrt(x) + 1, 1 / x + y, sin(x) * x):
        with pytest.raises(PolynomialError):
            by_power(none, x)
