"""Signs of quotients and products with functions among their factors, and of functions of a real number."""

import pytest
from sympy import Rational, Symbol, cosh, erf, exp, log, pi, sqrt

from theory.proof.signs import Certificate, parted, positive
from theory.proof.signs.sign import Asked

c, a = Symbol("c", positive=True), Symbol("a", positive=True)
s = Symbol("s", real=True)
above = (1 - erf(c / sqrt(2))) / 2  # of a normal draw
density = exp(-(c**2) / 2) / sqrt(2 * pi)


@pytest.mark.parametrize(
    "x",
    [
        c + 1 / c - density / above,
        above - c * density / (1 + c**2),
        (1 + c**2) * above - c * density,
        c * above - density * (1 - 1 / (1 + c**2)),
        s**2 / 2 - log(cosh(s)),
        exp(s) - 1 - s,
        (exp(a * c) - 1) / log(1 + c) - a,
    ],
    ids=str,
)
def test_positive(x):
    assert positive(x, Certificate(), strict=False)


@pytest.mark.parametrize(
    "x",
    [
        c + 1 / (2 * c) - density / above,
        c + 1 / (1 + c) - density / above,
        above - c * density / (c**2 + 0.95),
        s**2 * 0.49 - log(cosh(s)),
        exp(s) - 1 - 2 * s,
    ],
    ids=str,
)
def test_not_positive(x):
    assert not positive(x, Certificate(), strict=False)


def test_exponentials_of_long_rates_are_not_factored():
    """What 12/10 is cut to in balls had a degree of 60,000: the search took minutes in one call of SymPy."""
    k = Symbol("k", positive=True)
    u = k * Rational(64947, 40960) / (1 + k)
    factor = (1 - (exp(u) - exp(-u)) ** 2 / (exp(u) + exp(-u)) ** 2) * exp(u**2)
    assert not parted.certify(Asked(1 - factor * erf(k), False, lambda *_: False, 0), Certificate())
