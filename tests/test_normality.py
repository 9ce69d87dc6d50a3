"""Loops that stay Gaussian: functions and events of combinations of their coordinates, against numbers and simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, Integer, Rational, Symbol, acos, asin, atan, erf, pi, sqrt

from theory import E, FixedReal, Integers, Loop, Noise, Normal, PooledGaussianLoop, Prob, Replace, coordinate
from theory.gaussian import GaussianLoop
from theory.language.errors import CannotTell
from theory.proof import methods
from theory.proof.methods import quadrants
from theory.proof.relations.equality import _numbered
from theory.proof.standard import standardise
from theory.proof.structures.normality import ALONG, along, slopes

walk = PooledGaussianLoop(4, Replace(), known_variance=True)
t = Symbol("t", integer=True, positive=True)


def test_what_is_a_function_of_one_normal_combination():
    mu = walk.mu(3)
    assert along(erf(Abs(mu))) == (mu, erf(Abs(ALONG)))
    assert along(mu**2 + 1) is None  # a recursion tells it
    line, f = along(Abs(2 * mu - walk.mu(1) + 5))
    assert f.xreplace({ALONG: line}) == Abs(2 * mu - walk.mu(1) + 5)
    assert along(erf(Abs(mu)) + walk.mu(2)) is None
    assert along(erf(mu) * erf(walk.mu(2))) is None
    assert along(erf(Abs(GaussianLoop(10).mu(2)))) is None


@pytest.mark.parametrize(
    ("moment", "known"),
    [
        (Prob(walk.mu(t) > 1), Rational(1, 2) - erf(sqrt(2 / t)) / 2),
        (Prob(walk.mu(t + 1) > walk.mu(t)), Rational(1, 2)),
        (E(Abs(walk.mu(t + 1) - walk.mu(1))), sqrt(t / (2 * pi))),
        (E(erf(walk.mu(t) + 1)), erf(1 / sqrt(1 + t / 2))),
        (Prob(Abs(walk.mu(t + 1)) < Abs(walk.mu(1))), atan(2 / sqrt(t)) / pi),
        (Prob(walk.mu(t + 1) * walk.mu(1) > 0), Rational(1, 2) + asin(1 / sqrt(t + 1)) / pi),
    ],
)
def test_derived_at_all_generations(moment, known):
    form = standardise(moment).xreplace({m: methods.moment(m).form for m in standardise(moment).atoms(Prob, E)})
    for number in (1, 2, 7):
        assert abs((form - known).subs(t, number).evalf(30)) < 1e-25


def test_of_another_sign_or_a_sum_nothing_is_told():
    for event in (Abs(walk.mu(2)) + Abs(walk.mu(1)) > 1, walk.mu(1) * walk.mu(2) > 1, walk.mu(1) ** 2 > walk.mu(2)):
        with pytest.raises(CannotTell):
            methods.moment(Prob(event))


class Tuned(Loop):
    """Two coordinates that are linear in each other and in two normal draws."""

    n: Integers(1)
    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": Integer(1), "y": Integer(-1)}

    def step(self, state):
        x, y, z, w = state["x"], state["y"], Noise("Z", Normal(0, 1)), Noise("W", Normal(Rational(1, 3), 2))
        return {"x": x / 2 + y / self.n + z, "y": y - w + z / 2}


@settings(max_examples=4)
@given(n=st.integers(1, 4), a=st.integers(-3, 3), b=st.integers(-2, 2), c=st.integers(-1, 1))
def test_events_of_two_coordinates_against_simulation(n, a, b, c):
    loop = Tuned(n)
    generator = np.random.default_rng(0)
    x, y = np.ones(200_000), -np.ones(200_000)
    for _ in range(3):
        z, w = generator.normal(size=x.size), generator.normal(1 / 3, np.sqrt(2), size=x.size)
        x, y = x / 2 + y / n + z, y - w + z / 2
    u, v = loop.x(3), loop.y(3)
    for event, seen in (
        (u + a * v > b, x + a * y > b),
        (Abs(u + c) < Abs(v + b), abs(x + c) < abs(y + b)),
        ((u - b) * (v + a) > 0, (x - b) * (y + a) > 0),
    ):
        ball = methods.enclosed(next(iter(standardise(Prob(event)).atoms(Prob))))
        form = standardise(Prob(event))
        value = float(form.xreplace({m: Rational(str(float(ball.mid()))) for m in form.atoms(Prob)}))
        assert ball.rad() < 1e-8
        assert abs(value - seen.mean()) < 6 * 0.5 / np.sqrt(x.size)


def test_arcus_functions_of_inverse_arguments_are_one():
    k = Symbol("k", positive=True)
    for a, b, same in (
        (atan(2 / sqrt(k)), pi / 2 - atan(sqrt(k) / 2), True),
        (acos(sqrt(k / (k + 4))), atan(2 / sqrt(k)), True),
        (atan(2 / sqrt(k)), pi / 2 - atan(sqrt(k) / 3), False),
        (atan(Symbol("x", real=True)), pi / 2 - atan(1 / Symbol("x", real=True)), False),
    ):
        one, other = _numbered(a, b)
        assert (one == other) is same


def test_what_a_loop_is_made_of_is_not_expanded():
    """A share such as (n + 1)/(n + m + 2) in a loop would make another loop of it."""
    n, m = (Symbol(s, integer=True, nonnegative=True) for s in "nm")
    loop = PooledGaussianLoop(n + 1, FixedReal(m + 1), known_variance=True)
    mu = loop.mu(t)
    assert along(Abs(mu)) == (mu, Abs(ALONG))
    assert slopes(2 * mu + 1, [mu]) == [2, 1]
    assert quadrants.signs(mu * loop.mu(t + 1) > 0) in [(mu, loop.mu(t + 1)), (loop.mu(t + 1), mu)]
