"""L and eps of the stability theorem in balls, held against ascents and quadrature in floats that share nothing with them."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from flint import arb, arb_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from likelihood_models import Inflated, LogNormal, Weibull
from scipy import integrate, optimize, stats
from stated import assert_proved, stated
from sympy import Ge, Gt, Le, Rational, Symbol, asinh, cosh, exp, log, loggamma, pi, sinh

from theory import CLOCK, Empirical, LikelihoodLoop, Mixture, Normal, Parameter, Positive, Probability, Reals
from theory.language.errors import BadInput
from theory.language.laws import Binomial, Cauchy, ChiSquare, Exponential, Finite, Laplace, Poisson, StudentT, Uniform
from theory.language.supports import Naturals
from theory.language.verdicts import Verdict
from theory.proof.arithmetic.boxes import Jet, Jets
from theory.proof.arithmetic.precision import precision
from theory.proof.enclose import at_point
from theory.proof.likelihood import constants, fits
from theory.proof.likelihood.constants import constant
from theory.proof.likelihood.lipschitz import hull, lipschitz
from theory.proof.likelihood.norms import least_norm, norm, symmetric, top_eigenvalue
from theory.proof.likelihood.outwards import in_front
from theory.proof.likelihood.score import score_of
from theory.proof.relations.prove import prove
from theory.stability import models
from theory.stability.theorem import theorem_1

half = Rational(1, 2)
FEW = settings(max_examples=6)
means = st.fractions(-2, 2, max_denominator=4).map(lambda q: Rational(q.numerator, q.denominator))
spreads = st.fractions(Rational(1, 4), 9, max_denominator=4).map(lambda q: Rational(q.numerator, q.denominator))


class Bent(LikelihoodLoop):
    """The sinh-arcsinh flow, with location 0, scale 1 and no skewness."""

    d: Parameter(Positive())

    def log_density(self, x):
        u = self.d * asinh(x)
        return -(sinh(u) ** 2) / 2 + log(cosh(u)) + log(self.d) - log(1 + x**2) / 2 - log(2 * pi) / 2


class GaussianMean(LikelihoodLoop):
    m: Parameter(Reals())

    def log_density(self, x):
        return -((x - self.m) ** 2) / 2 - log(2 * pi) / 2


class Deviation(LikelihoodLoop):
    """Its best fit may have a root in it."""

    s: Parameter(Positive())

    def log_density(self, x):
        return -(x**2) / (2 * self.s**2) - log(2 * pi) / 2 - log(self.s)


class CauchyScale(LikelihoodLoop):
    s: Parameter(Positive())

    def log_density(self, x):
        return -log(1 + (x / self.s) ** 2) - log(pi) - log(self.s)


def L(loop) -> arb:
    return constant(loop.L)


def eps(loop) -> arb:
    return constant(loop.eps)


def test_a_constant_is_worked_out_once_for_a_proof_and_for_its_balls(monkeypatch):
    loop, asked = models.LogisticLocation(Normal(0, Rational(71, 10)), 1), []
    monkeypatch.setattr(constants, "lipschitz", lambda *of: asked.append(of) or lipschitz(*of))
    c = stated(lambda lam: Gt(lam * loop.L, 0), lam=Positive())
    assert prove(c).proved
    assert at_point(c, c.points()[0], 0.01).verdict == Verdict.SUPPORTED
    assert len(asked) == 1


def value(ball: arb, bits: int = 40) -> float:
    assert ball.is_finite()
    assert ball.rel_accuracy_bits() >= bits
    return float(ball.mid())


# ---- numbers that are known -----------------------------------------------------------------------------------------

LOGISTIC = models.LogisticLocation


@pytest.mark.thin(2)
@pytest.mark.parametrize(
    ("loop", "known"),
    [
        (LOGISTIC(Normal(0, 4), 1), 1 / (3 * math.sqrt(3))),
        (LOGISTIC(Exponential(1), 1), 1 / (3 * math.sqrt(3))),
        (models.StudentLocation(3, Normal(0, 3), 1), 1.121681323141),
        (models.MixtureWeight(1, Normal(0, 1), 1), 16 / (3 * math.sqrt(3))),
        (models.MixtureWeight(2, Laplace(0, 1), 1), 32 / (3 * math.sqrt(3))),
    ],
    ids=str,
)
def test_L_that_is_known(loop, known):
    assert value(L(loop)) == pytest.approx(known, rel=1e-12)


@pytest.mark.thin(2)
@pytest.mark.parametrize(
    ("data", "known"),
    [
        (Normal(0, 4), 0.2204962709211),
        (Normal(0, 100), 6.592551246909),
        (Normal(0, 1), 0.5884098003170),
        (Laplace(0, 1), 2 * math.log(2) - 1),
        (Uniform(-3, 3), 0.3470710366459),
        (Exponential(1), 0.7173276032872),
    ],
    ids=str,
)
def test_eps_that_is_known(data, known):
    assert value(eps(LOGISTIC(data, 1))) == pytest.approx(known, rel=1e-12)


def test_eps_of_student():
    assert value(eps(models.StudentLocation(3, Normal(0, 3), 1))) == pytest.approx(0.3816431773927, rel=1e-12)


# ---- L --------------------------------------------------------------------------------------------------------------


def by_ascent(loop) -> float:
    """The largest norm of d/dx d^2 log p between the ends of both supports, by differences and restarts, in floats."""
    theta = np.array([float(b.mid()) for b in fits.best(loop)])
    low, high = (float(e) for e in hull(loop))
    floats, step = score_of(loop).floats, 1e-5

    def heights(x: np.ndarray) -> np.ndarray:
        slope = (floats(x + step, theta)[2] - floats(x - step, theta)[2]) / (2 * step)
        return np.abs(np.linalg.eigvalsh(np.moveaxis(slope, -1, 0))).max(axis=1)

    at = np.linspace(max(low + 2 * step, -60), min(high - 2 * step, 60), 40_001)
    found = heights(at)
    best = np.argmax(found)
    around = (at[max(best - 1, 0)], at[min(best + 1, len(at) - 1)])
    polished = optimize.minimize_scalar(lambda x: -heights(np.array([x]))[0], bounds=around, method="bounded")
    return max(found[best], -polished.fun)


@pytest.mark.long
@FEW
@given(st.integers(1, 8), means, spreads)
def test_L_of_one_parameter_is_what_an_ascent_finds(nu, mean, variance):
    loop = models.StudentLocation(nu, Normal(mean, variance), 1)
    assert value(L(loop)) == pytest.approx(by_ascent(loop), rel=1e-5)


@pytest.mark.long
@FEW
@given(st.sampled_from([models.LogisticModel, models.StudentModel]), means, spreads)
def test_L_of_two_parameters_is_what_an_ascent_finds(model, mean, variance):
    data = Normal(mean, variance)
    loop = model(data, 1) if model is models.LogisticModel else model(3, data, 1)
    assert value(L(loop)) == pytest.approx(by_ascent(loop), rel=1e-4)


class Ramp(LikelihoodLoop):
    """A density on (0, 1) that is a straight line."""

    m: Parameter(Reals(-1, 1))
    support = Reals(0, 1)

    def log_density(self, x):
        return log(1 + self.m * (2 * x - 1))


@pytest.mark.parametrize(
    ("loop", "known"),
    [(models.LogisticLocation(Normal(0, 4), 1), 0.5), (models.StudentLocation(3, Exponential(1), 1), 4 / 3)],
    ids=str,
)
def test_beta_is_the_largest_slope_of_the_score(loop, known):
    assert value(constant(loop.beta)) == pytest.approx(known, rel=1e-12)


def test_beta_is_infinite_where_the_score_has_no_bounded_slope():
    assert constant(CauchyScale(Normal(0, 1), 1).beta).is_finite()
    assert constant(Deviation(Normal(0, 1), 1).beta) == arb.pos_inf()


def test_L_at_an_end():
    loop = Ramp(Mixture(half, Uniform(0, 1), Uniform(half, 1)), 1)
    (m,) = fits.best(loop)
    assert hull(loop) == (0, 1)
    assert value(L(loop)) == pytest.approx(4 / (1 - float(m.mid())) ** 3, rel=1e-12)


@pytest.mark.parametrize("bits", [53, 120, pytest.param(300, marks=pytest.mark.long)])
def test_more_bits_are_more_digits_of_L_and_eps(bits):
    for loop in (LOGISTIC(Normal(0, 4), 1), models.LogisticModel(Normal(0, 4), 1)):
        balls = L(loop), eps(loop)
        with precision(bits):
            better = L(loop), eps(loop)
        for ball, more in zip(balls, better, strict=True):
            assert ball.overlaps(more)
            assert more.rel_accuracy_bits() > 0.7 * bits


@pytest.mark.thin(2)
@pytest.mark.parametrize(
    "loop",
    [
        models.GaussianModel(Laplace(0, 1), 1),
        models.GumbelModel(Normal(0, 1), 1),
        LogNormal(ChiSquare(3), 1),
        Weibull(Mixture(half, Exponential(1), Exponential(3)), 1),
        Bent(Laplace(0, 1), 1),
    ],
    ids=str,
)
def test_L_is_infinite(loop):
    """Powers of x that grow, e^-x towards minus infinity, 1/x at 0; and x^(k - 1) (log x)^2 with a k that is a ball."""
    assert L(loop) == arb.pos_inf()


@given(k=st.floats(0.25, 2), y=st.floats(0.5, 4))
@settings(max_examples=20)
def test_what_is_in_front_leaves_the_sum_as_it_is(k, y):
    p, x = Symbol("p", real=True), Symbol("x", positive=True)
    f = x**p * log(x) ** 2 / x + 3 * x ** (2 * p) + cosh(p * x) ** 2 * x - cosh(p * x) + exp(p * x) / 2 + 1
    fronted = in_front(f, x)
    assert fronted.is_Mul
    assert float(fronted.subs({p: k, x: y})) == pytest.approx(float(f.subs({p: k, x: y})))


def test_L_is_zero_where_the_second_derivative_does_not_change():
    assert L(GaussianMean(Laplace(0, 1), 1)) == 0
    assert L(models.PoissonModel(Binomial(5, half), 1)).rel_accuracy_bits() > 40  # this one does: -x/rate^2


def test_L_on_whole_numbers_is_of_the_line_between_them():
    loop = models.NegativeBinomialModel(Mixture(half, Binomial(3, half), Binomial(20, half)), 1)
    assert value(L(loop)) == pytest.approx(by_ascent(loop), rel=1e-4)


# ---- norms ----------------------------------------------------------------------------------------------------------


@given(st.integers(1, 4).flatmap(lambda d: arrays(float, (d, d), elements=st.floats(-10, 10))))
def test_norms_of_symmetric_matrices(matrix):
    matrix = (matrix + matrix.T) / 2
    d = len(matrix)
    ball = symmetric([arb(float(matrix[i, j])) for i in range(d) for j in range(i, d)], d)
    values = np.linalg.eigvalsh(matrix)
    size = np.abs(values).max()
    assert least_norm(ball) <= norm(ball)
    assert float(norm(ball)) == pytest.approx(size, rel=1e-9, abs=1e-9)
    assert float(least_norm(ball)) == pytest.approx(size, rel=1e-9, abs=1e-9)
    assert float(top_eigenvalue(ball)) == pytest.approx(max(values.max(), 0), rel=1e-9, abs=1e-9)


def test_a_norm_over_a_ball_is_over_all_in_it():
    ball = arb_mat(2, 2, [arb(0, 1), arb(1), arb(1), arb(0, 1)])
    assert norm(ball) >= 2
    assert least_norm(ball) <= 1


def test_jets_of_asinh():
    x = Symbol("x", real=True)
    found = Jets.asinh(Jet(arb(1, 0.5), {0: arb(1)}))
    for at in (0.5, 1, 1.5):
        assert found.value.contains(arb(at).asinh())
        assert found.grad[0].contains(1 / arb(1 + at**2).sqrt())
    assert asinh(x).diff(x).subs(x, 0) == 1


# ---- eps ------------------------------------------------------------------------------------------------------------

FROZEN = {
    Normal: lambda mean, variance: stats.norm(float(mean), math.sqrt(float(variance))),
    Laplace: lambda center, scale: stats.laplace(float(center), float(scale)),
    Uniform: lambda low, high: stats.uniform(float(low), float(high - low)),
    Exponential: lambda scale: stats.expon(0, float(scale)),
    StudentT: lambda dof, center, scale: stats.t(float(dof), float(center), float(scale)),
}


def distance(F, G, marks=()) -> float:
    """The integral of |F - G| in floats."""
    cuts = sorted({-400.0, -60.0, *np.linspace(-20, 20, 81), 60.0, 400.0, *marks})
    gap = lambda x: abs(F(x) - G(x))  # noqa: E731
    return sum(integrate.quad(gap, a, b, epsabs=1e-12, limit=200)[0] for a, b in pairwise(cuts))


laws = st.one_of(
    st.builds(Normal, means, spreads),
    st.builds(Laplace, st.just(0), spreads.map(lambda v: v / 4)),
    st.builds(lambda m, w: Uniform(m, m + w), means, spreads),
    st.builds(Exponential, spreads.map(lambda v: v / 2)),
)


@pytest.mark.long
@FEW
@given(laws)
def test_eps_is_what_quadrature_finds(data):
    loop = LOGISTIC(data, 1)
    G = stats.logistic(float(fits.best(loop)[0].mid())).cdf
    F = FROZEN[type(data)](*data.args).cdf
    assert value(eps(loop), 36) == pytest.approx(distance(F, G), rel=1e-6, abs=1e-8)


@pytest.mark.long
@FEW
@given(means, spreads)
def test_eps_has_the_unit_of_the_data(mean, scale):
    one = eps(models.LogisticModel(Normal(0, 1), 1))
    assert (one * arb(scale.p) / scale.q).overlaps(eps(models.LogisticModel(Normal(mean, scale**2), 1)))


def test_eps_of_a_mixture_with_atoms():
    loop = LOGISTIC(Mixture(half, Finite((half, half)), Normal(0, 1)), 1)
    G = stats.logistic(float(fits.best(loop)[0].mid())).cdf
    F = lambda x: ((x >= 0) + (x >= 1)) / 4 + stats.norm.cdf(x) / 2  # noqa: E731
    assert value(eps(loop)) == pytest.approx(distance(F, G), rel=1e-8)


def test_eps_of_mixed_lists():
    """Two lists, half of the data each, as the one list that they are."""
    parts = Empirical((0, half)), Empirical((Rational(1, 3), 2))
    mixed, one = (eps(LOGISTIC(data, 1)) for data in (Mixture(half, *parts), Empirical((0, half, Rational(1, 3), 2))))
    assert mixed.overlaps(one)
    assert mixed.rel_accuracy_bits() > 30


def between_numbers(at: list[float], m: float) -> float:
    """W1 between numbers, each as likely as the others, and a logistic law, from the integral log(1 + e^(x - m)) of its G."""
    below = lambda x: np.logaddexp(0, x - m)  # noqa: E731
    total = below(at[0]) + np.logaddexp(0, m - at[-1])
    for i, (a, b) in enumerate(pairwise(at), 1):
        F = i / len(at)
        cut = min(max(m + math.log(F / (1 - F)), a), b)
        total += sum(abs(F * (v - u) - (below(v) - below(u))) for u, v in ((a, cut), (cut, b)))
    return total


@FEW
@given(st.lists(st.fractions(-5, 5, max_denominator=8), min_size=2, max_size=12))
def test_eps_of_listed_data(points):
    loop = LOGISTIC(Empirical(tuple(Rational(q.numerator, q.denominator) for q in points)), 1)
    known = between_numbers(sorted(map(float, points)), float(fits.best(loop)[0].mid()))
    assert value(eps(loop)) == pytest.approx(known, rel=1e-11)


@pytest.mark.long
def test_eps_with_a_pole_at_the_end_of_a_support():
    """Gamma laws of shape below 1; and data that begin where the model does not."""
    loop = models.GammaModel(Mixture(half, ChiSquare(1), Exponential(1)), 1)
    shape, scale = (float(b.mid()) for b in fits.best(loop))
    F = lambda x: (stats.chi2(1).cdf(x) + stats.expon.cdf(x)) / 2  # noqa: E731
    G = stats.gamma(shape, 0, scale).cdf
    assert value(eps(loop)) == pytest.approx(distance(F, G, np.geomspace(1e-12, 1, 60)), rel=1e-7)


@pytest.mark.parametrize(
    "data", [Binomial(5, half), Mixture(half, Binomial(3, half), Binomial(9, half)), Finite((half, half))]
)
def test_eps_on_whole_numbers(data):
    loop = models.PoissonModel(data, 1)
    k = np.arange(200)
    F = {
        Binomial: lambda: stats.binom(5, 0.5).cdf(k),
        Mixture: lambda: (stats.binom(3, 0.5).cdf(k) + stats.binom(9, 0.5).cdf(k)) / 2,
        Finite: lambda: np.minimum((k + 1) / 2, 1),
    }[type(data)]()
    G = stats.poisson(math.exp(float(fits.best(loop)[0].mid()))).cdf(k)
    assert value(eps(loop), 36) == pytest.approx(np.abs(F - G).sum(), rel=1e-10)


class Geometric(LikelihoodLoop):
    p: Parameter(Reals(0, 1))
    support = Naturals()

    def log_density(self, x):
        return log(self.p) + x * log(1 - self.p)


@pytest.mark.parametrize(
    "data", [models.inside(models.PoissonModel(Binomial(5, half), 1), log(3)).data, Poisson(3)], ids=["stated", "named"]
)
def test_eps_of_two_endless_laws_on_whole_numbers(data):
    loop = Geometric(data, 1)
    assert float(fits.best(loop)[0].mid()) == pytest.approx(1 / 4)
    k = np.arange(400)
    F, G = stats.poisson(3).cdf(k), stats.geom(0.25, -1).cdf(k)  # both have the mean 3
    assert value(eps(loop)) == pytest.approx(np.abs(F - G).sum(), rel=1e-12)


@pytest.mark.parametrize(
    "loop",
    [
        models.inside(LOGISTIC(Normal(0, 1), 1), half),
        models.GaussianModel(Normal(1, 4), 1),
        models.GammaModel(ChiSquare(3), 1),
        Deviation(Normal(0, 2), 1),
        models.MixtureWeight(1, Mixture(half, Normal(-1, 1), Normal(1, 1)), 1),
    ],
    ids=str,
)
def test_eps_is_zero_where_the_data_are_in_the_model(loop):
    assert eps(loop) == 0


def test_eps_is_never_negative():
    for loop in (LOGISTIC(Normal(0, 4), 1), models.GammaModel(Uniform(0, 2), 1)):
        assert eps(loop) >= 0


@pytest.mark.thin(2)
@pytest.mark.parametrize(
    "loop",
    [
        models.StudentLocation(3, Cauchy(0, 1), 1),
        models.StudentLocation(1, Normal(0, 1), 1),
        models.StudentLocation(1, Cauchy(0, 2), 1),
        CauchyScale(Cauchy(1, 1), 1),
    ],
    ids=str,
)
def test_eps_is_infinite_without_a_mean(loop):
    """Only one law has a mean; or neither, and their tails differ by a factor."""
    assert eps(loop) == arb.pos_inf()


# ---- whole numbers by cases, mixtures of them, an interval -----------------------------------------------------------


class TwoPoissons(LikelihoodLoop):
    w: Parameter(Reals(0, 1))
    support = Naturals()

    def log_density(self, x):
        return log(self.w * exp(-1) + (1 - self.w) * exp(-4) * 4**x) - loggamma(x + 1)


class Kumaraswamy(LikelihoodLoop):
    a: Parameter(Positive())
    b: Parameter(Positive())
    support = Reals(0, 1)

    def log_density(self, x):
        return log(self.a * self.b) + (self.a - 1) * log(x) + (self.b - 1) * log(1 - x**self.a)


COUNTS = Empirical((0, 0, 0, 1, 2, 5))


def test_a_law_by_cases_changes_between_its_whole_numbers():
    loop = Inflated(COUNTS, 1)
    w, m = (float(constant(x).mid()) for x in loop.best)
    # the mean and the share of zeros are those of the data
    assert math.isclose((1 - w) * m, 8 / 6, rel_tol=1e-9)
    assert math.isclose(w + (1 - w) * math.exp(-m), 1 / 2, rel_tol=1e-9)

    def second(k: int) -> np.ndarray:
        if k:
            return np.diag([-1 / (1 - w) ** 2, -k / m**2])
        f, e = w + (1 - w) * math.exp(-m), math.exp(-m)
        score = np.array([1 - e, -(1 - w) * e]) / f
        return np.array([[0, e], [e, (1 - w) * e]]) / f - np.outer(score, score)

    steps = [np.linalg.norm(second(k + 1) - second(k), 2) for k in range(8)]
    assert math.isclose(value(L(loop)), max(steps), rel_tol=1e-9)


def test_a_mixture_of_laws_on_whole_numbers():
    loop = TwoPoissons(COUNTS, 1)
    w = float(constant(loop.best[0]).mid())

    def second(x):
        p, q = math.exp(-1), np.exp(x * math.log(4) - 4)
        return -(((p - q) / (w * p + (1 - w) * q)) ** 2)

    x = np.linspace(0, 40, 400_001)
    slopes = np.abs(np.diff(second(x))) / (x[1] - x[0])
    assert math.isclose(value(L(loop)), slopes.max(), rel_tol=1e-5)


def test_digits_that_cancel_near_the_end_of_an_interval():
    loop = Kumaraswamy(Mixture(half, Uniform(0, 1), Uniform(0, half)), 1)
    at = [float(constant(x).mid()) for x in loop.best]

    def slack(theta: np.ndarray) -> float:
        a, b = theta

        def log_density(x: float) -> float:
            return math.log(a * b) + (a - 1) * math.log(x) + (b - 1) * math.log1p(-(x**a))

        parts = (integrate.quad(log_density, *ends)[0] * p for ends, p in (((0, 0.5), 1.5), ((0.5, 1), 0.5)))
        return -sum(parts)

    found = optimize.minimize(slack, (1, 1), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13})
    assert np.allclose(at, found.x, atol=1e-5)


def test_a_symbol_without_a_value_is_told_in_words():
    """The reason was "_c*x/(_c*_c + _c) has further symbols ['x']"."""
    model = models.LogisticLocation(Normal(0, 4), 1)
    c = stated(lambda x: Gt(model.at(lam=x).radius(x), 0), x=Probability())

    assert prove(c).reason == "constants of a fit are computed for numbers only, and x has no value there"


def test_where_L_is_infinite_the_theorem_says_so():
    """A reason of a method that is for other loops stood behind it; the derivation said that it did not know."""
    model = models.GumbelModel(Normal(0, 1), 1)
    said = stated(lambda x, far: theorem_1(model, x, far, 1), x=Reals(0, half), far=Probability())

    assert prove(said).reason == "L is infinite: a hypothesis that speaks of it does not hold"
    note = at_point(said, said.points(1, 0)[0], 0.01).note
    assert "L is not finite there: a hypothesis that speaks of it does not hold" in note
    assert "estimating equation" not in note


@pytest.mark.parametrize(
    "of",
    [
        lambda lam: GaussianMean(Normal(0, 1), CLOCK).rate,
        lambda lam: GaussianMean(Normal(0, 1), lam * CLOCK).J[0, 0],
        lambda lam: GaussianMean(Normal(0, 1), CLOCK).sensitivity,
        lambda lam: GaussianMean(Normal(0, 1), CLOCK).risk_curvature,
        lambda lam: GaussianMean(Normal(0, CLOCK), lam).alpha,
    ],
)
def test_a_constant_of_a_loop_that_is_another_in_every_fit_is_refused(of):
    """That the rate of lam = CLOCK is 0 or more was proved, and its form, CLOCK/(1 + CLOCK), has no fit to belong to."""
    with pytest.raises(BadInput, match="has CLOCK in it"):
        prove(stated(lambda lam: Ge(of(lam), 0), lam=Positive()))


def test_what_does_not_depend_on_the_schedule_is_told():
    assert GaussianMean(Normal(0, 1), CLOCK).alpha == GaussianMean(Normal(0, 1), 1).alpha
    assert_proved(lambda lam: Le(GaussianMean(Normal(0, 1), lam).rate, 1), lam=Positive())
