"""Sums and products of endlessly many terms, and special functions, as balls: against closed forms, mpmath, and what diverges."""

import mpmath
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    Catalan,
    Ei,
    Eq,
    EulerGamma,
    FallingFactorial,
    GoldenRatio,
    Gt,
    Heaviside,
    Integer,
    KroneckerDelta,
    LambertW,
    Piecewise,
    Product,
    Rational,
    Sum,
    Symbol,
    acosh,
    besseli,
    besselj,
    besselk,
    beta,
    betainc,
    binomial,
    cos,
    cosh,
    coth,
    dirichlet_eta,
    elliptic_k,
    erf,
    erfi,
    erfinv,
    exp,
    expint,
    factorial,
    gamma,
    harmonic,
    hermite,
    hyper,
    lerchphi,
    log,
    oo,
    pi,
    polygamma,
    polylog,
    sin,
    sinh,
    sqrt,
    tan,
    zeta,
)

from theory import Points, Positive, Probability, claim
from theory.language.errors import CannotTell
from theory.language.verdicts import Verdict
from theory.proof.arithmetic.programs import enclose, to_ball
from theory.proof.enclose import at_point

FEW = settings(max_examples=12)
k = Symbol("k", integer=True)
half = Rational(1, 2)

KNOWN = [
    (Sum(1 / k**2, (k, 1, oo)), pi**2 / 6),
    (Sum(1 / k ** Rational(11, 10), (k, 1, oo)), zeta(Rational(11, 10))),
    (Sum(1 / (k**2 + 1), (k, 1, oo)), pi * coth(pi) / 2 - half),
    (Sum(1 / (k * (k + 1)), (k, 1, oo)), Integer(1)),
    (Sum(Rational(1, 3) ** k, (k, 0, oo)), Rational(3, 2)),
    (Sum(exp(-k / Integer(10) ** 6), (k, 0, oo)), 1 / (1 - exp(-Rational(1, 10**6)))),
    (Sum(k**50 / Integer(2) ** k, (k, 1, oo)), polylog(-50, half)),
    (Sum((-1) ** k / k, (k, 1, oo)), -log(2)),
    (Sum((-1) ** k / (2 * k + 1), (k, 0, oo)), pi / 4),
    (Sum((-1) ** (k + 1) / sqrt(k), (k, 1, oo)), (1 - sqrt(2)) * zeta(half)),
    (Sum((-1) ** k * log(k) / k, (k, 1, oo)), EulerGamma * log(2) - log(2) ** 2 / 2),
    (Sum(((-1) ** k + 1) / k**2, (k, 1, oo)), pi**2 / 12),
    (Sum(1 / k - log(1 + 1 / k), (k, 1, oo)), EulerGamma),
    (Sum(gamma(k + half) / gamma(k + 2), (k, 1, oo)), sqrt(pi)),
    (Sum(binomial(k + 3, k) / Integer(2) ** k, (k, 0, oo)), Integer(16)),
    (Sum(harmonic(k) / k**2, (k, 1, oo)), 2 * zeta(3)),
    (Sum(exp(-Integer(700)) * Integer(700) ** k / factorial(k), (k, 0, oo)), Integer(1)),
    (Sum(KroneckerDelta(k, 3) * k**2, (k, 0, oo)), Integer(9)),
    (Product(1 + 1 / k**2, (k, 1, oo)), sinh(pi) / pi),
    (Product(1 - 1 / k**2, (k, 2, oo)), half),
]


@pytest.mark.parametrize(("series", "value"), KNOWN, ids=str)
def test_a_sum_is_its_closed_form_and_not_nearly(series, value):
    ball, truth = enclose(series), enclose(value)
    assert ball.overlaps(truth)
    assert ball.rel_accuracy_bits() > 40
    assert not ball.overlaps(truth * to_ball(Rational(10**9 + 1, 10**9)))


def test_a_sum_over_all_integers_has_two_tails():
    assert enclose(Sum(exp(-((k - 1000) ** 2) / 100), (k, -oo, oo))).overlaps(enclose(10 * sqrt(pi)))


DIVERGE = [
    1 / k,
    1 / sqrt(k),
    2**k,
    (-1) ** k,
    (-1) ** k * (1 + 1 / k),
    1 / (k * log(k + 1)),
    sin(k),
    Rational(1, 2) ** k + Rational(1, 10**30) / k,  # what matters is seen late
    1 / k**2 + Rational(1, 10**40),
    k**-2 * (1 + k**-2) ** (k**3),
    Abs(cos(k)) / k,
    gamma(k + 1) / 1000**k,
    exp(-1 / k) - 1,
    (-1) ** k / sqrt(k) + 1 / k,
]


@pytest.mark.parametrize("term", DIVERGE, ids=str)
def test_a_sum_that_does_not_converge_has_no_ball(term):
    with pytest.raises(CannotTell, match="not seen to converge"):
        enclose(Sum(term, (k, 1, oo)))


def test_a_sum_whose_terms_cancel_far_out_is_not_told():
    """4^-k binomial(2 k, k) is a power of k, but log(4) - 2 log(2) is a ball around 0: nothing is said."""
    with pytest.raises(CannotTell, match="not seen to converge"):
        enclose(Sum(binomial(2 * k, k) / Integer(4) ** k, (k, 1, oo)))


def test_a_term_that_is_no_number_ends_the_sum():
    with pytest.raises(ArithmeticError):
        enclose(Sum(1 / (k - 7) ** 2, (k, 1, oo)))
    with pytest.raises((ArithmeticError, CannotTell)):
        enclose(Sum(1 / k**2 * sqrt(k - 40), (k, 1, oo)))


@FEW
@given(p=st.fractions(Rational(-3), Rational(4)), q=st.fractions(Rational(1, 20), Rational(19, 20), max_denominator=50))
def test_powers_times_a_geometric_series_are_polylogarithms(p, q):
    p, q = Rational(round(p * 2), 2), Rational(q)
    with mpmath.workdps(40):
        truth = arb(mpmath.nstr(mpmath.polylog(mpmath.mpf(p.p) / p.q, mpmath.mpf(q.p) / q.q), 35))
    ball = enclose(Sum(k ** (-p) * q**k, (k, 1, oo)))
    assert ball.overlaps(truth + truth * arb(0, 1e-30))
    assert ball.rel_accuracy_bits() > 40


@FEW
@given(s=st.integers(21, 90), a=st.integers(0, 300), sign=st.sampled_from([1, -1]))
def test_powers_are_hurwitz_zeta_and_turning_ones_lerch(s, a, sign):
    s, shift = Rational(s, 20), Rational(a, 7) + 1
    ball = enclose(Sum(sign**k / (k + shift) ** s, (k, 0, oo)))
    with mpmath.workdps(40):
        at, order = mpmath.mpf(shift.p) / shift.q, mpmath.mpf(s.p) / s.q
        even, odd = (mpmath.zeta(order, x / 2) / 2**order for x in (at, at + 1))
        truth = arb(mpmath.nstr(even + sign * odd, 35))
    assert ball.overlaps(truth + truth * arb(0, 1e-28))
    assert ball.rel_accuracy_bits() > 40


@FEW
@given(n=st.integers(1, 10**9), b=st.integers(21, 60), start=st.integers(1, 40))
def test_a_shifted_start_is_the_sum_without_its_first_terms(n, b, start):
    """With scales of very different sizes, as in the mass that n draws from a power law have not seen."""
    p = k ** (-Rational(b, 20)) / 2
    whole, rest = (enclose(Sum(p * (1 - p) ** n, (k, low, oo))) for low in (1, start + 1))
    first = enclose(Sum(p * (1 - p) ** n, (k, 1, start)))
    assert whole.overlaps(first + rest)
    assert whole.rel_accuracy_bits() > 40
    brute = enclose(Sum(p * (1 - p) ** n, (k, start + 1, start + 300)))
    assert rest > brute.lower() - brute.rad()


@FEW
@given(c=st.integers(50, 500), b=st.fractions(Rational(3, 2), 4, max_denominator=6))
def test_sums_of_large_steps_have_their_expansion(c, b):
    """f(x) = (1 + x^b)^-2 = 1 - 2 x^b + 3 x^(2b)..., sum f(k/c) = c int f + zeta(0) - 2 zeta(-b) c^-b + 3 zeta(-2b) c^(-2b)..."""
    b, c = Rational(b), Integer(c)
    integral = c * gamma(1 / b) * gamma(2 - 1 / b) / b
    series = enclose(Sum((1 + (k / c) ** b) ** -2, (k, 1, oo)), bits=100)
    gap = series - enclose(integral - half - 2 * zeta(-b) * c**-b, bits=100)
    assert abs(gap) < 6 * abs(enclose(zeta(-2 * b) * c ** (-2 * b))) + 100 * enclose(c ** (-3 * b))


SPECIAL = [
    (hyper((1, half), (Rational(3, 2),), Rational(1, 3)), lambda m: m.hyp2f1(1, 0.5, 1.5, m.mpf(1) / 3)),
    (hyper((1, 1, 1), (Rational(8, 5), Rational(8, 5)), 1), lambda m: m.hyp3f2(1, 1, 1, m.mpf(8) / 5, m.mpf(8) / 5, 1)),
    (beta(Rational(1, 3), 2), lambda m: m.beta(m.mpf(1) / 3, 2)),
    (betainc(2, 3, 0, half), lambda m: m.betainc(2, 3, 0, 0.5)),
    (polygamma(2, half), lambda m: m.polygamma(2, 0.5)),
    (polylog(2, -3), lambda m: m.polylog(2, -3)),
    (lerchphi(half, 2, 3), lambda m: m.lerchphi(0.5, 2, 3)),
    (dirichlet_eta(half), lambda m: m.altzeta(0.5)),
    (LambertW(3), lambda m: m.lambertw(3)),
    (LambertW(-Rational(1, 5), -1), lambda m: m.lambertw(-m.mpf(1) / 5, -1)),
    (besselj(half, 3) + besseli(2, 1) + besselk(0, 2), lambda m: m.besselj(0.5, 3) + m.besseli(2, 1) + m.besselk(0, 2)),
    (erfi(1) + erfinv(half), lambda m: m.erfi(1) + m.erfinv(0.5)),
    (Ei(2) + expint(3, 2), lambda m: m.ei(2) + m.expint(3, 2)),
    (elliptic_k(half), lambda m: m.ellipk(0.5)),
    (hermite(7, Symbol("x")).xreplace({Symbol("x"): Rational(1, 3)}), lambda m: m.hermite(7, m.mpf(1) / 3)),
    (tan(1) + acosh(2), lambda m: m.tan(1) + m.acosh(2)),
    (Catalan + GoldenRatio, lambda m: m.catalan + m.phi),
    (harmonic(Rational(5, 2), 2), lambda m: m.zeta(2) - m.zeta(2, 3.5)),
    (FallingFactorial(Rational(9, 2), 3), lambda m: m.mpf(4.5) * 3.5 * 2.5),
]


@pytest.mark.parametrize(("expr", "of"), SPECIAL, ids=lambda x: str(x) if not callable(x) else "")
def test_special_functions_are_those_of_mpmath(expr, of):
    with mpmath.workdps(40):
        truth = arb(mpmath.nstr(mpmath.re(of(mpmath.mp)), 35))
    ball = enclose(expr)
    assert ball.overlaps(truth + truth * arb(0, 1e-30))
    assert ball.rel_accuracy_bits() > 40


x = Symbol("x", real=True)


@pytest.mark.parametrize(
    ("expr", "at"),
    [
        (elliptic_k(x), 2),
        (polylog(2, x), 3),
        (hyper((1, 1), (2,), x), 2),
        (LambertW(x), -1),
        (erfinv(x), 2),
        (acosh(x), half),
        (betainc(x, 1, 0, half), -1),
        (besselk(0, x), -1),
        (hyper((1,), (x,), half), -2),
    ],
    ids=str,
)
def test_arguments_outside_of_the_domain_have_no_ball(expr, at):
    with pytest.raises((ArithmeticError, CannotTell)):
        enclose(expr, {x: at})


def test_steps_are_known_where_they_are():
    assert enclose(Heaviside(x, half), {x: 0}) == arb(0.5)
    assert enclose(KroneckerDelta(x, 2), {x: 2}) == 1
    assert enclose(KroneckerDelta(x, 2), {x: Rational(5, 2)}) == 0


def verdicts(c):
    return {at_point(c, p, 0.01).verdict for p in c.points()}


def test_claims_with_endless_sums_are_decided_at_points():
    i = Symbol("i", integer=True, positive=True)

    @claim
    def geometric(a=Probability()):
        """The geometric series."""
        return Eq(Sum(a ** (2 * k), (k, 0, oo)), 1 / (1 - a**2))

    @claim
    def shifted(a=Probability()):
        """Its first term left out, false."""
        return Eq(Sum(a ** (2 * k), (k, 1, oo)), 1 / (1 - a**2))

    @claim
    def poisson(delta=Positive()):
        """The mean of 1/(K + 1) under a Poisson law."""
        return Eq(Sum(exp(-delta) * delta**k / factorial(k) / (k + 1), (k, 0, oo)), (1 - exp(-delta)) / delta)

    @claim
    def off(delta=Positive()):
        """The same, wrong by a millionth."""
        return Eq(
            Sum(exp(-delta) * delta**k / factorial(k) / (k + 1), (k, 0, oo)),
            (1 - exp(-delta)) / delta * Rational(10**6 + 1, 10**6),
        )

    @claim
    def numbers(n=Points(10, 1000)):
        """A sum of numbers is compared by balls: SymPy would take hours, or answer before it is asked."""
        p = i**-2 / zeta(2)
        return Gt(Sum(p * (1 - p / 100) ** n, (i, 1, oo)), Rational(1, 10))

    assert verdicts(geometric) == verdicts(poisson) == verdicts(numbers) == {Verdict.SUPPORTED}
    assert Verdict.REFUTED in verdicts(shifted)
    assert Verdict.SUPPORTED not in verdicts(shifted)
    assert verdicts(off) == {Verdict.REFUTED}


def test_a_number_between_sides_is_no_truth_value():
    """SymPy leaves what an endless sum is to balls."""
    series = Sum(1 / (k**2 + 1), (k, 1, oo))
    assert (series > 1) not in (True, False)
    assert Sum(k, (k, 1, 10)).is_number
    assert erf(Sum(1 / k**2, (k, 1, oo))).evalf().has(Sum)
    assert Eq(cosh(Sum(1 / k**2, (k, 1, 3))), 0) == False  # noqa: E712 - SymPy's own truth


@pytest.mark.parametrize(
    ("term", "low", "known"),
    [
        (Piecewise((3, k < 50), (1, True)) / 2**k, 0, 2 + 4 * (1 - Rational(1, 2**50))),
        (Piecewise((1, k < 10), (1 / k**2, True)), 1, 9 + zeta(2) - harmonic(9, 2)),
    ],
)
def test_terms_by_cases(term, low, known):
    ball = to_ball(Sum(term, (k, low, oo)))
    assert ball.overlaps(to_ball(known))
    assert ball.rel_accuracy_bits() > 30


def test_a_case_that_turns_for_ever_is_not_told():
    with pytest.raises(CannotTell):
        to_ball(Sum(Piecewise((1, (-1) ** k > 0), (2, True)) / k**2, (k, 1, oo)))
