"""Gaussians retrained with real data: numbers of the catalogue, the real sample, the kernel against a fit by NumPy."""

import numpy as np
import pytest
from exact import about, number
from sympy import Rational

from simulate import sample
from simulate.stability.gaussian import gaussian
from theory.language.moments import Cov, E, Var
from theory.proof.standard import standardise
from theory.stability.gaussian import CorrectedMeanLoop, RetrainedGaussianLoop, RetrainedMeanLoop, RetrainedScaleLoop

half = Rational(1, 2)


def test_finite_samples():
    for n, m, fresh, fixed in (
        (10, 10, 0.935483870967742, 0.870967741935484),
        (10, 40, 0.946808510638298, 0.861702127659574),
        (100, 1000, 0.994786729857820, 0.985308056872038),
    ):
        late = 400 if m <= 40 else 4000
        about(E(RetrainedGaussianLoop(n, m).v(late)), fresh, 9)
        about(E(RetrainedGaussianLoop(n, m, start="fit", real="fixed").v(late)), fixed, 9)
    for lam, fresh, fixed in ((half, 0.75, 1.25), (1, 2 / 3, 4 / 3), (4, 5 / 9, 13 / 9)):
        about(10 * E(RetrainedMeanLoop(10, 10 * lam).error(200) ** 2), fresh)
        about(10 * E(RetrainedMeanLoop(10, 10 * lam, start="fit", real="fixed").error(200) ** 2), fixed)
    about(E(CorrectedMeanLoop(10, 20, 1).error(200) ** 2), 0.0377358490566)
    about(E(RetrainedScaleLoop(10, 40, temperature=Rational(6, 5)).v(1000)), 5.0)
    about(E(RetrainedScaleLoop(10, 40, temperature=Rational(9, 10)).v(1000)), 0.7142857142857)
    about(4 * E(RetrainedMeanLoop(4, 2, start=1).error(1) ** 2), 1.1111111111111)


def test_the_real_sample_is_kept_or_drawn_anew():
    kept, fresh = (RetrainedGaussianLoop(3, 2, start="fit", real=real) for real in ("fixed", "fresh"))
    for name in ("real", "spread"):
        a, b = (sample(loop, [name], 4, 500, seed=1)[name] for loop in (kept, fresh))
        assert (a == a[:, :1]).all()
        assert not (b == b[:, :1]).any(axis=0)[1:].any()
    for loop, correlation in ((kept, 1), (fresh, 0)):
        c = standardise(Cov(loop.real(1), loop.real(2)) / Var(loop.real(1)))
        assert number(c) == pytest.approx(correlation, abs=1e-12)


@pytest.mark.parametrize("known", [False, True])
def test_the_kernel_fits_the_pooled_points(known):
    """The same stream, drawn here point by point and fitted as one sample."""
    n, m, mean, sd, tau, bias = 7, 5, 1.0, 2.0, 1.5, 0.25
    mu, v = np.array([3.0]), np.array([0.7])
    z = np.random.Generator(np.random.Philox(8)).standard_normal(n + m)
    pooled = np.concatenate([mean + sd * z[:n], mu + np.sqrt(tau * v) * z[n:]])
    records = np.empty((4, 1, 1))
    state = (mu, v, np.empty(1), np.empty(1))
    rng = np.random.Generator(np.random.Philox(8))
    gaussian(rng, n, m, mean, sd, tau, known, False, bias, np.array([1]), state, records)
    fitted = records[:, 0, 0]
    assert fitted[0] == pytest.approx(pooled.mean() + bias)
    assert fitted[1] == pytest.approx(0.7 if known else pooled.var())
    assert fitted[2:] == pytest.approx([pooled[:n].mean(), pooled[:n].var()])
