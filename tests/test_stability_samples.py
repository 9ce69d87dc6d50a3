"""Real refits against what the stability theorem's constants say of them."""

import numpy as np
import pytest
from flint import arb
from sympy import Rational

from simulate import sample
from theory import Empirical, Exponential, Normal
from theory.proof.likelihood.numbers import number
from theory.stability.models import AdditiveFlow, LogisticLocation, LogisticModel, StudentLocation, inside
from theory.stability.samples import BALL, RHO, plane_noise, spread

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


def least_squares(table, n, m, t, replicates, rng):
    """An additive flow refitted t times, from the best fit on: its likelihood is that of a regression on (1, tanh x_1).

    (H, distances from the best fit in the metric of H)."""
    table = np.asarray(table, float)
    phi = np.column_stack([np.ones(len(table)), np.tanh(table[:, 0])])
    H = phi.T @ phi / len(table)
    best = np.linalg.solve(H, phi.T @ table[:, 1] / len(table))
    out = []
    for _ in range(replicates):
        real, theta = rng.integers(len(table), size=n), best
        for _ in range(t):
            x = rng.standard_normal(m)
            own = np.column_stack([np.ones(m), np.tanh(x)])
            y = own @ theta + rng.standard_normal(m)
            A = np.vstack([phi[real], own])
            theta = np.linalg.lstsq(A, np.concatenate([table[real, 1], y]), rcond=None)[0]
        out.append(np.sqrt((theta - best) @ H @ (theta - best)))
    return H, np.array(out)


@pytest.mark.parametrize("table", [((-1, 0), (0, 1), (1, 1), (2, 3)), ((0, 0), (1, 2), (3, -1))])
def test_fits_of_a_flow_stay_in_the_band_and_are_those_of_a_regression(table):
    """Against least squares in NumPy: the same distances, within six standard errors, and all of them in the band."""
    n, t, lam, delta = 1000, 2, Rational(1, 10), Rational(1, 10)
    H, far = least_squares(table, n, 100, t, 300, np.random.default_rng(0))
    loop = AdditiveFlow(Empirical(table), lam)
    assert np.array([[value(x) for x in row] for row in loop.H.tolist()]) == pytest.approx(H, rel=1e-9)
    paths = sample(loop.finite(n, fixed=True), ["a", "b"], t, 300, seed=3)
    v = np.column_stack([paths[name][:, t] - value(x) for name, x in zip("ab", loop.best, strict=True)])
    ours = np.sqrt(np.einsum("ki,ij,kj->k", v, H, v))
    gap = 6 * np.sqrt((far.var() + ours.var()) / 300)
    assert abs(far.mean() - ours.mean()) < gap
    band = value(plane_noise(loop, n, t, delta, BALL) * (1 - RHO**t) / (1 - RHO))
    assert np.mean(far > band) <= float(delta)
    assert np.mean(ours > band) <= float(delta)
    assert band / 100 < np.median(far) < band


def test_the_band_of_a_flow_is_what_its_events_allow():
    """The worst that means off by u times their scale can do to a fit, over all signs, is below the bound on its noise."""
    table, n, t, delta = ((-1, 0), (0, 1), (1, 1), (2, 3)), 4000, 1, Rational(1, 10)
    loop, root = AdditiveFlow(Empirical(table), Rational(1, 10)), np.sqrt(0.1)
    bound = value(plane_noise(loop, n, t, delta, BALL))
    H, info = (np.array([[value(x) for x in row] for row in m.tolist()]) for m in (loop.H, loop.fisher))
    a, b = (value(x) for x in loop.best)
    scale = max(abs(y - a - b * np.tanh(x)) for x, y in table)
    u, rng = np.sqrt(2 * np.log(8 * (t + 1) / 0.1) / n), np.random.default_rng(1)
    R = np.linalg.cholesky(H).T
    ball = float(BALL)
    for _ in range(2000):
        signs = rng.choice([-1, 1], 8)
        now, after = (np.linalg.solve(R, ball * x / np.linalg.norm(x)) for x in rng.standard_normal((2, 2)))
        D1, D2 = (np.array([[0, s], [s, q / 2]]) for s, q in (signs[:2], signs[2:4]))
        off = u * (scale * signs[4:6] + root * signs[6:] - D1 @ after - root * D2 @ (after - now))
        fit = np.linalg.solve(H + 0.1 * info, off)
        assert np.sqrt(fit @ H @ fit) <= bound
