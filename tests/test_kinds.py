"""Monomials that stay alike are followed as one: networks of models, whatever their number."""

import pytest
from exact import derived
from sympy import Eq, Integer, Rational, eye, ones, zeros

from theory import CLOCK, E, Integers, MatrixLoop, Points, Probability, Reals, claim, normal_vector, vector
from theory.proof.methods.closure import System
from theory.proof.methods.kinds import Kinds
from theory.proof.relations.prove import prove


class Network(MatrixLoop):
    """Each of d models goes the part e of the way to their average; the first begins at `off`; if `pulled`, all are, by 1/t."""

    d: int
    e: Probability
    off: Reals = 0
    pulled: bool = False
    x = vector("d")

    @property
    def initial(self):
        return {"x": eye(self.d)[:, :1] * self.off}

    def step(self, state):
        mixed = (1 - self.e) * eye(self.d) + self.e * ones(self.d, self.d) / self.d
        pull = ones(self.d, 1) / CLOCK if self.pulled else zeros(self.d, 1)
        return {"x": mixed * state["x"] + normal_vector("Z", eye(self.d)) + pull}


def gap(loop, t):
    return E((loop.x(t)[0] - loop.x(t)[1]) ** 2)


@claim
def disagreement(d=Points(2, 4), e=Probability(), t=Integers(0)):
    """The squared distance of two models is 2 (1 - (1 - e)^(2 t))/(1 - (1 - e)^2)."""
    return Eq(gap(Network(d, e), t), 2 * (1 - (1 - e) ** (2 * t)) / (1 - (1 - e) ** 2))


@claim
def disagreement_of_one_more(d=Points(2, 4), e=Probability(), t=Integers(0)):
    """One generation more."""
    return Eq(gap(Network(d, e), t), 2 * (1 - (1 - e) ** (2 * t + 2)) / (1 - (1 - e) ** 2))


@claim
def unlike_start(e=Probability(), a=Reals(), t=Integers(0)):
    """Of models that begin apart a trace is left."""
    s = (1 - e) ** 2
    return Eq(gap(Network(3, e, a), t), 2 * (1 - s**t) / (1 - s) + a**2 * s**t)


@claim
def unlike_start_as_if_alike(e=Probability(), a=Reals(), t=Integers(0)):
    """No trace."""
    s = (1 - e) ** 2
    return Eq(gap(Network(3, e, a), t), 2 * (1 - s**t) / (1 - s))


@pytest.mark.parametrize(("off", "kinds"), [(Integer(0), 2), (Integer(1), 4)])
def test_what_starts_and_is_mixed_alike_is_one_kind(off, kinds):
    """Squares and products; of a first one that is apart its square, its products, the others' squares and products."""
    loop = Network(4, Rational(1, 3), off)
    system = System(loop)
    a, *_ = system.vars.values()
    system.close(system.read(a**2))
    found = Kinds(system, {k: system.monomial(k, loop.start_at) for k in system.rows})
    assert len([k for k in found.rows if system.degree(k) == 2]) == kinds


@pytest.mark.parametrize("c", [disagreement, unlike_start], ids=lambda c: c.id)
def test_a_network_is_followed_by_its_kinds(c):
    assert prove(c).proved


@pytest.mark.parametrize("c", [disagreement_of_one_more, unlike_start_as_if_alike], ids=lambda c: c.id)
def test_another_disagreement_is_not_proved(c):
    assert not prove(c).proved


def test_generations_that_differ_are_unfolded_though_the_means_are_coupled():
    """All are pulled by 1/t in generation t: each is at H_t on average. One by one they are coupled."""
    found = derived(E(Network(3, Rational(1, 2), pulled=True).x(20)[0])).doit()
    assert found == sum(Rational(1, k) for k in range(1, 21))
