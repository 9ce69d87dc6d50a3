"""Integrals that SymPy takes are tried by numbers: some are those of another branch, and were proved."""

import mpmath as mp
import pytest
from stated import assert_proved, is_proved
from sympy import Abs, Eq, Min, Piecewise, Rational, S, Symbol, erf, exp, gamma, integrate, lowergamma, pi, sqrt, tanh

from theory import Binomial, ChiSquare, E, Exponential, Integers, Noise, Uniform
from theory.language.errors import CannotTell
from theory.proof.methods import moment
from theory.proof.symbols.believed import believed

x, a = Symbol("x", real=True), Symbol("a", positive=True)
U = Noise("U", Uniform(-1, 2))
WRONG = gamma(Rational(1, 4)) * (lowergamma(Rational(1, 4), 16) - lowergamma(Rational(1, 4), 1)) / 16


def test_an_integral_of_another_branch_is_not_believed():
    """int exp(-x^4) from -1 to 2: SymPy's antiderivative is odd under its root, and of the wrong sign below 0."""
    with pytest.raises(CannotTell, match="which it is not"):
        believed(WRONG / gamma(Rational(5, 4)), exp(-(x**4)), x, S(-1), S(2))
    with pytest.raises(CannotTell, match="which it is not"):
        believed(a + Rational(1, 1000), S.One, x, S.Zero, a)


def test_what_is_right_is():
    assert believed(a**3 / 3, x**2, x, S.Zero, a) == a**3 / 3
    half_line = sqrt(pi) / 2 * erf(a)
    assert believed(half_line, exp(-(x**2)), x, S.Zero, a) == half_line
    assert believed(integrate(Abs(x - a), (x, -1, 2)), Abs(x - a), x, S(-1), S(2)) is not None


@pytest.mark.parametrize("f", [exp(-(U**4)), exp(-(Min(0, U) ** 2) * U**2), exp(-Abs(U) * U**2)])
def test_a_mean_under_a_uniform_law_is_right_or_none(f):
    values = lambda u: mp.mpf(str(f.xreplace({U: S(str(u))}).evalf(20)))  # noqa: E731
    wanted = mp.quad(values, [-1, 0, 1, 2]) / 3
    try:
        found = moment(E(f)).form
    except CannotTell:
        return
    assert abs(mp.mpf(str(found.evalf(15))) - wanted) < 1e-10


def test_no_false_mean_is_proved():
    one = Noise("V", Uniform(-1, 1))
    assert not is_proved(lambda t: Eq(E(exp(-(one**4))), 0), t=Integers(1))
    wrong = Rational(2, 3) - gamma(Rational(1, 4)) * lowergamma(Rational(1, 4), 1) / (48 * gamma(Rational(5, 4)))
    assert not is_proved(lambda t: Eq(E(exp(-(Min(0, U) ** 2) * U**2)), wrong), t=Integers(1))
    assert_proved(lambda t: Eq(E(exp(-(Min(0, U) ** 2))), sqrt(pi) * erf(1) / 6 + Rational(2, 3)), t=Integers(1))
    assert_proved(lambda t: Eq(E(Abs(Noise("P", Exponential(1)))), 1), t=Integers(1))


def test_what_has_no_value_where_it_is_tried_is_not_believed():
    with pytest.raises(CannotTell, match="SymPy takes"):
        believed(S.NaN, 1 / x, x, S(-1), S(1))


def test_an_integral_of_a_quotient_is_tried_too():
    """tanh(2 P) of an exponential draw: SymPy takes the integral of (u^8 - 1)/(u^8 + 1) from 0 to 1 for 1."""
    p = Noise("P", Exponential(2))
    assert not is_proved(lambda t: Eq(E(tanh(2 * p)), -1), t=Integers(1))
    assert_proved(lambda t: Eq(E(tanh(p / 2)), pi / 2 - 1), t=Integers(1))


def test_a_condition_that_divides_by_0_has_no_probability():
    """1/K at K = 0."""
    k, q = Noise("K", Binomial(2, Rational(1, 3))), Noise("Q", ChiSquare(3))
    for condition in (1 / k < U, k > -U / (2 * k), 1 / k > 1):
        with pytest.raises(CannotTell):
            moment(E(Piecewise((q, condition), (0, True))))
    with pytest.raises(CannotTell):
        moment(E(Piecewise((1, 1 / k > 1), (0, True))))
