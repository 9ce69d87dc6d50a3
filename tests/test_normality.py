"""Loops that stay Gaussian: functions and events of combinations of their coordinates, against numbers and simulation."""

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma as gamma_law
from scipy.stats import lognorm, norm
from stated import stated
from sympy import Abs, Ge, Integer, Rational, Symbol, acos, asin, atan, erf, exp, log, pi, simplify, sqrt

from theory import (
    E,
    FixedReal,
    Integers,
    Loop,
    Noise,
    Normal,
    PooledGaussianLoop,
    Positive,
    Prob,
    Quantile,
    Reals,
    Replace,
    Uniform,
    coordinate,
)
from theory.gaussian import GaussianLoop
from theory.language.errors import CannotTell
from theory.language.loops import positive_of
from theory.proof import methods
from theory.proof.methods import quadrants
from theory.proof.relations.equality import _numbered
from theory.proof.relations.learned import Learned
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
        one, other = _numbered(Learned(stated(lambda n: Ge(n, 0), n=Integers(0)), {}), a, b)
        assert (one == other) is same


def test_what_a_loop_is_made_of_is_not_expanded():
    """A share such as (n + 1)/(n + m + 2) in a loop would make another loop of it."""
    n, m = (Symbol(s, integer=True, nonnegative=True) for s in "nm")
    loop = PooledGaussianLoop(n + 1, FixedReal(m + 1), known_variance=True)
    mu = loop.mu(t)
    assert along(Abs(mu)) == (mu, Abs(ALONG))
    assert slopes(2 * mu + 1, [mu]) == [2, 1]
    assert quadrants.signs(mu * loop.mu(t + 1) > 0) in [(mu, loop.mu(t + 1)), (loop.mu(t + 1), mu)]


class LogNormalWalk(Loop):
    """x' = x exp(s Z - s^2/2), whose mean stays."""

    s: Positive
    x = coordinate(positive=True)
    initial = {"x": 1}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] * exp(self.s * Noise("Z", Normal(0, 1)) - self.s**2 / 2)}


class Tied(LogNormalWalk):
    """How far a step goes depends on where it begins."""

    def step(self, now):
        return {"x": now["x"] * exp(now["x"] * Noise("Z", Normal(0, 1)))}


s, a = Symbol("s", positive=True), Symbol("a", positive=True)


@pytest.mark.parametrize(
    ("moment", "known"),
    [
        (Quantile(LogNormalWalk(s).x(t), Rational(1, 2)), exp(-(s**2) * t / 2)),
        (Quantile(walk.mu(t), Rational(1, 2)), 0),
        (
            Prob(LogNormalWalk(s).x(t) > a),
            Rational(1, 2) - erf(sqrt(2) * (s**2 * t + 2 * log(a)) / (4 * s * sqrt(t))) / 2,
        ),
    ],
    ids=str,
)
def test_quantiles_and_log_normal_events_in_symbols(moment, known):
    assert simplify(methods.moment(standardise(moment)).form - known) == 0


def test_quantiles_and_log_normal_events_in_balls():
    loop = LogNormalWalk(Rational(1, 2))
    for level in (0.1, 0.25, 0.9):
        found = methods.enclosed(Quantile(loop.x(5), Rational(str(level))))
        assert found.overlaps(arb(found.mid(), 1e-12))
        assert float(found) == pytest.approx(lognorm.ppf(level, 0.5 * 5**0.5, scale=np.exp(-5 / 8)), rel=1e-9)
    over = methods.enclosed(standardise(Prob(loop.x(5) > Rational(1, 3))))
    assert float(over) == pytest.approx(lognorm.sf(1 / 3, 0.5 * 5**0.5, scale=np.exp(-5 / 8)), rel=1e-9)
    of_normal = methods.enclosed(Quantile(walk.mu(2) + 1, Rational(1, 4)))
    assert float(of_normal) == pytest.approx(norm.ppf(0.25, 1, 0.5**0.5), rel=1e-9)


def test_what_depends_on_the_state_is_not_log_normal():
    with pytest.raises(CannotTell):
        methods.moment(Quantile(Tied(s).x(t), Rational(1, 2)))


def test_at_the_start_nothing_is_random():
    loop = LogNormalWalk(s)
    assert methods.moment(Quantile(loop.x(0), Rational(1, 3))).form == 1
    assert methods.moment(standardise(Prob(loop.x(0) >= 1))).form == 1
    assert methods.moment(standardise(Prob(loop.x(0) > 1))).form == 0
    with pytest.raises(CannotTell):
        methods.moment(standardise(Prob(loop.x(0) > a)))


class Stick(Loop):
    """A uniform part of what is left is left."""

    x = coordinate(positive=True)
    initial = {"x": 1}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] * Noise("U", Uniform(0, 1))}


class Widening(Stick):
    """The part is uniform between 0 and w, which may be 0."""

    w: Reals

    def step(self, now):
        return {"x": now["x"] * Noise("U", Uniform(0, self.w))}


def test_a_part_that_has_a_density_keeps_a_coordinate_positive():
    assert positive_of(Stick()) == {"x"}
    assert positive_of(Widening(a)) == {"x"}
    assert not positive_of(Widening(Symbol("w", nonnegative=True)))
    assert methods.moment(E(Stick().x(t) ** s)).form == (1 + s) ** -t


def test_events_of_the_first_generations():
    assert methods.moment(standardise(Prob(Stick().x(1) > Rational(1, 3)))).form == Rational(2, 3)
    assert float(methods.enclosed(standardise(Prob(walk.mu(2) - walk.mu(1) > 1)))) == pytest.approx(
        norm.sf(2), rel=1e-9
    )
    three = methods.moment(standardise(Prob(Stick().x(3) > Rational(1, 3)))).form
    assert float(three) == pytest.approx(gamma_law.cdf(np.log(3), 3))
    with pytest.raises(CannotTell):
        methods.moment(standardise(Prob(Widening(Symbol("w", nonnegative=True)).x(3) > Rational(1, 3))))
