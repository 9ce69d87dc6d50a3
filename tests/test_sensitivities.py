"""Derivatives of moments in a parameter: against differences of exact means, and where there is none."""

import pytest
from flint import arb
from sympy import Abs, Eq, Integer, Limit, Rational, Symbol, latex, sympify

from reports import verify
from simulate import estimate
from theory import E, Integers, Loop, Noise, Normal, Positive, Probability, Reals, Sensitivity, Var, claim, coordinate
from theory.language.errors import BadInput, CannotTell
from theory.proof.enclose import value
from theory.proof.methods import moment
from theory.proof.standard import standardise

t = Symbol("t", integer=True, positive=True)
a, v = Symbol("a", real=True), Symbol("v", positive=True)


class Damped(Loop):
    """x shrinks by a, and is pushed by a v a generation."""

    a: Reals
    v: Positive

    x = coordinate()

    @property
    def initial(self):
        return {"x": 1}

    def step(self, s):
        return {"x": self.a * s["x"] + self.v + Noise("Z", Normal(0, self.v))}


@pytest.mark.parametrize(
    "generations", [2, pytest.param(1, marks=pytest.mark.long), pytest.param(3, marks=pytest.mark.long)]
)
def test_the_derived_slope_is_the_limit_of_differences(generations):
    x, h = Damped(a, v).x(generations), Symbol("h")
    for f in (E(x), E(x**2)):
        found = moment(Sensitivity(f, a)).form
        exact = moment(f).form
        slope = Limit((exact.xreplace({a: a + h}) - exact) / h, h, 0).doit()
        at = {a: Rational(2, 7), v: Integer(3)}
        assert (found.xreplace(at) - slope.xreplace(at)).simplify() == 0


def test_in_the_scale_of_the_noise():
    found = moment(standardise(Sensitivity(Var(Damped(a, v).x(t)), v))).form
    assert (found - (1 - a ** (2 * t)) / (1 - a**2)).simplify() == 0


def test_a_ball_at_numbers():
    m = Sensitivity(E(Damped(a, v).x(10)), a).xreplace({a: Rational(1, 2), v: Integer(2)})
    assert not m.free_symbols
    exact = 10 * Rational(1, 2) ** 9 + 2 * sum(k * Rational(1, 2) ** (k - 1) for k in range(1, 10))
    ball = value(standardise(m)).value
    assert ball.contains(arb(int(exact.p)) / int(exact.q))
    assert ball.rad() < 1e-9


def test_where_the_form_does_not_hold_around_a_point():
    """At a = 1 the form divides by 0; the mean of a generation that is a number is written out: a^3 + v (1 + a + a^2)."""
    m = Sensitivity(E(Damped(a, v).x(t)), a).xreplace({a: Integer(1), v: Integer(2), t: Integer(3)})
    assert value(standardise(m)).value.contains(9)
    with pytest.raises(CannotTell):
        value(Sensitivity(Abs(a) * E(Damped(a, v).x(3)), a).xreplace({a: Integer(0), v: Integer(1)}))


def test_kinks_have_no_slope():
    with pytest.raises(CannotTell, match="whether"):
        moment(Sensitivity(E(Damped(Abs(a), v).x(3)), a))


def test_roots_that_move_are_not_held_still():
    """Two coordinates turn about each other with a: the roots of their matrix contain it."""

    class Turning(Loop):
        a: Positive

        x = coordinate()
        y = coordinate()

        @property
        def initial(self):
            return {"x": 1, "y": 0}

        def step(self, s):
            return {"x": s["x"] + s["y"] + Noise("Z", Normal(0, 1)), "y": self.a * s["x"] + s["y"]}

    exact = {1: 0, 2: 1, 3: 3, 4: 6 + 2 * v}  # E x = 1, 1 + a, 1 + 3 a, 1 + 6 a + a^2
    for generations, slope in exact.items():
        assert moment(Sensitivity(E(Turning(v).x(generations)), v)).form.expand() == slope
    found = moment(Sensitivity(E(Turning(v).x(t)), v)).form
    for generations, slope in exact.items():
        assert (found.xreplace({t: Integer(generations)}).doit() - slope).simplify() == 0


def test_no_parameter():
    x = Damped(a, v).x(t)
    for p in (t, sympify(2), a + v):
        with pytest.raises(BadInput, match="real values"):
            Sensitivity(E(x), p)


def test_it_survives_what_sympy_does():
    m = Sensitivity(E(Damped(a, v).x(t)), a)
    assert m.func(*m.args) == m
    assert m.free_symbols == {a, v, t}
    assert m.subs(a, 2).free_symbols == {v, t}
    assert "partial" in latex(m)


def test_no_simulation_of_it():
    with pytest.raises(BadInput, match="derivative"):
        estimate([Sensitivity(E(Damped(a, v).x(3)), a).xreplace({a: Rational(1, 2), v: Integer(1)})], 1000)


def test_a_claim_and_its_false_twins():
    def slope(t, a, v):
        return Sensitivity(E(Damped(a, v).x(t)), v)

    @claim()
    def true(t=Integers(1, 50), a=Probability(), v=Positive()):
        """The mean grows by 1 + a + ... with v."""
        return Eq(slope(t, a, v), (1 - a**t) / (1 - a))

    @claim(expected="fails")
    def scaled(t=Integers(1, 50), a=Probability(), v=Positive()):
        """Too much by a thousandth."""
        return Eq(slope(t, a, v), Rational(1001, 1000) * (1 - a**t) / (1 - a))

    @claim(expected="fails")
    def shifted(t=Integers(1, 50), a=Probability(), v=Positive()):
        """A generation late."""
        return Eq(slope(t, a, v), (1 - a ** (t - 1)) / (1 - a))

    found = {s.claim: s.verdict for s in verify([true, scaled, shifted], seconds=1)}
    assert found == {"true": "proved", "scaled": "refuted", "shifted": "refuted"}
