"""Classes of users that redefine what others rest on: what makes loops one, a law of masses, the one root of an equation."""

# ruff: noqa: RUF012
import pytest
from stated import is_proved, stated
from sympy import Eq, Ge, Integer, Lt, Rational, Symbol, cancel, exp, sign, sin, sqrt, tanh

from reports.conjectures import examine
from theory import (
    BadInput,
    E,
    FreshReal,
    Integers,
    Loop,
    Noise,
    Normal,
    PooledGaussianLoop,
    Positive,
    Probability,
    Var,
    coordinate,
)
from theory.curation.common import CuratedLoop
from theory.language.finite_loops import FiniteLoop
from theory.language.laws import Finite, Logistic
from theory.language.loops import PopulationLoop
from theory.language.verdicts import Verdict
from theory.proof.enclose import enclose
from theory.proof.relations.prove import prove
from theory.proof.structures import no_law
from theory.proof.structures.falling import falls
from theory.stability.location import LocationLoop

half = Rational(1, 2)
T = Integers(1, 5)


# ---- which loops are one --------------------------------------------------------------------------------------------


class Walk(Loop):
    a: Positive
    x = coordinate()
    initial = {"x": Integer(0)}  # type: ignore[assignment]

    def step(self, state):
        return {"x": state["x"] + Noise("Z", Normal(0, self.a))}


class Meta(type(Loop)):
    def __eq__(cls, other):
        return True

    def __hash__(cls):
        return 5


def with_metaclass():
    return Meta("WithMetaclass", (Walk,), {})


SAID = {
    "__eq__": lambda self, other: type(self) is type(other),
    "__hash__": lambda self: 7,
    "_hashable_content": lambda self: (),
    "_eval_subs": lambda self, old, new: self.func(7),
    "subs": lambda self, *args, **options: self.func(7),
    "xreplace": lambda self, rule: self,
    "free_symbols": frozenset(),
    "args": property(lambda self: (Integer(3),)),
    "func": property(lambda self: lambda *args: self),
}


@pytest.mark.parametrize("name", SAID)
def test_what_makes_two_loops_one_is_not_redefined(name):
    """Under an equality of their own walks of variance 1 and 2 were one: the difference of their squares was proved to be 0."""
    kind = type("Told", (Walk,), {name: SAID[name]})
    with pytest.raises(BadInput, match=f"Told redefines `{name}`"):
        examine(stated(lambda t: Eq(E(kind(2).x(t) ** 2) - E(kind(1).x(t) ** 2), 0), t=T))


def test_nor_is_the_kind_of_a_class():
    with pytest.raises(BadInput, match="has a metaclass of its own, Meta"):
        examine(stated(lambda t: Eq(E(with_metaclass()(1).x(t) ** 2), t), t=T))
    assert is_proved(lambda t: Eq(E(type("Plain", (Walk,), {})(2).x(t) ** 2), 2 * t), t=T)


# ---- masses ---------------------------------------------------------------------------------------------------------


class Two(FiniteLoop):
    """Two atoms."""

    start: Finite


class Signed(Two):
    def step(self, state):
        a, b = state.values()
        return {"p0": a + b, "p1": -b}


class Leaking(Two):
    def step(self, state):
        return {name: p / 2 for name, p in state.items()}


class Drifting(Two):
    def step(self, state):
        a, b = state.values()
        return {"p0": a + Rational(1, 100), "p1": b - Rational(1, 100)}


class Kept(Two):
    def step(self, state):
        a, b = state.values()
        return {"p0": a + b / 2, "p1": b / 2}


class Apart(Two):
    """|b - 1/10|: a root of a square, of what may be below 0."""

    def step(self, state):
        y = sqrt((state["p1"] - Rational(1, 10)) ** 2)
        return {"p0": 1 - y, "p1": y}


def test_masses_that_are_no_law():
    """Of a draw under masses 1 and -1/2 the mean square was proved to be below 0."""
    law = Finite((half, half))
    for kind, t in ((Signed, 1), (Leaking, 1)):
        assert f"after {t} generations its masses are" in str(no_law(kind(law)))
    assert "after 26 generations" in str(no_law(Drifting(Finite((Rational(3, 4), Rational(1, 4))))))
    assert no_law(Kept(law)) is None
    with pytest.raises(BadInput, match="its masses are 1, -1/2: probabilities, of sum 1, are expected"):
        examine(stated(lambda t: Lt(E(Signed(law).draw(1) ** 2) * t, 0), t=T))
    assert is_proved(lambda t: Eq(E(Kept(law).draw(1) ** 2) * t, t / 4), t=T)


def test_masses_have_no_sign_that_the_step_does_not_show():
    def claimed(right):
        return lambda p: Eq(Apart(Finite((1 - p, p))).mass(1, 1), right(p))

    assert not is_proved(claimed(lambda p: p - Rational(1, 10)), p=Probability())


class Swapped(CuratedLoop):
    """It is handed the law the other way round."""

    @property
    def initial(self):
        a, b = self.start.masses
        return {"p0": b, "p1": a}


def test_a_start_that_is_not_the_law_that_is_given():
    """Every law is one that it starts from: but a mass of it is the other one there."""

    def claimed(right):
        return lambda p: Eq(Swapped(Finite((p, 1 - p)), (1, 3), 2).mass(1, 0), right(p))

    assert not is_proved(claimed(lambda p: p**2 + p * (1 - p) / 2), p=Probability())
    assert is_proved(claimed(lambda p: (1 - p) ** 2 + p * (1 - p) / 2), p=Probability())


# ---- roots ----------------------------------------------------------------------------------------------------------

X, Z = Noise("X", Normal(0, 4)), Noise("Z", Logistic(0, 1))


def of(score, **said):
    body = {"th": coordinate(), "initial": {"th": half}, "estimating": lambda self, after, now: score(after, now)}
    return type("Of", (PopulationLoop,), {**body, **said})()


@pytest.mark.parametrize(
    ("score", "seen"),
    [
        (lambda a, n: n / 2 - a - a**3, True),
        (lambda a, n: -exp(a) - n**2, True),
        (lambda a, n: E(tanh((X - a) / 2)) + E(tanh((Z + n - a) / 2)), True),
        (lambda a, n: E(exp(X) * (n - a)), True),
        (lambda a, n: -(a - n / 2) * (a - 2) * (a + 2), False),
        (lambda a, n: -sin(a - n), False),
        (lambda a, n: a - n / 2, False),
        (lambda a, n: E(tanh((X + a) / 2)), False),
        (lambda a, n: -(a**3) + a * n**2, False),
        (lambda a, n: E(sign(X - a)) + n - a, False),  # it falls, which is not seen
    ],
)
def test_an_equation_with_one_root(score, seen):
    assert falls(of(score)) == seen


def test_an_equation_with_several_roots_defines_no_step():
    """One of three was taken: that the parameter is 2 was supported."""
    c = stated(lambda t: Ge(of(lambda a, n: -(a - n / 2) * (a - 2) * (a + 2)).th(t), 2), t=T)
    with pytest.raises(BadInput, match="is not seen to fall in its first argument"):
        examine(c)


def test_a_model_of_ours_with_another_start_falls():
    law = Logistic(), Normal(0, 4), 1
    assert falls(type("Moved", (LocationLoop,), {"initial": {"theta": Integer(3)}})(*law))
    assert not falls(type("Turned", (LocationLoop,), {"psi": lambda self, u: -u})(*law))


def test_derivatives_that_a_loop_states_are_not_taken():
    said = {"slope": lambda self, after, now: Integer(-1), "pull": lambda self, after, now: Integer(1)}
    x = Symbol("x", real=True)
    for more in ({}, said):
        loop = of(lambda a, n: n / 2 - a - a**3, **more)
        assert cancel(loop.jacobian(x) - half / (1 + 3 * x**2)) == 0


# ---- what a step asked of the way in which a share is written -----------------------------------------------------------


class Three(PooledGaussianLoop):
    """Says that three points are the model's, whatever the policy says."""

    synthetic = Integer(3)


def test_the_weight_of_the_models_points_is_what_the_real_ones_leave():
    """With a symbol for n it was 1/2, and 3/(n + 3) with a number: the witnesses contradicted each other."""
    claim = stated(lambda n: Eq(Var(Three(n, FreshReal(n), known_variance=True).mu(1)), 1 / (2 * n)), n=Integers(4))
    assert prove(claim).proved
    assert {f.verdict for f in enclose(claim, claim.points()[:3])} == {Verdict.SUPPORTED}
    assert prove(
        stated(lambda n: Eq(Var(Three(n, FreshReal(n), known_variance=True).mu(1)), 1 / n), n=Integers(4))
    ).refuted
