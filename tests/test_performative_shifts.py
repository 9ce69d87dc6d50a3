"""Where kappa < 1 is not necessary: numbers of the catalogue, steps against literal draws."""

import numpy as np
import pytest
from exact import about, number, rebuilt
from scipy.optimize import minimize
from sympy import ImmutableMatrix, Rational

from simulate import sample
from theory.language.laws import Exponential, Mixture, Normal
from theory.language.moments import W1, E
from theory.performative import ExponentialRateLoop, HistoryRiskLoop, LocationScaleRiskLoop, VectorRiskLoop

half = Rational(1, 2)


@pytest.mark.parametrize(
    ("c", "gamma", "ratio"), [(0.1, 2.922049760, 3.802505782920), (0.25, 3.641750045, 1.464497361818)]
)
def test_the_convexity_of_the_log_loss(c, gamma, ratio):
    assert (c ** (1 / 3) + (1 - c) ** (1 / 3)) ** 3 == pytest.approx(gamma, rel=1e-9)
    found = minimize(
        lambda x: x[0] / x[1] ** 2 + (1 - x[0]) / (1 - x[1]) ** 2, (c, 0.4), bounds=[(c, 1 - c)] * 2, method="L-BFGS-B"
    )
    assert found.fun == pytest.approx(gamma, rel=1e-8)
    assert 1 / (c * (1 - c)) / gamma == pytest.approx(ratio, rel=1e-9)


@pytest.mark.parametrize(
    ("theta", "slope"), [(1, 0.421875), (Rational(6, 5), 1 / 3), (Rational(3, 2), 0.2448979591837)]
)
def test_the_slope_of_the_rate(theta, slope):
    rate, lam = Rational(6, 5), half
    h = Rational(1, 10**5)
    above, below = (number(ExponentialRateLoop(rate, lam, theta + x).theta(1)) for x in (h, -h))
    assert (above - below) / (2 * float(h)) == pytest.approx(slope, rel=1e-8)


def test_the_sensitivity_of_a_law_that_moves_and_widens():
    for e1, e2, eps in ((half, half, 0.5833154705877), (half, 1, 0.8955931148026), (0.9, 0.9, 1.049967847058)):
        e1, e2 = Rational(str(float(e1))), Rational(str(float(e2)))
        about(W1(Normal(0, 1), Normal(e1, (1 + e2) ** 2)), eps, 11)


def test_the_law_of_retraining_exponential_models():
    about(W1(*(Mixture(Rational(2, 3), Normal(0, 1), Exponential(s)) for s in (1, half))), 1 / 6, 11)


@pytest.mark.parametrize(
    ("kappa", "t", "error"),
    [
        (half, 20, 0.1253706876196),
        (Rational(-3, 2), 20, 0.0002606459202070),
        (Rational(9, 10), 20, 0.6919895756818),
        (-2, 1, -2),
        (-2, 2, 1),
        (-2, 3, 0),
        (-2, 4, 0),
    ],
)
def test_averaged_histories(kappa, t, error):
    about(HistoryRiskLoop(kappa).theta(t), error, 11)
    errors = [1.0]
    for _ in range(t):
        errors.append(float(kappa) * float(np.mean(errors)))
    assert errors[t] == pytest.approx(error, rel=1e-10, abs=1e-14)


@pytest.mark.parametrize("k", [2, 10])
def test_powers_of_a_shift_that_is_not_normal(k):
    A = np.array([[0.5, k], [0, 0.5]])
    for t in (1, 2, 3, 50):
        loop = VectorRiskLoop(5, ImmutableMatrix([[half, k], [0, half]]), ImmutableMatrix([3, -1]))
        wanted = np.linalg.matrix_power(A, t) @ [3, -1]
        assert [number(E(x)) for x in loop.theta(t)] == pytest.approx(list(wanted), rel=1e-9, abs=1e-12)
    norms = [np.linalg.norm(np.linalg.matrix_power(A, t), 2) for t in (1, 2, 3, 50)]
    if k == 2:
        assert norms == pytest.approx([2.118033988750, 2.030776406404, 1.510345316287, 1.7764e-13], rel=1e-4)
    assert k != 10 or norms[0] == pytest.approx(10.024937810560)


def test_literal_draws_of_a_law_that_widens():
    rng, theta = np.random.default_rng(3), np.full(20_000, 2.0)
    for _ in range(3):
        theta = (0.5 * theta[:, None] + (1 + 0.3 * theta)[:, None] * rng.standard_normal((20_000, 4))).mean(axis=1)
    run = sample(LocationScaleRiskLoop(4, half, Rational(3, 10), 1, 2), ["theta"], 3, 20_000, seed=1)["theta"][:, 3]
    spread = np.sqrt((theta.var() + run.var()) / 20_000)
    assert abs(theta.mean() - run.mean()) < 5 * spread
    assert run.std() == pytest.approx(theta.std(), rel=0.05)


@pytest.mark.parametrize(
    "loop",
    [
        ExponentialRateLoop(2, half),
        LocationScaleRiskLoop(3, half, 2),
        HistoryRiskLoop(-2),
        VectorRiskLoop(3, ImmutableMatrix([[half, 2], [0, half]]), ImmutableMatrix([1, 2])),
    ],
    ids=lambda loop: type(loop).__name__,
)
def test_loops_are_rebuilt_from_their_arguments(loop):
    rebuilt(loop)
