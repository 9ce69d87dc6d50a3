"""Diffusion: numbers of the catalogue, kernels against laws that they do not use, integrals, gradient flow on data."""

from itertools import pairwise

import numpy as np
import pytest
from exact import about, number, rebuilt
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import exp1
from sympy import Add, E, Integral, Rational, Symbol, exp, lambdify, log, sqrt

from simulate import estimate, sample
from simulate.diffusion.sde import advanced, euler, exact_slopes, flowed, unbiased, undone
from simulate.diffusion.training import STEP, Flow, RandomFeatures, generated, reverse, score_flow
from theory.diffusion import (
    EarlyStopLoop,
    EulerLoop,
    EulerRetrainedLoop,
    GradientFlowLoop,
    LinearScoreLoop,
    MemorisingLoop,
    ShrunkScoreLoop,
    TruncatedStartLoop,
    UndertrainedScoreLoop,
)
from theory.diffusion.common import NOISE, noised_law
from theory.diffusion.euler import bias
from theory.diffusion.girsanov import between, grown
from theory.diffusion.loops import hermite, left, stays
from theory.diffusion.training import filtered, single, undertrained
from theory.language.errors import BadInput
from theory.language.functions import Ein
from theory.language.laws import Normal
from theory.language.moments import KL
from theory.language.moments import E as mean
from theory.language.policies import Accumulate, Subsample
from theory.proof.arithmetic.programs import enclose
from theory.proof.symbols.integrals import closed

half = Rational(1, 2)
LOOPS = [
    TruncatedStartLoop(half, 4, 1),
    EulerLoop(half, 2, 3),
    EulerRetrainedLoop(5, 2, 4),
    ShrunkScoreLoop(Rational(9, 10), 2),
    LinearScoreLoop(5, 2, 1),
    GradientFlowLoop((1, 2), (3, 4), half, 1),
    UndertrainedScoreLoop(2, half, 4),
    EarlyStopLoop(half, 1, 4, real_share=Rational(1, 3)),
    MemorisingLoop(5, half, 2),
]


# ---- numbers of the catalogue ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("T", "v", "sde", "flow"),
    [
        (1, 4, 3.555277548955187, 2.8449383769104),
        (2, 4, 3.985531478037399, 3.7916599753101),
        (1, Rational(1, 4), 0.2510634782297571, None),
    ],
)
def test_a_truncated_start(T, v, sde, flow):
    about(TruncatedStartLoop(exp(-2 * T), v).v(1), sde)
    if flow:
        about(TruncatedStartLoop(exp(-2 * T), v, noise=0).v(1), flow)


def test_the_divergence_of_the_start():
    for T, start, end in ((1, 0.032626447898353, 0.0036133709172619), (2, 0.00072823348013452, 3.2867477575214e-6)):
        loop = TruncatedStartLoop(exp(-2 * T), 4)
        about(KL(noised_law(loop.truth, exp(-2 * T)), NOISE), start, 9)
        about(KL(loop.truth, loop.model(1)), end, 7)


def test_a_truncated_start_again_and_again():
    loop = TruncatedStartLoop(exp(-2), 4)
    about(loop.v(10), 2.1010130778682)


def test_euler_steps():
    about(mean(EulerLoop(Rational(1, 10)).y(50) ** 2), 1.052630180979006)
    about(EulerRetrainedLoop(50, 5, 4).v(1), 3.751078492552901)
    about(EulerRetrainedLoop(50, 5, Rational(1, 4)).v(1), 0.3647105771773378)
    for v, b in ((Rational(1, 4), 0.94223773495334), (2, -0.38629436111989), (4, -2.6967849629864)):
        assert float(bias(v)) == pytest.approx(b, rel=1e-12)
    root = brentq(lambda v: v**2 * np.log(v) - 2 * (v - 1), 1.2, 2, xtol=1e-14)
    assert root == pytest.approx(1.5970778317711144, rel=1e-12)


def test_one_point_in_euler_steps_is_the_population():
    about(mean(EulerLoop(half, 4, 2).y(4) ** 2), number(EulerRetrainedLoop(4, 2, 4).v(1)))


def test_girsanov():
    about(between(Normal(0, 1), Normal(0, 2), Rational(1, 10**12)).doit(), 0.096573590279973, 9)
    for rho, v in ((Rational(9, 10), 1.249916134343), (Rational(3, 5), 4.4586588670535), (half, 11)):
        about(ShrunkScoreLoop(rho, 5).v(1), v)
    about(ShrunkScoreLoop(Rational(2, 5), 5).v(1), 39.334336593584)
    assert float(grown(Rational(3, 5), 5)) == pytest.approx(4.4586588670535, rel=1e-12)


def test_early_stopping():
    keep, loop = exp(-Rational(1, 10)), EarlyStopLoop(exp(-Rational(1, 10)), 0, 4, real_share=half)
    for j, stays_ in ((1, 0.82621286824212), (2, 0.69309410637017), (4, 0.50412134441609), (8, 0.28976420770084)):
        assert float(left(keep, half, j)) == pytest.approx(stays_, rel=1e-12)
    about(hermite(loop, 2, 200) + 1, 3.079282319110515)


def test_memorising():
    loop, keep = MemorisingLoop(50, exp(-Rational(1, 20)), 4), exp(-Rational(1, 20))
    about(loop.expected_v(10), 1.78999915462754)
    assert float(stays(Rational(50), keep)) == pytest.approx(0.8402184764042962, rel=1e-12)


def test_few_points():
    about(mean(LinearScoreLoop(20).v(20)), 0.3584859224)


def test_the_filter():
    tau = log(1 + Rational(6, 10) / Rational(5, 100)) / 2
    assert float(tau) == pytest.approx(1.2824746787307684, rel=1e-12)
    error = 5 * single(2, Rational(6, 10), Rational(5, 100), tau)
    about(error, 0.23076923076923)
    two = filtered((100.0, 0.01), (0.1, 300**0.5), 0.3, 0.0692)
    assert float(two) == pytest.approx(3.2953, rel=1e-4)


@pytest.mark.parametrize(
    ("tau", "v", "out"),
    [
        (2, Rational(1, 4), 0.727806626584),
        (2, 1, 1.371122495899),
        (2, 4, 4.517690067188),
        (4, 1, 1.038024151012),
        (4, 4, 4.035109747874),
    ],
)
def test_an_undertrained_score(tau, v, out):
    about(undertrained(tau, exp(-24), v), out, 9)


# ---- integrals ------------------------------------------------------------------------------------------------------

x, a = Symbol("x", positive=True), Symbol("a", positive=True)


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.integers(1, 4), st.integers(-3, 1)), min_size=1, max_size=2),
    st.integers(-2, 2),
)
@settings(max_examples=6, deadline=None)
def test_integrals_in_closed_form(terms, rate):
    """Sums of c (1 + k x)^p; and of e^(rate x)/(1 + k x)."""
    f = Add(*(c * (1 + k * x) ** p + c * exp(rate * x) / (1 + k * x) for c, k, p in terms))
    value = closed(Integral(f, (x, half, 2)))
    assert not value.has(Integral)
    wanted, _ = quad(lambda t: float(f.subs(x, t)), 0.5, 2, epsabs=1e-12)
    assert float(enclose(value).mid()) == pytest.approx(wanted, rel=1e-8, abs=1e-9)


def test_integrals_of_logarithms():
    u, a = Symbol("u", real=True), Symbol("a", positive=True)
    for f in (u * log(u), u**a * log(3 * u**2) ** 2, log(u) / sqrt(u), sqrt(u) * (1 + u), log(u) ** 3):
        form = closed(Integral(f, (u, 0, 2)))
        assert not form.has(Integral), f
        at = {a: Rational(3, 2)}
        assert float(form.subs(at)) == pytest.approx(quad(lambdify(u, f.subs(at)), 0, 2)[0], rel=1e-6)
    for f in (log(1 + u), log(u) / u, u ** (a - 2) * log(u), log(u) / (1 + u)):  # no power; at 0 it may be infinite
        assert closed(Integral(f, (u, 0, 2))).has(Integral), f


def test_integrals_over_a_pole_stay():
    f = Integral(1 / (x - 1), (x, half, 2))
    assert closed(f) == f
    assert closed(Integral(1 / (x - a), (x, 1, 2))).has(Integral)  # whether a < 1 is not known
    assert not closed(Integral(1 / (x + a), (x, 1, 2))).has(Integral)


def test_ein():
    for z in (0.3, 2.0, 7.5):
        assert float(enclose(Ein(Rational(z))).mid()) == pytest.approx(exp1(z) + np.log(z) + np.euler_gamma, rel=1e-12)
    assert Ein(0) == 0
    wide = enclose(Integral(Ein(x), (x, 0, 20)))
    assert float(wide.mid()) == pytest.approx(quad(lambda t: exp1(t) + np.log(t) + np.euler_gamma, 0, 20)[0], rel=1e-6)
    assert E.is_number


# ---- reverse diffusion, run -----------------------------------------------------------------------------------------


def test_noising_undone_is_reverse_diffusion():
    """Bayes' rule against many small steps of the SDE, and the flow against the same of its equation."""
    v, mu, abar, size, n = 4.0, 1.0, 0.3, 20_000, 200
    out = np.empty(size)
    undone(np.random.default_rng(1), mu, v, abar, out)
    rng, end = np.random.default_rng(2), -np.log(abar) / 2
    y, flow = rng.standard_normal(size), rng.standard_normal(size)
    for k in range(n):
        s, h = end * (1 - (k + 0.5) / n), end / n
        score = [-(p - np.exp(-s) * mu) / (1 + (v - 1) * np.exp(-2 * s)) for p in (y, flow)]
        y = y + h * (y + 2 * score[0]) + np.sqrt(2 * h) * rng.standard_normal(size)
        flow = flow + h * (flow + score[1])
    for found, other in ((out, y), (flowed(np.random.default_rng(3), mu, v, abar, size), flow)):
        assert found.mean() == pytest.approx(other.mean(), abs=6 * np.sqrt(2 * v / size) + 0.01)
        assert found.var() == pytest.approx(other.var(), rel=6 * np.sqrt(4 / size) + 0.01)


def test_steps_of_many_points():
    y = np.random.default_rng(1).standard_normal(200_000)
    euler(np.random.default_rng(2), exact_slopes(4.0, 2 - 0.5 * np.arange(4)), 0.5, y)
    assert y.var() == pytest.approx(number(EulerRetrainedLoop(4, 2, 4).v(1)), rel=6 * np.sqrt(2 / y.size))


def test_estimates_free_of_discretisation():
    """Against the exact law, with four steps only; the steps by themselves are far off."""
    out, rng = np.empty(50_000), np.random.default_rng(5)
    unbiased(rng, 1.0, np.inf, 4.0, 1.0, 1.0, 4, 2.0**-1.5, out)
    exact = number(TruncatedStartLoop(exp(-2), 4).v(1))
    assert out.mean() == pytest.approx(exact, abs=6 * out.std() / np.sqrt(out.size))
    plain = np.mean([advanced(rng, 1.0, np.inf, 4.0, 1.0, 1.0, 4, False)[0] ** 2 for _ in range(20_000)])
    assert abs(plain - exact) > 0.2


def test_a_memorising_score_gives_back_its_points():
    """The reverse SDE with the score of three noised points, in steps, ends at these, noised: mean and variance."""
    points, rng, size, n = np.array([-2.0, 0.5, 1.0]), np.random.default_rng(7), 10_000, 200
    times = np.geomspace(4, 0.1, n)
    y = rng.standard_normal(size)
    for s, after in pairwise(times):
        variance, centres = -np.expm1(-2 * s), np.exp(-s) * points
        weights = np.exp(-((y[:, None] - centres) ** 2) / (2 * variance))
        score = ((weights * (centres - y[:, None])).sum(1) / weights.sum(1)) / variance
        h = s - after
        y = y + h * (y + 2 * score) + np.sqrt(2 * h) * rng.standard_normal(size)
    keep = np.exp(-0.1)
    assert y.mean() == pytest.approx(keep * points.mean(), abs=6 * np.sqrt(2 / size) + 0.02)
    assert y.var() == pytest.approx(keep**2 * points.var() + 1 - keep**2, rel=0.07)


def test_a_fitted_linear_score_generates_the_sample():
    variances, (m, w) = np.array([1e-12, 1e-4, 0.02, 1.0, 30.0]), np.empty((2, 5))
    generated(np.full(5, 0.7), variances, STEP, m, w)
    assert m == pytest.approx(0.7, rel=3e-6)
    assert 1 / w == pytest.approx(variances, rel=3e-6)


# ---- paths ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loop", "name"),
    [
        (LinearScoreLoop(5), "v"),
        (MemorisingLoop(5, half), "gap"),
        (EulerLoop(half, 2), "y"),
        (EarlyStopLoop(half), "d1"),
    ],
    ids=str,
)
def test_a_shorter_run_is_the_beginning_of_a_longer_one(loop, name):
    short, long = (sample(loop, [name], t, 100, seed=3)[name] for t in (2, 4))
    assert (short == long[:, :3]).all()


@pytest.mark.parametrize(
    "loop",
    [EarlyStopLoop(half, 2, 4, real_share=Rational(1, 3)), EarlyStopLoop(half, 2, 4, Accumulate())],
    ids=["real", "accumulated"],
)
def test_pools(loop):
    drawn = sample(loop, ["d1", "d2"], 3, 100_000, seed=4)
    for name in ("d1", "d2"):
        exact = number(loop.d(int(name[1]), 3))
        assert drawn[name][:, 3].mean() == pytest.approx(exact, abs=6 * drawn[name][:, 3].std() / np.sqrt(100_000))


def test_memorising_a_few_points():
    loop = MemorisingLoop(4, Rational(9, 10), 3)
    gap = sample(loop, ["gap"], 3, 100_000, seed=6)["gap"]
    for t in range(4):
        for power in (2, 4):
            y = gap[:, t] ** power
            assert y.mean() == pytest.approx(number(mean(loop.gap(t) ** power)), abs=6 * y.std() / np.sqrt(y.size))


# ---- gradient flow on data ------------------------------------------------------------------------------------------


@given(st.integers(0, 10**6), st.floats(0.01, 20))
@settings(max_examples=10, deadline=None)
def test_flow_is_the_limit_of_gradient_descent(seed, tau):
    rng = np.random.default_rng(seed)
    design, targets = rng.standard_normal((12, 3)), rng.standard_normal((12, 2))
    flow, steps = Flow.of(design, targets), 4000
    a = np.zeros((3, 2))
    for _ in range(steps):  # the middle of every step: an error of second order
        middle = a - tau / steps / 2 * design.T @ (design @ a - targets) / 12
        a = a - tau / steps * design.T @ (design @ middle - targets) / 12
    assert flow.weights(tau) == pytest.approx(a, rel=1e-3, abs=1e-4)


def test_flow_ends_at_least_squares():
    rng = np.random.default_rng(0)
    design, targets = rng.standard_normal((20, 4)), rng.standard_normal((20, 1))
    design = np.column_stack((design, design[:, 0]))  # of no full rank
    flow = Flow.of(design, targets)
    best, *_ = np.linalg.lstsq(design, targets, rcond=None)
    assert flow.weights(np.inf) == pytest.approx(best, abs=1e-10)
    assert flow.weights(1e9) == pytest.approx(best, abs=1e-6)
    assert (flow.weights(0) == 0).all()


def test_weights_that_are_roots_are_estimated():
    loop = GradientFlowLoop((1,), (sqrt(3),), 1, 1)
    (ball,) = estimate([mean(loop.excess(1))], 50_000)
    assert ball.value.overlaps(enclose(filtered((1,), (sqrt(3),), 1, 1)))


@pytest.mark.parametrize("smooth", [False, True])
def test_a_score_of_random_features(smooth):
    """Two clusters are learned and sampled; a score that is trained too short does not tell them apart."""
    rng = np.random.default_rng(1)
    points = rng.choice([-1.0, 1.0], (500, 1)) * np.array([1.5, 0.0]) + 0.2 * rng.standard_normal((500, 2))
    times = np.geomspace(3, 0.02, 60)
    features = RandomFeatures.drawn(rng, 100, smooth)
    assert features(points[:7], np.full(7, 0.5)).shape == (7, 103)
    flow = score_flow(points, features, times, rng, 3000)
    long, short = (reverse(features, flow.weights(tau), times, rng, 500) for tau in (1e5, 0.3))
    near = [np.mean(np.abs(np.abs(new[:, 0]) - 1.5) < 0.75) for new in (long, short)]
    assert near[0] > 0.8 > near[1] + 0.2
    assert 0.3 < np.mean(long[:, 0] > 0) < 0.7
    assert np.std(long[:, 1]) < 0.6 < np.std(short[:, 1])


# ---- loops ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loop", LOOPS, ids=lambda loop: type(loop).__name__)
def test_loops_are_rebuilt_from_their_arguments(loop):
    rebuilt(loop)


@pytest.mark.parametrize(
    "loop",
    [
        TruncatedStartLoop(1, 4),
        TruncatedStartLoop(half, -1),
        EulerLoop(-1),
        EulerRetrainedLoop(0, 1),
        ShrunkScoreLoop(half, -1),
        LinearScoreLoop(1),
        LinearScoreLoop(3, -1),
        GradientFlowLoop((1, 2), (1,), 1, 1),
        GradientFlowLoop((-1,), (1,), 1, 1),
        UndertrainedScoreLoop(0, half),
        UndertrainedScoreLoop(1, 2),
        EarlyStopLoop(2),
        EarlyStopLoop(half, real_share=2),
        EarlyStopLoop(half, policy=Accumulate(), real_share=half),
        MemorisingLoop(0, half),
        MemorisingLoop(3, 2),
    ],
    ids=str,
)
def test_parameters_that_make_no_sense(loop):
    assert loop.refuses()


def test_a_policy_that_is_none_of_its_own():
    with pytest.raises(BadInput, match="expected Replace or Accumulate"):
        EarlyStopLoop(half, policy=Subsample())
