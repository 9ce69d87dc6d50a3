"""What did not end, or ended in an error: roots of high order, cases within conditions, single numbers, maxima of whole ones."""

import re

import pytest
from stated import assert_proved, is_proved, stated
from sympy import E as EULER
from sympy import Eq, Expr, Ge, Integer, Le, Max, Piecewise, Rational, Symbol, erfc, exp, oo, sqrt

from simulate import estimate
from theory import (
    CLOCK,
    Atoms,
    Binomial,
    Cov,
    E,
    GrowingPool,
    Integers,
    Laws,
    Limit,
    Loop,
    Noise,
    Normal,
    PathMax,
    Points,
    PooledGaussianLoop,
    Positive,
    Probability,
    Reals,
    Sensitivity,
    Var,
    coordinate,
)
from theory.curation.common import CuratedLoop
from theory.language.verdicts import Verdict
from theory.proof.enclose import enclose
from theory.proof.relations.prove import prove
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


# ---- single numbers, at which a claim is looked at by itself ------------------------------------------------------------


class Shrinking(Loop):
    """From 0: multiplied by a, and a normal draw is added."""

    a: Reals()
    x = coordinate()
    initial = property(lambda self: {"x": Integer(0)})

    def step(self, now):
        return {"x": self.a * now["x"] + Noise("Z", Normal(0, 1))}


def width(a, t) -> Expr:
    return Var(Shrinking(a).x(t))


@pytest.mark.parametrize(
    ("relation", "why"),
    [
        (lambda a, t: Le(width(a, t), 1 / (1 - a) ** 2), "a = 1: .* Invalid comparison of non-real zoo"),
        (lambda a, t: Eq(Sensitivity(width(a, t), a), t), "a = 1: .* expected a parameter that takes real values"),
    ],
    ids=["no value", "a word that refuses it"],
)
def test_a_claim_may_refuse_a_number_at_which_it_is_looked_at_by_itself(relation, why):
    """The derivation of a variance divides by 1 - a^2: where a = 1 the claim's function ended the proof with an error."""
    found = prove(stated(relation, a=Reals(-2, 2), t=Integers(2)))
    assert not found.proved
    assert re.match(why, found.reason), found.reason


class Toss(Loop):
    """A coin, tossed n times for the next one."""

    p: Probability()
    n: Integers(1)
    share = coordinate()
    initial = property(lambda self: {"share": self.p})

    def step(self, now):
        return {"share": Noise("Y", Binomial(self.n, now["share"])) / self.n}


def test_a_derivative_is_in_the_domain_of_its_parameter():
    """A derivation was left out: "p is not a number between 0 and 1"."""
    domain = {"n": Integers(1), "t": Integers(0)}

    def slope(p, n, t):
        return Eq(Sensitivity(Var(Toss(p, n).share(t)), p), (1 - 2 * p) * (1 - (1 - 1 / n) ** t))

    assert_proved(slope, p=Probability(), **domain)
    assert not is_proved(slope, p=Reals(-1, 1), **domain)


# ---- what is recorded of whole numbers ----------------------------------------------------------------------------------


class Stairs(Loop):
    """A walk in steps of 1 from a whole number."""

    x = coordinate()
    initial = property(lambda self: {"x": Integer(0)})

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Atoms((-1, 1), (half, half)))}


def test_the_maximum_of_a_path_that_begins_at_a_whole_number_is_simulated():
    """`UFuncTypeError`: of the start, of whole numbers, no maximum with the rest could be taken in its place."""
    (ball,) = estimate([E(PathMax(Stairs().x(s), (s, 0, 2)))], 40_000)
    assert abs(float(ball.midpoint) - 0.75) <= ball.radius


def test_what_is_drawn_and_is_no_number_gives_no_interval():
    """Two samples about a shift that was none could not be merged: an error of the program."""
    nothing = PooledGaussianLoop(3, GrowingPool(CLOCK**2))  # one point in the first fit: its variance is 0/0
    (ball,) = estimate([E(nothing.v(2))], 20_000)
    assert not ball.value.is_finite()


# ---- any law ------------------------------------------------------------------------------------------------------------


def test_a_variance_under_any_law_beside_another_bound_is_no_error():
    """Whether it may be infinite was asked of the names of the law's atoms, which it has not."""

    def relation(p, K, t):
        return Ge(Cov(CuratedLoop(p, K=K).weight(t), CuratedLoop(p, K=K).weight(t)), p.variance / K)

    assert not is_proved(relation, p=Laws(), K=Integers(2), t=Integers(1))


# ---- differences far below a double's digits ------------------------------------------------------------------------------

TINIEST = Rational(1, 10**40)


@pytest.mark.parametrize(
    "relation",
    [
        lambda a, t: Eq(E(Shrinking(a).x(1) ** 2), 1 + t * TINIEST),
        lambda a, t: Le(E(Shrinking(a).x(1) ** 2), 1 - TINIEST),
        lambda a, t: Eq(E((10**40 * Shrinking(a).x(1)) ** 2), (10**40 + 1) ** 2),
    ],
    ids=["equal", "at most", "large"],
)
def test_derived_forms_that_differ_by_little_are_told_apart(relation):
    """Each side was known to 40 bits, and the claim supported, as its balls see no more."""
    found = prove(stated(relation, a=Reals(), t=Integers(1)))
    assert found.refuted
    assert re.search(r"the left side is (\S+), the right side \1; left less right is ", found.reason)
