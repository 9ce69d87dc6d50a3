"""Jensen's inequality, unasked: of logarithms of positive factors, and of sizes."""

import pytest
from sympy import Abs, Ge, Le, Lt, log, sqrt

from theory import Claim, E, Integers, Loop, Noise, Normal, Probability, coordinate
from theory.language.errors import CannotTell
from theory.proof.relations.learned import Proof, Refuted
from theory.proof.relations.prove import prove


class Factor(Loop):
    """v' = v (lam + (1 - lam) Z^2); with `bare` v' = v Z^2, whose logarithm is of what may be 0, and z' = z + W."""

    lam: Probability()
    bare: bool = False
    v = coordinate(positive=True)
    z = coordinate()
    initial = property(lambda self: {"v": 1, "z": 0})

    def step(self, now):
        square, lam = Noise("Z", Normal(0, 1)) ** 2, 0 if self.bare else self.lam
        return {"v": now["v"] * (lam + (1 - lam) * square), "z": now["z"] + Noise("W", Normal(0, 1)) * now["v"]}


CLAIMS = {
    "it falls": (lambda lam, t: Le(E(log(Factor(lam).v(t))), 0), True),
    "by more than nothing": (lambda lam, t: Lt(E(log(Factor(lam).v(t))), 0), False),  # not at 0
    "it rises": (lambda lam, t: Ge(E(log(Factor(lam).v(t))), 0), False),
    "of two sides": (lambda lam, t: Le(E(log(Factor(lam).v(t))), -t / 100), False),
    "of what may be 0": (lambda lam, t: Le(E(log(Factor(lam, True).v(t))), 0), False),
    "of a size": (lambda lam, t: Le(E(Abs(Factor(lam).z(t))) ** 2, 0), False),
    "a size": (lambda lam, t: Le(E(Abs(Factor(lam).z(t))), sqrt(E(Factor(lam).z(t) ** 2))), True),
    "how far it is from a product": (
        lambda lam, t: Le(E(Abs(Factor(lam).z(t) - lam * (1 + t))), sqrt(E((Factor(lam).z(t) - lam * (1 + t)) ** 2))),
        True,
    ),
    "half of a size": (lambda lam, t: Le(2 * E(Abs(Factor(lam).z(t))), sqrt(E(Factor(lam).z(t) ** 2))), False),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_what_is_concave(name):
    relation, holds = CLAIMS[name]

    def said(lam=Probability(), t=Integers(0)):
        """A bound."""
        return relation(lam, t)

    assert prove(Claim(said)).proved == holds


def test_what_a_way_that_fails_has_said_is_taken_back():
    proof = Proof(False, steps=["before"])

    def tried(fails=None):
        with proof.attempt(Refuted):
            proof.steps.append("said")
            if fails is not None:
                raise fails
            return True
        return False

    assert not tried(CannotTell(""))
    assert not tried(Refuted(""))
    assert proof.steps == ["before"]
    assert tried()
    assert proof.steps == ["before", "said"]
    with pytest.raises(KeyError):
        tried(KeyError())
