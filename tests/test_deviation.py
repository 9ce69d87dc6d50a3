"""The constant a of the finite-sample theorem: variation and steepness against numbers, its events against refits."""

from itertools import pairwise

import numpy as np
import pytest
from flint import arb
from scipy.integrate import quad
from scipy.optimize import minimize
from sympy import Matrix, Rational, diff, lambdify

from simulate import sample
from theory import Empirical, Normal
from theory.language.errors import CannotTell
from theory.language.laws import Exponential, Finite, Laplace, Uniform
from theory.proof.arithmetic.precision import precision
from theory.proof.likelihood.deviation import around, steepness, variation
from theory.proof.likelihood.information import curvature
from theory.proof.likelihood.numbers import number
from theory.proof.likelihood.score import score_of
from theory.stability.models import (
    BloodGroups,
    Direction,
    GammaModel,
    GaussianModel,
    LogisticLocation,
    StudentLocation,
)
from theory.stability.samples import BOUNDED, RHO, quoted_band

TENTH, QUARTER = Rational(1, 10), Rational(1, 4)
ON_LINE = [
    LogisticLocation(Normal(0, 4), TENTH),
    LogisticLocation(Laplace(0, 2), TENTH),
    StudentLocation(3, Laplace(0, 1), TENTH),
    Direction(1, Uniform(-1, 1), TENTH),
]
GROUPS = BloodGroups(Finite((Rational(2, 5), Rational(3, 10), Rational(1, 5), Rational(1, 10))), TENTH)


def number_of(x) -> float:
    return float(number(x).mid())


@pytest.mark.parametrize("loop", ON_LINE, ids=str)
def test_the_variation_is_the_integral_of_the_steepness_of_the_score(loop):
    """At a point, in place of a box, it is the numerical integral of |ds/dx|, up to the hundredth that is left to cutting."""
    score = score_of(loop.of_data)
    (best,), H = [number_of(x) for x in loop.best], number_of(loop.H[0, 0])
    slope = lambdify((score.x, *score.after), diff(score.first[0], score.x))
    ends = [float(e) for e in (loop.space.low, loop.space.high)]
    edges = np.unique(np.clip([-np.inf, -20, -6, -2, best, 2, 6, 20, np.inf], *ends))
    told = sum(quad(lambda x: abs(slope(x, best)), a, b, limit=500)[0] for a, b in pairwise(edges))
    with precision(64):
        found = float(variation(score, (arb(best),), curvature(loop.of_data)))
    assert told / np.sqrt(H) <= found * (1 + 1e-9)
    assert found <= 1.03 * told / np.sqrt(H)


@pytest.mark.parametrize("loop", [ON_LINE[0], ON_LINE[3]], ids=str)
def test_over_a_ball_it_is_next_to_the_largest_in_it(loop):
    """It was a fourth to two fifths more: the steepest of all parameters, place by place."""
    score = score_of(loop.of_data)
    with precision(64):
        H, ((ball,), places) = curvature(loop.of_data), (now := around(loop, QUARTER), np.linspace(-0.99, 0.99, 9))
        inside = [float(variation(score, (ball.mid() + ball.rad() * arb(x),), H)) for x in places]
        found = float(variation(score, now, H))
    assert max(inside) / 1.02 <= found <= 1.03 * max(inside)


def test_of_few_values_it_is_the_sum_of_the_steps():
    score, (p, q) = score_of(GROUPS.of_data), [number_of(x) for x in GROUPS.best]
    first = lambdify((score.x, *score.after), score.first)
    steps = np.diff(np.array([first(k, p, q) for k in range(4)], float), axis=0)
    inverse = np.linalg.inv(np.array(Matrix(2, 2, lambda i, j: number_of(GROUPS.H[i, j])).tolist(), float))
    told = sum(np.sqrt(v @ inverse @ v) for v in steps)
    with precision(64):
        found = float(variation(score, (arb(p), arb(q)), curvature(GROUPS.of_data)))
    assert found == pytest.approx(told, rel=1e-6)


@pytest.mark.parametrize("loop", [ON_LINE[0], GROUPS], ids=str)
def test_the_likelihood_is_at_least_so_steep_everywhere_in_the_ball(loop):
    score = score_of(loop.of_data)
    d = score.d
    H = np.array([[number_of(loop.H[i, j]) for j in range(d)] for i in range(d)])
    best, r = np.array([number_of(x) for x in loop.best]), number_of(loop.radius(QUARTER))
    least, rng, R = float(steepness(loop, around(loop, QUARTER))), np.random.default_rng(0), np.linalg.cholesky(H).T
    assert 0 < least < 1 + number_of(loop.lam) * number_of(loop.mu_max)
    for _ in range(10):
        now, after, v = (np.linalg.solve(R, x / np.linalg.norm(x)) for x in rng.standard_normal((3, d)))
        now, after = best + r * rng.random() * now, best + r * after
        slope = score.hessian([arb(x) for x in after], [arb(x) for x in now], number(loop.lam))
        told = np.array([[float(slope[i, j].mid()) for j in range(d)] for i in range(d)])
        assert -v @ told @ v >= least * (v @ H @ v) * (1 - 1e-9)


@pytest.mark.parametrize("data", [Normal(0, 1), Empirical((-1, 0, 2))])
def test_an_unbounded_score_has_no_such_constant(data):
    loop = GaussianModel(data, TENTH)
    with pytest.raises(CannotTell, match="not finite"):
        number(loop.deviation(QUARTER))
    with pytest.raises(CannotTell, match="not finite"):
        number(GammaModel(Exponential(1), TENTH).deviation(QUARTER))


def genotypes(rng, p, q, size):
    """Blood groups of people whose two genes are drawn one by one."""
    one, two = (rng.choice(3, size=size, p=[1 - p - q, p, q]) for _ in range(2))
    a, b = (one == 1) | (two == 1), (one == 2) | (two == 2)
    return a + 2 * b


def by_scipy(n, m, fits, replicates, rng):
    """Kept real genotypes and drawn ones, refitted by SciPy: array of shape (replicates, 2)."""
    real_shares, best = (0.4, 0.3, 0.2, 0.1), [number_of(x) for x in GROUPS.best]

    def lack(theta, counts):
        p, q = theta
        r = 1 - p - q
        return -counts @ np.log([r * r, p * (p + 2 * r), q * (q + 2 * r), 2 * p * q]) / counts.sum()

    out = []
    for _ in range(replicates):
        real, theta = np.bincount(rng.choice(4, size=n, p=real_shares), minlength=4), best
        for _ in range(fits):
            counts = real + np.bincount(genotypes(rng, *theta, m), minlength=4)
            theta = minimize(
                lack, theta, args=(counts,), bounds=[(0.01, 0.45)] * 2, method="L-BFGS-B", options={"ftol": 1e-14}
            ).x
        out.append(theta)
    return np.array(out)


def test_counted_refits_are_those_of_people_one_by_one():
    """Means and covariances beside SciPy's, within six standard errors."""
    n, m, k = 2000, 200, 400
    theirs = by_scipy(n, m, 2, k, np.random.default_rng(0))
    paths = sample(GROUPS.finite(n, fixed=True), ["p", "q"], 2, 8000, seed=1)
    ours = np.column_stack([paths[name][:, 2] for name in "pq"])
    sd = ours.std(axis=0)
    assert np.all(abs(ours.mean(axis=0) - theirs.mean(axis=0)) < 6 * sd * np.sqrt(1 / k + 1 / 8000))
    assert theirs.std(axis=0) == pytest.approx(sd, rel=6 / np.sqrt(2 * k))
    assert np.corrcoef(theirs.T)[0, 1] == pytest.approx(np.corrcoef(ours.T)[0, 1], abs=6 / np.sqrt(k))


def test_fits_without_a_group_are_lost_at_the_border():
    """Of five people often none has the gene B: its share would be 0, which is no interior maximum."""
    paths = sample(GROUPS.finite(5, m=0), ["q", "lost"], 1, 4000, seed=2)
    lost = paths["lost"][:, 1].mean()
    none_with_b = 0.7**5
    assert lost >= none_with_b - 6 * np.sqrt(none_with_b / 4000)
    assert np.isfinite(paths["q"]).all()


@pytest.mark.parametrize("refits", [BOUNDED[0], BOUNDED[4]], ids=str)
def test_the_band_holds_more_often_than_it_has_to_and_a_tenth_of_it_does_not(refits):
    fits, delta, loop = 2, Rational(1, 5), refits.population
    n = 300
    paths = sample(loop.finite(4000, fixed=True), list(loop.state), fits, n, seed=4)
    d = len(loop.state)
    H = np.array([[number_of(loop.H[i, j]) for j in range(d)] for i in range(d)])
    v = np.stack([paths[name] - number_of(x) for name, x in zip(loop.state, loop.best, strict=True)], axis=-1)
    far = np.sqrt(np.einsum("rti,ij,rtj->rt", v, H, v))[:, 1:]
    wide = np.array([number_of(quoted_band(loop.finite(4000, fixed=True), t, fits, delta, 0)) for t in (1, 2)])
    assert (far > wide).any(axis=1).mean() <= float(delta)
    assert (far > wide / 20).any(axis=1).mean() > float(delta)
    assert number_of(loop.deviation(RHO)) > 0
