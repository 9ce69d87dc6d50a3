"""Models on few or on whole numbers that are stated by cases: best fits, constants, and refits against SciPy's minimiser."""

from __future__ import annotations

import numpy as np
import pytest
from likelihood_models import Inflated
from scipy import optimize
from sympy import Eq, Piecewise, Rational, exp, log

from simulate import estimate, sample
from theory import E, Empirical, LikelihoodLoop, Mixture, Parameter, Points, Reals
from theory.language.laws import NegativeBinomial, Poisson
from theory.proof.enclose import value

half = Rational(1, 2)


class Categories(LikelihoodLoop):
    """Any law on 0, 1 and 2, by cases."""

    a: Parameter(Reals())
    b: Parameter(Reals())
    support = Points(0, 1, 2)

    def log_density(self, x):
        return Piecewise((0, Eq(x, 0)), (self.a, Eq(x, 1)), (self.b, True)) - log(1 + exp(self.a) + exp(self.b))


class Thresholds(Categories):
    """The same, by inequalities."""

    def log_density(self, x):
        return Piecewise((0, x <= 0), (self.a, x <= 1), (self.b, True)) - log(1 + exp(self.a) + exp(self.b))


@pytest.mark.parametrize("model", [Categories, Thresholds])
def test_the_case_of_0_is_seen(model):
    """It was dropped: a model on numbers from 0 on took x to be positive."""
    loop = model(Empirical((0, 0, 1, 2, 2, 2)), 1)
    assert [float(value(x).value.mid()) for x in loop.best] == pytest.approx([-np.log(2), np.log(3 / 2)])
    assert value(loop.L).value.contains(0)
    assert value(loop.eps).value.contains(0)
    assert float(value(loop.rate).value.mid()) == pytest.approx(half)


def test_refits_of_cases_are_what_counting_finds():
    """A fit to whole numbers counts them: after one fit E e^b/(1 + e^a + e^b) is the share of twos in all points."""
    n, loop = 60, Categories(Empirical((0, 0, 1, 2, 2, 2)), 1)
    paths = sample(loop.finite(n), ["a", "b"], t=1, replicates=4_000, seed=3)
    a, b = paths["a"][:, 1], paths["b"][:, 1]
    share = np.exp(b) / (1 + np.exp(a) + np.exp(b))
    assert share * 2 * n == pytest.approx(np.round(share * 2 * n), abs=1e-6)
    assert abs(share.mean() - half) < 5 * share.std() / np.sqrt(4_000)
    assert share.var() == pytest.approx(1 / 4 / (2 * n), rel=0.15)


def test_refits_of_an_inflated_law_are_what_scipy_finds():
    loop = Inflated(NegativeBinomial(1, Rational(1, 3)), 1).finite(50)
    ours = estimate([E(loop.w(2)), E(loop.m(2))], 20_000, seed=1)
    rng, found = np.random.default_rng(1), []
    start = np.array([float(value(x).value.mid()) for x in loop.population.best])

    def fitted(x: np.ndarray, near: np.ndarray) -> np.ndarray:
        zeros, total = np.sum(x == 0), x.sum()

        def loss(theta: np.ndarray) -> float:
            w, m = theta
            if not (0 < w < 1 and m > 0):
                return 1e18
            rest = (len(x) - zeros) * (np.log(1 - w) - m) + total * np.log(m)
            return -float(zeros * np.log(w + (1 - w) * np.exp(-m)) + rest)

        return optimize.minimize(loss, near, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10}).x

    for _ in range(600):
        theta = start
        for _ in range(2):
            w, m = theta
            model = np.where(rng.random(50) < w, 0, rng.poisson(m, 50))
            theta = fitted(np.concatenate([rng.negative_binomial(1, 1 / 3, 50), model]), theta)
        found.append(theta)
    for ball, numbers in zip(ours, np.transpose(found), strict=True):
        assert abs(ball.midpoint - numbers.mean()) < ball.radius + 5 * numbers.std() / np.sqrt(600)


def test_counts_from_a_mixture_are_real_points():
    """They were refused: a mixture was taken to be on all the line."""
    loop = Inflated(Mixture(half, Poisson(1), Poisson(4)), 1, start=(half, 3))
    (ball,) = estimate([E(loop.finite(50).m(1))], 5_000, seed=1)
    assert 2 < ball.midpoint < 4
