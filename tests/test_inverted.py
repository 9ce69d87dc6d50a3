"""Events of one draw with parameters in them: the intervals that they are, against numbers; and their probabilities."""

from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stated import assert_proved, is_proved, stated
from sympy import (
    Abs,
    And,
    Dummy,
    Eq,
    Integer,
    Max,
    Min,
    N,
    Or,
    Piecewise,
    Rational,
    S,
    Symbol,
    atan,
    erf,
    erfc,
    exp,
    log,
    sinh,
    sqrt,
    tanh,
)

from theory import ChiSquare, E, Exponential, Logistic, Noise, Normal, Positive, Prob, Probability, Reals, Uniform
from theory.language.errors import CannotTell
from theory.proof.relations.prove import prove
from theory.proof.symbols import inverted

a, s, r = Symbol("a", positive=True), Symbol("s", positive=True), Symbol("r", real=True)
REAL, ABOVE = Dummy("x", real=True), Dummy("x", positive=True)
AT = [
    {a: Rational(1, 3), s: Integer(2), r: Rational(-3, 2)},
    {a: Rational(5, 2), s: Rational(1, 4), r: Rational(1, 2)},
    {a: Integer(1), s: Integer(1), r: Integer(0)},
]
PLACES = [Rational(i, 7) for i in (-60, -23, -13, -8, -5, -2, -1, 1, 2, 3, 4, 6, 8, 11, 15, 24, 61)]


def functions(x):
    """What a few steps make of x."""

    def more(f):
        return st.one_of(
            f.map(lambda y: y + a),
            f.map(lambda y: y - r),
            f.map(lambda y: r * y),
            f.map(lambda y: a - s * y),
            f.map(lambda y: s * y - 1),
            f.map(lambda y: y**2),
            f.map(lambda y: y**3),
            f.map(lambda y: 1 / y),
            f.map(lambda y: -a / (1 + y**2)),
            f.map(Abs),
            f.map(exp),
            f.map(tanh),
            f.map(atan),
            f.map(sinh),
            f.map(lambda y: sqrt(Abs(y))),
            f.map(lambda y: log(1 + Abs(y))),
            st.tuples(f, f).map(lambda p: Min(*p)),
            st.tuples(f, f).map(lambda p: Max(*p)),
        )

    start = st.sampled_from([x, Max(x, a), x**2 + 2 * x, x**2 - a * x, x / (1 + x), (s - x) / (a + x), a * x**2 - s])
    return st.recursive(start, more, max_leaves=3)


def _stays(f, x, place):
    """Whether a function has one value near a place."""
    return len({N(f.xreplace({x: place + step}), 30) for step in (Rational(-1, 10**4), 0, Rational(1, 10**4))}) == 1


@pytest.mark.parametrize("x", [REAL, ABOVE], ids=["real", "above 0"])
@given(st.data())
def test_the_intervals_are_where_it_is_above(x, data):
    f = data.draw(functions(x))
    level = data.draw(st.sampled_from([S.Zero, a, -s, S.One, a / (1 + a), r, 2 - r, tanh(r) - 2]))
    strict = data.draw(st.booleans())
    try:
        region = inverted.above(f, level, x, strict)
    except CannotTell:
        return
    for at in AT:
        for place in PLACES if x == REAL else [p for p in PLACES if p > 0]:
            value = (f - level).xreplace({x: place}).xreplace(at)
            number = complex(N(value, 30)) if value.is_finite is not False else complex("nan")
            stays = f.has(Max, Min) and _stays(f.xreplace(at), x, place) and abs(number) < 1e-20  # at its level
            if not isfinite(abs(number)) or (abs(number) < 1e-12 and not stays):
                continue
            ends = [(N(low.xreplace(at), 30), N(high.xreplace(at), 30)) for low, high in region]
            inside = [bool(low < place < high) for low, high in ends]
            assert any(inside) == (not strict if stays else number.real > 0), (f, level, region, at, place)
            assert sum(inside) <= 1


Z, Q, U, X = (
    Noise("Z", Normal(0, 1)),
    Noise("Q", ChiSquare(4)),
    Noise("U", Uniform(0, 1)),
    Noise("X", Exponential(1)),
)
# the event, its probability, where that is so
EVENTS = {
    "a square": (lambda a: a < Z**2, lambda a: erfc(sqrt(a / 2)), Positive()),
    "an absolute value": (lambda a: Abs(Z) > a, lambda a: erfc(a / sqrt(2)), Positive()),
    "an exponential": (lambda a: exp(Z) > a, lambda a: erfc(log(a) / sqrt(2)) / 2, Positive()),
    "a cube": (lambda a: a**3 < Z**3, lambda a: erfc(a / sqrt(2)) / 2, Positive()),
    "one over it": (lambda a: a < 1 / Z, lambda a: erf(1 / (a * sqrt(2))) / 2, Positive()),
    "a quadratic": (
        lambda a: a < Z**2 + 2 * Z,
        lambda a: (erfc((sqrt(1 + a) - 1) / sqrt(2)) + erfc((sqrt(1 + a) + 1) / sqrt(2))) / 2,
        Positive(),
    ),
    "a root": (lambda a: sqrt(Q) > a, lambda a: exp(-(a**2) / 2) * (1 + a**2 / 2), Positive()),
    "a logarithm": (lambda a: -log(U) > a, lambda a: exp(-a), Positive()),
    "a quotient of lines": (lambda a: a / (1 + a) < X / (1 + X), lambda a: exp(-a), Positive()),
    "two sides": (lambda a: And(Z > 0, a > Z), lambda a: erf(a / sqrt(2)) / 2, Positive()),
    "outside": (lambda a: Or(Z < -1, a < Z), lambda a: (erfc(a / sqrt(2)) + erfc(1 / sqrt(2))) / 2, Positive()),
    "two lines": (
        lambda a: Abs(a + Z) > 1,
        lambda a: (erfc((1 - a) / sqrt(2)) + erfc((1 + a) / sqrt(2))) / 2,
        Reals(),
    ),
    "what touches 0": (lambda a: (a + Z) ** 2 > 0, lambda a: S.One, Reals()),
    "a hyperbolic tangent": (
        lambda a: tanh(Z) > a / (1 + a),
        lambda a: erfc(log(1 + 2 * a) / sqrt(8)) / 2,
        Positive(),
    ),
}


@pytest.mark.parametrize("name", EVENTS)
def test_the_probability_of_an_event_of_one_draw(name):
    event, said, domain = EVENTS[name]
    assert_proved(lambda a: Eq(Prob(event(a)), said(a)), a=domain)
    false = stated(lambda a: Eq(Prob(event(a)), said(a) * Rational(1001, 1000)), a=domain)
    assert not prove(false).proved


# events that are intervals where the variables are: 1 - a is above 0, a b is below a
WITHIN = {
    "of a parabola": (lambda a, b: a / 4 < U * (1 - U), lambda a, b: sqrt(1 - a)),
    "of odds": (lambda a, b: a / (1 - a) < U / (1 - U), lambda a, b: 1 - a),
    "of an exponential": (lambda a, b: exp(-X) < a, lambda a, b: a),
    "between two": (lambda a, b: And(a * b < U, a > U), lambda a, b: a * (1 - b)),
    "by a factor": (lambda a, b: (1 - a) * X > a, lambda a, b: exp(-a / (1 - a))),
    "of a hyperbolic tangent": (lambda a, b: tanh(Z) > a, lambda a, b: erfc(log((1 + a) / (1 - a)) / sqrt(8)) / 2),
}


@pytest.mark.parametrize("name", WITHIN)
def test_the_probability_of_an_event_that_needs_the_domain(name):
    event, said = WITHIN[name]
    domain = {"a": Probability(), "b": Probability()}
    assert_proved(lambda a, b: Eq(Prob(event(a, b)) + b, said(a, b) + b), **domain)
    false = stated(lambda a, b: Eq(Prob(event(a, b)) + b, said(a, b) * Rational(1001, 1000) + b), **domain)
    assert not prove(false).proved


def test_beyond_the_domain_it_is_another_event():
    """Of (1 - a) X > a nothing holds from a = 1 on, where the formula is above 0."""
    beyond = stated(lambda a: Eq(Prob((1 - a) * X > a), exp(-a / (1 - a))), a=Reals(0, 2))
    assert not prove(beyond).proved


def test_what_sympy_does_not_do_is_no_error():
    """Its partial fractions fail on coefficients such as exp(40 d/(1 + d)), as the domain makes them."""
    shifted = Noise("W", Logistic(0, 1))
    assert not is_proved(lambda d: Eq(E(tanh((d + shifted) / 2)), d), d=Reals(0, 40))


def test_a_mean_where_a_function_of_the_draw_is_above_a_number():
    assert_proved(lambda a: Eq(E(Piecewise((X, exp(X) > 1 + a), (0, True))), (1 + log(1 + a)) / (1 + a)), a=Positive())


@pytest.mark.parametrize(
    "condition",
    [a < REAL**3 + REAL, exp(REAL) + REAL > a, sqrt(REAL) > a, log(REAL) > a, (a - s) * REAL > 1, Eq(REAL, a)],
    ids=str,
)
def test_what_is_not_undone_is_said_to_be_so(condition):
    with pytest.raises(CannotTell):
        inverted.where(condition, REAL)
