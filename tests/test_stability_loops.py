"""Loops in closed form, misfits and counterexamples: numbers of the catalogue, steps against literal fits."""

import numpy as np
import pytest
from exact import about, number, rebuilt
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.stats import cauchy, norm
from sympy import Rational

from simulate import sample
from theory.language.laws import Cauchy, Finite, Laplace, Logistic, Normal
from theory.language.moments import KL, TV, E
from theory.proof.likelihood.constants import constant
from theory.stability import models
from theory.stability.cauchy import _pair
from theory.stability.counterexamples import PopulationSupportLoop, SupportLoop, _collapse, _gap
from theory.stability.linear import AscentLoop, shear_jacobian, sheared
from theory.stability.location import LocationLoop
from theory.stability.noise import CoupledErrorsLoop, LinearFitLoop, best_real_weight
from theory.stability.orbits import GaussianOrbitLoop, PerfectLearnerLoop
from theory.stability.peaks import CauchyLoop

half = Rational(1, 2)

# ---- gradient steps and norms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("K", "lam", "multiplier"),
    [
        (1, Rational(1, 4), 0.9),
        (1, 4, 0.9),
        (5, Rational(1, 4), 0.6103271484375),
        (5, 1, 0.66384),
        (5, 4, 0.80625),
        (50, Rational(1, 4), 0.2010080745210),
        (50, 1, 0.5000071362385),
    ],
)
def test_gradient_steps(K, lam, multiplier):
    about(AscentLoop(1, 1, lam, Rational(1, 10)).x(K), multiplier, 12)


def test_many_steps_that_are_too_long():
    loop = AscentLoop(1, 1, 4, Rational(21, 50))  # q = -1.1, J = 0.8
    about(loop.x(2), 1.042, 12)


@pytest.mark.parametrize(
    ("k", "norm_of_it"), [(1, 0.8914440571), (2, 1.0699498875), (5, 1.801963356176), (10, 3.234071309159)]
)
def test_a_sheared_jacobian(k, norm_of_it):
    h1, h2 = 1 / 3, 0.07851912021873
    H, info = (np.array(x, dtype=float) for x in sheared(k, 1 / 3, h1, h2))
    J = np.linalg.solve(H + info, info)
    j2 = number(LocationLoop(Logistic(), Normal(0, 100), 1).jacobian(0))
    assert pytest.approx(np.array(shear_jacobian(k, 0.5, j2), dtype=float), abs=1e-10) == J
    assert np.linalg.norm(J, 2) == pytest.approx(norm_of_it, rel=1e-9)
    if k == 5:
        assert np.linalg.eigvalsh(H)[0] == pytest.approx(0.002993876174331, rel=1e-9)


# ---- orbits ---------------------------------------------------------------------------------------------------------


def test_the_variance_overshoots():
    loop = GaussianOrbitLoop(1, 1, 2, 1)
    for t, w in ((1, 1), (2, 0.75), (3, 0.4375)):
        about(loop.v(t), 1 + w, 12)
    about(GaussianOrbitLoop(4, 1, 1, 1).v(3), 1.249856, 12)


def test_the_orbit_is_that_of_the_likelihood():
    """Moment matching against the root of the expected score, which is stated by the density alone."""
    fitted = models.GaussianModel(Laplace(0, 1), 1, start=(2, 1))
    matched = GaussianOrbitLoop(1, 2, 2, 1)
    for t in (1, 2):
        assert number(fitted.mu(t)) == pytest.approx(number(matched.mu(t)), rel=1e-9)
        assert number(fitted.v(t)) == pytest.approx(number(matched.v(t)), rel=1e-9)


def test_a_perfect_learner():
    truth, start = (Finite(tuple(Rational(x, 10) for x in p)) for p in ((5, 3, 2), (1, 2, 7)))
    loop = PerfectLearnerLoop(truth, start, 1)
    for t, tv in ((0, 0.5), (1, 0.25), (2, 0.125)):
        about(E(TV(truth, loop.model(t))), tv, 12)
    about(E(KL(truth, loop.model(1))), 0.147923235677916, 12)
    about(E(KL(truth, loop.model(4))), 0.0029262679842254, 11)
    about(KL(truth, start).expanded() / 2, 0.337902947475213, 12)


# ---- Cauchy ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lam", "J"), [(Rational(3, 10), 0.5454545454545), (1, 0.8), (4, 16 / 17)])
def test_a_cauchy_location_near(lam, J):
    about(CauchyLoop(Cauchy(0, 3), lam).jacobian(0), J, 12)
    moved = number(CauchyLoop(Cauchy(0, 3), lam, start=Rational(1, 10**4)).theta(1))
    assert moved * 10**4 == pytest.approx(J, rel=1e-7)


def test_a_cauchy_location_far():
    about(CauchyLoop(Cauchy(0, 1), half, start=1000).theta(1), 0.001999997999980, 10)
    about(CauchyLoop(Cauchy(0, 1), 2, start=1000).theta(1), 999.9980000020, 12)
    for lam, where in ((Rational(1 - 10**-9), 1.219223593596), (Rational(1 + 10**-9), 3.280776406404)):
        assert number(CauchyLoop(Cauchy(0, 1), lam, start=Rational(9, 2)).theta(1)) == pytest.approx(where, rel=1e-6)


def test_the_objective_is_the_expected_log_likelihood():
    loop = CauchyLoop(_pair(3, 1), Rational(3, 10))
    m, now = 0.7, 2.1

    def expected(f):
        return quad(lambda u: f(np.tan(u)) / np.pi, -np.pi / 2, np.pi / 2, limit=400)[0]

    real = sum(expected(lambda x, c=c: cauchy.logpdf(c + x - m)) for c in (-3, 3)) / 2
    synthetic = expected(lambda x: cauchy.logpdf(now + x - m)) - expected(lambda x: cauchy.logpdf(x))
    assert real + 0.3 * synthetic + np.log(np.pi) == pytest.approx(
        float(loop.objective(Rational(7, 10), Rational(21, 10))), abs=1e-7
    )


def test_between_two_modes():
    loop = CauchyLoop(_pair(3, 1), 1)
    about(loop.jacobian(0), 1.134228187919, 11)
    about(loop.jacobian(5**half), 18 / 23, 12)
    moved = number(CauchyLoop(_pair(3, 1), 1, start=Rational(1, 10**4)).theta(1))
    assert moved * 10**4 == pytest.approx(1.134228187919, rel=1e-6)
    best = minimize_scalar(
        lambda m: -float(loop.loglik(Rational(m))), bounds=(1, 4), method="bounded", options={"xatol": 1e-9}
    )
    assert best.x == pytest.approx(5**0.5, abs=1e-5)


# ---- misfits --------------------------------------------------------------------------------------------------------

ROWS = [  # model, L, eps, J at lam = 1
    (models.MixtureWeight(1, Normal(0, 1), 1), 3.079201435678, 0.3687463803725, 0.5826224355499),
    (models.MixtureWeight(1, Normal(0, 2), 1), 3.079201435678, 0.07206907186941, 0.5142121732962),
    (models.MixtureWeight(1, Laplace(0, 1), 1), 3.079201435678, 0.2759569089289, 0.5618600971915),
    (models.StudentLocation(3, Normal(0, 1), 1), 1.121681323141, 0.3047732300407, 0.4673807280849),
    (models.StudentLocation(3, Normal(0, 3), 1), 1.121681323141, 0.3816431773927, 0.5921922126966),
    (models.StudentLocation(3, Normal(0, 25), 1), 1.121681323141, 2.892767417663, 0.8625610213966),
    (models.LogisticLocation(models.SKEWED, 1), 0.1924500897299, 0.7173276032872, 0.4363018539101),
]


@pytest.mark.thin(3)
@pytest.mark.parametrize(("loop", "L", "eps", "J"), ROWS, ids=[f"{r[0].func.__name__}-{r[0].data}" for r in ROWS])
def test_constants_of_misfits(loop, L, eps, J):
    for name, wanted in (("L", L), ("eps", eps), ("rate", J)):
        assert float(constant(getattr(loop, name)).mid()) == pytest.approx(wanted, rel=1e-11)


def test_a_misfit_in_two_parameters():
    """In the catalogue's coordinates, location and log scale: J is conjugated by diag(1, s)."""
    loop = models.LogisticModel(models.SKEWED, 1)
    s = float(constant(loop.best[1]).mid())
    D = np.diag([1, s])
    J = np.array([[float(constant(x).mid()) for x in row] for row in loop.J.tolist()])
    H = np.array([[float(constant(x).mid()) for x in row] for row in loop.H.tolist()])
    assert np.linalg.inv(D) @ J @ D == pytest.approx(
        np.array([[0.493161006412, 0.030549797640], [0.028355822587, 0.506864893198]]), abs=1e-11
    )
    assert (
        pytest.approx(np.array([[1.3734332107422, -0.1627764867429], [-0.1627764867429, 1.4010327505804]]), rel=1e-11)
        == D @ H @ D
    )
    assert sorted(np.linalg.eigvals(J)) == pytest.approx([0.469793522771, 0.530232376838], rel=1e-11)
    assert np.linalg.norm(np.linalg.inv(D) @ J @ D, 2) == pytest.approx(0.530253484361, rel=1e-11)


# ---- counterexamples ------------------------------------------------------------------------------------------------


def test_an_unknown_support():
    about(E(SupportLoop(5, 2).theta(3)), 1.157407407407, 11)
    about(E(SupportLoop(10).theta(10)), 0.385543289430, 11)
    about(PopulationSupportLoop(Rational(1, 100), 2).theta(1), 2)
    theta = 2 * np.random.default_rng(1).random((50_000, 5)).max(axis=1)
    run = sample(SupportLoop(5, 2), ["theta"], 1, 50_000, seed=4)["theta"][:, 1]
    assert abs(theta.mean() - run.mean()) < 5 * theta.std() * np.sqrt(2 / 50_000)


@pytest.mark.parametrize(("n", "p"), [(25, 0.9962221068137), (100, 0.9999734386011), (400, 0.9999999987713)])
def test_how_often_a_consistent_fit_collapses(n, p):
    about(_collapse(n), p, 12)


def test_a_collapse_run_with_all_data_in_the_pool():
    """Literal fits: of U, A_S and B_S with K = 10^14 the one of highest likelihood; B_S wins exactly where a marker is seen."""
    rng, n, K = np.random.default_rng(3), 100, 10.0**14
    for _ in range(300):
        kinds = rng.choice(3, n, p=[1 - 2 / n**0.5, 1 / n**0.5, 1 / n**0.5])
        new, again, markers = (int((kinds == i).sum()) for i in range(3))
        k = n + new
        w = k**-0.5
        v = w * (1 - w * w)
        a = (n + new + again) * np.log((1 - 2 * w) / K + w / k) + markers * np.log(w)
        b = (n + new + again) * np.log(v / k) + markers * np.log(1 - v)
        u = -(2 * n) * np.log(K) if markers == 0 else -np.inf
        assert (b > max(a, u)) == (markers > 0)
        assert float(_gap(2 * n - markers, k, markers)) == pytest.approx(a - b, abs=1e-6)


# ---- noise ----------------------------------------------------------------------------------------------------------


def test_the_delta_method_at_a_misfit():
    S = quad(lambda x: np.tanh(x / 2) ** 2 * norm.pdf(x, scale=2), -40, 40)[0]
    H = quad(lambda x: 0.5 / np.cosh(x / 2) ** 2 * norm.pdf(x, scale=2), -40, 40)[0]
    assert pytest.approx(0.3942944903978, rel=1e-10) == S
    J = (1 / 3) / (H + 1 / 3)
    stationary = (S + 1 / 3) / (H + 1 / 3) ** 2 / (1 - J**2) / 400
    assert stationary == pytest.approx(0.006195284639, rel=1e-9)


def test_weights():
    grid = np.linspace(0.001, 1, 100_000)
    for k, w in ((1, 0.6180339887499), (2, 0.5), (6, 1 / 3)):
        assert float(best_real_weight(Rational(k))) == pytest.approx(w, rel=1e-12)
        assert ((grid**2 + (1 - grid) ** 2 / k) / (grid * (2 - grid))).min() == pytest.approx(w, rel=1e-9)


def test_coupled_errors_have_the_tails_that_are_said():
    s, size = 2, 400_000
    runs = sample(CoupledErrorsLoop(s), ["x", "y"], 1, size, seed=2)
    x, y = runs["x"][:, 1], runs["y"][:, 1]
    for u in (1.9, 2.0, 2.3):
        for e in (x, y):
            assert (e > u).mean() < np.exp(-(u**2)) + 5 * np.sqrt(np.exp(-(u**2)) / size)
    assert (x + y >= 4 - 1e-9).mean() == pytest.approx(2 * np.exp(-4), rel=0.05)


@pytest.mark.parametrize(
    "loop",
    [
        AscentLoop(1, 2, 3, half),
        GaussianOrbitLoop(2, 1, 3, half),
        PerfectLearnerLoop(Finite((half, half)), Finite((1, 0)), 2, (0, 1)),
        SupportLoop(3, 2),
        PopulationSupportLoop(half),
        LinearFitLoop(3, 2, 1, 2, half),
        CoupledErrorsLoop(2),
    ],
    ids=lambda loop: type(loop).__name__,
)
def test_loops_are_rebuilt_from_their_arguments(loop):
    rebuilt(loop)
