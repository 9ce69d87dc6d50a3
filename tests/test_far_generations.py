"""Maps followed far: balls that keep their digits where the map contracts, cycles that no later generation leaves, lost bits."""

from fractions import Fraction

import pytest
from exact import fraction_ball
from flint import arb
from hypothesis import example, given, settings
from hypothesis import strategies as st
from orbits import FromStart
from sympy import Abs, Integer, Rational, Symbol, exp

from reports import clock
from theory import CLOCK, E, Loop, Positive, Probability, Reals, coordinate
from theory.language.errors import CannotTell
from theory.proof.arithmetic.precision import precision
from theory.proof.enclose import value
from theory.proof.methods import moment


class Logistic(FromStart):
    r: Reals
    start: Probability()
    x = coordinate()

    def step(self, state):
        return {"x": self.r * state["x"] * (1 - state["x"])}


class Summed(Logistic):
    """With the sum of what has been."""

    x = coordinate()
    s = coordinate()

    @property
    def initial(self):
        return {"x": self.start, "s": 0}

    def step(self, state):
        return {**super().step(state), "s": state["s"] + state["x"]}


class Hedge(Loop):
    eta: Reals
    b: Probability()
    L = coordinate()

    @property
    def initial(self):
        return {"L": Rational(1, 2)}

    def step(self, state):
        return {"L": state["L"] - self.eta * (1 / (1 + exp(-state["L"])) - self.b)}


class Kinked(FromStart):
    """Drawn to 1, with a kink there."""

    start: Reals
    x = coordinate()

    def step(self, state):
        return {"x": 1 + Abs(state["x"] - 1) / 2}


class Slowing(Loop):
    """Another step in every generation: no box that is mapped into itself once is so ever after."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": 1}

    def step(self, state):
        return {"x": state["x"] * CLOCK / (CLOCK + 1)}


def ball(x) -> arb:
    return value(E(x)).value


def logistic(r: Fraction, x: Fraction, t: int, bits: int) -> arb:
    """One after the other, with bits to spare."""
    with precision(bits):
        a, y = fraction_ball(r), fraction_ball(x)
        for _ in range(t):
            y = a * y * (1 - y)
        return y


shares = st.fractions(Fraction(1, 50), Fraction(49, 50), max_denominator=50)


@settings(max_examples=20)
@given(r=st.fractions(Fraction(1, 10), 4, max_denominator=40), x=shares, t=st.integers(0, 600))
@example(r=Fraction(4), x=Fraction(1, 3), t=600)  # bits are lost in every generation
@example(r=Fraction(33, 10), x=Fraction(1, 3), t=599)  # a cycle of two
@example(r=Fraction(7, 2), x=Fraction(1, 3), t=598)  # of four
@example(r=Fraction(3), x=Fraction(1, 3), t=500)  # neither drawn nor driven away
def test_balls_hold_the_orbit(r, x, t):
    found = ball(Logistic(Rational(r), Rational(x)).x(t))
    assert found.overlaps(logistic(r, x, t, 4000))
    assert found.rel_accuracy_bits() >= 40


@pytest.mark.parametrize("t", [10**4, 10**6, 10**15, 10**15 + 1])
def test_what_is_drawn_to_a_point_or_a_cycle_is_known_for_ever(t):
    assert abs(ball(Logistic(Rational(5, 2), Rational(1, 3)).x(t)) - arb(3) / 5) < 1e-15
    two, one = (logistic(Fraction(33, 10), Fraction(1, 3), 2000 + k + t % 2, 8000) for k in (0, 1))
    found = ball(Logistic(Rational(33, 10), Rational(1, 3)).x(t))
    assert found.overlaps(two)
    assert not found.overlaps(one)
    cycle = 0.5365712411439  # of the probabilities, at the upper end
    L = float(ball(Hedge(12, Rational(3, 10)).L(t)).mid())
    p = 1 / (1 + 2.718281828459045**-L)
    assert min(abs(p - cycle), abs(p - (0.6 - cycle))) < 1e-9


def test_what_is_neither_is_followed_step_by_step():
    found = ball(Logistic(1, Rational(1, 3)).x(50_000))
    y = 1 / 3
    for _ in range(50_000):
        y = y * (1 - y)
    assert abs(found - y) < 1e-9 * y
    assert found.rel_accuracy_bits() >= 40
    with pytest.raises(CannotTell, match=r"is not followed: .* not seen to stay in a cycle"):
        ball(Logistic(1, Rational(1, 3)).x(10**9))


def test_bits_that_are_lost_are_added():
    found = ball(Logistic(Rational(39, 10), Rational(1, 3)).x(3000))
    assert found.rel_accuracy_bits() >= 40
    assert found.overlaps(logistic(Fraction(39, 10), Fraction(1, 3), 3000, 9000))
    with pytest.raises(CannotTell, match="bits would be lost on the way"):
        ball(Logistic(Rational(39, 10), Rational(1, 3)).x(10**8))


def test_a_sum_that_grows_beside_a_cycle_has_none():
    short, long = (ball(Summed(Rational(33, 10), Rational(1, 3)).s(t)) for t in (1000, 3000))
    mean = (arb("0.4794270198242338") + arb("0.8236032832060682")) / 2
    assert abs((long - short) / 2000 - mean) < 1e-9


def test_kinks_and_clocks():
    assert ball(Kinked(5).x(30)) == 1 + arb(4) / 2**30
    assert abs(ball(Slowing().x(5000)) * 5001 - 1) < 1e-12


class Vanishing(Loop):
    """What is 0 in every generation, though no ball shows it."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": exp(1) - exp(Rational(1, 2)) * exp(Rational(1, 2))}

    def step(self, state):
        return {"x": state["x"] * Rational(999, 1000) + (exp(2) - exp(1) ** 2) / 7}


def test_a_wide_ball_is_better_than_none():
    found = ball(Vanishing().x(20_000))
    assert found.contains(0)
    assert found.rad() < 1e-15


class Words(Loop):
    """K words so far, of a Pitman-Yor process: a step divides by the number of draws before it."""

    c: Positive
    d: Probability()
    K = coordinate()

    @property
    def initial(self):
        return {"K": 0}

    def step(self, now):
        return {"K": now["K"] + (self.c + self.d * now["K"]) / (self.c + CLOCK - 1)}


def test_a_product_of_gamma_functions_far_apart_is_not_written_out():
    """gamma(t + 10^6 + 2/3) by gamma(t + 10^6): their quotient has no short form, and one of 10^6 factors is none."""
    t = Symbol("t", integer=True, nonnegative=True)
    with clock.within(20):
        form = moment(E(Words(10**6, Rational(2, 3)).K(t))).form

    assert form.xreplace({t: Integer(1)}).doit() == 1
    short = moment(E(Words(Rational(3, 2), Rational(2, 3)).K(t))).form
    assert abs(float(short.xreplace({t: Integer(2)}).doit()) - (1 + (1.5 + 2 / 3) / 2.5)) < 1e-12
