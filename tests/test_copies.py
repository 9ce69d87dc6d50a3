"""`loop.copy(2)`: an independent copy of a loop, with the same law."""

import pickle

import numpy as np
import pytest
from stated import stated
from sympy import Eq, Symbol, latex

from reports import verify
from theory import (
    Accumulate,
    E,
    GaussianLoop,
    Integers,
    Loop,
    Measured,
    Noise,
    Normal,
    PooledGaussianLoop,
    Positive,
    ProgramLoop,
    Var,
    coordinate,
)
from theory.language.errors import BadInput
from theory.proof.relations.prove import prove

n = Symbol("n", integer=True, positive=True)


class Walk(Loop):
    scale: Positive
    mu = coordinate()
    initial = {"mu": 0}  # noqa: RUF012

    def step(self, now):
        return {"mu": now["mu"] + self.scale * Noise("Z", Normal(0, 1))}


class Bare(Loop):
    mu = coordinate()
    initial = {"mu": 0}  # noqa: RUF012

    def step(self, now):
        return {"mu": now["mu"] / 2 + Noise("Z", Normal(0, 1))}


LOOPS = {
    "standard": GaussianLoop,
    "in other units": lambda n: GaussianLoop(n, 3),
    "pooled": lambda n: PooledGaussianLoop(n, Accumulate(), 2, 1),
    "a user's": Walk,
    "without parameters": lambda n: Bare(),
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_copy_is_built_again_from_its_arguments(loop):
    one = loop(n)
    other = one.copy(2)
    assert other != one
    assert type(other) is type(one)
    assert other.func(*other.args) == other
    assert other.copy(1) == one
    assert other.copy(3) == one.copy(3) != other
    assert other.xreplace({n: 4}) == loop(4).copy(2)
    assert str(other) == f"{one}.copy(2)"
    assert (str(other.mu(n)), str(one.copy(3).mu(n))) == ("mu'(n)", "mu''(n)")
    if type(one).__module__.startswith("theory"):
        assert pickle.loads(pickle.dumps(other)) == other


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_copy_is_independent_and_of_the_same_law(loop):
    def moments(n, t):
        one, other = loop(n), loop(n).copy(2)
        return one.mu(t), other.mu(t)

    def holds(relation):
        return prove(stated(lambda n, t: relation(*moments(n, t)), n=Integers(3), t=Integers(1)))

    assert holds(lambda x, y: Eq(E(x * y), E(x) * E(y))).proved
    assert holds(lambda x, y: Eq(Var(x - y), 2 * Var(x))).proved
    assert holds(lambda x, y: Eq(E(y**2), E(x**2))).proved
    assert holds(lambda x, y: Eq(E(x * y), E(x**2))).refuted


def test_a_copy_is_told_apart_in_print():
    one = PooledGaussianLoop(n, Accumulate())
    assert latex(one.v(2) - one.copy(2).v(2)) == r"\sigma^2_{2} - {\sigma^2}'_{2}"
    assert str(one.copy(2).model(3)) == "model'(3)"


@pytest.mark.parametrize("number", [0, -1, 1.5, n, "x", None])
def test_a_copy_has_a_number(number):
    with pytest.raises(BadInput, match="expected the number of a copy"):
        GaussianLoop(n).copy(number)


class Steps(ProgramLoop):
    """A walk, as a program."""

    scale: float
    observables = ("x",)

    def begin(rng):
        return np.zeros(1)

    def retrain(rng, data, scale):
        return data + rng.normal(0.0, scale, 1)

    def measure(data):
        return data[0]


def test_copies_of_programs_are_run_apart():
    def relation(t):
        one = Steps(2.0)
        return Eq(Var(one.x(t) - one.copy(2).x(t)), 8 * t)

    assert [f.verdict for f in verify([stated(relation, t=Integers(1, 2))], seconds=10, resolution=0.1)] == [
        "supported"
    ]


def test_what_was_measured_has_no_copy():
    with pytest.raises(BadInput, match="no copy"):
        Measured("tv").copy(2)
