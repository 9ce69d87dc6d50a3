"""Filters: numbers of the catalogue, kernels against plain NumPy, steps that are stated in expectations."""

import numpy as np
import pytest
from exact import about, number
from scipy.special import ndtr
from scipy.stats import kstest, norm, truncnorm
from stated import stated
from sympy import Eq, Lambda, Rational, Symbol, exp, oo

from reports import check
from simulate import estimate, sample
from simulate.engine.draws import drawn
from simulate.filters import agreeing, best, confident, filtered, guided, pruned, survivors, top_ranks
from theory.filters import (
    Above,
    BestOfLoop,
    ConfidenceLoop,
    FilteredGaussianLoop,
    FilteredLoop,
    GuidedSampleLoop,
    PrunedEstimatorLoop,
    SelfLikelihoodLoop,
    Top,
    TopShareLoop,
    Within,
)
from theory.filters.common import core, hazard, product_mean, product_precision, remaining, upper_quantile
from theory.language.domains import Reals
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import Exponential, Finite, Noise, Normal, Tilted, Truncated
from theory.language.moments import KL, E, Var
from theory.proof.enclose import value
from theory.proof.methods import moment
from theory.proof.methods.deterministic import MOST_INTEGRATED

half = Rational(1, 2)
x = Symbol("x", real=True)


# ---- numbers of the catalogue ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "h", "v", "gain"),
    [
        (half, 0.797884560802865, 0.363380227632419, 2.00882477707837),
        (Rational(1, 10), 1.75498331932487, 0.169135169276912, 2.98091636812417),
        (Rational(9, 10), None, 0.712075542782993, 1.24875286720023),
    ],
)
def test_the_top_share(q, h, v, gain):
    z = upper_quantile(q)
    loop = FilteredGaussianLoop(Top(z))
    about(loop.v(1), v)
    if h:
        about(loop.mu(1), h)
    about(loop.v(2), v**2)
    about(hazard(z) / (1 - remaining(z) ** half), gain)


@pytest.mark.parametrize(("t", "mean"), [(5, 2.252210919503), (20, 4.957569754322)])
def test_the_top_share_without_a_refit(t, mean):
    about(E(TopShareLoop(half).draw(t)), mean)


@pytest.mark.parametrize(
    ("k", "kept", "factor"),
    [
        (1, 0.6826894921371, 0.2911250947728),
        (2, 0.9544997361036, 0.7737413035499),
        (half, 0.382924922548, 0.08058915460081),
    ],
)
def test_the_middle(k, kept, factor):
    about(FilteredGaussianLoop(Within(k)).v(1), factor)
    about(Truncated(Normal(0, 1), -k, k).mass, kept)


def test_what_is_kept_may_be_a_function():
    law = Finite((half, Rational(1, 3), Rational(1, 6)))
    loop = FilteredLoop(law, (0, 1, 2))
    assert FilteredLoop(law, lambda i: i) == FilteredLoop(law, Lambda(x, x)) == loop
    with pytest.raises(BadInput, match="2 values for 3 atoms"):
        FilteredLoop(law, (0, 1))


def test_a_threshold():
    loop = FilteredGaussianLoop(Above(0))
    about(loop.s(1), 0.602810274989087)
    about(loop.s(2), 0.512938728707747)
    about(loop.s(10), 0.37965107044618)
    about(loop.mu(10), 1.0294687153289277)


def test_a_threshold_in_the_long_run():
    """In floats, by the formulas of the claims: C and the values at t = 1000."""
    mu, s = 0.0, 1.0
    for _ in range(1000):
        a = -mu / s
        h = np.exp(norm.logpdf(a) - norm.logsf(a))
        mu, s = mu + s * h, s * np.sqrt(1 + a * h - h * h)
    assert (s, mu) == pytest.approx((0.2515221398563222, 1.105200491257206), rel=1e-10)
    assert np.sqrt(2 * s * s + mu * mu) == pytest.approx(1.1610318, rel=1e-5)


@pytest.mark.parametrize(
    ("law", "n", "kl"),
    [
        ((half, half), 2, 0.13081203594113697),
        ((half, half), 4, 0.45935552185348594),
        ((half, half), 64, 0.6931471805599453),
        ((Rational(1, 10),) * 10, 16, 1.7330632293457302),
    ],
)
def test_the_best_of_n(law, n, kl):
    loop = BestOfLoop(Finite(law))
    about(KL(loop.model(n - 1), loop.start), kl)


@pytest.mark.parametrize(
    ("t", "mean", "variance", "confidence"),
    [
        (1, 1.289989271725, 0.7442806783141, 0.8550053641377),
        (10, 1.874558504217, 0.4533125688523, None),
        (100, 2.634927135498, None, None),
    ],
)
def test_the_confidence_of_a_classifier(t, mean, variance, confidence):
    loop = ConfidenceLoop(1)
    about(E(loop.draw(t)), mean)
    if variance:
        about(Var(loop.draw(t)), variance)
    if confidence:
        about(E(loop.confidence(t)), confidence)


def test_the_gap_of_confidence_times_t():
    loop = ConfidenceLoop(1)
    for t, gap in ((10, 0.437), (100, 0.817)):
        assert number(t * (1 - E(loop.confidence(t)))) == pytest.approx(gap, abs=6e-4)


def test_a_verifier():
    p, phi, psi = Rational(3, 10), Rational(4, 5), Rational(2, 5)
    assert number(FilteredLoop(Finite((1 - p, p)), (phi, psi)).mass(1, 0)) == pytest.approx(14 / 17)
    assert number(FilteredLoop(Finite((Rational(2, 5), Rational(3, 5))), (phi, psi)).mass(1, 0)) == pytest.approx(4 / 7)
    last = FilteredLoop(Finite((1 - p, p)), (Rational(1, 5), Rational(1, 10)))
    assert number(last.mass(1, 0)) == pytest.approx(14 / 17)


@pytest.mark.parametrize(
    ("p", "m", "g", "accuracy"),
    [(0.3, 1, 0.1, 0.8051793567871586), (0.3, 2, 0.5, 0.9522643629158959), (0.7, 1, 0.05, 0.4048660298966)],
)
def test_the_accuracy_in_proportion(p, m, g, accuracy):
    A, B = (1 - p) * 0.8 - p * 0.4, (1 - p) * 0.8 + p * 0.4
    assert ndtr(m**2 * A / np.sqrt(A**2 * m**2 + B * g)) == pytest.approx(accuracy, rel=1e-10)


@pytest.mark.parametrize(
    ("w", "first", "second", "mean", "variance"),
    [
        (half, ("1/10", "9/10"), ("1/5", "4/5"), 0.04, 0.96),
        (1, ("1/10", "9/10"), ("1/5", "81/100"), -0.025, 1.0125),
        (Rational(9, 10), ("1/10", "9/10"), ("19/100", "81/100"), 0, 1),
        (2, ("0", "1"), ("0", "3/5"), 0, -3),
    ],
)
def test_guidance(w, first, second, mean, variance):
    p, q = (Normal(*map(Rational, law)) for law in (first, second))
    parts = (1 + w, p), (-w, q)
    precision, m = product_precision(*parts), product_mean(*parts)
    assert (float(m), float(1 / precision)) == pytest.approx((mean, variance), abs=1e-14)


def test_the_models_own_likelihood():
    loop = SelfLikelihoodLoop(Finite((half, Rational(3, 10), Rational(1, 5))), half)
    for i, mass in enumerate((0.9970079617479303, 0.002962802571025666, 2.9235681044141e-05)):
        assert number(loop.mass(6, i)) == pytest.approx(mass, rel=1e-10)


# ---- kernels --------------------------------------------------------------------------------------------------------


@pytest.mark.thin(2)
@pytest.mark.parametrize(
    ("rule", "level", "lo", "hi"),
    [
        (0, 0.5, 0.5, np.inf),
        (0, -0.8, -0.8, np.inf),
        (0, 2.5, 2.5, np.inf),  # the tail is drawn
        (1, 1.5, -1.5, 1.5),
        (1, 0.4, -0.4, 0.4),
        (2, 3.0, 0.5, np.inf),
    ],
)
def test_points_are_filtered_and_fitted(rule, level, lo, hi):
    """N(2, 4), so that 3 is half a standard deviation above the mean; n = 3 points are kept."""
    size, n = 100_000, 3
    mu, v, records = np.full(size, 2.0), np.full(size, 4.0), np.empty((2, 1, size))
    filtered(np.random.default_rng(3), n, rule, level, np.array([1]), mu, v, records)
    kept = 2 + 2 * truncnorm(lo, hi).rvs((size, n), random_state=4)
    for got, known in ((mu, kept.mean(axis=1)), (v, kept.var(axis=1, ddof=1))):
        assert kstest(got, known).pvalue > 1e-6
    assert (records[0, 0] == mu).all()
    assert (records[1, 0] == v).all()


def test_survivors_have_passed_every_round():
    out = np.empty(200_000, dtype=np.int64)
    survivors(np.random.default_rng(1), np.array([0.5, 0.8, 1.0]), np.array([0.2, 1.0, 0.5]), 3, out)
    law = np.array([0.5, 0.3, 0.2]) * np.array([0.2, 1.0, 0.5]) ** 3
    assert np.bincount(out) / out.size == pytest.approx(law / law.sum(), abs=0.006)


def test_the_best_draw():
    out = np.empty(200_000, dtype=np.int64)
    best(np.random.default_rng(1), np.array([0.5, 0.8, 1.0]), 4, out)
    assert np.bincount(out) / out.size == pytest.approx(np.diff(np.array([0, 0.5, 0.8, 1.0]) ** 4), abs=0.006)


def test_draws_that_agree():
    out = np.empty(100_000, dtype=np.int64)
    agreeing(np.random.default_rng(1), np.array([0.5, 0.8, 1.0]), 2, 2, out)
    law = np.array([0.5, 0.3, 0.2]) ** 4
    assert np.bincount(out) / out.size == pytest.approx(law / law.sum(), abs=0.008)


def test_ranks_in_the_top():
    out = np.empty(20_000)
    top_ranks(np.random.default_rng(1), 0.5, 3, out)
    assert kstest(8 * out, "uniform").pvalue > 1e-6


def test_draws_that_a_classifier_is_sure_of():
    out = np.empty(50_000)
    confident(np.random.default_rng(1), 1.0, 4, out)
    rng = np.random.default_rng(2)
    known = rng.normal(1, 1, 400_000)
    known = known[rng.random(known.size) < (1 + np.exp(-2 * known)) ** -4.0]
    assert kstest(out, known).pvalue > 1e-6


def test_guidance_from_samples():
    out, rng = np.empty(50_000), np.random.default_rng(2)
    guided(np.random.default_rng(1), 6, 0.5, 2.0, out)
    better = rng.normal(0, 2, (50_000, 6)).var(axis=1)
    worse = (np.sqrt(better)[:, None] * rng.normal(0, 1, (50_000, 6))).var(axis=1)
    assert kstest(out, 1.5 / better - 0.5 / worse).pvalue > 1e-6


def test_the_pruned_estimator():
    size, n, d, rng = 50_000, 8, 3, np.random.default_rng(2)
    total, records = np.zeros((size, d)), np.empty((3, 1, size))
    pruned(np.random.default_rng(1), 0.3, 0.8, 0.4, 1.5, np.array([n]), total, records)
    truth = rng.choice([-1.0, 1.0], (size, n))
    wrong = rng.random((size, n)) < 0.3
    kept = rng.random((size, n)) < np.where(wrong, 0.4, 0.8)
    points = truth[..., None] * np.array([1.5, 0, 0]) + rng.normal(size=(size, n, d))
    known = (np.where(wrong, -truth, truth) * kept)[..., None] * points
    known = known.sum(axis=1)
    norm_ = np.linalg.norm(known, axis=1)
    cosine = np.divide(known[:, 0], norm_, out=np.zeros(size), where=norm_ > 0)
    for got, other in ((records[0, 0], known[:, 0]), (records[1, 0], known[:, 1]), (records[2, 0], 1.5 * cosine)):
        assert kstest(got, other).pvalue > 1e-6


def test_paths():
    got = sample(FilteredGaussianLoop(Top(0), 5, 1, 2), ["mu", "v"], t=2, replicates=100)
    assert got["mu"].shape == (100, 3)
    assert (got["mu"][:, 0] == 1).all()
    assert (got["v"][:, 0] == 4).all()
    drawn_ = sample(FilteredLoop(Finite((half, half)), (0, 1)), ["draw"], t=1, replicates=100)["draw"]
    assert (drawn_[:, 1] == 1).all()
    assert 0 < drawn_[:, 0].mean() < 1


def test_one_round_of_guidance_only():
    with pytest.raises(BadInput, match="one round"):
        estimate([E(GuidedSampleLoop(10, half).tau(2))], replicates=1000)


@pytest.mark.parametrize("keep", [Top(1), Within(1), Above(Rational(3, 2))], ids=str)
def test_the_population_is_sampled_after_the_first_fit(keep):
    loop = FilteredGaussianLoop(keep, mu0=1, s0=2)
    wanted = [E(loop.mu(1)), E(loop.v(1))]
    for ball, m in zip(estimate(wanted, replicates=100_000), wanted, strict=True):
        assert ball.value.contains(number(m))
    with pytest.raises(BadInput, match="first fit"):
        estimate([E(loop.mu(2))], replicates=1000)


# ---- words of the shared layer --------------------------------------------------------------------------------------


def test_the_truncated_law():
    law, known = Truncated(Normal(1, 4), 0, 5), truncnorm(-0.5, 2, 1, 2)
    X = Noise("X", law)
    about(E(X), known.mean())
    about(E(X**3), known.moment(3))
    assert moment(E(X**2)).form.evalf() == pytest.approx(known.moment(2))
    assert kstest(drawn(law, np.random.default_rng(1), 20_000), known.cdf).pvalue > 1e-6
    for at in (-1, 0.5, 4, 6):
        assert float(law.cdf(Rational(at))) == pytest.approx(known.cdf(at))


def test_a_tail_far_out():
    X = Noise("X", Truncated(Normal(0, 1), 12))
    assert float(value(E(X)).value.mid()) == pytest.approx(norm.pdf(12) / norm.sf(12), rel=1e-12)


def test_the_tilted_law():
    law = Tilted(Normal(0, 1), Lambda(x, exp(-(x**2))))  # N(0, 1/3)
    X = Noise("X", law)
    about(E(X**2), 1 / 3)
    assert kstest(drawn(law, np.random.default_rng(1), 20_000), norm(0, 3**-0.5).cdf).pvalue > 1e-6
    for weight, kind, problem in (
        (2 + x**2, CannotTell, "weights up to 1 only"),
        (2 + x, BadInput, "negative weight at -5"),
    ):
        with pytest.raises(kind, match=problem):
            drawn(Tilted(Normal(0, 1), Lambda(x, weight)), np.random.default_rng(1), 100)


def test_a_gaussian_tilted_by_an_exponential_is_drawn_as_the_gaussian_that_it_is():
    """Its weight has no upper end: it was refused, and the claim with it."""
    law = Tilted(Normal(1, 4), Lambda(x, exp(3 * x - x**2 / 2)))  # N(13/5, 4/5)
    assert kstest(drawn(law, np.random.default_rng(1), 20_000), norm(13 / 5, (4 / 5) ** 0.5).cdf).pvalue > 1e-6


@pytest.mark.parametrize(("added", "verdict"), [(3, "proved"), (4, "refuted")])
def test_a_claim_is_decided_whose_law_cannot_be_drawn(added, verdict):
    """Tilted by what has no bound, it is not simulated; it was bad input."""
    square = lambda m: E(Noise("X", Tilted(Normal(m, 1), Lambda(x, 2 + x**2))) ** 2)  # noqa: E731
    claim = stated(lambda m: Eq(square(m), (m**4 + 8 * m**2 + 2 + added) / (3 + m**2)), m=Reals(0, 1))
    (found,) = check([claim], seconds=5)
    assert str(found.verdict) == verdict


def test_steps_with_integrals_are_followed_so_far():
    loop = FilteredGaussianLoop(Top(0))
    assert number(loop.v(MOST_INTEGRATED)) > 0
    with pytest.raises(CannotTell, match="not followed"):
        value(E(loop.v(MOST_INTEGRATED + 1)))


def test_a_threshold_has_no_form_for_all_times():
    t = Symbol("t", integer=True, nonnegative=True)
    with pytest.raises(CannotTell):
        moment(E(FilteredGaussianLoop(Above(0)).v(t)))
    assert moment(E(FilteredGaussianLoop(Within(1)).v(t))).form.subs(t, 1).evalf() == pytest.approx(float(core(1)))


def test_a_filter_that_lets_nothing_pass():
    assert FilteredLoop(Finite((half, half)), (0, 0)).refuses()
    assert FilteredGaussianLoop(Top(0), 1).refuses()
    assert PrunedEstimatorLoop(half, 2, half).refuses()
    assert FilteredGaussianLoop(Top(0), oo).refuses() is None


def test_exponential_polynomials():
    Y = Noise("Y", Exponential(2))
    assert moment(E(Y**2 * exp(-Y))).form == Rational(2 * 8, 27) / 2
    assert moment(E(Y * exp(Y / 4))).form == 8
