"""Gaussians retrained with real data: numbers of the catalogue, the real sample, the kernel against a fit by NumPy."""

import numpy as np
import pytest
from exact import about, number
from scipy.stats import ks_2samp
from sympy import Rational

from simulate import sample
from simulate.stability.common import errors
from theory.language.moments import Cov, E, Var
from theory.language.policies import FixedReal, FreshReal
from theory.proof.standard import standardise
from theory.stability.gaussian import CorrectedMeanLoop, RetrainedScaleLoop, retrained, retrained_mean

half = Rational(1, 2)


def test_finite_samples():
    for n, m, fresh, fixed in (
        (10, 10, 0.935483870967742, 0.870967741935484),
        (10, 40, 0.946808510638298, 0.861702127659574),
        (100, 1000, 0.994786729857820, 0.985308056872038),
    ):
        late = 400 if m <= 40 else 4000
        about(E(retrained(n, m).v(late)), fresh, 9)
        about(E(retrained(n, m, FixedReal, start="fit").v(late)), fixed, 9)
    for lam, fresh, fixed in ((half, 0.75, 1.25), (1, 2 / 3, 4 / 3), (4, 5 / 9, 13 / 9)):
        about(10 * E(retrained_mean(10, 10 * lam).error(200) ** 2), fresh)
        about(10 * E(retrained_mean(10, 10 * lam, FixedReal, start="fit").error(200) ** 2), fixed)
    about(E(CorrectedMeanLoop(10, 20, 1).error(200) ** 2), 0.0377358490566)
    about(E(RetrainedScaleLoop(10, 40, temperature=Rational(6, 5)).v(1000)), 5.0)
    about(E(RetrainedScaleLoop(10, 40, temperature=Rational(9, 10)).v(1000)), 0.7142857142857)
    about(4 * E(retrained_mean(4, 2, start=1).error(1) ** 2), 1.1111111111111)


def test_the_real_sample_is_kept_or_drawn_anew():
    kept, fresh = (retrained(3, 2, real, start="fit") for real in (FixedReal, FreshReal))
    for name in ("real", "spread"):
        a, b = (sample(loop, [name], 4, 500, seed=1)[name] for loop in (kept, fresh))
        assert (a == a[:, :1]).all()
        assert not (b == b[:, :1]).any(axis=0)[1:].any()
    for loop, correlation in ((kept, 1), (fresh, 0)):
        c = standardise(Cov(loop.real(1), loop.real(2)) / Var(loop.real(1)))
        assert number(c) == pytest.approx(correlation, abs=1e-12)


def fitted_points(rng, loop, size, known):
    """Two generations, every point drawn and all of them fitted as one sample: (mu, v, real mean, real variance)."""
    n, m, shape = int(loop.n), int(loop.synthetic), (size, 1)
    mean, variance = float(loop.mu0), float(loop.sigma0) ** 2
    mu, v = np.full(shape, mean), np.full(shape, variance)
    if loop.start == "fit":
        real = mean + np.sqrt(variance) * rng.standard_normal((size, n))
        mu, v = real.mean(axis=1, keepdims=True), v if known else real.var(axis=1, keepdims=True)
    for _ in range(2):
        real = mean + np.sqrt(variance) * rng.standard_normal((size, n))
        pooled = np.concatenate([real, mu + np.sqrt(v) * rng.standard_normal((size, m))], axis=1)
        mu = pooled.mean(axis=1, keepdims=True)
        v = v if known else pooled.var(axis=1, keepdims=True)
    return np.stack([mu[:, 0], v[:, 0], real.mean(axis=1), real.var(axis=1)])


@pytest.mark.parametrize(("n", "m"), [(1, 2), (3, 2), (2, 7)])
@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("start", ["truth", "fit"])
def test_sufficient_statistics_have_the_law_of_fitted_points(start, known, n, m):
    """The kernel draws means and mean squares by their laws; here they are those of points."""
    loop = (retrained_mean if known else retrained)(n, m, s2=4, mu0=1, start=start)
    names = [x for x in loop.state if n > 1 or x != "spread"]
    size = 20_000
    drawn = sample(loop, names, 2, size, seed=3)
    points = dict(
        zip(["mu", "v", "real", "spread"], fitted_points(np.random.default_rng(4), loop, size, known), strict=True)
    )
    for a in names:
        assert ks_2samp(drawn[a][:, 2], points[a]).pvalue > 1e-7
        for b in names:  # and jointly
            x, y = (
                (s[a] - s[a].mean()) * (s[b] - s[b].mean()) for s in ({k: d[:, 2] for k, d in drawn.items()}, points)
            )
            assert abs(x.mean() - y.mean()) < 5.5 * np.hypot(x.std(), y.std()) / size**0.5


@pytest.mark.parametrize("two_points", [False, True])
def test_sums_of_squares_have_the_law_of_points(two_points):
    n, m, tau, size = 2, 3, Rational(6, 5), 20_000
    loop = RetrainedScaleLoop(n, m, temperature=tau, data="two points" if two_points else "normal", start=2)
    rng = np.random.default_rng(5)
    real = np.ones((size, n)) if two_points else rng.standard_normal((size, n)) ** 2
    v = (real.sum(axis=1) + float(tau) * 2 * (rng.standard_normal((size, m)) ** 2).sum(axis=1)) / (n + m)
    assert ks_2samp(sample(loop, ["v"], 1, size, seed=6)["v"][:, 1], v).pvalue > 1e-7


def test_a_mean_of_two_sources_has_the_law_of_points():
    n, m, keep, start, size = 2, 5, 0.3, 3.0, 20_000
    rng = np.random.default_rng(7)
    points = rng.standard_normal((size, n + m))
    points[:, n:] += start * (rng.random((size, m)) < keep)
    drawn = errors(np.random.default_rng(8), size, [1], n, m, np.array([keep]), 1, start)["error", 1]
    assert ks_2samp(drawn, points.mean(axis=1)).pvalue > 1e-7
