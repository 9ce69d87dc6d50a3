"""Retraining with real data: what holds of every loop of the family; drawn points against the step in symbols."""

import pytest
from exact import number, rebuilt
from sympy import Rational, Symbol

from simulate import estimate, sample
from theory.gaussian.policies import PooledGaussianLoop
from theory.language.errors import BadInput
from theory.language.laws import Laplace, Logistic, Normal, Uniform
from theory.language.moments import E
from theory.language.policies import Accumulate, FixedReal
from theory.stability import (
    CauchyLoop,
    CorrectedMeanLoop,
    LocationLoop,
    RetrainedBernoulliLoop,
    RetrainedScaleLoop,
)
from theory.stability.gaussian import retrained, retrained_mean
from theory.stability.models import LogisticLocation
from theory.stability.peaks import LOWER, TWO_PEAKS

half = Rational(1, 2)
LOOPS = [
    retrained_mean(4, 8),
    retrained_mean(3, 5, FixedReal, 2, mu0=1, start="fit"),
    retrained_mean(3, 5, start=2, bias=half),
    retrained_mean(3, 5, FixedReal, 2, mu0=1, start=-1, temperature=half, weight=half),
    retrained(4, 3),
    retrained(3, 5, FixedReal, 2, mu0=1, start="fit"),
    retrained(3, 5, mu0=-1, temperature=Rational(6, 5)),
    retrained(3, 5, FixedReal, 2, mu0=1, bias=half, temperature=2, weight=half),
    PooledGaussianLoop(4, Accumulate(), 2, 1, bias=half, temperature=half),
    RetrainedScaleLoop(4, 6, start=3, temperature=Rational(3, 2)),
    RetrainedScaleLoop(4, 6, variance=2, start=3, data="two points"),
    RetrainedBernoulliLoop(5, 7, Rational(2, 5), 1),
    RetrainedBernoulliLoop(0, 7, half, half),
    CorrectedMeanLoop(4, 8, gamma=2, start=1),
]


@pytest.mark.thin(2)
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
        LogisticLocation(Laplace(), 1).finite(3, 2),
    ],
    ids=str,
)
def test_loops_are_rebuilt_from_their_arguments(loop):
    rebuilt(loop)


@pytest.mark.parametrize(
    "loop",
    [
        retrained_mean(0, 3),
        retrained_mean(1, 3, s2=0),
        retrained(1, 3),
        retrained(3, 1),
        retrained(3, 3, temperature=0),
        retrained(3, 3, start=1),
        retrained(3, 3, start="full"),
        retrained_mean(3, 0, weight=half),
        RetrainedScaleLoop(0, 0),
        RetrainedBernoulliLoop(3, 3, 2, 0),
        RetrainedBernoulliLoop(0, 0, half, half),
        CorrectedMeanLoop(3, 3, gamma=-1),
        LocationLoop(Logistic(), Normal(0, 1), -1),
        LogisticLocation(Normal(0, 1), 1).finite(0, 3),
    ],
    ids=str,
)
def test_parameters_that_make_no_sense(loop):
    assert loop.refuses()


@pytest.mark.parametrize(
    "bad",
    [
        lambda: PooledGaussianLoop(3, "old"),
        lambda: retrained(3, 3, start="warm"),
        lambda: LocationLoop(Normal(0, 1), Normal(0, 1), 1),
        lambda: LocationLoop(Logistic(1), Normal(0, 1), 1),
        lambda: LogisticLocation(Normal(0, 1), half).finite(3),
        lambda: LocationLoop(Laplace(), Laplace(), 1).kappa(Symbol("u")),
    ],
)
def test_arguments_that_make_no_sense(bad):
    with pytest.raises((BadInput, ValueError), match=r"expected|no curvature"):
        bad()
