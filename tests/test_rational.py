"""Rational functions by FLINT, against SymPy's own arithmetic."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Add,
    Dummy,
    Integer,
    Mul,
    Pow,
    Rational,
    Symbol,
    cancel,
    cos,
    exp,
    expand,
    factor,
    factor_list,
    pi,
    simplify,
    sqrt,
    together,
)
from sympy import fraction as sympy_fraction
from sympy.polys.polyerrors import PolynomialError

from reports.conjectures import load
from theory.proof.relations.prove import prove
from theory.proof.symbols.normal_forms import _polynomial_factors, expand_over
from theory.proof.symbols.rational import factored, lowest, quotient, terms
from theory.proof.symbols.roots import Roots

x, y, z = Symbol("x", real=True), Symbol("y", positive=True), Dummy("y", positive=True)

numbers = st.builds(Rational, st.integers(-6, 6), st.integers(1, 4))
leaves = st.one_of(numbers, st.sampled_from([x, y, z]))
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda a: Add(*a)),
        st.lists(inner, min_size=2, max_size=3).map(lambda a: Mul(*a)),
        st.tuples(inner, st.integers(-2, 3)).map(lambda p: p[0] if p[0] == 0 and p[1] < 0 else Pow(*p)),
    ),
    max_leaves=9,
).filter(lambda e: not e.has(Integer(1) / 0))


def divides_by_nothing(e) -> bool:
    return any(p.exp.is_negative and expand(cancel(together(p.base))) == 0 for p in e.atoms(Pow))


@settings(max_examples=150)
@given(e=expressions)
def test_what_is_read_is_the_expression(e):
    if divides_by_nothing(e):
        with pytest.raises(ZeroDivisionError):
            quotient(e)
        return
    assert cancel(lowest(e) - e) == 0
    assert cancel(factored(e) - e) == 0
    n, d, symbols = quotient(e)
    assert set(symbols) == e.free_symbols
    assert n.gcd(d).is_one() or n.is_zero()
    if symbols and not n.is_zero():
        for part, wanted in zip((n, d), sympy_fraction(cancel(together(e))), strict=True):
            assert part.total_degree() == wanted.as_poly(*symbols).total_degree()


@settings(max_examples=60)
@given(e=expressions.filter(lambda e: not divides_by_nothing(e)))
def test_factors_are_those_of_sympy(e):
    """Up to units: the same irreducible polynomials in the same powers."""

    def parts(form):
        out = {}
        for base, power in factor(form).as_powers_dict().items():
            if base.free_symbols:
                monic = expand(base).as_poly(x, y, z).monic()
                out[monic] = out.get(monic, 0) + power
        return {b: p for b, p in out.items() if p != 0}

    def seen(form):
        out = {}
        for base, power in form.as_powers_dict().items():
            if base.free_symbols:
                monic = expand(base).as_poly(x, y, z).monic()
                out[monic] = out.get(monic, 0) + power
        return out

    assert seen(factored(e)) == parts(e)


def test_lowest_terms():
    assert lowest((x**2 - y**2) / (x - y)) == x + y
    assert lowest(1 / x - 1 / (x + 1)) == 1 / (x**2 + x)
    assert lowest((x + 1) ** 3 / (x + 1) ** 3) == 1
    assert lowest(x / 2 + y / 3) == (3 * x + 2 * y) / 6
    assert lowest(Rational(2, 4) - Rational(1, 3)) == Rational(1, 6)
    assert lowest(Integer(0)) == 0
    assert lowest(x - x * y / y) == 0
    assert factored(x**3 - x) == x * (x - 1) * (x + 1)
    assert factored((2 * x + 2 * y) / (x**2 + 2 * x * y + y**2)) == 2 / (x + y)
    assert factored(Rational(-3, 4)) == Rational(-3, 4)
    assert factored(-x / 6) == -x / 6


def test_symbols_of_one_name_are_kept_apart():
    assert lowest(y / z + z / y) == (y**2 + z**2) / (y * z)
    n, _, symbols = quotient(y - z)
    assert set(symbols) == {y, z}
    assert len(n.to_dict()) == 2


NOTHING = (x + y) ** 2 - x**2 - 2 * x * y - y**2


@pytest.mark.parametrize(
    "e",
    [
        1 / NOTHING,
        y / NOTHING**2,
        (NOTHING + 1) ** 2 / NOTHING.subs(y, z),
        x / (x - (x**2 + x) / (x + 1)),
        y + x / (NOTHING * z),
    ],
)
def test_a_zero_denominator(e):
    for reading in (quotient, factored, lowest):
        with pytest.raises(ZeroDivisionError, match="its base is zero"):
            reading(e)


@pytest.mark.parametrize(
    "e", [sqrt(x), exp(y), pi * x, x**y, x ** Rational(3, 2), 2**y, sqrt(2) * x, Integer(1) / 0, 1.5 * x]
)
def test_what_is_no_rational_function(e):
    for reading in (quotient, factored, lowest):
        with pytest.raises(ValueError, match="is no rational function"):
            reading(e)


def test_powers_that_would_be_large():
    e = ((x + y) ** 12 / (x + z) ** 9) ** -1
    assert simplify(lowest(e) - (x + z) ** 9 / (x + y) ** 12) == 0
    assert factored(e) == (x + z) ** 9 / (x + y) ** 12


@given(expressions)
def test_polynomials_are_multiplied_out(e):
    """Term by term, each product once; what divides by a symbol is no polynomial."""
    try:
        found = [Mul(c, *(s**k for s, k in powers)) for c, powers in terms(e)]
    except (ValueError, ZeroDivisionError):
        n, d = sympy_fraction(together(e))
        assert d.free_symbols or d == 0 or not n.is_polynomial(x, y, z)
        return
    assert Add(*found) == expand(cancel(e))
    assert len(Add.make_args(Add(*found))) == max(1, len(found))


@given(expressions)
def test_only_what_is_asked_for_is_expanded(e):
    """In x and roots of it products are multiplied out; what is free of x stays in one piece."""
    root = Symbol("r", nonnegative=True)
    whole = e.xreplace({x: sqrt(root) * (1 + y)}) * (x + sqrt(root)) ** 2
    found = expand_over(whole, x, root)

    assert simplify(found - whole) == 0
    assert expand_over(found, x, root) == found
    assert expand_over(x * (y + y**2) * (1 + x), x) == x * (y + y**2) + x**2 * (y + y**2)


def test_a_factor_that_is_a_number_when_multiplied_out():
    """SymPy's `factor_list` fails on such a product as it stands."""
    a, b = Symbol("a", positive=True), Symbol("b", positive=True)
    one = -a * x - b * x + x * (a + b + 1) - x + 1
    with pytest.raises(PolynomialError):
        factor_list((a + b + 1) * one)
    assert _polynomial_factors((a + b + 1) * one) == (1, [(a + b + 1, 1)])
    assert _polynomial_factors(2 * one) == (2, [])


def test_powers_of_roots_that_have_functions_of_parameters():
    """Newton's sums for the roots of z^2 - 2 cos(a) z + 1, which are no rational function of a."""
    a = Symbol("a", real=True)
    assert [simplify(x) for x in Roots((1, -2 * cos(a), 1)).sums(3)] == [2, 2 * cos(a), simplify(4 * cos(a) ** 2 - 2)]


def test_a_loop_that_turns_by_an_angle_is_told_of():
    """It stopped the derivation as an error of the program, and with it balls and simulation of a limit."""
    file = Path(__file__).parents[1] / "benchmarks/unseen/rotated.py"
    for c in (c for c in load(file) if c.id.endswith("-limit")):
        found = prove(c)
        assert not found.refuted or c.id.startswith("false-"), c.id
        assert not found.proved or c.id.startswith("true-"), c.id
