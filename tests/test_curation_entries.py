"""Loops of users, sure choices, pools and refits: numbers of the catalogue, and what one loop is a special case of."""

from math import e

import pytest
from exact import about, number, picked
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, Rational, exp, oo

from simulate import estimate
from theory.curation import (
    BestOfEachLoop,
    CuratedLoop,
    PickedGaussianLoop,
    PickedSampleLoop,
    PooledPicksLoop,
    TwoTossesLoop,
    UsersLoop,
)
from theory.filters import AnchoredTopLoop, BestGaussianLoop, MajorityLoop
from theory.language.laws import Finite
from theory.language.moments import E

half = Rational(1, 2)
S3 = Finite((half, Rational(1, 3), Rational(1, 6)))
weights = st.tuples(*[st.integers(1, 9).map(Integer)] * 3)


@given(weights, st.integers(2, 4), st.integers(1, 9))
@settings(max_examples=15, deadline=None)
def test_users_who_agree_are_one(f, K, tenths):
    share = Rational(tenths, 10)
    state = dict(zip(("p0", "p1", "p2"), S3.masses, strict=True))
    agreed = UsersLoop(S3, (f, f), Finite((share, 1 - share)), K, lam=2).step(state)
    assert agreed == CuratedLoop(S3, f, K, lam=2).step(state)


@given(st.integers(2, 6))
@settings(max_examples=5, deadline=None)
def test_a_sure_choice_is_the_limit_of_ever_stronger_rewards(K):
    sure = BestOfEachLoop(S3, K).step(dict(zip(("p0", "p1", "p2"), S3.masses, strict=True)))
    strong = CuratedLoop(S3, (1, 10**8, 10**16), K).step(dict(zip(("p0", "p1", "p2"), S3.masses, strict=True)))
    assert all(abs(sure[name] - strong[name]) < 1e-6 for name in sure)


@pytest.mark.parametrize(
    ("K", "e", "v"),
    [(2, 0.564189583547756, 0.681690113816209), (4, 1.02937537300396, 0.491715236874742), (8, 1.42360030604528, None)],
)
def test_the_best_of_gaussian_draws(K, e, v):
    about(BestGaussianLoop(K).mu(1), e)
    if v:
        about(BestGaussianLoop(K).v(1), v)


def test_pools_that_keep_all_picks():
    about(PooledPicksLoop(Finite((half, half)), exp(1)).mass(10, 1), 0.2804306927975466)


def test_picks_among_two_gaussian_draws():
    loop = PickedGaussianLoop(1)
    about(loop.mu(1), 0.3631618460316305)
    about(loop.v(1), 0.868113473586901)
    about(loop.mu(10), 2.452317308756267)


def test_opposed_users_of_many_candidates():
    loop = UsersLoop(Finite((half, half)), ((exp(1), 1), (1, exp(1))), Finite((Rational(3, 5), Rational(2, 5))), oo)
    about(loop.mass(oo, 0), (0.6 * e - 0.4) / (e - 1))


def test_the_top_half_beside_real_data_settles_wider_than_they_are():
    about(AnchoredTopLoop(0, half).s(2) ** 2, anchored(0.5, 2))


def anchored(lam: float, t: int) -> float:
    """The variance after t fits, followed in floats."""
    h, d, v = (2 / 3.141592653589793) ** 0.5, 0.0, 1.0
    for _ in range(t):
        mean = lam * (d + v**0.5 * h) / (1 + lam)
        square = (1 + lam * (d * d + 2 * d * v**0.5 * h + v)) / (1 + lam)
        d, v = mean, square - mean * mean
    return v


def test_majorities_of_three():
    about(MajorityLoop(3, Rational(3, 5)).right(3), 0.8032543017226829)
    about(MajorityLoop(3, Rational(3, 5)).right(6), 0.9976120026179793)


def test_an_even_number_of_votes_is_refused():
    assert "odd number of votes" in (MajorityLoop(4, half).refuses() or "")
    assert MajorityLoop(5, half).refuses() is None


def test_samples_beside_real_data_are_biased_downwards():
    loop = PickedSampleLoop(20, 2, 3, Rational(1, 10), 2)
    (found,) = estimate([E(loop.theta(10))], 100_000, seed=3)
    population = CuratedLoop(Finite((Rational(1, 10), Rational(9, 10))), (3, 1), 2, 2).mass(10, 0)
    assert found.value.upper() < number(population)


@pytest.mark.parametrize("K", [2, 3, oo])
@pytest.mark.parametrize(("u", "v", "q"), [(3, 2, Rational(9, 10)), (100, 5, Rational(4, 5))])
def test_two_tosses_are_refitted_by_maximum_likelihood(u, v, q, K):
    """The derivative of the picks' mean log-likelihood is 0 at the fit; the picks by enumeration."""
    law, weights = [(1 - q) ** 2, 2 * q * (1 - q), q**2], (u, 1, v)
    whole = sum(p * f for p, f in zip(law, weights, strict=True))
    picks = [p * f / whole for p, f in zip(law, weights, strict=True)] if K is oo else picked(law, weights, K)
    fitted = TwoTossesLoop(u, v, K, q).step({"theta": q})["theta"]
    assert sum(x * (i / fitted - (2 - i) / (1 - fitted)) for i, x in enumerate(picks)) == 0
