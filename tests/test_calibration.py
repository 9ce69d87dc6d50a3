"""Calibration and power, on loops of known truth: true claims are refuted no more often than said, violations are caught.

The measurements are those of benchmarks/calibration.py, on fewer repetitions; benchmarks/README.md has the full tables.
Counts are held to what an interval of exactly the nominal level exceeds with probability 1e-6 (`most`): at 1e-3 and a
thousand repetitions, where one miss is expected, that is 10. About 200 such comparisons: the file fails a correct program
with probability 2e-4, once and for all, since its seeds are fixed.
"""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom, poisson

from simulate.engine.blocks import BLOCK
from simulate.engine.estimate import clt_ball
from simulate.engine.plan import LOOKS
from simulate.engine.small_samples import LEAST_BENT, MOST_BENT

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def loaded(name: str):
    """A program of the benchmarks."""
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


bench, bent = loaded("calibration"), loaded("bent")

BY_NAME = {c.name: c for c in bench.CASES}
SHARP = {"mean, controlled", "mean, tilted", "mean, skewness estimated", "paired combination", "indicator", "quantile"}
ONE_OF_EACH = {  # a cheap one
    BY_NAME[name].kind: BY_NAME[name]
    for name in (
        "E sigma, n = 10, t = 10",
        "E sigma^2, n = 10, t = 10",
        "E log sigma, n = 10, t = 10",
        "Var sigma^2, n = 5, t = 3",
        "E (sigma^2 + mu^2)/2 - E log sigma",
        "P(sigma^2 >= 1/2), n = 10, t = 10",
        "P(|draw| >= 2), n = 10, t = 10",
        "median of log sigma, n = 10, t = 10",
        "E sigma^2 / (E sigma)^2, n = 10, t = 10",
        "P(max sigma^2 >= 8), n = 2, t <= 1",
    )
}


def most(trials: int, level: float) -> int:
    """Events of probability `level` that happen more often in so many trials with probability 1e-6 at most."""
    return int(binom.isf(1e-6, trials, level))


def least(trials: int, level: float) -> int:
    """The same, less often."""
    return int(binom.ppf(1e-6, trials, level))


# ---- one interval ---------------------------------------------------------------------------------------------------
@pytest.mark.thin(8)
@pytest.mark.parametrize("name", list(BY_NAME))
def test_an_interval_misses_at_most_as_often_as_it_says(name):
    """Every kind, from 512 replicates, at 1e-1, 1e-2, 1e-3. A refused interval decides nothing: it is no miss.

    Where none is refused, intervals from one estimate also spend their level: at 1e-1 a third of it at least.
    """
    case, n = BY_NAME[name], 1000
    for tally in bench.intervals(case, 512, n):
        assert tally.tried == n
        assert tally.missed <= most(n, tally.level)
        if tally.usable == n and tally.level == 0.1 and case.kind in SHARP:
            assert tally.missed >= least(n, tally.level / 3)


@pytest.mark.thin(2)
@pytest.mark.parametrize(("s", "n"), [(0.5, 300), (1.0, 3000), (1.5, 10_000), (2.0, 100_000)])
def test_heavier_tails_are_refused_before_they_are_missed(s, n):
    """Lognormals of log-sd s, skewness estimated: the corners of the first measurement, and what a plain interval does."""
    law, repetitions = bench.lognormal(s, step=0.01), 1000
    tallies = [bench.Tally(level) for level in bench.LEVELS]
    rng = np.random.default_rng(int(10 * s))
    for counts in rng.multinomial(n, law.masses, repetitions):
        sums = law.sums(counts)
        for tally in tallies:
            ball = clt_ball(sums, tally.level)
            middle, radius = ball.midpoint - law.mean, ball.radius
            tally.add(None if ball.note else (middle - radius, middle + radius))
    assert all(tally.missed <= most(repetitions, tally.level) for tally in tallies)
    assert tallies[0].usable > 0 or s == 2.0


@pytest.mark.long
def test_a_second_look_at_the_full_level_would_miss_too_often():
    """All looks together miss at most nominally (rules 15 and 16); each at the full level, twice as often and more."""
    for kind in ("indicator", "mean, skewness estimated"):
        case, n = ONE_OF_EACH[kind], 200
        for tally in bench.looks(case, 512, n):
            assert tally.missed <= most(n, tally.level)
        (naive,) = bench.looks(case, 512, n, levels=(len(LOOKS) * 0.1,), shares=[1.0] * len(LOOKS))
        assert naive.missed > most(n, 0.1)


# ---- far out --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("law", ["exponential", "lognormal"])
@pytest.mark.parametrize("error", [1e-6, 1e-9])
def test_skewed_laws_at_the_gate_keep_the_levels_a_suite_spends(law, error):
    """By importance sampling, delta = 1: with share exp(-2 delta), not with the full one. Standard errors are 8 %."""
    law = bench.exponential(1000) if law == "exponential" else bench.lognormal(0.5, step=0.02)
    _, rate, spread = bench.shares(law, error, 500, 2.0)
    assert 0.25 < rate < 1
    assert rate + 4 * spread < 1.1
    _, full, spread = bench.shares(law, error, 500, 0.0)
    assert full - 2 * spread > 1.3


@pytest.mark.thin(3)
@pytest.mark.parametrize(
    "kind", ["mean, controlled", "mean, tilted", "mean, skewness estimated", "paired combination", "bounded"]
)
def test_the_program_s_own_estimates_keep_one_in_a_million(kind):
    """Their laws from 65,536 values, tilted, N where the gate just opens: misses over nominal, up to 3 standard errors."""
    _, rate, spread = bench.pooled(ONE_OF_EACH[kind], 1e-6, 150)
    assert rate <= 1 + 3 * spread
    assert rate > 0.1 or kind == "bounded"


@pytest.mark.parametrize("error", [1e-1, 1e-3, 1e-6, 1e-10])
@pytest.mark.parametrize("n", [300, BLOCK, 64 * BLOCK])
def test_exact_laws_are_exact(n, error):
    """No sampling: sums over the outcomes that miss."""
    for p in (0.5, 0.37, 0.02):
        assert bench.clopper_pearson(p, n, error) <= error * (1 + 1e-9)
    for q in (0.5, 0.9):
        assert bench.order_statistics(q, n, error) <= error * (1 + 1e-9)
    assert bench.clopper_pearson(0.5, 64 * BLOCK, error) > 0.9 * error
    assert bench.order_statistics(0.5, 64 * BLOCK, error) > 0.9 * error


def test_the_larger_top_refuses_less_that_is_tame_and_more_that_is_not():
    """Why the Pareto gate reads 256 values, not 64: at 1e-9, 8 times the replicates that the skewness asks for."""
    (_, tame), (_, heavy) = (
        bench.gate(law, 1e-9, 8, 300) for law in (bench.lognormal(1, 0.01), bench.lomax(2.5, 4000))
    )
    for gates in (tame, heavy):
        (alone, *_), (few, *_), (many, rate, spread) = gates
        assert alone > 0.9  # skewness alone lets nearly all pass
        assert rate <= 1 + 3 * spread
    (few, many), (few_heavy, many_heavy) = ((g[1][0], g[2][0]) for g in (tame, heavy))
    assert many > 0.9 > 0.87 > few
    assert many_heavy < 0.2 < few_heavy


# ---- verdicts -------------------------------------------------------------------------------------------------------
@pytest.mark.long
@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_first_batches_refute_a_true_claim_no_more_often_than_their_share(kind):
    """The witness itself, all looks; 0.1 for the first. Asymptotic refutations then need a second batch (rule 17)."""
    seeds, share = 80, 0.1
    v = bench.verdicts(ONE_OF_EACH[kind], share, seeds)
    assert v.first <= most(seeds, share * sum(1 / k**2 for k in range(1, len(LOOKS) + 1)))
    if kind in ("indicator", "bounded", "quantile"):
        assert v.refuted == v.first
    else:
        assert v.refuted <= most(seeds, share**2)


@pytest.mark.thin(2)
@pytest.mark.parametrize(("alpha", "seeds"), [(1e-2, 60), (0.5, 60)])
def test_suites_of_true_claims_are_refuted_at_most_nominally(alpha, seeds):
    """A suite that has alpha to itself. Whatever is spent bounds the first batches that refute, whatever refutes them."""
    claims = [c.claim() for c in ONE_OF_EACH.values()]
    runs = bench.suite(range(seeds), alpha, None, claims, seconds=1.0)
    total = sum(runs, Counter())
    assert len(claims) == len({c.kind for c in bench.CASES})
    assert all(run["error"] <= alpha for run in runs)
    assert total["supported"] >= 0.8 * seeds * len(claims)
    assert sum(run["refuted"] > 0 for run in runs) <= most(seeds, alpha)
    assert total["first"] <= poisson.isf(1e-6, total["error"])


@pytest.mark.thin(6)
@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_violations_are_caught_at_the_printed_resolution(kind):
    """At alpha = 1e-6: none where there is none, half a resolution now and then, one and two nearly always, by any kind."""
    seeds = 20
    _, (none, half, one, two) = bench.power(ONE_OF_EACH[kind], seeds)
    assert none == 0
    assert half <= one
    assert one >= 0.9 * seeds
    assert two == seeds


# ---- runs that are as skew as they look -----------------------------------------------------------------------------

BENT_SETS = 20_000


def test_the_gates_of_the_bent_interval_are_those_of_the_table():
    first = (BENCHMARKS / "bent.txt").read_text(encoding="utf-8").splitlines()[0]

    assert first.endswith(f": {LEAST_BENT} runs or more, z a <= {MOST_BENT:g}")


@pytest.mark.parametrize("n", [LEAST_BENT, pytest.param(2 * LEAST_BENT, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", bent.LAWS)
def test_bent_intervals_keep_their_level_where_the_runs_show_how_skew_they_are(name, n):
    law, gate = bent.LAWS[name], bent.MOST_BENT.index(MOST_BENT)
    counts = bent.count(law, n, BENT_SETS, seed=1)  # other samples than those that the gates come from

    for error, c in counts.items():
        if law.shown(n):
            assert c.missed[gate] <= most(BENT_SETS, error), error
    if name == "a hundredth at 20":  # what is assumed is needed
        assert not law.shown(n)
        assert counts[0.01].missed[gate] > most(BENT_SETS, 0.01)


def test_the_rule_is_strict():
    """A law that is missed too often by what is most bent, or at few runs, moves the gates; one that is not shown does not."""
    few = {
        e: bent.Count(np.full(len(bent.MOST_BENT), 100), np.zeros(len(bent.MOST_BENT), int), 10_000)
        for e in bent.ERRORS
    }

    def missing(places: slice) -> dict:
        out = {e: replace(c, missed=c.missed.copy()) for e, c in few.items()}
        out[0.01].missed[places] = 10_000
        return out

    assert bent.gates({("normal", 8): few, ("normal", 20): few}) == (8, inf)
    assert bent.gates({("normal", 8): missing(slice(None)), ("normal", 20): few}) == (20, inf)
    assert bent.gates({("normal", 8): missing(slice(3, None))}) == (8, bent.MOST_BENT[2])
    assert bent.gates({("normal", 8): missing(slice(None))}) is None
    assert bent.gates({("normal", 8): few, ("a tenth at 20", 8): missing(slice(None))}) == (8, inf)
