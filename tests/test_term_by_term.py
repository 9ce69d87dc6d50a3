"""Sums up to a number, term by term; inductions under a side condition; values one by one; a root against the rest."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import is_proved, stated
from sympy import (
    Eq,
    Ge,
    Gt,
    Integer,
    Le,
    Lt,
    Max,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    lambdify,
    log,
    sqrt,
    symbols,
)

from theory import CLOCK, Integers, Loop, Positive, Probability, Reals, Simplex, coordinate
from theory.proof.relations.prove import prove
from theory.proof.signs import Certificate, positive

j = Symbol("j", integer=True, positive=True)


# ---- term by term ---------------------------------------------------------------------------------------------------


def of_roots(t):
    return Sum(1 / sqrt(j), (j, 1, t))


@pytest.mark.parametrize(
    ("relation", "domains"),
    [
        (lambda t: Le(of_roots(t), 2 * sqrt(t)), {"t": Integers(1)}),
        (lambda t: Ge(of_roots(t), 2 * sqrt(t + 1) - 2), {"t": Integers(1)}),
        (lambda t: Gt(of_roots(t), 2 * sqrt(t + 1) - 2), {"t": Integers(1)}),
        (lambda t, r: Le(Sum((1 - r) ** (t - j) / sqrt(j), (j, 1, t)), 1 / r), {"t": Integers(1), "r": Probability()}),
        (lambda t: Le(Sum(2 ** (j - t) / sqrt(j), (j, 1, t)), 4 / sqrt(t)), {"t": Integers(1)}),
        (lambda t: Le(1 / sqrt(t) + Sum(1 / sqrt(j) / (j + 1), (j, 1, t - 1)), 3), {"t": Integers(1)}),
        (lambda t, c: Le(Sum(c / sqrt(j) / (j + 1), (j, 1, t)), 2 * c), {"t": Integers(0), "c": Positive()}),
    ],
)
def test_a_bound_that_grows_with_the_sum_or_beyond_where_it_ends(relation, domains):
    assert is_proved(relation, **domains)


@pytest.mark.parametrize(
    ("relation", "domains"),
    [
        (lambda t: Le(of_roots(t), 2 * sqrt(t) - Rational(12, 10)), {"t": Integers(2)}),
        (lambda t: Ge(of_roots(t), 2 * sqrt(t + 1) - 1), {"t": Integers(1)}),
        (lambda t: Gt(of_roots(t), 2 * sqrt(t + 1) - 2), {"t": Integers(0)}),  # equal at 0
        (lambda t: Le(Sum(2 ** (j - t) / sqrt(j), (j, 1, t)), 2 / sqrt(t)), {"t": Integers(1)}),
        (lambda t: Le(1 / sqrt(t) + Sum(1 / sqrt(j) / (j + 1), (j, 1, t - 1)), Rational(18, 10)), {"t": Integers(1)}),
        (lambda t, r: Le(Sum((1 - r) ** (t - j) * sqrt(j), (j, 1, t)), 1 / r), {"t": Integers(1), "r": Probability()}),
        (lambda t: Ge(Sum((-2) ** (t - j) / sqrt(j), (j, 1, t)), 0), {"t": Integers(1)}),  # 1, -1.3, ...
        (lambda t: Ge(Sum(1 / sqrt(j) / (j + 1), (j, 1, t)), 1), {"t": Integers(1)}),  # it grows from 0.5 to 1.86
        (lambda t: Le(Sum(1 / sqrt(j + t), (j, 1, t)), 1), {"t": Integers(1)}),  # 0.7, 1.08, ...
        (lambda t, r: Ge(Sum((-r) ** (t - j) / sqrt(j), (j, 1, t)), 1), {"t": Integers(1), "r": Probability()}),
    ],
)
def test_one_that_does_not(relation, domains):
    assert not is_proved(relation, **domains)


# ---- inductions under a side condition --------------------------------------------------------------------------------


class Dips(Loop):
    """1, -4, -6.8, ..., -10, ..., 0.7, ...: it falls up to generation 5, and grows from 7 on."""

    x = coordinate()
    initial = {"x": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + (CLOCK - 6) / sqrt(CLOCK)}


def test_an_induction_goes_through_generations_that_the_claim_does_not_speak_of():
    """From 6 on no step lowers x, which is not negative at first; it was proved to be so at 6, too, where it is -10."""
    x = Dips().x
    assert not is_proved(lambda t: Ge(x(t), 0), t=Integers(0), where=lambda t: t >= 6)
    assert not is_proved(lambda t, a: Ge(x(t), 0), t=Integers(0), a=Integers(6), where=lambda t, a: t >= a)
    assert not is_proved(lambda t: Ge(x(t) + 1000 * Max(7 - t, 0), 0), t=Integers(0))
    assert not is_proved(lambda t: Ge(x(t) + Piecewise((1000, t < 7), (0, True)), 0), t=Integers(0))
    assert is_proved(lambda t: Ge(x(t), -11), t=Integers(0))


def test_what_a_condition_leaves_of_all_earlier_generations_is_used():
    """Where a t <= 1, it was a s <= 1 at all s before."""
    grown = {"a": Probability(), "t": Integers(1)}

    def relation(a, t):
        return Ge(Sum((1 - a * j) / sqrt(j), (j, 1, t)), 0)

    assert is_proved(relation, **grown, where=lambda a, t: a * t <= 1)
    assert not is_proved(relation, **grown, where=lambda a, t: a <= Rational(1, 2))
    assert not is_proved(relation, **grown, where=lambda a, t: a * t <= 4)


def test_what_falls_while_the_condition_holds_need_not_end_above_0():
    """It falls up to t = 9, to -4.6e-4, and from there it grows to 8.7e-5."""

    def relation(t):
        return Ge(Rational(67141, 10000), Sum((10 - j) / sqrt(j) / 2**j, (j, 1, t)))

    assert not is_proved(relation, t=Integers(1), where=lambda t: t <= 9)
    assert not is_proved(relation, t=Integers(1))
    assert is_proved(lambda t: Ge(7, Sum(1 / sqrt(j) / 2**j, (j, 1, t))), t=Integers(1), where=lambda t: t <= 9)


def test_a_condition_times_a_variable():
    a = {"a": Probability(), "t": Positive()}
    assert is_proved(lambda a, t: Ge(t * (2 - a) - a * t**2, 0), **a, where=lambda a, t: a * t <= 1)
    assert not is_proved(lambda a, t: Ge(t * (2 - a) - a * t**2, 0), **a, where=lambda a, t: a * t <= Rational(11, 10))
    assert not is_proved(lambda a, t: Gt(t - a * t**2, 0), **a, where=lambda a, t: a * t <= 1)


# ---- value by value ---------------------------------------------------------------------------------------------------


class Logistic(Loop):
    """x -> a x (1 - x), from 1/2: no form of the state after t rounds."""

    a: Positive
    x = coordinate()
    initial = {"x": Rational(1, 2)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": self.a * now["x"] * (1 - now["x"])}


def test_a_few_values_are_looked_at_one_by_one():
    few = {"a": Probability(), "t": Integers(1, 3)}
    found = prove(stated(lambda a, t: Ge(Logistic(a).x(t), a**t / 8), **few))
    assert found.proved
    assert [step[:5] for step in found.steps if step.startswith("t = 3")]
    assert not is_proved(lambda a, t: Le(Logistic(a).x(t), a / 5), **few)
    assert not is_proved(lambda a, t: Le(Logistic(a).x(t), a ** (t + 1) / 4), **few)
    assert not is_proved(lambda a, t: Le(Logistic(a).x(t), Rational(1, 4)), a=Positive(), t=Integers(1, 3))
    assert is_proved(
        lambda a, t: Le(Logistic(a).x(t), a / 4), a=Probability(), t=Integers(0, 3), where=lambda a, t: t >= 1
    )
    assert not is_proved(lambda a, t: Le(Logistic(a).x(t), a / 4), a=Probability(), t=Integers(0, 3))  # 1/2 at 0


def test_values_are_whole_numbers_of_sympy():
    """A number of Python's would be raised to a power in decimals."""
    assert is_proved(lambda e, t: Eq(Sum(e / 2**j, (j, 1, t)) * Logistic(0).x(t), 0), e=Positive(), t=Integers(1, 40))
    assert is_proved(lambda a, t: Eq(Logistic(a).x(t) * 2 ** (-t), 0), a=Positive(), t=Integers(30, 31)) is False


def test_two_loops_that_are_one_at_a_value_are_not_looked_at_there():
    def relation(p, t):
        return Eq(Logistic(p[0]).x(t), Logistic(p[1]).x(t))

    assert not is_proved(relation, p=Simplex(2), t=Integers(2, 3))


# ---- a root against the rest --------------------------------------------------------------------------------------------


x, y = symbols("x y", positive=True)


@pytest.mark.parametrize(
    "e",
    [
        1 / sqrt(x + 2) - 2 * sqrt(x + 3) + 2 * sqrt(x + 2),
        2 * sqrt(x + 3) - 2 * sqrt(x + 2) - 1 / sqrt(x + 3),
        x + 1 - sqrt(x**2 + 2 * x),
        (x + y) - sqrt(x**2 + y**2),
        sqrt(x**2 + y**2) - (x + y) / 2,
        sqrt(x) + sqrt(y) - sqrt(x + y),
        1 / sqrt(x) - 1 / sqrt(x + y),
    ],
)
def test_a_root_against_the_rest(e):
    assert positive(e, Certificate())
    assert not positive(-e, Certificate(), strict=False)
    for shift in (Rational(1, 10**6), 10):
        assert not positive(e - shift, Certificate(), strict=False)  # they come near 0, or are not above 10 everywhere


@settings(max_examples=150)
@given(*[st.integers(-4, 4)] * 4, st.integers(0, 4), st.integers(1, 4))
def test_no_root_is_certified_that_is_negative_somewhere(a, b, c, d, e, f):
    """a + b x + c sqrt(e + f x) + d sqrt(x), by numbers."""
    form = a + b * x + c * sqrt(e + f * x) + d * sqrt(x)
    if positive(form, Certificate(), strict=False):
        values = lambdify(x, form)
        assert all(values(v) > -1e-9 for v in (1e-9, 1e-4, 0.01, *(k / 7 for k in range(1, 80)), 20.0, 1e3, 1e6))


def test_roots_that_are_equal_somewhere():
    equal = x + 1 - 2 * sqrt(x)  # 0 at x = 1
    assert positive(equal, Certificate(), strict=False)
    assert not positive(equal, Certificate())


def test_the_ways_are_tried_on_signs_of_all_kinds():
    for s, t in product((1, -1), repeat=2):
        form = s * sqrt(x + 1) + t * sqrt(x) + log(2) * 0
        assert positive(form, Certificate()) is (s > 0)


def test_a_strict_relation_is_strict():
    t = {"t": Integers(1)}
    assert not is_proved(lambda t: Lt(of_roots(t), 2 * sqrt(t) - 1), **t)  # equal at 1
    assert is_proved(lambda t: Le(of_roots(t), 2 * sqrt(t) - 1), **t)


def test_sums_of_any_numbers_are_left():
    assert not is_proved(lambda t, c: Le(Sum(c / sqrt(j), (j, 1, t)), 2 * c * sqrt(t)), t=Integers(1), c=Reals())
