"""The laws: densities, distribution functions and draws against SciPy's."""

import pickle
import re
from contextlib import suppress

import numpy as np
import pytest
from scipy import integrate, stats
from sympy import (
    Abs,
    Dummy,
    Eq,
    Integer,
    Lambda,
    Max,
    Piecewise,
    Rational,
    S,
    Symbol,
    cosh,
    digamma,
    erfc,
    exp,
    lambdify,
    latex,
    log,
    oo,
    sqrt,
    sympify,
)

from reports.cli import _run
from simulate import estimate
from simulate.engine.draws import can_be_drawn, drawn
from theory.language import laws
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import (
    AnyLaw,
    Atoms,
    Beta,
    Binomial,
    Cauchy,
    Centred,
    ChiSquare,
    Count,
    Density,
    Empirical,
    Epanechnikov,
    Exponential,
    Finite,
    Gamma,
    Geometric,
    Laplace,
    Law,
    Logistic,
    Mixture,
    Multinomial,
    MultivariateNormal,
    NegativeBinomial,
    Noise,
    Normal,
    Pieces,
    Poisson,
    StudentT,
    Tilted,
    Truncated,
    Uniform,
)
from theory.language.laws.continuous import integrated_power
from theory.language.loops import Loop, coordinate
from theory.language.moments import E, Prob
from theory.proof.arithmetic.precision import precision
from theory.proof.arithmetic.programs import to_ball
from theory.proof.arithmetic.quadrature import outside, window
from theory.proof.enclose import value
from theory.proof.finiteness import doubtful
from theory.proof.methods import enclosed, moment
from theory.proof.methods.iterated import law_ball
from theory.proof.symbols.averages import Infinite, law_moment

x = Symbol("x", real=True)
NAMED = [
    (Normal(1, 4), stats.norm(1, 2)),
    (Logistic(-1, 2), stats.logistic(-1, 2)),
    (Laplace(2, 3), stats.laplace(2, 3)),
    (Cauchy(0, 3), stats.cauchy(0, 3)),
    (Epanechnikov(1, 2), stats.beta(2, 2, loc=-1, scale=4)),
    (Uniform(-1, 3), stats.uniform(-1, 4)),
    (Exponential(Rational(5, 2)), stats.expon(scale=2.5)),
    (Gamma(Rational(5, 2), Rational(1, 3)), stats.gamma(2.5, scale=1 / 3)),
    (Beta(Rational(7, 2), 2), stats.beta(3.5, 2)),
    (Beta(3, Rational(1, 2)), stats.beta(3, 0.5)),
    *((StudentT(nu, 1, Rational(1, 2)), stats.t(nu, 1, 0.5)) for nu in (1, 2, 3, 4, 5, 12, 31)),
]


@pytest.mark.parametrize(("law", "known"), NAMED, ids=[str(law) for law, _ in NAMED])
def test_densities_and_distribution_functions(law, known):
    density, cdf = (lambdify(x, f(x), "scipy") for f in (law.density, law.cdf))
    for at in known.ppf([0.001, 0.1, 0.4, 0.7, 0.99, 0.9999]):
        assert density(at) == pytest.approx(known.pdf(at), rel=1e-9)
        assert cdf(at) == pytest.approx(known.cdf(at), rel=1e-9)
    low, high = law.support
    assert low == -oo or cdf(float(low) - 1) == 0
    assert high == oo or cdf(float(high) + 1) == 1


@pytest.mark.parametrize(("law", "known"), NAMED, ids=[str(law) for law, _ in NAMED])
def test_draws_have_the_law(law, known):
    """By Kolmogorov and Smirnov: a correct one fails with probability 1e-6."""
    assert stats.kstest(drawn(law, np.random.default_rng(5), 20_000), known.cdf).pvalue > 1e-6


def test_a_law_of_any_degrees_of_freedom():
    t = StudentT(Rational(5, 2))
    assert lambdify(x, t.density(x), "scipy")(1.5) == pytest.approx(stats.t(2.5).pdf(1.5))
    with pytest.raises(CannotTell, match="whole degrees of freedom"):
        t.cdf(x)
    with pytest.raises(BadInput, match="no degrees of freedom"):
        drawn(StudentT(-1), np.random.default_rng(0), 3)


def test_new_laws_are_written():
    t, e = StudentT(5), Exponential(2)
    assert (str(t), str(e)) == ("StudentT(5, 0, 1)", "Exponential(2)")
    assert (latex(t), latex(e)) == (r"\mathrm{StudentT}(5, 0, 1)", r"\mathrm{Exp}(2)")
    assert all(pickle.loads(pickle.dumps(law)) == law == law.func(*law.args) for law in (t, e))
    assert Noise("X", e).is_positive
    assert Noise("X", t).is_positive is None


# ---- the protocol: what is known of each law ------------------------------------------------------------------------

half, third, z = Rational(1, 2), Rational(1, 3), Symbol("z", real=True)
EXAMPLES = [
    Normal(1, 4),
    Centred(2),
    ChiSquare(5),
    Logistic(-1, 2),
    Laplace(2, 3),
    Epanechnikov(2, 3),
    Cauchy(0, 3),
    StudentT(7, 1, half),
    Exponential(Rational(5, 2)),
    Gamma(Rational(7, 3), 2),
    Beta(Rational(5, 2), 3),
    Uniform(-1, 3),
    Binomial(5, third),
    Poisson(Rational(5, 2)),
    Geometric(third),
    NegativeBinomial(Rational(5, 2), third),
    Finite((half, third, 1 - half - third)),
    Atoms((2, half, -1), (half, third, 1 - half - third)),
    Pieces(((1, 2), (half, 1)), (third, 2 * third)),
    Mixture(third, Normal(0, 1), Exponential(2)),
    Truncated(Normal(1, 4), 0, 5),
    Tilted(Normal(0, 1), Lambda(z, exp(-(z**2)))),
    Density(Lambda(z, -2 * log(cosh(z / 2)) - log(4))),
    Empirical((0, half, 2, 2)),
]
WITHOUT_MOMENTS = (Cauchy, Density)  # in symbols: there is none; nobody tells one
EVERYTHING = {"density", "cdf", "moment", "ball", "draw", "tail", "sum"}
UNKNOWN = {  # of every law that is not known in all these ways
    "Centred": {"density", "cdf", "draw", "tail", "sum"},  # of which nothing else is known
    "ChiSquare": {"tail"},
    "Gamma": {"tail"},
    "Logistic": {"sum"},
    "Laplace": {"sum"},
    "Epanechnikov": {"sum"},
    "StudentT": {"sum"},
    "Uniform": {"sum"},
    "Beta": {"tail", "sum"},
    "Cauchy": {"moment", "ball", "tail"},  # there is none, and the line is bent for its integrals
    "Binomial": {"density", "cdf", "tail"},
    "Poisson": {"density", "cdf", "tail"},
    "Geometric": {"density", "cdf", "tail"},
    "NegativeBinomial": {"density", "cdf", "tail"},
    "Finite": {"density", "cdf", "tail", "sum"},
    "Atoms": {"density", "cdf", "tail", "sum"},
    "Pieces": {"density", "tail", "sum"},
    "Mixture": {"tail", "sum"},  # of these three the law has it that they are made of
    "Truncated": {"tail", "sum"},
    "Tilted": {"density", "cdf", "tail", "sum"},
    "Density": {
        "cdf",
        "moment",
        "ball",
        "tail",
        "sum",
    },  # balls of its means are made of its symbols: `arithmetic.densities`
    "Empirical": {"density", "cdf", "tail", "sum"},
}


def _known(law):
    out = set()
    with suppress(CannotTell):
        law.density(x)
        out.add("density")
    with suppress(CannotTell):
        law.cdf(x)
        out.add("cdf")
    with suppress(CannotTell, Infinite):
        law_moment(law, Integer(2))
        out.add("moment")
    with suppress(CannotTell, Infinite), precision(64):
        law_ball(law, Integer(2), 0, 0)
        out.add("ball")
    with suppress(CannotTell), precision(64):
        ends = window(law, 60, Integer(0), {})
        assert outside(law, ends, Integer(0), {}) < 2.0**-55
        out.add("tail")
    with suppress(CannotTell):
        law.total(Integer(3))
        out.add("sum")
    if can_be_drawn(law):
        out.add("draw")
    return out


def test_no_law_is_left_out():
    """Those of several counts together are looked at where they are drawn, in `test_times`, of points of a space in
    `test_likelihood_plane`, a law of which nothing is known in `test_any_law`."""
    named = {getattr(laws, name) for name in laws.__all__}
    assert {type(law) for law in EXAMPLES} == {
        k
        for k in named
        if isinstance(k, type) and issubclass(k, Law) and k not in (Law, AnyLaw, Multinomial, Count, MultivariateNormal)
    }


@pytest.mark.parametrize("law", EXAMPLES, ids=lambda law: type(law).__name__)
def test_what_is_known_of_a_law(law):
    assert EVERYTHING - _known(law) == UNKNOWN.get(type(law).__name__, set())
    assert law.refuses() is None


@pytest.mark.parametrize("law", [law for law in EXAMPLES if "sum" in _known(law)], ids=lambda law: type(law).__name__)
def test_a_sum_of_draws_has_the_law_that_is_told(law):
    rng, size = np.random.default_rng(7), 20_000

    def told(terms):
        least, scale, of_sum = law.total(Integer(terms))
        return float(least) + float(scale) * drawn(of_sum, rng, size)

    summed = drawn(law, rng, 3 * size).reshape(3, size).sum(axis=0)
    assert stats.ks_2samp(summed, told(3)).pvalue > 1e-6
    assert stats.ks_2samp(summed, told(4)).pvalue < 1e-6


def _moment_or_none(law, *power):
    try:
        return law_moment(law, *power)[0]
    except (CannotTell, Infinite):
        return None


@pytest.mark.parametrize("law", EXAMPLES, ids=lambda law: type(law).__name__)
def test_moments_are_those_of_the_balls_and_of_draws(law):
    """The form in symbols, the rigorous integral, and the mean of draws within six standard errors."""
    compared = 0
    for power in [(1,), (2,), (3,), (4,), (0, 0, 1), (0, 1, 0), (half,)]:
        power = (sympify(power[0]), *power[1:])
        form = _moment_or_none(law, *power)
        if form is None:
            continue
        with precision(80):
            try:
                ball = law_ball(law, *(*power, 0, 0)[:3])
            except CannotTell:
                continue
            assert to_ball(form).overlaps(ball), power
            assert ball.rel_accuracy_bits() > 30 or abs(ball) < 1e-9
        compared += 1
    assert compared >= 2 or type(law) in WITHOUT_MOMENTS
    if can_be_drawn(law) and compared:
        draws = drawn(law, np.random.default_rng(7), 40_000)
        for k in (1, 2):
            error = 6 * float(np.std(draws**k)) / 200
            assert abs(float(np.mean(draws**k)) - float(law_moment(law, Integer(k))[0])) < error


@pytest.mark.parametrize(
    ("law", "power", "infinite"),
    [
        (Tilted(Normal(0, 1), Lambda(z, z**2)), -2, False),  # its mean is 1
        (Tilted(Normal(0, 1), Lambda(z, exp(-(z**2)))), -2, True),
        (Tilted(Normal(0, 1), Lambda(z, Piecewise((1, Eq(z, 0)), (z**2, True)))), -2, False),  # 0 itself has no mass
        (Tilted(Cauchy(0, 1), Lambda(z, exp(-(z**2)))), 2, False),
        (Mixture(0, Cauchy(0, 1), Normal(0, 1)), 2, False),
        (Mixture(third, Cauchy(0, 1), Normal(0, 1)), 2, True),
        (Mixture(Symbol("w", nonnegative=True), Cauchy(0, 1), Normal(0, 1)), 2, False),  # it may be 0
        (Truncated(Cauchy(0, 1), 0, oo), 1, True),
        (Truncated(Cauchy(0, 1), -2, 5), 4, False),
        (Truncated(Normal(0, 1), 1, 2), -3, False),
        (Truncated(Normal(0, 1), 0, 2), -1, True),
    ],
    ids=str,
)
def test_what_diverges_for_certain(law, power, infinite):
    assert law.diverges(sympify(power)) is infinite


def test_a_mixture_with_heavy_tails_is_looked_at():
    assert doubtful(E(Noisy(Mixture(half, Cauchy(0, 1), Normal(0, 1))).x(2)))
    assert not doubtful(E(Noisy(Mixture(half, Normal(0, 1), Normal(2, 1))).x(2)))


class Noisy(Loop):
    """Half of what was there, and a draw from a law."""

    x = coordinate()

    def __new__(cls, law):
        return Loop.__new__(cls, law)

    @property
    def initial(self):
        return {"x": third}

    def step(self, state):
        return {"x": state["x"] / 2 + Noise("Z", self.args[0])}


@pytest.mark.parametrize(
    "law", [law for law in EXAMPLES if type(law) not in WITHOUT_MOMENTS], ids=lambda law: type(law).__name__
)
def test_laws_that_have_moments_have_them_inside_a_step(law):
    """E x(2)^2 by derivation, in balls, and by enumeration of the two draws' moments."""
    loop = Noisy(law)
    first, second = (law_moment(law, Integer(k))[0] for k in (1, 2))
    mean, square = third, third**2
    for _ in range(2):
        mean, square = mean / 2 + first, square / 4 + mean * first + second
    form = moment(E(loop.x(2) ** 2)).form
    ball = value(E(loop.x(2) ** 2)).value
    with precision(80):
        assert to_ball(form).overlaps(to_ball(square))
        assert ball.overlaps(to_ball(square))
    if can_be_drawn(law):
        (found,) = estimate([E(loop.x(2) ** 2)], 20_000)
        assert abs(found.midpoint - float(square)) <= found.radius


@pytest.mark.parametrize(
    "law",
    [
        Normal(0, -1),
        ChiSquare(-1),
        Laplace(0, -1),
        Exponential(0),
        Uniform(1, 1),
        Mixture(2, Normal(0, 1), Normal(1, 1)),
        Truncated(Normal(0, 1), 1, 0),
        Binomial(5, 2),
        Finite((half, third)),
        StudentT(0),
        Mixture(half, Normal(0, -1), Normal(1, 1)),
    ],
    ids=str,
)
def test_what_is_no_law_is_refused(law, tmp_path, monkeypatch, capsys):
    assert law.refuses()
    with pytest.raises(BadInput):
        drawn(law, np.random.default_rng(0), 3)
    file = tmp_path / "mine.py"
    file.write_text(REFUSED.format(law=re.sub(r"(\d+)/(\d+)", r"Rational(\1, \2)", str(law))), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert _run(["check", "mine.py"]) == 2
    assert law.refuses() in capsys.readouterr().err


REFUSED = """
from sympy import Eq, Rational
from theory import *
from theory.language.laws import *
from theory.language.loops import Loop, observable

class Noisy(Loop):
    '''A walk.'''
    state = ("x",)
    x = observable()

    @property
    def initial(self):
        return {{"x": 0}}

    def step(self, state):
        return {{"x": state["x"] / 2 + Noise("Z", {law})}}

@claim
def mean(t=Integers(1, 9)):
    '''It is 1.'''
    return Eq(E(Noisy().x(t)), 1)
"""


N, SHARE = Symbol("n", integer=True, positive=True), Symbol("a", positive=True)
Q, Z, W, U = (
    Noise(s, law) for s, law in (("Q", ChiSquare(N)), ("Z", Normal(0, 1)), ("W", Normal(1, 4)), ("U", Uniform(0, 1)))
)


@pytest.mark.parametrize(
    ("m", "form"),
    [
        (E(1 / Q), 1 / (N - 2)),
        (E(log(Q)), digamma(N / 2) + log(2)),
        (E(Z**2 / Q), 1 / (N - 2)),
        (E(exp(Z) * Z), exp(Rational(1, 2))),
        (E(log(U)), -1),
        (Prob(Z >= 1), erfc(1 / sqrt(2)) / 2),
        (Prob(Abs(Z) >= 1), erfc(1 / sqrt(2))),
        (Prob(W - Z > 0), erfc(-1 / sqrt(10)) / 2),
        (Prob(SHARE * W + Z > 0), erfc(-SHARE / sqrt(2 * (1 + 4 * SHARE**2))) / 2),
        (Prob(U >= SHARE), Max(0, 1 - SHARE)),
    ],
    ids=str,
)
def test_what_is_known_of_draws_by_themselves(m, form):
    """Derived, and in balls: against what is known, and against the mean of draws."""
    derived = moment(m)
    for n, a in ((5, Rational(1, 2)), (7, Rational(3, 2))):
        at = {N: n, SHARE: a}
        truth = sympify(form).subs(at)
        assert abs(float((derived.form.subs(at) - truth).evalf())) < 1e-12
        assert abs(float(value(m.subs(at)).value.mid()) - float(truth)) < 1e-9
        rng = np.random.default_rng(n)
        draws = {z: drawn(z.law, rng, 100_000) for z in sorted(m.subs(at).atoms(Noise), key=str)}
        names = {z: Dummy("z") for z in draws}
        x = lambdify(list(names.values()), m.subs(at).variable.xreplace(names), "numpy")(*draws.values())
        assert abs(np.mean(x) - float(truth)) < 6 * np.std(x) / np.sqrt(len(x)) + 1e-12


@pytest.mark.parametrize("m", [E(1 / Z), Prob(Q - Z > 0), Prob(SHARE * U**2 + Z >= 1)], ids=str)
def test_what_is_not_known_of_draws_is_not_told(m):
    with pytest.raises((CannotTell, Infinite)):
        moment(m)


@pytest.mark.parametrize("n", [5, 50, 500])
def test_functions_with_cases_of_a_binomial_draw(n):
    """E[1/N; N > 0], in balls for any number, as a number for few values; where a value is a pole there is none."""
    count = Noise("N", Binomial(n, Rational(1, 5)))
    known = sum(stats.binom.pmf(i, n, 0.2) / i for i in range(1, n + 1))
    mean = E(Piecewise((1 / count, count > 0), (0, True)))
    assert abs(float(enclosed(mean).mid()) - known) < 1e-12
    if n < 400:
        assert abs(float(moment(mean).form) - known) < 1e-12
    with pytest.raises((CannotTell, ArithmeticError, Infinite)):
        enclosed(E(1 / count))


def test_a_normal_with_a_negative_variance_is_not_drawn():
    rng = np.random.default_rng(1)
    with pytest.raises(BadInput, match=r"a variance of -0\.5"):
        Normal.draw(rng, 3, 0.0, np.array([1.0, -0.5, 2.0]))
    assert np.array_equal(Normal.draw(rng, 2, 1.0, np.array([0.0, -1e-18])), [1.0, 1.0])


@pytest.mark.parametrize(
    ("power", "logs"), [(Rational(1, 3), 0), (Rational(-1, 2), 0), (0, 1), (Rational(5, 2), 2), (2, 1)]
)
def test_powers_and_logarithms_of_uniform_draws(power, logs):
    """Against the integral over (0, 3), by SciPy."""
    from scipy.integrate import quad

    form, exists = law_moment(Uniform(0, 3), sympify(power), logs)
    assert exists > 0
    truth, error = quad(lambda u: u ** float(power) * np.log(u) ** logs / 3, 0, 3)
    assert float(form) == pytest.approx(truth, abs=1e-6 + error)


def test_a_uniform_draw_has_no_mean_of_its_inverse():
    with pytest.raises(Infinite):
        law_moment(Uniform(0, 3), Integer(-1))


def test_poisson_draws():
    law, rng = Poisson(Rational(5, 2)), np.random.default_rng(3)
    draws = drawn(law, rng, 40_000)
    for power in (1, 2, 3):
        moment, _ = law_moment(law, Integer(power))
        assert float(moment) == pytest.approx(stats.poisson(2.5).moment(power))
        assert abs((draws**power).mean() - float(moment)) < 6 * (draws**power).std() / 200
    form, _ = law.exponential_moment(half)
    assert float(form) == pytest.approx(float(exp(Rational(5, 2) * (exp(half) - 1))))
    with pytest.raises(BadInput, match="a negative mean"):
        drawn(Poisson(-1), rng, 3)


def test_a_dictionary_of_numbers_is_a_law_of_atoms():
    with pytest.raises(BadInput, match=r"it is Atoms\(\(-1, 1\), \(1/2, 1/2\)\)"):
        Finite({-1: Rational(1, 2), 1: Rational(1, 2)})


@pytest.mark.parametrize(("low", "high"), [(-oo, 1), (Rational(1, 3), oo), (-1, 2), (-oo, oo)])
def test_powers_of_a_normal_draw_in_a_window(low, high):
    for power in range(7):
        known, _ = integrate.quad(lambda x, power=power: x**power * stats.norm.pdf(x), float(low), float(high))
        assert float(integrated_power(power, S(low), S(high))) == pytest.approx(known, abs=1e-7)


def test_reciprocals_of_an_arch():
    """They have a mean where the density is 0 at 0, at its ends or beside it."""
    for center, power in ((0, 1), (Rational(1, 2), 1), (1, 2), (-1, 2), (3, oo)):
        assert laws.Epanechnikov(center, 1).near_zero == power
    assert not laws.Epanechnikov(1, 1).diverges(-1)
    assert laws.Epanechnikov(1, 1).diverges(-2)


# ---- atoms ----------------------------------------------------------------------------------------------------------

MADE = [
    Mixture(half, Atoms((1, -1), (half, half)), Normal(0, 1)),
    Mixture(half, Poisson(1), Empirical((half, third))),
    Mixture(half, Uniform(0, 1), Laplace(0, 1)),
    Truncated(Poisson(2), half, 9),
    Tilted(Atoms((third, -1), (half, half)), Lambda(z, (2 + z) / 3)),
    Normal(1, 0),
    ChiSquare(0),
]


@pytest.mark.parametrize("law", [law for law in (*EXAMPLES, *MADE) if can_be_drawn(law)], ids=str)
def test_a_law_says_whether_it_has_atoms(law):
    """By its draws: of a law without atoms no two are one number. A new law that does not say so is taken to have some."""
    draws = drawn(law, np.random.default_rng(3), 2_000)
    assert law.has_a_density == (len(np.unique(draws)) == len(draws))


@pytest.mark.parametrize("law", [law for law in (*EXAMPLES, *MADE) if can_be_drawn(law)], ids=str)
def test_draws_are_multiples_of_the_grid(law):
    """The largest one: of twice the grid some draw is no multiple."""
    if law.grid is None:
        return
    draws = drawn(law, np.random.default_rng(3), 2_000)
    times = draws / float(law.grid) if law.grid else draws
    assert np.allclose(times, np.rint(times), atol=1e-9)
    assert not law.grid or np.any(np.rint(times) % 2) or law == ChiSquare(0)


def test_grids_of_numbers():
    assert Atoms((Rational(1, 10), -Rational(1, 5)), (half, half)).grid == Rational(1, 10)
    assert Empirical((third, half)).grid == Rational(1, 6)
    assert Mixture(half, Atoms((2, 4), (half, half)), Atoms((third,), (1,))).grid == third
    assert Atoms((sqrt(2), 1), (half, half)).grid is None
    assert Mixture(half, Atoms((1, -1), (half, half)), Normal(0, 1)).grid is None
    assert Empirical(((0, 1), (2, 3))).grid is None


def test_steps_of_one_from_no_whole_number_are_refused():
    """All of its draws were taken to be whole numbers."""
    law = lambda low, high: Density(Lambda(z, -log(2)), low, high, 1)  # noqa: E731
    assert "whole numbers are expected" in law(half, Rational(3, 2)).refuses()
    assert law(3, 4).refuses() is None
    assert Density(Lambda(z, S.Zero), half, Rational(3, 2)).refuses() is None
