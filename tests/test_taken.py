"""What is taken of a state in a mean, or an event, has a value almost surely, also where a step makes it cancel."""

import math

import pytest
from stated import assert_proved, is_proved, prove, stated
from sympy import Abs, Eq, Gt, Integer, Le, Max, Piecewise, Rational, Symbol, digamma, gamma, log, sqrt

from reports import check
from theory import (
    CLOCK,
    Beta,
    Binomial,
    ChiSquare,
    E,
    GaussianLoop,
    Integers,
    Loop,
    Mixture,
    Noise,
    Normal,
    PathMax,
    Poisson,
    Positive,
    Prob,
    Probability,
    Quantile,
    Reals,
    SymbolLoop,
    Var,
    coordinate,
    entr,
)
from theory.language.errors import BadInput, CannotTell
from theory.language.verdicts import Verdict
from theory.proof import taken
from theory.proof.enclose import value
from theory.proof.methods import enclosed
from theory.proof.taken import is_not_below_0, is_other_than_0, may_be_below_0

T, LATER = Integers(0), Integers(1)


class Coin(Loop):
    """Kept by a coin, and else 0 for ever."""

    p: Probability
    w = coordinate(nonnegative=True)

    @property
    def initial(self):
        return {"w": 1}

    def step(self, now):
        return {"w": now["w"] * Noise("B", Binomial(1, self.p))}

    def emit(self, state, index):
        return sqrt(state["w"]) * Noise(f"X{index}", Normal(0, 1))


class Scale(Loop):
    """Never 0."""

    v = coordinate(positive=True)

    @property
    def initial(self):
        return {"v": 1}

    def step(self, now):
        return {"v": now["v"] * Noise("Q", ChiSquare(3)) / 3}

    def emit(self, state, index):
        return sqrt(state["v"]) * Noise(f"X{index}", Normal(0, 1))


class Multiplied(Loop):
    """Of either sign, and never 0."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": 1}

    def step(self, now):
        return {"x": now["x"] * Noise("Z", Normal(1, 1))}


class Beside(Loop):
    """y' = x Y beside an x that starts and moves as is said."""

    start: Integers
    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": self.start, "y": 0}

    def step(self, now):
        return {"x": self.moved(now["x"]), "y": now["x"] * Noise("Y", Normal(0, 1))}


class Clipped(Beside):
    def moved(self, x):
        return Max(0, x + Noise("Z", Normal(0, 1)))


class Stopped(Beside):
    def moved(self, x):
        return Piecewise((0, Noise("Z", Normal(0, 1)) > 1), (x, True))


class Walk(Beside):
    def moved(self, x):
        return x / 2 + Noise("Z", Normal(0, 1))


class Counted(Beside):
    """Down by 1, without chance."""

    def moved(self, x):
        return x - 1


class Negative(Loop):
    """Below 0 for ever."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": -1}

    def step(self, now):
        return {"x": now["x"] * Noise("Q", ChiSquare(3)) / 3}


class Refitted(Loop):
    """A variance that is seen to be positive where n is what it is said to be."""

    n: Integers(2)
    v = coordinate(positive=True)

    @property
    def initial(self):
        return {"v": 1}

    def step(self, now):
        return {"v": now["v"] * Noise("Q", ChiSquare(self.n - 1)) / (self.n - 1)}


ROOT = sqrt(Rational(2, 3)) * gamma(2) / gamma(Rational(3, 2))
DRIFT = digamma(Rational(3, 2)) - log(Rational(3, 2))


def ratio(loop, t):
    return loop.w(t + 1) / loop.w(t)


def square(loop, t):
    return E(loop.y(t + 1) ** 2 / loop.x(t) ** 2)


def given(x, loop, t):
    return E(x, given=loop.model(t))


TRUE = {
    "at the start it is 1": ({"p": Probability()}, lambda p: Eq(E(ratio(Coin(p), Integer(0))), p)),
    "of what is positive": ({"t": T}, lambda t: Eq(E(Scale().v(t + 1) / Scale().v(t)), 1)),
    "of a draw": ({"t": T}, lambda t: Eq(E(Scale().draw(t) ** 2 / Scale().v(t)), 1)),
    "known given a model": ({"t": T}, lambda t: Eq(Scale().v(t) / given(Scale().v(t + 1), Scale(), t), 1)),
    "kept other than 0 by every step": ({"t": T}, lambda t: Eq(E(Multiplied().x(t + 1) / Multiplied().x(t)), 1)),
    "moved by what is drawn": ({"t": LATER}, lambda t: Eq(square(Walk(0), t), 1)),
    "roots": ({"t": T}, lambda t: Eq(E(sqrt(Scale().v(t + 1)) / sqrt(Scale().v(t))), ROOT)),
    "logarithms": ({"t": T}, lambda t: Eq(E(log(Scale().v(t + 1)) - log(Scale().v(t))), DRIFT)),
    "positive where the loop is one": (
        {"n": Integers(2), "t": T},
        lambda n, t: Eq(E(log(Refitted(n).v(t))), t * (digamma((n - 1) / 2) - log((n - 1) / 2))),
    ),
    "not 0 yet": ({}, lambda: Eq(square(Counted(2), Integer(1)), 1)),
}
FALSE = {
    "a state that may be 0": ({"p": Probability(), "t": LATER}, lambda p, t: Eq(E(ratio(Coin(p), t)), p)),
    "its variance": ({"p": Probability(), "t": LATER}, lambda p, t: Eq(Var(ratio(Coin(p), t)), p * (1 - p))),
    "two steps": (
        {"p": Probability(), "t": LATER},
        lambda p, t: Eq(E(Coin(p).w(t + 2) / Coin(p).w(t)), p**2),
    ),
    "of a draw": ({"p": Probability(), "t": LATER}, lambda p, t: Eq(E(Coin(p).draw(t) ** 2 / Coin(p).w(t)), 1)),
    "clipped": ({"t": LATER}, lambda t: Eq(square(Clipped(1), t), 1)),
    "by cases": ({"t": LATER}, lambda t: Eq(square(Stopped(1), t), 1)),
    "0 at the start": ({"t": T}, lambda t: Eq(square(Walk(0), t), 1)),
    "0 in between": ({"t": T}, lambda t: Eq(square(Counted(2), t), 1)),
    "roots of what is below 0": ({"t": T}, lambda t: Eq(E(sqrt(Negative().x(t + 1)) / sqrt(Negative().x(t))), ROOT)),
    "logarithms of what is below 0": (
        {"t": T},
        lambda t: Eq(E(log(Negative().x(t + 1)) - log(Negative().x(t))), DRIFT),
    ),
    "0 there": ({}, lambda: Eq(square(Counted(2), Integer(2)), 1)),
}
REFUSED = {
    "a probability of what is clipped": ({"t": LATER}, lambda t: event(Clipped(1), t)),
    "a probability by cases": ({"t": LATER}, lambda t: event(Stopped(1), t)),
    "a probability beside what is 0 in between": ({"t": LATER}, lambda t: event(Counted(2), t)),
    "inside, given a model": (
        {"p": Probability(), "t": LATER},
        lambda p, t: Eq(given(ratio(Coin(p), t), Coin(p), t), p),
    ),
    "a root, given a model": (
        {"t": T},
        lambda t: Eq(given(sqrt(Negative().x(t + 1)), Negative(), t) / sqrt(Negative().x(t)), ROOT),
    ),
    "outside, given a model": (
        {"p": Probability(), "t": LATER},
        lambda p, t: Le(given(Coin(p).w(t + 1), Coin(p), t) / Coin(p).w(t), p),
    ),
    "of what is known given a model": (
        {"p": Probability(), "t": LATER},
        lambda p, t: Eq(E(Coin(p).w(t) / given(Coin(p).w(t + 1), Coin(p), t)), 1 / p),
    ),
}


def event(loop, t):
    return Eq(Prob(Gt(loop.y(t + 1) / loop.x(t), 0)), Rational(1, 2))


@pytest.mark.parametrize("name", TRUE)
def test_other_than_0(name):
    domains, relation = TRUE[name]
    assert_proved(relation, **domains)


@pytest.mark.parametrize("name", FALSE)
def test_of_what_may_be_0_nothing_is_proved(name):
    domains, relation = FALSE[name]
    found = prove(stated(relation, **domains))
    assert not found.proved
    assert "may have no value" in found.reason


@pytest.mark.parametrize("name", REFUSED)
def test_of_what_may_be_0_nothing_is_told(name):
    domains, relation = REFUSED[name]
    with pytest.raises(BadInput, match=r"not seen to be (different from 0|0 or above)"):
        prove(stated(relation, **domains))


def test_balls_do_not_tell_it_either():
    two = Coin(Rational(1, 2))
    with pytest.raises(CannotTell, match="may have no value"):
        enclosed(E(ratio(two, Integer(3))))
    assert enclosed(E(Scale().v(4) / Scale().v(3))).overlaps(1)


class Once(Loop):
    """One draw, and no more: what comes later is made of it."""

    x = coordinate()
    initial = property(lambda self: {"x": 0})

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1)) * Max(0, 2 - CLOCK)}


def test_a_state_that_is_left_may_be_made_of_the_draw():
    """x(2) - x(5) is 0, a pole, whatever has been drawn; x(2) itself meets none."""
    assert not is_other_than_0(gamma(Once().x(2) - Once().x(5)))
    assert is_other_than_0(gamma(Once().x(2)))


class Doubled(Loop):
    """A share that is refitted to draws of a coin with probability c times the share."""

    c: Positive
    share = coordinate()
    initial = property(lambda self: {"share": Rational(1, 2)})

    def step(self, now):
        return {"share": Noise("B", Binomial(3, self.c * now["share"])) / 3}


def test_what_a_law_asks_for_of_the_state_is_met():
    """The share of a coin is at most 1, or it would be no coin; that 2 share is a probability is not seen."""
    t = Symbol("t", integer=True, nonnegative=True)
    for loop in (SymbolLoop(Rational(1, 3), 3), Doubled(1)):
        assert is_not_below_0(1 - loop.share(t))
        assert not is_not_below_0(Rational(1, 2) - loop.share(t))
    assert not is_not_below_0(1 - 2 * Doubled(2).share(t))
    assert not is_not_below_0(1 - Doubled(2).share(t))


def test_the_entropy_of_a_coin_has_a_ball():
    """After two refits to three tosses, toss by toss."""
    share = SymbolLoop(Rational(1, 3), 3).share
    entropy = lambda p: sum(-q * math.log(q) for q in (p, 1 - p) if q > 0)  # noqa: E731
    chance = lambda k, p: math.comb(3, k) * p**k * (1 - p) ** (3 - k)  # noqa: E731
    mean = sum(chance(j, 1 / 3) * chance(k, j / 3) * entropy(k / 3) for j in range(4) for k in range(4))
    ball = value(E(entr(share(2)) + entr(1 - share(2)))).value
    assert abs(float(ball) - mean) < 1e-12


# ---- no sample shows that a logarithm has none ----------------------------------------------------------------------


class Wide(Loop):
    """From 100 on, in steps of 10 on average: below 0 once in 10^23 runs."""

    x = coordinate()
    initial = {"x": 100}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 100))}


S = Symbol("s", integer=True, nonnegative=True)


def far_off(a):
    return Noise("N", Normal(a, 1))  # below 0 with a probability of 1e-19, or less


@pytest.mark.parametrize(
    "mean",
    [
        lambda a: Le(E(log(far_off(a))), log(a)),
        lambda a: Le(E(sqrt(far_off(a))), sqrt(a)),
        lambda a: Le(E(log(Wide().x(1))), log(100) + a),
        lambda a: Le(E(sqrt(Wide().x(2))), 10 + a),
        lambda a: Le(E(PathMax(sqrt(Wide().x(S)), (S, 0, 3))), 10 + a),
        lambda a: Le(Quantile(log(far_off(a)), Rational(1, 2)), log(a) + 1),
    ],
)
def test_a_mean_of_what_may_have_no_value_is_not_supported(mean):
    found = check([stated(mean, a=Reals(9, 20))], seconds=2)[0]
    assert found.verdict == Verdict.UNDECIDED
    assert "is not seen to be 0 or above" in str(found)


@pytest.mark.parametrize(
    ("variable", "below"),
    [
        (log(far_off(9)), True),
        (log(Abs(far_off(9))), False),
        (log(1 + far_off(9) ** 2), False),
        (log(Max(far_off(9), 1)), False),
        (log(1 - Noise("B", Beta(3, 1))), False),
        (log(Rational(1, 2) - Noise("B", Beta(3, 1))), True),
        (sqrt(Noise("B", Binomial(3, Rational(1, 2)))), False),
        (Piecewise((log(far_off(9)), far_off(9) > 1), (0, True)), False),  # its case sees to it
        (log(GaussianLoop(5).sigma(1)), False),
        (log(GaussianLoop(5).mu(1)), True),
        (log(Wide().x(4)), True),
        (sqrt(Wide().x(40)), True),
        (log(GaussianLoop(5).mu(7)), True),
        (log(GaussianLoop(5).sigma(7)), False),
        (log(1 + GaussianLoop(5).mu(7) ** 2), False),
    ],
)
def test_what_may_be_below_0(variable, below):
    assert (may_be_below_0(E(variable)) is not None) == below


def test_no_sign_of_a_state_is_asked_for_where_nothing_is_taken_of_it(monkeypatch):
    """To find it takes the start and the step of a loop, at every point."""

    def asked(loop):
        raise AssertionError("a sign was asked for")

    monkeypatch.setattr(taken, "always_positive", asked)
    state = GaussianLoop(n=5).mu(3)
    assert not list(taken.taken_by(2 * state**3 - state + Rational(1, 2)))
    for divided in (1 / state, state**-2 * 3, state + log(1 + state**2), state ** Rational(1, 2)):
        with pytest.raises(AssertionError, match="a sign was asked for"):
            list(taken.taken_by(divided))


class Drawn(Loop):
    """A fresh count, which is 0 with probability 1/e, or what is never 0."""

    of: Poisson | ChiSquare
    x = coordinate()
    initial = {"x": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"x": Noise("P", self.of)}


def test_a_size_that_the_sign_of_a_state_takes_away_is_divided_by():
    """Of an x that is not below 0 SymPy makes |x| = x, and x/|x| = 1: `E(x/|x|) = 1` was proved."""
    for own in (lambda x: x / Abs(x), lambda x: Abs(x) / x, lambda x: sqrt(x**2) / x):
        assert not is_proved(lambda t, own=own: Eq(E(own(Drawn(Poisson(1)).x(t))) + t, 1 + t), t=T)
        assert_proved(lambda t, own=own: Eq(E(own(Drawn(ChiSquare(3)).x(t))) + t, 1 + t), t=T)
        assert not is_proved(lambda t, own=own: Eq(Prob(own(Drawn(Poisson(1)).x(t)) > 0) + t, 1 + t), t=T)


class Shared(Loop):
    """Adds a chi-square draw over itself."""

    n: Integers(0)
    x = coordinate()
    initial = {"x": Integer(0)}  # noqa: RUF012

    def step(self, now):
        q = Noise("Q", ChiSquare(self.n))
        return {"x": now["x"] + q / q}


def test_a_draw_of_no_degrees_of_freedom_is_0():
    assert not is_proved(lambda n, t: Eq(E(Shared(n).x(t)), t), n=Integers(0), t=T)
    assert_proved(lambda n, t: Eq(E(Shared(n).x(t)), t), n=Integers(1), t=T)
    for law in (ChiSquare, lambda n: Mixture(Rational(1, 2), ChiSquare(n), ChiSquare(1))):
        own = lambda n, law=law: Eq(E(Noise("Q", law(n)) / Noise("Q", law(n))) + n, 1 + n)  # noqa: E731
        assert not is_proved(own, n=Integers(0))
        assert_proved(own, n=Integers(1))
