"""Variances of what is bounded, whose means are not derived: curation of any law, and counts that answer to their own square."""

import pytest
from stated import stated
from sympy import Ge, Le, Max, Min, Rational

from theory import (
    Binomial,
    CuratedLoop,
    E,
    Integers,
    Laws,
    Loop,
    Noise,
    Normal,
    Positive,
    Probability,
    Reals,
    Var,
    claim,
    coordinate,
)
from theory.proof.relations import spreads
from theory.proof.relations.learned import Learned
from theory.proof.relations.prove import prove


class Strict(Loop):
    """p: the share of right answers among n; of two draws of the model both have to be right."""

    n: Integers(1)
    p0: Positive
    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        return {"p": Noise("R", Binomial(self.n, now["p"] ** 2)) / self.n}


@claim
def any_law(p=Laws(), K=Integers(2), lam=Positive()):
    """A variance is at most a quarter of the square of the best weight."""
    return Le(Var(CuratedLoop(p, K=K, lam=lam).weight(1)), p.largest**2 / 4)


@claim
def any_law_later(p=Laws(), t=Integers(0)):
    """And so in every round."""
    return Le(Var(CuratedLoop(p).weight(t)), p.largest**2 / 4)


@claim
def any_law_too_small(p=Laws(), K=Integers(2), lam=Positive()):
    """A fifth of it."""
    return Le(Var(CuratedLoop(p, K=K, lam=lam).weight(1)), p.largest**2 / 5)


@claim
def strict(n=Integers(1), p0=Probability(), t=Integers(0)):
    """A share has a variance of m (1 - m) at most, m its mean."""
    share = Strict(n, p0).p(t)
    return Le(Var(share), E(share) * (1 - E(share)))


@claim
def strict_quarter(n=Integers(1), p0=Probability(), t=Integers(0)):
    """Which is a quarter at most."""
    return Le(2 * Var(Strict(n, p0).p(t)), Rational(1, 2))


@claim
def strict_square(n=Integers(1), p0=Probability(), t=Integers(0)):
    """Its cube has a smaller mean."""
    share = Strict(n, p0).p(t)
    return Le(E(share**3), E(share))


@claim
def strict_too_small(n=Integers(1), p0=Probability(), t=Integers(0)):
    """m (1 - m)/2."""
    share = Strict(n, p0).p(t)
    return Le(Var(share), E(share) * (1 - E(share)) / 2)


@claim
def of_a_difference(n=Integers(1), p0=Probability(), t=Integers(0)):
    """The other way round nothing is known of a variance."""
    return Le(-Var(Strict(n, p0).p(t)), -Rational(1, 8))


@claim
def above_one(n=Integers(1), p0=Positive(), t=Integers(0)):
    """Where the first share may be above 1 its square may, too."""
    share = Strict(n, p0).p(t)
    return Le(E(share**2), E(share))


class Clipped(Loop):
    """Whatever leads out of [-1, 2] is put back to its ends."""

    start: Reals
    s: Positive
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.start}

    def step(self, now):
        return {"x": Min(2, Max(-1, now["x"] + Noise("Z", Normal(0, self.s))))}


@claim
def clipped(s=Positive(), t=Integers(0)):
    """Half the width, squared."""
    return Le(Var(Clipped(1, s).x(t)), Rational(9, 4))


@claim
def clipped_square(s=Positive(), t=Integers(0)):
    """The farther end, squared."""
    return Le(E(Clipped(1, s).x(t) ** 2), 4)


@claim
def clipped_from_outside(s=Positive(), t=Integers(0)):
    """From where it begins, that is."""
    return Le(E(Clipped(-3, s).x(t) ** 4), 81)


@claim
def clipped_nearer(s=Positive(), t=Integers(0)):
    """The nearer end, squared."""
    return Le(E(Clipped(1, s).x(t) ** 2), 1)


@claim
def clipped_without_the_start(s=Positive(), t=Integers(0)):
    """The farther end, of a start that is farther."""
    return Le(E(Clipped(-3, s).x(t) ** 2), 4)


@claim
def clipped_narrower(s=Positive(), t=Integers(0)):
    """Two fifths of the width, squared."""
    return Le(Var(Clipped(1, s).x(t)), Rational(36, 25))


PROVED = [any_law, any_law_later, strict, strict_quarter, strict_square, clipped, clipped_square, clipped_from_outside]


@pytest.mark.parametrize("c", PROVED, ids=lambda c: c.id)
def test_a_spread_is_bounded_by_the_range(c):
    found = prove(c)
    assert found.proved, found.reason


TOO_SMALL = [any_law_too_small, strict_too_small, of_a_difference, above_one]
CLIPPED_TOO_SMALL = [clipped_nearer, clipped_without_the_start, clipped_narrower]


@pytest.mark.parametrize("c", TOO_SMALL + CLIPPED_TOO_SMALL, ids=lambda c: c.id)
def test_a_smaller_bound_is_not_proved(c):
    assert not prove(c).proved


class Drawing(Loop):
    """What counts lead out of [-1, 2] is put back; they are of a probability that may be none."""

    p: Positive
    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": 1, "y": self.p}

    def step(self, now):
        return {"x": Min(2, Max(-1, now["x"] + Noise("Z", Binomial(3, now["y"])))), "y": now["y"] ** 2}


@pytest.mark.parametrize(("p", "is_law"), [(Probability(), True), (Positive(), False)], ids=["a share", "any"])
def test_where_steps_lead_is_told_of_draws_from_laws_only(p, is_law):
    """That its states have values is asked elsewhere, too; here no more is believed."""
    c = stated(lambda p: Ge(p, 0), p=p)
    x = Drawing(c.symbols["p"]).x(3)
    assert (spreads._bounds(Learned(c, {}), Var(x)) != []) is is_law
    assert (spreads._bounds(Learned(c, {}), E(x**2)) == [4]) is is_law
