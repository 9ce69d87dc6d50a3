"""States whose step is a quotient of linear functions; what goes around a cycle has no limit."""

import pytest
from orbits import FromStart, Kalman
from stated import is_proved, stated
from sympy import And, Eq, Integer, Lt, Rational, Symbol, exp, oo

from theory import E, Integers, Limit, Loop, Points, Positive, Probability, Reals, Simplex, coordinate
from theory.language.errors import CannotTell, NoLimit
from theory.language.verdicts import Verdict
from theory.proof.enclose import at_point, value
from theory.proof.methods import moment
from theory.proof.standard import standardise

T = Symbol("t", integer=True, nonnegative=True)


class Reweighted(Loop):
    """Three kinds are kept with probabilities a, b, c."""

    a: Positive
    b: Positive
    c: Positive
    p: Reals
    q: Reals
    r: Reals

    x = coordinate()
    y = coordinate()
    z = coordinate()

    @property
    def initial(self):
        return {"x": self.p, "y": self.q, "z": self.r}

    def step(self, now):
        kept = self.a * now["x"] + self.b * now["y"] + self.c * now["z"]
        return {"x": self.a * now["x"] / kept, "y": self.b * now["y"] / kept, "z": self.c * now["z"] / kept}


class Poles(FromStart):
    """x -> 1/(2 - x) from 3/2: 2 then, and then nowhere."""

    start: Reals
    x = coordinate()

    def step(self, now):
        return {"x": 1 / (2 - now["x"])}


class Tempered(FromStart):
    """Odds that are raised to the power k, and multiplied by a."""

    k: Positive
    a: Positive
    start: Reals

    x = coordinate()

    def step(self, now):
        p, q = self.a * now["x"] ** self.k, (1 - now["x"]) ** self.k
        return {"x": p / (p + q)}


def followed(loop, name, t):
    """A coordinate after t steps, in exact numbers."""
    now = dict(loop.initial)
    for _ in range(t):
        now = loop.step(now)
    return now[name]


@pytest.mark.parametrize(
    ("loop", "name"),
    [
        (Reweighted(2, 3, Rational(1, 2), Rational(1, 5), Rational(1, 2), Rational(3, 10)), "x"),
        (Reweighted(2, 2, 5, Rational(1, 5), Rational(1, 2), Rational(3, 10)), "z"),
        (Kalman(2, 3, 5), "P"),
        (Tempered(2, Rational(5, 7), Rational(1, 3)), "x"),
        (Tempered(3, 1, Rational(3, 4)), "x"),
        (Kalman(Rational(1, 3), 1, Rational(1, 7)), "P"),
    ],
    ids=str,
)
def test_the_form_is_what_is_followed(loop, name):
    form = moment(E(getattr(loop, name)(T))).form
    for t in (0, 1, 2, 5):
        assert form.xreplace({T: Integer(t)}).equals(followed(loop, name, t)), t


def test_what_has_to_hold_for_odds():
    k, a, p = (Symbol(name, positive=True) for name in "kap")
    found = moment(E(Tempered(k, a, p).x(T)))
    assert set(found.positive) == {1 - p}
    assert found.nonzero == [k - 1]
    odds = (p / (1 - p)) ** (k**T)
    assert moment(E(Tempered(k, 1, p).x(T))).form == odds / (1 + odds)


@pytest.mark.parametrize("loop", [Poles(Rational(3, 2)), Poles(Rational(1, 2)), Poles(3)], ids=str)
def test_where_it_may_be_divided_by_0_there_is_no_form(loop):
    with pytest.raises(CannotTell):
        moment(E(loop.x(T)))


def test_shares_that_are_reweighted():
    kinds = {"p": Simplex(3), "a": Probability(), "b": Probability(), "c": Probability(), "t": Integers(0)}

    def share(p, a, b, c, t, more=1):
        weights = [w * k ** (more * t) for w, k in zip(p, (a, b, c), strict=True)]
        return Eq(Reweighted(a, b, c, *p).x(t), weights[0] / sum(weights))

    assert is_proved(share, **kinds)
    assert not is_proved(lambda p, a, b, c, t: share(p, a, b, c, t, more=2), **kinds)
    best = lambda a, b, c: And(b < a, c < a)  # noqa: E731
    only = lambda p, a, b, c, t: Limit(Reweighted(a, b, c, *p).x(t), (t, oo), 1)  # noqa: E731
    assert is_proved(only, **kinds, where=best)
    assert not is_proved(only, **kinds)


# ---- cycles ---------------------------------------------------------------------------------------------------------------


class Logistic(Loop):
    """x -> r x (1 - x): two cycles of two numbers for r between 3 and 1 + sqrt(6)."""

    r: Positive
    start: Probability()

    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": self.start, "y": Integer(0)}

    def step(self, now):
        return {"x": self.r * now["x"] * (1 - now["x"]), "y": now["y"] / 2}


class Overshot(FromStart):
    """x -> 1 - x."""

    start: Reals
    x = coordinate()

    def step(self, now):
        return {"x": 1 - now["x"]}


def verdicts(claim):
    return {at_point(claim, point, 0.01).verdict for point in claim.points()[:4]}


def test_a_cycle_has_no_limit():
    settles = {"x": Points(Rational(1, 2), Rational(1, 3)), "t": Integers(0)}
    fixed = stated(lambda x, t: Limit(Logistic(Rational(16, 5), x).x(t), (t, oo), Rational(11, 16)), **settles)
    assert verdicts(fixed) == {Verdict.REFUTED}
    with pytest.raises(NoLimit, match="comes back to"):
        value(standardise(Limit(E(Logistic(Rational(16, 5), Rational(1, 3)).x(T)), (T, oo))))
    turned = stated(
        lambda x, t: Limit(Overshot(x).x(t), (t, oo), Rational(1, 2)), **settles | {"x": Points(2, Rational(1, 3))}
    )
    assert verdicts(turned) == {Verdict.REFUTED}


def test_of_a_cycle_nothing_else_is_refuted():
    """At its fixed point it stays; what is the same all around the cycle has a limit; below the threshold there is none."""
    start = {"x": Points(Rational(1, 2)), "t": Integers(0)}
    stays = stated(lambda x, t: Limit(Overshot(x).x(t), (t, oo), Rational(1, 2)), **start)
    assert Verdict.REFUTED not in verdicts(stays)
    beside = stated(lambda x, t: Limit(Logistic(Rational(16, 5), x).y(t), (t, oo), 0), **start)
    assert Verdict.REFUTED not in verdicts(beside)
    same = stated(
        lambda x, t: Limit(Overshot(x).x(t) * (1 - Overshot(x).x(t)), (t, oo), -2), **start | {"x": Points(2)}
    )
    assert Verdict.REFUTED not in verdicts(same)
    settled = stated(lambda x, t: Limit(Logistic(Rational(14, 5), x).x(t), (t, oo), Rational(9, 14)), **start)
    assert verdicts(settled) == {Verdict.SUPPORTED}
    below = stated(lambda x, t: Lt(Limit(Logistic(Rational(16, 5), x).x(t), (t, oo)), 1), **start)
    assert Verdict.REFUTED not in verdicts(below)


class Harmonic(FromStart):
    """x -> x/(1 + x): its values are x/(1 + t x), until something is divided by 0."""

    start: Reals
    x = coordinate()

    def step(self, now):
        return {"x": now["x"] / (1 + now["x"])}


def test_a_start_below_0_has_no_form_for_ever():
    """From -1/7 the seventh step divides by 0."""
    assert moment(standardise(E(Harmonic(Rational(1, 7)).x(T)))).form.subs(T, 7) == Rational(1, 14)
    with pytest.raises(CannotTell):
        moment(standardise(E(Harmonic(Rational(-1, 7)).x(T))))
    assert value(standardise(E(Harmonic(Rational(-1, 7)).x(6)))).value.overlaps(-1)


class Powers(Loop):
    """A number of either sign, raised to a power and multiplied by exp(-s)."""

    power: Integers(1)
    s: Positive
    start: Reals
    x = coordinate()
    initial = property(lambda self: {"x": self.start})

    def step(self, now):
        return {"x": exp(-self.s) * now["x"] ** self.power}


@pytest.mark.parametrize("shift", [0, 1])
def test_numbers_of_either_sign_are_raised_to_whole_powers(shift):
    domains = {"s": Positive(), "x": Reals(), "t": Integers(0)}
    line = lambda s, x, t: Eq(Powers(1, s, x).x(t), x * exp(-s * (t + shift)))  # noqa: E731
    square = lambda s, x, t: Eq(Powers(2, s, x).x(t), x ** (2**t) * exp(-s * (2**t - 1 + shift)))  # noqa: E731
    assert is_proved(line, **domains) == (shift == 0)
    assert is_proved(square, **domains) == (shift == 0)
