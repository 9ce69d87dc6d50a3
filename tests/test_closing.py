"""Monomials that do not close: why, and the combinations that do; held against enumeration."""

from fractions import Fraction
from itertools import product

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from runs import examples
from stated import is_proved
from sympy import Eq, Expr, Integer, Piecewise, Rational, Symbol, sympify

from simulate import estimate
from theory import E, Integers, Uniform
from theory.language.errors import CannotTell
from theory.language.laws import Binomial, Centred, Noise, Normal, StudentT
from theory.language.loops import CLOCK, Loop, coordinate
from theory.language.moments import Moment
from theory.proof.enclose import value
from theory.proof.existence import Undefined
from theory.proof.methods import closure, moment
from theory.proof.standard import standardise

t = Symbol("t", integer=True, nonnegative=True)
a, r = Symbol("a", real=True), Symbol("r", positive=True)
HEAVY = Noise("S", StudentT(1))
COIN, BELL = Noise("C", Binomial(1, Rational(1, 3))), Noise("Z", Normal(0, 1))


def loop_of(start, step):
    """A loop with these values at the start, and this step, a function of the state."""
    body = {name: coordinate() for name in start}
    body |= {"initial": {k: sympify(v) for k, v in start.items()}, "step": lambda self, now: step(now)}
    return type("Made", (Loop,), body)()


def by_enumeration(loop: Loop, f, generations: int) -> Rational:
    """E f(state), coin by coin, in fractions."""
    states = [(Fraction(1), {k: Fraction(int(v)) for k, v in loop.initial.items()})]
    now = loop.symbols()
    step = {k: sympify(x) for k, x in loop.step(now).items()}
    for _ in range(generations):
        after = []
        for (weight, state), (coin, chance) in product(states, ((1, Fraction(1, 3)), (0, Fraction(2, 3)))):
            at = {now[k]: Rational(v.numerator, v.denominator) for k, v in state.items()} | {COIN: Integer(coin)}
            new = {k: Fraction(str(x.xreplace(at))) for k, x in step.items()}
            after.append((weight * chance, new))
        states = after
    total = sum((w * f(s) for w, s in states), Fraction(0))
    return Rational(total.numerator, total.denominator)


def form(x: Expr) -> Expr:
    """What is derived of an expression in means."""
    x = standardise(x)
    return x.xreplace({m: moment(m).form for m in x.atoms(Moment)})


# ---- why they do not close ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "step", "name", "said"),
    [
        (
            {"x": a},
            lambda s: {"x": r * s["x"] * (1 - s["x"]) + BELL},
            "x",
            "x needs x**2, which needs x**4, which needs x**8: degrees grow without end; "
            "x depends on itself, and not linearly: the step of x has x**2",
        ),
        (
            {"x": 1, "y": 1},
            lambda s: {"x": s["y"] * s["x"], "y": s["y"] + BELL},
            "x",
            "x needs x*y, which needs x*y**2, which needs x*y**3: no end is seen up to degree 10; "
            "x depends on itself, and not linearly: the step of x has x*y",
        ),
        (
            {"u": 0, "x": 1, "y": 1},
            lambda s: {"u": s["u"] + s["x"], "x": s["y"] + BELL, "y": s["x"] ** 2},
            "u",
            "y depends on itself, and not linearly: the step of y has x**2, that of x has y",
        ),
    ],
)
def test_the_cycle_is_named(start, step, name, said):
    loop = loop_of(start, step)
    with pytest.raises(CannotTell) as error:
        moment(E(getattr(loop, name)(t)))
    assert said in str(error.value)


def test_odd_powers_that_vanish_are_no_end():
    """x^2 needs x^4 and so on, for ever; but the mean of x itself stays: its growth is centred."""
    loop = loop_of({"x": 2}, lambda s: {"x": s["x"] + BELL * s["x"] ** 2})
    assert moment(E(loop.x(t))).form == 2
    with pytest.raises(CannotTell, match="without end"):
        moment(E(loop.x(t) ** 2))


def test_high_powers_of_what_does_not_feed_back_close():
    """No cap of the degree is met where no coordinate depends on itself but linearly."""
    loop = loop_of({"x": 1, "y": 0}, lambda s: {"x": s["x"] + COIN, "y": s["x"] ** 10})
    derived = moment(E(loop.y(t))).form
    for generations in range(4):
        assert derived.xreplace({t: Integer(generations)}).doit() == by_enumeration(loop, lambda s: s["y"], generations)


def test_a_cap_is_told_apart(monkeypatch):
    monkeypatch.setattr(closure, "MOST_MONOMIALS", 5)
    loop = loop_of({"x": 1, "y": 0}, lambda s: {"x": s["x"] + BELL + 1, "y": s["x"] ** 9})
    with pytest.raises(CannotTell, match=r"more than 5 monomials.*they close"):
        moment(E(loop.y(t)))


# ---- combinations ---------------------------------------------------------------------------------------------------

PARTS = st.integers(-3, 3).map(lambda k: Rational(k, 2))


@examples(2, 4)
@given(PARTS, PARTS.filter(bool), PARTS.filter(bool), PARTS, PARTS)
def test_combinations_close_where_monomials_do_not(rate, first, second, shift, noise):
    """x and y are fed by the same square, in parts: second x - first y is not fed by it."""

    def step(s):
        square = s["x"] ** 2 + s["x"] * s["y"]
        return {"x": rate * s["x"] + first * square + noise * COIN, "y": rate * s["y"] + second * square + shift}

    loop = loop_of({"x": 1, "y": 2}, step)
    derived = form(second * E(loop.x(t)) - first * E(loop.y(t)))
    for generations in range(4):
        exact = by_enumeration(loop, lambda s: _fraction(second) * s["x"] - _fraction(first) * s["y"], generations)
        assert derived.xreplace({t: Integer(generations)}).doit() == exact


@examples(2, 4)
@given(PARTS, PARTS.filter(bool), PARTS.filter(bool), PARTS)
def test_kinks_in_the_state_cancel_in_a_combination(rate, first, second, shift):
    """x and y are fed by the same coin, which turns over once x is above 1: second x - first y is not fed by it."""
    loop = loop_of({"x": 1, "y": 2}, lambda s: kinked(s, rate, first, second, shift))
    derived = form(second * E(loop.x(t)) - first * E(loop.y(t)))
    for generations in range(4):
        exact = by_enumeration(loop, lambda s: _fraction(second) * s["x"] - _fraction(first) * s["y"], generations)
        assert derived.xreplace({t: Integer(generations)}).doit() == exact


def kinked(s, rate=Rational(1, 2), first=1, second=1, shift=0, coin=COIN):
    kink = Piecewise((coin, s["x"] < 1), (1 - 2 * coin, True))
    return {"x": rate * s["x"] + first * kink, "y": rate * s["y"] + second * kink + shift}


@pytest.mark.parametrize(("shift", "more", "proved"), [(0, 0, True), (1, 0, False), (0, HEAVY, False)])
def test_kinks_cancel_on_two_sides(shift, more, proved):
    """Adaptive conformal inference: the errors so far are told by the level, where that has a mean."""
    third = Rational(1, 3)
    loop = loop_of(
        {"a": third, "errors": 0},
        lambda s: {"a": s["a"] + (third - erred(s)) / 2 + more, "errors": s["errors"] + erred(s)},
    )
    told = lambda t: Eq(E(loop.errors(t)), third * t + 2 * (third - E(loop.a(t + shift))))  # noqa: E731
    assert is_proved(told, t=Integers(0)) == proved


def erred(s):
    return Piecewise((1, Noise("U", Uniform(0, 1)) < s["a"]), (0, True))


def test_kinks_do_not_cancel_in_another_one():
    loop = loop_of({"x": 1, "y": 2}, kinked)
    with pytest.raises(CannotTell, match="condition on the state"):
        form(E(loop.x(t)) - Rational(1001, 1000) * E(loop.y(t)))


def test_kinks_without_a_mean_do_not_cancel():
    loop = loop_of({"x": 1, "y": 2}, lambda s: kinked(s, coin=Noise("S", StudentT(1))))
    with pytest.raises(CannotTell):
        form(E(loop.x(t)) - E(loop.y(t)))


def test_another_combination_does_not():
    loop = coupled()
    with pytest.raises(CannotTell, match="do not close"):
        form(E(loop.x(t)) - Rational(1001, 1000) * E(loop.y(t)))


def _fraction(x: Rational) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def coupled(draw=BELL):
    return loop_of(
        {"x": 1, "y": 2, "w": 3},
        lambda s: {
            "x": s["x"] / 2 + s["x"] ** 2 + draw + s["w"],
            "y": s["y"] / 2 + s["x"] ** 2,
            "w": r * s["w"],
        },
    )


def test_a_combination_is_driven_by_others():
    loop = coupled()
    found = moment(E(loop.x(t) - loop.y(t)))
    gap, w = Integer(-1), Integer(3)
    for generations in range(5):
        assert (found.form.xreplace({t: Integer(generations)}) - gap).simplify() == 0
        gap, w = gap / 2 + w, r * w
    assert found.nonzero  # w grows by r, the gap by 1/2: another form where they are the same


def test_squares_of_a_combination_close_too():
    loop = loop_of({"x": 1, "y": 2}, lambda s: {"x": s["x"] / 2 + s["x"] ** 2 + BELL, "y": s["y"] / 2 + s["x"] ** 2})
    derived, square = form(E((loop.x(t) - loop.y(t)) ** 2)), Integer(1)
    for generations in range(5):
        assert derived.xreplace({t: Integer(generations)}).doit() == square
        square = square / 4 + 1


def test_a_sum_of_means_is_one_mean_where_it_closes():
    loop = coupled()
    assert standardise(E(loop.x(t)) - E(loop.y(t))) == E(loop.x(t) - loop.y(t))
    assert standardise(5 + E(loop.w(t)) + 2 * E(loop.x(t)) - 2 * E(loop.y(t))) == 5 + E(loop.w(t)) + E(
        2 * loop.x(t) - 2 * loop.y(t)
    )
    assert len(standardise(E(loop.x(t) + loop.y(t))).atoms(E)) == 2  # not closed either: left as it is


def test_a_ball_of_a_combination_far_out():
    """x has squared itself forty times: nobody writes that; the gap is -1/2^40."""
    loop = loop_of({"x": 1, "y": 2}, lambda s: {"x": s["x"] / 2 + s["x"] ** 2 + BELL, "y": s["y"] / 2 + s["x"] ** 2})
    ball = value(standardise(E(loop.x(40)) - E(loop.y(40)))).value
    assert ball.contains(-(arb(2) ** -40))
    assert ball.rad() < 1e-12 * 2**-40


def test_what_closes_is_told():
    loop = loop_of({"x": a, "y": 2}, lambda s: {"x": r * s["x"] + s["x"] ** 2, "y": r * s["y"] + s["x"] ** 2 + BELL})
    with pytest.raises(CannotTell, match="the mean of x - y is closed"):
        moment(E(loop.x(t)))


@pytest.mark.parametrize("draw", [Noise("S", StudentT(3)), Noise("S", Centred(1)), Noise("S", Normal(0, 1)) * CLOCK])
def test_what_cancels_must_have_had_a_mean(draw):
    """A draw of heavy tails squared again and again has no mean: infinite minus infinite; nor do generations differ here."""
    loop = coupled(draw)
    with pytest.raises(CannotTell):
        moment(E(loop.x(t) - loop.y(t)))


def test_centred_growth_of_what_has_no_mean():
    """The mean of z y^2 is 0 only where y^2 has one: a sum of draws with two degrees of freedom has not."""

    def loop(dof):
        heavy = Noise("S", StudentT(dof))
        return loop_of({"x": 0, "y": 0}, lambda s: {"x": s["x"] + BELL * s["y"] ** 2, "y": s["y"] + heavy})

    assert moment(E(loop(3).x(t))).form == 0
    with pytest.raises(CannotTell):
        moment(E(loop(2).x(t)))
    with pytest.raises((CannotTell, Undefined)):
        value(E(loop(2).x(3)))


# ---- steps that divide by the state ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "step",
    [
        lambda s: {"n": s["n"] + COIN, "s": s["s"] + 1, "m": s["s"] / s["n"]},
        lambda s: {"n": s["n"] + COIN, "s": s["s"], "m": s["m"] + (COIN - s["m"]) / s["n"]},
    ],
    ids=["ratio", "update"],
)
def test_a_running_mean_is_never_a_ratio_of_means(step):
    """E(s / n) is no E s / E n, and 1/n is no number: it is not derived, and simulated right."""
    loop = loop_of({"n": 1, "s": 1, "m": 0}, step)
    exact = by_enumeration(loop, lambda s: s["m"], 3)
    before = {k: by_enumeration(loop, lambda s, k=k: s[k], 2) for k in ("n", "s", "m")}
    naive = step(before)["m"].xreplace({COIN: Rational(1, 3)})
    assert exact != naive
    for when in (t, Integer(3)):
        with pytest.raises(CannotTell, match="1/n has no value where n = 0, unless"):
            moment(E(loop.m(when)))
    with pytest.raises(CannotTell):
        value(E(loop.m(3)))
    (ball,) = estimate([E(loop.m(3))], 200_000)
    assert ball.value.contains(arb(int(exact.p)) / int(exact.q))
    assert not ball.value.contains(arb(int(naive.p)) / int(naive.q))


def test_kinks_that_are_in_no_case_do_not_cancel():
    """From x = 1 the first step has no value, on either side of the difference."""

    def step(now):
        kink = Piecewise((COIN, now["x"] < 1))
        return {"x": now["x"] / 2 + kink, "y": now["y"] / 2 + kink}

    loop = loop_of({"x": 1, "y": 2}, step)
    half = Rational(1, 2)
    assert not is_proved(lambda t: Eq(E(loop.x(t) - loop.y(t)), -(half**t)), t=Integers(0))

    def whole(now):
        kink = Piecewise((COIN, now["x"] < 1), (0, True))
        return {"x": now["x"] / 2 + kink, "y": now["y"] / 2 + kink}

    closed = loop_of({"x": 1, "y": 2}, whole)
    assert is_proved(lambda t: Eq(E(closed.x(t) - closed.y(t)), -(half**t)), t=Integers(0))
