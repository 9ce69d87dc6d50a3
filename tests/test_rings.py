"""The evaluator: compiled expressions on balls, against mpmath and against exact arithmetic."""

from math import exp as fexp
from math import prod

import mpmath
import pytest
from flint import acb, arb
from hypothesis import given
from hypothesis import strategies as st
from sympy import (
    Abs,
    Add,
    Float,
    Function,
    Integral,
    Max,
    Min,
    Mul,
    Product,
    Rational,
    Sum,
    Symbol,
    binomial,
    cos,
    digamma,
    erf,
    erfc,
    exp,
    factorial,
    gamma,
    harmonic,
    lambdify,
    log,
    loggamma,
    oo,
    pi,
    polygamma,
    sqrt,
    symbols,
    uppergamma,
)

from theory.language.errors import CannotTell
from theory.language.functions import c4
from theory.proof.arithmetic.precision import precision
from theory.proof.arithmetic.programs import compile_expr, enclose, to_ball
from theory.proof.arithmetic.rings import Balls, ComplexBalls

x = Symbol("x", positive=True)
y = Symbol("y", positive=True)
k = Symbol("k", integer=True)

EXPRESSIONS = [
    gamma(x + y) / gamma(x),
    loggamma(x + 3) - loggamma(x),
    digamma(x) - log(x),
    polygamma(1, x / 2),
    polygamma(3, x) + polygamma(2, y),
    erf(x) * erfc(y / 3),
    x**y - y ** (x / 7),
    (1 - 1 / (2 + x)) ** (y / 2),
    sqrt(x) * exp(-y) + cos(x * y),
    Max(x, y) - Min(x, 3) + Abs(x - y),
    c4(x + 2) ** 3,
    harmonic(x) + binomial(x + 5, 2) + factorial(y),
    uppergamma(x, y),
    pi * Rational(22, 7) * x,
]


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
@given(a=st.fractions(Rational(1, 4), 9, max_denominator=50), b=st.fractions(Rational(1, 4), 9, max_denominator=50))
def test_balls_contain_what_mpmath_computes(expr, a, b):
    a, b = Rational(a), Rational(b)
    ball = enclose(expr, {x: a, y: b})
    with mpmath.workdps(40):
        f = lambdify((x, y), expr.doit(), "mpmath")
        value = f(mpmath.mpf(a.p) / a.q, mpmath.mpf(b.p) / b.q)
        wide = ball + arb(0, 1e-30) * (1 + abs(ball))  # mpmath's own rounding
        assert wide.overlaps(arb(mpmath.nstr(value, 38)))
    assert ball.rel_accuracy_bits() > 30 or abs(ball) < 1e-9


@given(n=st.integers(0, 60))
def test_sums_and_products_run_over_their_range(n):
    geometric = Sum(Rational(1, 3) ** k, (k, 0, x))
    assert enclose(geometric, {x: n}).overlaps(to_ball(Rational(3, 2) * (1 - Rational(1, 3) ** (n + 1))))
    telescoping = Product((k + 1) / (k + 2), (k, 0, x))
    assert enclose(telescoping, {x: n}).overlaps(to_ball(Rational(1, n + 2)))


def test_a_sum_whose_end_is_no_integer_is_refused():
    with pytest.raises(CannotTell, match="not integers"):
        enclose(Sum(k, (k, 0, x)), {x: Rational(1, 2)})


def test_integrals_are_rigorous():
    assert enclose(Integral(exp(-k * x), (k, 0, 1)), {x: 2}).overlaps(to_ball((1 - exp(-2)) / 2))
    assert enclose(Integral(log(1 + x - 2 * x * k), (k, 0, 1)), {x: Rational(1, 3)}).is_finite()


def test_integer_powers_of_zero_centred_balls_are_not_nan():
    """python-flint's own `arb(0, r)**2` is nan."""
    square = compile_expr(x**2, (x,))(Balls, arb(0, 0.5))
    assert square.is_finite()
    assert square.contains(0.2)


def test_a_float_of_a_claim_is_a_ball():
    ball = enclose(Float("0.1") * x, {x: 1})
    assert ball.contains(to_ball(Rational(1, 10)))
    assert float(ball.rad()) > 1e-17


def test_symbols_of_one_name_and_different_assumptions_are_kept_apart():
    other = Symbol("x", real=True)
    assert enclose(x - other, {x: 3, other: 1}).contains(2)


def test_what_is_repeated_is_computed_once():
    u = sqrt(x + y)
    program = compile_expr(exp(u) / (1 + exp(u)) + gamma(u), (x, y))
    assert program.source.count("R.sqrt") == program.source.count("R.exp") == 1
    assert program.source.count("R.gamma") == 1
    wanted = lambdify((x, y), program.expr, "mpmath")(mpmath.mpf(2), mpmath.mpf(3))
    assert abs(float(program(Balls, arb(2), arb(3))) - float(wanted)) < 1e-12


def test_factors_that_know_nothing_of_the_sum_around_them_are_worked_out_once(monkeypatch):
    """A recursion unfolded is a sum over k of products beyond k: they were as many as the square of its length."""
    j, k, n, far = symbols("j k n far", integer=True)
    asked = []

    def counted(y):
        asked.append(y)
        return y.exp()

    monkeypatch.setattr(Balls, "exp", staticmethod(counted))
    unfolded = compile_expr(Sum(Product(1 + exp(-j), (j, k + 1, n)) / k, (k, 1, n)), (n,))
    known = sum(prod(1 + fexp(-i) for i in range(a + 1, 31)) / a for a in range(1, 31))

    assert abs(unfolded(Balls, arb(30)) - known) < 1e-9
    assert len(asked) == 29
    assert unfolded(Balls, arb(31)) > unfolded(Balls, arb(30))  # of other values it is another factor
    for inner, outer in (
        (Product(1 + exp(-j * k), (j, 1, k)), lambda a: prod(1 + fexp(-i * a) for i in range(1, a + 1))),
        (Product(1 + exp(-k), (k, 1, k)), lambda a: prod(1 + fexp(-i) for i in range(1, a + 1))),
    ):
        whole = compile_expr(Sum(inner, (k, 1, n)), (n,))(Balls, arb(9))
        assert abs(whole - sum(map(outer, range(1, 10)))) < 1e-9
    beyond = compile_expr(Sum(1 + Sum((j - far) ** 2, (j, far, far + k)), (k, 1, 3)), (far,))
    with precision(200):
        assert beyond(Balls, arb(2) ** 60) == 3 + 1 + (1 + 4) + (1 + 4 + 9)  # no two of these numbers are one float


def test_what_is_repeated_under_a_sum_stays_inside_of_it():
    total = enclose(Sum(exp(k) / (1 + exp(k)), (k, 0, 3)))
    assert total.overlaps(sum((arb(i).exp() / (1 + arb(i).exp()) for i in range(4)), arb(0)))


@given(power=st.integers(-40, 40), a=st.fractions(Rational(1, 4), 4, max_denominator=20))
def test_whole_powers(power, a):
    assert Balls.whole_power(to_ball(Rational(a)), power).overlaps(to_ball(Rational(a) ** power))


def test_what_no_ring_can_evaluate_is_named():
    with pytest.raises(CannotTell, match="mystery"):
        enclose(Function("mystery")(x), {x: 1})
    with pytest.raises(CannotTell, match="further symbols"):
        compile_expr(x + y, (x,))


def test_precision_is_raised_until_the_ball_is_small():
    cancelling = exp(x) * (1 + exp(-x)) - exp(x) - 1 + Rational(1, 10**40)
    assert enclose(cancelling, {x: 200}).overlaps(to_ball(Rational(1, 10**40)))
    with precision(53):
        assert enclose(cancelling, {x: 200}) > 0


def test_infinity_is_a_value():
    assert to_ball(oo) > 10**9


def test_a_box_across_a_cut_is_not_analytic():
    """`acb.atan` is finite there: an integral would be of whatever it chose."""
    for box in (acb(0, 2), acb(arb(0, 0.1), arb(-2, 0.5)), acb(arb(1, 1), arb(0, 1))):
        assert not ComplexBalls(True).atan(box).is_finite()
        assert ComplexBalls(True).atan(box + 5).is_finite()
    assert ComplexBalls(True).atan(acb(0, arb(0, 0.9))).is_finite()


# ---- integrals to infinity ------------------------------------------------------------------------------------------

LINES = [
    (1 / (1 + x**2) ** Rational(3, 2), 0, oo, lambda: 1),
    (x ** Rational(-3, 2), 4, oo, lambda: 1),
    ((x - 5) ** 2 * exp(-x), 0, oo, lambda: 17),
    (exp(-x) + 2 / (1 + x) ** 2, Rational(1, 2), oo, lambda: mpmath.exp(-0.5) + mpmath.mpf(4) / 3),
    (exp(-(x**2)), -oo, oo, lambda: mpmath.sqrt(mpmath.pi)),
    (exp(3 * x), -oo, 2, lambda: mpmath.exp(6) / 3),
    (2 ** (-x), 0, oo, lambda: 1 / mpmath.log(2)),
    (1 / (1 + x**2) - 1 / (2 + x**2), 0, oo, lambda: mpmath.pi / 2 * (1 - 1 / mpmath.sqrt(2))),
    (exp(1000 - x), 1000, oo, lambda: 1),
]


@pytest.mark.parametrize(("f", "low", "high", "known"), LINES)
def test_integrals_to_infinity(f, low, high, known):
    s = Symbol("s", real=True)
    ball = enclose(Integral(f.xreplace({x: s}), (s, low, high)))
    assert abs(float(ball.mid()) - float(known())) < 1e-11
    assert ball.rad() < 1e-9


@pytest.mark.parametrize(
    "f",
    [
        1 / x,
        1 / (1 + x),
        exp(x),
        x**2 * exp(-x) + 1 / x,
        1 + exp(-x),
        cos(x) / x**2,
        1 / (x - 9) ** 2,
        1 / (x * log(x)),
    ],
)
def test_what_is_not_seen_to_be_finite_at_infinity_has_no_ball(f):
    with pytest.raises((CannotTell, ArithmeticError)):
        enclose(Integral(f, (x, 3, oo)))


ENDS = [
    (1 / sqrt(x), 0, 1, lambda: 2),
    (1 / sqrt(x), 1, 0, lambda: -2),
    (log(x) ** 2 / sqrt(x), 0, 1, lambda: 16),
    (1 / sqrt(1 - x**2), -1, 1, lambda: mpmath.pi),
    ((x - 1) ** Rational(-1, 3), 1, 3, lambda: 1.5 * mpmath.mpf(2) ** (2 / mpmath.mpf(3))),
    (log(1 - x), 0, 1, lambda: -1),
    (exp(-x) / sqrt(x), 0, oo, lambda: mpmath.sqrt(mpmath.pi)),
    (exp(-x) * log(x), 0, oo, lambda: -mpmath.euler),
    (log(x) / x**2, 1, oo, lambda: 1),
]


@pytest.mark.parametrize(("f", "low", "high", "known"), ENDS)
def test_integrals_to_ends_where_there_is_no_value(f, low, high, known):
    s = Symbol("s", real=True)
    ball = enclose(Integral(f.xreplace({x: s}), (s, low, high)))
    assert abs(float(ball.mid()) - float(known())) < 1e-10
    assert ball.rad() < 1e-9


@pytest.mark.parametrize(
    "f", [1 / x, x ** Rational(-3, 2), log(x) / x, 1 / (x - 1), 1 / (x * (1 - x)), 1 / (2 * x - 1)]
)
def test_what_is_not_seen_to_be_finite_at_an_end_has_no_ball(f):
    s = Symbol("s", real=True)
    try:
        ball = enclose(Integral(f.xreplace({x: s}), (s, 0, 1)))
    except (CannotTell, ArithmeticError):
        return
    assert not ball.is_finite()


def test_the_ends_of_integrals_to_infinity_may_be_symbols():
    s = Symbol("s", real=True)
    program = compile_expr(Integral(exp(-x * s), (s, y, oo)), (x, y))
    assert abs(float(program(Balls, arb(2), arb(3)).mid()) - mpmath.exp(-6) / 2) < 1e-14


def test_thousands_of_terms_are_one_program():
    """Python nests a chain of sums once more with every sign in it."""
    x = symbols("x:3000", real=True)
    ones = [arb(1)] * len(x)
    assert compile_expr(Add(*x), x)(Balls, *ones) == 3000
    assert compile_expr(Mul(*x), x)(Balls, *ones) == 1


def test_a_power_beyond_all_numbers_is_not_written():
    """2^(2^(2^t)) has a ball up to t = 5; at t = 30 the exponent alone would fill the memory."""
    t = Symbol("t", integer=True, nonnegative=True)
    tower = compile_expr(2 ** (2 ** (2**t)), (t,))
    assert tower(Balls, arb(1)) == 16
    assert tower(Balls, arb(5)) > 10**9
    for beyond in (30, 1000):
        with pytest.raises(CannotTell):
            tower(Balls, arb(beyond))
    assert compile_expr((t / t) ** (2 ** (2**t)) + 1, (t,))(Balls, arb(1000)) == 2
