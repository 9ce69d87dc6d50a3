"""Numbers too small for floats, and steps too small to be seen beside a sum: no witness takes them for exact ones."""

import numpy as np
import pytest
from sympy import Eq, Ge, Le, Max, Piecewise, Rational, S, Symbol, exp, floor

from simulate.engine.blocks import Runner
from simulate.engine.intervals import TINY, Spans, times
from simulate.engine.jumps import leaf
from simulate.engine.lattice import Known, is_never_zero, known, never_zero
from simulate.engine.symbolic import draw_paths
from simulate.engine.witness import Witness
from theory import (
    ChiSquare,
    Claim,
    E,
    GaussianLoop,
    HittingTime,
    Integers,
    Loop,
    Noise,
    Normal,
    Prob,
    Uniform,
    coordinate,
)
from theory.language.claims import Point
from theory.language.errors import BadInput
from theory.language.laws import Binomial
from theory.language.verdicts import Verdict

half = Rational(1, 2)
SETTLED = {Verdict.SUPPORTED, Verdict.REFUTED}


class Shrinking(Loop):
    """Two numbers that shrink side by side, and a count of the times at which the second one was not above 0."""

    x = coordinate(positive=True)
    y = coordinate()
    k = coordinate()
    initial = property(lambda self: {"x": 1, "y": 1, "k": 0})

    def step(self, now):
        u, v = (Noise(name, Uniform(0, Rational(1, 1000))) for name in "UV")
        k = Piecewise((now["k"], now["y"] > 0), (now["k"] + 1, True))
        return {"x": now["x"] * u, "y": now["y"] * v, "k": k}


class Spike(Loop):
    """A draw that is too small for a float most of the time."""

    x = coordinate()
    initial = property(lambda self: {"x": 0})

    def step(self, now):
        return {"x": exp(-10_000 * Noise("Q", ChiSquare(1)))}


class Waiting(Loop):
    """What waits, which is 0 now and then."""

    w = coordinate(nonnegative=True)
    initial = property(lambda self: {"w": 0})

    def step(self, now):
        return {"w": Max(0, now["w"] + Noise("Z", Normal(-1, 1)))}


class Falling(Loop):
    """A number that shrinks, and nothing asks whether it is 0."""

    x = coordinate(positive=True)
    initial = property(lambda self: {"x": 1})

    def step(self, now):
        return {"x": now["x"] * Noise("U", Uniform(0, Rational(1, 1000)))}


class Against(Loop):
    """Two numbers that move against each other: their product stays, though one of them has lost digits as a float."""

    x = coordinate(positive=True)
    y = coordinate(positive=True)
    initial = property(lambda self: {"x": Rational(1, 10**317), "y": 10**300})

    def step(self, now):
        z = Noise("Z", Normal(0, 1))
        return {"x": now["x"] * exp(z), "y": now["y"] * exp(-z)}


class Carried(Loop):
    """What is too small at first is multiplied later: x grows out of the small numbers, and y only adds what it was."""

    x = coordinate(positive=True)
    y = coordinate()
    initial = property(lambda self: {"x": Rational(1, 10**320), "y": 1})

    def step(self, now):
        u = Noise("U", Uniform(Rational(1, 2), Rational(3, 2)))
        return {"x": now["x"] * u * 10**20, "y": now["y"] + now["x"] * u}


class Dying(Loop):
    """A chi-square with as many degrees of freedom as the last one was large: soon too small for a float."""

    x = coordinate(positive=True)
    initial = property(lambda self: {"x": 1})

    def step(self, now):
        return {"x": Noise("Q", ChiSquare(now["x"]))}


class Whole(Dying):
    """The same of the whole part, which does come to be 0."""

    x = coordinate(nonnegative=True)

    def step(self, now):
        return {"x": Noise("Q", ChiSquare(floor(now["x"])))}


class LostScale(Loop):
    """A draw whose law goes by a number that is lost: the case that it is made in goes by one too small for a float."""

    x = coordinate(positive=True)
    y = coordinate(nonnegative=True)
    initial = property(lambda self: {"x": 1, "y": 1})

    def step(self, now):
        u = Noise("U", Uniform(0, Rational(1, 1000)))
        y = Piecewise((Noise("Q", ChiSquare(now["y"])), now["x"] < now["y"]), (now["y"], True))
        return {"x": now["x"] * u, "y": y}


def said(relation, t):
    """What the simulation alone says of a relation in generation t."""

    def stated(t=Integers(0)):
        """Of small numbers."""
        return relation(t)

    with Runner(0, 1) as runner:
        witness = Witness(runner, 2.0)
        found = witness.run(witness.plans([(Claim(stated), [Point(1, {"t": S(t)})])]))
    return {f.verdict for f in found}


two, five = GaussianLoop(2), GaussianLoop(5)
TRUE = {  # by far, so that a few replicates would refute it
    "it falls": (lambda t: Ge(Prob(Shrinking().x(t + 1) < Shrinking().x(t)), half), 200),
    "they differ": (lambda t: Le(Prob(Eq(Shrinking().x(t), Shrinking().y(t))), half), 200),
    "it is never 0": (lambda t: Ge(Prob(Shrinking().y(t) > 0), half), 200),
    "the count stays": (lambda t: Le(E(Shrinking().k(t)), half), 110),
    "0 is never reached": (lambda t: Le(Prob(HittingTime(lambda s: Shrinking().y(s) <= 0) <= t), half), 200),
    "a draw of few degrees is above 0": (lambda t: Ge(Prob(Dying().x(t) > 0), half), 60),
    "a spike is above 0": (lambda t: Ge(Prob(Spike().x(t) > 0), half), 1),
    "sigma falls": (lambda t: Ge(Prob(two.sigma(t + 1) < two.sigma(t)), half), 1500),
    "the mean rises": (lambda t: Ge(Prob(five.mu(t + 1) > five.mu(t)), Rational(1, 4)), 300),
    "the mean moves": (lambda t: Le(Prob(Eq(five.mu(t + 1), five.mu(t))), Rational(1, 10)), 300),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_floats_do_not_tell_is_not_told(name):
    assert not said(*TRUE[name]) & SETTLED


@pytest.mark.parametrize(
    "name", sorted({*TRUE} - {"a spike is above 0", "the count stays", "a draw of few degrees is above 0"})
)
def test_while_they_tell_it_is_right(name):
    assert said(TRUE[name][0], 3) == {Verdict.SUPPORTED}


@pytest.mark.parametrize(("least", "verdict"), [(half, Verdict.SUPPORTED), (Rational(999, 1000), Verdict.REFUTED)])
def test_a_chi_square_of_no_degrees_is_0(least, verdict):
    assert said(lambda t: Ge(Prob(Dying().x(t) < Rational(1, 100)), least), 4) == {verdict}


def test_degrees_of_freedom_below_0_are_refused():
    rng = np.random.default_rng(0)
    assert (ChiSquare.draw(rng, 3, np.array([0.0, 2.0, 0.0])) > 0).tolist() == [False, True, False]
    for wrong in (-1.0, float("nan")):
        with pytest.raises(BadInput):
            ChiSquare.draw(rng, 2, np.array([1.0, wrong]))


def test_what_is_0_now_and_then_is_decided():
    waits = lambda t: Prob(Eq(Waiting().w(t), 0))  # noqa: E731
    assert said(lambda t: Ge(waits(t), half), 3) == {Verdict.SUPPORTED}
    assert said(lambda t: Le(waits(t), half), 3) == {Verdict.REFUTED}


class Tenths(Loop):
    """A walk by tenths, of which floats are off by their last digit."""

    x = coordinate()
    initial = property(lambda self: {"x": 0})

    def step(self, now):
        return {"x": now["x"] + Noise("C", Binomial(1, half)) / 10}


def test_a_first_time_is_decided_on_the_lattice():
    """After three steps the walk is at 3/10 at most, with probability 1/8; in floats 3 times 0.1 is above 0.3."""
    level, eighth = Rational(3, 10), Rational(1, 8)
    past = lambda t: Prob(HittingTime(lambda s: Tenths().x(s) > level) <= t)  # noqa: E731
    reached = lambda t: Prob(HittingTime(lambda s: Tenths().x(s) >= level) <= t)  # noqa: E731
    assert said(lambda t: Le(past(t), eighth / 2), 3) == {Verdict.SUPPORTED}
    assert said(lambda t: Ge(reached(t), eighth / 2), 3) == {Verdict.SUPPORTED}
    assert said(lambda t: Le(reached(t), eighth / 2), 3) == {Verdict.REFUTED}


def test_what_is_never_0():
    assert never_zero(Shrinking()) == {"x", "y"}
    assert never_zero(Spike()) == {"x"}
    assert never_zero(Waiting()) == frozenset()
    assert known(Spike().x(1)).alive
    x = Symbol("x", real=True)
    z, coin = Noise("Z", Normal(0, 1)), Noise("C", Binomial(1, half))
    for y in (x * z, x + z, Max(x, x * z), exp(x), Piecewise((x, x > 0), (z, True)), x / (1 + coin)):
        assert is_never_zero(y, [x])
    for y in (x * coin, z - abs(z), Max(0, z), x - 1, Piecewise((x, x > 0), (0, True))):
        assert not is_never_zero(y, [x])


def test_products_and_exponentials_too_small_for_floats_are_not_0():
    tiny, zero = (np.full(2, 1e-200),) * 2, (np.zeros(2),) * 2
    low, high = times(tiny, tiny)
    assert np.all(low == 0)
    assert np.all(high >= TINY)
    assert np.all(np.asarray(times(tiny, zero)) == 0)
    x = Symbol("x0", real=True)
    spans = Spans({x: (np.full(2, -1e5), np.full(2, -1e5))}, {x: None}, 2)
    assert np.all(spans.of(exp(x))[1] > 0)
    low, high = leaf(np.zeros(2), Known(alive=True))
    assert np.all(low < high)
    assert np.all(np.asarray(leaf(np.zeros(2))) == 0)


@pytest.mark.parametrize("t", [1, 2, 5])
def test_digits_that_are_not_there_refute_nothing(t):
    """E xy = 10^-17 for ever; x has 7 digits as a float, and the product no more, the same on every path."""
    loop = Against()
    assert Verdict.REFUTED not in said(lambda t: Eq(E(loop.x(t) * loop.y(t)), Rational(1, 10**17)), t)


def test_a_path_is_lost_where_small_numbers_are_multiplied_and_kept_where_they_are_added():
    rng = np.random.Generator(np.random.Philox(3))
    records = draw_paths(Carried(), (), rng, 1000, [1, 2])
    assert np.isnan(records["x", 1]).all()
    assert np.isnan(records["x", 2]).all()
    assert (records["y", 1] == 1).all()  # 1 + 10^-320 is 1 in floats, as it should be


def test_a_shrinking_number_is_followed_until_it_is_too_small():
    """x(t) is a product of t draws below 1/1000: what is left of it stays small, and is not taken for lost."""
    records = draw_paths(Falling(), (), np.random.Generator(np.random.Philox(4)), 1000, [70, 99])
    assert (records["x", 70] > 0).all()
    assert (records["x", 70] < 1e-200).all()
    assert np.isfinite(records["x", 99]).all()


def test_a_chi_square_that_comes_to_be_0_is_not_said_to_be_other_than_0():
    assert never_zero(Dying()) == {"x"}
    assert not never_zero(Whole())
    assert Verdict.SUPPORTED not in said(lambda t: Le(Prob(Whole().x(t) <= 0), half), 30)


def test_a_path_that_is_lost_has_no_law_to_be_refused():
    """It ended the check as bad input: "a chi-square with nan degrees of freedom"."""
    assert said(lambda t: Le(E(LostScale().y(t)), 2), 200) == {Verdict.LEFT_OUT}
