"""Means at generation 0: values of the start, or integrals under its laws, whatever function they are of."""

import pytest
from exact import enclosed
from stated import is_proved, stated
from sympy import Abs, Eq, Ge, Integer, Le, Rational, exp, log, pi, sqrt

from reports import check
from theory import Cauchy, E, Exponential, Integers, Loop, Noise, Normal, Probability, coordinate
from theory.language.errors import BadInput, CannotTell


class Folded(Loop):
    """A walk that is folded at 0."""

    p: Probability

    x = coordinate()
    initial = property(lambda self: {"x": 4 * self.p})

    def step(self, now):
        return {"x": Abs(now["x"] + Noise("Z", Normal(0, 1)))}


class Drawn(Folded):
    """It begins anywhere."""

    law = Normal(0, 1)
    initial = property(lambda self: {"x": Noise("S", self.law)})


class Wild(Drawn):
    """It begins too far out."""

    law = Cauchy(0, 1)


class Late(Drawn):
    """It begins with a time."""

    law = Exponential(2)


HALF = Rational(1, 2)


def test_a_start_that_is_no_draw_has_its_value():
    for f, value in (
        (sqrt(1 + Folded(HALF).x(0)), sqrt(3)),
        (1 / (1 + exp(-Folded(HALF).x(0))), 1 / (1 + exp(-Integer(2)))),
    ):
        assert float(enclosed(E(f)).mid()) == pytest.approx(float(value), abs=1e-12)
    assert is_proved(lambda p: Eq(E(sqrt(Folded(p).x(0))), 2 * sqrt(p)), p=Probability())
    assert not is_proved(lambda p: Eq(E(sqrt(Folded(p).x(0))), 4 * sqrt(p)), p=Probability())


def test_a_drawn_start_has_its_mean():
    assert float(enclosed(E(Abs(Drawn(HALF).x(0)))).mid()) == pytest.approx(float(sqrt(2 / pi)), abs=1e-12)
    assert float(enclosed(E(log(1 + Late(HALF).x(0)))).mid()) == pytest.approx(0.9229106, abs=1e-6)
    two = Drawn(HALF), Drawn(Rational(1, 3))  # whose starts have one name, and are two draws
    assert enclosed(E(sqrt(1 + Abs(two[0].x(0))) * two[1].x(0))).contains(0)
    with pytest.raises((BadInput, CannotTell)):
        enclosed(E(sqrt(1 + Abs(two[0].x(0) + two[1].x(0)))))
    (found,) = check([stated(lambda n: Le(E(Abs(Wild(HALF).x(0))), 10**9 * n), n=Integers(1, 5))], seconds=1)
    assert found.verdict == "refuted"  # the mean is infinite


@pytest.mark.parametrize(("most", "verdict"), [(1, "supported"), (Rational(3, 2), "refuted")])
def test_the_start_is_among_the_points_that_are_decided(most, verdict):
    """sqrt(x) is no monomial, and nothing is simulated at t = 0: all else was supported, and the claim was not."""
    claim = stated(lambda t: Ge(E(sqrt(Folded(HALF).x(t))), most), t=Integers(0, 20))
    (found,) = check([claim], seconds=3)
    assert found.verdict == verdict
