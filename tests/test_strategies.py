"""Strategies for users' tests: what they draw is what it is called, true laws hold of it, and false ones are found out."""

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from sympy import Eq, Ge, Gt, Rational

from reports import strategies as some
from simulate import sample
from theory import KL, CuratedLoop, E, GaussianLoop, Integers, Noise, Points, Reals, Var, claim
from theory.discrete import SymbolLoop
from theory.proof.enclose import enclose, value

quick = settings(max_examples=10, deadline=None, database=None)


@claim(where=lambda n, x: n * x < 3)
def bounded(n=Integers(1, 20), x=Reals(0, 1)):
    """A claim with a side condition."""
    return n * x < 3


@given(some.laws())
@quick
def test_laws_have_a_mean_and_a_variance(law):
    z = Noise("Z", law)
    mean, square, spread = (value(x).value for x in (E(z), E(z**2), Var(z)))
    assert spread > 0
    assert spread.overlaps(square - mean * mean)


@given(some.mixed_loops(), st.integers(0, 1))
@quick
def test_a_mean_stays_under_every_mixing_scheme(loop, t):
    x = loop.share if isinstance(loop, SymbolLoop) else loop.mu
    assert value(E(x(t))).value.overlaps(value(E(x(0))).value)


def refuted(loop, relation):
    """Whether a relation of the expected weights of generations 1 and 0 is refuted in balls."""

    @claim
    def compared(n=Points(1)):
        """A comparison."""
        return relation(E(loop.weight(n)), E(loop.weight(0)))

    (finding,) = enclose(compared, compared.points())
    return finding.verdict == "refuted"


@given(some.curated_loops())
@quick
def test_picks_raise_the_expected_weight(loop):
    assert not refuted(loop, Ge)


def test_a_false_law_is_found_out():
    """They do not where all rewards are equal."""
    unshrunk = settings(database=None, max_examples=500, deadline=None, phases=[Phase.generate])
    loop = find(some.curated_loops(), lambda loop: refuted(loop, Gt), settings=unshrunk)
    assert len(set(loop.weights)) == 1


@given(some.models())
@quick
def test_models_are_those_of_a_loop_after_some_fits(model):
    assert isinstance(model.loop, GaussianLoop)
    assert 0 <= model.t <= 3
    assert E(KL(model, model.loop.truth)).has(model)


@given(some.loops())
@settings(max_examples=6, deadline=None, database=None)
def test_loops_are_sampled(loop):
    name = "sigma" if isinstance(loop, GaussianLoop) else "mu" if "mu" in loop.state else "share"
    if not isinstance(loop, CuratedLoop):
        assert sample(loop, [name], t=2, replicates=3, seed=0)[name].shape == (3, 3)


@given(some.points(bounded))
@quick
def test_points_are_those_of_the_claim(point):
    assert list(point) == ["n", "x"]
    assert bounded(**point) == True  # noqa: E712  SymPy's
    assert point["x"].is_Rational


@pytest.mark.parametrize("atoms", [2, 5])
def test_rewards_are_a_number_an_atom(atoms):
    equal = find(some.rewards(atoms), lambda r: len(set(r)) == 1)
    assert len(equal) == atoms
    assert find(some.fractions(0, 1), lambda x: Gt(x, Rational(1, 2))) <= 1
    assert Eq(sum(find(some.finite_laws(), lambda law: len(law.masses) == 4).masses), 1)
