"""Balls of moments, tails and quantiles: against the catalogue, closed forms, scipy, and against themselves."""

import math

import pytest
from flint import acb, arb, arb_series, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from runs import examples
from scipy.integrate import quad
from scipy.special import loggamma
from scipy.stats import chi2

from theory import GaussianLoop, Prob
from theory.proof.arithmetic import gammas
from theory.proof.arithmetic.gammas import GammaFactor, chi_square_moment, quantile, tail_probability
from theory.proof.arithmetic.integration import integral
from theory.proof.arithmetic.precision import precision, refine
from theory.proof.methods import enclosed, products

FEW = settings(max_examples=20, deadline=None, derandomize=True)
Z_SQUARED = GammaFactor(0.5, 2)


def variance(nu: int, t: int) -> list[GammaFactor]:
    """sigma_t^2: t factors chi-square/nu."""
    return [GammaFactor(arb(nu) / 2, 2 / arb(nu), t)]


def close(ball: arb, value: float, rel: float) -> bool:
    return float(ball) == pytest.approx(value, rel=rel) and ball.rel_accuracy_bits() > 40


def gamma_formula(nu: arb, power: arb, logs: int) -> arb:
    """d^logs/dp^logs of 2^p Gamma(nu/2 + p) / Gamma(nu/2)."""
    with precision(ctx.prec + 64):
        before, ctx.cap = ctx.cap, logs + 1
        try:
            series = arb_series([nu / 2 + power, 1]).gamma() * arb_series([power * arb(2).log(), arb(2).log()]).exp()
            return series[logs] * math.factorial(logs) / (nu / 2).gamma()
        finally:
            ctx.cap = before


# Moments


@pytest.mark.parametrize("bits", [53, 64, 128])
@pytest.mark.parametrize("logs", range(5))
@pytest.mark.parametrize(("nu", "power"), [(1, 0), (1, -0.25), (1, 4), (2, 0.5), (9, -1), (9, 2), (99, 1), (10_000, 4)])
def test_chi_square_moments_agree_with_the_gamma_formula(nu, power, logs, bits):
    with precision(bits):
        ball = chi_square_moment(nu, power, logs)
        assert ball.overlaps(gamma_formula(arb(nu), arb(power), logs))
        assert ball.rel_accuracy_bits() > 40


@FEW
@given(nu=st.floats(1, 10_000), above=st.floats(0.02, 6), logs=st.integers(0, 4))
def test_chi_square_moments_for_real_parameters(nu, above, logs):
    power = arb(above) - min(nu / 2, 2.0)
    with precision(64):
        ball = chi_square_moment(arb(nu), power, logs)
        exact = gamma_formula(arb(nu), power, logs)
        assert ball.overlaps(exact)
        assert ball.rad() < (abs(exact) + gamma_formula(arb(nu), power, 0)) * arb(2) ** -45


@pytest.mark.parametrize("logs", [0, 1, 4])
@pytest.mark.parametrize("ends", [(0.7, 0.7), (1, 1), (2, 1.5)])
def test_the_tail_bound_covers_what_a_short_window_leaves_out(monkeypatch, ends, logs):
    exact = gamma_formula(arb(9), arb(0.5), logs)
    monkeypatch.setattr(gammas, "_window", lambda m, drop: ends)
    ball = chi_square_moment(9, 0.5, logs)
    assert ball.contains(exact)
    assert ball.rel_accuracy_bits() < 30  # the bound was at work


def test_ball_parameters_enclose_their_moments():
    wide = chi_square_moment(arb(9, 1e-6), arb(0.5, 1e-6), 1)
    for nu in (9 - 1e-6, 9 + 1e-6):
        for power in (0.5 - 1e-6, 0.5 + 1e-6):
            assert wide.overlaps(chi_square_moment(nu, power, 1))
            assert abs(float(wide) - float(chi_square_moment(nu, power, 1))) < float(wide.rad()) + 1e-9
    assert wide.rad() < 1e-3


@pytest.mark.parametrize(("nu", "power"), [(1, -0.5), (2, -1), (9, -4.5), (9, -7), (2, arb(-1, 0.1))])
def test_infinite_moments_raise(nu, power):
    with pytest.raises(ValueError, match="infinite moment"):
        chi_square_moment(nu, power)


def test_degrees_of_freedom_must_be_positive():
    with pytest.raises(ValueError, match="degrees of freedom"):
        chi_square_moment(arb(0, 1), 1)


@pytest.mark.parametrize("bits", [8, 53, 128])
def test_moments_of_the_size_of_a_normal_draw(bits):
    with precision(bits):
        for k in [*range(12), 30]:
            ball = chi_square_moment(1, arb(k) / 2)
            assert ball.overlaps(arb(2) ** (arb(k) / 2) * (arb(k + 1) / 2).gamma() / arb.pi().sqrt())
            assert ball.rel_accuracy_bits() > bits - 8
            assert k % 2 or ball.contains(math.prod(range(k - 1, 0, -2)))
    with pytest.raises(ValueError, match="infinite moment"):
        chi_square_moment(1, -0.5)


@pytest.mark.parametrize("c", [1e-12, 1e-3, 0.3, 1.0, 7.0, 1e3, 1e6])
def test_a_window_reaches_the_drop_on_both_sides(c):
    below, above = gammas._window(2.0, 2 * c)
    for u in (-below, above):
        with precision(200):
            assert arb(u).exp() - 1 - arb(u) > arb(c) * (1 - arb(2) ** -30)
    assert below < 3 * (c + c**0.5)
    assert above < 3 * min(c**0.5, 1 + math.log1p(c))


# Tails of products


def exceedance(nu: int, t: int) -> list[GammaFactor]:
    """Z^2 sigma_t^2, whose tail at k^2 is P(|X_t - mu_0| > k sigma_0)."""
    return [Z_SQUARED, *variance(nu, t)]


CATALOGUE = [
    (variance(9, 10), 1, 0.235881908133338),
    (variance(9, 100), 1, 0.00946089146098),
    (variance(99, 100), 1, 0.239382192925178),
    (exceedance(10, 1), 9, 0.0061058773863418),
    (exceedance(10, 13), 9, 0.019840070952568),
    (exceedance(10, 14), 9, 0.019878863341954),
    (exceedance(10, 15), 9, 0.019852767823429),
    (exceedance(10, 50), 9, 0.010019823166216),
    (exceedance(10, 4), 4, 0.055309733531765),
    (exceedance(10, 5), 4, 0.055542344811216),
    (exceedance(10, 6), 4, 0.055396718334511),
    (exceedance(100, 138), 9, 0.019357951507505),
]


@pytest.mark.parametrize("bits", [53, 64])
@pytest.mark.parametrize(("factors", "x", "value"), CATALOGUE)
def test_catalogue_tails(factors, x, value, bits):
    with precision(bits):
        assert close(tail_probability(factors, x), value, 2e-12)


def test_the_rise_and_fall_is_decided():
    with precision(64):
        p = {t: tail_probability(exceedance(10, t), 9) for t in (13, 14, 15)}
        q = {t: tail_probability(exceedance(100, t), 9) for t in (137, 138, 139)}
    assert p[13] < p[14] > p[15]
    assert q[137] < q[138] > q[139]


@pytest.mark.parametrize("nu", [1, 2, 9, 100, 1000])
def test_one_factor_is_chi_square(nu):
    with precision(64):
        for share in (1e-12, 1e-3, 0.3, 0.7, 1 - 1e-3):
            x = chi2.isf(share, nu) / nu
            assert close(tail_probability(variance(nu, 1), x), chi2.sf(nu * x, nu), 1e-10)
            x = chi2.ppf(share, nu) / nu
            assert close(tail_probability(variance(nu, 1), x, upper=False), chi2.cdf(nu * x, nu), 1e-10)


@pytest.mark.parametrize("x", [0.01, 0.5, 2, 30])
def test_two_factors_by_quadrature(x):
    float_value = quad(lambda y: chi2.pdf(y, 3) * chi2.sf(9 * x / y, 3), 0, math.inf, epsabs=1e-13, epsrel=1e-11)[0]
    assert close(tail_probability(variance(3, 2), x), float_value, 1e-8)


@pytest.mark.parametrize(("nu", "t", "x"), [(9, 30, 0.2), (9, 1000, 1e-40), (1, 100, 1e-60), (1000, 1000, 1.5)])
def test_many_factors_by_gil_pelaez(nu, t, x):
    def integrand(v):
        log_cf = t * (loggamma(nu / 2 + 1j * v) - loggamma(nu / 2) + 1j * v * math.log(2 / nu)) - 1j * v * math.log(x)
        return (math.e**log_cf).imag / v

    float_value = 0.5 + quad(integrand, 1e-12, 40 / math.sqrt(2 * t / nu), epsabs=1e-13, limit=500)[0] / math.pi
    assert close(tail_probability(variance(nu, t), x), float_value, 1e-9)


def test_empty_products_are_one():
    for factors in ([], variance(9, 0)):
        assert tail_probability(factors, 1) == 1 == tail_probability(factors, 0.5)
        assert tail_probability(factors, 1.5) == 0 == tail_probability(factors, 1, upper=False)
        assert tail_probability(factors, 1.5, upper=False) == 1
        undecided = tail_probability(factors, arb(1, 0.1))
        assert undecided.contains(0)
        assert undecided.contains(1)
        assert quantile(factors, 0.3) == 0


steps = st.tuples(st.sampled_from([1, 2, 3, 9, 10.5, 80, 1000]), st.sampled_from([1, 2, 7, 100, 1000]))
laws = st.lists(steps, min_size=1, max_size=2)  # (nu, t), of one or two kinds of factors


def standardised(law, z: float) -> tuple[list[GammaFactor], arb]:
    """A product and the threshold about z standard deviations from its mean logarithm."""
    factors = [f for nu, t in law for f in variance(nu, t)]
    mean = sum(f.times * (f.shape.digamma() + f.scale.log()) for f in factors)
    sd = math.sqrt(sum(2 * t / nu for nu, t in law))
    return factors, arb(float(mean) + z * sd).exp().mid()


@FEW
@given(law=laws, z=st.floats(-4, 4), step=st.floats(0.01, 1))
def test_tails_decrease_and_both_sides_add_up(law, z, step):
    factors, x = standardised(law, z)
    further = standardised(law, z + step)[1]
    # as the witness does: where a precision is not enough (millions of summands), twice as much is tried
    here, there, rest = (
        refine(lambda at=at, upper=upper: tail_probability(factors, at, upper), lambda ball: ball.rad() < 1e-11)
        for at, upper in ((x, True), (further, True), (x, False))
    )
    assert here > there
    assert (here + rest).contains(1)
    assert here.rad() < 1e-11


@FEW
@given(law=laws, z=st.floats(-4, 4), along=st.floats(0.3, 3), bits=st.sampled_from([3, 6, 12, 40]))
def test_contours_on_both_sides_of_the_pole_and_poor_ones_overlap(law, z, along, bits):
    factors, x = standardised(law, z)
    with precision(160):
        shapes = [(f.shape, f.times) for f in factors]
        level = (x.log() - sum(f.times * f.scale.log() for f in factors)).mid()
        good = gammas._contour(shapes, level, True, 64)
        sd = math.sqrt(sum(2 * t / nu for nu, t in law))
        right, left = along / sd, -min(along / sd, 0.4 * float(min(a for a, _ in shapes)))
        for c in (right, left, None):
            ball = gammas._contour(shapes, level, True, bits, c)  # few bits: a short contour and a large bound
            assert ball.overlaps(good)
            assert (ball + gammas._contour(shapes, level, False, bits, c)).contains(1)


@pytest.mark.parametrize("bits", [4, 8, 16])
@pytest.mark.parametrize("law", [[(1, 1)], [(9, 100)], [(1000, 1000)], [(1, 1), (9, 14)]])
def test_the_bound_on_the_rest_of_the_contour_covers_it(law, bits):
    factors, x = standardised(law, 0.5)
    with precision(128):
        exact = tail_probability(factors, x)
        level = x.log() - sum(f.times * f.scale.log() for f in factors)
        assert gammas._contour([(f.shape, f.times) for f in factors], level, True, bits).contains(exact)


@examples(6, 20)
@given(law=laws, z=st.floats(-3, 3))
def test_low_precision_contains_high_precision(law, z):
    factors, x = standardised(law, z)
    with precision(150):
        fine = tail_probability([GammaFactor(f.shape, 1 / f.shape, f.times) for f in factors], x)
    for bits in (30, 53):
        with precision(bits):
            coarse = tail_probability([GammaFactor(f.shape, 1 / f.shape, f.times) for f in factors], x)
            assert coarse.contains(fine)
    with precision(150):
        fine = chi_square_moment(arb(law[0][0]), 1.5, 2)
    with precision(40):
        assert chi_square_moment(arb(law[0][0]), 1.5, 2).contains(fine)


@pytest.mark.parametrize("centre", [0, 0.5, 3, 40])
@pytest.mark.parametrize("b", [0.1, 1, 30])
def test_the_box_of_a_log_gamma_contains_its_values(b, centre):
    """With the level at the slope of the midpoint only the remainder is left: large enough, and not far too large?"""
    with precision(100):
        z = acb(b, centre)
        level = 3 * z.digamma()
        for r in (0.01 * b, 0.6 * b):
            box = gammas._change([(arb(b), arb(0), 3)], level, acb(arb(centre, r), arb(0, r)))
            ends = [acb(centre) + r * corner for corner in (acb(1), acb(0, 1), acb(0.999, 0.999), acb(0.999, -0.999))]
            values = [3 * (acb(b) + acb(0, 1) * v).lgamma() - 3 * z.lgamma() for v in ends]
            values = [w - acb(0, 1) * (v - centre) * level for v, w in zip(ends, values, strict=True)]
            assert all(box.contains(w) for w in values)
            assert r > 0.1 * b or box.abs_upper() < 8 * max(w.abs_upper() for w in values)
    across = acb(40, arb(b, 0.1 * b))  # Re(b + iv) < 0 somewhere: the bound on trigamma is not valid there
    assert not gammas._change([(arb(b), arb(0), 3)], arb(0), across).is_finite()


def test_wide_arguments_are_enclosed_by_monotonicity():
    wide = tail_probability([GammaFactor(arb(4.5, 0.01), arb(0.2, 0.001), 10)], arb(0.5, 0.1))
    corners = [
        tail_probability([GammaFactor(4.5 + a, 0.2 + b, 10)], 0.5 + c)
        for a in (-0.01, 0.01)
        for b in (-0.001, 0.001)
        for c in (-0.099, 0.099)
    ]
    assert all(wide.contains(corner) for corner in corners)
    assert wide.rad() < 0.5


def test_bad_arguments_raise():
    with pytest.raises(ValueError, match="x must be"):
        tail_probability(variance(9, 1), 0)
    with pytest.raises(ValueError, match="gamma factor"):
        GammaFactor(0, 1)
    with pytest.raises(ArithmeticError, match="strip of convergence"):
        gammas._contour([(arb(0.5), 1)], arb(0), True, 53, -0.5)
    for q in (0, 1, -0.5, arb(0.01, 0.1)):
        with pytest.raises(ValueError, match="0 < q < 1"):
            quantile(variance(9, 1), q)


# Quantiles

MEDIANS = [(9, 10, -1.11102371164739), (9, 100, -11.4794197922336), (99, 100, -1.01010090935788)]


@pytest.mark.parametrize(("nu", "t", "median"), MEDIANS)
def test_catalogue_medians(nu, t, median):
    ball = quantile(variance(nu, t), 0.5)
    sd = math.sqrt(2 * t / nu)
    assert ball.contains(arb(median, 1e-13))
    assert ball.rad() < 2e-10 * sd
    with precision(96):
        tight = quantile(variance(nu, t), 0.5, width=1e-13)
    assert float(tight) == pytest.approx(median, rel=2e-13)


@pytest.mark.parametrize("nu", [pytest.param(1, marks=pytest.mark.long), 9, 1000])
def test_quantiles_of_one_factor(nu):
    for q in (1e-3 if nu == 1 else 1e-9, 0.01, 0.4, 0.9, 1 - 1e-6):
        ball = quantile(variance(nu, 1), q)
        assert float(ball) == pytest.approx(math.log(chi2.ppf(q, nu) / nu), abs=1e-9 * math.sqrt(2 / nu), rel=1e-9)


@examples(6, 20)
@given(law=laws, q=st.floats(0.02, 1 - 1e-8), width=st.sampled_from([1e-10, 1e-16]))  # 1e-16: beyond the float search
def test_quantiles_invert_tails(law, q, width):
    with precision(80):
        factors = [GammaFactor(arb(nu) / 2, 2 / arb(nu), t) for nu, t in law]
        ball = quantile(factors, q, width)
        below = tail_probability(factors, ball.lower().exp(), upper=False)
        above = tail_probability(factors, ball.upper().exp(), upper=False)
        assert ball.rad() < 1e-8
    assert below < q < above


@pytest.mark.parametrize("slip", [0.99999, 1.00001])
@pytest.mark.parametrize("q", [0.1, 0.7])
def test_a_poor_search_only_widens_the_bracket(monkeypatch, slip, q):
    with precision(80):
        exact = quantile(variance(9, 10), q)
        tail = gammas._tail
        monkeypatch.setattr(gammas, "_tail", lambda *a, **k: tail(*a, **k) * (slip if ctx.prec == 53 else 1))
        assert quantile(variance(9, 10), q).contains(exact)


def test_an_uncertifiable_quantile_raises():
    with precision(64), pytest.raises(ArithmeticError, match="no certified bracket"):
        quantile(variance(9, 1), arb(0.5, 0.49999), width=1e-30)


# Tools


def test_integral_wants_an_analytic_integrand():
    assert integral(lambda z, _: z.exp(), 0, 1).contains(arb(1).exp() - 1)
    assert integral(lambda z, analytic: z.sqrt(analytic=analytic), 1, 4).contains(arb(14) / 3)
    with pytest.raises(ArithmeticError, match="not seen to be bounded"):
        integral(lambda z, analytic: z.log(analytic=analytic), 0, 1)
    with pytest.raises(ArithmeticError, match="not seen to be bounded"):
        integral(lambda z, _: 1 / z, acb(-1), 1)


def test_precision_is_restored_even_after_an_error():
    before = ctx.prec
    with precision(200), precision(20):
        assert ctx.prec == 20
    assert ctx.prec == before
    with pytest.raises(KeyError), precision(300):
        raise KeyError
    assert ctx.prec == before


def test_refine_doubles_until_good():
    seen = []

    def cancelling() -> arb:
        seen.append(ctx.prec)
        return (arb(10) ** 30 + arb(2).sqrt()) - arb(10) ** 30

    ball = refine(cancelling)
    assert seen == [64, 128, 256][: len(seen)]
    assert len(seen) > 1
    assert ball.rel_accuracy_bits() > 32
    assert refine(lambda: arb(2).sqrt() - arb(2).sqrt()).contains(0)
    assert refine(lambda: arb(1, 0.5), limit=128).contains(1.25)  # finite, never good: the best there is
    assert refine(cancelling, good=lambda b: b > 1, start=256) > 1


def test_refine_fails_loudly():
    with pytest.raises(ArithmeticError, match="512 bits"):
        refine(lambda: 1 / arb(0), limit=512)
    with pytest.raises(ArithmeticError, match=r"from 0 to 1\.00000 .* a pole between these ends, or at one of them"):
        refine(lambda: integral(lambda z, analytic: z.log(analytic=analytic), 0, 1), limit=512)


def test_a_product_that_is_one_number_is_at_least_and_not_above_it():
    """Before the first fit nothing is random: an event that begins at the number itself holds, or not, by its edge."""
    sigma = GaussianLoop(5, sigma0=2).sigma(0)

    def chance(event):
        return products.enclose(Prob(event), enclosed)

    assert chance(sigma**2 >= 4) == 1
    assert chance(sigma**2 > 4) == 0
    assert chance(sigma**2 > 3) == chance(sigma**2 >= 3) == 1
    assert chance(sigma**2 > 5) == chance(sigma**2 >= 5) == 0
