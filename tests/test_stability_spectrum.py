"""Chains of coins, categories and pools: numbers of the catalogue, spectra against matrices, loops against literal draws."""

import numpy as np
import pytest
from exact import about, number
from scipy.stats import binom, multinomial
from sympy import Rational

from simulate import sample
from theory.discrete import CategoricalLoop, SymbolLoop
from theory.language.laws import Finite
from theory.language.moments import E, HittingTime
from theory.language.policies import Accumulate, FreshReal
from theory.stability.accumulate import RefreshedPoolLoop
from theory.stability.coin import RetrainedBernoulliLoop
from theory.stability.common import real_share

half = Rational(1, 2)


def chain(n: int, m: int, p: float) -> np.ndarray:
    """From k of N = n + m heads: the law of the next count, by convolution."""
    N = n + m
    return np.array(
        [np.convolve(binom.pmf(range(n + 1), n, p), binom.pmf(range(m + 1), m, k / N)) for k in range(N + 1)]
    )


@pytest.mark.parametrize(
    ("n", "m", "p", "second", "third"),
    [(10, 10, 0.3, 0.5, 0.225), (5, 40, 0.3, 0.888888888889, 0.770370370370), (0, 8, 0.5, 1, 7 / 8)],
)
def test_eigenvalues_of_the_chain(n, m, p, second, third):
    found = sorted(np.linalg.eigvals(chain(n, m, p)).real, reverse=True)
    stated = [float(np.prod([(m - i) / (n + m) for i in range(j)])) for j in range(m + 1)]
    assert found[: m // 2] == pytest.approx(stated[: m // 2], abs=1e-8)
    assert stated[1] == pytest.approx(second)
    assert stated[2] == pytest.approx(third)


def test_the_second_moment_settles_at_the_rate_of_the_mean():
    """Its ratios tend to a = 1/2, not to 0.225: `stability-bernoulli-spectrum-second`."""
    end = float(Rational(21, 100) * real_share(10, 10))
    rest = [
        number(E((RetrainedBernoulliLoop(10, 10, Rational(3, 10), Rational(9, 10)).theta(t) - Rational(3, 10)) ** 2))
        - end
        for t in (18, 19)
    ]
    assert rest[1] / rest[0] == pytest.approx(0.5, rel=1e-4)  # 0.45^18 is below 1e-6


@pytest.mark.parametrize(
    ("m", "p", "time"),
    [(10, half, 12.590518197723), (50, half, 67.517171667407), (50, Rational(1, 10), 31.177552479653)],
)
def test_times_until_everything_is_lost(m, p, time):
    theta = RetrainedBernoulliLoop(0, m, p, p).theta
    about(E(HittingTime(lambda t: theta(t) * (1 - theta(t)) <= 0)), time)
    inner = chain(0, m, 0.5)[1:-1, 1:-1]
    times = np.linalg.solve(np.eye(m - 1) - inner, np.ones(m - 1))
    assert times[int(m * p) - 1] == pytest.approx(time, rel=1e-10)


def test_stationary_diversity():
    p = Finite((half, Rational(3, 10), Rational(1, 5)))
    about(E(CategoricalLoop(p, 6, FreshReal(9)).diversity(400)), 0.5592156862745, 10)


def test_categories_are_drawn_as_they_are_said_to_be():
    rng, n, m, p = np.random.default_rng(4), 6, 9, np.array([0.5, 0.3, 0.2])
    share = multinomial(n, p).rvs(20_000, random_state=rng) / n
    for _ in range(3):
        share = np.array([rng.multinomial(n, p) + rng.multinomial(m, q / q.sum()) for q in share]) / (n + m)
    diversity = 1 - (share**2).sum(axis=1)
    loop = CategoricalLoop(Finite((half, Rational(3, 10), Rational(1, 5))), n, FreshReal(m))
    exact = number(E(loop.diversity(3)))
    assert abs(diversity.mean() - exact) < 5 * diversity.std() / np.sqrt(len(diversity))


@pytest.mark.parametrize(
    ("n", "T", "left"),
    [
        (10, 7, 0.8547435442854),
        (2, 1000, 0.358187786013244),
        (5, 1000, 0.7019979642701),
        (100, 1000, 0.983631643083466),
    ],
)
def test_what_is_left_of_diversity(n, T, left):
    share = SymbolLoop(half, n, Accumulate()).share(T)
    digits = 12 if T < 100 else 3
    about(4 * E(share * (1 - share)), left, digits)


@pytest.mark.parametrize(
    ("N", "r", "T", "scaled"),
    [
        (50, Rational(1, 5), 100, 0.7537966790378),
        (20, half, 100, 0.2805472534341),
        (15, Rational(2, 3), 10_000, 0.1940127213002),
    ],
)
def test_fresh_real_data_in_the_pool(N, r, T, scaled):
    variance = 0.0
    for k in range(1, T + 1):
        variance = (1 - float(r) / k) ** 2 * variance + 1 / (N * k * k)
    assert T * variance == pytest.approx(scaled, rel=1e-11)
    if T <= 100:
        about(T * E(RefreshedPoolLoop(N, r).error(T) ** 2), scaled, 11)


def test_a_pool_of_points_is_what_its_mean_tells():
    rng, n, m, T = np.random.default_rng(2), 2, 8, 20
    pool = rng.standard_normal((20_000, n + m))
    for _ in range(T - 1):
        mean = pool.mean(axis=1, keepdims=True)
        pool = np.hstack([pool, rng.standard_normal((20_000, n)), mean + rng.standard_normal((20_000, m))])
    found = pool.mean(axis=1) ** 2
    exact = number(E(RefreshedPoolLoop(n + m, Rational(n, n + m)).error(T) ** 2))
    assert exact == pytest.approx(0.06626478, rel=1e-6)
    assert abs(found.mean() - exact) < 5 * found.std() / np.sqrt(len(found))
    run = sample(RefreshedPoolLoop(n + m, Rational(n, n + m)), ["error"], T, 20_000, seed=3)["error"][:, T] ** 2
    assert abs(run.mean() - exact) < 5 * run.std() / np.sqrt(len(run))
