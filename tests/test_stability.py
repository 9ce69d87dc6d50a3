"""Retraining with real data: what holds of every loop of the family; drawn points against the step in symbols."""

import pickle

import pytest
from exact import number
from sympy import Rational, Symbol

from simulate import estimate, sample
from theory.language.errors import BadInput
from theory.language.laws import Cauchy, Laplace, Logistic, Normal, Uniform
from theory.language.moments import E
from theory.stability import (
    CauchyLoop,
    CorrectedMeanLoop,
    LocationLoop,
    RetrainedBernoulliLoop,
    RetrainedGaussianLoop,
    RetrainedLocationLoop,
    RetrainedMeanLoop,
    RetrainedScaleLoop,
)
from theory.stability.peaks import LOWER, TWO_PEAKS

half = Rational(1, 2)
LOOPS = [
    RetrainedMeanLoop(4, 8),
    RetrainedMeanLoop(3, 5, mean=1, variance=2, start="fit", real="fixed"),
    RetrainedMeanLoop(3, 5, start=2, bias=half),
    RetrainedGaussianLoop(4, 3),
    RetrainedGaussianLoop(3, 5, mean=1, variance=2, start="fit", real="fixed"),
    RetrainedGaussianLoop(3, 5, mean=-1, temperature=Rational(6, 5)),
    RetrainedScaleLoop(4, 6, start=3, temperature=Rational(3, 2)),
    RetrainedScaleLoop(4, 6, variance=2, start=3, data="two points"),
    RetrainedBernoulliLoop(5, 7, Rational(2, 5), 1),
    RetrainedBernoulliLoop(0, 7, half, half),
    CorrectedMeanLoop(4, 8, gamma=2, start=1),
]


@pytest.mark.parametrize("loop", LOOPS, ids=str)
def test_raw_points_have_the_moments_of_the_step(loop):
    names = [s for s in loop.state if s not in ("real", "spread")]
    observables = [getattr(loop, s)(3) for s in names]
    wanted = [E(o) for o in observables] + [E(o**2) for o in observables]
    if len(observables) == 2:
        wanted.append(E(observables[0] * observables[1]))
    for m, ball in zip(wanted, estimate(wanted, 200_000, seed=5), strict=True):
        exact = number(m)
        assert abs(ball.midpoint - exact) <= ball.radius, m
        assert ball.radius < 0.06 * (1 + abs(exact))


@pytest.mark.parametrize("loop", LOOPS, ids=str)
def test_a_shorter_run_is_the_beginning_of_a_longer_one(loop):
    name = "mu" if "mu" in loop.state else loop.state[0]
    a, b = (sample(loop, [name], t, 300, seed=3)[name] for t in (2, 5))
    assert (a == b[:, :3]).all()


@pytest.mark.parametrize(
    "loop",
    [
        *LOOPS,
        *(
            LocationLoop(f, d, 2, start=1, gamma=half)
            for f in (Logistic(), Laplace())
            for d in (Normal(0, 4), Uniform(-3, 3))
        ),
        CauchyLoop(TWO_PEAKS, 1, start=LOWER),
        RetrainedLocationLoop(3, 2, Laplace()),
    ],
    ids=str,
)
def test_loops_are_rebuilt_from_their_arguments(loop):
    assert loop.func(*loop.args) == loop
    assert pickle.loads(pickle.dumps(loop)) == loop
    assert loop.refuses() is None


@pytest.mark.parametrize(
    "loop",
    [
        RetrainedMeanLoop(0, 3),
        RetrainedMeanLoop(1, 3, variance=0),
        RetrainedGaussianLoop(1, 3),
        RetrainedGaussianLoop(3, 3, temperature=0),
        RetrainedScaleLoop(0, 0),
        RetrainedBernoulliLoop(3, 3, 2, 0),
        RetrainedBernoulliLoop(0, 0, half, half),
        CorrectedMeanLoop(3, 3, gamma=-1),
        LocationLoop(Logistic(), Normal(0, 1), -1),
        RetrainedLocationLoop(0, 3, Normal(0, 1)),
    ],
    ids=str,
)
def test_parameters_that_make_no_sense(loop):
    assert loop.refuses()


@pytest.mark.parametrize(
    "bad",
    [
        lambda: RetrainedMeanLoop(3, 3, real="old"),
        lambda: RetrainedGaussianLoop(3, 3, start="warm"),
        lambda: LocationLoop(Normal(0, 1), Normal(0, 1), 1),
        lambda: LocationLoop(Logistic(1), Normal(0, 1), 1),
        lambda: RetrainedLocationLoop(3, 3, Cauchy()),
        lambda: LocationLoop(Laplace(), Laplace(), 1).kappa(Symbol("u")),
    ],
)
def test_arguments_that_make_no_sense(bad):
    with pytest.raises((BadInput, ValueError), match=r"expected|no curvature"):
        bad()
