"""Sums of coordinates that no step changes, of loops without chance."""

from __future__ import annotations

import pytest
from stated import assert_proved, is_proved
from sympy import Eq, Rational, expand, oo

from theory import Integers, Limit, Loop, Positive, Reals, Simplex, coordinate
from theory.proof.structures.conserved import told_by_others, without_conserved

DOMAINS = {"p": Simplex(4), "r": Reals(0, Rational(1, 2)), "t": Integers(0)}


class Linkage(Loop):
    """Shares of four haplotypes."""

    p: Simplex(4)
    r: Reals(0, Rational(1, 2))
    w = coordinate()
    x = coordinate()
    y = coordinate()
    z = coordinate()

    @property
    def initial(self):
        return {k: self.p[i] for i, k in enumerate("wxyz")}

    def step(self, state):
        w, x, y, z = (state[k] for k in "wxyz")
        lost = self.r * (w * z - x * y)
        return {"w": w - lost, "x": x + lost, "y": y + lost, "z": z - lost}


class Leaking(Linkage):
    """Of the last one more is lost."""

    def step(self, state):
        return {**super().step(state), "z": (1 - self.r) * state["z"]}


class Meeting(Loop):
    """x - y stays, and the step is none that is known."""

    a: Positive()
    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": Rational(1, 2), "y": Rational(1, 3)}

    def step(self, state):
        met = self.a * state["x"] * state["y"]
        return {"x": state["x"] - met, "y": state["y"] - met}


def apart(loop, t):
    return loop.w(t) * loop.z(t) - loop.x(t) * loop.y(t)


TRUE = {
    "it is lost": lambda p, r, t: Eq(apart(Linkage(p, r), t), (1 - r) ** t * (p[0] * p[3] - p[1] * p[2])),
    "a share": lambda p, r, t: Eq(Linkage(p, r).x(t), p[1] + (1 - (1 - r) ** t) * (p[0] * p[3] - p[1] * p[2])),
    "in the end": lambda p, r, t: Limit(Linkage(p, r).w(t), (t, oo), (p[0] + p[1]) * (p[0] + p[2])),
}
FALSE = {
    "at another rate": lambda p, r, t: Eq(apart(Linkage(p, r), t), (1 - 2 * r) ** t * (p[0] * p[3] - p[1] * p[2])),
    "where it does not stay": lambda p, r, t: Eq(apart(Leaking(p, r), t), (1 - r) ** t * (p[0] * p[3] - p[1] * p[2])),
    "in the end": lambda p, r, t: Limit(Linkage(p, r).w(t), (t, oo), (p[0] + p[1]) * (p[1] + p[3])),
}


@pytest.mark.parametrize("relation", TRUE.values(), ids=TRUE)
def test_it_is_proved(relation):
    assert_proved(relation, **DOMAINS)


@pytest.mark.parametrize("relation", FALSE.values(), ids=FALSE)
def test_a_false_one_is_not(relation):
    assert not is_proved(relation, **DOMAINS)


def test_what_is_told():
    loop = Meeting(2)
    x, y = loop.symbols().values()
    assert told_by_others(loop) == {"x": y + Rational(1, 6)}
    after = without_conserved(loop).step({"x": x, "y": y})
    assert expand(after["y"] - (y - 2 * (y + Rational(1, 6)) * y)) == 0
    assert expand(after["x"] - (x - 2 * (y + Rational(1, 6)) * y)) == 0
    assert len(told_by_others(Linkage((Rational(1, 4),) * 4, Rational(1, 3)))) == 3
