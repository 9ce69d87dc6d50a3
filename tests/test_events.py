"""Events that are made of others: And, Or, Not, Eq and Ne of what is at least, or above, something."""

from fractions import Fraction

import pytest
from exact import fraction_ball
from scipy import stats
from stated import is_proved
from sympy import And, Eq, Gt, Integer, Ne, Not, Or, Rational, Symbol, asin, erf, exp, pi, simplify, sqrt
from test_times import ball, paths

from simulate import estimate
from theory import ChiSquare, Exponential, Noise, Normal, Prob
from theory.discrete import SymbolLoop
from theory.language.domains import Integers
from theory.language.errors import BadInput, CannotTell
from theory.language.loops import Loop, coordinate
from theory.proof.enclose import value
from theory.proof.standard import standardise
from theory.proof.symbols.single import where

SHARE = SymbolLoop(Rational(1, 3), 3).share
EVENTS = {  # of the shares in generations 1, 2, 3
    "and": (lambda a, b, c: And(a > 0, b < 1), lambda a, b, c: a > 0 and b < 1),
    "and, closed": (
        lambda a, b, c: And(a >= Rational(1, 3), c <= Rational(2, 3)),
        lambda a, b, c: a >= Fraction(1, 3) and c <= Fraction(2, 3),
    ),
    "or": (lambda a, b, c: Or(b <= 0, b >= 1), lambda a, b, c: b in (0, 1)),
    "strict and closed": (lambda a, b, c: And(a > 0, c <= 0), lambda a, b, c: a > 0 and c <= 0),
    "strict or closed": (lambda a, b, c: Or(a > Rational(1, 3), c <= 0), lambda a, b, c: a > Fraction(1, 3) or c <= 0),
    "not": (lambda a, b, c: Not(And(a > 0, b > 0), evaluate=False), lambda a, b, c: not (a > 0 and b > 0)),
    "equal": (lambda a, b, c: Eq(a, b), lambda a, b, c: a == b),
    "not equal": (lambda a, b, c: Ne(b, Rational(1, 3)), lambda a, b, c: b != Fraction(1, 3)),
    "three": (lambda a, b, c: And(a > 0, b > 0, Gt(1, c)), lambda a, b, c: a > 0 and b > 0 and c < 1),
}


@pytest.mark.parametrize("name", EVENTS)
def test_of_all_paths(name):
    event, holds = EVENTS[name]
    found = Prob(event(*(SHARE(t) for t in (1, 2, 3))))
    truth = sum(
        (w for path, w in paths((Fraction(1, 3), Fraction(2, 3)), 3, 3) if holds(*(law[0] for law in path[1:]))),
        Fraction(0),
    )
    assert ball(found).overlaps(fraction_ball(truth))
    (simulated,) = estimate([found], 20_000)
    assert abs(simulated.midpoint - float(truth)) <= simulated.radius < 0.1


class Drift(Loop):
    """A mean that drifts, from m."""

    m: Integers
    mu = coordinate()

    @property
    def initial(self):
        return {"mu": self.m}

    def step(self, now):
        return {"mu": now["mu"] + Noise("Z", Normal(0, 1))}


def both(s, t, power=Rational(1, 2)):
    mu = Drift(0).mu
    return Eq(Prob(And(mu(s) > 0, mu(s + t) > 0)), Rational(1, 4) + asin((s / (s + t)) ** power) / (2 * pi))


def test_both_of_two_normal_numbers_are_positive():
    domains = {"s": Integers(1), "t": Integers(1)}
    assert is_proved(both, **domains)
    assert not is_proved(lambda s, t: both(s, t, 1), **domains)


def test_both_of_two_that_are_not_centred():
    mu = Drift(1).mu
    event = Prob(And(mu(1) > 0, mu(3) > 2))
    (simulated,) = estimate([event], 100_000)
    assert abs(simulated.midpoint - float(value(standardise(event)).value.mid())) <= simulated.radius < 0.02


@pytest.mark.parametrize(
    "wrong", [lambda: And(SHARE(1), SHARE(2)), lambda: And(SHARE(1) > 0, Or(SHARE(2) > 0, SHARE(3) <= 0))]
)
def test_what_is_no_event(wrong):
    with pytest.raises((BadInput, TypeError)):
        standardise(Prob(wrong()))


# ---- a power of one draw --------------------------------------------------------------------------------------------

at_least = Symbol("s", positive=True)


@pytest.mark.parametrize("power", [1, 2, Rational(1, 2), Rational(3, 2), -1, Rational(-1, 2)])
@pytest.mark.parametrize("slope", [3, -3])
def test_where_a_power_of_a_draw_lies(power, slope):
    """Of X exponential, 3 X^a >= s, and 2 - 3 X^a >= 2 - s, at any s and at numbers."""
    draw = Noise("X", Exponential(1))
    event = slope * draw**power >= (at_least if slope > 0 else -at_least)
    end = (at_least / 3) ** Rational(1, power)
    beyond = (slope > 0) == (power > 0)
    expected = exp(-end) if beyond else 1 - exp(-end)
    assert simplify(where(draw.law, Integer(0), event, draw) - expected) == 0
    at_two = where(draw.law, Integer(0), event.subs(at_least, 2), draw)
    assert simplify(at_two - expected.subs(at_least, 2)) == 0


def test_where_the_sign_of_what_is_raised_is_not_known_no_root_is_taken():
    draw = Noise("X", Normal(0, 1))
    with pytest.raises(CannotTell):
        where(draw.law, Integer(0), draw**2 >= Symbol("r", real=True), draw)
    assert where(draw.law, Integer(0), draw**2 >= at_least, draw) == 1 - erf(sqrt(2) * sqrt(at_least) / 2)
    assert where(draw.law, Integer(0), draw**2 >= 4, draw) == 1 - erf(sqrt(2))


@pytest.mark.parametrize(
    ("dof", "place"), [(1, 3), (3, Rational(1, 2)), (100, 200), (1000, 1000 + 20 * sqrt(Rational(1000)))]
)
def test_chi_square_events_have_all_digits(dof, place):
    """Of tails, too; SymPy writes the incomplete gamma function of a large number out, term by term."""
    above = value(Prob(Noise("Q", ChiSquare(dof)) > place))
    assert above.value.rel_accuracy_bits() > 30
    assert float(above.value.mid()) == pytest.approx(stats.chi2.sf(float(place), dof), rel=1e-9)
    below = value(Prob(Noise("Q", ChiSquare(dof)) < place))
    assert float(below.value.mid()) == pytest.approx(stats.chi2.cdf(float(place), dof), rel=1e-9)
    assert float(value(Prob(Noise("Q", ChiSquare(dof)) > -1)).value.mid()) == 1
