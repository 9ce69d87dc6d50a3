"""Inequalities for all n from some n on: proved, refuted, or left to others."""

import pytest
from sympy import Abs, Integer, Max, Rational, Symbol, cos, cosh, exp, log, pi, sin, sinh, sqrt, tanh

from theory.proof.relations.infinity import Fails, prove_from

n, c = Symbol("n", positive=True), Symbol("c", positive=True)
half = Rational(1, 2)


def test_a_first_term_at_infinity():
    # sqrt(n + 1) - sqrt(n) = 1/(2 sqrt(n)) - 1/(8 n^(3/2)) + ...
    d = sqrt(n + 1) - sqrt(n)
    assert prove_from(1 / (2 * sqrt(n)) - d, n, Integer(1), {})
    assert prove_from(d - 1 / (2 * sqrt(n)) + 1 / (8 * n**half * n), n, Integer(1), {})
    with pytest.raises(Fails):
        prove_from(d - 1 / (2 * sqrt(n)), n, Integer(1), {})


def test_another_variable():
    d = c / sqrt(n + c) - c / sqrt(n) + c**2 / (2 * n**half * n)  # 3 c^3/(8 n^(5/2)) - ...
    assert prove_from(d, n, Integer(10), {c: (half, Integer(2))})
    with pytest.raises(Fails, match="c = 5/4"):
        prove_from(-d, n, Integer(10), {c: (half, Integer(2))})


def test_false_at_first_only():
    """True at infinity, false at n = 4."""
    d = 1 / sqrt(n) - 3 / n
    assert prove_from(d, n, Integer(4), {}) is None
    assert prove_from(d, n, Integer(10), {})


SERIES = {  # the first terms of known series, and the next coefficient
    "sinh": (sinh(pi / sqrt(n)), pi / sqrt(n) + pi**3 / (6 * n * sqrt(n)), 1),
    "sin": (sin(pi / sqrt(n)), pi / sqrt(n) - pi**3 / (6 * n * sqrt(n)), 1),
    "cos": (cos(2 / sqrt(n)), 1 - 2 / n, 1),
    "cosh": (cosh(1 / sqrt(n)), 1 + 1 / (2 * n), 1),
    "tanh": (tanh(1 / sqrt(n)), 1 / sqrt(n), -1),
    "exp": (exp(1 / sqrt(n)), 1 + 1 / sqrt(n), 1),
    "log": (log(1 + 1 / sqrt(n)), 1 / sqrt(n) - 1 / (2 * n), 1),
    "log of exp": (log(1 + exp(-1 / sqrt(n))), log(2) - 1 / (2 * sqrt(n)), 1),
}


@pytest.mark.parametrize("name", SERIES)
def test_functions_of_roots(name):
    f, first, sign = SERIES[name]
    assert prove_from(sign * (f - first), n, Integer(5), {})
    with pytest.raises(Fails):
        prove_from(-sign * (f - first), n, Integer(5), {})
    with pytest.raises(Fails):  # one of its coefficients is a little larger
        prove_from(f - first - Rational(1, 10**6) / sqrt(n), n, Integer(5), {})


def test_what_is_left_to_others():
    assert prove_from(1 / n - 1 / (n + 1), n, Integer(1), {}) is None  # no root of n
    assert prove_from(exp(-sqrt(n)), n, Integer(1), {}) is None
    assert prove_from(2 ** sqrt(n) / sqrt(n), n, Integer(1), {}) is None
    assert prove_from(sqrt(n) - sqrt(n), n, Integer(1), {}) is None
    for corner in (Max(1 / sqrt(n), 2 / n), Abs(1 / sqrt(n) - 2 / n)):  # no series says what is right of a corner
        assert prove_from(corner - 1 / (2 * sqrt(n)), n, Integer(20), {}) is None
