"""A Gaussian's score fitted to n points, Euler-Maruyama steps: the sampler against points that take every step."""

import numpy as np
import pytest
from scipy.stats import kstest

from simulate import sample
from theory.diffusion.euler import EulerFittedLoop, generated_variance
from theory.proof.enclose import value

REPLICATES, N, T = 20_000, 10, 3


def stepped(v, n, rng):
    """Fitted variances of n points each, every one led back from noise by N steps with the score of N(0, v)."""
    y, eta = rng.standard_normal((len(v), n)), T / N
    for k in range(N):
        left = np.exp(-2 * (T - k * eta))
        score = -y / (left * v[:, None] + 1 - left)
        y += eta * (y + 2 * score) + np.sqrt(2 * eta) * rng.standard_normal(y.shape)
    return y.var(axis=1)


def test_points_that_take_every_step_have_the_law_of_the_sampler():
    rng, v = np.random.default_rng(5), np.ones(REPLICATES)
    for _ in range(2):
        v = stepped(v, 6, rng)
    found = sample(EulerFittedLoop(6, N, T), ["v"], 2, REPLICATES, seed=1)["v"][:, 2]
    assert kstest(v, found).pvalue > 1e-6  # a false alarm once in a million seeds


def test_the_first_fit_loses_one_nth_of_what_infinitely_many_data_have():
    v = sample(EulerFittedLoop(6, N, T), ["v"], 1, REPLICATES, seed=2)["v"][:, 1]
    expected = 5 / 6 * float(value(generated_variance((N, T), 1)).value.mid())
    assert v.mean() == pytest.approx(expected, abs=6 * v.std() / np.sqrt(REPLICATES))


def test_a_longer_run_begins_as_a_shorter_one():
    few, many = (sample(EulerFittedLoop(6, N, T), ["v"], t, 50, seed=3)["v"] for t in (1, 3))
    assert (few == many[:, :2]).all()
