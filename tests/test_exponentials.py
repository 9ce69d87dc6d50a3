"""Means of exponentials of lines and of quadratic functions of draws: against quadrature, where they exist, in claims."""

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Abs, Eq, Le, Matrix, Rational, S, Symbol, cosh, diag, exp, lambdify, log, sqrt, symbols, tanh

from reports.workbench import check
from theory import (
    Binomial,
    ChiSquare,
    E,
    Exponential,
    Geometric,
    Integers,
    Laplace,
    Noise,
    Normal,
    Poisson,
    Positive,
    Probability,
    Reals,
    claim,
)
from theory.language.errors import CannotTell
from theory.language.verdicts import Verdict
from theory.proof.arithmetic.quadrature import mean_under
from theory.proof.enclose import value
from theory.proof.relations.prove import prove
from theory.proof.symbols.averages import Infinite, average, noise_terms
from theory.proof.symbols.law_means import mean_of_draws

Z = Noise("Z", Normal(0, 1))
X = Symbol("x", real=True)
small = st.fractions(-2, 2, max_denominator=12).map(lambda q: Rational(q.numerator, q.denominator))
positive = st.fractions(Rational(1, 6), 3, max_denominator=6).map(lambda q: Rational(q.numerator, q.denominator))


def by_quadrature(f, mean, variance):
    """E f(X), X ~ N(mean, variance), by mpmath alone."""
    m, s = mpmath.mpf(str(mean.p)) / mean.q, mpmath.sqrt(mpmath.mpf(variance.p) / variance.q)
    ends = [m + s * k for k in (-60, -20, -8, -3, 0, 3, 8, 20, 60)]
    return mpmath.quad(lambda x: f(x) * mpmath.npdf(x, m, s), ends)


@given(rate=small, bend=small, mean=small, variance=positive)
def test_a_gaussian_is_tilted_to_a_gaussian(rate, bend, mean, variance):
    law = Normal(mean, variance)
    mass, tilted, exists = law.tilted(rate, bend)
    assert exists == 1 - 2 * bend * variance
    if exists > 0:
        density = exp(rate * X + bend * X**2) * law.density(X)
        ratio = log(density / (mass * tilted.density(X)))
        assert all(abs(ratio.subs(X, place).evalf(30)) < 1e-20 for place in (-1, 0, Rational(7, 3)))


@given(rate=small, bend=small, mean=small, variance=positive, power=st.integers(0, 3))
def test_means_of_exponentials_of_a_quadratic_are_what_quadrature_gives(rate, bend, mean, variance, power):
    x = Noise("X", Normal(mean, variance))
    m = E(exp(rate * x + bend * x**2) * x**power)
    if 1 - 2 * bend * variance <= 0:
        if power % 2 == 0 and (rate or bend):
            with pytest.raises(Infinite):
                mean_of_draws(m)
        return
    form, conditions = mean_of_draws(m)
    assert all(c > 0 for c in conditions)
    if 1 - 2 * bend * variance > Rational(1, 4):
        a, b = (mpmath.mpf(q.p) / q.q for q in (rate, bend))
        expected = by_quadrature(lambda y: mpmath.exp(a * y + b * y * y) * y**power, mean, variance)
        assert abs(form.evalf(20) - S(str(expected))) < 1e-9 * (1 + abs(expected))
        assert abs(float(value(m).value.mid()) - expected) < 1e-9 * (1 + abs(expected))


@given(c=small, v=positive, w=positive, d=small)
def test_a_quadratic_of_two_draws_is_averaged_over_one_after_the_other(c, v, w, d):
    a, b = Noise("A", Normal(0, v)), Noise("B", Normal(d, w))
    c = abs(c) + Rational(1, 12)
    form, conditions = average(exp(-c * (a**2 - 2 * a * b + b**2)), {a, b})
    assert conditions == []
    truth = exp(-c * d**2 / (1 + 2 * c * (v + w))) / sqrt(1 + 2 * c * (v + w))  # a - b is normal
    assert abs((form - truth).evalf(30)) < 1e-20


def test_three_draws_in_one_exponent():
    v, c = symbols("v c", positive=True)
    a, b, d = Noise("A", Normal(0, v)), Noise("B", Normal(1, v)), Noise("D", Normal(2, 1))
    form, conditions = mean_of_draws(E(exp(-c * (a - b) ** 2 / 2 - (b - d) ** 2 / 2)))
    assert conditions == []
    # by the determinant and the inverse of the joint precision, at two places
    for at in ({v: Rational(2), c: Rational(1, 3)}, {v: Rational(1, 5), c: Rational(4)}):
        covariance, mean = diag(at[v], at[v], 1), Matrix([0, 1, 2])
        A = Matrix([[at[c], -at[c], 0], [-at[c], at[c] + 1, -1], [0, -1, 1]])
        K = covariance.inv() + A
        truth = exp(-(mean.T * (covariance.inv() - covariance.inv() * K.inv() * covariance.inv()) * mean)[0] / 2)
        truth /= sqrt((covariance * K).det())
        assert abs((form.xreplace(at) - truth).evalf(30)) < 1e-20


@pytest.mark.parametrize("f", [tanh(X) ** 2, 1 / cosh(X), log(1 + X**2), X**3])
@pytest.mark.parametrize("exponent", [-((X + 1) ** 2), X**2 / 8 + X, 3 * X])
def test_balls_of_products_with_such_an_exponential(f, exponent):
    found = mean_under(exp(exponent) * f, X, Normal(1, 2))
    g = lambdify(X, exp(exponent) * f, "mpmath")
    expected = float(by_quadrature(g, Rational(1), Rational(2)))
    assert abs(float(found.mid()) - expected) < 1e-9 * (1 + abs(expected))
    assert found.rel_accuracy_bits() > 30


def test_sums_of_such_products_have_balls_and_what_is_infinite_has_none():
    found = mean_under((exp(X) + 1) * tanh(X) + exp(-(X**2)) * X**2, X, Normal(0, 1))
    parts = [mean_under(f, X, Normal(0, 1)) for f in (exp(X) * tanh(X), tanh(X), exp(-(X**2)) * X**2)]
    assert found.overlaps(sum(parts[1:], parts[0]))
    with pytest.raises(CannotTell, match="finite only where"):
        mean_under(exp(X**2) * tanh(X) ** 2, X, Normal(0, 1))


@claim
def kernel(h=Positive(), v=Positive(), d=Reals(-5, 5)):
    """A Gaussian kernel between two Gaussians."""
    gap = Noise("X", Normal(0, v)) - Noise("Y", Normal(d, v))
    return Eq(E(exp(-(gap**2) / (2 * h))), sqrt(h / (h + 2 * v)) * exp(-(d**2) / (2 * (h + 2 * v))))


@claim
def kernel_below(h=Positive(), v=Positive(), d=Reals(-5, 5)):
    """It is at most 1."""
    return Le(E(exp(-((Noise("X", Normal(0, v)) - Noise("Y", Normal(d, v))) ** 2) / (2 * h))), 1)


@claim
def quadratic(c=Reals(0, Rational(1, 2)), m=Reals(-3, 3)):
    """A quadratic reward."""
    return Eq(E(exp(c * (Z + m) ** 2)), exp(c * m**2 / (1 - 2 * c)) / sqrt(1 - 2 * c))


@claim
def chi_square(c=Reals(0, Rational(1, 2)), n=Integers(1)):
    """The exponential of a chi-square draw."""
    return Eq(E(exp(c * Noise("Q", ChiSquare(n)))), (1 - 2 * c) ** (-n / 2))


@claim
def laplace(a=Reals(-1, 1)):
    """The moment generating function of a Laplace law."""
    return Eq(E(exp(a * Noise("L", Laplace(0, 1)))), 1 / (1 - a**2))


@claim
def product(c=Reals(-1, 1)):
    """Of a product of two draws."""
    return Eq(E(exp(c * Z * Noise("Y", Normal(0, 1)))), 1 / sqrt(1 - c**2))


@claim
def odd(c=Reals(0, Rational(1, 2))):
    """An odd function has the mean 0 where it has one."""
    return Eq(E(Z * exp(c * Z**2)), 0)


@claim
def of_random_age(n=Integers(2), q=Probability()):
    """A number to the power of a draw."""
    return Eq(E((1 - 1 / n) ** Noise("T", Geometric(q))), q * (n - 1) / (1 + q * (n - 1)))


@claim
def of_two_counts(m=Positive(), q=Probability(), p=Probability(), n=Integers(1)):
    """Of two draws, one beside a power of it."""
    counts = Noise("K", Poisson(m)), Noise("B", Binomial(n, p))
    return Eq(E(counts[0] * q ** (counts[0] + counts[1])), m * q * exp(m * (q - 1)) * (1 - p + p * q) ** n)


@pytest.mark.parametrize(
    "c",
    [of_random_age, of_two_counts, kernel, kernel_below, quadratic, chi_square, laplace, product, odd],
    ids=lambda c: c.id,
)
def test_it_is_proved(c):
    assert prove(c).proved


@claim
def no_mean(c=Reals(0, 1), m=Reals(-3, 3)):
    """Infinite where c is 1/2 or more."""
    return Le(E(exp(c * (Z + m) ** 2)), 10**9)


@claim
def shifted(h=Positive(), v=Positive(), d=Reals(-5, 5)):
    """One variance in place of two in the exponent."""
    gap = Noise("X", Normal(0, v)) - Noise("Y", Normal(d, v))
    return Eq(E(exp(-(gap**2) / (2 * h))), sqrt(h / (h + 2 * v)) * exp(-(d**2) / (2 * (h + v))))


@claim
def unlike(c=Reals(-2, 2)):
    """Infinite where |c| is 1 or more."""
    return Eq(E(exp(c * Z * Noise("Y", Normal(0, 1)))), 1 / sqrt(Abs(1 - c**2)))


@claim
def of_two(n=Integers(1, 3)):
    """One of two exponential draws is in the exponent with its rate: there is no mean."""
    return Le(E(exp(Noise("X", Exponential(n)) / 4 + Noise("Y", Exponential(1)))), 10**9)


@claim
def of_mean_age(n=Integers(2), q=Probability()):
    """As if all had the mean age."""
    return Eq(E((1 - 1 / n) ** Noise("T", Geometric(q))), (1 - 1 / n) ** (1 / q))


@pytest.mark.parametrize("c", [of_mean_age, no_mean, shifted, unlike, of_two], ids=lambda c: c.id)
def test_it_is_refuted(c):
    (found,) = check([c], seconds=1)
    assert found.verdict == Verdict.REFUTED


@claim
def odd_too_far(c=Reals(0, 1)):
    """It has no mean where c is 1/2 or more."""
    return Eq(E(Z * exp(c * Z**2)), 0)


@claim
def exponential_too_far(a=Reals(0, 2)):
    """It has no mean where a is 1 or more."""
    return Eq(E(exp(a * Noise("X", Exponential(1)))), 1 / Abs(1 - a))


@claim
def doubled_too_far(q=Probability()):
    """2^T has no mean where q is 1/2 or less."""
    return Eq(E(2 ** Noise("T", Geometric(q))), 2 * q / Abs(1 - 2 * (1 - q)))


@pytest.mark.parametrize("c", [doubled_too_far, odd_too_far, exponential_too_far], ids=lambda c: c.id)
def test_a_form_beyond_where_it_holds_proves_nothing(c):
    found = prove(c)
    assert not found.proved
    assert "exists only where" in found.reason or found.refuted


@pytest.mark.parametrize("f", [tanh(Noise("Y", Normal(0, 1))) ** 2, log(1 + Noise("Y", Normal(0, 1)) ** 2)], ids=str)
def test_a_power_beside_an_exponential_of_the_same_draw_has_no_mean_0(f):
    """E(Z e^Z) is e^(1/2), whatever it is multiplied by: 0 was derived where the mean of the other factor has no form."""
    with pytest.raises(CannotTell):
        mean_of_draws(E(Z * exp(Z) * f))
    assert mean_of_draws(E(Z * f)) == (0, [])


@pytest.mark.parametrize("f", [exp(Z * exp(-(Z**2))), exp(-Z * Abs(Z))], ids=str)
def test_a_rate_that_is_of_the_draw_itself_is_no_rate(f):
    with pytest.raises(CannotTell):
        noise_terms(f, {Z})
