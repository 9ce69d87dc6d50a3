"""Roots of high order, tiny rates, cases within the conditions of cases: what did not end, or ended in an error of SymPy's."""

import pytest
from stated import assert_proved, stated
from sympy import E as EULER
from sympy import Eq, Expr, Integer, Le, Max, Piecewise, Rational, Symbol, erfc, exp, oo, sqrt

from theory import Binomial, E, Integers, Limit, Loop, Noise, Normal, Points, Positive, coordinate
from theory.language.verdicts import Verdict
from theory.proof.enclose import enclose
from theory.proof.symbols.normal_forms import is_zero

half = Rational(1, 2)
TINY = Rational(1, 10**9)
x = Symbol("x", positive=True)
s = Symbol("s", integer=True, nonnegative=True)


# ---- roots of a high order ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "apart",
    [exp(-TINY) - 1, 2**TINY - 1, 2**TINY - 2, exp(1 + TINY) - EULER, x**TINY - 1, x**TINY - x, (1 + x) ** TINY - x],
)
def test_a_root_of_a_high_order_is_told_apart_at_once(apart):
    """A polynomial of degree 10^9 was written out for each."""
    assert not is_zero(apart)


@pytest.mark.parametrize(
    "nothing",
    [
        2**TINY * 2 ** (1 - TINY) - 2,
        x**TINY * x ** (half - TINY) - sqrt(x),
        sqrt(1 + sqrt(x)) ** 4 - 1 - 2 * sqrt(x) - x,
        sqrt(x) * sqrt(1 + x) - sqrt(x + x**2),
    ],
)
def test_roots_that_cancel_are_seen_to(nothing):
    assert is_zero(nothing)


def test_a_power_beside_a_slow_exponential_has_a_limit():
    """It was out of time."""
    c = stated(lambda a: Limit(s**a * exp(-s * TINY), (s, oo), 0), a=Positive())
    assert {f.verdict for f in enclose(c, c.points())} == {Verdict.SUPPORTED}


# ---- cases within the conditions of cases -------------------------------------------------------------------------------


class Within(Loop):
    """From 0: halved, and 1 added where a draw that is 0 below 1 is above 0."""

    x = coordinate()
    initial = property(lambda self: {"x": Integer(0)})

    def step(self, now):
        z = Noise("Z", Normal(0, 1))
        cut = Piecewise((0, z < 1), (z, True))
        return {"x": now["x"] / 2 + Piecewise((1, cut > 0), (0, True))}


def test_a_condition_may_be_said_by_cases_of_a_draw():
    """SymPy looked for a symbol in each condition: `KeyError: 'pop from an empty set'`."""
    above = erfc(1 / sqrt(2)) / 2
    assert_proved(lambda t: Eq(E(Within().x(t)), 2 * above * (1 - half**t)), t=Integers(0))


class Reset(Loop):
    """From 0: what is below 1 begins again, and a coin is added."""

    x = coordinate()
    y = coordinate()
    initial = property(lambda self: {"x": Integer(0), "y": Integer(1)})

    def step(self, now):
        coin: Expr = Noise("U", Binomial(1, half))
        return {"x": Piecewise((0, now["x"] < 1), (now["x"], True)) + coin, "y": Max(now["y"], half)}


def test_two_steps_with_cases_are_written_out_one_within_the_other():
    """The ball witness failed."""
    c = stated(lambda t: Le(E(Reset().x(1) * Reset().x(t + 1)), 2), t=Points(1, 2))
    assert Verdict.FAILED not in {f.verdict for f in enclose(c, c.points())}
