"""Curation of eight Gaussians by a distance: the law that is followed against exact steps, points against the law."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare
from sympy import Rational, oo

from simulate.curation.picks import resampled
from simulate.curation.plane import K, expected, factor, followed, measures, particles, picked, weights
from simulate.diffusion.circle import CENTRES, TRUTH
from theory import CuratedLoop, Finite

shares = st.lists(st.integers(1, 20), min_size=3, max_size=3).map(lambda xs: tuple(Rational(x, sum(xs)) for x in xs))
values = st.lists(st.integers(1, 100).map(lambda i: Rational(i, 100)), min_size=3, max_size=3).map(tuple)


@given(
    p=shares, f=values, candidates=st.sampled_from([2, 3, 4]), lam=st.sampled_from([None, Rational(1, 2), Rational(3)])
)
def test_the_law_is_that_of_exact_steps(p, f, candidates, lam):
    loop = CuratedLoop(Finite(p), f, candidates, oo if lam is None else lam)
    exact, laws = dict(loop.initial), []
    for law in followed(np.array(p, float), np.array(f, float), None if lam is None else float(lam), 2, candidates):
        laws.append((law, exact))
        exact = loop.step(exact)
    for law, state in laws:
        np.testing.assert_allclose(law, [float(x) for x in state.values()], rtol=1e-11)


def test_a_round_keeps_the_whole_mass():
    p, f = np.full(50, 1 / 50), np.linspace(0.007, 1, 50)
    assert p @ factor(p, f) == pytest.approx(1, abs=1e-12)
    assert p @ factor(p, np.ones(50)) == pytest.approx(1, abs=1e-12)


def test_what_is_expected_grows_as_the_theorem_has_it():
    """With infinitely many points the mean weight grows by (K - 1)/K times its variance at least; beside real points it stops."""
    rng = np.random.default_rng(0)
    f = weights(TRUTH.draw(rng, 400_000))
    alone, half = expected("synthetic", 10), expected("half", 10)
    assert alone[0] == pytest.approx(f.mean(), abs=5 * f.std() / 400_000**0.5)
    assert alone[1] - alone[0] >= (K - 1) / K * f.var()
    assert list(alone) == sorted(alone)
    assert half[10] - half[9] < 1e-3 < alone[10] - alone[9]


def test_many_points_follow_the_law():
    rng = np.random.default_rng(1)
    real = TRUTH.draw(rng, 100_000)
    for scheme in ("synthetic", "half"):
        for t, points in enumerate(particles(rng, scheme, real, 3)):
            assert abs(measures(points, expected(scheme, 3)[t])["behind"]) < 0.006  # ten standard errors and more


def test_picks_are_of_their_own_group():
    rng = np.random.default_rng(2)
    points = TRUTH.draw(rng, 4000)
    chosen = picked(rng, points).reshape(-1, 1, 2)
    assert (chosen == points.reshape(-1, K, 2)).all(axis=2).any(axis=1).all()
    assert weights(chosen).mean() > 1.5 * weights(points).mean()


def test_measures_of_the_preferred_gaussian_alone():
    points = CENTRES[0] + 0.15 * np.random.default_rng(3).standard_normal((1000, 2))
    seen = measures(points, 0.9)
    assert (seen["near"], seen["modes"]) == (1, 1)
    assert seen["behind"] == pytest.approx(0.9 - seen["weight"])


@pytest.mark.parametrize(("candidates", "spread"), [(1, 1.0), (2, 8.0), (3, 2.0), (4, 0.1)])
def test_picks_among_points_are_those_of_their_weights(candidates, spread):
    """How often each point is picked, beside the sum over all that can be shown; also from one that is picked by chance alone.

    By chance it fails with probability 1e-6.
    """
    worth, size = np.exp(spread * np.array([0.0, 0.4, 0.9, 1.0])), 200_000
    chances = np.zeros(len(worth))
    for shown in product(range(len(worth)), repeat=candidates):
        for place in shown:
            chances[place] += worth[place] / worth[[*shown]].sum() / len(worth) ** candidates
    places = resampled(np.random.default_rng(2), worth, candidates, size)
    assert chisquare(np.bincount(places, minlength=len(worth)), size * chances).pvalue > 1e-6
    if candidates > 1 and spread > 1:
        assert chisquare(np.bincount(places, minlength=len(worth)), size * worth / worth.sum()).pvalue < 1e-6


@pytest.mark.parametrize(("points", "size"), [(1000, 513), (50_000, 70_000)])
def test_points_that_weigh_nothing_are_not_picked_beside_others(points, size):
    """All candidates of a pick weigh nothing with probability 2^-40: no such pick is seen."""
    worth = (np.random.default_rng(1).random(points) < 0.5) * 1.0
    places = resampled(np.random.default_rng(2), worth, 40, size)
    assert places.shape == (size,)
    assert worth[places].all()
