"""Hostile claims of each class of faults that was once found, beside their true forms: nothing false is accepted, nothing true
refuted."""

from __future__ import annotations

import sys
from functools import partial

import pytest
from stated import assert_proved, stated
from sympy import (
    Abs,
    And,
    Eq,
    Ge,
    Gt,
    Integer,
    Integral,
    Le,
    Lt,
    Max,
    Rational,
    Symbol,
    acosh,
    asin,
    exp,
    gamma,
    log,
    sqrt,
)

from reports.answers import answer
from simulate.engine.ascent import Ascent
from simulate.engine.search import look_in_balls
from simulate.engine.touching import touching
from theory import BadInput, Claim, E, GaussianLoop, HittingTime, Integers, PathMax, Points, Prob, Reals, SymbolLoop
from theory.language.laws import ChiSquare, Noise, Normal
from theory.language.loops import Loop, coordinate
from theory.language.verdicts import Verdict
from theory.proof.enclose import enclose
from theory.proof.relations.closest import closest
from theory.proof.relations.prove import prove

half, STEP = Rational(1, 2), Symbol("s", integer=True, positive=True)
N = Integers(2, 5)


class Rooted(Loop):
    """Never negative, as its step shows, though nothing of it is declared."""

    x = coordinate("x")

    @property
    def initial(self):
        return {"x": Rational(1, 3)}

    def step(self, now):
        return {"x": now["x"] / 2 + Noise("Q", ChiSquare(3))}


# ---- events that are neither true nor false -------------------------------------------------------------------------

mean = lambda n: GaussianLoop(n).mu(1)  # noqa: E731
UNDEFINED = {
    "a logarithm": lambda n: Ge(Prob(log(mean(n)) >= 1), 0),
    "a root, and what is taken for the contrary": lambda n: Le(Prob(sqrt(mean(n)) < -1), Rational(1, 4)),
    "beside the condition that it has a value": lambda n: Le(Prob(And(mean(n) > 0, log(mean(n)) >= 0)), half),
    "within another function": lambda n: Le(Prob(Max(0, log(mean(n))) >= 1), 1),
    "outside of [-1, 1]": lambda n: Ge(Prob(asin(mean(n)) >= 0), 0),
    "below 1": lambda n: Ge(Prob(acosh(GaussianLoop(n).sigma(1)) >= 0), 0),
    "of a draw from a law": lambda n: Le(Prob(log(Noise("Z", Normal(0, 1))) >= n), 1),
    "the inverse of a share, which may be 0": lambda n: Eq(Prob(1 / SymbolLoop(half, n).share(1) >= 0), 1),
    "the inverse of what is 0 at the start": lambda n: Ge(Prob(1 / GaussianLoop(n).mu(0) >= 0), 0),
    "along a path": lambda n: Ge(Prob(PathMax(log(GaussianLoop(n).mu(STEP)), (STEP, 1, 3)) >= 1), 0),
    "until a first time": lambda n: Ge(
        Prob(HittingTime(lambda s: sqrt(SymbolLoop(half, n).share(s) - half) <= 0) > 2), 0
    ),
}


@pytest.mark.parametrize("name", UNDEFINED)
def test_an_event_of_what_may_have_no_value_is_refused(name):
    with pytest.raises(BadInput, match=r"neither true nor false.*write the event of the quantity itself"):
        prove(stated(UNDEFINED[name], n=N))


DEFINED = {
    "a logarithm of what is positive": lambda n: Ge(Prob(log(GaussianLoop(n).sigma(1)) >= 0), 0),
    "a logarithm of a square": lambda n: Le(Prob(log(mean(n) ** 2) >= 0), 1),
    "a root of a share": lambda n: Ge(Prob(sqrt(SymbolLoop(half, n).share(1)) >= half), 0),
    "a root of what start and step keep above 0": lambda n: Ge(Prob(sqrt(Rooted().x(n)) >= 1), 0),
    "the inverse of what has a density": lambda n: Eq(Prob(1 / mean(n) >= 0), half),
    "a gamma function, whose poles are never met": lambda n: Le(Prob(gamma(mean(n)) >= 0), 1),
    "a root of a size": lambda n: Le(Prob(Abs(mean(n)) ** Rational(3, 2) >= 1), 1),
}


@pytest.mark.parametrize("name", DEFINED)
def test_an_event_that_is_true_or_false_is_not_refused(name):
    claim = stated(DEFINED[name], n=N)
    assert not prove(claim).refuted
    assert Verdict.REFUTED not in {f.verdict for f in enclose(claim, claim.points()[:2])}


# ---- steps that are no numbers at some parameters -------------------------------------------------------------------


class Divided(Loop):
    """Its step divides by a parameter less 1."""

    a: Reals
    x = coordinate("x")

    @property
    def initial(self):
        return {"x": Integer(0)}

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1)) / (self.a - 1)}


class UnderRoot(Divided):
    """The variance of its step is a parameter less 2, which no law tells."""

    def step(self, now):
        return {"x": now["x"] + sqrt(self.a - 2) * Noise("Z", Normal(0, 1))}


class DividedStart(Divided):
    @property
    def initial(self):
        return {"x": Noise("Z", Normal(0, 1)) / (self.a - 1)}

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1))}


class Unrefused(GaussianLoop):
    """Takes n = 1, too, where the divisor of its variance is 0."""

    def refuses(self):
        return None


STEPS = {
    "a division by 0": (Divided, lambda x: Eq(E(x(3)), 0), 1, Integers(2, 5)),
    "the root of a number below 0": (UnderRoot, lambda x: Eq(E(x(3) ** 2), 3 * (x.__self__.a - 2)), 1, Integers(2, 5)),
    "a start": (DividedStart, lambda x: Eq(E(x(3)), 0), 1, Integers(2, 5)),
    "a parent's refusal that is gone": (Unrefused, lambda x: Eq(E(x.__self__.sigma(1) ** 2), 1), 1, Integers(2, 5)),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_that_is_no_number_somewhere_proves_nothing_there(name):
    """Where the domain leaves that out, the same is proved."""
    kind, relation, wrong, right = STEPS[name]

    def about(a):
        loop = kind(a)
        return relation(loop.x if kind is not Unrefused else loop.mu)

    claim = stated(about, a=Integers(wrong, 5))
    found = prove(claim)
    assert not found.proved
    assert "unless the domain is restricted" in found.reason
    there = [f for f in enclose(claim, claim.points()) if f.point and f.point["a"] == str(wrong)]
    assert {f.verdict for f in there} == {Verdict.UNDECIDED}
    assert all("is no number at a = 1" in f.note for f in there)
    assert_proved(about, a=right)


# ---- one claim does not end the others, and what is infinite is not simulated ---------------------------------------

line = Symbol("x", real=True)


def test_how_deep_python_may_recurse_is_as_it_was_after_a_claim():
    before = sys.getrecursionlimit()

    def shallow(n):
        sys.setrecursionlimit(before // 2)
        return Eq(E(GaussianLoop(n).mu(1)), 0)

    assert_proved(shallow, n=N)
    assert sys.getrecursionlimit() == before


@pytest.mark.parametrize("power", [1, 2])
def test_an_integral_over_a_pole_is_told_in_words(power):
    """SymPy compares numbers at once, and its own error stood in place of a verdict."""
    claim = stated(lambda q: Eq(Integral(line**-power, (line, -1, 1)) ** 2, 4), q=Points(1))
    assert not prove(claim).proved
    (found,) = enclose(claim, claim.points())
    assert found.verdict in (Verdict.UNDECIDED, Verdict.LEFT_OUT)
    assert "from -1.00000 to 1.00000 is not seen to be bounded: where it has a pole between these ends" in found.note


def test_an_infinite_mean_that_is_asked_for_is_not_simulated():
    def inverse(n=Integers(1)):
        """What is the mean of the inverse?"""
        return E(1 / Noise("Q", ChiSquare(n)))

    told = answer(Claim(inverse), 0.1, 0, 1)
    assert "at n = 1: oo in balls; not simulated (E(1/Q) is infinite at n = 1" in told
    assert "at n = 6: 0.25 in balls; 0.2" in told


# ---- strict, and equal at one number that no look meets --------------------------------------------------------------

X, Y = Reals(1, 2), Reals(1, 2)
TOUCH = {
    "a root": (lambda x: Gt((x**2 - 2) ** 2, 0), {"x": X}),
    "the same, with sides that cancel": (lambda x: Gt(x**4 + 4, 4 * x**2), {"x": X}),
    "with a kink": (lambda x: Lt(-Abs(x**2 - 2), 0), {"x": X}),
    "in a plane": (lambda x, y: Gt((x**2 - 2) ** 2 + (y**2 - 3) ** 2, 0), {"x": X, "y": Y}),
}
APART = {
    "a millionth apart": (lambda x: Gt((x**2 - 2) ** 2 + Rational(1, 10**6), 0), {"x": X}),
    "no strict relation": (lambda x: Ge((x**2 - 2) ** 2, 0), {"x": X}),
    "at an end that is left out": (lambda x: Gt((x - 1) ** 2, 0), {"x": X}),
    "steep": (lambda x: Gt(exp(-1000 * x), 0), {"x": X}),
}


def touched(relation, domains) -> str:
    claim = stated(relation, **domains)
    start = {name: Rational(3, 2) for name in domains}
    ascent = Ascent(claim, partial(look_in_balls, claim))
    return touching(claim, ascent, [place for grid in closest(claim, start) for place in grid])


@pytest.mark.parametrize("name", TOUCH)
def test_a_strict_relation_that_touches_at_an_irrational_number_is_no_support(name):
    told = touched(*TOUCH[name])
    assert "near x = 1.41421356" in told
    assert "as if they touched, and the relation is strict" in told


@pytest.mark.parametrize("name", APART)
def test_sides_that_stay_apart_are_not_taken_to_touch(name):
    assert touched(*APART[name]) == ""
