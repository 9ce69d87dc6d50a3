"""The package's own loops with parameters that no claim of the catalogue has: what is no law, no draw, or not what it was."""

import numpy as np
import pytest
from stated import assert_proved, is_proved, stated
from sympy import Eq, Ge, Gt, Integer, Lambda, Rational, Symbol, oo

from reports.conjectures import examine
from simulate.engine import dispatch, symbolic
from simulate.engine.api import sample
from theory import (
    CLOCK,
    Accumulate,
    BadInput,
    Cov,
    E,
    Finite,
    FreshReal,
    GaussianLoop,
    GrowingPool,
    Integers,
    Normal,
    Points,
    Prob,
    Probability,
    Quantile,
    Reals,
    Uniform,
)
from theory.curation.common import CuratedLoop
from theory.curation.groups import GaussianGroupsLoop
from theory.curation.line import CuratedLineLoop
from theory.curation.tilt import TiltLoop
from theory.diffusion.euler import EulerLoop
from theory.diffusion.loops import EarlyStopLoop, MemorisingLoop
from theory.diffusion.training import GradientFlowLoop
from theory.discrete import CategoricalLoop, SymbolLoop
from theory.filters.common import FilteredLoop
from theory.filters.likelihood import LikelihoodGaussianLoop, SelfLikelihoodLoop
from theory.filters.verifier import ConfidenceLoop
from theory.gaussian.policies import PooledGaussianLoop
from theory.gaussian.regression import RegressionLoop
from theory.gaussian.vector import MultivariateGaussianLoop
from theory.kde import KernelLoop
from theory.kde.box import BoxLoop
from theory.language.errors import CannotTell
from theory.performative.risk import QuadraticRiskLoop
from theory.proof.enclose import value
from theory.stability.accumulate import RefreshedPoolLoop

half, third = Rational(1, 2), Rational(1, 3)
x = Symbol("x", real=True)


# ---- a start that is a fit, and what is told of a model ---------------------------------------------------------------


def fitted(n, b) -> PooledGaussianLoop:
    """All data kept, the first fit with them; every fit errs by b."""
    return PooledGaussianLoop(n, Accumulate(), known_variance=True, start="fit", bias=b)


@pytest.mark.parametrize(("share", "true"), [(Rational(3, 2), True), (half, False), (1, False)])
def test_a_first_fit_errs_as_every_fit_does(share, true):
    """Points of the first model stand about b, half of all of them at the second fit, which adds b."""
    assert is_proved(lambda n, b: Eq(E(fitted(n, b).mu(1)), share * b), n=Integers(1), b=Reals()) is true
    assert is_proved(lambda n, b: Eq(E(fitted(n, b).mu(0)), (share - half) * b), n=Integers(1), b=Reals()) is true


def test_the_divergence_of_a_run_is_of_that_run():
    loop = MultivariateGaussianLoop(10, 2, (1, 4))
    assert not is_proved(lambda: Eq(Cov(loop.kl(1), loop.error(1)), 0))
    assert_proved(lambda: Gt(Cov(loop.kl(1), loop.error(1)), 0))
    other = loop.copy(2)
    assert_proved(lambda: Eq(Cov(loop.kl(1), other.error(1)), 0))


# ---- powers of a likelihood that are below 0 --------------------------------------------------------------------------


@pytest.mark.parametrize("g", [-1, -2, Rational(-3, 2)])
def test_a_power_that_leaves_no_law_is_refused(g):
    c = stated(
        lambda n: Eq(E(LikelihoodGaussianLoop(n, g).v(1)), Integer(1) / (1 + g) if g != -1 else 0), n=Integers(1)
    )
    with pytest.raises(BadInput, match="no law"):
        examine(c)


def test_a_wider_law_is_drawn_as_it_is_derived():
    loop = LikelihoodGaussianLoop(5, -half)
    assert_proved(lambda: Eq(E(loop.v(2)), 4))
    v = sample(loop, ["v"], t=2, replicates=20_000)["v"]
    assert abs(v[:, 2].mean() - 4) < 6 * v[:, 2].std() / np.sqrt(len(v))
    assert abs(v[:, 2].mean() - 1) > 1


@pytest.mark.parametrize("g", [-1, -2])
def test_draws_are_no_votes_of_none(g):
    """No draws agree on anything: the search for some that do had no end."""
    loop = SelfLikelihoodLoop(Finite((third, 1 - third)), g)
    with pytest.raises(CannotTell, match="below 0"):
        dispatch.estimand(E(loop.mass(1, 1)))
    assert_proved(lambda: Eq(loop.mass(2, 1), half if g == -1 else 1 - third))


@pytest.mark.parametrize(
    "mass",
    [
        lambda: SelfLikelihoodLoop(Finite((half, half, 0)), -1).mass(1, 2),
        lambda: SelfLikelihoodLoop(Finite((half, half, 0)), -2).mass(1, 2),
        lambda: FilteredLoop(Finite((0, 1)), (1, 0)).mass(1, 0),
    ],
)
def test_what_is_nothing_over_nothing_is_refused(mass):
    """The step is 0/0 there, and p/p is 1 for SymPy."""
    with pytest.raises(BadInput, match=r"no weight|nothing is kept"):
        examine(stated(lambda: Ge(mass(), 0)))


def test_what_is_nothing_over_nothing_at_an_end_is_refused():
    for p in (Probability(closed=True), Points(0, half)):
        with pytest.raises(BadInput, match="nothing is kept"):
            examine(stated(lambda p: Eq(FilteredLoop(Finite((p, 1 - p)), (1, 0)).mass(1, 0), 1), p=p))
        with pytest.raises(BadInput, match="no weight"):
            examine(stated(lambda p: Eq(SelfLikelihoodLoop(Finite((p, 1 - p)), -1).mass(1, 0), half), p=p))


def test_inside_and_with_other_powers_it_is_what_it_was():
    inside, closed = Probability(), Probability(closed=True)
    assert_proved(lambda p: Eq(FilteredLoop(Finite((p, 1 - p)), (1, 0)).mass(1, 0), 1), p=inside)
    assert_proved(lambda p: Eq(SelfLikelihoodLoop(Finite((p, 1 - p)), -1).mass(1, 0), half), p=inside)
    twice = lambda p: Eq(SelfLikelihoodLoop(Finite((p, 1 - p)), 1).mass(1, 0), p**2 / (p**2 + (1 - p) ** 2))  # noqa: E731
    examine(stated(twice, p=closed))
    assert_proved(twice, p=closed)
    examine(stated(lambda c: Ge(FilteredLoop(Finite((half, half)), (c, 1)).mass(1, 1), half), c=closed))


# ---- events of what is no draw ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("t", [1, 3])
def test_events_of_moments_are_not_drawn(t):
    """A draw has the moment for its mean: it is no value of it."""
    loop = EarlyStopLoop(half, mu0=1)
    for m in (Prob(Gt(loop.d(1, t), 0)), Quantile(loop.d(1, t), Rational(1, 4)), E(loop.d(1, t) ** 2)):
        with pytest.raises(CannotTell, match="nothing is random"):
            dispatch.estimand(m)
    dispatch.estimand(E(loop.d(1, t) + 2 * loop.d(2, t)))


def test_an_event_of_an_urn_in_the_end_has_no_ball():
    with pytest.raises(CannotTell):
        value(Prob(SymbolLoop(half, 1, Accumulate(), 2).share(oo) > Rational(3, 4)))


# ---- parameters that change from fit to fit ---------------------------------------------------------------------------

POOL = GrowingPool(2 * CLOCK)
CHANGING = {
    "n": lambda: E(PooledGaussianLoop(CLOCK, Accumulate(), known_variance=True).mu(2) ** 2),
    "bias": lambda: E(PooledGaussianLoop(3, POOL, bias=CLOCK).mu(2)),
    "sigma0": lambda: E(PooledGaussianLoop(3, FreshReal(2), sigma0=CLOCK, known_variance=True).mu(2) ** 2),
    "kept": lambda: E(SymbolLoop(half, 1, Accumulate(), CLOCK).share(2) ** 2),
    "symbols": lambda: E(CategoricalLoop((half, half), CLOCK, Accumulate(), 1).diversity(2)),
    "inputs": lambda: E(RegressionLoop(CLOCK + 3, 1, Accumulate()).error(2) ** 2),
    "N": lambda: E(RefreshedPoolLoop(CLOCK, 1).error(2) ** 2),
    "eta": lambda: E(EulerLoop(1 / CLOCK).y(2) ** 2),
    "h": lambda: E(BoxLoop(2, 1 / (4 * CLOCK), "inside").density(2)),
    "reward": lambda: E(TiltLoop(Normal(0, 1), Lambda(x, x / CLOCK)).draw(2)),
    "reward of picks": lambda: E(CuratedLineLoop(Uniform(0, 1), Lambda(x, CLOCK * x), 2).draw(2)),
    "mu": lambda: E(ConfidenceLoop(CLOCK).draw(2)),
    "v1": lambda: GaussianGroupsLoop(1, CLOCK, 1).edge(2),
    "weights": lambda: E(CuratedLoop(Finite((half, half)), (CLOCK + 1, 1), 2).weight(1)),
    "K": lambda: E(CuratedLoop(Finite((half, half)), (2, 1), CLOCK + 1).weight(1)),
    "points of kernels": lambda: E(KernelLoop(CLOCK, 1).variance(1)),
}


@pytest.mark.parametrize("name", CHANGING)
def test_what_stands_for_earlier_fits_does_not_change(name):
    """The step takes it for what the fits before had: other numbers than that were proved."""
    with pytest.raises(BadInput, match="CLOCK in it"):
        examine(stated(lambda: Ge(CHANGING[name](), 0)))


def test_what_is_of_one_fit_alone_may_change():
    n = Integers(2)
    replaced = lambda n: PooledGaussianLoop(n, bias=CLOCK, temperature=1 + 1 / CLOCK)  # noqa: E731
    assert_proved(lambda n, t: Eq(E(replaced(n).mu(t)), t * (t + 1) / 2), n=n, t=Integers(0))
    assert_proved(lambda n, t: Eq(E(replaced(n).v(t)), (t + 1) * (1 - 1 / n) ** t), n=n, t=Integers(0))
    assert not is_proved(lambda n, t: Eq(E(replaced(n).v(t)), (t + 2) / 2 * (1 - 1 / n) ** t), n=n, t=Integers(0))


RUN = {
    "Gaussian": (lambda: GaussianLoop(5, sampling_bias=1 + 1 / CLOCK).sigma(3) ** 2, 4),
    "pooled": (lambda: PooledGaussianLoop(3, bias=CLOCK, known_variance=True).mu(3), 6),
    "fresh real data": (lambda: SymbolLoop(third, 2, FreshReal(CLOCK)).share(3), third),
    "inputs": (lambda: RegressionLoop(CLOCK + 9, 1).error(2) ** 2, Rational(1, 8) + Rational(1, 9)),
    "rate": (lambda: QuadraticRiskLoop(4, 0, rate=1 / CLOCK).theta(3) ** 2, Rational(1, 12)),
    "memorising": (lambda: MemorisingLoop(4, 1 / (CLOCK + 1)).gap(1) ** 2, Rational(15, 8)),
}


@pytest.mark.parametrize("name", RUN)
def test_loops_whose_parameters_change_are_run_by_their_step(name):
    """The kernels take numbers: "Cannot convert expression to float"."""
    observed, true = RUN[name]
    (o,) = observed().atoms(type(GaussianLoop(5).mu(1)))
    assert dispatch.simulator(o.loop) is symbolic.SIMULATOR
    assert_proved(lambda: Eq(E(observed()), true))
    dispatch.estimand(E(observed()))


def test_kernels_and_policies_that_change_have_their_own_simulators():
    assert dispatch.simulator(KernelLoop(3, CLOCK)) is not symbolic.SIMULATOR
    assert dispatch.simulator(PooledGaussianLoop(3, POOL)) is not symbolic.SIMULATOR
    assert dispatch.simulator(SymbolLoop(half, 3)) is not symbolic.SIMULATOR
    run = GradientFlowLoop((1,), (1,), 0, CLOCK)
    assert dispatch.simulator(run) is symbolic.SIMULATOR
