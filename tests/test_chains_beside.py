"""Chains that are a part of a loop: what else is in the state, and has many values, is left alone."""

import pytest
from flint import arb
from sympy import Rational

from theory import Binomial, Loop, Noise, Normal, Prob, Probability, coordinate
from theory.language.errors import CannotTell
from theory.proof.enclose import value


class Renewed(Loop):
    """Real data come with probability d; age: the generations since; m: a mean that drifts till then."""

    d: Probability()
    m = coordinate()
    age = coordinate()
    tired = coordinate()

    @property
    def initial(self):
        return {"m": 0, "age": 0, "tired": 0}

    def step(self, now):
        kept = 1 - Noise("D", Binomial(1, self.d))
        m = kept * now["m"] + Noise("Z", Normal(0, 1))
        return {"m": m, "age": kept * (now["age"] + 1), "tired": now["tired"] + now["m"] * now["age"]}


class Halved(Loop):
    """Halved with probability d, else kept: t + 1 states after t generations."""

    d: Probability()
    v = coordinate()

    @property
    def initial(self):
        return {"v": 1}

    def step(self, now):
        return {"v": now["v"] * (1 - Noise("B", Binomial(1, self.d)) / 2)}


THIRD = Rational(1, 3)


@pytest.mark.parametrize("t", [2, 40, 300])
def test_of_an_age_the_law_is_followed_though_a_mean_is_beside_it(t):
    loop = Renewed(THIRD)
    found = value(Prob(loop.age(t) >= t)).value
    assert found.overlaps(arb(2) ** t / arb(3) ** t)
    assert found.rel_accuracy_bits() > 30
    assert not found.overlaps(arb(2) ** (t + 1) / arb(3) ** (t + 1))


def test_several_generations_of_it():
    """It has grown from generation 2 to 4 if none of two batches is real (4/9), or if it was 0 and only the first of them is."""
    loop = Renewed(THIRD)
    found = value(Prob(loop.age(4) > loop.age(2))).value
    assert found.overlaps(arb(14) / 27)
    assert found.rel_accuracy_bits() > 30


def test_what_is_moved_by_many_values_is_no_chain():
    loop = Renewed(THIRD)
    with pytest.raises(CannotTell):
        value(Prob(loop.tired(5) > 1))


def test_many_states_with_few_ways_are_followed_for_long():
    """A thousand states, two ways from each."""
    found = value(Prob(Halved(THIRD).v(900) > Rational(1, 2**300))).value
    assert 0.4 < found < 0.6
