"""What a user's claim hands to a library's loop may turn at a later fit; sides that close more slowly than any power."""

import pytest
from stated import stated
from sympy import Eq, Ge, Le, Piecewise

from reports.conjectures import examine
from theory import CLOCK, BadInput, E, Growing, GrowingPool, Integers, Laws, Loop, coordinate
from theory.curation.common import CuratedLoop
from theory.gaussian.policies import PooledGaussianLoop
from theory.kde import KernelLoop
from theory.proof import agreement
from theory.proof.reach import planned

T = Integers(1)


# ---- what is handed to a loop, and has the number of the fit ----------------------------------------------------------


def known(policy):
    return PooledGaussianLoop(5, policy, known_variance=True)


class Turning(Loop):
    """From 1; after so many fits, which a parameter tells, below 0."""

    a: Integers(1)
    x = coordinate()
    initial = {"x": 1}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] * Piecewise((1, self.a + 3000 > CLOCK), (-1, True))}


def test_a_policy_is_looked_at_where_its_sizes_turn():
    """`E(mu(t)^2) <= t/100` was supported by generations up to 1000."""
    sizes = Growing(Piecewise((100, CLOCK < 5000), (1, True)))
    c = stated(lambda t: Le(E(known(sizes).mu(t) ** 2), t / 100), t=T)
    assert 5000 in {p.values["t"] for p in planned(c)}


def test_a_step_is_looked_at_where_it_turns_beside_the_values_of_its_parameters():
    c = stated(lambda a, t: Ge(E(Turning(a).x(t)), 0), a=Integers(1, 50), t=T)
    assert 3001 in {p.values["t"] for p in planned(c)}


@pytest.mark.parametrize(
    "relation",
    [
        lambda m, t: Eq(E(known(Growing(m + 3000 - CLOCK)).mu(t)), 0),
        lambda m, t: Eq(E(known(GrowingPool(CLOCK * (m + 2000 - CLOCK))).mu(t)), 0),
        lambda m, t: Ge(E(KernelLoop(m + 1, 3 - CLOCK / 1000).mean(t) ** 2), 0),
    ],
)
def test_a_loop_that_there_is_not_from_some_fit_on_is_refused(relation):
    """Each was supported: of no draws, of a pool that shrinks, and of a bandwidth below 0."""
    with pytest.raises(BadInput, match="narrow the domain"):
        examine(stated(relation, m=Integers(1, 3), t=T))
    examine(stated(relation, m=Integers(1, 3), t=Integers(1, 500)))


# ---- any law, beside variables ----------------------------------------------------------------------------------------


def test_a_mean_under_any_law_is_asked_for_with_numbers_and_with_symbols():
    """Every claim about `E(CuratedLoop(p, K=K).weight(t))` ended in an error of the program."""
    c = stated(lambda p, K, t: Le(E(CuratedLoop(p, K=K).weight(t)), p.largest), p=Laws(), K=Integers(2), t=Integers(0))
    examine(c)
    (point,) = (p for p in c.points() if p.values["t"] == 1 and p.values["K"] == 2 and p.number == 2)
    assert agreement.of_claim(c, point.values) is None
