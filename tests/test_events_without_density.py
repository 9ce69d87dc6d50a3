"""Events of a chi-square that may have no degrees of freedom: then it is 0 for sure."""

import pytest
from sympy import Eq, Integer, Piecewise

from theory import E, Integers, Prob, Reals, claim
from theory.language.laws import ChiSquare, Noise
from theory.language.loops import Loop, coordinate
from theory.proof.relations.prove import prove


class Squares(Loop):
    """A sum of k squares, each time anew."""

    k: Reals
    q = coordinate()
    initial = {"q": Integer(0)}  # noqa: RUF012

    def step(self, state):
        return {"q": Noise("Q", ChiSquare(self.k))}


def share(k):
    q = Squares(k).q(1)
    return q / (1 + q)


@claim
def above_0_from_none(k=Integers(0)):
    """False at k = 0."""
    return Eq(Prob(share(k) > 0), 1)


@claim
def above_0_from_one(k=Integers(1)):
    """True."""
    return Eq(Prob(share(k) > 0), 1)


@claim
def above_0_from_fewer(k=Integers(3)):
    """True, though SymPy does not see that k - 2 is above 0."""
    return Eq(Prob(share(k - 2) > 0), 1)


@claim
def no_number_from_none(k=Integers(0), j=Integers(0)):
    """False at k = j = 0."""
    return Eq(Prob(Eq(Squares(k).q(1), j)), 0)


@claim
def no_number_from_one(k=Integers(1), j=Integers(0)):
    """True."""
    return Eq(Prob(Eq(Squares(k).q(1), j)), 0)


@claim
def mean_of_cases_from_none(k=Integers(0)):
    """False at k = 0."""
    return Eq(E(Piecewise((1, share(k) > 0), (0, True))), 1)


@claim
def mean_of_cases_from_fewer(k=Integers(3)):
    """True."""
    q = Squares(k - 2).q(1)
    return Eq(E(Piecewise((1, q > 3), (0, True))), Prob(q > 3))


@pytest.mark.parametrize("c", [above_0_from_none, no_number_from_none, mean_of_cases_from_none], ids=lambda c: c.id)
def test_what_is_0_for_sure_is_not_above_it(c):
    assert not prove(c).proved


@pytest.mark.parametrize(
    "c",
    [above_0_from_one, above_0_from_fewer, no_number_from_one, mean_of_cases_from_fewer],
    ids=lambda c: c.id,
)
def test_where_there_are_degrees_of_freedom_it_is(c):
    assert prove(c).proved
