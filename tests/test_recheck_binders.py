"""Sums and products in certificates: what is the same is seen to be, nothing else is; and what is read is what is written."""

import json
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Dummy, Eq, Integer, Product, Rational, S, Sum, Symbol, gamma, sstr

from theory import Integers, claim
from theory.language.errors import BadInput, CannotTell
from theory.proof.exported import _numbered, certificate
from theory.proof.symbols.bound_names import named_apart
from theory.recheck.binders import canonical, from_0, ranges
from theory.recheck.check import Checker, Known, places
from theory.recheck.fractions import vanishes
from theory.recheck.moments import GENERATION
from theory.recheck.signs import Signs
from theory.recheck.text import read

n, a = Symbol("n", integer=True, positive=True), Symbol("a", positive=True)
t, k, j = (Symbol(name, integer=True, nonnegative=True) for name in "tkj")
names = {"n": n, "a": a, "t": t}

FACTORS = [1 - 1 / (n * (k + 1) ** 2), (k + a) / (k + 2), (k**2 + n) / (k + 1) ** 2, a * (k + 1), 1 / (k + 1), S(3)]
factors = st.sampled_from(FACTORS)
ends = st.integers(-1, 4)


def number(x, last):
    """An expression with sums and products up to t + a few, at t = last."""
    return x.xreplace({t: Integer(last), n: Integer(3), a: Rational(2, 7)}).doit()


@given(factors, factors, ends, ends, st.integers(0, 3))
def test_one_way_of_writing_changes_no_value(f, g, first, second, last):
    """Also where one is in the other; an empty product is 1, an empty sum 0."""
    inner = Product(g, (k, 0, j - 1))
    x = Sum(f.xreplace({k: j}) * inner, (j, 0, t + first)) + Product(f, (k, 0, t + second)) * Sum(g, (k, 0, t + first))
    (y,) = canonical(x)
    assert (number(x, last + 1) - number(y, last + 1)).simplify() == 0


@given(factors, factors, ends)
def test_one_term_more_is_seen(f, g, more):
    product = lambda end: Product(f, (k, 0, end))  # noqa: E731
    total = lambda end: Sum(g * Product(f.xreplace({k: j}), (j, 0, k - 1)), (k, 0, end))  # noqa: E731
    after = f.xreplace({k: t + 1})
    assert vanishes(product(t + 1) - product(t) * after)
    inside = Product(f.xreplace({k: j}), (j, 0, t + more))
    assert vanishes(total(t + more + 1) - total(t + more) - g.xreplace({k: t + more + 1}) * inside)


@given(factors, st.sampled_from([Rational(1001, 1000), S(2), a]))
def test_a_term_that_is_another_one_is_not(f, by):
    product, after = Product(f, (k, 0, t)), f.xreplace({k: t + 1})
    assert not vanishes(Product(f, (k, 0, t + 1)) - product * after * by)
    total = Sum(f, (k, 0, t))
    assert not vanishes(Sum(f, (k, 0, t + 1)) - total - after * by)
    assert not vanishes(total - Sum(f * by, (k, 0, t)))
    assert not vanishes(total - product - 1)


@given(factors, factors, ends)
def test_what_is_written_is_read(f, g, end):
    """Whatever the variables are called: two dummies may have one name."""
    outer, inner = Dummy("j", integer=True), Dummy("j", integer=True)
    x = Sum(
        f.xreplace({k: outer}) * Product(g.xreplace({k: inner}), (inner, outer + 1, t + end)), (outer, 1, t + end + 1)
    )
    assert vanishes(read(sstr(named_apart(x, _numbered)), names) - x)


@pytest.mark.parametrize(
    "text",
    [
        "Sum(1/x, (x, 1, t))",  # not one of its own names
        "Sum(_j0, (_j0, 0, t), (_j1, 0, t))",
        "Sum(Sum(_j0, (_j0, 0, t)), (_j0, 0, t))",  # a name that is taken
        "Sum(_j1, (_j0, 0, t))",
        "Sum(_j0, (_j0, 0, t/2))",
        "Sum(_j0, (_j0, 0, a))",
        "Sum(_j0, _j0)",
        "Integral(_j0, (_j0, 0, t))",
        "_j0 + Sum(_j0, (_j0, 0, t))",  # outside of it there is none
    ],
)
def test_other_sums_are_not_read(text):
    with pytest.raises(BadInput):
        read(text, names)


def test_ranges_that_are_not_of_whole_numbers_or_have_no_end_are_not_gone_through():
    for x in (Sum(k, (k, 0, t / 2)), Sum(k, (k, 0, S.Infinity)), Sum(k * j, (k, 0, t), (j, 0, t))):
        with pytest.raises(CannotTell):
            from_0(x)


def test_each_range_is_asked_for():
    x = Sum(Product(a, (k, j + 1, t)), (j, 1, t)) / Product(a, (k, 3, n))
    assert {last for last, _ in ranges(x)} >= {t, n - 2}
    assert len(list(ranges(x))) == 3


@given(st.fractions(0, 1), st.fractions(0, 1), st.fractions(0, 3))
def test_a_multiple_of_what_is_told_is_taken_off(c, x, u):
    """1 - c x - (1 - c)/(1 + u) >= 0 for x in [0, 1], u >= 0, c in (0, 1)."""
    share, rate, free = Symbol("x", nonnegative=True), Symbol("c", positive=True), Symbol("u", nonnegative=True)
    signs = Signs({}, {}, S.true).supposing({}, [(1 - share, False), (share, False)])
    weight = 1 / (1 + rate)
    gap = 1 - weight * share - (1 - weight) / (1 + free)
    assert signs.positive(gap, strict=False)
    assert not signs.positive(gap, strict=True)  # 0 at x = 1, u = 0
    assert not signs.positive(gap - Rational(1, 1000), strict=False)
    assert gap.xreplace({share: S(x), rate: S(c) + 1, free: S(u)}) >= 0


@claim
def backwards(t=Integers(0)):
    """The range runs backwards at t = 0 and t = 1."""
    return Eq(Sum(1 / (k + 1) ** 2, (k, 3, t + 1)), Sum(1 / (k + 1) ** 2, (k, 3, t)) + 1 / (t + 2) ** 2)


@claim
def forwards(t=Integers(2)):
    """From t = 2 on it is true."""
    return Eq(Sum(1 / (k + 1) ** 2, (k, 3, t + 1)), Sum(1 / (k + 1) ** 2, (k, 3, t)) + 1 / (t + 2) ** 2)


def test_a_range_that_runs_backwards_somewhere_has_no_certificate():
    assert "run forwards" in json.loads(certificate(backwards, "derivation"))["none"]
    assert "none" not in json.loads(certificate(forwards, "derivation"))


def test_a_range_in_another_one_is_looked_at_up_to_its_last():
    (place,) = places(forwards)
    signs = place.signs
    checker = Checker(place, signs, Known(forwards.symbols, signs.charts))
    i, last = Symbol("i", integer=True, nonnegative=True), GENERATION - 1
    assert checker._runs(GENERATION - i, [(i, last)])  # 1 at the last i
    assert checker._runs(GENERATION - i - 1, [(i, last)])  # 0 there
    assert not checker._runs(GENERATION - i - 2, [(i, last)])
    assert not checker._runs(2 * i - GENERATION, [(i, last)])  # below 0 at the first
    assert not checker._runs(i * (last - i) - 1, [(i, last)])  # no line


@given(factors, st.integers(-1, 5))
def test_what_has_numbers_for_ends_is_written_out(f, last):
    (total, product) = canonical(Sum(f, (k, 0, last)), Product(f, (k, 0, last)))
    terms = [f.xreplace({k: Integer(i)}) for i in range(last + 1)]
    assert vanishes(total - sum(terms, S.Zero))
    assert vanishes(product - prod(terms, start=S.One))


def test_a_product_with_a_factor_that_may_be_0_is_not_told_by_gammas():
    """Of k - 2 a factor is 0, where a gamma has its poles."""
    (y,) = canonical(Product(k - 2, (k, 0, t)))
    assert not y.has(gamma)
    assert y.xreplace({t: Integer(3)}).doit() == 0
    assert not vanishes(y - (t - 2) * gamma(t - 2))
