"""A slope tells where a function rises only where it is continuous: not across a jump, nor across a pole."""

import pytest
from sympy import Dummy, Max, Piecewise, Symbol, floor, sign, tan

from theory import Loop, Noise, Normal, coordinate
from theory.language.functions import linear, slope
from theory.language.loops import PopulationLoop
from theory.language.moments import E
from theory.proof.relations.narrowed import without_extremes
from theory.proof.structures.deployed import _invertible
from theory.proof.structures.falling import falls

X = Dummy("x", real=True)


def seen(x, strict):
    return bool(x.is_positive if strict else x.is_nonnegative)


@pytest.mark.parametrize("f", [1 / X, tan(X), sign(X), floor(X), Piecewise((X, X < 0), (X - 1, True))])
def test_of_what_jumps_there_is_no_slope(f):
    assert slope(f, X, seen, lambda x: bool(x.is_nonzero)) is None


def test_of_what_is_continuous_there_is_one():
    assert slope(X**3 + X, X, seen, lambda x: bool(x.is_nonzero)) == 3 * X**2 + 1


def test_cases_of_one_slope_are_no_line():
    assert linear(Piecewise((X, X < 0), (X - 1, True)), X) is None
    assert linear(X + sign(X), X) is None
    assert linear(X**2, X) is None
    assert linear(3 * X + 2, X) == (3, 2)


class _Score(PopulationLoop):
    """Fits theta at which an estimating equation is 0."""

    theta = coordinate()
    initial = {"theta": 1}  # noqa: RUF012


class Jumping(_Score):
    """Of slope -1 everywhere, with a jump upwards at 0: it has two roots for now = 1/2."""

    def estimating(self, after, now):
        return Piecewise((-after - 1, after < 0), (5 - after, True)) + now


class Pole(_Score):
    """Its slope is below 0 wherever it has one, and it has two roots."""

    def estimating(self, after, now):
        return 1 / after - after + now


class Averaged(_Score):
    """The same pole in what a mean is taken of."""

    def estimating(self, after, now):
        return E(1 / (after + Noise("Z", Normal(0, 1)))) - after + now


class Falling(_Score):
    """A line."""

    def estimating(self, after, now):
        return now / 2 - after


@pytest.mark.parametrize("kind", [Jumping, Pole, Averaged])
def test_a_score_that_jumps_may_have_several_roots(kind):
    assert not falls(kind())


def test_a_score_that_falls_all_along_has_one():
    assert falls(Falling())


class Walk(Loop):
    """Sums of normal draws."""

    x = coordinate()
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1))}


def test_what_jumps_back_is_not_inverted():
    x = Walk().x(Symbol("t", integer=True, nonnegative=True))
    assert _invertible(Piecewise((x, x < 0), (x - 1, True))) is None
    assert _invertible(2 * x + 1) == x


def test_a_bound_of_a_largest_value_is_one_of_all_where_it_falls_without_a_jump():
    a, b = Symbol("a", real=True), Symbol("b", real=True)
    larger = Max(a, b)
    jumping = Piecewise((-larger, larger < 1), (5 - larger, True))
    assert without_extremes(jumping, True) == [(jumping, True)]
    assert without_extremes(1 - larger, True) == [(1 - a, True), (1 - b, True)]
