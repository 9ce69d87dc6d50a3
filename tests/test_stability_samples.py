"""Real refits against what the stability theorem's constants say of them."""

import numpy as np
import pytest
from flint import arb
from sympy import Rational

from simulate import sample
from theory import Exponential, Normal
from theory.proof.likelihood.numbers import number
from theory.stability.models import LogisticLocation, LogisticModel, StudentLocation, inside
from theory.stability.samples import spread

N, REPLICATES = 300, 8000
LOOPS = [
    LogisticLocation(Normal(0, 4), 1),
    StudentLocation(3, Normal(0, 3), 1),
    inside(LogisticLocation(Normal(0, 1), 1), 0),
]


def value(x) -> float:
    ball = number(x)
    assert ball.rad() < 1e-6
    return float(ball.mid())


@pytest.mark.thin(6)
@pytest.mark.parametrize("fixed", [True, False])
@pytest.mark.parametrize("loop", LOOPS, ids=str)
def test_the_spread_of_refits_is_that_of_the_delta_method(loop, fixed):
    """Six standard errors of a variance of draws that are near normal, and a tenth for the terms of order 1/n."""
    paths = sample(loop.finite(N, fixed=fixed), [loop.state[0]], 3, REPLICATES, seed=1)[loop.state[0]]
    for t in (1, 3):
        expected = value(spread(loop, t, fixed))
        assert N * paths[:, t].var() == pytest.approx(expected, rel=0.1 + 6 * np.sqrt(2 / REPLICATES))


def test_kept_and_fresh_real_points_are_far_apart():
    loop = LOOPS[2]
    kept, fresh = (value(spread(loop, 60, fixed)) for fixed in (True, False))
    H = value(loop.H[0, 0])
    assert (kept * H, fresh * H) == pytest.approx((4 / 3, 2 / 3), rel=1e-9)


@pytest.mark.long
def test_refits_of_two_parameters_stay_near_the_best_fit():
    """n times the covariance of the first fit is (H + lam I)^-1 (C + lam I) (H + lam I)^-1, to first order."""
    loop = LogisticModel(Exponential(1), Rational(1, 2))
    paths = sample(loop.finite(400), list(loop.state), 1, REPLICATES, seed=2)
    found = 400 * np.cov(paths["mu"][:, 1], paths["s"][:, 1])
    H, info, C = (
        np.array([[value(x) for x in row] for row in m.tolist()]) for m in (loop.H, loop.fisher, loop.score_covariance)
    )
    inverse = np.linalg.inv(H + info / 2)
    assert found == pytest.approx(inverse @ (C + info / 2) @ inverse, rel=0.2, abs=0.02)
    assert isinstance(number(loop.H[0, 0]), arb)
