"""Three to a hundred runs: what is said under assumptions, and of all generations together, keeps its level and is named."""

import csv
import io
import json
import re

import jsonschema
import numpy as np
import pandas as pd
import pytest
from measuring import measured
from scipy.stats import binom, wilcoxon
from sympy import And, Eq, Ge, Le, Rational, exp, log, sqrt, sympify

from reports.against_data import against_data
from reports.ledger import Ledger
from reports.measured import _counted, _ends, table_csv, table_lines, trajectory, write
from reports.records import as_json
from reports.schema import FILE
from simulate.engine.data import SHARES
from simulate.engine.few_runs import (
    SKEWED,
    bounded_interval,
    level_told,
    normal_interval,
    not_so,
    runs_needed,
    symmetric_interval,
    variance_interval,
)
from simulate.engine.plainer import plainer
from simulate.engine.small_samples import LEAST_BENT, bent_interval
from theory import GaussianLoop, Integers, Measured, c4, claim
from theory.language.moments import CentralMoment, Cov, E, Prob, Quantile, Var
from theory.language.summaries import assumed_beside, summarise
from theory.language.verdicts import WHOLE_RUNS, Assumed, Finding, Verdict
from theory.proof.arithmetic.programs import to_ball
from theory.proof.prepared import prepare

MAP = {"sigma": "std", "t": "generation", "n": "sample_size", "run": "run_id"}
N, T = Integers(2, 10_000), Integers(0, 500)
SCORE = Measured("score")
BESIDE = {"score": "score", "t": "t", "run": "run"}


def gaussian(seed, sizes, generations, runs) -> pd.DataFrame:
    """Runs of the loop on points: each fitted by mean and maximum-likelihood standard deviation."""
    rng = np.random.default_rng(seed)
    parts = []
    for n in sizes:
        mu, sigma = np.zeros(runs), np.ones(runs)
        for t in range(1, generations + 1):
            x = rng.normal(mu[:, None], sigma[:, None], (runs, n))
            mu, sigma = x.mean(axis=1), x.std(axis=1)
            parts.append(pd.DataFrame({"run_id": range(runs), "sample_size": n, "generation": t, "std": sigma}))
    return pd.concat(parts, ignore_index=True)


def scores(seed, runs=8, generations=10, rate=0.95, spread=0.02, draw=None) -> pd.DataFrame:
    """A score that falls by a rate, each value with noise of its own beside that of the run."""
    rng = np.random.default_rng(seed)
    draw = draw or (lambda size: rng.normal(0, spread, size))
    t = np.arange(generations + 1)
    x = 0.9 * rate**t * (1 + draw((runs, 1)) + draw((runs, generations + 1)))
    grid = np.indices(x.shape)
    return pd.DataFrame({"run": grid[0].ravel(), "t": grid[1].ravel(), "score": x.ravel()})


def written(frame, folder, name="runs.csv"):
    frame.to_csv(folder / name, index=False)
    return folder / name


def mle(n):
    return GaussianLoop(n, estimator="mle")


@claim
def decay(n=N, t=T):
    """The expected standard deviation, by maximum likelihood."""
    return Eq(E(mle(n).sigma(t)), (c4(n) * sqrt(1 - 1 / n)) ** t)


@claim
def right_rate(t=T):
    """The score falls by 5 % a generation."""
    return Eq(E(SCORE.score(t)), Rational(9, 10) * Rational(95, 100) ** t)


@claim(expected="fails")
def wrong_rate(t=T):
    """By far more."""
    return Eq(E(SCORE.score(t)), Rational(9, 10) * Rational(31, 100) ** t)


def whole(findings, c):
    """The finding about all points of a claim together."""
    (f,) = (f for f in findings if f.claim == c.id and f.method == WHOLE_RUNS)
    return f


def kinds(f) -> dict[str, Verdict]:
    return {a.assumption.partition(" ")[0].rstrip(":"): a.verdict for a in f.assumed}


# ---- intervals ------------------------------------------------------------------------------------------------------

SETS = 2000
LAWS = {  # of mean 0
    "normal": (normal_interval, lambda rng, size: rng.standard_normal(size)),
    "Laplace": (symmetric_interval, lambda rng, size: rng.laplace(size=size)),
    "Cauchy": (symmetric_interval, lambda rng, size: rng.standard_cauchy(size)),
    "coin": (lambda x, e: bounded_interval(x, -0.1, 0.9, e), lambda rng, size: (rng.random(size) < 0.1) - 0.1),
    "beta": (lambda x, e: bounded_interval(x, -0.25, 0.75, e), lambda rng, size: rng.beta(0.5, 1.5, size) - 0.25),
}


@pytest.mark.thin(4)
@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("runs", [3, 8, 30])
@pytest.mark.parametrize("error", [0.05, 0.01])
def test_intervals_keep_their_level_under_their_assumption(law, runs, error):
    interval, draw = LAWS[law]
    rng, sets = np.random.default_rng([runs, len(law)]), SETS if interval is normal_interval else SETS // 8
    ends = np.array([interval(draw(rng, runs), error) for _ in range(sets)])
    missed = int(((ends[:, 0] > 0) | (ends[:, 1] < 0)).sum())

    assert missed <= binom.isf(1e-6, sets, error)
    if law == "normal":  # exact: neither too many nor too few
        assert missed >= binom.ppf(1e-6, sets, error)
    if law == "Laplace" and 2.0 ** (1 - runs) > error:
        assert missed == 0
        assert np.isinf(ends).all()


def test_a_false_assumption_is_seen_to_matter():
    """Without the gate Student misses lognormal means far more often than it says; that is what the gate is for."""
    rng = np.random.default_rng(5)
    x, mean = rng.lognormal(0, 2, (SETS, 8)), np.exp(2)
    missed = [not low <= mean <= high for low, high in (normal_interval(row, 0.001) for row in x)]
    let_pass = [not not_so(row, 0.0) for row in x]

    assert np.mean(missed) > 0.1
    assert np.mean(np.logical_and(missed, let_pass)) < 0.005


@pytest.mark.parametrize("seed", range(8))
def test_signed_ranks_as_scipy_has_them(seed):
    x = np.random.default_rng(seed).normal(0.5, 1, 12)
    low, high = symmetric_interval(x, 0.02)

    for end, inside in ((low, 1e-9), (high, -1e-9)):
        assert wilcoxon(x - end - inside, method="exact")[1] > 0.02
        assert wilcoxon(x - end + 3 * inside, method="exact")[1] <= 0.02


def test_the_level_that_so_few_can_reach():
    x = np.random.default_rng(1).normal(5, 0.1, 10)

    assert level_told(10, 2.0**-9 * 1.001) == ""
    assert np.isfinite(symmetric_interval(x, 2.0**-9 * 1.001)).all()
    assert symmetric_interval(x, 2.0**-9 * 0.999) == (-np.inf, np.inf)
    assert level_told(10, 1e-3) == "10 runs reach 2^-9 = 0.002 at best, where 0.001 is asked: 11 runs do"


def test_bounds_that_are_broken():
    with pytest.raises(ValueError, match="not within"):
        bounded_interval(np.array([0.2, 1.2]), 0, 1, 0.1)
    assert bounded_interval(np.full(8, 0.95), 0, 1, 0.01)[0] > 0.31


def test_constants_and_single_runs_decide_nothing():
    for x in (np.ones(5), np.ones(1), np.zeros(0), np.array([1.0, np.inf])):
        assert normal_interval(x, 0.1) == (-np.inf, np.inf)
        assert symmetric_interval(x, 0.1) == (-np.inf, np.inf)


@pytest.mark.parametrize("distance", [0.5, 1.0, 3.0])
def test_how_many_runs_would_tell(distance):
    n = runs_needed(distance, 1.0, 0.01)
    assert n is not None
    for runs, enough in ((n, True), (n - 1, False)):
        x = np.random.default_rng(1).standard_normal(runs)
        x = distance + (x - x.mean()) / x.std(ddof=1)
        assert (normal_interval(x, 0.01)[0] > 0) == enough
    assert runs_needed(0.0, 1.0, 0.01) is None
    assert runs_needed(1e-9, 1.0, 0.01) is None


# ---- few runs -------------------------------------------------------------------------------------------------------


def test_eight_runs_tell_a_gross_error_under_an_assumption_and_never_without(tmp_path):
    found = measured([right_rate, wrong_rate], written(scores(1), tmp_path), BESIDE)
    right, wrong = ([f for f in found if f.claim == c.id] for c in (right_rate, wrong_rate))

    assert {str(f.verdict) for f in found} == {"undecided"}  # no assumption counts
    assert kinds(whole(found, wrong_rate))["normal"] == Verdict.REFUTED
    assert kinds(whole(found, wrong_rate))["symmetric"] == Verdict.UNDECIDED  # eight runs cannot reach the level
    told = assumed_beside(wrong)
    assert told is not None
    assert (told.verdict, told.assumption) == (Verdict.REFUTED, "normal (t)")
    assert all(a.verdict != Verdict.REFUTED for f in right for a in f.assumed)
    summary = summarise(wrong_rate.statement, None, wrong)
    assert summary.verdict == Verdict.UNDECIDED
    assert summary.as_declared is None


def test_a_weaker_assumption_is_told_first(tmp_path):
    found = measured([wrong_rate], written(scores(1), tmp_path), BESIDE, alpha=0.2, bounds={"score": (0, 1)})
    told = assumed_beside(found)

    assert [*kinds(whole(found, wrong_rate))] == ["bounded", "symmetric", "normal"]
    assert told is not None
    assert told.assumption == "bounded: score in [0, 1]"
    assert told.error == 0.2 * SHARES["bounded"]


def test_bounds_that_the_file_breaks(tmp_path):
    from theory.language.errors import BadInput

    path = written(scores(1), tmp_path)
    with pytest.raises(
        BadInput, match=r"runs.csv:2: score is 0\.\d+; expected a value from 0 to 0.5, as --bounds says"
    ):
        measured([right_rate], path, BESIDE, bounds={"score": (0, 0.5)})


def test_support_under_an_assumption(tmp_path):
    found = measured([right_rate], written(scores(4, spread=0.003), tmp_path), BESIDE)
    told = assumed_beside(found)

    assert told is not None
    assert (told.verdict, told.assumption) == (Verdict.SUPPORTED, "normal (t)")
    assert summarise("", None, found).verdict == Verdict.UNDECIDED


def test_no_support_without_a_scale(tmp_path):
    @claim
    def gone(t=T):
        """There is nothing; in which units?"""
        return Eq(E(SCORE.score(t)), 0)

    frame = scores(3)
    frame["score"] = 1e-6 * np.random.default_rng(0).standard_normal(len(frame))
    found = measured([gone], written(frame, tmp_path), BESIDE, alpha=0.05)

    assert all(a.verdict == Verdict.UNDECIDED for f in found for a in f.assumed)


def test_all_of_alpha_is_shared(tmp_path):
    @claim
    def both(t=T):
        """Two parts."""
        return And(Le(E(SCORE.score(t)), 2), Ge(E(SCORE.score(t)), 0))

    @claim
    def median(t=T):
        """Of ranks."""
        return Le(Quantile(SCORE.score(t), Rational(1, 2)), 2)

    assert sum(SHARES.values()) == 1
    for c in (right_rate, both, median):
        found = measured([c], written(scores(1), tmp_path), BESIDE, alpha=0.05, bounds={"score": (0, 1)})
        assert sum(f.error + sum(a.error for a in f.assumed) for f in found) <= 0.05 * (1 + 1e-9)


def test_medians_of_ten_runs_at_the_last_generation(tmp_path):
    @claim(expected="fails")
    def median(t=T):
        """The typical run is far better."""
        return Ge(Quantile(SCORE.score(t), Rational(1, 2)), 2)

    path = written(scores(1, runs=10), tmp_path)
    refuted = [f.point for f in measured([median], path, BESIDE, alpha=0.04) if f.verdict == Verdict.REFUTED]

    assert refuted == [{"t": "10"}]  # half of alpha lies there: the other generations' share is too small for ten runs
    assert not any(f.verdict == Verdict.REFUTED for f in measured([median], path, BESIDE))


# ---- one number a run -----------------------------------------------------------------------------------------------


@claim(expected="fails")
def unbiased_rate(n=N, t=T):
    """The rate of the unbiased estimator."""
    return Eq(E(mle(n).sigma(t)), c4(n) ** t)


@claim(expected="fails")
def wrong_step(n=N, t=T):
    """A step of the unbiased estimator: increments."""
    return Eq(E(mle(n).sigma(t + 1)), c4(n) * E(mle(n).sigma(t)))


@claim
def right_step(n=N, t=T):
    """A step of maximum likelihood."""
    return Eq(E(mle(n).sigma(t + 1)), c4(n) * sqrt(1 - 1 / n) * E(mle(n).sigma(t)))


def test_all_generations_and_sizes_together_decide_what_no_cell_does(tmp_path):
    path = written(gaussian(3, (31, 100), 40, 86), tmp_path)
    right, wrong = [decay, right_step], [unbiased_rate]
    found = measured([*right, *wrong], path, MAP, alpha=1e-3)

    for c in right:
        assert whole(found, c).verdict == Verdict.UNDECIDED
        assert "refuted" not in {str(a.verdict) for f in found if f.claim == c.id for a in f.assumed}
    for c in wrong:
        f = whole(found, c)
        assert not any(x.verdict == Verdict.REFUTED for x in found if x.claim == c.id and x.point)
        assert (f.verdict, f.guarantee) == (Verdict.REFUTED, "asymptotic")
        assert summarise(c.statement, None, [x for x in found if x.claim == c.id]).verdict == Verdict.REFUTED


@claim(expected="fails")
def too_large(t=T):
    """Four times what it is."""
    return Eq(E(SCORE.score(t)), 4 * Rational(9, 10) * Rational(95, 100) ** t)


def test_runs_that_are_skew_tell_gross_errors_if_they_are_as_skew_as_they_look(tmp_path):
    """Too skew for an interval that assumes nothing: a mean that is too large could be made of rare values."""
    rng = np.random.default_rng(6)  # z a = 1.36
    factor = rng.exponential(size=120)
    frame = scores(1, runs=120, generations=5, spread=0.01)
    path = written(frame.assign(score=frame.score * factor[frame.run]), tmp_path)
    found = measured([right_rate, too_large], path, BESIDE, alpha=1e-3)

    for c, skewed in ((right_rate, "undecided"), (too_large, "refuted")):
        f = whole(found, c)
        assert f.verdict == Verdict.UNDECIDED  # the verdict does not count it
        assert str(kinds(f)["as"]) == skewed
        assert "visibly skew" in next(a.note for a in f.assumed if a.assumption.startswith("normal"))
    assert assumed_beside([f for f in found if f.claim == too_large.id]).assumption == SKEWED


@pytest.mark.parametrize(("law", "mean"), [("exponential", 1.0), ("lognormal", np.exp(0.5))])
def test_intervals_of_runs_that_are_as_skew_as_they_look(law, mean):
    rng = np.random.default_rng(11)
    x = getattr(rng, law)(size=(SETS, 100))
    ends = [bent_interval(row, 0.01) for row in x]
    missed = [not low <= mean <= high for (low, high), _ in ends]
    told = [not why for _, why in ends]

    assert sum(missed) <= binom.isf(1e-4, SETS, 0.01)
    assert np.mean(told) > 0.5
    assert bent_interval(x[0, : LEAST_BENT - 1], 0.01)[1].startswith("fewer than")
    assert not bent_interval(x[0, :LEAST_BENT], 0.05)[1].startswith("fewer than")
    assert bent_interval(np.exp(4 * rng.normal(size=LEAST_BENT)), 1e-4)[1].startswith("too skew")


def test_increments_tell_a_wrong_step(tmp_path):
    path = written(gaussian(3, (50,), 12, 400), tmp_path)
    found = measured([right_step, wrong_step], path, MAP, alpha=1e-2)

    assert whole(found, right_step).verdict == Verdict.UNDECIDED
    assert whole(found, wrong_step).verdict == Verdict.REFUTED


@pytest.mark.thin(3)
@pytest.mark.parametrize("runs", [3, 8, 80])
def test_false_alarms_of_whole_runs_are_rarer_than_alpha(tmp_path, runs):
    sets, alpha, alarms, named = 60, 0.2, 0, 0
    for seed in range(sets):
        found = measured([right_rate], written(scores(seed, runs=runs, generations=5), tmp_path), BESIDE, alpha=alpha)
        alarms += any(f.verdict == Verdict.REFUTED for f in found)
        named += any(a.verdict == Verdict.REFUTED for f in found for a in f.assumed)

    assert alarms <= binom.isf(1e-4, sets, alpha * (SHARES["points"] + SHARES["whole"]))
    assert named <= binom.isf(1e-4, sets, alpha / 2)


@pytest.mark.parametrize("runs", [3, 5])
def test_false_alarms_of_values_of_two_kinds_are_rarer_than_alpha(tmp_path, runs):
    """At generation 0 they often agree in all runs: that they were handed that number is not known."""
    sets, alpha, alarms = 30, 0.05, 0
    for seed in range(sets):
        rng = np.random.default_rng([seed, 7])
        frame = scores(seed, runs, 3, draw=lambda size, rng=rng: 0.1 * ((rng.random(size) < 0.2) - 0.2))
        found = measured([right_rate], written(frame, tmp_path), BESIDE, alpha=alpha)
        alarms += any(f.verdict == Verdict.REFUTED for f in found)

    assert alarms <= binom.isf(1e-2, sets, alpha)


def test_runs_of_one_id_are_one_draw_and_of_others_are_paired(tmp_path):
    frame = gaussian(4, (10, 31), 5, 12)
    same = whole(measured([decay], written(frame, tmp_path), MAP), decay)
    frame["run_id"] = frame["run_id"] + 100 * frame["sample_size"]
    other = whole(measured([decay], written(frame, tmp_path), MAP), decay)

    assert same.replicates == other.replicates == 12
    assert same.assumed == other.assumed
    frame = frame[~((frame.sample_size == 31) & (frame.run_id >= 3103))]  # a cell of three runs beside one of twelve
    assert whole(measured([decay], written(frame, tmp_path), MAP), decay).replicates == 12


def test_copies_under_one_id_do_not_count_twice(tmp_path):
    """The same runs at two values of a variable: as many draws as runs."""
    frame = gaussian(5, (10,), 5, 12)
    twice = pd.concat([frame.assign(sample_size=n) for n in (10, 11)])

    assert whole(measured([decay], written(twice, tmp_path), MAP), decay).replicates == 12


def test_runs_that_lack_a_generation_are_left_out_and_told(tmp_path):
    frame = scores(1, runs=10)
    frame = frame[~((frame.run == 3) & (frame.t > 4))]
    f = whole(measured([right_rate], written(frame, tmp_path), BESIDE), right_rate)

    assert f.replicates == 9
    assert "1 run lacks a generation or a partner and is left out" in f.note


def test_probabilities_need_no_assumption(tmp_path):
    @claim(expected="fails")
    def never(t=T):
        """It is nearly always 0.5 or more."""
        return Ge(Prob(SCORE.score(t) >= Rational(1, 2)), Rational(99, 100))

    f = whole(measured([never], written(scores(1, runs=12, rate=0.5), tmp_path), BESIDE, alpha=0.05), never)

    assert (f.verdict, f.guarantee, f.assumed) == (Verdict.REFUTED, "finite sample", ())


def of_median(claimed, relation=Eq):
    @claim
    def median(t=Integers(1)):
        """A median beside a number, or a rate."""
        return relation(Quantile(SCORE.score(t), Rational(1, 2)), claimed(t))

    return median


def test_medians_of_all_generations_together(tmp_path):
    """Whatever the law: Cauchy noise has no mean."""
    draw = np.random.default_rng(2).standard_cauchy

    frame = scores(1, runs=86, draw=lambda size: 0.02 * draw(size))
    path = written(frame, tmp_path)

    for relation, rate, verdict in [
        (Eq, Rational(95, 100), Verdict.UNDECIDED),
        (Le, Rational(95, 100), Verdict.UNDECIDED),
        (Ge, Rational(95, 100), Verdict.UNDECIDED),
        (Eq, Rational(96, 100), Verdict.REFUTED),
        (Ge, Rational(96, 100), Verdict.REFUTED),
        (Le, Rational(96, 100), Verdict.UNDECIDED),
        (Le, Rational(94, 100), Verdict.REFUTED),
        (Ge, Rational(94, 100), Verdict.UNDECIDED),
    ]:
        c = of_median(lambda t, rate=rate: Rational(9, 10) * rate**t, relation)
        f = whole(measured([c], path, BESIDE), c)
        assert (f.verdict, f.guarantee, f.assumed, f.scale) == (verdict, "finite sample", (), "all runs"), (
            relation,
            rate,
        )


def test_the_median_of_values_on_a_lattice_is_a_range(tmp_path):
    """Half of the runs at 1, half at 2: whatever lies between is a median, 3 is none."""
    runs = 60
    x = np.repeat([1.0, 2.0], runs // 2)
    rows = [{"run": r, "t": t, "score": x[r]} for r in range(runs) for t in range(1, 6)]
    path = written(pd.DataFrame(rows), tmp_path)

    for value, verdict in [
        (1, Verdict.UNDECIDED),
        (2, Verdict.UNDECIDED),
        (3, Verdict.REFUTED),
        (Rational(1, 2), Verdict.REFUTED),
    ]:
        median = of_median(lambda t, value=value: value)
        assert whole(measured([median], path, BESIDE), median).verdict == verdict, value


def test_false_alarms_of_medians_are_rarer_than_alpha(tmp_path):
    """Of symmetric noise the median is the mean."""
    median = of_median(lambda t: Rational(9, 10) * Rational(95, 100) ** t)
    sets, alpha = 60, 0.2
    alarms = sum(
        any(
            f.verdict == Verdict.REFUTED
            for f in measured([median], written(scores(s, runs=40, generations=5), tmp_path), BESIDE, alpha=alpha)
        )
        for s in range(sets)
    )
    assert alarms <= binom.isf(1e-4, sets, alpha)


def test_what_is_no_square_of_means_has_no_number_a_run(tmp_path):
    @claim
    def cubed(t=T):
        """Jensen, and a third moment."""
        return And(Le(E(SCORE.score(t)) ** 3, 4), Le(CentralMoment(SCORE.score(t), 3), 1))

    assert not any(f.method == WHOLE_RUNS for f in measured([cubed], written(scores(1), tmp_path), BESIDE))


# ---- variances, quotients, products ---------------------------------------------------------------------------------


def walks(seed, runs, generations=10, draw=None) -> pd.DataFrame:
    """A walk from 0 whose steps have variance 1, beside a level that begins at 2 and falls by a tenth, with noise of its own."""
    rng = np.random.default_rng(seed)
    draw = draw or rng.normal
    x = np.cumsum(np.pad(draw(size=(runs, generations)), ((0, 0), (1, 0))), axis=1)
    level = (2 + 0.3 * draw(size=(runs, 1))) * 0.9 ** np.arange(generations + 1)
    grid = np.indices(x.shape)
    return pd.DataFrame({"run": grid[0].ravel(), "t": grid[1].ravel(), "walk": x.ravel(), "level": level.ravel()})


WALK = Measured("walk", "level")
WALKS = {"walk": "walk", "level": "level", "t": "t", "run": "run"}
OF_PAIRS = {  # what is claimed, of a rate that is right and of two that are wrong
    "variance": (lambda t, r: Eq(Var(WALK.walk(t)), t * r), 1, (Rational(1, 2), 2)),
    "variance from above": (lambda t, r: Le(Var(WALK.walk(t)), t * r), 1, (Rational(1, 2),)),
    "covariance": (lambda t, r: Eq(Cov(WALK.walk(t), WALK.walk(t + 1)), t * r), 1, (Rational(1, 2), 2)),
    "quotient": (
        lambda t, r: Eq(E(WALK.level(t)) / E(WALK.level(0)), r**t),
        Rational(9, 10),
        (Rational(8, 10), 1),
    ),
    "quotient of variances": (lambda t, r: Eq(Var(WALK.walk(2 * t)) / Var(WALK.walk(t)), r), 2, (4,)),
    "spread beside the mean": (
        lambda t, r: Eq(Var(WALK.level(t)), r * E(WALK.level(t)) ** 2),
        Rational(9, 400),
        (0, Rational(1, 10)),
    ),
}


def of_pairs(said, r):
    @claim
    def told(t=Integers(1)):
        """What is said of two runs."""
        return said(t, sympify(r))

    return told


@pytest.mark.thin(2)
@pytest.mark.parametrize("name", OF_PAIRS)
def test_variances_quotients_and_products_of_all_generations_together(tmp_path, name):
    """Of uniform steps nothing has to be assumed; a pair of runs is a draw, where a number needs two."""
    uniform = np.random.default_rng(5).uniform
    path = written(walks(1, 600, draw=lambda size: uniform(-np.sqrt(3), np.sqrt(3), size)), tmp_path)
    said, right, wrong = OF_PAIRS[name]

    for r in (right, *wrong):
        c = of_pairs(said, r)
        f = whole(measured([c], path, WALKS), c)
        assert f.verdict == (Verdict.UNDECIDED if r == right else Verdict.REFUTED), r
        assert (f.replicates, "in 300 pairs" in f.note) in {(600, False), (300, True)}
        assert ("pairs" in f.note) == (name != "quotient")


def test_what_divides_has_a_sign_or_nothing_is_said_of_an_inequality(tmp_path):
    def below(x):
        return of_pairs(lambda t, r: Le(Var(WALK.walk(t)) / x(t), r), 1)

    variance, unknown = below(lambda t: Var(WALK.level(t))), below(lambda t: E(WALK.level(t)))
    found = measured([variance, unknown], written(walks(1, 100), tmp_path), WALKS)

    assert [f.claim for f in found if f.method == WHOLE_RUNS] == [variance.id]


def test_pairs_do_not_follow_the_order_of_the_file(tmp_path):
    """Runs sorted by what was measured are alike in twos: their differences say nothing of the variance."""
    frame = walks(2, 200, generations=1)
    last = frame[frame.t == 1].set_index("run").walk
    frame["run"] = frame.run.map(last.rank().astype(int))
    c = of_pairs(*OF_PAIRS["variance"][:2])

    assert whole(measured([c], written(frame, tmp_path), WALKS), c).verdict == Verdict.UNDECIDED


@pytest.mark.thin(6)
@pytest.mark.parametrize("name", ["variance", "quotient of variances", "spread beside the mean"])
@pytest.mark.parametrize("runs", [100, 6])
def test_false_alarms_of_pairs_are_rarer_than_alpha(tmp_path, name, runs):
    c, sets, alpha, alarms, named = of_pairs(*OF_PAIRS[name][:2]), 40, 0.2, 0, 0
    for seed in range(sets):
        found = measured([c], written(walks(seed, runs, generations=3), tmp_path), WALKS, alpha=alpha)
        alarms += any(f.verdict == Verdict.REFUTED for f in found)
        named += any(a.verdict == Verdict.REFUTED for f in found for a in f.assumed)

    assert alarms <= binom.isf(1e-4, sets, alpha * (SHARES["points"] + SHARES["whole"]))
    assert named <= binom.isf(1e-4, sets, alpha / 2)


def test_six_runs_tell_a_variance_that_is_far_off_if_they_are_normal(tmp_path):
    found = {}
    for r in (1, Rational(1, 100)):
        c = of_pairs(OF_PAIRS["variance"][0], r)
        points = [
            f for f in measured([c], written(walks(3, 6), tmp_path), WALKS) if f.method != WHOLE_RUNS and f.assumed
        ]
        found[r] = {str(a.verdict) for f in points for a in f.assumed}
    assert "refuted" not in found[1]
    assert found[Rational(1, 100)] == {"refuted"}  # by chi squared


@pytest.mark.parametrize("runs", [2, 5, 40])
def test_the_variance_of_normal_values_is_missed_as_often_as_is_said(runs):
    x = np.random.default_rng(runs).normal(3, 1, (SETS, runs))
    ends = np.array([variance_interval(row, row, 0.05) for row in x])
    missed = int(((ends[:, 0] > 1) | (ends[:, 1] < 1)).sum())

    assert binom.ppf(1e-6, SETS, 0.05) <= missed <= binom.isf(1e-6, SETS, 0.05)
    rounded = variance_interval(x[0] - 0.1, x[0] + 0.1, 0.05)  # known to a tenth
    assert rounded[0] < ends[0, 0] < ends[0, 1] < rounded[1]
    assert variance_interval(np.ones(5), np.ones(5), 0.05) == (0.0, np.inf)


# ---- roots, logarithms, exponentials --------------------------------------------------------------------------------

FALLS = sqrt(Rational(9, 10))
OF_FUNCTIONS = {  # what is claimed, of a rate that is right and of some that are wrong
    "root": (lambda t, r: Eq(sqrt(E(WALK.level(t))), sqrt(2) * r**t), FALLS, (Rational(9, 10), 1)),
    "root of a quotient": (
        lambda t, r: Ge(sqrt(E(WALK.level(t)) / E(WALK.level(0) ** 2)) ** 3, r),
        Rational(1, 100),
        (2,),
    ),
    "quotient of roots": (lambda t, r: Ge(sqrt(E(WALK.level(t))), r**t * sqrt(E(WALK.level(0)))), FALLS, (1,)),
    "inverse of a root": (lambda t, r: Le(3 / sqrt(E(WALK.level(t))), 3 / sqrt(2) / r**t), FALLS, (1,)),
    "logarithm": (lambda t, r: Eq(log(E(WALK.level(t))), log(2) + t * log(r)), Rational(9, 10), (1, FALLS)),
    "minus a logarithm": (lambda t, r: Le(-log(E(WALK.level(t)) / 2), -t * log(r)), Rational(9, 10), (1,)),
    "logarithms": (lambda t, r: Eq((log(E(WALK.level(t))) - log(E(WALK.level(0)))) / t, log(r)), Rational(9, 10), (1,)),
    "geometric mean": (lambda t, r: Le(exp(E(log(WALK.level(t)))), 2 * r**t), Rational(9, 10), (Rational(7, 10),)),
    "standard deviation": (lambda t, r: Eq(sqrt(Var(WALK.walk(t))), r * sqrt(t)), 1, (Rational(1, 2), 2)),
}


@pytest.mark.thin(2)
@pytest.mark.parametrize("name", OF_FUNCTIONS)
def test_functions_of_means_of_all_generations_together(tmp_path, name):
    """What a claim says of the means themselves has a number of each run, or of each pair."""
    uniform = np.random.default_rng(6).uniform
    path = written(walks(1, 600, draw=lambda size: uniform(-np.sqrt(3), np.sqrt(3), size)), tmp_path)
    said, right, wrong = OF_FUNCTIONS[name]

    for r in (right, *wrong):
        c = of_pairs(said, r)
        f = whole(measured([c], path, WALKS), c)
        assert f.verdict == (Verdict.UNDECIDED if r == right else Verdict.REFUTED), r


@pytest.mark.parametrize("name", [*OF_FUNCTIONS, "nothing to take away"])
@pytest.mark.parametrize("relation", [Eq, Le, Ge])
def test_what_is_said_of_means_follows_from_the_claim(name, relation):
    """At numbers of either side of what is claimed: the relation holds before just where it holds after."""
    said = OF_FUNCTIONS[name][0] if name in OF_FUNCTIONS else lambda t, r: Eq(E(WALK.level(t)) * 2, r)
    rng, rate = np.random.default_rng(len(name)), Rational(9, 10)

    @claim
    def told(t=Integers(1)):
        """A relation of any kind."""
        return relation(*said(t, rate).args)

    values = {"t": sympify(3)}
    (part,) = prepare(told, values).parts
    after = plainer(part, values)
    assert after.op == part.op
    assert (after is part) == (name == "nothing to take away")
    assert (after.a - after.b).is_rational_function(*part.moments)
    for _ in range(20):
        balls = {d: to_ball(Rational(int(rng.integers(1, 40)), 10)) for d in part.moments}
        gaps = [p.side(p.a, values, balls) - p.side(p.b, values, balls) for p in (part, after)]
        assert bool(gaps[0] > 0) == bool(gaps[1] > 0)
        assert bool(gaps[0] < 0) == bool(gaps[1] < 0)


def test_a_root_above_a_negative_number_says_nothing_of_the_mean(tmp_path):
    @claim
    def above(t=T):
        """A root is never negative."""
        return Ge(sqrt(E(SCORE.score(t))), -1)

    assert not any(f.method == WHOLE_RUNS for f in measured([above], written(scores(1), tmp_path), BESIDE))


# ---- always shown ---------------------------------------------------------------------------------------------------


def test_what_was_measured_is_shown_whatever_the_verdict(tmp_path):
    frame = scores(1)
    found = measured([wrong_rate], written(frame, tmp_path), BESIDE)
    summary = summarise(wrong_rate.statement, None, found)
    at_4 = next(f for f in found if f.point == {"t": "4"})

    assert at_4.seen is not None
    assert at_4.seen.measured == pytest.approx(frame[frame.t == 4].score.mean())
    assert at_4.seen.low < at_4.seen.measured < at_4.seen.high
    assert at_4.seen.claimed == pytest.approx(0.9 * 0.31**4)
    assert len(table_lines(summary)) == 2 + 11
    points, wholes = list(csv.DictReader(io.StringIO(table_csv(summary)))), {"t": ""}
    assert len(points) == 11 + sum(f.point is None for f in found)
    assert "normal (t): refuted" in points[4]["if assumed"]
    assert "normal (t): refuted" in next(p for p in points if wholes.items() <= p.items())["if assumed"]
    assert all(p["note"] or p["verdict"] != "undecided" for p in points)
    drawn = trajectory(summary)
    assert drawn is not None
    assert list(drawn.curves[0].t) == list(range(11))


def test_medians_are_shown_beside_what_so_few_can_tell(tmp_path):
    @claim
    def median(t=T):
        """Of five runs."""
        return Le(Quantile(SCORE.score(t), Rational(1, 2)), 2)

    f = measured([median], written(scores(1, runs=5), tmp_path), BESIDE)[0]

    assert f.seen is not None
    assert f.seen.how == "5 runs are too few for an interval"


def test_the_report_is_as_its_schema_says_and_the_ledger_keeps_all_of_it(tmp_path):
    found = measured([wrong_rate], written(scores(1), tmp_path), BESIDE, alpha=0.05, bounds={"score": (0, 1)})
    summary = summarise(wrong_rate.statement, None, found)
    report = json.loads(as_json([summary], {wrong_rate.id: wrong_rate}))
    jsonschema.validate(report, json.loads(FILE.read_text(encoding="utf-8")))

    assert report["findings"][-1]["assumed"][0]["assumption"] == "bounded: score in [0, 1]"
    with Ledger(tmp_path / "l.sqlite") as book:
        kept = [g for f in found if (g := book.get(book.add(f).id or 0))]
    assert [(f.assumed, f.seen) for f in kept] == [(f.assumed, f.seen) for f in found]


def test_what_is_printed(tmp_path):
    (done,) = against_data([wrong_rate], written(scores(1), tmp_path), "score=score,t=t,run=run")
    text = str(done)

    assert text.startswith("wrong-rate: UNDECIDED without an assumption; REFUTED if the runs are normal (t)\n")
    assert "8 runs reach 2^-7 = 0.0078 at best, where 6.3e-05 is asked: 15 runs do" in text
    assert "one number a run, nothing assumed: undecided" in text
    assert [p.name for p in write(done.summary, tmp_path / "out")] == ["wrong-rate.csv", "wrong-rate.png"]


def test_an_inequality_that_the_runs_bear_out_is_told_with_what_it_has_to_spare(tmp_path):
    @claim
    def at_most(t=T):
        """It never rises."""
        return Le(E(SCORE.score(t)), Rational(9, 10))

    (done,) = against_data([at_most], written(scores(1, generations=6), tmp_path), "score=score,t=t,run=run")
    text = str(done)

    assert re.match(r"at-most: UNDECIDED but all generations together hold with [\d.]+ to [\d.]+ % to spare, if", text)
    assert re.search(r"normal \(t\): undecided; to spare: [\d.]+ to [\d.]+ % of the largest value claimed", text)


def test_why_points_are_undecided_is_told_by_the_reason_that_most_have():
    why = (
        "fewer than two runs that differ",
        "resolution 0.29 where 0.1 is asked",
        "resolution 0.15 where 0.1 is asked",
    )
    points = [Finding("c", "f", "data", Verdict.UNDECIDED, number=i, point={"t": str(i)}) for i in range(3)]
    found = [(Assumed("normal (t)", Verdict.UNDECIDED, None, 0.01, w), f) for w, f in zip(why, points, strict=True)]

    assert _counted(found) == "undecided at 3 of 3 points (resolution 0.29 where 0.1 is asked)"


def test_what_is_0_beside_an_interval_is_0():
    """The share of runs in which something happened was "[-5.83e-10, 0.3085]"."""
    assert _ends(-5.83e-10, 0.3085) == "[0, 0.3085]"
    assert _ends(-5.83e-10, 3e-9) == "[-5.83e-10, 3e-09]"
    assert _ends(float("-inf"), 1.0) == "none"
