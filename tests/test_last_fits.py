"""Events of what the last fits have drawn, and of cases and extremes of draws: by their laws, and false ones refuted."""

import mpmath as mp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import assert_proved, is_proved
from sympy import E as e
from sympy import Eq, Ge, Gt, Le, Lt, Max, Min, Piecewise, Rational, S, Symbol, exp

from theory import Binomial, E, Exponential, Integers, Loop, Noise, Normal, Prob, Probability, Uniform, coordinate
from theory.language.errors import CannotTell
from theory.language.laws import Atoms
from theory.proof.methods import enclosed, moment

half, third = Rational(1, 2), Rational(1, 3)


class Jumps(Loop):
    """What counts large draws only, and shrinks between."""

    x = coordinate(nonnegative=True)
    y = coordinate(positive=True)
    initial = property(lambda self: {"x": 0, "y": 1})

    def step(self, now):
        z, u = Noise("Z", Exponential(1)), Noise("U", Uniform(0, 2))
        return {"x": now["x"] + Piecewise((z, z > 1), (0, True)), "y": now["y"] * u}


JUMPS = Jumps()
TRUE = {
    "never falls": lambda t: Eq(Prob(JUMPS.x(t + 1) >= JUMPS.x(t)), 1),
    "a large draw": lambda t: Eq(Prob(JUMPS.x(t + 1) - JUMPS.x(t) > 2), exp(-2)),
    "a factor": lambda t: Eq(Prob(JUMPS.y(t + 1) < JUMPS.y(t)), half),
    "mean of the large draws": lambda t: Eq(E(JUMPS.x(t)), 2 * t / e),
}
FALSE = {
    "never falls": lambda t: Eq(Prob(JUMPS.x(t + 1) > JUMPS.x(t)), 1),
    "a large draw": lambda t: Eq(Prob(JUMPS.x(t + 1) - JUMPS.x(t) > half), exp(-half)),
    "a factor": lambda t: Eq(Prob(JUMPS.y(t + 1) < JUMPS.y(t)), third),
    "mean of the large draws": lambda t: Eq(E(JUMPS.x(t)), t / e),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_the_last_fit_has_drawn_decides(name):
    assert_proved(TRUE[name], t=Integers(0))
    assert not is_proved(FALSE[name], t=Integers(0))


def test_with_a_state_left_it_says_nothing_but_the_truth():
    """x(t + 1) > 2 x(t) hangs on the state, which is 0 at first."""
    assert not is_proved(lambda t: Eq(Prob(JUMPS.x(t + 1) > 2 * JUMPS.x(t)), 1 / e), t=Integers(0))
    assert_proved(lambda t: Le(Prob(JUMPS.x(t + 1) > 2 * JUMPS.x(t)), 1), t=Integers(0))


X, Y = Noise("X", Exponential(1)), Noise("Y", Normal(0, 1))
CDF = {X: lambda v: 1 - mp.exp(-v) if v > 0 else mp.mpf(0), Y: mp.ncdf}
levels = st.fractions(-2, 3, max_denominator=8).map(lambda q: Rational(q.numerator, q.denominator))


@settings(max_examples=60, deadline=None)
@given(levels, st.sampled_from([Max, Min]), st.sampled_from([1, -1]), st.sampled_from([Ge, Gt, Le, Lt]))
def test_the_extreme_of_independent_draws(level, extreme, sign, relation):
    """P(sign*extreme(X, Y) beside a level): the laws of the two alone say it."""
    event = relation(sign * extreme(X, Y), level)
    at, below = sign * level, relation in (Le, Lt)
    f, g = (CDF[z](mp.mpf(at.p) / at.q) for z in (X, Y))
    lower = f * g if extreme is Max else 1 - (1 - f) * (1 - g)
    wanted = lower if below == (sign > 0) else 1 - lower
    assert abs(mp.mpf(str(moment(Prob(event)).form.evalf(25))) - wanted) < 1e-14
    ball = enclosed(Prob(event))
    assert abs(float(ball.mid()) - wanted) < 1e-14 + float(ball.rad())


def test_extremes_that_share_a_draw_are_not_taken_for_independent():
    with pytest.raises(CannotTell, match="closed form"):
        moment(Prob(Max(X + Y, X - Y) > 1))


@pytest.mark.parametrize("p", [third, Symbol("p", positive=True)])
def test_a_listed_law_is_added_up(p):
    assert (moment(Prob(Noise("K", Binomial(2, p)) >= 1)).form - (1 - (1 - p) ** 2)).expand() == 0
    dice = Noise("D", Atoms(tuple(range(1, 7)), (Rational(1, 6),) * 6))
    assert moment(Prob(dice**2 > 16)).form == third
    assert moment(Prob(Piecewise((dice, dice > 3), (0, True)) >= 4)).form == half


def test_cases_of_one_draw():
    cases = Piecewise((X, X > 1), (-X, half < X), (0, True))
    assert (moment(Prob(cases >= 0)).form - (exp(-1) + 1 - exp(-half))).simplify() == 0
    assert (moment(Prob(cases < 0)).form - (exp(-half) - exp(-1))).simplify() == 0
    assert (moment(Prob(Max(X, 1) >= 1)).form - 1).simplify() == 0
    assert moment(Prob(Max(X, 1) > 1)).form == exp(S(-1))


def test_a_coin_of_any_chance():
    assert_proved(lambda p: Eq(Prob(Noise("K", Binomial(1, p)) >= 1), p), p=Probability())
    assert not is_proved(lambda p: Eq(Prob(Noise("K", Binomial(1, p)) > 1), p), p=Probability())
