"""Kept real points beside synthetic ones: the loops against data that are drawn and fitted point by point."""

from fractions import Fraction

import numpy as np
import pytest
from sympy import Integer, Rational

from simulate import sample
from theory import Exponential, Laplace, Normal
from theory.stability.gains import KeptCoinLoop, KeptExponentialLoop, KeptPoissonLoop, TwoPointsLoop, kept_error

REPLICATES = 200_000


def squared(x) -> tuple[float, float]:
    """The mean square, and its standard error."""
    return (x**2).mean(), (x**2).std() / np.sqrt(len(x))


def refitted(draw, n, m, t, rng):
    """Means of n real points, which are kept, and of m of the model before; `draw(mean, points)` gives rows of points."""
    real = draw(np.full(REPLICATES, 0.3), n).mean(axis=1)
    mean = real
    for _ in range(t):
        mean = (n * real + draw(mean, m).sum(axis=1)) / (n + m)
    return mean


@pytest.mark.parametrize(
    ("c", "variance", "draw"),
    [
        (0, 0.3, lambda mean, k: RNG.poisson(mean[:, None], (len(mean), k))),
        (1, 0.09, lambda mean, k: RNG.exponential(mean[:, None], (len(mean), k))),
        (-1, 0.21, lambda mean, k: RNG.random((len(mean), k)) < mean[:, None]),
    ],
    ids=["poisson", "exponential", "coin"],
)
def test_the_error_of_a_kept_mean_is_that_of_points_that_are_drawn(c, variance, draw):
    found, error = squared(refitted(draw, 4, 3, 2, RNG) - 0.3)
    assert found == pytest.approx(float(variance * kept_error(Rational(4), Rational(3), 2, c)), abs=6 * error)


RNG = np.random.default_rng(7)


@pytest.mark.parametrize(
    "loop", [KeptPoissonLoop(4, 3, 2), KeptExponentialLoop(4, 3, 2), KeptCoinLoop(4, 3, Rational(1, 5))], ids=str
)
def test_the_real_mean_is_kept(loop):
    paths = sample(loop, ["mean", "real"], 3, 500, seed=1)
    assert (paths["real"] == paths["real"][:, :1]).all()
    assert (paths["mean"][:, 0] == paths["real"][:, 0]).all()


@pytest.mark.parametrize(
    ("law", "v", "k", "draw"),
    [
        (Normal(0, 1), 1, 3, lambda size: RNG.standard_normal(size)),
        (Laplace(), 2, 6, lambda size: RNG.laplace(size=size)),
        (Exponential(1), 1, 9, lambda size: RNG.exponential(size=size)),
    ],
    ids=["normal", "laplace", "exponential"],
)
def test_a_gaussian_on_two_points_of_a_law_and_a_synthetic_one(law, v, k, draw):
    """Maximum likelihood to three points; and the loop's own step, whose v is not their law but has to agree with it."""
    a, b = draw(REPLICATES * 2).reshape(2, -1)
    three = np.stack([a, b, (a + b) / 2 + np.abs(a - b) / 2 * RNG.standard_normal(len(a))])
    for fitted in (three.var(axis=0), sample(TwoPointsLoop(law), ["v"], 1, REPLICATES, seed=2)["v"][:, 1]):
        found, error = squared(fitted - v)
        assert found == pytest.approx((k + 4) * v**2 / 9, abs=6 * error)


P = Fraction(1, 5)  # of a coin


@pytest.mark.parametrize(
    ("c", "noise"),
    [(0, lambda second: 1), (1, lambda second: second), (-1, lambda second: P - second)],
    ids=["poisson", "exponential", "coin"],
)
def test_the_error_of_a_mean_step_by_step(c, noise):
    """In fractions: a fit adds m V(mean)/(n + m)^2 to what is left of the error about the real mean, E mean^2 going along."""
    for n, m in ((2, 3), (5, 1), (4, 9)):
        one, truth = (P * (1 - P), P) if c == -1 else (Fraction(1), Fraction(1))
        about = Fraction(0)
        for t in range(5):
            second = truth**2 + one / n + about
            assert Fraction(str(kept_error(Integer(n), Integer(m), t, c))) == (one / n + about) / one
            about = Fraction(m, n + m) ** 2 * about + m * noise(second) / Fraction(n + m) ** 2
