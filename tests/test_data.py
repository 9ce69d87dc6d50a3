"""Claims against measured runs: the data are drawn here with NumPy alone, n points fitted by maximum likelihood."""

import gzip
import lzma
import re
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from math import exp as fexp
from zipfile import ZipFile

import measuring
import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from sympy import And, Eq, Ge, Gt, Integer, Le, Lt, Rational, Symbol, digamma, exp, log, oo, polygamma, sqrt

from reports.checked import Checked
from reports.cli import _run
from reports.ledger import Ledger
from simulate.engine.data import Check
from simulate.engine.estimate import binomial_ball, quantile_ranks
from simulate.engine.files import read_table
from simulate.engine.mapping import mapped
from simulate.engine.reading import copies
from simulate.engine.rounding import half_units
from simulate.engine.runs import _Codes
from simulate.engine.small_samples import lower_limit, mean_ball
from simulate.engine.sources import Source, parse_map
from theory import GaussianLoop, Integers, Points, Positive, Reals, c4, claim
from theory.language.errors import BadInput
from theory.language.moments import KL, Cov, E, PathMax, Prob, Quantile, RisesThenFalls, Tends, Var
from theory.language.summaries import summarise
from theory.language.verdicts import WHOLE_RUNS, Verdict

pytestmark = pytest.mark.xdist_group("data")  # what is made once for all of them


MAP = {"sigma": "std", "t": "generation", "n": "sample_size", "run": "run_id"}
N, T = Integers(2, 10_000), Integers(0, 500)


def trained(seed, sizes=(10,), generations=20, runs=191, sigma0=1.0, mu0=0.0) -> pd.DataFrame:
    """Runs of the loop on points: each fitted by mean and maximum-likelihood standard deviation, from the first fit on."""
    rng = np.random.default_rng(seed)
    parts = []
    for n in sizes:
        mu, sigma = np.full(runs, mu0), np.full(runs, sigma0)
        for t in range(1, generations + 1):
            x = rng.normal(mu[:, None], sigma[:, None], (runs, n))
            mu, sigma = x.mean(axis=1), x.std(axis=1)
            columns = {"run_id": range(runs), "sample_size": n, "generation": t, "mean": mu, "std": sigma}
            parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def written(frame, folder, name="runs.csv"):
    frame.to_csv(folder / name, index=False)
    return folder / name


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """15,280 rows: n from 10 to 316, every fifth of 100 generations, 191 runs of each."""
    frame = trained(1, (10, 31, 100, 316), 100)
    frame = frame[frame["generation"] % 5 == 0]
    assert len(frame) == 15_280
    return written(frame, tmp_path_factory.mktemp("public"))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return written(trained(2, (10, 31)), tmp_path_factory.mktemp("small"))


def mle(n, sigma0=1, mu0=0):
    return GaussianLoop(n, sigma0, mu0, estimator="mle")


def drift(n):
    return digamma((n - 1) / 2) - log(n / 2)


@claim
def decay(n=N, t=T):
    """The expected standard deviation, by maximum likelihood."""
    return Eq(E(mle(n).sigma(t)), (c4(n) * sqrt(1 - 1 / n)) ** t)


@claim
def decay_of_the_square(n=N, t=T):
    """The expected variance."""
    return Eq(E(mle(n).sigma(t) ** 2), (1 - 1 / n) ** t)


@claim
def log_drift(n=N, t=T):
    """The expected logarithm."""
    return Eq(E(log(mle(n).sigma(t) ** 2)), t * drift(n))


@claim(expected="fails")
def unbiased_rate(n=N, t=T):
    """The rate of the unbiased estimator."""
    return Eq(E(mle(n).sigma(t)), c4(n) ** t)


@claim(expected="fails")
def typical_rate(n=N, t=T):
    """The rate of a typical run, which is not that of the mean."""
    return Eq(E(mle(n).sigma(t)), exp(-t / n))


@claim(expected="fails")
def unbiased_drift(n=N, t=T):
    """The drift of the unbiased estimator."""
    return Eq(E(log(mle(n).sigma(t) ** 2)), t * (digamma((n - 1) / 2) - log((n - 1) / 2)))


def measured(*args, **options):
    """The findings at points; those about all points together are looked at in `test_few_runs.py`."""
    return [f for f in measuring.measured(*args, **options) if f.method != WHOLE_RUNS]


def at(findings, **point):
    return next(f for f in findings if f.point and all(f.point[k] == str(v) for k, v in point.items()))


def verdicts(findings) -> set[str]:
    return {str(f.verdict) for f in findings}


# ---- right and wrong rates ------------------------------------------------------------------------------------------


RIGHT, WRONG = (decay, decay_of_the_square, log_drift), (unbiased_rate, typical_rate, unbiased_drift)


@pytest.fixture(scope="module")
def of_public(public):
    """What the public runs say of right and wrong rates."""
    return measured([*RIGHT, *WRONG], public, MAP)


def test_right_rates_are_not_refuted_and_wrong_ones_are(of_public):
    findings = of_public
    of = {c: [f for f in findings if f.claim == c] for c in dict.fromkeys(f.claim for f in findings)}

    assert all(len(fs) == 80 for fs in of.values())
    for c in RIGHT:
        assert "refuted" not in verdicts(of[c.id])
    for c in WRONG:
        summary = summarise(c.statement, None, of[c.id])
        assert summary.verdict == Verdict.REFUTED
        assert summary.as_declared
    assert sum(f.verdict == Verdict.REFUTED for f in of["unbiased-drift"]) > 40
    assert sum(f.verdict == Verdict.SUPPORTED for f in of["decay"]) > 1


def test_heavy_cells_are_undecided_with_the_diagnostics(of_public):
    for f in (f for f in of_public if f.claim in ("decay", "decay-of-the-square", "unbiased-rate")):
        if f.point == {"n": "10", "t": "100"}:
            assert f.verdict == Verdict.UNDECIDED
            assert "heavy tail" in f.note
            assert "191 runs, delta = " in f.note
            assert "Pareto k = " in f.note


def test_a_heavy_tail_does_not_hide_a_mean_that_is_larger_than_claimed(of_public):
    f = at([f for f in of_public if f.claim == "typical-rate"], n=10, t=90)

    assert f.verdict == Verdict.REFUTED
    assert f.guarantee == "finite sample"
    assert f.margin[0] > 0
    assert f.margin[1] == np.inf
    assert f.resolution is None
    assert f.lhs == ""


@pytest.mark.thin(2)
@pytest.mark.parametrize("alpha", [0.1, 1e-3])
def test_false_alarms_are_rarer_than_alpha(tmp_path, alpha):
    sets = 24
    alarms = 0
    for seed in range(sets):
        path = written(trained(100 + seed, (10, 31), 3), tmp_path)
        found = measured([decay, decay_of_the_square, log_drift], path, MAP, alpha=alpha)
        alarms += len({f.claim for f in found if f.verdict == Verdict.REFUTED})

    assert alarms <= binom.isf(1e-6, 3 * sets, alpha)


def test_the_error_is_shared_by_the_points_and_their_estimates(small):
    @claim
    def both(n=N, t=T):
        """Two estimates at every point."""
        return And(Eq(E(mle(n).sigma(t)), 1), Le(Prob(mle(n).sigma(t) >= 1), 1))

    findings = measured([both], small, MAP, alpha=0.04)
    frame = pd.read_csv(small)
    seen = frame[(frame.sample_size == 10) & (frame.generation == 7)]["std"] >= 1
    ball = binomial_ball(int(seen.sum()), len(seen), 0.02 / 40 / 2)

    assert [f.error for f in findings] == [0.02 / 40] * 40
    assert at(findings, n=10, t=7).sides[1][0] == pytest.approx((ball.midpoint, ball.radius))
    assert {(f.witness, f.alpha, f.replicates) for f in findings} == {("data", 0.04, 191)}


def test_a_summary_of_measured_points(small):
    summary = summarise(log_drift.statement, None, measured([log_drift], small, MAP))

    assert summary.witnesses == {"data": Verdict.UNDECIDED}
    assert summary.coverage["data"].endswith("of 40 points")
    assert summary.error == pytest.approx(1e-3 / 2)
    assert not summary.surprise


# ---- intervals ------------------------------------------------------------------------------------------------------


@pytest.mark.thin(2)
@pytest.mark.parametrize("law", ["normal", "lognormal .4", "lognormal 1", "lognormal 2.5", "exponential", "pareto 2.5"])
@pytest.mark.parametrize("runs", [48, 191])
def test_means_of_few_values_keep_their_level(law, runs):
    rng = np.random.default_rng(7)
    name, _, shape = law.partition(" ")
    s = float(shape or 0)
    draw, mean = {
        "normal": (lambda: rng.standard_normal(runs), 0.0),
        "lognormal": (lambda: rng.lognormal(0, s, runs), fexp(s * s / 2)),
        "exponential": (lambda: rng.standard_exponential(runs), 1.0),
        "pareto": (lambda: rng.pareto(s, runs), 1 / (s - 1) if s > 1 else 0.0),
    }[name]
    sets, error = 1500, 0.01
    balls = [mean_ball(draw(), error).ball for _ in range(sets)]
    missed = sum(not b.note and not abs(b.midpoint - mean) <= b.radius for b in balls)

    assert missed <= binom.isf(1e-4, sets, error)
    if name == "normal":
        assert sum(not b.note for b in balls) > 0.9 * sets


def test_too_few_values_for_the_error_decide_nothing():
    x = np.random.default_rng(0).standard_normal(60)

    assert "runs that this error probability needs" in mean_ball(x, 1e-6).ball.note
    assert mean_ball(x, 1e-2).ball.note == ""
    assert mean_ball(x[:1], 1e-2).ball.note == "fewer than two runs"
    assert mean_ball(np.ones(60), 1e-2).ball.note == "no variation seen"
    assert mean_ball(np.append(x, np.inf), 1e-2).ball.note == "a value is not finite"


@pytest.mark.parametrize("s", [0.3, 1.0, 3.0])
def test_the_lower_limit_holds_whatever_the_tail(s):
    rng = np.random.default_rng(3)
    sets, error = 1000, 0.05
    limits = np.array([lower_limit(rng.lognormal(0, s, 100), error) for _ in range(sets)])

    assert (limits > fexp(s * s / 2)).sum() <= binom.isf(1e-6, sets, error)
    assert np.median(limits) > 0.5 * fexp(min(s, 1.0) ** 2 / 2)


def test_the_lower_limit_scales_and_bears_zeros():
    x = np.random.default_rng(4).lognormal(0, 1, 100)

    assert lower_limit(1e-200 * x, 0.01) == pytest.approx(1e-200 * lower_limit(x, 0.01))
    assert 0 < lower_limit(np.append(x, np.zeros(100)), 0.01) < 0.6 * lower_limit(x, 0.01)
    with np.errstate(all="raise", under="ignore"):  # 0 as a file rounds it, less half a unit of its last digit
        assert lower_limit(np.append(x, -5e-7), 0.01) == lower_limit(np.append(x, 0.0), 0.01) > 0
    assert lower_limit(np.zeros(9), 0.01) == 0
    assert lower_limit(x[:2], 1e-9) < 1e-3 * x.min()


# ---- words ----------------------------------------------------------------------------------------------------------


def test_probabilities_have_their_exact_law(small):
    @claim
    def bound(n=N, t=T, eps=Positive()):
        """Markov's bound."""
        return Le(Prob(mle(n).sigma(t) >= eps), (c4(n) * sqrt(1 - 1 / n)) ** t / eps)

    @claim(expected="fails")
    def wrong(n=N, t=T, eps=Positive()):
        """Far too small."""
        return Le(Prob(mle(n).sigma(t) >= eps), exp(-t) / eps)

    findings = measured([bound, wrong], small, MAP | {"eps": "0.5"})

    assert {f.guarantee for f in findings} == {"exact law"}
    assert "refuted" not in verdicts(f for f in findings if f.claim == "bound")
    assert at([f for f in findings if f.claim == "wrong"], n=10, t=8).verdict == Verdict.REFUTED
    assert findings[0].point["eps"] == "1/2"


def test_quantiles_lie_between_order_statistics(small):
    @claim
    def median(n=N, t=T):
        """The typical run."""
        return Eq(Quantile(mle(n).sigma(t), Rational(1, 2)), 0)

    findings = measured([median], small, MAP, alpha=0.04)
    frame = pd.read_csv(small)
    x = np.sort(frame[(frame.sample_size == 31) & (frame.generation == 9)]["std"])
    low, high = quantile_ranks(191, 0.5, 0.0005)
    (middle, radius), _ = at(findings, n=31, t=9).sides[0]

    assert (middle - radius, middle + radius) == pytest.approx((x[low - 1], x[high - 1]))
    assert verdicts(findings) == {"refuted"}


def test_quantiles_of_too_few_runs(tmp_path):
    @claim
    def median(n=N, t=T):
        """The typical run."""
        return Le(Quantile(mle(n).sigma(t), Rational(1, 2)), 2)

    (f, *_) = measured([median], written(trained(0, runs=9), tmp_path), MAP)

    assert f.verdict == Verdict.UNDECIDED
    assert f.note == "too few runs for the 0.5-quantile: about 17 runs would do; 9 runs"


def test_variances_through_raw_moments_about_the_first_runs(tmp_path):
    path = written(trained(5, (31,), 6, runs=3000), tmp_path)

    @claim
    def spread(n=N, t=T):
        """The variance of the logarithm."""
        return Eq(Var(log(mle(n).sigma(t) ** 2)), t * polygamma(1, (n - 1) / 2))

    @claim
    def half(n=N, t=T):
        """Half of it."""
        return Eq(Var(log(mle(n).sigma(t) ** 2)), t * polygamma(1, (n - 1) / 2) / 2)

    right, wrong = (measured([c], path, MAP, asked=0.5) for c in (spread, half))

    assert verdicts(right) == {"supported"}
    assert verdicts(wrong) == {"refuted"}
    assert right[0].replicates == 3000 - 151


def test_moments_of_the_same_runs_are_one_estimate(tmp_path):
    path = written(trained(6, (10,), 4, runs=400), tmp_path)

    @claim
    def falls(n=N, t=Integers(1, 3)):
        """It falls at every step."""
        return Lt(E(mle(n).sigma(t + 1)), E(mle(n).sigma(t)))

    findings = [f for f in measured([falls], path, MAP) if f.verdict != Verdict.LEFT_OUT]

    assert verdicts(findings) == {"supported"}
    assert all(f.sides == (None,) and f.slack > 0 for f in findings)


def test_functions_of_several_moments_go_through_balls(small):
    @claim
    def jensen(n=N, t=T):
        """The square of the mean is no larger than the mean of the square."""
        return Gt(E(mle(n).sigma(t)) ** 2, 2 * E(mle(n).sigma(t) ** 2))

    assert "refuted" in verdicts(measured([jensen], small, MAP))


def test_the_maximum_over_the_path_begins_with_what_the_loop_is_handed(small):
    s = Symbol("s", integer=True, nonnegative=True)

    @claim
    def top(n=N, t=T):
        """It is 1 at the start."""
        return Ge(E(PathMax(mle(n).sigma(s), (s, 0, t))), 1)

    @claim
    def below(n=N, t=T):
        """So it never stays below."""
        return Ge(Prob(PathMax(mle(n).sigma(s), (s, 0, t)) >= 1), 1)

    findings = measured([top, below], small, MAP)

    assert "refuted" not in verdicts(findings)
    assert verdicts(f for f in findings if f.claim == "below") == {"supported"}
    assert all("left out" not in f.verdict for f in findings)


def test_other_words(small):
    @claim
    def tends(n=N, t=T):
        """Collapse, with a rate; from generation 5 on."""
        return Tends(Prob(mle(n).sigma(t) >= Rational(1, 2)), (t, 5, oo), 0, rate=2 * exp(-t / (4 * n)))

    @claim
    def together(n=N, t=T, d=Integers(1)):
        """Covariances of one path are positive."""
        return Ge(Cov(log(mle(n).sigma(t)), log(mle(n).sigma(t + d))), -1)

    @claim
    def divergence(n=N, t=T):
        """A divergence is positive."""
        return Ge(E(KL(mle(n).model(t), mle(n).truth)), 0)

    @claim
    def conditional(n=N, t=T):
        """One step ahead."""
        return Eq(E(E(mle(n).sigma(t + 1) ** 2, given=mle(n).model(t))), (1 - 1 / n) ** (t + 1))

    findings = measured([tends, together, divergence, conditional], small, MAP | {"d": "2", "mu": "mean"})
    of = {c: [f for f in findings if f.claim == c] for c in ("tends", "together", "divergence", "conditional")}

    assert "refuted" not in verdicts(findings)
    assert at(of["tends"], n=10, t=4).note == "outside the claim's side condition"
    assert at(of["tends"], n=10, t=20).verdict == Verdict.SUPPORTED
    assert at(of["together"], n=31, t=18).verdict == Verdict.UNDECIDED
    assert "generation 21 is not in the file" in at(of["together"], n=10, t=19).note
    assert at(of["divergence"], n=10, t=5).verdict == Verdict.SUPPORTED
    assert at(of["conditional"], n=31, t=1).verdict != Verdict.LEFT_OUT


def test_draws_are_read_if_the_file_has_them(small, tmp_path):
    @claim
    def total(n=N, t=T):
        """A draw varies by as much as the model at first did, less the bias."""
        return Le(Prob(mle(n).draw(t) >= 3), Rational(1, 10))

    @claim
    def pair(n=N, t=T):
        """Two draws from one model."""
        return Le(Prob(mle(n).draw(t) >= mle(n).draw(t, 2)), Rational(2, 3))

    frame = pd.read_csv(small)
    path = written(frame.assign(x=np.random.default_rng(0).normal(frame["mean"], frame["std"])), tmp_path)
    findings = measured([total, pair], path, MAP | {"draw": "x"})

    assert at(findings, n=10, t=2).verdict == Verdict.SUPPORTED
    assert "left out" not in verdicts(f for f in findings if f.claim == "total")
    assert {f.note for f in findings if f.claim == "pair"} == {"draw(1, 2): a file holds one draw of a model"} | {
        f"draw({t}, 2): a file holds one draw of a model" for t in range(2, 21)
    }
    with pytest.raises(BadInput, match="total needs the observable draw"):
        measured([total], path, MAP)


def test_shapes_are_looked_at_on_both_sides_of_the_peak(tmp_path):
    t = Symbol("t", integer=True, nonnegative=True)
    s = Symbol("s", integer=True, nonnegative=True)

    @claim
    def rises(n=Points(10)):
        """E sigma^2 t e^(-t/2) rises, then falls; at 10 it is far past its peak."""
        return RisesThenFalls(t * exp(-t / 2) * E(mle(n).sigma(t)), (t, 0, 12), peak=2)

    @claim
    def falls(n=Points(10)):
        """No: it rises first."""
        return RisesThenFalls(s * exp(-s / 2) * E(mle(n).sigma(s)), (s, 0, 12), peak=8)

    frame = trained(8, (10,), 12, runs=400)
    (right,) = measured([rises], written(frame, tmp_path), MAP)
    (wrong,) = measured([falls], written(frame, tmp_path), MAP)
    (blind,) = measured([falls], written(frame[frame.generation < 7], tmp_path), MAP)

    assert right.verdict == Verdict.SUPPORTED
    assert wrong.verdict == Verdict.REFUTED
    assert blind.verdict == Verdict.LEFT_OUT
    assert "either side of the peak" in blind.note


# ---- what is left out -----------------------------------------------------------------------------------------------


def test_points_that_the_claim_does_not_speak_of(small):
    @claim(where=lambda n, t: t < n)
    def narrow(n=Points(10, 100), t=Integers(3, 500)):
        """Of some points only."""
        return Eq(E(log(mle(n).sigma(t))), t * (digamma(Rational(n - 1, 2)) - log(Rational(n, 2))) / 2)

    findings = measured([narrow], small, MAP)

    assert len(findings) == 40
    assert at(findings, n=31, t=5).note == "n = 31 is outside its domain, {10, 100}"
    assert at(findings, n=10, t=2).note == "t = 2 is outside its domain, integers 3..500"
    assert at(findings, n=10, t=15).note == "outside the claim's side condition"
    counted = [f for f in findings if f.verdict != Verdict.LEFT_OUT]
    assert len(counted) == 7
    assert {f.error for f in counted} == {1e-3 / 2 / 7}
    told = summarise("", None, findings)
    assert (told.reach.planned, told.coverage) == (7, {"data": "0 of 7 points"})
    assert "data: of 33 other points the claim says nothing: t = 1 is outside its domain, integers 3..500, ..." in str(
        Checked(narrow, told)
    )


@pytest.mark.parametrize(
    ("relation", "reason"),
    [
        (lambda n, t: Le(E(mle(n).sigma(t)), E(mle(2 * n).sigma(t))), "it compares 2 loops"),
        (lambda n, t: Eq(E(mle(n).sigma(t) ** -20), oo), "infinite mean"),
        (lambda n, t: Le(E(mle(n).sigma(t + 99)), 1), "generation 100 is not in the file"),
    ],
)
def test_claims_that_the_file_cannot_speak_of(small, relation, reason):
    @claim
    def it(n=N, t=T):
        """Something."""
        return relation(n, t)

    findings = measured([it], small, MAP)

    assert verdicts(findings) == {"left out"}
    assert reason in findings[0].note


def test_a_formula_without_moments(small):
    @claim
    def it(n=N, t=T):
        """No loop in it."""
        return Le(t / n, t)

    (f,) = measured([it, decay], small, MAP)[:1]

    assert f.verdict == Verdict.LEFT_OUT
    assert f.note.startswith("nothing in it can be measured")


def test_a_variable_that_the_claim_does_not_know(small):
    @claim
    def only_ten(t=T):
        """Of samples of ten."""
        return Eq(E(log(mle(Integer(10)).sigma(t))), t)

    (f,) = measured([only_ten, decay], small, MAP)[:1]

    assert f.verdict == Verdict.LEFT_OUT
    assert f.note == "n varies in the file, and the claim has no variable n"


# ---- generations, scale, runs ---------------------------------------------------------------------------------------


def test_a_generation_may_be_shifted_and_anything_constant(small, tmp_path):
    frame = pd.read_csv(small)
    frame = frame[frame.sample_size == 10]
    shifted = written(frame.assign(generation=frame.generation - 1), tmp_path, "from0.csv")
    plain = written(frame, tmp_path)
    columns = {"sigma": "std", "n": "10", "run": "run_id"}

    one = measured([log_drift], plain, columns | {"t": "generation"})
    two = measured([log_drift], shifted, columns | {"t": "generation + 1"})
    last = measured([log_drift], written(frame[frame.generation == 20], tmp_path, "last.csv"), columns | {"t": "20"})

    assert [(f.point, f.sides, f.verdict) for f in one] == [(f.point, f.sides, f.verdict) for f in two]
    assert [f.point for f in last] == [{"n": "10", "t": "20"}]
    with pytest.raises(BadInput, match=r"from0.csv:2: sigma is .* at generation 0; expected 1"):
        measured([log_drift], shifted, columns | {"t": "generation"})


def test_generation_0_is_what_the_loop_is_handed(small, tmp_path):
    frame = pd.read_csv(small)
    zero = frame[frame.generation == 1].assign(generation=0, std=1.0000001, mean=0.0)
    f = at(measured([decay], written(pd.concat([zero, frame]), tmp_path), MAP), n=10, t=0)

    assert f.verdict == Verdict.LEFT_OUT
    assert f.note == "nothing is random here"


def test_scale_and_location_are_those_of_the_claim(tmp_path):
    @claim
    def scaled(n=N, t=T, sigma0=Positive(), mu0=Reals()):
        """In any units."""
        loop = mle(n, sigma0, mu0)
        return And(
            Eq(E(loop.sigma(t)), (c4(n) * sqrt(1 - 1 / n)) ** t * sigma0),
            Le(Prob(loop.mu(t) >= mu0 + sigma0), Rational(1, 2)),
        )

    frame = trained(9, (31,), 5)
    units = frame.assign(std=0.3 * frame["std"], mean=0.3 * frame["mean"] - 7)
    observed = MAP | {"mu": "mean"}
    plain = measured([scaled], written(frame, tmp_path), observed | {"sigma0": "1", "mu0": "0"})
    there = measured([scaled], written(units, tmp_path, "units.csv"), observed | {"sigma0": "0.3", "mu0": "-7"})

    assert there[0].point["sigma0"] == "3/10"
    for a, b in zip(plain, there, strict=True):
        assert a.verdict == b.verdict
        assert a.margin == pytest.approx(b.margin)


def test_a_variance_may_be_given_in_place_of_its_root(small, tmp_path):
    frame = pd.read_csv(small)
    frame = frame.assign(variance=frame["std"] ** 2, log=np.log(frame["std"]))
    path = written(frame, tmp_path)
    margins = [
        [f.margin for f in measured([log_drift], path, MAP | {"sigma": how})]
        for how in ("std", "sqrt(variance)", "exp(log)")
    ]

    np.testing.assert_allclose(margins[1], margins[0], rtol=1e-9)
    np.testing.assert_allclose(margins[2], margins[0], rtol=1e-9)


def test_runs_that_end_early_are_told(small, tmp_path):
    frame = pd.read_csv(small)
    ended = written(frame[(frame.run_id < 150) | (frame.generation <= 5)], tmp_path)
    findings = measured([log_drift], ended, MAP)

    assert at(findings, n=10, t=5).replicates == 191
    late = at(findings, n=10, t=6)
    assert late.replicates == 150
    assert "41 more are not in the file there: if they ended for a reason, these are no fair sample" in late.note
    assert "more are not" not in at(findings, n=10, t=5).note


def test_a_cell_with_one_run_decides_nothing(small, tmp_path):
    frame = pd.read_csv(small)
    lone = frame[(frame.sample_size == 31) & (frame.run_id == 3)]
    findings = measured([decay], written(pd.concat([frame[frame.sample_size == 10], lone]), tmp_path), MAP)

    assert at(findings, n=31, t=4).note == "fewer than two runs; 1 runs"
    assert at(findings, n=31, t=4).verdict == Verdict.UNDECIDED


def test_the_generation_may_have_another_name_in_the_claim(small):
    @claim
    def late(n=N, g=Integers(1, 500)):
        """By g."""
        return Eq(E(log(mle(n).sigma(g))), g * drift(n) / 2)

    columns = {"sigma": "std", "g": "generation", "n": "sample_size", "run": "run_id"}

    assert len(measured([late], small, columns)) == 40


def test_order_of_rows_and_spelling_of_numbers_do_not_matter(small, tmp_path):
    frame = pd.read_csv(small)
    other = frame.sample(frac=1, random_state=0).astype({"sample_size": float, "generation": float})
    a, b = measured([log_drift], small, MAP), measured([log_drift], written(other, tmp_path), MAP)

    assert [(f.point, f.verdict) for f in a] == [(f.point, f.verdict) for f in b]
    assert [f.margin for f in a] == [pytest.approx(f.margin, rel=1e-9, abs=1e-9) for f in b]


# ---- the command ----------------------------------------------------------------------------------------------------

CLAIMS = """\
from sympy import Eq, Le
from theory import E, GaussianLoop, Integers, Positive, c4, claim

@claim
def unbiased(n=Integers(2), t=Integers(0)):
    \"\"\"The rate of the unbiased estimator.\"\"\"
    return Eq(E(GaussianLoop(n).sigma(t)), c4(n) ** t)

@claim
def bound(n=Integers(2), t=Integers(0), sigma0=Positive()):
    \"\"\"On average it does not grow.\"\"\"
    return Le(E(GaussianLoop(n, sigma0).sigma(t)), sigma0)
"""


@pytest.fixture
def checked(tmp_path, capsys):
    """Two claims held against runs by the command: what was printed, and how to run it again."""
    (tmp_path / "mine.py").write_text(CLAIMS, encoding="utf-8")
    path = written(trained(2, (31,), 5, runs=400), tmp_path)
    book = ["--ledger", str(tmp_path / "l.sqlite")]
    mapping = ",".join(f"{k}={v}" for k, v in (MAP | {"sigma0": "1"}).items())

    def again(*arguments):
        status = _run([*arguments, *book])
        return status, *capsys.readouterr()

    status, out, err = again(
        "check", str(tmp_path / "mine.py"), "--data", str(path), "--map", mapping, "--alpha", "0.04"
    )
    assert status == 1, err
    return out, path, again


def test_the_error_is_shared_by_the_claims(checked, tmp_path):
    _, path, _ = checked
    with Ledger(tmp_path / "l.sqlite") as book:
        kept = [f for number in range(1, 13) if (f := book.get(number))]

    assert {(f.claim, f.alpha) for f in kept} == {("unbiased", 0.02), ("bound", 0.02)}
    assert sum(f.error for f in kept if f.point) == pytest.approx(0.04 / 2)
    assert sum(f.error + sum(a.error for a in f.assumed) for f in kept) <= 0.04 * (1 + 1e-9)
    assert {f.data for f in kept} == {str(path)}


def test_what_is_printed_is_reproduced(checked):
    out, path, again = checked
    (command,) = re.findall(r"reproduce: selfconsuming reproduce (.+)", out)
    number, *files = command.split()
    assert files == ["--file", str(path.parent / "mine.py"), "--data", str(path)]
    for finding in (number, "6", "10"):  # the second claim is about a variable that the first does not have
        status, out, _ = again("reproduce", finding, *files)
        assert out.splitlines()[-1] == "identical"
        assert status == 0


def test_no_file_is_read_because_a_ledger_names_it(checked):
    _, path, again = checked
    mine = path.parent / "mine.py"
    for given, missing in (((), "--file"), (("--file", str(mine)), "--data")):
        status, out, err = again("reproduce", "2", *given)
        assert (status, out) == (2, "")
        assert f"name it, `selfconsuming reproduce 2 --file {mine} --data {path}`" in err, missing


@pytest.mark.parametrize("change", ["gone", "has changed since"])
def test_runs_that_are_not_those_any_more(checked, change):
    _, path, again = checked
    if change == "gone":
        path.unlink()
    else:
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    status, out, err = again("reproduce", "2", "--file", str(path.parent / "mine.py"), "--data", str(path))

    assert status == 2
    assert out == ""
    assert err.startswith(f"selfconsuming: {path}, the measured runs of finding 2, ")
    assert change in err
    assert len(err.splitlines()) == 1


# ---- bad input ------------------------------------------------------------------------------------------------------


def test_the_map():
    assert parse_map("sigma=std, t=generation+1 ,sigma0=1") == {"sigma": "std", "t": "generation+1", "sigma0": "1"}


@pytest.mark.parametrize("text", ["", "sigma", "sigma=", "=std", "sigma=std,,t=g", "1x=a", "a b=c"])
def test_bad_maps(text):
    with pytest.raises(BadInput, match=r"^--map: .* is no NAME=COLUMN; expected a list such as sigma=std"):
        parse_map(text)


def test_a_name_twice():
    with pytest.raises(BadInput, match="sigma is there twice: sigma=a and sigma=b"):
        parse_map("sigma=a,sigma=b")


HEADER = "run_id,sample_size,generation,std\n"
GOOD = HEADER + "".join(f"{r},10,{t},0.{9 - t}{r}\n" for r in range(3) for t in (1, 2))
LINE = "0,10,2,0.70"  # line 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "runs.csv: the file is empty; expected names of columns in its first line"),
        (HEADER, "runs.csv: expected rows of data below the names of the columns"),
        (GOOD.replace(LINE, "0,10,2,nan"), r"runs.csv:3: sigma \(column 'std'\) is nan; expected a finite number"),
        (GOOD.replace(LINE, "0,10,2,"), r"is missing; expected a finite number; --drop-missing leaves such rows out"),
        (GOOD.replace(LINE, "0,10,2,nan"), r"expected a finite number; --drop-missing leaves such rows out"),
        (
            GOOD.replace(LINE, "0,10,,"),
            r"generation'\) is missing; expected a value .*; --drop-missing leaves such rows out",
        ),
        (GOOD.replace(LINE, "0,10,NaN,"), r"is NaN; expected a whole number; --drop-missing leaves such rows out"),
        (GOOD.replace(LINE, "0,10,,0.7"), r"generation'\) is missing; expected a value in every row$"),
        (GOOD.replace(LINE, "0,10,2"), r"runs.csv:3: sigma \(column 'std'\) is missing; expected a finite number"),
        (GOOD.replace(LINE, "0,10,2,inf"), r"runs.csv:3: sigma \(column 'std'\) is inf; expected a finite number"),
        (GOOD.replace(LINE, "0,10,2,abc"), r"runs.csv:3: sigma \(column 'std'\) is abc; expected a finite number"),
        (GOOD.replace(LINE, "0,10,2,-0.7"), r"runs.csv:3: sigma \(column 'std'\) is -0.7; expected a positive number"),
        (GOOD.replace(LINE, "0,10,1.5,0.7"), r"runs.csv:3: t \(column 'generation'\) is 1.5; expected a whole number"),
        (GOOD.replace(LINE, "0,10,two,0.7"), r"runs.csv:3: t \(column 'generation'\) is two; expected a whole number"),
        (GOOD.replace(LINE, "0,ten,2,0.7"), r"runs.csv:3: n \(column 'sample_size'\) is ten; expected a number"),
        (GOOD.replace(LINE, "0,1e999999999,2,0.7"), r"runs.csv:3: n .* is 1e999999999; expected a number"),
        (GOOD.replace(LINE, "0,,2,0.7"), r"runs.csv:3: n \(column 'sample_size'\) is missing; expected a value"),
        (GOOD.replace(LINE, ",10,2,0.7"), r"runs.csv:3: run \(column 'run_id'\) is missing; expected a value"),
        (GOOD.replace(LINE, "0,10,2,0.7,5"), "runs.csv:3: 5 fields; expected 4, as in the first line"),
        (GOOD + "0,10,2,0.6\n", r"runs.csv:8: a second row for n = 10, t = 2, run = 0, beside line 3: expected one"),
        (GOOD.replace("1,10,1", "\n  \n1,10,1").replace("0.71", "x"), "runs.csv:7: sigma .* is x"),
        (GOOD.replace("0,10", '"a\nb",10').replace("0.71", "x"), "runs.csv:7: sigma .* is x"),
        (GOOD.replace("\n", "\r\n").replace("0.71", "x"), "runs.csv:5: sigma .* is x"),
        (GOOD.replace("0,10", ' "a\nb",10').replace("0.71", "x"), "runs.csv:7: sigma .* is x"),
        (GOOD + '"1,2\n', "runs.csv: expected a table: EOF inside string"),
        (GOOD.replace("\n", ",1\n").replace("std,1", "std,std"), "--map sigma=std: .*has 2 columns of this name"),
        ("".join(GOOD.splitlines(keepends=True)[:3]), "runs.csv: one run only; expected repeated runs"),
    ],
)
def test_bad_files(tmp_path, text, message):
    (tmp_path / "runs.csv").write_text(text, newline="", encoding="utf-8")
    with pytest.raises(BadInput, match=message):
        measured([decay], tmp_path / "runs.csv", MAP)


def test_a_long_cell(tmp_path):
    """Longer than Python's own reader takes, which counts the lines; and told in part only."""
    long = 140_000 * "x"
    path = tmp_path / "runs.csv"
    path.write_text(GOOD.replace("0,10", f"{long},10").replace("0.71", "y"), encoding="utf-8")
    with pytest.raises(BadInput, match=r"runs.csv:5: sigma \(column 'std'\) is y; expected a finite number"):
        measured([decay], path, MAP)
    path.write_text(GOOD.replace("0.71", long), encoding="utf-8")
    with pytest.raises(BadInput, match=r"runs.csv:5: sigma \(column 'std'\) is x{74}\.\.\.; expected a finite number"):
        measured([decay], path, MAP)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (bytes(range(256)), "the file is in another encoding, UTF-16 perhaps, or no text; expected UTF-8"),
        (GOOD.encode("utf-16"), "the file is in another encoding, UTF-16 perhaps, or no text; expected UTF-8"),
        (GOOD.encode("utf-16-le"), "the file is in another encoding, UTF-16 perhaps, or no text; expected UTF-8"),
        (GOOD.replace("std", "é").encode("latin-1"), "expected a table: 'utf-8' codec"),
    ],
)
def test_files_that_are_no_text(tmp_path, content, message):
    (tmp_path / "runs.csv").write_bytes(content)
    with pytest.raises(BadInput, match=f"runs.csv: {message}"):
        measured([decay], tmp_path / "runs.csv", MAP)


@pytest.mark.parametrize(
    ("name", "packed"), [("runs.csv", bytes), ("runs.csv.gz", gzip.compress), ("runs.csv.xz", lzma.compress)]
)
def test_a_first_line_without_end(name, packed, tmp_path):
    """Ten thousand times smaller when it is compressed."""
    (tmp_path / name).write_bytes(packed(b"," * 6_000_000))
    with pytest.raises(BadInput, match=f"{name}: the first line has 5,000,000 bytes or more"):
        measured([decay], tmp_path / name, MAP)


@pytest.mark.parametrize("name", ["runs.json", "runs.xlsx"])
def test_tables_of_other_kinds(tmp_path, name):
    (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadInput, match=rf"{name}: expected a \.csv or a \.parquet file"):
        measured([decay], tmp_path / name, MAP)


def test_a_generation_that_no_run_can_have_come_to(tmp_path):
    @claim
    def ever(n=N, t=Integers(0)):
        """A martingale."""
        return Eq(E(GaussianLoop(n).sigma(t) ** 2), 1)

    (tmp_path / "runs.csv").write_text(GOOD.replace(LINE, "0,10,1e30,0.7"), encoding="utf-8")
    with pytest.raises(BadInput, match=r"runs.csv:3: t \(column 'generation'\) is 1e\+30; expected a generation"):
        measured([ever], tmp_path / "runs.csv", MAP)


def test_of_very_many_columns_a_message_tells_some(tmp_path):
    names = ",".join(["y" * 10_000, *(f"x{i}" for i in range(5000))])
    (tmp_path / "runs.csv").write_text(GOOD.replace("\n", f",{names}\n"), encoding="utf-8")
    with pytest.raises(BadInput, match=r"has no column 'loss'.*and 4975 more") as problem:
        measured([decay], tmp_path / "runs.csv", MAP | {"sigma": "loss"})
    assert len(str(problem.value)) < 1000


def zipped(*names) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, GOOD)
    return content.getvalue()


def damaged(content: bytes) -> bytes:
    return content[:60] + bytes([content[60] ^ 255]) + content[61:]


@pytest.mark.parametrize(
    ("suffix", "content", "message"),
    [
        ("zip", b"no archive", "File is not a zip file"),
        ("zip", zipped("a.csv", "b.csv"), "Multiple files found in ZIP file"),
        ("zip", zipped(), "Zero files found in ZIP file"),
        ("xz", b"no archive", "Input format not supported"),
        ("xz", damaged(lzma.compress(30 * GOOD.encode())), "Corrupt input data"),
        ("xz", lzma.compress(GOOD.encode())[:-9], "Compressed file ended"),
        ("gz", damaged(gzip.compress(30 * GOOD.encode())), "Error -3 while decompressing data"),
        ("tar", b"no archive", "file could not be opened successfully$"),
    ],
    ids=range(8),  # an archive says when it was made
)
def test_archives_that_are_none(tmp_path, suffix, content, message):
    path = tmp_path / f"runs.csv.{suffix}"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=f"{path}: expected a table: {message}"):
        measured([decay], path, MAP)


def test_an_archive_without_its_library(tmp_path, monkeypatch):
    (tmp_path / "runs.csv.zst").write_bytes(b"(\xb5/\xfd")
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(BadInput, match=r"runs.csv.zst: .*zstandard"):
        measured([decay], tmp_path / "runs.csv.zst", MAP)


def test_an_archive(tmp_path):
    (tmp_path / "runs.csv.zip").write_bytes(zipped("runs.csv"))

    assert len(measured([decay], tmp_path / "runs.csv.zip", MAP)) == 2


def test_no_file(tmp_path):
    with pytest.raises(BadInput, match=r"none.csv: there is no such file"):
        measured([decay], tmp_path / "none.csv", MAP)
    with pytest.raises(BadInput, match="expected a file, not a folder"):
        measured([decay], tmp_path, MAP)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"sigma": "sdt"},
            r"--map sigma=sdt: .*has no column 'sdt', did you mean 'std'\?; its columns: run_id, sample_size",
        ),
        ({"sigma": "1"}, "--map sigma=1: .*has no column '1'"),
        ({"run": "7"}, "--map run=7: .*has no column '7'"),
        ({"sigma": "sin(std)"}, r"has no column 'sin\(std\)'"),
        ({"sigma": "std+1"}, r"has no column 'std\+1'"),
        (
            {"sgma": "std"},
            r"--map sgma=std: sgma is no variable and no observable of the claim, did you mean 'sigma'\?",
        ),
        ({"t": "1.5"}, "--map: t is 3/2; a generation is a whole number"),
        (
            {"t": None},
            r"--map: decay needs the generation t: map it to a column of .*runs.csv, t=COLUMN.*; its columns:",
        ),
        ({"n": None}, r"--map: decay needs the variable n: .*n=COLUMN, or to a number, n=1; its columns:"),
        ({"sigma": None}, r"--map: decay needs the observable sigma: .*sigma=COLUMN; its columns:"),
        ({"run": None}, r"runs.csv:4: a second row for n = 10, t = 1, beside line 2: map the column .*run=COLUMN"),
    ],
)
def test_maps_that_do_not_fit(tmp_path, change, message):
    (tmp_path / "runs.csv").write_text(GOOD, encoding="utf-8")
    mapping = {k: v for k, v in (MAP | change).items() if v is not None}
    with pytest.raises(BadInput, match=message):
        measured([decay], tmp_path / "runs.csv", mapping)


def test_one_run_without_a_run_column(tmp_path):
    (tmp_path / "runs.csv").write_text("".join(GOOD.splitlines(keepends=True)[:3]), encoding="utf-8")
    with pytest.raises(
        BadInput, match=r"one run only; .*; map the column that tells runs apart, run=COLUMN; its columns"
    ):
        measured([decay], tmp_path / "runs.csv", {k: v for k, v in MAP.items() if k != "run"})


def test_tabs_and_a_byte_order_mark(tmp_path):
    (tmp_path / "a.tsv").write_bytes(("\ufeff" + GOOD.replace(",", "\t")).encode())

    assert len(measured([decay], tmp_path / "a.tsv", MAP)) == 2


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_first_line_without_commas_tells_the_separator(mark, tmp_path):
    (tmp_path / "a.csv").write_text(GOOD.replace(",", mark), encoding="utf-8")
    assert len(measured([decay], tmp_path / "a.csv", MAP)) == 2


def test_parquet_without_its_library(tmp_path, monkeypatch):
    (tmp_path / "runs.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(BadInput, match=r"runs.parquet: a .parquet file needs pyarrow: `pip install"):
        measured([decay], tmp_path / "runs.parquet", MAP)


def test_parquet(tmp_path):
    frame = trained(2, (10,), 3)
    frame.to_parquet(tmp_path / "runs.parquet")
    a = measured([decay], tmp_path / "runs.parquet", MAP)
    b = measured([decay], written(frame, tmp_path), MAP)
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 no")

    assert [(f.point, f.sides) for f in a] == [(f.point, f.sides) for f in b]
    with pytest.raises(BadInput, match=r"bad.parquet: expected a table"):
        measured([decay], tmp_path / "bad.parquet", MAP)
    frame.assign(std=frame["std"].where(frame.index != 6)).to_parquet(tmp_path / "runs.parquet")
    with pytest.raises(BadInput, match=r"runs.parquet, row 7: sigma \(column 'std'\) is nan; expected a finite number"):
        measured([decay], tmp_path / "runs.parquet", MAP)


@pytest.mark.parametrize(
    ("column", "values", "told"),
    [
        ("std", [True, False], "True"),
        ("std", [timedelta(seconds=1), timedelta(seconds=2)], "0 days 00:00:01"),
        ("std", [datetime(2024, 1, 1), datetime(2024, 1, 2)], "2024-01-01 00:00:00"),
        ("std", [{"a": 1.0}, {"a": 2.0}], "{'a': 1.0}"),
        ("sample_size", [[1], [2]], r"\[1\]"),
        ("generation", [date(2024, 1, 1), date(2024, 1, 2)], "2024-01-01"),
    ],
)
def test_what_is_no_number_in_parquet(column, values, told, tmp_path):
    pytest.importorskip("pyarrow")
    frame = trained(5, runs=20, generations=2)
    frame[column] = [values[i % 2] for i in range(len(frame))]
    frame.to_parquet(tmp_path / "runs.parquet")
    with pytest.raises(BadInput, match=f"runs.parquet, row 1: .*column '{column}'.* is {told}; expected a"):
        measured([decay], tmp_path / "runs.parquet", MAP)


@pytest.mark.parametrize("name", [lambda i: [i], lambda i: {"a": i}])
def test_runs_in_parquet_may_be_named_by_anything(name, tmp_path):
    """And columns that nobody asks about may hold anything."""
    pytest.importorskip("pyarrow")
    frame = trained(5, runs=20, generations=2)
    frame.to_parquet(tmp_path / "plain.parquet")
    frame["run_id"] = [name(i) for i in frame["run_id"]]
    frame["beside"] = frame["run_id"]
    frame.to_parquet(tmp_path / "runs.parquet")
    plain, found = (
        [replace(f, seconds=0.0) for f in measured([decay], tmp_path / p, MAP)]
        for p in ("plain.parquet", "runs.parquet")
    )
    assert plain == found


# ---- memory ---------------------------------------------------------------------------------------------------------


def test_what_no_claim_uses_takes_no_memory(tmp_path):
    """Six times the rows at sample sizes, generations, columns and runs that the claim says nothing of: the same memory."""
    import tracemalloc

    @claim
    def early(n=Integers(2, 10), t=Integers(0, 3)):
        """On average it does not grow."""
        return Le(E(GaussianLoop(n).sigma(t)), 1)

    def held_against(rows: int) -> tuple[int, list]:
        wanted = trained(3, (10,), 3, runs=200)
        others = pd.DataFrame({c: np.arange(rows) % 7 + 4 for c in wanted.columns if c not in ("std", "mean")})
        half = rows // 2  # another generation, and another sample size
        others["generation"] = np.where(np.arange(rows) < half, 4 + np.arange(rows) % 5, 2)
        others["sample_size"] = np.where(np.arange(rows) < half, 10, 31)
        others["run_id"] = np.where(np.arange(rows) < half, np.arange(rows) % 200, np.arange(rows))
        others = others.assign(std=0.5, mean=0.1)[list(wanted.columns)]
        path = written(pd.concat([wanted, others.drop_duplicates(["generation", "sample_size", "run_id"])]), tmp_path)
        with path.open("a", encoding="utf-8") as file:
            for i in range(1, 1 + rows // 10_000):
                more = others.iloc[half : half + 10_000].assign(run_id=i * rows + np.arange(10_000))
                more.to_csv(file, index=False, header=False)
        tracemalloc.start()
        try:
            read = mapped([early], path, MAP)
            found = [f for f in Check(early, read).findings() if f.point]
            read.strange()
            return tracemalloc.get_traced_memory()[1], found
        finally:
            tracemalloc.stop()

    held_against(2_000)  # whatever is made once
    (few, first), (many, second) = held_against(20_000), held_against(120_000)
    decided = lambda found: [(f.point, f.verdict, f.margin) for f in found if f.verdict != Verdict.LEFT_OUT]  # noqa: E731
    assert len(decided(first)) == 3
    assert decided(first) == decided(second)
    assert any("outside its domain" in f.note for f in second)
    assert many - few < 10 * 2**20  # one piece that is read at a time; 100 bytes for each of the others' runs are more


def taken(work) -> int:
    """The bytes that something takes at most, beside what was there."""
    import tracemalloc

    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_looking_for_copies_takes_less_memory_than_the_runs():
    path = np.random.default_rng(1).random((10_000, 20))
    path[7000], path[9000] = path[3], path[3]
    found = []
    assert taken(lambda: found.extend(copies([path]))) < path.nbytes / 2
    assert found == [(3, 7000), (3, 9000)]


def test_of_rounded_numbers_no_text_is_kept():
    values = np.random.default_rng(1).random(40_000)
    pieces = (pd.Series([f"{x:.6f}" for x in values[i : i + 1000]]) for i in range(0, len(values), 1000))
    halves = []
    assert taken(lambda: halves.append(half_units(pieces, len(values)))) < 40 * len(values)  # a text alone takes 57
    assert (halves[0] == 5e-7).all()


def test_of_counted_runs_no_text_is_kept():
    codes, column = _Codes(Source("run"), True), pd.Series([str(i) for i in range(10**6, 10**6 + 20_000)])
    kept = []
    taken(lambda: kept.append(codes.add(column, np.arange(len(column)))))
    assert (codes.known(column) == kept[0]).all()
    assert not codes._texts


def test_of_parquet_one_group_of_rows_is_held_at_a_time(tmp_path):
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed: no Parquet is read")
    rows = 800_000
    frame = pd.DataFrame({"run_id": np.arange(rows), "std": np.random.default_rng(1).random(rows)})
    frame.to_parquet(tmp_path / "runs.parquet", row_group_size=rows // 20)
    before, table = pyarrow.total_allocated_bytes(), read_table(tmp_path / "runs.parquet")
    held = [pyarrow.total_allocated_bytes() - before for _ in table.pieces(list(frame.columns))]
    assert max(held) < frame.memory_usage(index=False).sum() / 2


@claim
def with_a_share(n=N, t=T):
    """The decay, times its own share."""
    return Eq(E(mle(n).sigma(t)) * (t - 3) / (t - 3), (c4(n) * sqrt(1 - 1 / n)) ** t)


@claim
def below_the_start(n=N, t=T):
    """Below 1 in every generation, 0 among them."""
    return Lt(E(mle(n).sigma(t)), 1)


def test_a_point_without_a_value_is_undecided(small):
    """It was not asked whether the claim has a value: (t - 3)/(t - 3) is 1 to SymPy."""
    findings = measured([with_a_share], small, MAP)
    assert at(findings, n=10, t=3).verdict == Verdict.UNDECIDED
    assert "t - 3 is 0, and divides" in at(findings, n=10, t=3).note
    assert at(findings, n=10, t=4).verdict != Verdict.LEFT_OUT


def test_a_strict_relation_is_refuted_where_the_loop_begins(tmp_path):
    """All are handed 1, which is not below 1; that was left out."""
    frame = trained(2, generations=2)
    start = frame[frame.generation == 1].assign(generation=0, mean=0.0, std=1.0)
    findings = measured([below_the_start], written(pd.concat([start, frame]), tmp_path), MAP)
    assert at(findings, t=0).verdict == Verdict.REFUTED
    assert at(measured([decay], tmp_path / "runs.csv", MAP), t=0).verdict == Verdict.LEFT_OUT


SEVERAL = '''
from sympy import Eq, Ge, Le
from theory import E, GaussianLoop, Integers, Positive, c4, claim


@claim
def needs_more(n=Integers(2), t=Integers(0), v=Positive()):
    """It speaks of something that the file does not have."""
    return Le(E(GaussianLoop(n, estimator="mle").mu(t) ** 2), v)


@claim
def number(x=Positive()):
    """It speaks of no run."""
    return Ge(x + 1 / x, 2)


@claim
def slower(n=Integers(2), t=Integers(1)):
    """It is refuted."""
    return Eq(E(GaussianLoop(n, estimator="mle").sigma(t)), 2 * c4(n) ** t)
'''


def test_a_claim_that_needs_what_is_not_mapped_stops_no_other(small, tmp_path, capsys):
    """It is told of with its line, the others are decided, and the exit status says that there was bad input."""
    file = tmp_path / "several.py"
    file.write_text(SEVERAL, encoding="utf-8")
    arguments = ["check", str(file), "--data", str(small), "--map", "sigma=std,t=generation,n=sample_size,run=run_id"]

    status = _run([*arguments, "--ledger", str(tmp_path / "ledger.sqlite")])

    said = capsys.readouterr()
    assert status == 2
    line = SEVERAL.split("\n").index("@claim") + 1
    assert re.search(rf"several\.py:{line}: --map: needs-more needs the variable v: map it to a column", said.err)
    assert "number: UNDECIDED" in said.out
    assert "nothing in it can be measured" in said.out
    assert "slower: REFUTED" in said.out
