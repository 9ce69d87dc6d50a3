"""Integrals that SymPy takes are tried by numbers: some are those of another branch, and were proved."""

import mpmath as mp
import pytest
from stated import assert_proved, is_proved
from sympy import (
    Abs,
    Eq,
    Min,
    Ne,
    Piecewise,
    Rational,
    S,
    Symbol,
    asinh,
    cos,
    erf,
    exp,
    gamma,
    integrate,
    lowergamma,
    pi,
    sin,
    sqrt,
    tanh,
)

from theory import Binomial, ChiSquare, E, Exponential, Integers, Noise, Positive, Reals, Uniform
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


def test_it_is_tried_with_parameters_of_either_sign():
    """Of sqrt(c^2 + u^2) SymPy writes c sqrt(1 + 1/c^2), of a wrong sign below 0: that the mean is no less than 0 was refuted."""
    c = Symbol("c", real=True)
    taken = c * sqrt(1 + c**-2) / 2 + c * Abs(c) * asinh(1 / Abs(c)) / 2
    with pytest.raises(CannotTell, match="which it is not"):
        believed(taken, sqrt(c**2 + x**2), x, S.Zero, S.One)
    at = Symbol("c", positive=True)
    assert believed(taken.xreplace({c: at}), sqrt(at**2 + x**2), x, S.Zero, S.One)
    v = Noise("V", Uniform(0, 1))

    def mean(c):
        return E(sqrt(c**2 + v**2))

    apart = {"c": Reals(), "where": lambda c: Ne(c, 0)}
    assert is_proved(lambda c: mean(c) >= 0, **apart)
    assert not is_proved(lambda c: mean(c) <= c**2 + c / 2, **apart)
    assert is_proved(lambda c: Eq(mean(c), sqrt(c**2 + 1) / 2 + c**2 * asinh(1 / c) / 2), c=Positive())


def test_ends_that_are_parameters_are_in_order_where_it_is_tried():
    ordered = {"a": Reals(), "b": Reals(), "where": lambda a, b: a < b}
    between = lambda a, b: E(cos(Noise("V", Uniform(a, b))))  # noqa: E731
    assert is_proved(lambda a, b: Eq(between(a, b), (sin(b) - sin(a)) / (b - a)), **ordered)
    assert not is_proved(lambda a, b: Eq(between(a, b), (sin(b) + sin(a)) / (b - a)), **ordered)


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
