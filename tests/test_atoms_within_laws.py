"""Mixtures, and what is left of laws, have the atom of a part: a chi-square draw without degrees of freedom is 0."""

import pytest
from stated import is_proved, stated
from sympy import Eq, Integer, Max, Piecewise, Rational, sign

from theory import ChiSquare, E, Exponential, Integers, Loop, Mixture, Noise, Prob, Truncated, coordinate
from theory.proof.existence import Undefined, defined_at
from theory.proof.prepared import prepare


def _cut(n, name="X"):
    return Noise(name, Truncated(ChiSquare(n), -1, 1))


def _mixed(n, name="X"):
    return Noise(name, Mixture(Rational(1, 2), ChiSquare(n), Exponential(1)))


def _both(n, name="X"):
    return Noise(name, Truncated(Mixture(Rational(1, 2), ChiSquare(n), Exponential(1)), -1, 1))


SAID = {
    "above 0": lambda n, of: Eq(Prob(of(n) > 0), 1),
    "at 0": lambda n, of: Eq(Prob(Eq(of(n), 0)), 0),
    "a tie": lambda n, of: Eq(Prob(of(n, "X") > of(n, "Y")), Rational(1, 2)),
    "the larger": lambda n, of: Eq(Prob(Max(of(n, "X"), of(n, "Y")) > 0), 1),
    "a case": lambda n, of: Eq(E(Piecewise((1, of(n) > 0), (0, True))), 1),
    "a quotient": lambda n, of: Eq(E(of(n) / of(n)), 1),
    "a sign": lambda n, of: Eq(E(sign(of(n))), 1),
}


@pytest.mark.parametrize("of", [_cut, _mixed, _both])
@pytest.mark.parametrize("said", SAID.values(), ids=SAID.keys())
def test_no_density_where_a_part_may_have_an_atom(said, of):
    assert not is_proved(lambda n: said(n, of), n=Integers(0))


@pytest.mark.parametrize(
    ("said", "of"),
    [("above 0", _cut), ("at 0", _cut), ("a tie", _cut), ("a case", _both), ("a tie", _mixed), ("a quotient", _mixed)],
)
def test_a_density_where_no_part_has_one(said, of):
    assert is_proved(lambda n: SAID[said](n, of), n=Integers(1))


class Multiplied(Loop):
    """A product of chi-square draws, and a copy of it a fit later."""

    n: Integers(0)
    x = coordinate()
    y = coordinate()
    initial = property(lambda self: {"x": 1, "y": 1})

    def step(self, now):
        return {"x": now["x"] * Noise("Q", ChiSquare(self.n)), "y": 2 * now["x"]}


class MultipliedByEither(Multiplied):
    """Of draws from a mixture."""

    def step(self, now):
        law = Mixture(Rational(1, 2), ChiSquare(self.n), Exponential(1))
        return {"x": now["x"] * Noise("Q", law), "y": 2 * now["x"]}


@pytest.mark.parametrize("kind", [Multiplied, MultipliedByEither])
@pytest.mark.parametrize(("name", "n", "t"), [("x", 0, 1), ("x", 1, 1), ("y", 0, 1), ("y", 0, 2), ("y", 3, 2)])
def test_a_quotient_of_a_state_that_may_be_0_at_a_point(kind, name, n, t):
    """It was supported on the whole range, n = 0 included."""
    claim = stated(
        lambda n, t: Eq(E(getattr(kind(n), name)(t) / getattr(kind(n), name)(t)), 1), n=Integers(0), t=Integers(1)
    )
    values = {"n": Integer(n), "t": Integer(t)}
    (part,) = prepare(claim, values).parts
    if n == 0 and (name, t) != ("y", 1):
        with pytest.raises(Undefined):
            defined_at(part, values)
    else:
        defined_at(part, values)
