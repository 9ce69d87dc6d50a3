"""Figures come from the blocks of the verdicts, alter nothing, and their bands hold at the level they state."""

from collections import Counter

import numpy as np
import pytest
from sympy import Eq, Le, oo

from reports.suite import verify
from reports.trajectories import BLOCKS, ERROR, Chosen, FigurePlans, plan
from simulate.engine.blocks import Runner
from simulate.engine.witness import Witness
from theory.families import catalogue
from theory.gaussian import GaussianLoop
from theory.language.claims import claim
from theory.language.domains import Integers, Points, Positive, Reals
from theory.language.moments import E

pytestmark = pytest.mark.xdist_group("trajectories")  # what is made once for all of them


def ids(*names):
    return [c for c in catalogue() if c.id in names]


SOME = ids(
    "gaussian-sigma-mean-c4",
    "gaussian-log-drift-variance",
    "gaussian-variance-mean-martingale-shrinks",
    "gaussian-ville-doob",
    "gaussian-kl-exactly-linear-mle",
)


DRAWN = {
    "collapse-time-half-life-one-rate",
    "collapse-time-half-life-ratio",
    "gaussian-sigma-mean-c4",
    "gaussian-variance-mean-martingale-shrinks",
    "gaussian-variance-second-moment-fourth",
    "gaussian-ville-doob",
    "gaussian-w2-exact-1d-mle-diverges",
    "gaussian-w2-exact-1d-three-halves",
    "known-mean-variance-loop-shrinks",
    "mean-limit-student-t2",
    "tail-probability-rises-then-falls",
    "tail-probability-rises-then-falls-monotone",
}  # of which a test asks something


def shown():
    """Some of all, most of one family: what is drawn of all takes as long as to decide them."""
    family = [c for c in catalogue() if c.family == "gaussian"]
    others = [c for c in catalogue() if c.family != "gaussian"]
    return [c for i, c in enumerate(family) if i % 12 == 0 or c.id in DRAWN] + others[::48]


@pytest.fixture(scope="module")
def everything():
    return plan(shown())


@pytest.fixture(scope="module")
def trajectories(everything):
    with Runner(7, 2) as runner:
        return {t.claim: t for t in everything.trajectories(runner)}


# ---- the same blocks ------------------------------------------------------------------------------------------------


def decided(figures):
    with Runner(0, 2) as runner:
        witness = Witness(runner, seconds=0.3)
        plans = witness.plans((c, c.points()[:2]) for c in SOME)
        if figures:
            figures.pilot(runner)
        findings = witness.run(plans, figures.extra() if figures else ())
        return findings, {
            (s.name, s.simulation, batch, b): (x.count, x.mean, x.m2, x.m4, x.low, x.high)
            for (s, batch), blocks in runner.kept.items()
            for b, x in blocks.items()
        }


def test_figures_change_no_finding_and_no_sum():
    alone, sums = decided(None)
    figures = plan(SOME)
    beside, more = decided(figures)

    assert alone == beside
    assert all(more[k] == v for k, v in sums.items())
    wanted = {(s.name, s.simulation, 0, b) for s, blocks in figures.extra() for b in range(blocks)}
    assert wanted <= more.keys()
    assert wanted & sums.keys()  # some of what a figure shows is what a verdict was based on


def test_trajectories_run_what_is_missing_and_replay():
    figures = plan(SOME)
    with Runner(0, 2) as one, Runner(0, 1) as other:
        first, again, fresh = figures.trajectories(one), figures.trajectories(one), plan(SOME).trajectories(other)

    for a, b, c in zip(first, again, fresh, strict=True):
        for x, y, z in zip(a.curves, b.curves, c.curves, strict=True):
            for name in ("theory", "low", "high", "middle"):
                np.testing.assert_array_equal(getattr(x, name), getattr(y, name))
                np.testing.assert_array_equal(getattr(x, name), getattr(z, name))


def test_the_suite_runs_figures_along(tmp_path):
    claims = SOME[:1]
    figures = plan(claims)
    with_figures, without = (verify(claims, seconds=0.1, figures=f) for f in (lambda: figures, None))

    assert [(f.lhs, f.verdict) for f in with_figures.findings] == [(f.lhs, f.verdict) for f in without.findings]
    assert figures.runner is not None
    (drawn,) = figures.write(figures.runner, tmp_path / "figures")
    path = tmp_path / "figures" / f"{drawn.claim}.png"
    assert drawn.claim == claims[0].id
    assert path.stat().st_size > 8_000


# ---- truth of the bands ---------------------------------------------------------------------------------------------


def outside(curve):
    """(values of the axis with a band and theory, how many of them lie outside the band)."""
    known = np.isfinite(curve.theory) & np.isfinite(curve.low)
    wide = 1e-9 * np.abs(curve.theory)
    out = (curve.theory < curve.low - wide) | (curve.theory > curve.high + wide)
    return int(known.sum()), int((out & known).sum())


@pytest.mark.long
def test_true_equalities_lie_in_their_bands(trajectories):
    """About 600 bands at 99.9 %: 0.6 misses expected at most (2 among 6,019 bands under ten other seeds).

    The seed is fixed. Under a new one, were values independent, more than 6 misses had probability 1e-5; values of one
    path are not, so at most 3 a claim are let pass. A formula that is wrong by a few per cent misses at most values.
    """
    counts = {
        c.id: outside(x)
        for c in shown()
        if c.expected == "holds" and c.id in trajectories
        for x in trajectories[c.id].curves
        if x.relation == "==" and x.theory is not None and x.low is not None
    }

    assert len(counts) > 35
    assert sum(n for n, _ in counts.values()) > 500
    assert sum(misses for _, misses in counts.values()) <= 6
    assert all(misses <= 3 for _, misses in counts.values()), counts


@pytest.mark.long
def test_true_bounds_are_never_crossed_by_a_whole_band(trajectories):
    for c in shown():
        if c.expected != "holds" or c.id not in trajectories or not c.loops:  # of formulas every side is a curve
            continue
        measured = [x for x in trajectories[c.id].curves if x.low is not None and (x.high > x.low).any()]
        if not measured:  # dear everywhere, or nothing random
            continue
        for bound in (x for x in trajectories[c.id].curves if x.relation != "==" and x.theory is not None):
            low, high = measured[0].low, measured[0].high
            wide = 1e-9 * np.abs(bound.theory)
            crossed = low > bound.theory + wide if bound.relation[0] == "<" else high < bound.theory - wide
            assert crossed.sum() <= 1, c.id


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    ["gaussian-w2-exact-1d-three-halves", "known-mean-variance-loop-shrinks", "collapse-time-half-life-one-rate"],
)
def test_false_equalities_leave_their_bands(trajectories, name):
    (curve,) = trajectories[name].curves
    n, misses = outside(curve)

    assert misses > n / 2


@pytest.mark.long
@pytest.mark.parametrize("name", ["gaussian-w2-exact-1d-mle-diverges", "tail-probability-rises-then-falls-monotone"])
def test_false_bounds_are_crossed(trajectories, name):
    measured, bound = trajectories[name].curves
    crossed = measured.low > bound.theory if bound.relation[0] == "<" else measured.high < bound.theory

    assert crossed.any()


@pytest.mark.long
def test_intervals_that_a_gate_refuses_are_not_drawn(trajectories):
    (curve,) = trajectories["gaussian-variance-second-moment-fourth"].curves

    assert np.isfinite(curve.theory).all()
    assert np.isfinite(curve.low[:5]).all()
    assert np.isnan(curve.low[-1])  # the tail of sigma_100^4 is too heavy, even tilted


# ---- choices --------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_every_claim_has_a_figure_or_a_reason(everything, trajectories):
    for c in shown():
        assert (c.id in trajectories) != (c.id in everything.reasons)
    families = {c.id: c.family for c in catalogue()}
    gaussian = [reason for name, reason in everything.reasons.items() if families[name] == "gaussian"]
    assert len(gaussian) < 5
    assert all("infinite" in reason for reason in gaussian)
    others = Counter(reason for name, reason in everything.reasons.items() if families[name] != "gaussian")
    allowed = (
        "no variable to draw it along",
        "a root of an expected score is sampled for the first generation only",
        "of a population a coordinate of the state is sampled, after the first fit only",
        "no kernel for ",
        "no exact sampler: ",
        "no draws: ",
        "no place to look at: ",
        "pools of ",
    )
    assert all(reason.startswith(allowed) for reason in others), others
    for t in trajectories.values():
        assert t.curves
        measured = any(c.low is not None for c in t.curves)  # else it is too dear everywhere
        assert (t.replicates > 0, t.level) == (measured, 1 - ERROR if measured else None)
        assert measured or not t.claim.startswith("gaussian-"), t.claim


@pytest.mark.long
def test_figures_are_cheap(everything):
    """By the fixed nanoseconds of planning; statistics shared between claims are counted once a claim."""
    plans = [p for p in everything.plans if not p.reason]

    assert max(p.seconds() for p in plans) < 0.31
    assert np.mean([p.seconds() for p in plans]) < 0.15
    assert all(len(p.grid) <= 24 and p.blocks <= BLOCKS for p in plans)


@pytest.fixture(scope="module")
def named():
    return plan([c for c in catalogue() if c.id in AXES])


AXES = {
    "gaussian-sigma-mean-c4": ("generation t", 0, 30),
    "gaussian-variance-mean-martingale-shrinks": ("generation t", 1, 30),
    "tail-probability-rises-then-falls": ("generation t", 0, 30),
    "collapse-time-half-life-ratio": ("sample size n", 2, 50),
    "mean-limit-student-t2": ("sample size n", 20, 50),
}


@pytest.mark.parametrize("name", AXES)
def test_axis(named, name):
    axis, first, least = AXES[name]
    (p,) = (p for p in named.plans if p.claim.id == name)

    assert p.axis == axis
    assert p.grid[0] == first
    assert p.grid[-1] >= least
    assert list(p.grid) == sorted(set(p.grid))


@pytest.mark.long
def test_the_peak_is_on_the_axis_and_marked(everything, trajectories):
    (p,) = (p for p in everything.plans if p.claim.id == "tail-probability-rises-then-falls")

    assert p.peaks == trajectories[p.claim.id].peaks == (14,)
    assert 14 in p.grid


def test_dear_axes_keep_the_cheap_values(named):
    (p,) = (p for p in named.plans if p.claim.id == "mean-limit-student-t2")
    (measured,) = (r for r in p.rows if r.ways)

    assert measured.ways[0]
    assert not measured.ways[-1]
    assert all(r.theory is not None for r in p.rows if r is not measured)


@pytest.mark.long
def test_labels_are_words(trajectories):
    labels = [c.label for t in trajectories.values() for c in t.curves]

    assert "E sigma_t" in labels
    assert "upper bound 1/K" in labels
    assert not any("Observable" in x or "Loop" in x or "**" in x for x in labels)
    assert trajectories["gaussian-ville-doob"].axis == "generation t   (n = 10, K = 2, sigma0 = 2)"


def test_a_short_domain_is_shown_whole():
    @claim
    def short(n=Points(5), t=Integers(0, 12), sigma0=Positive()):
        """The variance stays."""
        return Eq(E(GaussianLoop(n, sigma0).sigma(t) ** 2), sigma0**2)

    (p,) = plan([short]).plans
    assert list(p.grid) == list(range(13))


def test_reasons():
    @claim
    def no_axis(q=Reals(1, 2)):
        """A moment."""
        return Eq(E(GaussianLoop(5).sigma(1) ** q), q)

    @claim
    def no_estimator(n=Integers(2), t=Integers(0)):
        """Nothing that can be run."""
        return Eq(E(GaussianLoop(n).sigma(oo)), t / n)

    reasons = plan([no_axis, no_estimator]).reasons
    assert set(reasons) == {"no-axis", "no-estimator"}
    assert reasons["no-axis"] == "no variable to draw it along"
    assert reasons["no-estimator"] == "only probabilities are estimated at infinite time"
    assert FigurePlans([]).extra() == []


@pytest.mark.thin(144)
@pytest.mark.parametrize("c", catalogue(), ids=lambda c: c.id)
def test_a_figure_of_each_claim_is_planned_or_a_reason_told(c):
    """`verify --out` plans them all before it begins."""
    (p,) = plan([c]).plans
    assert bool(p.reason) != bool(p.rows)


def test_a_side_may_have_a_form_in_some_cases_and_moments_in_others():
    @claim
    def begun(n=Integers(3, 20), t=Points(0, 1, 3)):
        """The start is known; what comes after it is simulated."""
        loop = GaussianLoop(n)
        return Le(E(loop.sigma(t + 1)), E(loop.sigma(t)) if t > 0 else 1)

    (by_size,) = plan([begun]).plans
    assert by_size.axis == "sample size n"
    listed = plan([begun], Chosen(x="t"))
    (later, earlier) = listed.plans[0].rows
    assert earlier.theory[0] == 1
    assert np.isnan(earlier.theory[1:]).all()
    assert [bool(ways) for ways in earlier.ways] == [False, True, True]
    assert later.theory is None
    assert all(later.ways)
    with Runner(0, 1) as runner:
        (drawn,) = listed.trajectories(runner)
    assert np.isfinite(drawn.curves[1].middle[1:]).all()


def test_where_nothing_is_estimated_and_one_value_known_there_is_no_figure():
    """K = oo: nothing is random, and the claim's sides are formulas at its start only."""
    plans = plan(catalogue("curation-heterogeneous-mixed-three-atoms"))
    with Runner(0, 1) as runner:
        assert plans.trajectories(runner) == []
    assert plans.reasons


def test_shapes_have_a_curve_for_each_case():
    (p,) = plan(catalogue("mixing-gaussian-fresh-real-valley")).plans
    assert [r.label for r in p.rows] == ["t = 1", "t = 2", "t = 5"]
    assert p.peaks[0] == 10
    assert list(p.peaks) == sorted(p.peaks)
    for r in p.rows:
        assert r.theory is not None
        assert np.isfinite(r.theory).all()
        assert 0 < np.argmin(r.theory) < len(p.grid) - 1
        assert any(r.ways)
    (p,) = plan(catalogue("mixing-phase-transition-threshold")).plans
    assert len(p.rows) == len(p.peaks) == 4
    assert not any(w for r in p.rows for w in r.ways)  # a bound: nothing to estimate
    for r, peak in zip(p.rows, p.peaks, strict=True):
        assert r.theory is not None
        top = p.grid[int(np.argmax(r.theory))]
        assert abs(top - peak) <= max(b - a for a, b in zip(p.grid, p.grid[1:], strict=False))
