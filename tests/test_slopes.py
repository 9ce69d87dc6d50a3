"""Signs by the value at an end and the slope: inequalities between elementary functions."""

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import examples
from sympy import (
    Add,
    Mul,
    Rational,
    Symbol,
    asinh,
    atan,
    cosh,
    erf,
    erfc,
    exp,
    expand,
    lambdify,
    log,
    pi,
    sinh,
    sqrt,
    tanh,
)  # fmt: skip

from theory.proof.signs import Certificate, askable, positive
from theory.proof.signs.telescoping import _limit
from theory.proof.symbols.normal_forms import equal

X, A = Symbol("x", positive=True), Symbol("a", positive=True)
K = Symbol("k", integer=True, nonnegative=True)
HOLD = {  # x > 0 wherever its symbols are as they are declared
    "log": X - log(1 + X),
    "log, second": log(1 + X) - X / (1 + X / 2),
    "log of a root": sqrt(1 + X) - 1 - log(1 + X) / 2,
    "exp": exp(A * X) - 1 - A * X,
    "exp, third": (A * X) ** 3 / 6 - (A * X) ** 2 / 2 + A * X - 1 + exp(-A * X),
    "atan": X - atan(X),
    "atan, to its limit": pi / 2 - atan(X),
    "erf, to its limit": 1 - erf(X),
    "erf": 2 * X / sqrt(pi) - erf(X),
    "asinh": X - asinh(X),
    "tanh": 1 - tanh(X),
    "sinh": sinh(X) - X - X**3 / 6,
    "cosh": cosh(X) - 1 - X**2 / 2,
    "of whole numbers": 1 + K - log(1 + K),
    "erfc, from 0 up and down to 0": exp(-(X**2)) - erfc(X),
    "erfc of a root": exp(-A * X**2) - erfc(sqrt(A) * X),
}
FAIL = {  # somewhere
    "log, a hundredth less": Rational(99, 100) * X - log(1 + X),
    "log, more by a thousandth": log(1 + X) - Rational(1001, 1000) * X / (1 + X / 2),
    "atan, below its limit": Rational(3, 2) - atan(X),
    "erf, below its limit": 1 - Rational(1, 10**9) - erf(X),
    "sinh, a larger third order": sinh(X) - X - X**3 / 5,
    "of whole numbers, at the first": K - log(1 + K),
    "another slope": exp(A * X) - 1 - X,
    "erfc, beyond its decay": exp(-2 * X**2) - erfc(X),
    "erfc, below its start": Rational(99, 100) * exp(-(X**2)) - erfc(X),
    "down and up": erfc(X) - exp(-(X**2)),
}


@pytest.mark.parametrize("name", HOLD)
def test_what_holds_is_certified(name):
    assert positive(HOLD[name], Certificate())


def test_a_certificate_names_the_end_and_the_slope():
    cert = Certificate()
    assert positive(HOLD["log"], cert)
    assert cert.steps[-1] == "x - log(x + 1): by its value at x = 0, and the sign of its slope"


@pytest.mark.parametrize("name", FAIL)
def test_what_fails_is_not(name):
    assert not positive(FAIL[name], Certificate())


def test_where_it_is_0_it_is_not_above_it():
    """A number of the chart may be 0, a positive variable may not."""
    assert not positive(K - log(1 + K), Certificate())
    assert positive(K - log(1 + K), Certificate(), strict=False)
    assert positive(X - log(1 + X), Certificate())


COEFFICIENT = st.fractions(-3, 3, max_denominator=4).map(lambda c: Rational(c.numerator, c.denominator))
FUNCTIONS = (
    lambda y: log(1 + y), lambda y: exp(-y), exp, atan, erf, asinh, tanh, sinh, lambda y: sqrt(1 + y),
    lambda y: log(y), lambda y: atan(1 / y), lambda y: exp(-1 / y), lambda y: 1 / (1 + exp(y)),
)  # fmt: skip
PLACES = [mpmath.mpf(10) ** k * m for k in range(-6, 4) for m in (1, 3)]


@examples(25, 75)
@given(
    *[COEFFICIENT] * 5, st.sampled_from(FUNCTIONS), st.sampled_from(FUNCTIONS), st.sampled_from([1, 2, Rational(1, 2)])
)
def test_what_is_certified_is_positive_wherever_it_is_evaluated(a, b, c, d, e, f, g, scale):
    """Sums and products of two functions and a polynomial: many are certified, and none of them is below 0 anywhere."""
    for x in (a + b * X + c * X**2 + d * f(scale * X) + e * g(X), a + b * f(X) * g(scale * X)):
        if positive(x, Certificate()):
            with mpmath.workdps(60):
                value = lambdify(X, x, "mpmath")
                assert all(value(p) > 0 for p in PLACES), x


def test_a_long_fraction_is_asked_for_its_sign_as_a_product():
    """SymPy multiplies out, term by term, what it is asked: a product of polynomials leaves it little to do."""
    y = Symbol("y", positive=True)
    long = Add(*(y**i / ((y + i) ** 2 * (1 + y / (y + i))) for i in range(1, 15)))
    assert askable(y / (1 + y)) == y / (1 + y)
    asked = askable(long)
    assert isinstance(asked, Mul)
    assert equal(asked, long)
    assert asked.is_positive


def test_limits_of_logarithms_with_large_coefficients():
    """A power of what is in a logarithm would have as many digits: the common factor is taken out first."""
    u = Symbol("u", integer=True, nonnegative=True)
    f = log(300 * u + 101) - log(300 * u + 701) - log(u + 1) + log(u + 3)
    assert _limit(expand(25217916800000000 * f), u) == _limit(f, u) == 0
    assert _limit(10**9 * log(2 + 1 / (u + 1)), u) == 10**9 * log(2)
    assert _limit(10**9 * log(2 + 1 / (u + 1)) + log(3 + 1 / (u + 2)), u) is None
