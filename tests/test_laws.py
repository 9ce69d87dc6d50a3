"""The laws: densities, distribution functions and draws against SciPy's; and what is simulated is what is true.

At parameters drawn from the claims' own domains, every standard moment of a claim is estimated from one block of the
loop's own draws, and enclosed by integrating the step law: two witnesses that share no formula. Their balls must meet; by
chance they miss with probability 1e-7 an estimate.
"""

import pickle

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from sympy import Integer, Rational, Symbol, lambdify, latex, oo

from simulate.engine.blocks import BLOCK, Runner
from simulate.engine.dispatch import estimand
from simulate.engine.draws import drawn
from simulate.engine.plan import ball_of, least_cost, plan_point
from simulate.engine.samplers import NoSampler
from theory import Integers, catalogue
from theory.language.claims import Point
from theory.language.errors import BadInput
from theory.language.laws import Cauchy, Exponential, Laplace, Logistic, Noise, Normal, StudentT, Uniform
from theory.proof.enclose import NoBall, value
from theory.proof.prepared import Part, prepare

x = Symbol("x", real=True)
NAMED = [
    (Normal(1, 4), stats.norm(1, 2)),
    (Logistic(-1, 2), stats.logistic(-1, 2)),
    (Laplace(2, 3), stats.laplace(2, 3)),
    (Cauchy(0, 3), stats.cauchy(0, 3)),
    (Uniform(-1, 3), stats.uniform(-1, 4)),
    (Exponential(Rational(5, 2)), stats.expon(scale=2.5)),
    *((StudentT(nu, 1, Rational(1, 2)), stats.t(nu, 1, 0.5)) for nu in (1, 2, 3, 4, 5, 12, 31)),
]


@pytest.mark.parametrize(("law", "known"), NAMED, ids=[str(law) for law, _ in NAMED])
def test_densities_and_distribution_functions(law, known):
    density, cdf = (lambdify(x, f(x), "scipy") for f in (law.density, law.cdf))
    for at in known.ppf([0.001, 0.1, 0.4, 0.7, 0.99, 0.9999]):
        assert density(at) == pytest.approx(known.pdf(at), rel=1e-9)
        assert cdf(at) == pytest.approx(known.cdf(at), rel=1e-9)
    low, high = law.support
    assert low == -oo or cdf(float(low) - 1) == 0
    assert high == oo or cdf(float(high) + 1) == 1


@pytest.mark.parametrize(("law", "known"), NAMED, ids=[str(law) for law, _ in NAMED])
def test_draws_have_the_law(law, known):
    """By Kolmogorov and Smirnov: a correct one fails with probability 1e-6."""
    assert stats.kstest(drawn(law, np.random.default_rng(5), 20_000), known.cdf).pvalue > 1e-6


def test_a_law_of_any_degrees_of_freedom():
    t = StudentT(Rational(5, 2))
    assert lambdify(x, t.density(x), "scipy")(1.5) == pytest.approx(stats.t(2.5).pdf(1.5))
    with pytest.raises(NotImplementedError, match="whole degrees of freedom"):
        t.cdf(x)
    with pytest.raises(BadInput, match="-1 degrees of freedom"):
        drawn(StudentT(-1), np.random.default_rng(0), 3)


def test_new_laws_are_written():
    t, e = StudentT(5), Exponential(2)
    assert (str(t), str(e)) == ("StudentT(5, 0, 1)", "Exponential(2)")
    assert (latex(t), latex(e)) == (r"\mathrm{StudentT}(5, 0, 1)", r"\mathrm{Exp}(2)")
    assert all(pickle.loads(pickle.dumps(law)) == law == law.func(*law.args) for law in (t, e))
    assert Noise("X", e).is_positive
    assert Noise("X", t).is_positive is None


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
@settings(max_examples=3, suppress_health_check=list(HealthCheck))
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
