"""The checker of certificates: probabilities of events, and maxima over a path, by inequalities whose conditions it looks at."""

import json

import pytest
from stated import stated
from sympy import Abs, Eq, Ge, Integer, Le, Rational, S, Symbol, oo, sqrt

from theory import GaussianLoop, Integers, Positive, Probability, Reals, c4, claim
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import ChiSquare, Noise, Normal, StudentT
from theory.language.loops import Loop, coordinate
from theory.language.moments import E, PathMax, Prob, Tends
from theory.language.structures import Told
from theory.proof.exported import certificate
from theory.proof.relations.lemmas import doob_power
from theory.proof.relations.prove import prove
from theory.recheck.check import check
from theory.recheck.moments import Moments
from theory.recheck.paths import is_martingale

s = Symbol("s", integer=True, nonnegative=True)


class Walk(Loop):
    """x takes steps of mean `drift` and variance 1/n, y is multiplied by draws of mean 1."""

    n: Integers(1)
    drift: Reals = 0

    x = coordinate()
    y = coordinate(positive=True)

    @property
    def initial(self):
        return {"x": Integer(0), "y": Integer(1)}

    def step(self, state):
        return {
            "x": state["x"] + self.drift + Noise("Z", Normal(0, 1)) / sqrt(self.n),
            "y": state["y"] * Noise("Q", ChiSquare(2 * self.n)) / (2 * self.n),
        }


class Halving(Walk):
    """x begins at 10, and is halved: it was larger than it is."""

    @property
    def initial(self):
        return super().initial | {"x": Integer(10)}

    def step(self, state):
        return super().step(state) | {"x": state["x"] / 2 + Noise("Z", Normal(0, 1)) / sqrt(self.n)}


class FromAfar(Walk):
    """x starts where it has no variance, and is drawn anew in every step."""

    @property
    def initial(self):
        return super().initial | {"x": Noise("T", StudentT(2))}

    def step(self, state):
        return super().step(state) | {"x": Noise("Z", Normal(0, 1))}


class Untold(Walk):
    """Of which only means are told."""

    told = Told("only means are told", degree=1, given=1)


def _moments():
    def nothing(*_):
        raise CannotTell("nothing is known")

    class Forms:
        mean = begun = followed = nothing

    return Moments(Forms(), lambda x: bool(x.is_nonnegative))


def test_what_a_martingale_is():
    loop, moments = Walk(3), _moments()
    x, y = loop.x(s), loop.y(s)
    for m in (x, y, 2 * x - 1, x + y, x * y, x**2 - s / 3, y**2 * Rational(3, 4) ** s):
        assert is_martingale(m, s, moments), m
    for m in (x**2, y**2, x + s, x**2 - s, loop.x(s + 1), loop.x(0), x * loop.x(0), Walk(3, 1).x(s), S.One):
        assert not is_martingale(m, s, moments), m
    assert is_martingale(Untold(3).x(s), s, moments)
    with pytest.raises(CannotTell, match="only means"):
        is_martingale(Untold(3).x(s) ** 2 - s / 3, s, moments)


def _claim(f, said):
    f.__name__, f.__doc__ = said, "As its name says."
    return claim(f)


def markov(n=Integers(1), t=Integers(0), c=Positive()):
    return Le(Prob(Walk(n).y(t) >= c), 1 / c)


def chebyshev(n=Integers(1), t=Integers(0), c=Positive()):
    return Le(Prob(Abs(Walk(n).x(t)) >= c), t / (n * c**2))


def chebyshev_strict(n=Integers(1), t=Integers(0), c=Positive()):
    return Le(2 * Prob(Abs(Walk(n).x(t)) > c) - 1, 2 * t / (n * c**2))


def markov_power(n=Integers(1), t=Integers(0), c=Positive(), q=Positive()):
    loop = Walk(n)
    return Le(Prob(loop.y(t) ** 2 >= c), E(loop.y(t) ** (2 * q)) * c ** (-q))


def doob(n=Integers(1), t=Integers(0), c=Positive()):
    return Le(Prob(PathMax(Abs(Walk(n).x(s)), (s, 0, t)) >= c), t / (n * c**2))


def doob_square(n=Integers(1), t=Integers(0)):
    return Le(E(PathMax(Walk(n).x(s) ** 2, (s, 0, t))), 4 * t / n)


def last(n=Integers(1), t=Integers(0)):
    return Ge(E(PathMax(Walk(n).x(s) ** 2, (s, 0, t))), t / n)


def ville(n=Integers(1), t=Integers(0), c=Positive()):
    return Le(Prob(PathMax(Walk(n).y(s), (s, 0, t)) >= c), 1 / c)


def integrated(n=Integers(1), t=Integers(0), q=Probability()):
    return Le(E(PathMax(Walk(n).y(s) ** q, (s, 0, t))), 1 / (1 - q))


def squares(n=Integers(2), t=Integers(0), q=Probability()):
    return Le(E(PathMax(GaussianLoop(n).sigma(s) ** (2 * q), (s, 0, t))), 1 / (1 - q))


def vanishes(n=Integers(1), t=Integers(1)):
    return Tends(Prob(Abs(Walk(n).x(t)) >= t), (t, 1, oo), 0, rate=1 / (n * t))


TRUE = [
    _claim(f, f.__name__)
    for f in (
        markov,
        chebyshev,
        chebyshev_strict,
        markov_power,
        doob,
        doob_square,
        last,
        ville,
        integrated,
        squares,
        vanishes,
    )
]


def markov_below_0(n=Integers(1), t=Integers(0), c=Positive()):
    """x may be below 0: it has mean 0, and is c or more with a probability that is not 0."""
    return Le(Prob(Walk(n).x(t) >= c), 0)


def markov_half(n=Integers(1), t=Integers(0), c=Positive()):
    return Le(Prob(Walk(n).y(t) >= c), 1 / (2 * c))


def a_probability_from_below(n=Integers(1), t=Integers(0), c=Positive()):
    """The inequality is on the other side."""
    return Ge(Prob(Walk(n).y(t) >= c), 1 / c)


def a_probability_taken_off(n=Integers(1), t=Integers(0), c=Positive()):
    return Le(-Prob(Walk(n).y(t) >= c), -1 / c)


def another_event(n=Integers(1), t=Integers(0), c=Positive()):
    return Le(Prob(Walk(n).y(t) <= c), 1 / c)


def a_random_level(n=Integers(1), t=Integers(1), c=Positive()):
    loop = Walk(n)
    return Le(Prob(loop.y(t) >= c * loop.y(0)), 1 / (2 * c))


def halved(n=Integers(1), t=Integers(0)):
    """It is no martingale."""
    loop = Halving(n)
    return Le(E(PathMax(loop.x(s) ** 2, (s, 0, t))), 4 * E(loop.x(t) ** 2))


def halved_event(n=Integers(1), t=Integers(0), c=Positive()):
    loop = Halving(n)
    return Le(Prob(PathMax(Abs(loop.x(s)), (s, 0, t)) >= c), E(loop.x(t) ** 2) / c**2)


def doob_of_an_event(n=Integers(1), t=Integers(0), c=Positive()):
    return Le(Prob(PathMax(Abs(Walk(n).x(s)), (s, 0, t)) >= c), t / (2 * n * c**2))


def ville_below_0(n=Integers(1), t=Integers(0), c=Positive()):
    """A martingale that may be below 0."""
    return Le(Prob(PathMax(Walk(n).x(s), (s, 0, t)) >= c), 0)


def ville_of_squares(n=Integers(1), t=Integers(0), c=Positive()):
    return Le(Prob(PathMax(Walk(n).y(s) ** 2, (s, 0, t)) >= c), 1 / c)


def integrated_too_far(n=Integers(2), t=Integers(0), q=Reals(1, oo)):
    """The bound is below 0 there."""
    return Le(E(PathMax(GaussianLoop(n).sigma(s) ** (2 * q), (s, 0, t))), 1)


def above_the_last(n=Integers(1), t=Integers(1)):
    return Le(E(PathMax(Walk(n).x(s) ** 2, (s, 0, t))), t / n)


def from_the_second(n=Integers(1), t=Integers(1)):
    """A path that begins later."""
    return Le(E(PathMax(Walk(n).x(s) ** 2, (s, 1, t))), 2 * t / n)


def last_of_what_has_no_mean(n=Integers(1)):
    """The first of them has none."""
    return Ge(E(PathMax(FromAfar(n).x(s) ** 2, (s, 0, 1))), 1)


def vanishes_faster(n=Integers(1), t=Integers(1)):
    return Tends(Prob(Abs(Walk(n).x(t)) >= t), (t, 1, oo), 0, rate=1 / (n * t**2))


def tends_elsewhere(n=Integers(1), t=Integers(1)):
    """It tends to 0, and not to -1/(n t) of anything."""
    return Tends(Prob(Abs(Walk(n).x(t)) >= t), (t, 1, oo), 1, rate=1 / (n * t))


FALSE = [
    _claim(f, f.__name__)
    for f in (
        markov_below_0,
        markov_half,
        a_probability_from_below,
        a_probability_taken_off,
        another_event,
        a_random_level,
        halved,
        halved_event,
        doob_of_an_event,
        ville_below_0,
        ville_of_squares,
        integrated_too_far,
        above_the_last,
        from_the_second,
        last_of_what_has_no_mean,
        vanishes_faster,
        tends_elsewhere,
    )
]


@pytest.mark.parametrize("c", TRUE, ids=lambda c: c.id)
def test_what_holds_has_a_certificate(c):
    check(c, "derivation", json.loads(certificate(c, "derivation")))


@pytest.mark.parametrize("c", FALSE, ids=lambda c: c.id)
def test_what_does_not_has_none(c):
    assert "none" in json.loads(certificate(c, "derivation"))


def spread_vanishes(n=Integers(2), t=Integers(0), c=Positive()):
    return Tends(Prob(GaussianLoop(n).sigma(t) ** 2 >= c), (t, 0, oo), 0, rate=c4(n) ** t / sqrt(c))


def variance_vanishes(n=Integers(2), t=Integers(0), c=Positive()):
    """The mean of the variance stays what it is, and so does this rate."""
    return Tends(Prob(GaussianLoop(n).sigma(t) ** 2 >= c), (t, 0, oo), 0, rate=1 / c)


def a_rate_that_grows(n=Integers(2), t=Integers(0), c=Positive()):
    return Tends(Prob(GaussianLoop(n).sigma(t) ** 2 >= c), (t, 0, oo), 0, rate=(2 * c4(n)) ** t / sqrt(c))


def test_a_rate_with_a_function_in_it():
    slow = _claim(spread_vanishes, "spread_vanishes")
    check(slow, "derivation", json.loads(certificate(slow, "derivation")))
    for f in (variance_vanishes, a_rate_that_grows):
        assert "not seen to vanish" in json.loads(certificate(_claim(f, f.__name__), "derivation"))["none"]


@claim(where=lambda c, d: c < d)
def markov_of_any_level(n=Integers(1), t=Integers(0), c=Positive(), d=Positive()):
    """False: of a level below 0 the inequality says nothing."""
    loop = Walk(n)
    return Le(Prob(loop.y(t) >= c - d), E(loop.y(t) ** 2) / (c - d) ** 2)


@claim
def less_than_doob(n=Integers(1), t=Integers(0)):
    """Doob's constant is 4."""
    return Le(E(PathMax(Walk(n).x(s) ** 2, (s, 0, t))), 3 * t / n)


@pytest.mark.parametrize("c", [markov_of_any_level, less_than_doob], ids=lambda c: c.id)
def test_what_they_do_not_say_has_none(c):
    assert "none" in json.loads(certificate(c, "derivation"))


class Far(Walk):
    """It begins a million away."""

    @property
    def initial(self):
        return {"x": Integer(0), "y": Integer(10**6)}


def test_a_power_that_changes_along_the_path_bounds_no_maximum():
    """Its generation was taken out of the maximum: at n = t = 1 the mean is 89 or more."""
    q = (s + 1) / (2 * s + 4)
    held = {"n": Integers(1), "t": Integers(0)}
    relation = lambda n, t: Le(E(PathMax(Far(n).y(s) ** q, (s, 0, t))), 64)  # noqa: E731
    assert "none" in json.loads(certificate(stated(relation, **held), "derivation"))
    found = prove(stated(relation, **held, proof=doob_power(q)))
    assert not found.proved
    assert "changes along the path" in found.reason


@pytest.mark.parametrize("first", [0, 5])
def test_a_path_is_not_empty(first):
    """A lemma did not ask: up to t - 5 there is no path before t = 5."""
    held = {"n": Integers(1), "t": Integers(first)}
    over = lambda x, t: PathMax(x, (s, 0, t - 5))  # noqa: E731
    level = stated(lambda n, t: Le(Prob(over(Walk(n).y(s), t) >= 2), Rational(1, 2)), **held)
    power = stated(lambda n, t: Le(E(over(sqrt(Walk(n).y(s)), t)), 2), **held, proof=doob_power(Rational(1, 2)))
    for c in (level, power):
        assert prove(c).proved == (first == 5)
        assert ("none" in json.loads(certificate(c, "derivation"))) == (first == 0)


class Asks(Walk):
    """Whose draws ask in Python's words of a parameter."""

    def emit(self, state, index):
        return state["x"] + 1 if self.drift == 1 else state["x"]


def test_draws_that_ask_of_a_symbol_are_not_believed():
    c = stated(lambda n, a: Eq(E(Asks(n, a).draw(0)), 0), n=Integers(1), a=Reals())
    written = json.loads(certificate(c, "derivation"))
    with pytest.raises((BadInput, CannotTell, KeyError)):
        check(c, "derivation", written)
