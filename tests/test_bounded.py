"""What is bounded: shares, logistic functions, least and largest ones; what it makes of means, and of what cancels."""

import pytest
from stated import is_proved, stated
from sympy import Abs, Eq, Ge, Integer, Le, Max, Min, Rational, S, Symbol, cosh, exp, log, oo, sqrt, tanh

from reports import check
from simulate.engine.blocks import Runner
from simulate.engine.ends import ends, of_records
from simulate.engine.plan import plan_point, sampled
from simulate.engine.witness import Witness
from theory import (
    Binomial,
    Cauchy,
    ChiSquare,
    E,
    Integers,
    Loop,
    Noise,
    Normal,
    Poisson,
    Reals,
    StudentT,
    coordinate,
)
from theory.language.claims import Point
from theory.language.verdicts import Verdict
from theory.proof.finiteness import doubtful
from theory.proof.rare import may_hide, may_mislead
from theory.proof.symbols.ranges import growth, has_mean, is_bounded, span, unbounded

X, Y = Noise("X", ChiSquare(2)), Noise("Y", ChiSquare(4))
U, V, W = (Noise(name, Normal(0, 1)) for name in "UVW")
C, B, T3 = Noise("C", Cauchy(0, 1)), Noise("B", Binomial(10, Rational(1, 2))), Noise("T", StudentT(3))
a, p = Symbol("a", positive=True), Symbol("p", real=True)

SPANS = {
    X / (X + Y): (0, 1),
    X * Y / (X + Y) ** 2: (0, 1),
    a * X / (2 * X + a * Y): (0, a / 2),
    U / sqrt(1 + U**2): (-1, 1),
    C / (1 + C**2): (-1, 1),
    1 / (1 + exp(-U)): (0, 1),
    exp(U) / (exp(U) + exp(V)): (0, 1),
    Min(1, exp(U + V)): (0, 1),
    Max(-2, Min(3, U * V)): (-2, 3),
    log((B + 1) / (11 - B)): (-log(11), log(11)),
    2 ** (-X): (0, 1),
    1 / (a + X): (0, 1 / a),
    tanh(U) - 2: (-3, -1),
    X / (Y + 1): (0, oo),
    U * X / (X + Y): (-oo, oo),
    cosh(U): (1, oo),
    1 / U: (-oo, oo),
}


@pytest.mark.parametrize("x", SPANS, ids=str)
def test_spans(x):
    assert span(x) == SPANS[x]
    assert is_bounded(x) == (not any(S(e).has(oo) for e in SPANS[x]))


@pytest.mark.parametrize("x", [log(U), log(B), U**X, 1 / B, sqrt(U)], ids=str)
def test_what_may_be_no_number_has_no_span(x):
    assert span(x) is None
    assert not has_mean(x)


def test_a_difference_below_is_no_share():
    assert not is_bounded(X / (X - Y))
    assert not is_bounded(U / (U + X))


def test_growth():
    assert [growth(x) for x in (Max(U, V, W), U * V * X / (X + Y), log(1 + exp(U)), exp(U), 1 / X)] == [
        1,
        2,
        1,
        None,
        None,
    ]
    assert has_mean(Max(U, V, W))
    assert has_mean(T3**2 * tanh(U))
    assert not has_mean(T3**3)
    assert not has_mean(C * X / (X + Y))
    assert not has_mean(Max(C, U))
    assert unbounded(U * X / (X + Y)) == U


class Share(Loop):
    """A share that is compared with noise."""

    x = coordinate(positive=True)
    initial = property(lambda self: {"x": Rational(1, 2)})

    def step(self, now):
        return {"x": now["x"] / (now["x"] + Noise("Q", ChiSquare(3)))}


class Coin(Loop):
    """A walk by a coin whose chance is a logistic function of where it is."""

    u = coordinate()
    initial = property(lambda self: {"u": 0})
    drift = 0

    def step(self, now):
        chance = 1 / (1 + exp(-now["u"]))
        return {"u": now["u"] + Noise("B", Binomial(1, chance)) - chance + self.drift}


class Drifting(Coin):
    """It is paid too much."""

    drift = Rational(1, 100)


class Bursting(Loop):
    """What is taken off is soon without a mean: E exp(u) is infinite after two steps."""

    u = coordinate()
    initial = property(lambda self: {"u": 0})

    def step(self, now):
        return {"u": now["u"] + Noise("N", Poisson(exp(now["u"]))) - exp(now["u"])}


class Tame(Bursting):
    """What is taken off has a mean in every generation."""

    def step(self, now):
        return {"u": now["u"] + Noise("N", Poisson(now["u"] ** 2)) - now["u"] ** 2}


def test_what_is_bounded_has_a_mean_that_a_sample_shows():
    seen = E(1 / (1 + exp(-Share().x(3))))
    assert not doubtful(seen)
    assert not may_hide(seen)
    assert of_records(Share().x(2))[1] == pytest.approx(1)
    assert of_records(Share().x(0)) is None  # the start is no step
    assert of_records(Share().x(2) - Share().x(1)) is None  # their draws are not the same
    assert ends(Min(1, exp(4 * U + 9 * V))) == pytest.approx((0, 1), abs=1e-8)


def test_what_a_coin_takes_off_cancels():
    assert is_proved(lambda t: Eq(E(Coin().u(t)), 0), t=Integers(0))
    assert not is_proved(lambda t: Eq(E(Drifting().u(t)), 0), t=Integers(0))


def test_what_cancels_needs_a_mean_of_its_own():
    assert is_proved(lambda t: Eq(E(Tame().u(t)), 0), t=Integers(0))
    assert not is_proved(lambda t: Eq(E(Bursting().u(t)), 0), t=Integers(0))


@pytest.mark.parametrize(
    ("relation", "verdict"),
    [
        (Le(E(Min(1, exp(4 * U + 9 * V))), Rational(3, 5)), Verdict.SUPPORTED),
        (Le(E(Min(1, exp(4 * U + 9 * V))), Rational(1, 2)), Verdict.REFUTED),
        (Le(E(Share().x(17)), Rational(1, 2)), Verdict.SUPPORTED),
        (Le(E(Share().x(1)), Rational(1, 9)), Verdict.REFUTED),
    ],
)
def test_means_of_what_is_bounded_are_simulated(relation, verdict):
    (found,) = check([stated(lambda: relation)], seconds=2)
    assert found.verdict == verdict


def test_a_parameter_may_be_of_any_sign():
    assert span(p * tanh(U)) is not None
    assert is_bounded(p * tanh(U) * 1 / (1 + X))
    assert is_proved(lambda p: Eq(E(Max(U, V, W)) * p - p * E(Max(U, V, W)), 0), p=Reals())
    assert not is_bounded(Abs(p * U))


def planned(x, low):
    """The plan that a witness makes of E x >= low."""
    claim = stated(lambda t: Ge(E(x), low), t=Integers(1))
    with Runner(0, 1) as runner:
        (plan,) = Witness(runner, 5.0).plans([(claim, [Point(1, {"t": Integer(1)})])])
    return plan


def test_known_ends_far_beyond_what_is_drawn_are_not_all_that_is_known():
    """Of Max(0, 1 - exp(-a U - a^2/2)) a mean of 1e-4 lies within [0, 1]: Bernstein's inequality asks for a billion draws."""
    a = Rational(1, 4000)
    small = Max(0, 1 - exp(-a * U - a**2 / 2))
    plan = planned(small, Rational(9, 10**5))
    assert plan.sampled
    assert not plan.reason
    assert not planned(
        Max(0, 1 - exp(-U - Rational(1, 2))), Rational(1, 10)
    ).sampled  # where they will do, they are used


def test_no_sample_is_believed_that_may_hang_on_rare_values():
    """tanh(exp(X Y)/10^9) lies within [0, 1], and its mean hangs on a few values: known ends, or nothing."""
    rare = tanh(exp(X * Y) / 10**9)
    assert not may_hide(E(rare))
    assert may_mislead(E(rare))
    claim = stated(lambda t: Ge(E(rare), 0), t=Integers(1))
    plans = plan_point(claim, Point(1, {"t": Integer(1)}))
    assert any(s.bounds for p in plans for s in p.statistics)
    assert [sampled(p) for p in plans] == [None] * len(plans)
