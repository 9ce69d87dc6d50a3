"""Digamma, its derivatives and logarithms where leading terms cancel: what Gaussian loops lose to first order in 1/n."""

from __future__ import annotations

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import assert_proved, is_proved, prove, stated
from sympy import EulerGamma, Rational, Symbol, exp, harmonic, log, oo, polygamma, sympify

from theory import KL, E, Integers, Limit, Reals, Var
from theory.gaussian.common import GaussianLoop
from theory.language.errors import CannotTell
from theory.proof.symbols import smooth
from theory.proof.symbols.asymptotics import Limits

N, T = Integers(2), Integers(0)
half = Rational(1, 2)
TRUE = {
    "the logarithm of a deviation": (N, lambda n: Limit(n * E(log(GaussianLoop(n).sigma(1))), (n, oo), -half)),
    "to second order": (
        N,
        lambda n: Limit(n * (n * E(log(GaussianLoop(n).sigma(1))) + half), (n, oo), -Rational(2, 3)),
    ),
    "a divergence of the next model": (
        N,
        lambda n: Limit(n * E(KL(GaussianLoop(n).model(1), GaussianLoop(n).model(0))), (n, oo), 1),
    ),
    "as many generations as points": (
        N,
        lambda n: Limit(exp(E(log(GaussianLoop(n).sigma(n)))), (n, oo), exp(-half)),
    ),
    "Euler's constant": (N, lambda n: Limit(n * (harmonic(n) - log(n) - EulerGamma), (n, oo), half)),
    "trigamma": (N, lambda n: Limit(n**2 * (polygamma(1, n) - 1 / n), (n, oo), half)),
    "a square of what is negative": (N, lambda n: Limit(n * (log((1 - n) ** 2) - 2 * log(n)), (n, oo), -2)),
}
FALSE = {
    "the logarithm of a deviation": (N, lambda n: Limit(n * E(log(GaussianLoop(n).sigma(1))), (n, oo), -half / 2)),
    "to second order": (N, lambda n: Limit(n * (n * E(log(GaussianLoop(n).sigma(1))) + half), (n, oo), -half)),
    "a divergence of the next model": (
        N,
        lambda n: Limit(n * E(KL(GaussianLoop(n).model(1), GaussianLoop(n).model(0))), (n, oo), half),
    ),
    "trigamma": (N, lambda n: Limit(n**2 * (polygamma(1, n) - 1 / n), (n, oo), 1)),
}


@pytest.mark.parametrize(("domain", "relation"), TRUE.values(), ids=TRUE)
def test_it_is_proved(domain, relation):
    assert_proved(relation, n=domain)


@pytest.mark.parametrize(("domain", "relation"), FALSE.values(), ids=FALSE)
def test_its_false_twin_is_refuted(domain, relation):
    found = prove(stated(relation, n=domain))
    assert found.refuted
    assert "derived" in found.reason


def test_for_every_generation():
    assert_proved(lambda n, t: Limit(n * Var(log(GaussianLoop(n).sigma(t))), (n, oo), t / 2), n=N, t=T)
    assert not is_proved(lambda n, t: Limit(n * Var(log(GaussianLoop(n).sigma(t))), (n, oo), t), n=N, t=T)


def test_a_limit_within_a_limit_keeps_its_own_variable():
    def outer(n, t):
        return Limit(n * Limit(E(log(GaussianLoop(n).sigma(t))) / t, (t, oo)), (n, oo), -half)

    def same_name(n, t):
        first = E(log(GaussianLoop(n).sigma(1)))
        return Limit(Limit(n * first, (n, oo)) * n * first, (n, oo), Rational(1, 4))

    assert_proved(outer, n=N, t=T)
    assert_proved(same_name, n=N, t=T)


def test_forms_are_of_the_variable_that_was_written():
    """The mean of the logarithm is derived from n = 10 on, where the law has no atom at 0; no form of n + 10 is told."""
    proof = prove(stated(lambda n: Limit(n * E(log(GaussianLoop(n).sigma(1))), (n, oo), -half), n=N))
    assert not any("+ 9" in text or "+ 10" in text for text in (*proof.forms.values(), *proof.steps))


def test_a_logarithm_is_parted_only_where_its_factors_are_positive():
    """log(c^2 n) is not 2 log(c) + log(n): c may be negative."""
    wrong = stated(lambda n, c: Limit(log(c**2 * (n + 1)) - log(n), (n, oo), 2 * log(c)), n=N, c=Reals())
    assert not prove(wrong).proved


n = Symbol("n", integer=True, positive=True)


def known(x) -> int:
    sign = 1 if x.is_positive else -1 if x.is_negative else 0 if x.is_zero else None
    if sign is None:
        raise CannotTell("a sign")
    return sign


TERMS = Limits(n, known)
psi = [polygamma(m, n) for m in range(2)]
SERIES = [
    (psi[1] - 1 / n - 1 / (2 * n**2), 3, Rational(1, 6)),
    (polygamma(2, n) + 1 / n**2 + 1 / n**3, 4, -half),
    (psi[0] - log(n) + 1 / (2 * n), 2, -Rational(1, 12)),
    (log((n + 1) / (n + 2)) + psi[1], 2, Rational(1, 2) + Rational(3, 2)),
]


@pytest.mark.parametrize(("x", "power", "limit"), SERIES)
def test_coefficients(x, power, limit):
    assert smooth.end(n**power * x, TERMS) == limit


UNSEEN = [
    n**6 * (psi[0] - log(n) + 1 / (2 * n) + 1 / (12 * n**2) - 1 / (120 * n**4)),  # -1/252, beyond what is written out
    n**5 * (psi[0] - log(n) + 1 / (2 * n) + 1 / (12 * n**2) - 1 / (120 * n**4)),
    psi[0] - log(n) / 2,
    n * (psi[0] - log(n)) + log(n),
    polygamma(1, half - n),  # pi^2 in the end, and a pole for every n without the half
]


@pytest.mark.parametrize("x", UNSEEN)
def test_what_is_left_out_tells_nothing(x):
    assert smooth.end(x, TERMS) is None
    assert smooth.leading(x, TERMS) is None


places = st.tuples(st.sampled_from([half, sympify(1), sympify(2)]), st.fractions(0, 3, max_denominator=2))
differences = st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 3), places), min_size=1, max_size=3)


@settings(max_examples=40)
@given(differences, st.integers(0, 2), st.integers(-2, 2))
def test_differences_are_as_numbers_far_out_have_them(chosen, p, more):
    """n^p times sums of psi_m(a n + b), with the logarithms that they grow by taken off: in 60 digits at n = 10^9."""
    x = sympify(more)
    for c, m, (a, b) in chosen:
        z = a * n + sympify(b)
        x += c * (polygamma(m, z) - (log(n) + log(a) if m == 0 else 0)) * n ** (p + m - 1 if m else p)
    found, lead = smooth.end(x, TERMS), smooth.leading(x, TERMS)
    far = 10**9
    with mpmath.workdps(60):
        at = mpmath.mpf(more)
        for c, m, (a, b) in chosen:
            z = mpmath.mpf(a.p) / a.q * far + mpmath.mpf(b.numerator) / b.denominator
            grown = mpmath.log(far) + mpmath.log(mpmath.mpf(a.p) / a.q) if m == 0 else 0
            at += c * (mpmath.polygamma(m, z) - grown) * mpmath.mpf(far) ** (p + m - 1 if m else p)
        if found is not None:
            assert abs(at - mpmath.mpf(found.evalf(60))) < 1e-6
        if lead is not None:
            grows = mpmath.mpf(lead.c.evalf(60)) * mpmath.mpf(far) ** int(lead.power)
            assert abs(at / grows - 1) < 1e-6
