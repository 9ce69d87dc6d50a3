"""Normal forms and derived moments: against quadrature, against published numbers, against the iterated recursion."""

import math
from fractions import Fraction

import pytest
from exact import derived, enclosed, fraction_ball
from flint import acb, arb
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from runs import examples
from sympy import (
    Abs,
    Add,
    Eq,
    Integer,
    Rational,
    Symbol,
    cos,
    cosh,
    digamma,
    exp,
    expand,
    gamma,
    log,
    loggamma,
    oo,
    pi,
    polygamma,
    simplify,
    sinh,
    sqrt,
    tanh,
)
from sympy import (
    E as euler,
)

from theory import (
    KL,
    W2,
    Cauchy,
    ChiSquare,
    Cov,
    E,
    GaussianLoop,
    Integers,
    Noise,
    Normal,
    PathMax,
    Prob,
    Quantile,
    Var,
    c4,
    catalogue,
    claim,
)
from theory.curation import PickedSampleLoop
from theory.gaussian.common import drift, factor_moment, path_square
from theory.gaussian.policies import PooledGaussianLoop
from theory.language.errors import CannotTell, Doubtful
from theory.language.loops import CLOCK, Loop, coordinate
from theory.language.moments import Moment
from theory.language.policies import FixedReal, FreshReal, Subsample
from theory.proof import enclose
from theory.proof.arithmetic.precision import refine
from theory.proof.arithmetic.programs import compile_expr, good, to_ball
from theory.proof.arithmetic.programs import enclose as ball_of
from theory.proof.arithmetic.rings import Balls
from theory.proof.methods import moment
from theory.proof.methods.iterated import expectation_of
from theory.proof.relations.prove import prove
from theory.proof.standard import standardise
from theory.proof.symbols import recurrences
from theory.proof.symbols.averages import Infinite, law_moment
from theory.proof.symbols.normal_forms import equal, is_zero, tidy

k = Symbol("k", integer=True, nonnegative=True)
t = Symbol("t", integer=True, nonnegative=True)
d = Symbol("d", integer=True, positive=True)
n = k + 2  # a sample size: positive and above 1 by its form
sigma0 = Symbol("sigma0", positive=True)
mu0 = Symbol("mu0", real=True)
lam = Symbol("lam", positive=True)
q = Symbol("q", positive=True)
x = Symbol("x", positive=True)
y = Symbol("y", real=True)
nu = n - 1
r = (n + 1) / (n - 1)


# ---- normal forms -------------------------------------------------------------------------------------------------------

IDENTITIES = {
    "a sum divided by a number": (exp(t * log(x / pi + y)), (x + pi * y) ** t / pi**t),
    "powers of one base": (4**t, 2 ** (2 * t)),
    "composite bases": (6**t, 2**t * 3**t),
    "roots": (sqrt(8), 2 * sqrt(2)),
    "a root of a fraction": (sqrt(Rational(2, 9)), sqrt(2) / 3),
    "nested roots": (sqrt(x) * sqrt(x), x),
    "roots of products": (sqrt(2 * x / nu), sqrt(2) * sqrt(x) / sqrt(nu)),
    "fractional powers": (x ** Rational(1, 3) * x ** Rational(2, 3), x),
    "symbolic exponents": (x ** (t + 2), x**2 * x**t),
    "half times": (x ** (t / 2) * x ** (t / 2), x**t),
    "rational function": (1 / (n - 1) - 1 / n, 1 / (n * (n - 1))),
    "power of a rational function": (((n**2 - 1) / n**2) ** t, (1 + 1 / n) ** t * (1 - 1 / n) ** t),
    "gamma recurrence": (gamma(n / 2 + 1), n / 2 * gamma(n / 2)),
    "gamma recurrence, downward": (gamma(n / 2 - 1), gamma(n / 2) / (n / 2 - 1)),
    "half-integer gamma": (gamma((n + 3) / 2), (n + 1) / 2 * gamma((n + 1) / 2)),
    "gamma ratio": (gamma(n / 2 + 2) / gamma(n / 2), n * (n + 2) / 4),
    "powers of gamma ratios": ((gamma(n / 2 + 1) / gamma(n / 2)) ** t, (n / 2) ** t),
    "c4": (c4(n) ** 2, 2 / nu * gamma(n / 2) ** 2 / gamma(nu / 2) ** 2),
    "c4 of neighbours": (c4(n) * c4(n + 1), (nu / sqrt(n * nu)) * 1),
    "digamma recurrence": (digamma(n / 2 + 1), digamma(n / 2) + 2 / n),
    "trigamma recurrence": (polygamma(1, n / 2 + 1), polygamma(1, n / 2) - 4 / n**2),
    "tetragamma recurrence": (polygamma(2, n / 2 + 1), polygamma(2, n / 2) + 16 / n**3),
    "log of a product": (log(2 * x / nu), log(2) + log(x) - log(nu)),
    "log of a power": (log(x**q), q * log(x)),
    "log of gammas": (log(gamma(n / 2 + 1)), log(n) - log(2) + log(gamma(n / 2))),
    "log-gamma": (loggamma(n + 1), log(n) + loggamma(n)),
    "log of e": (log(euler * x), 1 + log(x)),
    "exponential of a logarithm": (exp(t * log(x)), x**t),
    "powers of two": (2 ** (t * log(x) / log(2)), x**t),
    "exponentials": (exp(x + y), exp(x) * exp(y)),
    "hyperbolic tangent": (tanh(x / 2), (exp(x) - 1) / (exp(x) + 1)),
    "hyperbolic cosine": (cosh(2 * x), 1 + 2 * sinh(x) ** 2),
    "opaque numbers": (pi * x - x * pi, Integer(0)),
    "geometric sum": ((r**t - 1) / (r - 1), nu / 2 * (r**t - 1)),
}

NEAR_MISSES = {
    "powers": (4**t, 2 ** (2 * t + 1)),
    "roots": (sqrt(8), 3 * sqrt(2)),
    "one root too many": (sqrt(x) * sqrt(x), x * sqrt(x)),
    "n for n - 1": ((1 - 1 / n) ** t, (1 - 1 / nu) ** t),
    "gamma recurrence": (gamma(n / 2 + 1), (n + 1) / 2 * gamma(n / 2)),
    "half-integer gamma": (gamma((n + 3) / 2), n / 2 * gamma((n + 1) / 2)),
    "Gamma(n/2) for Gamma((n-1)/2)": (c4(n) ** 2, 2 / nu * gamma(n / 2) ** 2 / gamma(n / 2 + Rational(1, 2)) ** 2),
    "c4(n + 1)": (c4(n), c4(n + 1)),
    "c4 and its first order": (c4(n), 1 - 1 / (4 * n)),
    "digamma": (digamma(n / 2 + 1), digamma(n / 2) + 1 / n),
    "digamma and its logarithm": (digamma(n / 2), log(n / 2)),
    "trigamma": (polygamma(1, n / 2 + 1), polygamma(1, n / 2) - 2 / n**2),
    "log of a power": (log(x**q), log(x)),
    "exponentials": (exp(x + y), exp(x) + exp(y)),
    "tanh(x) for tanh(x/2)": (tanh(x), (exp(x) - 1) / (exp(x) + 1)),
    "a small number": (x, x * (1 + Rational(1, 10**40))),
    "a fractional exponent": (x**t, x ** (t + Rational(1, 1000))),
    "e for a fraction": (euler, Rational(19, 7)),
}


@pytest.mark.parametrize(("a", "b"), IDENTITIES.values(), ids=IDENTITIES)
def test_identities_have_one_normal_form(a, b):
    assert equal(a, b)
    assert equal(b, a)
    assert is_zero((a - b) * x**t)
    assert not equal(a, b + Rational(1, 10**30))
    assert not equal(a, b * (1 + Rational(1, 10**30))) or expand(b) == 0


@pytest.mark.parametrize(("a", "b"), NEAR_MISSES.values(), ids=NEAR_MISSES)
def test_near_misses_have_different_normal_forms(a, b):
    assert not equal(a, b)


@pytest.mark.parametrize(
    "f",
    [
        sqrt(y) - 1,
        y**t - sqrt(y),
        (x - 1) ** q,
        cos(x) ** q - cos(x),
    ],
    ids=str,
)
def test_what_has_no_sign_has_no_normal_form(f):
    """A root of a y of unknown sign would have to be expanded by force."""
    with pytest.raises(CannotTell):
        is_zero(f + 1)


def test_a_logarithm_of_what_has_no_sign_is_one_piece():
    assert is_zero(log(x - 1) - log(x - 1))
    assert not is_zero(log(y * (y + 1)) - log(y) - log(y + 1))
    assert not is_zero(log(y) + 1)


def test_powers_of_negative_bases_split_for_integer_exponents_only():
    assert equal((-x) ** 2, x**2)
    assert equal((y * (y + 1)) ** t, y**t * (y + 1) ** t)


@pytest.mark.parametrize(
    "f",
    [
        gamma(n / 2 + 3) / gamma(n / 2 - 1),
        3 * gamma((n + 5) / 2) / gamma((n - 1) / 2),
        2**n * gamma(n / 2) ** 2,
        x**t * gamma(n / 2 + 1) ** t,
    ],
)
def test_tidy_changes_the_form_and_not_the_value(f):
    values = {k: Integer(7), x: Rational(3, 2), t: Integer(3)}
    used = {s: v for s, v in values.items() if s in f.free_symbols}
    assert ball_of(tidy(f), used).overlaps(ball_of(f, used))
    assert equal(tidy(f), f)
    assert tidy(f).count(gamma) <= f.count(gamma)


def terms():
    """Random closed forms of the kind that derivations give."""
    rationals = st.fractions(-4, 4, max_denominator=6).map(Rational)
    bases = st.sampled_from(
        [nu, n, n + 1, 2 / nu, gamma(n / 2), gamma((n + 1) / 2), gamma(n / 2 + 1), Integer(2), Integer(6), x, 1 + x]
    )
    exponents = st.sampled_from([1, 2, -1, t, t + 1, -t, Rational(1, 2), -Rational(3, 2), t / 2])
    others = st.sampled_from(
        [Integer(1), digamma(n / 2), digamma(n / 2 + 1), polygamma(1, nu / 2), log(nu / 2), log(2 * x), log(x**2 * n)]
    )
    product = st.tuples(rationals, st.lists(st.tuples(bases, exponents), max_size=3), others).map(
        lambda p: p[0] * math.prod((b**e for b, e in p[1]), start=Integer(1)) * p[2]
    )
    return st.lists(product, min_size=1, max_size=3).map(lambda xs: sum(xs, Integer(0)))


POINT = {k: Integer(5), t: Integer(3), x: Rational(7, 3)}


def at_point(f):
    return refine(lambda: compile_expr(f, tuple(POINT))(Balls, *map(to_ball, POINT.values())), good, limit=1024)


@examples(10, 25)
@given(a=terms(), b=terms())
def test_a_vanishing_form_vanishes_in_balls(a, b):
    """Whatever the normal form calls 0 is 0 at a point; sums in any order and any spelling are recognised."""
    assert is_zero(expand(a + b) - b - a)
    assert is_zero((a + b) ** 2 - a**2 - 2 * a * b - b**2)
    if is_zero(a - b):
        assert at_point(a).overlaps(at_point(b))
    elif not at_point(a - b).contains(0):
        assert not is_zero(expand(a) - expand(b))


@settings(max_examples=25)
@given(a=terms())
def test_rewriting_leaves_the_normal_form(a):
    """Shifting gammas and digammas, splitting powers and logarithms."""
    rewritten = a.replace(gamma, lambda z: (z - 1) * gamma(z - 1)).replace(
        polygamma, lambda j, z: polygamma(j, z + 1) + (-1) ** (int(j) + 1) * math.factorial(int(j)) / z ** (j + 1)
    )
    assert is_zero(rewritten - a)
    at = at_point(a)
    if not at.contains(0):
        assert not is_zero(rewritten * (1 + 1 / (n + 10**6)) - a)


# ---- one-step integrals -------------------------------------------------------------------------------------------------


def quadrature(law, power, logs, absolute):
    """E X^power log(X)^logs |X|^absolute by rigorous integration of the density, up to far tails of the integrand."""
    from theory.proof.arithmetic.rings import ComplexBalls

    z = Symbol("z")
    positive = isinstance(law, ChiSquare)
    density = compile_expr(law.density(z), (z,))

    def f(u, analytic):
        ring = ComplexBalls(analytic)
        value = (
            density(ring, u) * ring.power(u, acb(to_ball(power))) if positive else density(ring, u) * u ** int(power)
        )
        for _ in range(logs):
            value *= u.log(analytic=analytic)
        return value

    if positive:
        return acb.integral(f, acb(arb(10) ** -12), acb(400)).real
    side = acb.integral(lambda u, a: f(u, a) * u**absolute, acb(0), acb(40)).real
    other = acb.integral(lambda u, a: f(-u, a) * u**absolute, acb(0), acb(40)).real
    return side + other


@pytest.mark.parametrize(
    ("law", "power", "logs"),
    [
        (ChiSquare(4), Rational(1, 2), 0),
        (ChiSquare(5), Integer(3), 0),
        (ChiSquare(9), -Rational(3, 2), 0),
        (ChiSquare(6), Integer(0), 1),
        (ChiSquare(6), Integer(0), 2),
        (ChiSquare(7), Rational(1, 2), 1),
        (ChiSquare(9), Integer(1), 3),
        (ChiSquare(8), -Integer(1), 2),
    ],
    ids=str,
)
def test_chi_square_moments_against_quadrature(law, power, logs):
    form, condition = law_moment(law, power, logs)
    assert condition.is_positive
    assert abs(ball_of(form) - quadrature(law, power, logs, 0)) < 1e-6


@pytest.mark.parametrize(
    ("law", "power", "absolute"),
    [
        (Normal(0, 1), 0, 0),
        (Normal(0, 1), 1, 0),
        (Normal(0, 1), 2, 0),
        (Normal(0, 1), 6, 0),
        (Normal(0, 1), 0, 1),
        (Normal(0, 1), 2, 1),
        (Normal(0, 4), 4, 0),
        (Normal(0, 4), 0, 1),
        (Normal(1, 4), 1, 0),
        (Normal(1, 4), 3, 0),
        (Normal(0, 1), 1, 1),
        (Normal(0, 1), 3, 1),
    ],
    ids=str,
)
def test_normal_moments_against_quadrature(law, power, absolute):
    """With an absolute value as well: E Z|Z| is 0, not E Z^2."""
    form, condition = law_moment(law, Integer(power), 0, absolute)
    assert condition.is_positive
    assert abs(ball_of(form) - quadrature(law, power, 0, absolute)) < 1e-9


def test_normal_moments_that_are_declined():
    with pytest.raises(CannotTell):
        law_moment(Normal(0, 1), Rational(1, 2))
    with pytest.raises(CannotTell):
        law_moment(Normal(0, 1), Integer(2), 1)
    with pytest.raises(CannotTell):
        law_moment(Normal(1, 1), Integer(0), 0, 1)


def test_chi_square_moments_exist_from_minus_half_the_degrees_of_freedom():
    m = Symbol("m", real=True)
    form, condition = law_moment(ChiSquare(nu), m)
    assert equal(condition, m + nu / 2)
    assert equal(form, 2**m * gamma(nu / 2 + m) / gamma(nu / 2))
    with pytest.raises(Infinite):
        law_moment(ChiSquare(3), -Rational(3, 2))
    assert law_moment(ChiSquare(3), -Rational(3, 2) + Rational(1, 100))[1] == Rational(1, 100)


# ---- published numbers --------------------------------------------------------------------------------------------------


def number(m, **values):
    f = derived(m)
    at = {
        s: Integer(v) if isinstance(v, int) else v
        for s, v in ((s, values.get(s.name)) for s in f.free_symbols)
        if v is not None
    }
    return ball_of(f, at, bits=70)


LOOP = GaussianLoop(n)
MLE = GaussianLoop(n, estimator="mle")
KNOWN = GaussianLoop(n, known_mean=True)
DIVISOR = GaussianLoop(n, estimator=-1)

# (moment, k = n - 2, t, value): the reference lines of the catalogue, sigma0 = 1, mu0 = 0
PUBLISHED = {
    "sigma-mean-c4": [
        (E(LOOP.sigma(1)), 0, 1, "0.79788456080287"),
        (E(LOOP.sigma(t)), 8, 1, "0.97265927412159"),
        (E(LOOP.sigma(t)), 8, 100, "0.062527808308108"),
        (E(LOOP.sigma(t)), 98, 1000, "0.080041535249774"),
    ],
    "variance-mean-martingale": [
        (E(MLE.sigma(t) ** 2), 8, 10, "0.3486784401"),
        (E(MLE.sigma(t) ** 2), 98, 1000, "4.3171247410658e-5"),
        (E(DIVISOR.sigma(t) ** 2), 8, 10, "0.13443063274931"),
        (E(LOOP.sigma(t) ** 2), 8, 100, "1"),
    ],
    "variance-second-moment": [
        (Var(LOOP.sigma(t) ** 2), 8, 10, "6.4387807268959"),
        (Var(LOOP.sigma(t) ** 2), 98, 100, "6.3895487486514"),
        (Var(MLE.sigma(t) ** 2), 8, 14, "0.81641104946624"),
        (Var(MLE.sigma(t) ** 2), 8, 15, "0.81766719636607"),
    ],
    "variance-all-moments": [
        (E(LOOP.sigma(t) ** -2), 8, 5, "3.5133575296008"),
        (E(LOOP.sigma(t) ** Rational(1, 2)), 8, 10, "0.80909008499383"),
        (E(LOOP.sigma(t) ** 3), 8, 10, "2.1736130169076"),
    ],
    "log-drift": [
        (E(log(LOOP.sigma(t) ** 2)), 0, 1, "-1.2703628454615"),
        (E(log(LOOP.sigma(t) ** 2)), 8, 1, "-0.11520647041675"),
        (E(log(LOOP.sigma(t) ** 2)), 98, 1, "-0.010135018848273"),
        (Var(log(LOOP.sigma(t) ** 2)), 8, 1, "0.24872510303901"),
    ],
    "entropy": [
        (E(LOOP.sigma(t) ** 2 * log(LOOP.sigma(t) ** 2)), 8, 1, "0.10701575180548"),
        (E(LOOP.sigma(t) ** 2 * log(LOOP.sigma(t) ** 2)), 8, 100, "10.701575180548"),
        (E(LOOP.sigma(t) ** 2 * log(LOOP.sigma(t) ** 2)), 98, 1, "0.010067001353747"),
    ],
    "mean-random-walk": [
        (Var(LOOP.mu(t)), 8, 20, "2"),
        (Var(MLE.mu(t)), 8, 20, "0.87842334540943"),
        (E(LOOP.mu(t) ** 4), 8, 5, "0.98200731595793"),
        (E(LOOP.mu(t) ** 4), 8, 20, "67.952869248831"),
        (Var(MLE.mu(t)), 8, 10, "0.6513215599"),
    ],
    "unconditional-sample-law": [
        (Var(LOOP.draw(t)), 8, 5, "1.5"),
        (E(LOOP.draw(t) ** 4), 8, 5, "13.82826042778"),
        (Var(LOOP.draw(t)), 98, 100, "2"),
        (E(LOOP.draw(t) ** 4), 98, 100, "47.664085921196"),
        (Var(MLE.draw(t)), 8, 20, "1"),
    ],
    "kl-exactly-linear": [
        (E(KL(LOOP.model(t), LOOP.truth)), 8, 10, "1.0760323520837"),
        (E(KL(LOOP.model(t), LOOP.truth)), 98, 100, "1.0067509424136"),
        (E(KL(MLE.model(t), MLE.truth)), 8, 10, "1.1028349303729"),
    ],
    "kl-reverse": [(E(KL(GaussianLoop(k + 4).truth, GaussianLoop(k + 4).model(t))), 6, 10, "7.648136467748")],
    "w2-exact-1d": [
        (E(W2(LOOP.model(t), LOOP.truth) ** 2), 8, 1, "0.15468145175682"),
        (E(W2(LOOP.model(t), LOOP.truth) ** 2), 8, 100, "11.874944383384"),
        (E(W2(LOOP.model(t), LOOP.truth) ** 2), 98, 100, "1.4463201379932"),
        (E(W2(MLE.model(t), MLE.truth) ** 2), 8, 10, "1.1049447104265"),
    ],
}


@pytest.mark.parametrize(
    ("m", "size", "time", "printed"),
    [row for rows in PUBLISHED.values() for row in rows],
    ids=[f"{name}-{i}" for name, rows in PUBLISHED.items() for i in range(len(rows))],
)
def test_derived_forms_give_the_published_numbers(m, size, time, printed):
    """To all digits printed: half a unit of the last one, and one more for a truncated print."""
    exact = number(m, k=size, t=time)
    digits = len(printed.split("e")[0].lstrip("-0.").replace(".", ""))
    unit = abs(arb(printed)) * arb(10) ** (2 - max(digits, 10))
    assert abs(exact - arb(printed)) < unit
    assert not abs(exact * (1 + arb(10) ** -8) - arb(printed)) < unit  # the comparison can tell


# ---- closed forms in symbols --------------------------------------------------------------------------------------------

SCALED = GaussianLoop(n, sigma0, mu0)
SCALED_MLE = GaussianLoop(n, sigma0, mu0, estimator="mle")
BIASED = GaussianLoop(n, sigma0, mu0, sampling_bias=lam)
KNOWN_MLE = GaussianLoop(n, sigma0, mu0, "mle", True)

CLOSED = {
    "sigma": (E(SCALED.sigma(t)), c4(n) ** t * sigma0),
    "sigma, mle": (E(SCALED_MLE.sigma(t)), (c4(n) * sqrt(1 - 1 / n)) ** t * sigma0),
    "sigma, divisor": (E(GaussianLoop(n, sigma0, estimator=-lam).sigma(t) ** 2), (nu / (n + lam)) ** t * sigma0**2),
    "any power": (E(SCALED.sigma(t) ** (2 * q)), factor_moment(nu, q) ** t * sigma0 ** (2 * q)),
    "log": (E(log(SCALED.sigma(t))), log(sigma0) + t * drift(nu) / 2),
    "log squared": (E(log(LOOP.sigma(t)) ** 2), (t * polygamma(1, nu / 2) + t**2 * drift(nu) ** 2) / 4),
    "log cubed": (E((log(LOOP.sigma(t) ** 2) - t * drift(nu)) ** 3), t * polygamma(2, nu / 2)),
    "mean": (E(SCALED.mu(t)), mu0),
    "mean squared": (E(SCALED.mu(t) ** 2), mu0**2 + t * sigma0**2 / n),
    "mean cubed": (E(SCALED.error(t) ** 3), Integer(0)),
    "mean to the fourth": (E(SCALED.error(t) ** 4), 3 * sigma0**4 / n**2 * path_square(n, t)),
    "draw": (E(SCALED.draw(t)), mu0),
    "two draws": (Cov(SCALED.draw(t), SCALED.draw(t, 2)), t * sigma0**2 / n),
    "one draw twice": (Cov(SCALED.draw(t), SCALED.draw(t)), (1 + t / n) * sigma0**2),
    "within a model": (E(Var(SCALED.draw(t), given=SCALED.model(t))), sigma0**2),
    "between models": (Var(E(SCALED.draw(t), given=SCALED.model(t))), t * sigma0**2 / n),
    "one step given the model": (E(E(SCALED.sigma(t + 1), given=SCALED.model(t)) ** 2), c4(n) ** 2 * sigma0**2),
    "mean and scale": (Cov(SCALED.mu(t), SCALED.sigma(t)), Integer(0)),
    "squared mean and variance": (E(LOOP.mu(t) ** 2 * LOOP.sigma(t) ** 2), (r**t - 1) / (n * (r - 1))),
    "known mean": (E(KNOWN.sigma(t)), c4(n + 1) ** t),
    "known mean never moves": (Var(KNOWN_MLE.mu(t)), Integer(0)),
    "known mean, mle": (E(KNOWN_MLE.sigma(t) ** 4), (1 + 2 / n) ** t * sigma0**4),
    "biased": (E(BIASED.sigma(t) ** 2), lam**t * sigma0**2),
    "biased, mean": (Var(BIASED.mu(t)), sigma0**2 / n * lam * (1 - lam**t) / (1 - lam)),
    "biased, log": (E(log(BIASED.sigma(t) ** 2)), log(sigma0**2) + t * (log(lam) + drift(nu))),
    # several times
    "covariance of variances": (Cov(LOOP.sigma(t) ** 2, LOOP.sigma(t + d) ** 2), r**t - 1),
    "covariance of scales": (Cov(LOOP.sigma(t), LOOP.sigma(t + d)), c4(n) ** d * (1 - c4(n) ** (2 * t))),
    "covariance of logs": (Cov(log(LOOP.sigma(t)), log(LOOP.sigma(t + d))), t * polygamma(1, nu / 2) / 4),
    "covariance of means": (Cov(SCALED.mu(t), SCALED.mu(t + d)), t * sigma0**2 / n),
    "increment of the mean": (Var(SCALED.mu(t + d) - SCALED.mu(t)), d * sigma0**2 / n),
    "increment, mle": (
        Var(SCALED_MLE.mu(t + d) - SCALED_MLE.mu(t)),
        sigma0**2 * (1 - 1 / n) ** t * (1 - (1 - 1 / n) ** d),
    ),
    "absolute increment": (E(Abs(SCALED.mu(t + 1) - SCALED.mu(t))), sqrt(2 / (pi * n)) * c4(n) ** t * sigma0),
    "signed square of an increment": (E((LOOP.mu(t + 1) - LOOP.mu(t)) * Abs(LOOP.mu(t + 1) - LOOP.mu(t))), Integer(0)),
    "squared increment and variance": (E((LOOP.mu(t + 1) - LOOP.mu(t)) ** 2 * LOOP.sigma(t) ** 2), r**t / n),
    "scale over its past": (E(LOOP.sigma(t + d) ** 2 / LOOP.sigma(t) ** 2), Integer(1)),
    "three times": (E(LOOP.mu(t) * LOOP.mu(t + 1) * LOOP.sigma(t + 4) ** 2), (r**t - 1) / (n * (r - 1))),
    "earlier than now": (E(LOOP.sigma(0) * LOOP.sigma(t)), c4(n) ** t),
}


@pytest.mark.thin(2)
@pytest.mark.parametrize(("m", "form"), CLOSED.values(), ids=CLOSED)
def test_closed_forms(m, form):
    found = derived(m)
    assert equal(found, form)
    assert not equal(found, form + Rational(1, 10**20) * sigma0)
    assert form == 0 or not equal(found, form.subs(t, t + 1)) or not form.has(t)


@pytest.mark.parametrize(
    ("m", "form"),
    [
        (E(SCALED.sigma(t)), c4(n) ** t * sigma0**2),
        (E(SCALED.sigma(t)), c4(n) ** t),
        (Var(SCALED.mu(t)), t * sigma0 / n),
        (E(SCALED.mu(t) ** 2), t * sigma0**2 / n),
        (E(log(SCALED.sigma(t))), t * drift(nu) / 2),
    ],
)
def test_scale_and_location_stay_in_the_moment(m, form):
    """Rule 14: setting sigma0 = 1 everywhere would lose these."""
    assert not equal(derived(m), form)


def test_derivations_record_their_steps():
    found = moment(standardise(E(LOOP.sigma(t) ** 2)))
    assert found.positive == []
    assert found.nonzero == []
    assert any("closed under the step" in s for s in found.steps)
    assert any("by integration" in s for s in moment(E(LOOP.draw(t) ** 2)).steps)


# ---- existence ----------------------------------------------------------------------------------------------------------


def test_existence_conditions_are_reported():
    found = moment(E(LOOP.sigma(t) ** -2))
    assert any(equal(c, (nu - 2) / 2) for c in found.positive)
    assert equal(found.form, (nu / (nu - 2)) ** t)
    p = Symbol("p", real=True)
    found = moment(E(LOOP.sigma(t) ** (2 * p)))
    assert any(equal(c, nu / 2 + p) for c in found.positive)
    assert moment(E(GaussianLoop(k + 4).sigma(t) ** -2)).positive == []


@pytest.mark.parametrize(
    ("loop", "power"),
    [
        (GaussianLoop(2), -1),
        (GaussianLoop(2), -2),
        (GaussianLoop(3), -2),
        (GaussianLoop(2, known_mean=True), -2),
        (GaussianLoop(4), -3),
        (GaussianLoop(11), -10),
        (GaussianLoop(3, estimator="mle"), -2),
    ],
)
def test_infinite_moments(loop, power):
    late = Symbol("late", integer=True, positive=True)
    assert moment(E(loop.sigma(late) ** power)).form is oo
    assert enclose.value(E(loop.sigma(3) ** power)).value == arb.pos_inf()
    if power < -1:
        finite = moment(E(loop.sigma(late) ** (power + 1 if power + 1 > -loop.dof else Rational(-1, 2))))
        assert finite.form is not oo


def test_at_time_0_nothing_is_infinite():
    """sigma_0 is a constant: with t >= 0 the moment is infinite for t >= 1 only, and no form is given."""
    with pytest.raises(CannotTell, match="diverges"):
        moment(E(GaussianLoop(2).sigma(t) ** -2))
    assert enclose.value(E(GaussianLoop(2).sigma(0) ** -2)).value == 1


def test_an_infinite_part_of_unknown_sign_is_declined():
    late = Symbol("late", integer=True, positive=True)
    with pytest.raises(CannotTell, match="diverges"):
        moment(E(GaussianLoop(2).sigma(late) ** -2 * log(GaussianLoop(2).sigma(late))))


@pytest.mark.parametrize(
    ("m", "reason"),
    [
        (Prob(LOOP.sigma(t) >= 1), "not one draw, from the same law in every fit"),
        (Quantile(log(LOOP.sigma(t)), Rational(1, 2)), "Quantile is not"),
        (E(PathMax(LOOP.sigma(k), (k, 0, t))), "maximum over the path"),
        (E(LOOP.sigma(t) * MLE.sigma(t)), "more than one loop"),
        (E(LOOP.sigma(oo) ** 2), "the limit of means is another thing"),
        (E(Abs(LOOP.mu(t))), "not a monomial"),
        (E(exp(LOOP.mu(t))), "not a monomial"),
        (E(1 / (1 + LOOP.sigma(t))), "not a monomial"),
        (E(LOOP.mu(t) ** Rational(1, 2)), "not seen to be 0 or above"),
        (E(LOOP.sigma(t) * LOOP.sigma(Symbol("u", integer=True, nonnegative=True))), "order of the times"),
    ],
    ids=lambda v: str(v)[:40],
)
def test_what_is_not_derivable_says_why(m, reason):
    with pytest.raises(CannotTell, match=reason):
        moment(m)


def test_generations_before_the_first_are_refused():
    """sigma(-1) does not exist; the derived form and the balls even differ there."""

    @claim
    def before(n=Integers(2), t=Integers(0)):
        """The mean, at the generation before."""
        return Eq(E(GaussianLoop(n).sigma(t - 1)), c4(n) ** (t - 1))

    assert not prove(before).proved


# ---- two routes ---------------------------------------------------------------------------------------------------------


def both(m, point):
    """A moment by the derived form and by the ball witness, at exact values."""
    total = standardise(m)
    at = {s: v for s, v in point.items() if s in total.free_symbols}
    forms = {e: moment(e) for e in total.atoms(Moment)}
    assert all(c.subs(at, simultaneous=True) > 0 for f in forms.values() for c in f.positive)
    form = total.xreplace({e: f.form for e, f in forms.items()})
    values = {Symbol(f"e{i}"): (e, enclose.value(e.xreplace(at)).value) for i, e in enumerate(forms)}
    mixed = total.xreplace({e: s for s, (e, _) in values.items()}).xreplace(at)
    direct = compile_expr(mixed, tuple(values))(Balls, *(v for _, v in values.values()))
    return refine(
        lambda: compile_expr(form, tuple(at))(Balls, *map(to_ball, at.values())), lambda b: good(b, 60), limit=1024
    ), direct


sizes = st.integers(0, 200).map(Integer)
times = st.integers(0, 60).map(Integer)
exponents = st.fractions(-1, 4, max_denominator=4).map(Rational)
ratios = st.fractions(Fraction(1, 10), 1, max_denominator=10).map(Rational)
loops = st.sampled_from(["unbiased", "mle", "known mean", "divisor", "biased"])


def loop_of(kind):
    return {
        "unbiased": GaussianLoop(k + 4),
        "mle": GaussianLoop(k + 4, estimator="mle"),
        "known mean": GaussianLoop(k + 4, known_mean=True),
        "divisor": GaussianLoop(k + 4, estimator=Rational(1, 2)),
        "biased": GaussianLoop(k + 4, sampling_bias=lam),
    }[kind]


@examples(24, 60)
@given(size=sizes, time=times, p=exponents, ratio=ratios, kind=loops)
def test_powers_by_two_routes(size, time, p, ratio, kind):
    """E sigma_t^p by derivation (one Gamma integral, induction in t) and by integrating and iterating in balls."""
    assume(p != 0)
    a, b = both(E(loop_of(kind).sigma(t) ** p), {k: size, t: time, lam: ratio})
    assert a.overlaps(b)
    assert b.rel_accuracy_bits() > 30
    if time > 0:
        assert not (a * (1 + arb(10) ** -6)).overlaps(b)


@examples(6, 15)
@given(size=sizes, time=times, ratio=ratios.filter(lambda v: v != 1), kind=loops, data=st.data())
def test_mixed_monomials_by_two_routes(size, time, ratio, kind, data):
    """E mu^i sigma^j log(sigma)^l of one generation."""
    i, j, l = (data.draw(st.integers(0, top)) for top in (2, 2, 1))  # noqa: E741
    assume(i + j + l > 0)
    loop = loop_of(kind)
    a, b = both(E(loop.mu(t) ** i * loop.sigma(t) ** j * log(loop.sigma(t)) ** l), {k: size, t: time, lam: ratio})
    assert a.overlaps(b)
    assert a.contains(0) or not (a * (1 + arb(10) ** -6)).overlaps(b) or b.rel_accuracy_bits() < 20


@settings(max_examples=25)
@given(size=sizes, time=times, gap=st.integers(1, 9).map(Integer), data=st.data())
def test_two_times_by_two_routes(size, time, gap, data):
    i, j, u, v = (data.draw(st.integers(0, top)) for top in (1, 2, 2, 2))
    assume(i + j and u + v)
    a, b = both(
        E(
            GaussianLoop(k + 4).mu(t) ** i
            * GaussianLoop(k + 4).sigma(t) ** j
            * GaussianLoop(k + 4).mu(t + d) ** u
            * GaussianLoop(k + 4).sigma(t + d) ** v
        ),
        {k: size, t: time, d: gap},
    )
    assert a.overlaps(b)
    assert a.contains(0) or not (a * (1 + arb(10) ** -6)).overlaps(b)


@examples(4, 10)
@given(size=sizes, time=times, kind=loops, ratio=ratios.filter(lambda v: v != 1))
def test_variances_by_two_routes(size, time, kind, ratio):
    loop = loop_of(kind)
    for m in (Var(loop.mu(t)), Var(loop.sigma(t) ** 2), Var(log(loop.sigma(t))), Var(loop.draw(t))):
        a, b = both(m, {k: size, t: time, lam: ratio})
        assert a.overlaps(b)
        assert b.is_finite()


IN_TURN = [c for c in catalogue("gaussian", "known*", "sampling*") if c.expected == "holds"]


@pytest.mark.thin(32)
@pytest.mark.parametrize("c", IN_TURN, ids=lambda c: c.id)
def test_every_derivable_moment_of_the_catalogue_agrees_with_its_balls(c):
    """At the first three points; a claim without a derivable moment has none to compare."""
    from theory.proof.prepared import Part, prepare

    compared = 0
    for point in c.points(3, 0):
        for part in prepare(c, point.values).parts:
            if not isinstance(part, Part):
                continue
            at = {s: Integer(1) * point.values[name] for name, s in part.symbols.items()}
            charted = {s: 2 + k if name == "n" else s for name, s in part.symbols.items() if name == "n"}
            for m in part.moments.values():
                try:
                    found = moment(m.xreplace(charted))
                    ball = enclose.value(m.xreplace(at)).value
                except CannotTell:
                    continue
                here = {
                    **{s: v for s, v in at.items() if s.name != "n"},
                    **dict.fromkeys(
                        (k for s in at if s.name == "n"), next((v - 2 for s, v in at.items() if s.name == "n"), 0)
                    ),
                }
                if found.form is oo or any(not v.xreplace(here).is_positive for v in found.positive):
                    continue
                exact = ball_of(found.form, {s: v for s, v in here.items() if s in found.form.free_symbols})
                assert exact.overlaps(ball), m
                compared += 1
    unreachable = any(
        w in str(c.relation()).replace("Abs(mu0 - mu(", "Abs(mu(")
        for w in ("PathMax", "Prob", "Quantile", "oo)", "RisesThenFalls", "FallsThenRises", "Abs(mu")
    ) or any(loop.has(Subsample) for loop in c.loops)  # products without a closed form
    unreachable |= bool({"derivation", "ball"} & {*c.unreached})  # as the claim itself says
    assert compared or unreachable


def test_increments_in_exact_fractions():
    """Cov(sigma_s^2, sigma_t^2) and the fourth moment of the mean, by a hand-written recursion in fractions."""
    size = 7
    ratio, fourth, mixed, squared = Fraction(size + 1, size - 1), Fraction(0), Fraction(0), Fraction(1)
    for _ in range(5):  # m4' = m4 + 6 m2s2/n + 3 s4/n^2;  (mu^2 sigma^2)' = mu^2 sigma^2 + s4/n;  s4' = ratio s4
        fourth, mixed, squared = (
            fourth + 6 * mixed / size + 3 * squared / size**2,
            mixed + squared / size,
            ratio * squared,
        )
    exact = number(E(LOOP.mu(t) ** 4), k=size - 2, t=5)
    assert exact.overlaps(fraction_ball(fourth))
    assert number(E(LOOP.sigma(t) ** 4), k=size - 2, t=5).overlaps(fraction_ball(squared))


# ---- monomials that do not close ------------------------------------------------------------------------------------


def test_early_generations_are_written_out_where_monomials_do_not_close():
    """Picks raise the degree: theta to its square, that to its fourth power, and so on."""
    w, q = Symbol("w", positive=True), Symbol("q", positive=True)
    loop, c = PickedSampleLoop(n, 2, w, q), (w - 1) / (w + 1)
    m = q + c * q * (1 - q)
    assert equal(moment(E(loop.theta(0))).form, q)
    assert equal(moment(E(loop.theta(1))).form, m)
    assert equal(moment(Var(loop.theta(1))).form, m * (1 - m) / n)
    assert equal(moment(E(loop.theta(2))).form, m + c * (m - m**2 - m * (1 - m) / n))
    with pytest.raises(CannotTell, match="do not close"):
        moment(E(loop.theta(Symbol("t", integer=True, nonnegative=True))))


@pytest.mark.parametrize("late", [1, 2, pytest.param(4, marks=pytest.mark.long)])
def test_coupled_moments_in_a_generation_that_is_a_number_need_no_roots(late):
    """In a generation that is a symbol the roots of a polynomial of degree 3 or more are asked for, with parameters in it."""
    size, real = Symbol("n", integer=True, positive=True), Symbol("m", integer=True, positive=True)
    loop = PooledGaussianLoop(size, FixedReal(real), known_variance=False)
    with pytest.raises(CannotTell, match="roots"):
        moment(E(loop.v(Symbol("t", integer=True, nonnegative=True)) ** 2))
    form, at = moment(E(loop.v(late) ** 2)).form, {size: Integer(3), real: Integer(4)}
    assert enclosed(E(loop.v(late) ** 2).subs(at)).overlaps(to_ball(form.subs(at)))
    drawn = PickedSampleLoop(5, 2, exp(Rational(1, 10)), Rational(1, 5))
    assert enclosed(E(drawn.theta(late) ** 2)).overlaps(to_ball(moment(E(drawn.theta(late) ** 2)).form))


def test_a_form_with_roots_of_parameters_that_gets_too_long_is_left_before_it_is_found(monkeypatch):
    """The second block is driven by the first one's roots: what comes of it is ten times as long as what is followed."""
    solved = []
    found = recurrences._solved
    monkeypatch.setattr(recurrences, "_solved", lambda *args: solved.append(args) or found(*args))
    N, M = (Symbol(s, integer=True, positive=True) for s in "NM")
    a, b = Symbol("a", real=True), Symbol("b", positive=True)
    loop = PooledGaussianLoop(N, FreshReal(M), sqrt(b), a, False, N / (M + N), "truth", b, 1)
    with pytest.raises(CannotTell, match="roots that contain parameters"):
        moment(E(loop.v(t + 2) * loop.mu(t + 1)))
    assert len(solved) == 1


class Begun(Loop):
    """A draw without a mean is added in every fit but the first."""

    x = coordinate()
    initial = {"x": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + (CLOCK - 1) * Noise("Z", Cauchy(0, 1))}


def test_no_times_what_has_no_mean_is_nothing():
    assert expectation_of(Begun().x(1), Begun()) == 1
    with pytest.raises(Doubtful):
        expectation_of(Begun().x(2), Begun())


class Volatile(Loop):
    """A variance that is refitted to d own draws, of which there may be none, and a weight with errors of it, of heavy tails."""

    n: Integers(1)
    d: Integers(0)
    w = coordinate()
    v = coordinate(positive=True)
    initial = {"w": Integer(0), "v": Integer(1)}  # noqa: RUF012

    def step(self, now):
        error = sqrt(now["v"]) * Noise("Z", Normal(0, 1)) / sqrt(Noise("P", ChiSquare(self.n + 2)))
        return {"w": now["w"] + error, "v": now["v"] * Noise("Q", ChiSquare(self.d)) / self.n}


def test_the_root_of_what_may_be_0_is_a_monomial():
    """The variance is 0 with no draws, hence not declared as it is: it is never negative, and so has a root."""
    n, d = Symbol("n", integer=True, positive=True), Symbol("d", integer=True, nonnegative=True)
    for i in range(4):
        expected = Add(*((d / n) ** j for j in range(i))) / n
        assert simplify(moment(E(Volatile(n, d).w(i) ** 2)).form - expected) == 0
        assert simplify(moment(E(Volatile(n, d).w(i) ** 2)).form - expected * n / (n + 1)) != 0 or i == 0
    with pytest.raises(CannotTell, match="may have no value"):  # with no draws v is 0
        moment(E(Volatile(n, d).w(3) / sqrt(Volatile(n, d).v(3))))


class Growing(Loop):
    """Fit number k multiplies by k."""

    x = coordinate()
    initial = {"x": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, state):
        return {"x": CLOCK * state["x"]}


def test_each_generation_has_a_row_of_its_own_where_they_differ():
    assert expectation_of(Growing().x(4), Growing()) == 24
