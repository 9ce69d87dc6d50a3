"""Generations that differ: what the clock of a step means to the three witnesses, and a changing share of real data."""

from fractions import Fraction

import numpy as np
import pytest
from exact import about
from hypothesis import given
from hypothesis import strategies as st
from stated import stated
from sympy import Lambda, Le, Rational, Symbol, sqrt

from simulate.engine import symbolic
from simulate.engine.dispatch import simulator
from theory import Binomial, E, Integers, Noise, Normal, Reals
from theory.language.errors import CannotTell
from theory.language.loops import CLOCK, Loop, coordinate, observable
from theory.proof.existence import Undefined, defined_at
from theory.proof.methods import moment
from theory.proof.prepared import prepare
from theory.stability import ScheduledMeanLoop

k = Symbol("k", integer=True, positive=True)
HARMONIC = Lambda(k, 1 / (k + 1))


class Growing(Loop):
    """A mean of k points in fit k, and what it moved in the fit before: two coordinates, of which one is coupled."""

    start: Reals = 0

    mean = coordinate()
    moved = coordinate()

    @property
    def initial(self):
        return {"mean": self.start, "moved": 0}

    def step(self, state):
        noise = Noise("Z", Normal(0, 1)) / sqrt(CLOCK)
        return {"mean": state["mean"] + noise, "moved": noise * state["mean"]}


def by_hand(shares, N, start) -> tuple[Fraction, Fraction]:
    """Mean and mean square of the error, fit by fit: E B = N keep, E B^2 = N keep (1 - keep) + (N keep)^2."""
    mean, square = Fraction(start), Fraction(start) ** 2
    for r in shares:
        keep = 1 - r
        mean, square = keep * mean, (keep * (1 - keep) / N + keep**2) * square + Fraction(1, N)
    return mean, square


@given(N=st.integers(1, 30), T=st.integers(0, 12), start=st.integers(-3, 3))
def test_moments_of_a_changing_share(N, T, start):
    loop = ScheduledMeanLoop(N, HARMONIC, start=start)
    mean, square = by_hand([Fraction(1, g + 1) for g in range(1, T + 1)], N, start)
    assert moment(E(loop.error(T))).form.doit() == Rational(mean)
    assert moment(E(loop.error(T) ** 2)).form.doit() == Rational(square)
    about(E(loop.error(T)), float(mean))
    about(E(loop.error(T) ** 2), float(square))


def test_observables_at_two_generations():
    loop = ScheduledMeanLoop(5, HARMONIC, start=1)
    _, square = by_hand([Fraction(1, 2), Fraction(1, 3)], 5, 1)
    wanted = square * Fraction(3, 4) * Fraction(4, 5)  # of the error after two fits, two more leave 3/4 and 4/5
    assert moment(E(loop.error(2) * loop.error(4))).form.doit() == Rational(wanted)
    about(E(loop.error(2) * loop.error(4)), float(wanted))


def test_growing_samples():
    t = Symbol("t", integer=True, nonnegative=True)
    harmonic = moment(E(Growing(2).mean(t) ** 2)).form
    assert harmonic.subs(t, 4).doit() == 4 + 1 + Rational(1, 2) + Rational(1, 3) + Rational(1, 4)
    about(E(Growing(2).mean(4) ** 2), 4 + 25 / 12)
    assert moment(E(Growing(1).moved(3) ** 2)).form.doit() == Rational(5, 2) / 3


class Swapping(Loop):
    """Two coordinates that lead to each other."""

    state = ("a", "b")

    a = observable()

    @property
    def initial(self):
        return {"a": 1, "b": 1}

    def step(self, state):
        return {"a": state["b"] / CLOCK, "b": state["a"] + state["b"]}


def test_coupled_and_changing_is_not_derived_but_enclosed():
    with pytest.raises(CannotTell, match="changes from one generation to the next"):
        moment(E(Swapping().a(Symbol("t", integer=True, positive=True))))
    about(E(Swapping().a(3)), 1)  # (1, 1), (1, 2), (1, 3), (1, 4)


def test_the_kernel_draws_what_the_step_says():
    loop = ScheduledMeanLoop(6, HARMONIC, variance=2, start=1)
    size, T = 40_000, 5
    drawn = simulator(loop).paths(loop, ["error"], np.random.default_rng(1), size, T)["error"]
    stated = symbolic.paths(loop, ["error"], np.random.default_rng(2), size, T)["error"]
    for t in range(1, T + 1):
        mean, _ = by_hand([Fraction(1, g + 1) for g in range(1, t + 1)], 6, 1)
        for sample in (drawn[:, t], stated[:, t]):
            assert abs(sample.mean() - mean) < 5 * sample.std() / size**0.5
        assert drawn[:, t].var() == pytest.approx(stated[:, t].var(), rel=0.05)


def test_what_is_no_schedule():
    assert "probabilities" in (ScheduledMeanLoop(4, Lambda(k, k)).refuses() or "")
    assert "N = 0: a whole number, 1 or more, is expected" in (ScheduledMeanLoop(0, HARMONIC).refuses() or "")
    assert ScheduledMeanLoop(4, HARMONIC).refuses() is None
    assert ScheduledMeanLoop(4, HARMONIC).step({"error": 1})["error"].has(Binomial)


def test_a_share_that_ends_is_none_in_the_fits_after():
    assert ScheduledMeanLoop(4, Lambda(k, k / 1000)).refuses() is None  # its first fits
    statement = stated(
        lambda N, T: Le(E(ScheduledMeanLoop(N, Lambda(k, k / 1000), start=1).error(T)), 1),
        N=Integers(1),
        T=Integers(1),
    )
    part = prepare(statement).parts[0]
    defined_at(part, {"N": 3, "T": 1000})
    with pytest.raises(Undefined, match="probabilities are expected, which it is not in fit 1001 at N = 3, T = 1001"):
        defined_at(part, {"N": 3, "T": 1001})
    with pytest.raises(Undefined, match="probabilities are expected"):
        defined_at(part, {"N": 3, "T": 10**30})
