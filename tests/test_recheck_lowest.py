"""Rational functions in lowest terms, as the checker of certificates sees what is 0, against SymPy's own."""

from __future__ import annotations

import pytest
from sympy import QQ, Rational, cancel, sin, symbols, together

from theory.language.errors import CannotTell
from theory.recheck.lowest import is_0

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
