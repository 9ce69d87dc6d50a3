"""False statements that were proved, and what ended in an error: limits of what jumps, events beside what is resonant, sums of
which a term is infinite."""

import pytest
from stated import is_proved, stated
from sympy import Eq, Ge, Product, Rational, Sum, Symbol, ceiling, exp, oo, sign

from simulate.engine.ascent import Ascent
from simulate.engine.search import Screen
from theory import E, Gamma, Integers, Limit, Loop, Noise, Normal, Positive, Prob, Probability, Reals, coordinate
from theory.proof.relations.prove import prove

k = Symbol("k", integer=True, positive=True)


class Shrunk(Loop):
    """A normal start that every fit shrinks."""

    a: Probability()
    x = coordinate()
    initial = property(lambda self: {"x": Noise("S", Normal(0, 1))})

    def step(self, now):
        return {"x": self.a * now["x"]}


@pytest.mark.parametrize(
    ("taken", "end", "holds"),
    [
        (lambda p: exp(p), 1, True),
        (lambda p: 2 * p**2 - p, 0, True),
        (ceiling, 0, False),  # it is 1 in every generation
        (sign, 0, False),
    ],
)
def test_what_is_made_of_vanishing_probabilities_is_continuous(taken, end, holds):
    said = lambda a, t: Limit(taken(Prob(Shrunk(a).x(t) ** 4 > 3)), (t, oo), end)  # noqa: E731
    assert is_proved(said, a=Probability(), t=Integers(0)) == holds


class Followed(Loop):
    """y follows x, at another rate."""

    a: Probability()
    b: Probability()
    x = coordinate()
    y = coordinate()
    initial = property(lambda self: {"x": 1, "y": 0})

    def step(self, now):
        return {"x": self.a * now["x"] + Noise("Z", Normal(0, 1)), "y": self.b * now["y"] + now["x"]}


def test_an_event_beside_a_mean_that_is_resonant():
    """An event was multiplied by itself, as if it were a variance."""
    said = lambda a, b, t: Ge(E(Followed(a, b).y(t)) * Prob(Followed(a, b).x(t) > 0), 0)  # noqa: E731
    found = prove(stated(said, a=Probability(), b=Probability(), t=Integers(0)))
    assert not found.refuted


@pytest.mark.parametrize(("first", "holds"), [(1, False), (2, True)])
def test_every_term_of_a_sum_has_a_mean(first, holds):
    """E 1/x is infinite for shapes of 1 and less; it was enough that it is finite for those of late terms."""
    shape = k - Rational(1, 2)
    said = lambda t: Eq(  # noqa: E731
        Sum(E(1 / Noise("X", Gamma(shape, 1))), (k, first, t)), Sum(1 / (shape - 1), (k, first, t))
    )
    assert is_proved(said, t=Integers(first)) == holds


@pytest.mark.parametrize("over", [Sum, Product])
@pytest.mark.parametrize(("first", "holds"), [(1, False), (2, True)])
def test_an_index_that_is_called_like_the_variable_of_a_limit(over, first, holds):
    """It was taken for that variable: the mean had to be finite in the end only."""
    mean = E(1 / Noise("X", Gamma(k - Rational(1, 2), 1))) * (k - Rational(3, 2))
    said = lambda a: Limit(over(mean, (k, first, k)) / k, (k, oo), 1 if over is Sum else 0)  # noqa: E731
    assert is_proved(said, a=Positive()) == holds
    assert not is_proved(lambda a: Limit(over(mean, (k, first, k)) / k, (k, oo), 2), a=Positive())


class Logistic(Loop):
    """The logistic map: its limit is 0 up to a = 1, 1 - 1/a up to 3, and none beyond."""

    a: Positive()
    x = coordinate()
    initial = property(lambda self: {"x": Rational(1, 2)})

    def step(self, now):
        return {"x": self.a * now["x"] * (1 - now["x"])}


def _climbed(said, **domains):
    claim = stated(said, **domains)
    ascent = Ascent(claim, Screen(claim, None).look)
    return ascent.run([p.values for p in claim.points()]), ascent


def test_an_equality_is_followed_to_the_open_ends():
    """All planned points lie in the other part of the range."""
    found, _ = _climbed(lambda a: Limit(E(Logistic(a).x(k)), (k, oo), 0), a=Reals(0, 1 + Rational(1, 2000)))
    assert found is not None
    assert found["a"] > 1


def test_a_limit_that_may_jump_before_it_is_told_again_is_not_supported():
    """So near to the place where it jumps no ball tells the limit."""
    found, ascent = _climbed(lambda a: Limit(E(Logistic(a).x(k)), (k, oo), 0), a=Reals(0, 1 + Rational(1, 10**9)))
    assert found is not None or ascent.unseen


def test_a_limit_that_is_told_up_to_the_ends_lacks_nothing():
    found, ascent = _climbed(lambda a: Limit(E(Shrunk(a).x(k) ** 2), (k, oo), 0), a=Probability())
    assert found is None
    assert not ascent.unseen
