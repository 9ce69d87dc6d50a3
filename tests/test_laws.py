"""The laws: what is simulated is what is true, at parameters drawn from the claims' own domains.

Every standard moment of a claim is estimated from one block of the loop's own draws, and enclosed by integrating the step
law: two witnesses that share no formula. Their balls must meet; by chance they miss with probability 1e-7 an estimate.
"""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sympy import Integer

from simulate.engine.blocks import BLOCK, Runner
from simulate.engine.dispatch import estimand
from simulate.engine.plan import ball_of, least_cost, plan_point
from simulate.engine.samplers import NoSampler
from theory import Integers, catalogue
from theory.language.claims import Point
from theory.proof.enclose import NoBall, value
from theory.proof.prepared import Part, prepare

ERROR = 1e-7
ONE_WITNESS = {  # infinite means have no estimate, infinite times no integral
    "gaussian-variance-all-moments-infinite",
    "gaussian-kl-exactly-linear-reverse-infinite",
    "mean-limit-student-t2",
}
CLAIMS = [c for c in catalogue() if c.id not in ONE_WITNESS and all(isinstance(p, Part) for p in prepare(c).parts)]


def cheap(domain):
    """The domain's strategy, without its large integers: a test has to end."""
    if isinstance(domain, Integers):
        return st.integers(int(domain.lo), int(min(domain.hi, domain.lo + 15))).map(Integer)
    return domain.strategy()


def affordable(claim, values) -> bool:
    return all(not plan.reason and least_cost(plan) < 0.05 for plan in plan_point(claim, Point(1, values)))


def sampled(claim) -> bool:
    """Whether something is estimated for it: at one of its first points, in the time that a test has."""
    try:
        return any(affordable(claim, p.values) for p in claim.points(6, 0))
    except NoSampler:
        return False


@pytest.mark.parametrize("claim", [c for c in CLAIMS if sampled(c)], ids=lambda c: c.id)
@settings(max_examples=4, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_simulated_moments_meet_integrated_ones(claim, data):
    anywhere = st.fixed_dictionaries({name: cheap(d) for name, d in claim.domain.items()})
    values = data.draw(st.one_of(anywhere, st.sampled_from([dict(p.values) for p in claim.points(6, 0)])))
    assume(claim.admits(values))
    assume(affordable(claim, values))
    for part in prepare(claim, values).parts:
        for m in part.moments_at(values).values():
            try:
                exact, sampled = value(m).value, estimand(m)
            except (NoBall, NoSampler):
                continue  # one witness only: nothing to compare
            with Runner(seed=1, workers=1) as runner:
                runner.pilot(sampled.statistics)
                runner.run(w for s in sampled.statistics for w in runner.want(s, 0, 1))
                balls = [ball_of(s, runner, 0, 1, ERROR / len(sampled.statistics)) for s in sampled.statistics]
            if any(note for _, _, note in balls):
                continue  # a gate refuses the interval
            assert sampled.combine([b for b, _, _ in balls]).overlaps(exact), f"{m} from {BLOCK} replicates"
