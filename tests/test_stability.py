"""Retraining with real data: numbers of the catalogue, kernels against the step, population maps, chains."""

import pickle
from fractions import Fraction
from itertools import pairwise
from math import comb

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from sympy import Abs, Integer, Rational, Symbol, lambdify

from simulate import estimate, sample
from simulate.engine.populations import _step
from simulate.stability import gaussian, logistic_location
from theory.language.laws import Cauchy, Laplace, Logistic, Noise, Normal, Uniform
from theory.language.moments import W1, Cov, E, Prob, Var
from theory.proof import maps
from theory.proof.enclose import NoBall, value
from theory.proof.enclosures import precision
from theory.proof.rings import Balls, compile_expr
from theory.proof.standard import standardise
from theory.stability import (
    LOWER,
    TWO_PEAKS,
    UPPER,
    CauchyLoop,
    CorrectedMeanLoop,
    LocationLoop,
    RetrainedBernoulliLoop,
    RetrainedGaussianLoop,
    RetrainedLocationLoop,
    RetrainedMeanLoop,
    RetrainedScaleLoop,
    hoeffding,
    misfit_constant,
)

half = Rational(1, 2)
LOOPS = [
    RetrainedMeanLoop(4, 8),
    RetrainedMeanLoop(3, 5, mean=1, variance=2, start="fit", real="fixed"),
    RetrainedMeanLoop(3, 5, start=2, bias=half),
    RetrainedGaussianLoop(4, 3),
    RetrainedGaussianLoop(3, 5, mean=1, variance=2, start="fit", real="fixed"),
    RetrainedGaussianLoop(3, 5, mean=-1, temperature=Rational(6, 5)),
    RetrainedScaleLoop(4, 6, start=3, temperature=Rational(3, 2)),
    RetrainedScaleLoop(4, 6, variance=2, start=3, data="two points"),
    RetrainedBernoulliLoop(5, 7, Rational(2, 5), 1),
    RetrainedBernoulliLoop(0, 7, half, half),
    CorrectedMeanLoop(4, 8, gamma=2, start=1),
]
POPULATIONS = [
    LocationLoop(Logistic(), Normal(0, 4), 2, start=1),
    LocationLoop(Logistic(), Laplace(), 1, start=-3, gamma=half),
    LocationLoop(Laplace(), Laplace(), 4, start=3),
    LocationLoop(Logistic(), Uniform(-3, 3), half, start=2),
]


def number(x) -> float:
    """The value of an expression in moments, from balls."""
    standard = standardise(x)
    moments = sorted(standard.atoms(E, W1, Prob, Var), key=str)
    names = {m: Symbol(f"m{i}") for i, m in enumerate(moments)}
    ball = compile_expr(standard.xreplace(names), tuple(names.values()))(Balls, *(value(m).value for m in names))
    assert float(ball.rad()) < 1e-9 * (1 + abs(float(ball.mid())))
    return float(ball.mid())


def about(x, wanted, digits=10):
    assert number(x) == pytest.approx(wanted, rel=10.0**-digits)


# ---- the catalogue's numbers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "lam", "jacobian"),
    [
        (Normal(0, 4), 1, 0.5239557097371),
        (Normal(0, 4), 5, 0.8462301252275),
        (Laplace(), 1, 0.4632024808142),
        (Uniform(-3, 3), 1, 0.5248935341839),
        (Normal(0, 100), 1, 0.8093513355535),
        (Logistic(), 3, 0.75),
    ],
    ids=str,
)
def test_jacobians(data, lam, jacobian):
    loop = LocationLoop(Logistic(), data, lam)
    about(loop.jacobian(0), jacobian)
    h = Rational(1, 10**4)  # and the map's own difference quotient
    moved = LocationLoop(Logistic(), data, lam, start=h).theta(1)
    assert number(moved) / float(h) == pytest.approx(jacobian, rel=1e-7)


@pytest.mark.parametrize(
    ("lam", "gamma", "rate", "most"),
    [(1, half, 0.3493038064914, 0.5262622239302), (5, 2, 0.2820767084092, 0.6578277799128)],
)
def test_a_corrector(lam, gamma, rate, most):
    loop = LocationLoop(Logistic(), Normal(0, 4), lam, gamma=gamma)
    about(loop.jacobian(0), rate)
    h = Rational(1, 10**4)
    moved = LocationLoop(Logistic(), Normal(0, 4), lam, start=h, gamma=gamma).theta(1)
    assert number(moved) / float(h) == pytest.approx(rate, rel=1e-7)
    about((1 + gamma) / (2 + gamma) / misfit_constant(loop), most)  # the published limit on lam


@pytest.mark.parametrize(
    ("data", "lam", "published", "sharp", "true"),
    [
        (Normal(0, 4), Rational(1, 4), 0.3986581444004, 0.2218074508557, 0.2157854358139),
        (Normal(0, 1), Rational(1, 4), 0.4673660594464, 0.2415662896597, 0.1678161192766),
        (Laplace(), Rational(1, 4), 0.4247297921109, 0.2296507562178, 0.1774455261425),
        (Normal(0, 100), Rational(1, 50), 0.5224556162457, 0.2554906090516, 0.07826031677838),
    ],
    ids=str,
)
def test_the_published_rate_and_ours(data, lam, published, sharp, true):
    loop = LocationLoop(Logistic(), data, lam)
    x = lam * misfit_constant(loop)
    about(x / (1 - x), published)
    about(x / (1 + x), sharp)
    about(loop.jacobian(0), true)


@pytest.mark.parametrize(
    ("family", "lam", "start", "after"),
    [
        (Laplace(), half, 3, 0.605825232243266),
        (Laplace(), 1, 3, 1.5),
        (Laplace(), 4, 3, 2.73374521037011),
        (Laplace(), half, 30, 0.693147180559758),
        (Laplace(), 4, 30, 29.7123179275483),
        (Logistic(), half, 3, 0.9323668687747),
        (Logistic(), half, 40, 1.632306592717),
        (Logistic(), 4, 3, 2.479401891884),
        (Logistic(), 4, 40, 40 - 0.7645943814133),
    ],
    ids=str,
)
def test_far_from_the_fixed_point(family, lam, start, after):
    about(LocationLoop(family, family, lam, start=start).theta(1), after)


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


def test_coins():
    def tail(n, m, p, q, t, delta):
        loop, a = RetrainedBernoulliLoop(n, m, p, q), Rational(m, n + m)
        return Prob(Abs(loop.theta(t) - p - a**t * (q - p)) > hoeffding(n + m, a, t, delta))

    about(tail(20, 20, Rational(3, 10), 1, 10, Rational(1, 10)), 0.009451557354, 9)
    about(tail(20, 20, Rational(3, 10), 1, 10, Rational(1, 100)), 0.000563508594, 9)  # ...534 in the catalogue
    about(tail(20, 80, half, 1, 30, Rational(1, 10)), 0.011096640871, 9)
    for t, alive in ((10, 0.465102742590), (20, 0.162333889271), (40, 0.019736071322)):
        theta = RetrainedBernoulliLoop(0, 10, half, half).theta(t)
        about(Prob(theta * (1 - theta) > 0), alive)
    theta = RetrainedBernoulliLoop(0, 10, half, half).theta(10)
    about(2 * E(theta * (1 - theta)), 0.1743392200500)


def test_many_peaks():
    sums = {Rational(3, 10): 1.066829892161, 1: 1.173578334738}
    for lam, total in sums.items():
        loop = CauchyLoop(Cauchy(0, 3), lam, start=12)
        steps = [lam * loop.kl(loop.theta(t), loop.theta(t + 1)) for t in range(150)]
        about(sum(steps), total, 9)
    first = [
        (Rational(3, 10), 2.156079953168),
        (1, 1.955126711485),
        (4, 1.993545157466),
    ]
    for lam, ratio in first:
        loop = CauchyLoop(Cauchy(0, 3), lam, start=12)
        gain = loop.loglik(loop.theta(1)) - loop.loglik(loop.theta(0))
        about(gain / (lam * loop.kl(loop.theta(0), loop.theta(1))), ratio, 9)
    assert (float(LOWER), float(UPPER)) == pytest.approx((-4.310884763100, 4.732396525018), rel=1e-12)
    locked = 0.2048784363158
    for factor, end in ((0.95, 4.5), (1.05, -4.5)):
        theta = CauchyLoop(TWO_PEAKS, Rational(factor * locked).limit_denominator(10**6), start=LOWER).theta(1)
        assert abs(number(theta) - end) < 0.3


# ---- kernels: drawn and fitted points against the step in symbols ---------------------------------------------------


@pytest.mark.parametrize("loop", LOOPS, ids=str)
def test_raw_points_have_the_moments_of_the_step(loop):
    names = [s for s in loop.state if s not in ("real", "spread")]
    observables = [getattr(loop, s)(3) for s in names]
    wanted = [E(o) for o in observables] + [E(o**2) for o in observables]
    if len(observables) == 2:
        wanted.append(E(observables[0] * observables[1]))
    for m, ball in zip(wanted, estimate(wanted, 200_000, seed=5), strict=True):
        exact = number(m)
        assert abs(ball.midpoint - exact) <= ball.radius, m
        assert ball.radius < 0.06 * (1 + abs(exact))


def test_the_real_sample_is_kept_or_drawn_anew():
    kept, fresh = (RetrainedGaussianLoop(3, 2, start="fit", real=real) for real in ("fixed", "fresh"))
    for name in ("real", "spread"):
        a, b = (sample(loop, [name], 4, 500, seed=1)[name] for loop in (kept, fresh))
        assert (a == a[:, :1]).all()
        assert not (b == b[:, :1]).any(axis=0)[1:].any()
    for loop, correlation in ((kept, 1), (fresh, 0)):
        c = standardise(Cov(loop.real(1), loop.real(2)) / Var(loop.real(1)))
        assert number(c) == pytest.approx(correlation, abs=1e-12)


@pytest.mark.parametrize("loop", LOOPS, ids=str)
def test_a_shorter_run_is_the_beginning_of_a_longer_one(loop):
    name = "mu" if "mu" in loop.state else loop.state[0]
    a, b = (sample(loop, [name], t, 300, seed=3)[name] for t in (2, 5))
    assert (a == b[:, :3]).all()


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


@pytest.mark.parametrize("scale", [0.01, 1.0, 30.0, 1e4])
@pytest.mark.parametrize("size", [1, 2, 7, 60])
def test_the_logistic_fit_is_the_root_of_its_score(size, scale):
    rng = np.random.default_rng(size)
    for _ in range(20):
        x = 3 + scale * rng.standard_normal(size)
        m = logistic_location(x)
        assert abs(np.tanh((x - m) / 2).sum()) < 1e-9 * size * (1 + scale)  # flat between points that are far apart
        if scale <= 1:
            exact = brentq(lambda m, x=x: np.tanh((x - m) / 2).sum(), x.min() - 1, x.max() + 1, xtol=1e-13)
            assert m == pytest.approx(exact, abs=1e-10)


@pytest.mark.parametrize("data", [Normal(1, 4), Laplace(1, 2), Logistic(1, 3), Uniform(-1, 3)], ids=str)
def test_real_points_are_of_their_law(data):
    """Without synthetic points and with one real one the fit is that point."""
    theta = np.sort(sample(RetrainedLocationLoop(1, 0, data), ["theta"], 1, 20_000, seed=9)["theta"][:, 1])
    x = Symbol("x", real=True)
    cdf = lambdify(x, data.cdf(x), modules=["numpy", "scipy"])(theta)
    assert np.abs(cdf - (np.arange(20_000) + 0.5) / 20_000).max() < 1.95 / np.sqrt(20_000)  # Kolmogorov, at 1e-3


def test_synthetic_points_are_of_the_model():
    theta = sample(RetrainedLocationLoop(1, 400, Normal(0, 1), start=5), ["theta"], 1, 400, seed=2)["theta"][:, 1]
    assert abs(theta.mean() - 5 * 400 / 401) < 0.05
    assert theta.std() == pytest.approx(np.sqrt(3 / 401), rel=0.2)


# ---- population maps ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loop", POPULATIONS, ids=str)
def test_slope_and_pull_are_the_derivatives_of_the_score(loop):
    now = arb(1.3)
    for at in (-0.7, 0.4, 2.2):
        h = arb(2) ** -30
        with precision(120):
            a = arb(at)
            slope = (maps.score(loop, a + h, now) - maps.score(loop, a - h, now)) / (2 * h)
            assert abs(slope - maps.score(loop, a, now, "slope")) < 1e-8
            assert slope < 0
            if isinstance(loop.family, Logistic):
                pull = (maps.score(loop, a, now + h) - maps.score(loop, a, now - h)) / (2 * h)
                assert abs(pull - maps.score(loop, a, now, "pull")) < 1e-8


@pytest.mark.parametrize("loop", POPULATIONS, ids=str)
def test_bend_bounds_the_change_of_the_slope(loop):
    assert loop.bend is not None or not isinstance(loop.data, Laplace)
    bend = float(loop.bend)
    now = arb(1.3)
    slopes = [(a, float(maps.score(loop, arb(a), now, "slope").mid())) for a in np.linspace(-4, 4, 41)]
    assert all(abs(s - r) <= bend * abs(a - b) * (1 + 1e-9) for (a, s), (b, r) in pairwise(slopes))


@pytest.mark.parametrize("loop", POPULATIONS, ids=str)
def test_the_next_parameter_is_a_root(loop):
    ball = value(E(loop.theta(1))).value
    now = arb(int(loop.start))
    assert maps.score(loop, ball.lower() - arb(2) ** -30, now) > 0
    assert maps.score(loop, ball.upper() + arb(2) ** -30, now) < 0


@settings(max_examples=200, deadline=None)
@given(st.floats(-0.3, 0.3), st.floats(0.2, 2.0), st.floats(-1.5, 1.5), st.floats(0, 0.02))
def test_a_step_from_an_interval_for_the_score_contains_the_root(root, steep, bend, width):
    """The score c - steep d - bend d^2/2 vanishes at `root`, and its slope at d differs from -steep by at most |bend d|."""
    c = arb(steep) * arb(root) + arb(bend) * arb(root) ** 2 / 2
    out = _step(c + arb(0, width), arb(-steep), abs(arb(bend)))
    if abs(bend) * (abs(root) + 2 * width / steep) < 0.2 * steep:  # nearly straight
        assert out.is_finite()
    if out.is_finite() and abs(bend * root) < steep:  # so far it decreases
        assert out.contains(arb(root))


@pytest.mark.parametrize("loop", POPULATIONS[:3], ids=str)
def test_sampled_roots(loop):
    (ball,) = estimate([loop.theta(1)], 400_000, seed=2)
    exact = number(loop.theta(1))
    assert abs(ball.midpoint - exact) <= ball.radius < 0.06
    assert str(ball.guarantee) == "finite sample"


def test_means_under_a_law_are_sampled():
    z, y = Noise("Z", Laplace()), Noise("Z", Normal(1, 4))
    quantities = [E(z**2), E(y**3), Var(y), W1(Normal(0, 4), Logistic())]
    for q, ball in zip(quantities, estimate(quantities, 400_000, seed=4), strict=True):
        exact = 4.0 if q == quantities[2] else number(q)
        assert abs(ball.midpoint - exact) <= ball.radius < 0.1 * exact


def test_the_highest_of_several_peaks_is_taken():
    for lam in (Rational(1, 10), half, 3):
        loop = CauchyLoop(TWO_PEAKS, lam, start=-4)
        theta = number(loop.theta(1))
        objective = [float(loop.objective(Rational(at, 50), Integer(-4))) for at in range(-500, 501)]
        assert float(loop.objective(Rational(theta), Integer(-4))) >= max(objective) - 1e-12


def test_a_tie_is_not_decided():
    even = CauchyLoop(TWO_PEAKS.func(half, *TWO_PEAKS.args[1:]), Rational(1, 100), start=0)
    with pytest.raises(NoBall):
        value(E(even.theta(1)))


# ---- chains ---------------------------------------------------------------------------------------------------------


def brute_force(n, m, p, start, t) -> dict:
    law = {Fraction(start): Fraction(1)}
    for _ in range(t):
        new: dict = {}
        for theta, weight in law.items():
            for i in range(n + 1):
                for j in range(m + 1):
                    w = comb(n, i) * p**i * (1 - p) ** (n - i) * comb(m, j) * theta**j * (1 - theta) ** (m - j)
                    at = Fraction(i + j, n + m)
                    new[at] = new.get(at, 0) + weight * w
        law = new
    return law


@pytest.mark.parametrize(("n", "m", "t"), [(2, 3, 1), (2, 3, 3), (0, 4, 3), (3, 1, 4)])
def test_the_chain_is_the_one_of_brute_force(n, m, t):
    p, start = Fraction(1, 3), Fraction(3, 4)
    law = brute_force(n, m, p, start, t)
    loop = RetrainedBernoulliLoop(n, m, Rational(1, 3), Rational(3, 4))
    for k in (1, 2, 3):
        exact = sum(w * x**k for x, w in law.items())
        assert value(E(loop.theta(t) ** k)).value.overlaps(arb(exact.numerator) / exact.denominator)
    for level in (Fraction(1, 2), Fraction(1, 4)):
        for event, inside in (
            (loop.theta(t) >= Rational(level), lambda x, v=level: x >= v),
            (loop.theta(t) > Rational(level), lambda x, v=level: x > v),
        ):
            exact = sum((w for x, w in law.items() if inside(x)), Fraction(0))
            assert value(Prob(event)).value.overlaps(arb(exact.numerator) / exact.denominator)


# ---- loops ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "loop",
    [*LOOPS, *POPULATIONS, CauchyLoop(TWO_PEAKS, 1, start=LOWER), RetrainedLocationLoop(3, 2, Laplace())],
    ids=str,
)
def test_loops_are_rebuilt_from_their_arguments(loop):
    assert loop.func(*loop.args) == loop
    assert pickle.loads(pickle.dumps(loop)) == loop
    assert loop.refuses() is None


@pytest.mark.parametrize(
    "loop",
    [
        RetrainedMeanLoop(0, 3),
        RetrainedMeanLoop(1, 3, variance=0),
        RetrainedGaussianLoop(1, 3),
        RetrainedGaussianLoop(3, 3, temperature=0),
        RetrainedScaleLoop(0, 0),
        RetrainedBernoulliLoop(3, 3, 2, 0),
        RetrainedBernoulliLoop(0, 0, half, half),
        CorrectedMeanLoop(3, 3, gamma=-1),
        LocationLoop(Logistic(), Normal(0, 1), -1),
        RetrainedLocationLoop(0, 3, Normal(0, 1)),
        RetrainedLocationLoop(3, 3, Cauchy()),
    ],
    ids=str,
)
def test_parameters_that_make_no_sense(loop):
    assert loop.refuses()


@pytest.mark.parametrize(
    "bad",
    [
        lambda: RetrainedMeanLoop(3, 3, real="old"),
        lambda: RetrainedGaussianLoop(3, 3, start="warm"),
        lambda: LocationLoop(Normal(0, 1), Normal(0, 1), 1),
        lambda: LocationLoop(Laplace(), Laplace(), 1).kappa(Symbol("u")),
    ],
)
def test_arguments_that_make_no_sense(bad):
    with pytest.raises(ValueError, match=r"expected|no curvature"):
        bad()
