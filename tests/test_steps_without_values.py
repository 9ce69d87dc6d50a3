"""Steps that have no value at a place that the state gets to, in what they compare or in what is asked of them alone."""

import numpy as np
import pytest
from stated import assert_proved, is_proved, stated
from sympy import Ge, Integer, Le, Piecewise, Rational, log

from simulate.engine.api import sample
from theory import Binomial, E, Integers, Loop, Noise, Normal, Prob, Probability, coordinate
from theory.language.errors import CannotTell
from theory.proof.enclose import value
from theory.proof.relations.prove import prove

HALF = Rational(1, 2)


class From0(Loop):
    """A state that begins at 0."""

    q: Probability()
    x = coordinate()

    @property
    def initial(self):
        return {"x": 0}


class Halved(From0):
    """Compares 1/(x - 1), from 0 to 1 in the first fit."""

    def step(self, now):
        x = now["x"]
        return {"x": Piecewise((x + 1, 1 / (x - 1) < 2), (x - 1, True))}


class Tossed(From0):
    """The same with a coin: at 1 in some runs after the first fit."""

    def step(self, now):
        x = now["x"]
        return {"x": Piecewise((0, 1 / (x - 1) < 2), (5, True)) + Noise("Z", Binomial(1, self.q))}


class Divided(From0):
    """Divides by 0 in some runs: what is asked may not depend on it."""

    def step(self, now):
        return {"x": 1 / (now["x"] - 1) ** 2 + Noise("Z", Binomial(1, self.q))}


class Above(Loop):
    """Compares the same, and a logarithm, where both have a value: from 3 on."""

    q: Probability()
    x = coordinate()

    @property
    def initial(self):
        return {"x": 3}

    def step(self, now):
        x = now["x"]
        return {"x": Piecewise((3, 1 / (x - 1) < 1), (5, log(x) / x < 2), (1, True)) + Noise("Z", Binomial(1, self.q))}


def test_nothing_is_proved_of_it():
    q, t = Probability(), Integers(0, 5)
    for loop in (Halved, Tossed, Divided):
        found = prove(stated(lambda q, t, loop=loop: Ge(E(loop(q).x(t)), 0), q=q, t=t))
        assert not found.proved
        assert "value" in found.reason
    assert not is_proved(lambda q, t: Ge(Prob(Divided(q).x(t) >= 0), 1), q=q, t=t)


def test_where_it_has_values_it_is():
    domains = {"q": Probability(), "t": Integers(0, 5)}
    assert_proved(lambda q, t: Ge(E(Above(q).x(t)), 3), **domains)
    assert not is_proved(lambda q, t: Le(E(Above(q).x(t)), 3), **domains)


def test_balls_follow_it_up_to_there():
    x = Halved(HALF).x
    assert value(E(x(1))).value == 1
    for t in (2, 3):
        with pytest.raises(CannotTell, match="undefined"):
            value(E(x(t)))


def test_a_state_is_not_handed_to_a_condition_that_has_no_value():
    assert Halved(HALF).step({"x": Integer(2)}) == {"x": 3}
    with pytest.raises(CannotTell, match="no value at x = 1"):
        Halved(HALF).step({"x": Integer(1)})


class Blurred(Halved):
    """A condition that has a value with probability 1."""

    def step(self, now):
        return {"x": super().step(now)["x"] + Noise("Z", Normal(0, self.q))}


@pytest.mark.parametrize(("loop", "lost"), [(Tossed, True), (Above, False), (Blurred, False)])
def test_runs_that_come_there_are_lost(loop, lost):
    values = sample(loop(HALF), ["x"], 3, replicates=200, seed=1)["x"]
    assert np.isnan(values).any() == lost
    assert not np.isnan(values[:, :2]).any()
