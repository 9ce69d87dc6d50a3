"""Central moments and cumulants: written in means, derived, in balls and simulated about the mean."""

from math import comb

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from runs import examples
from sympy import Integer, Rational, Symbol, factorial, latex, log, series, srepr, sympify

from reports import verify
from simulate import estimate
from theory import CentralMoment, Cumulant, E, Exponential, Integers, Loop, Noise, Normal, Var, claim, coordinate
from theory.language.errors import BadInput
from theory.language.moments import Moment
from theory.proof.enclose import value
from theory.proof.methods import moment
from theory.proof.standard import standardise

t = Symbol("t", integer=True, nonnegative=True)


class Walk(Loop):
    """Skewed steps, far away from 0."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": 100}

    def step(self, s):
        return {"x": s["x"] + Noise("Z", Exponential(1))}


def derived(x):
    x = standardise(x)
    return x.xreplace({m: moment(m).form for m in x.atoms(Moment)}).expand()


@pytest.mark.parametrize("order", range(1, 7))
def test_cumulants_of_independent_steps_add_up(order):
    """Of an exponential step the k-th cumulant is (k - 1)!."""
    start = 100 if order == 1 else 0
    assert derived(Cumulant(Walk().x(t), order)) == start + t * factorial(order - 1)


def test_central_moments_by_the_cumulants():
    x = Walk().x(t)
    assert derived(CentralMoment(x, 3)) == 2 * t
    assert derived(CentralMoment(x, 4)) == 3 * t**2 + 6 * t
    assert CentralMoment(x, 2) == Var(x)
    assert (
        standardise(CentralMoment(5 - x, 3)) == -standardise(CentralMoment(x, 3))
        or derived(CentralMoment(5 - x, 3)) == -2 * t
    )
    assert derived(CentralMoment(3 * x + 7, 3)) == 54 * t


@examples(6, 20)
@given(st.lists(st.integers(-5, 5), min_size=6, max_size=6))
def test_cumulants_are_the_logarithm_of_the_generating_function(raw):
    """k_n by the series of log E e^(s X), whatever the moments are."""
    s = Symbol("s")
    means = [Integer(1), *map(sympify, raw)]
    generating = sum(m * s**k / factorial(k) for k, m in enumerate(means))
    expansion = series(log(generating), s, 0, 7).removeO()
    x = Walk().x(t)
    for order in range(1, 7):
        about = {1: means[1]} | {
            k: sum(comb(k, j) * (-means[1]) ** (k - j) * means[j] for j in range(k + 1)) for k in range(2, 7)
        }
        named = {CentralMoment(x, k): about[k] for k in range(2, 7)} | {E(x): means[1]}
        assert Cumulant(x, order).xreplace(named) == expansion.coeff(s, order) * factorial(order)


def test_a_ball_and_a_simulated_one():
    x = Walk().x(4)
    for order, exact in ((3, 8), (4, 72)):
        assert value(standardise(CentralMoment(x, order))).value.contains(arb(exact))
        (ball,) = estimate([CentralMoment(x, order)], 200_000, seed=3)
        assert ball.value.contains(arb(exact))
        assert ball.value.rad() < 0.3 * exact  # about 0, in raw powers of 100, nothing would be known


def test_it_survives_what_sympy_does():
    m = CentralMoment(Walk().x(t), 3)
    assert m.func(*m.args) == m
    assert m.xreplace({t: Integer(2)}) == CentralMoment(Walk().x(2), 3)
    assert "mu_{3}" in latex(m)
    assert "CentralMoment" in srepr(m)


@pytest.mark.parametrize("order", [0, 1, -1, Rational(3, 2), Symbol("k"), "x"])
def test_orders_that_are_none(order):
    with pytest.raises(BadInput, match="integer from 2 on"):
        CentralMoment(Walk().x(t), order)
    if order != 1:
        with pytest.raises(BadInput, match="integer from 1 on"):
            Cumulant(Walk().x(t), order)


def test_a_claim_and_its_false_twin():
    @claim()
    def skewed(t=Integers(1, 50)):
        """The third cumulant grows by 2 a generation."""
        return Cumulant(Walk().x(t), 3) >= 2 * t

    @claim(expected="fails")
    def too_much(t=Integers(1, 50)):
        """It does not grow by more."""
        return Cumulant(Walk().x(t), 3) >= Rational(2001, 1000) * t

    found = {s.claim: s for s in verify([skewed, too_much], seconds=1)}
    assert found["skewed"].verdict == "proved"
    assert found["too-much"].verdict == "refuted"


def test_a_normal_law_has_no_higher_cumulants():
    z = Noise("Z", Normal(3, 2))
    assert derived(Cumulant(z, 4)) == 0
    assert derived(Cumulant(z, 3)) == 0
