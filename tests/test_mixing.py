"""Mixed training in total variation: numbers of the catalogue, loops that stay Gaussian, kernels against plain NumPy."""

import numpy as np
import pytest
from exact import about, number
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import erf as erf_
from sympy import Abs, Integer, Rational, Symbol, cos, erf, exp, sqrt

from simulate import estimate, sample
from theory.gaussian import GaussianLoop
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import Finite, Noise, Normal
from theory.language.moments import KL, TV, E, Var
from theory.mixing import BoundLoop
from theory.mixing.bound import first_real
from theory.mixing.common import all_real
from theory.mixing.distances import chi_square, mixed
from theory.mixing.gaussian import fixed, fresh
from theory.mixing.growth import accumulated, growing
from theory.proof.enclose import value
from theory.proof.methods import moment
from theory.proof.structures.normality import stays_normal
from theory.stability.gaussian import retrained_mean

half = Rational(1, 2)


def distance(loop, t):
    return E(TV(loop.model(t), Normal(0, 1)))


# ---- numbers of the catalogue ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("v", "tv"), [("0.49", 0.21433384687987482), ("0.125", 0.1113887540230638)])
def test_the_mean_distance(v, tv):
    about(E(erf(Abs(Noise("e", Normal(0, Rational(v)))) / (2 * sqrt(2)))), tv)


def test_fixed_real_data():
    about(E(fixed(10, 40).error(5) ** 2), 0.13967225856)
    about(distance(fixed(10, 40), 5), 0.11760483763251)
    about(E(fixed(100, 1000).error(20) ** 2), 0.01465669081832295)
    about(distance(fixed(100, 1000), 20), 0.03848916483802585)


def test_fresh_real_data():
    about(E(fresh(10, 40).error(5) ** 2), 0.06032774144)
    about(distance(fresh(10, 40), 5), 0.07779281111873205)
    about(E(all_real(10, 40).error(5) ** 2), 0.051737806848)
    about(E(fresh(100, 1000).error(20) ** 2), 0.005343309181677048)
    about(E(all_real(100, 1000).error(20) ** 2), 0.005142446198475411)


def test_accumulation():
    for n, t, tv in ((10, 1, 0.099831965907619), (10, 10, 0.1237276111625), (100, 10, 0.039575234238068)):
        about(distance(accumulated(n), t), tv)


def test_replacement():
    for t, tv in ((10, 0.099831965907619), (100, 0.29516723530087)):
        about(distance(growing(100, 0), t), tv)


def test_the_first_model_has_seen_real_data_only():
    for t, where, height in ((5, 6.346948846, 1.757813868019), (20, 20.91534421, 3.165628974799)):
        at = [first_real(1.0, where * c, 0.5, t) for c in (0.999, 1, 1.001)]
        assert at[1] == max(at) == pytest.approx(height, rel=1e-9)
    assert first_real(Integer(1), Integer(3), half, 2) == Rational(5, 4)


def test_divergences():
    p, q = (half, half), (Rational(1, 4), Rational(3, 4))
    assert chi_square(p, mixed(p, q, half).masses) == chi_square(p, q) / 4
    assert number(TV(mixed(p, q, half), Finite(p))) == pytest.approx(0.125)
    assert number(KL(mixed(p, q, half), Finite(p))) < number(KL(Finite(q), Finite(p))) / 2


def test_the_bound():
    about(BoundLoop(1, half).U(3), 1.875)


# ---- loops that stay Gaussian ---------------------------------------------------------------------------------------


def test_which_loops_stay_gaussian():
    assert stays_normal(fixed(10, 5))
    assert stays_normal(growing(10, 2))
    assert stays_normal(accumulated(10))
    assert not stays_normal(GaussianLoop(10))
    assert not stays_normal(BoundLoop(1, half))


@given(n=st.integers(1, 50), m=st.integers(0, 50), t=st.integers(0, 6), kind=st.sampled_from([fixed, fresh, all_real]))
def test_the_distance_by_two_ways(n, m, t, kind):
    """The closed form of the mean, and an integral in balls."""
    d = distance(kind(n, m), t).doit()
    expanded = E(erf(Abs(kind(n, m).mu(t)) / (2 * sqrt(2))))
    assert d.variable.expanded() == expanded.variable
    closed = number(moment(expanded).form)
    assert closed == pytest.approx(float(value(expanded).value), rel=1e-12)


def test_other_functions_are_integrated():
    mu = fixed(10, 5).mu(3)
    v = float(value(Var(mu)).value)
    assert float(value(E(cos(mu))).value) == pytest.approx(np.exp(-v / 2), rel=1e-12)
    assert float(value(E(exp(-(mu**2)))).value) == pytest.approx(1 / np.sqrt(1 + 2 * v), rel=1e-12)


def test_a_model_that_is_the_truth():
    """At generation 0 nothing is random: the distance is 0, not undefined."""
    about(distance(growing(10, 0), 0), 0)


def test_functions_without_a_bound():
    with pytest.raises(CannotTell):
        value(E(exp(exp(fixed(10, 5).mu(3)))))


# ---- kernels --------------------------------------------------------------------------------------------------------


def test_a_full_first_sample():
    """start="full": n + m real points at first, n fresh ones later; against plain NumPy."""
    n, m, t, size = 4, 6, 3, 40_000
    loop = retrained_mean(n, m, s2=9, mu0=2, start="full")
    drawn = sample(loop, ["mu"], t, size, seed=1)["mu"]
    rng = np.random.default_rng(2)
    mu = rng.normal(2, 3, (size, n + m)).mean(axis=1)
    plain = [mu]
    for _ in range(t):
        data = np.concatenate((rng.normal(2, 3, (size, n)), mu[:, None] + rng.normal(0, 3, (size, m))), axis=1)
        mu = data.mean(axis=1)
        plain.append(mu)
    for s in range(t + 1):
        exact = float(value(Var(loop.mu(s))).value)
        for found in (drawn[:, s], plain[s]):
            assert found.mean() == pytest.approx(2, abs=6 * np.sqrt(exact / size))
            assert found.var() == pytest.approx(exact, rel=6 * np.sqrt(2 / size))


def test_estimates_of_distances():
    for loop, t in ((fixed(5, 10), 2), (accumulated(5), 4), (growing(5, 1), 3)):
        (b,) = estimate([distance(loop, t)], 50_000)
        assert b.value.overlaps(value(E(erf(Abs(loop.mu(t)) / (2 * sqrt(2))))).value)
        assert float(b.value.rad()) < 0.01


def test_accumulated_data_point_by_point():
    n, t, size = 5, 4, 20_000
    rng = np.random.default_rng(3)
    pool = rng.standard_normal((size, n))
    for _ in range(t - 1):
        pool = np.concatenate((pool, pool.mean(axis=1, keepdims=True) + rng.standard_normal((size, n))), axis=1)
    exact = float(value(E(accumulated(n).mu(t) ** 2)).value)
    assert (pool.mean(axis=1) ** 2).mean() == pytest.approx(exact, rel=6 * np.sqrt(2 / size))
    tv = erf_(np.abs(pool.mean(axis=1)) / (2 * np.sqrt(2)))
    assert tv.mean() == pytest.approx(number(distance(accumulated(n), t).doit()), rel=0.05)


def test_what_is_refused():
    with pytest.raises(BadInput, match="one of truth, fit, full"):
        retrained_mean(5, 5, start="ful")
    assert Symbol("n") in fixed(Symbol("n"), 1).free_symbols
