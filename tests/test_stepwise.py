"""Products of gamma functions, powers and roots against each other; where x exp(-x^2) is largest."""

from random import Random

import mpmath as mp
import pytest
from sympy import Eq, Rational, Symbol, binomial, exp, gamma, lambdify, sqrt

from theory import ArgMax, Claim, Positive
from theory.proof.relations.prove import prove
from theory.proof.signs import Certificate, positive
from theory.proof.signs.sign import Asked
from theory.proof.signs.stepwise import certify
from theory.proof.symbols.normal_forms import is_zero

k = Symbol("k", integer=True, nonnegative=True)
c, n = Symbol("c", integer=True, nonnegative=True), Symbol("n", integer=True, nonnegative=True)
CENTRAL = gamma(k + Rational(1, 2)) / (gamma(Rational(1, 2)) * gamma(k + 1))


@pytest.mark.parametrize(("rate", "holds"), [(3, True), (Rational(31, 10), False), (2, True), (4, False)])
def test_a_product_of_quotients_against_a_root(rate, holds):
    assert positive(1 / sqrt(rate * k + 1) - CENTRAL, Certificate(), strict=False) == holds


def test_what_is_certified_holds_at_many_numbers():
    rng, said = Random(2), 0
    for _ in range(60):
        a, b, s = (Rational(rng.randint(1, 6), 2) for _ in range(3))
        shapes = (gamma(k + a) / gamma(k + b), (k + a) ** s, 1 / sqrt(k + b), Rational(1, 2) ** k, Rational(3, 2) ** k)
        left, right = rng.choice(shapes), rng.choice(shapes) / rng.choice((1, 2, 3))
        gap = left - right
        if not gap.has(k) or not certify(Asked(gap, True, positive), Certificate()):
            continue
        said += 1
        value = lambdify(k, gap, "mpmath")
        assert all(value(mp.mpf(i)) > 0 for i in (*range(40), 100, 1000))
    assert said > 2


def test_gamma_functions_at_quotients_are_seen_to_differ_by_whole_numbers():
    x = (n + 1) / (c + 1)
    assert is_zero(gamma(1 + (n - c) / (c + 1)) * x - gamma(1 + x))
    assert is_zero(binomial(2 * k, k) * gamma(k + 1) ** 2 - gamma(2 * k + 1))
    assert not is_zero(binomial(2 * k, k) * gamma(k + 1) * gamma(k + 2) - gamma(2 * k + 1))


@pytest.mark.parametrize("place", [1 / sqrt(2), Rational(7, 10)])
def test_where_a_bump_is_largest(place):
    x = Symbol("x", positive=True)

    def bump(a=Positive()):
        """At 1/sqrt(2 a)."""
        return Eq(ArgMax(a * x * exp(-(x**2)), (x, 0, 3)), place)

    assert prove(Claim(bump)).proved == (place != Rational(7, 10))


@pytest.mark.parametrize(("less", "holds"), [(1, True), (0, True), (2, False)])
def test_a_power_against_a_sum_of_quotients(less, holds):
    """At least one of m = k + 2 answers is right with probability m p/(1 + (m - 1) p) at least, p = c/(1 + c)."""
    c, m = Symbol("c", positive=True), k + 2
    p = c / (1 + c)
    assert positive(1 - (1 - p) ** m - m * p / (1 + (m - less) * p), Certificate(), strict=False) == holds
