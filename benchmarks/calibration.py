"""How often the intervals and the verdicts err, and how often a violation is caught: measured on loops of known truth.

    python benchmarks/calibration.py [SECTION ...] [--effort 1.0] [--workers 2] [--out FILE]

Sections: intervals, looks, far, gate, verdicts, suite, power. Without any, all of them, about an hour and a half on two
cores; `--effort 0.1` for a tenth of the repetitions. Prints Markdown tables; benchmarks/CALIBRATION.md has a short run.

Everything goes through the program's own path: a moment becomes statistics (`estimand`), a pilot fixes their settings,
blocks are drawn and reduced, `ball_of` makes the balls, the claim's own sides the decision. The truth is the rigorous ball
of `theory.proof.enclose`. tests/test_calibration.py asserts the same figures on fewer repetitions.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from math import exp, sqrt
from math import log as log_of
from pathlib import Path

import numpy as np
from flint import arb
from scipy.optimize import brentq
from scipy.stats import binom
from sympy import Abs, Dummy, Eq, Expr, Le, Rational, Symbol, log

sys.path.insert(0, str(Path(__file__).parents[1]))  # runs from a checkout that is not installed

from simulate.engine import estimate as estimates
from simulate.engine import witness as witnesses
from simulate.engine.blocks import BLOCK, Runner, Setting, Simulation, Statistic, controlled
from simulate.engine.estimate import (
    Histogram,
    Sums,
    binomial_ball,
    bounded_ball,
    clt_ball,
    error_share,
    pareto_k,
    quantile_ranks,
    tail_share,
)
from simulate.engine.plan import LOOKS, PointPlan, ball_of, plan_point, recentre
from simulate.engine.streams import generator
from simulate.engine.witness import Witness
from theory import Cov, E, GaussianLoop, Prob, Quantile, Var, catalogue
from theory.language.balls import Ball
from theory.language.claims import Claim, Point
from theory.language.domains import Points
from theory.language.moments import Moment, PathMax
from theory.language.verdicts import Verdict
from theory.proof.arithmetic.programs import compile_expr
from theory.proof.arithmetic.rings import Balls
from theory.proof.enclose import value
from theory.proof.standard import standardise

LEVELS = (1e-1, 1e-2, 1e-3)
VIOLATIONS = (Rational(1, 2), Rational(1), Rational(2))  # in resolutions
HERE = Point(1, {"case": 1})
DRAWS = 7  # the batch that these draws are taken from: neither a counted one nor the pilot's


# ---- what is measured -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Case:
    """A quantity of known truth, an expression in moments.

    paired: by one estimate for a combination of moments.  same: another quantity that has the same value.
    """

    kind: str
    name: str
    quantity: Expr
    paired: bool = False
    same: Expr | None = None

    @property
    def truth(self) -> Rational:
        """The middle of a rigorous ball, whose radius is far below what any sample resolves."""
        whole = standardise(self.quantity if self.same is None else self.same)
        moments = sorted(whole.atoms(Moment), key=str)
        names = [Dummy(extended_real=True) for _ in moments]
        program = compile_expr(whole.xreplace(dict(zip(moments, names, strict=True))), tuple(names))
        ball: arb = program(Balls, *(value(m).value for m in moments))
        assert ball.rad() < 1e-6 * abs(ball)
        middle = ball.mid().fmpq()
        return Rational(int(middle.p), int(middle.q))

    def claim(self, factor: Expr = Rational(1)) -> Claim:
        """The quantity is `factor` times what it is."""
        right = factor * self.truth

        def measured(case=Points(1)):
            """A quantity has a value."""
            return Eq(self.quantity, right, evaluate=False)

        measured.__name__ = f"{self.name}, times {factor}"  # an id of its own: a claim's points share its seconds
        return Claim(measured)


L = GaussianLoop
S = Symbol("s", integer=True, nonnegative=True)  # a generation along the path
DRAWN, SIGMA, MU, HALF = L(10, known_mean=True), L(10).sigma(10), L(10).mu(10), Rational(1, 2)
HIGHEST = PathMax(L(2).sigma(S) ** 2, (S, 0, 1))
CASES = (
    Case("mean, controlled", "E sigma, n = 10, t = 10", E(SIGMA)),
    Case("mean, controlled", "E sigma, n = 2, t = 1", E(L(2).sigma(1))),
    Case("mean, tilted", "E sigma^2, n = 10, t = 10", E(SIGMA ** 2)),
    Case("mean, tilted", "E sigma, n = 10, t = 100", E(L(10).sigma(100))),
    Case("mean, tilted", "E sigma^2, n = 10, t = 100", E(L(10).sigma(100) ** 2)),
    Case("mean, tilted", "E sigma, n = 5, t = 30", E(L(5).sigma(30))),
    Case("mean, tilted", "E sigma^2, n = 5, t = 30", E(L(5).sigma(30) ** 2)),
    Case("mean, tilted", "E sigma, n = 2, t = 5", E(L(2).sigma(5))),
    Case("mean, tilted", "E sigma^2, n = 2, t = 5", E(L(2).sigma(5) ** 2)),
    Case("mean, skewness estimated", "E log sigma, n = 10, t = 10", E(log(SIGMA))),
    Case("mean, skewness estimated", "E mu^4, n = 10, t = 10", E(MU ** 4)),
    Case("mean, skewness estimated", "E (log sigma)^2, n = 2, t = 5", E(log(L(2).sigma(5)) ** 2)),
    Case("variance", "Var sigma, n = 10, t = 10", Var(SIGMA)),
    Case("variance", "Var sigma^2, n = 5, t = 3", Var(L(5).sigma(3) ** 2)),
    Case("variance", "Var mu, n = 10, t = 10", Var(MU), paired=True),
    Case("variance", "Var log sigma, n = 10, t = 10", Var(log(SIGMA)), paired=True),
    Case("paired combination", "E sigma_10^4 - E sigma_9^4, n = 10", E(SIGMA**4) - E(L(10).sigma(9) ** 4), True),
    Case("paired combination", "E (sigma^2 + mu^2)/2 - E log sigma", E((SIGMA**2 + MU**2) / 2) - E(log(SIGMA)), True),
    Case("indicator", "P(sigma^2 >= 1/2), n = 10, t = 10", Prob(SIGMA ** 2 >= HALF)),
    Case("indicator", "P(sigma^2 >= 4), n = 5, t = 1", Prob(L(5).sigma(1) ** 2 >= 4)),
    Case("bounded", "P(|draw| >= 2), n = 10, t = 10", Prob(Abs(DRAWN.draw(10)) >= 2)),
    Case("bounded", "P(|draw| >= 4), n = 10, t = 1", Prob(Abs(DRAWN.draw(1)) >= 4)),
    Case("first passage", "P(max sigma^2 >= 8), n = 2, t <= 1", Prob(HIGHEST >= 8), same=Prob(L(2).sigma(1) ** 2 >= 8)),
    Case("quantile", "median of log sigma, n = 10, t = 10", Quantile(log(SIGMA), HALF)),
    Case("quantile", "0.9-quantile of log sigma, n = 5, t = 3", Quantile(log(L(5).sigma(3)), Rational(9, 10))),
    Case("several moments", "E sigma^2 / (E sigma)^2, n = 10, t = 10", E(SIGMA ** 2) / E(SIGMA) ** 2),
    Case("several moments", "log E sigma, n = 10, t = 10", log(E(SIGMA))),
    Case("several moments", "Cov(sigma_10^2, sigma_5^2), n = 10", Cov(SIGMA ** 2, L(10).sigma(5) ** 2)),
)  # fmt: skip


# ---- the program's own intervals ------------------------------------------------------------------------------------
@dataclass
class Bench:
    """A case as the witness would plan it, on draws of any number of replicates."""

    case: Case
    seed: int = 0
    runner: Runner = field(init=False)
    plan: PointPlan = field(init=False)

    def __post_init__(self):
        self.runner = Runner(self.seed, 1)
        (self.plan,) = (p for p in plan_point(self.case.claim(), HERE) if p.paired == self.case.paired)
        assert not self.plan.reason, self.plan.reason
        self.runner.pilot(self.plan.statistics)
        recentre(self.plan, self.runner)
        self.runner.pilot(self.plan.statistics)

    def samples(self, size: int, repetitions: int) -> Iterator[dict[Statistic, Sums | Histogram]]:
        """Independent samples of `size` replicates, reduced."""
        groups: dict[Simulation, list[tuple[Statistic, Setting]]] = defaultdict(list)
        for s in self.plan.statistics:
            groups[s.simulation].append((s, self.runner.settings[s]))
        rows = max(1, BLOCK // size)  # samples that one block of draws is cut into
        for block in range(-(-repetitions // rows)):
            drawn = {}
            for simulation, work in groups.items():
                times = sorted({t for s, _ in work for t in s.times})
                records = simulation.draw(generator(self.seed, simulation.key, block, DRAWS), rows * size, times)
                drawn |= {
                    s: (controlled(s, records, setting.weights).reshape(rows, size), setting) for s, setting in work
                }
            for i in range(min(rows, repetitions - block * rows)):
                yield {
                    s: Sums.of(x[i], setting.shift) if setting.edges is None else Histogram.of(x[i], setting.edges)
                    for s, (x, setting) in drawn.items()
                }

    def gap(self, sample: dict[Statistic, Sums | Histogram], level: float) -> tuple[float, float] | None:
        """(quantity - truth), an interval at error probability `level` in some scale; None where a gate refuses it."""
        balls = {}
        for s, reduced in sample.items():
            self.runner.kept[s, 0] = {0: reduced}
            balls[s], _, note = ball_of(s, self.runner, 0, 1, level / len(sample))
            if note:
                return None
        try:
            return self.plan.parts[0].decide(balls, 1.0, {}).margin
        except ArithmeticError:
            return None


@dataclass
class Tally:
    """Repetitions at one level: how many intervals are usable, and how many of these miss."""

    level: float
    tried: int = 0
    usable: int = 0
    missed: int = 0

    def add(self, gap: tuple[float, float] | None) -> None:
        self.tried += 1
        self.usable += gap is not None
        self.missed += gap is not None and not gap[0] <= 0 <= gap[1]

    @property
    def alarm(self) -> float:
        """Probability of so many misses or more among the usable ones, were each missed with probability `level`."""
        return float(binom.sf(self.missed - 1, self.usable, self.level))

    @property
    def alarm_of_all(self) -> float:
        """The same among all: a refused interval decides nothing, hence errs nowhere."""
        return float(binom.sf(self.missed - 1, self.tried, self.level))

    def __str__(self) -> str:
        """Rate of misses over the nominal one, among the usable; their share where some are refused."""
        if not self.usable:
            return "none usable"
        share = "" if self.usable == self.tried else f" of {self.usable / self.tried:.0%}"
        mark = " (!)" if self.alarm < 1e-4 else ""
        return f"{self.missed / self.usable / self.level:.2f}{share}{mark}"


def intervals(case: Case, size: int, repetitions: int, seed: int = 0, levels: Sequence[float] = LEVELS) -> list[Tally]:
    """Misses of one interval by level."""
    bench, tallies = Bench(case, seed), [Tally(level) for level in levels]
    for sample in bench.samples(size, repetitions):
        for tally in tallies:
            tally.add(bench.gap(sample, tally.level))
    return tallies


def looks(
    case: Case, size: int, repetitions: int, levels: Sequence[float] = LEVELS, shares: Sequence[float] = ()
) -> list[Tally]:
    """Misses at any of the looks at N, 2N, 4N and so on, all of them always taken; a level is what all may spend together.

    shares: of the looks, in proportion; by default those of `error_share`. Usable: at one look at least.
    """
    bench, tallies = Bench(case), [Tally(level) for level in levels]
    shares = shares or [error_share(0.5, 1, k + 1) for k in range(len(LOOKS))]
    draws = bench.samples(size, repetitions * LOOKS[-1])
    for _ in range(repetitions):
        parts = [next(draws) for _ in range(LOOKS[-1])]
        samples = [{s: _merged([p[s] for p in parts[:k]]) for s in parts[0]} for k in LOOKS]
        for tally in tallies:
            seen = [
                bench.gap(sample, tally.level * share / sum(shares))
                for sample, share in zip(samples, shares, strict=True)
            ]
            usable = [g for g in seen if g]
            tally.add(next((g for g in usable if not g[0] <= 0 <= g[1]), usable[0] if usable else None))
    return tallies


def _merged(parts):
    if isinstance(parts[0], Sums):
        return Sums.merged(parts)
    total = parts[0]
    for p in parts[1:]:
        total = total.merge(p)
    return total


# ---- far out: importance sampling -----------------------------------------------------------------------------------
class Law:
    """A law of finitely many values, so that a sample of any size is a vector of counts.

    values, masses: arrays of shape (m,). Its mean, standard deviation and skewness are known exactly.
    """

    def __init__(self, values: np.ndarray, masses: np.ndarray | None = None):
        m = np.ones(len(values)) if masses is None else masses
        mean = float((values * m).sum() / m.sum())
        order = np.argsort(-np.abs(values - mean))  # the largest first: `Sums.top` is read off the counts
        self.values, self.masses = values[order], m[order] / m.sum()
        self.mean = float((self.values * self.masses).sum())  # sums throughout: a dot product spins on all cores
        d = self.values - self.mean
        self.sd = sqrt(float((d * d * self.masses).sum()))
        self.skewness = float((d**3 * self.masses).sum()) / self.sd**3

    def tilted(self, b: float, square: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
        """(masses proportional to exp(b y - square b^2 y^2), log of mass over tilted mass), y standardised.

        With the square it is the tilt for self-normalised sums (Shao 1997): bounded, so that it exists for every law.
        """
        y = b / self.sd * (self.values - self.mean)
        w = y - square * y * y
        w -= w.max()
        new = self.masses * np.exp(w)
        total = float(new.sum())
        return new / total, log_of(total) - w

    def sums(self, counts: np.ndarray) -> Sums:
        """The sums of a sample with these counts (whole numbers; of expected counts, without the top)."""
        n, seen, drawn = float(counts.sum()), np.flatnonzero(counts), counts.dtype.kind == "i"
        mean = float((counts * self.values).sum()) / n
        d = self.values - mean
        weighted = counts * d * d
        m2, m3, m4 = (float((weighted * x).sum()) for x in (1.0, d, d * d))
        last = int(np.searchsorted(np.cumsum(counts), estimates.TOP)) + 1 if drawn else 0
        top = np.repeat(np.abs(self.values[:last] - self.mean), counts[:last] if drawn else 0)[: estimates.TOP]
        low, high = float(self.values[seen].min()), float(self.values[seen].max())
        return Sums(int(n), mean, m2, m3, m4, low, high, self.mean, top)


def exponential(atoms: int = 20_000) -> Law:
    edges = np.concatenate([np.geomspace(1e-9, 1e-3, atoms // 10), np.linspace(1e-3, 40, atoms)[1:]])
    return Law((edges[1:] + edges[:-1]) / 2, np.exp(-edges[:-1]) - np.exp(-edges[1:]))


def lognormal(s: float, step: float = 1e-3) -> Law:
    """Mean 1, log-sd s."""
    z = np.arange(-9, 9, step)
    return Law(np.exp(s * z - s * s / 2), np.exp(-z * z / 2))


def lomax(index: float, atoms: int = 20_000) -> Law:
    """Pareto's law from 0 on: shape k = 1 / index, moments below the index."""
    u = np.geomspace(1e-14, 1, atoms)
    return Law(np.sqrt(u[1:] * u[:-1]) ** (-1 / index) - 1, np.diff(u))


def pool(case: Case, values: int = 2**16) -> Law:
    """The law of one of the program's own statistics, as so many of its values have it."""
    bench = Bench(case)
    (s,) = bench.plan.statistics
    records = s.simulation.draw(generator(0, s.simulation.key, 0, DRAWS + 1), values, s.times)
    return Law(controlled(s, records, bench.runner.settings[s].weights))


def far(
    law: Law, n: int, interval: Callable[[Sums], Ball], samples: int, seed: int = 0, square: float = 0.5
) -> tuple[float, float]:
    """(probability that an interval from n replicates is usable and misses, its standard error).

    Samples come from the law tilted until the interval of the expected sample just touches the truth, once to either
    side, and count with their likelihood ratio.
    """
    rng, rate, variance = np.random.default_rng(seed), 0.0, 0.0
    for side in (-1, 1):

        def beyond(b: float, side=side) -> float:
            expected = law.sums(n * law.tilted(side * b, square)[0])
            return side * (expected.mean - law.mean) - interval(expected).radius

        high = 1 / sqrt(n)
        while beyond(high) < 0 and high < 1e4:
            high *= 1.5
        if high >= 1e4:  # no law on these values touches: no miss to this side
            continue
        masses, logs = law.tilted(side * brentq(beyond, 0, high, rtol=1e-6), square)
        weights = np.zeros(samples)
        for i in range(samples):
            counts = rng.multinomial(n, masses)
            sums = law.sums(counts)
            if side * (sums.mean - law.mean) > 0:
                ball = interval(sums)
                if not ball.note and not ball.value.contains(law.mean):
                    weights[i] = exp(float((counts * logs).sum()))
        rate, variance = rate + weights.mean(), variance + weights.var() / samples
    return float(rate), sqrt(variance)


def least(error: float, skewness: float) -> int:
    """The least number of replicates, to 1 %, at which delta <= 1."""
    n = 100
    while tail_share(error, skewness, n)[1] > 1:
        n += max(1, n // 100)
    return n


class student:
    """The exponent of rule 18 in place of 2: intervals at share exp(-`factor` delta)."""

    def __init__(self, factor: float):
        self.factor, self.kept = factor, estimates.STUDENT

    def __enter__(self):
        estimates.STUDENT = self.factor

    def __exit__(self, *exc):
        estimates.STUDENT = self.kept


def shares(law: Law, error: float, samples: int, factor: float) -> tuple[int, float, float]:
    """(N at the gate, miss probability over `error`, its standard error) with share exp(-factor delta)."""
    with student(factor or 2.0):
        n = least(error, law.skewness)
    with student(factor):
        rate, spread = far(law, n, lambda s: clt_ball(s, error, law.skewness), samples)
    return n, rate / error, spread / error


def gate(law: Law, error: float, times: float, samples: int) -> tuple[int, list[tuple[float, float, float]]]:
    """(N, for each of three gates (usable share, P(usable and misses) over `error`, its standard error)).

    Skewness estimated. The gates: delta <= 1 alone; and the Pareto shape of the 64, of the 256 largest below 0.3.
    times: N in units of the least at which delta <= 1 with twice the true skewness.
    """
    n = max(BLOCK, int(times * least(error, 2 * abs(law.skewness))))
    out = []
    for top in (0, 64, 256):

        def interval(sums: Sums, top=top) -> Ball:
            ball = clt_ball(sums, error, 2 * sums.skewness)  # the gate on delta alone
            k = pareto_k(np.sort(sums.top)[-top:]) if top and not ball.note else float("nan")
            return replace(ball, note="Pareto") if k >= estimates.PARETO_GATE else ball

        rng = np.random.default_rng(1)
        usable = sum(not interval(law.sums(rng.multinomial(n, law.masses))).note for _ in range(samples)) / samples
        rate, spread = far(law, n, interval, samples)
        out.append((usable, rate / error, spread / error))
    return n, out


# ---- verdicts -------------------------------------------------------------------------------------------------------
@cache
def _plans(claim: Claim, number: int, values: tuple) -> list[PointPlan]:
    return plan_point(claim, Point(number, dict(values)))


def planned_once(claim: Claim, point: Point) -> list[PointPlan]:
    """As `plan_point`, whose symbolic work is the same for every seed."""
    plans = _plans(claim, point.number, tuple(point.values.items()))
    return [replace(p, parts=[replace(q, estimands=dict(q.estimands)) for q in p.parts]) for p in plans]


class sharing:
    """alpha is shared by so many claims (2,048 in the program), and plans are made once."""

    def __init__(self, claims: int):
        self.claims, self.kept = claims, (estimates.CLAIMS, witnesses.plan_point)

    def __enter__(self):
        estimates.CLAIMS, witnesses.plan_point = self.claims, planned_once

    def __exit__(self, *exc):
        estimates.CLAIMS, witnesses.plan_point = self.kept


def findings(claims: Sequence[Claim], seed: int, asked: float, alpha: float, seconds: float = 3.0) -> list:
    with Runner(seed, 1) as runner:
        witness = Witness(runner, seconds, asked, alpha)
        return witness.run(witness.plans([(c, [HERE] if c.domain.keys() == {"case"} else c.points()) for c in claims]))


@dataclass
class Verdicts:
    """Seeds of one true claim: first batches that refute it at some look, verdicts that do, undecided ones."""

    share: float
    seeds: int = 0
    first: int = 0
    refuted: int = 0
    undecided: int = 0


def verdicts(case: Case, share: float, seeds: int) -> Verdicts:
    """A true claim decided by the witness, alpha so that the first look of the first batch has this share."""
    claim, out = case.claim(), Verdicts(share)
    with sharing(1):
        alpha = share * share / error_share(share, 1, 1)
        for seed in range(seeds):
            (f,) = findings([claim], seed, 0.1, alpha)
            out.seeds += 1
            out.first += f.batches == 2 or f.verdict == Verdict.REFUTED
            out.refuted += f.verdict == Verdict.REFUTED
            out.undecided += f.verdict not in (Verdict.REFUTED, Verdict.SUPPORTED)
    return out


def true_claims() -> list[Claim]:
    """The catalogue's claims that hold, the cases as claims, and bounds that touch."""

    def touching(case=Points(1)):
        """A bound that touches: refuted by chance as often as half an equality."""
        return Le(E(L(10).sigma(3) ** 2), Rational(1), evaluate=False)

    return [*(c for c in catalogue() if c.expected == "holds"), *(c.claim() for c in CASES), Claim(touching)]


@cache
def _suite() -> list[Claim]:
    return true_claims()


def suite(
    seeds: Sequence[int], alpha: float, shared: int | None, claims: Sequence[Claim] = (), seconds: float = 0.03
) -> list[Counter]:
    """For each seed how many points were supported, refuted and so on, "first" batches refuted included."""
    claims, out = claims or _suite(), []
    with sharing(shared or len(claims)):
        for seed in seeds:
            found = findings(claims, seed, 0.1, alpha, seconds)
            first = sum(f.batches == 2 or f.verdict == Verdict.REFUTED for f in found)
            out.append(Counter(str(f.verdict) for f in found) + Counter(first=first, error=sum(f.error for f in found)))
    return out


def power(case: Case, seeds: int, asked: float = 0.1, alpha: float = 1e-6) -> tuple[float, list[int]]:
    """(the printed resolution of the true claim, refutations of it and of violations by 1/2, 1, 2 resolutions)."""
    with sharing(estimates.CLAIMS):
        (f,) = findings([case.claim()], 0, asked, alpha, seconds=10.0)
        assert f.verdict == Verdict.SUPPORTED, f.note
        r = Rational(str(round(f.resolution, 7)))
        claims, caught = [case.claim(1 + v * r) for v in (0, *VIOLATIONS)], Counter()
        for seed in range(1, seeds + 1):
            found = findings(claims, seed, asked, alpha, seconds=10.0)  # in the order in which they were settled
            caught.update(f.claim for f in found if f.verdict == Verdict.REFUTED)
    return f.resolution, [caught[c.id] for c in claims]


# ---- exact sums -----------------------------------------------------------------------------------------------------
def clopper_pearson(p: float, n: int, error: float) -> float:
    """The miss probability of `binomial_ball`, summed over all outcomes that miss p: no sampling."""

    def first(test) -> int:  # the least k with test(k), monotone
        low, high = 0, n + 1
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if test(middle) else (middle + 1, high)
        return low

    above = first(lambda k: k > n or binomial_ball(k, n, error).value > p)
    below = first(lambda k: k > n or not binomial_ball(k, n, error).value < p) - 1
    return float(binom.sf(above - 1, n, p) + binom.cdf(below, n, p))


def order_statistics(q: float, n: int, error: float) -> float:
    """The miss probability of `quantile_ball` for a continuous law with bins of no width: wider bins miss less."""
    lower, upper = quantile_ranks(n, q, error)
    return float(binom.cdf(lower - 1, n, q) + binom.sf(upper - 1, n, q))


# ---- the report -----------------------------------------------------------------------------------------------------
def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(x).replace("|", "\\|") for x in line) + " |" for line in lines) + "\n"


def _interval_rows(run, function, size: int, repetitions: int) -> list[list]:
    done = run([(function, (case, size, repetitions)) for case in CASES])
    return [[c.kind, c.name, size, *tallies] for c, tallies in zip(CASES, done, strict=True)]


def report_intervals(run, effort: float) -> str:
    n = int(10_000 * effort)
    rows = [row for size in (512, BLOCK) for row in _interval_rows(run, intervals, size, n)]
    return f"{n} intervals a row.\n\n" + table(["kind", "quantity", "N", *map(str, LEVELS)], rows)


def report_looks(run, effort: float) -> str:
    n = int(2_000 * effort)
    rows = _interval_rows(run, looks, 512, n)
    return f"{n} runs a row.\n\n" + table(["kind", "quantity", "first N", *map(str, LEVELS)], rows)


def pooled(case: Case, error: float, samples: int) -> tuple[int, float, float]:
    """(N, miss probability over `error`, its standard error) of the program's own interval."""
    law, (s,) = pool(case), Bench(case).plan.statistics
    known = law.skewness if s.skewness is not None else None
    if s.bounds:
        n, square = BLOCK, 0.0
        rate, spread = far(law, n, lambda x: bounded_ball(x, *s.bounds, error), samples, square=square)
    else:
        n = -(-least(error, law.skewness if known is not None else 2.2 * law.skewness) // BLOCK) * BLOCK
        rate, spread = far(law, n, lambda x: clt_ball(x, error, known), samples)
    return n, rate / error, spread / error


def report_far(run, effort: float) -> str:
    laws, errors, samples = ("exponential", "lognormal 0.5", "lognormal 1"), (1e-6, 1e-9, 1e-12), int(4_000 * effort)
    grid = [(name, error, f) for name in laws for error in errors for f in (0.0, 1.0, 2.0)]
    done = dict(zip(grid, run([(shares, (law(x), error, samples, f)) for x, error, f in grid]), strict=True))
    rows = [
        [name, error, *(f"{r:.2f} ± {e:.2f} (N = {n})" for n, r, e in (done[name, error, f] for f in (0.0, 1.0, 2.0)))]
        for name in laws
        for error in errors
    ]
    out = table(["law", "nominal", "full share", "share exp(-delta)", "share exp(-2 delta)"], rows)
    single = [c for c in CASES if len(Bench(c).plan.statistics) == 1 and c.kind not in ("indicator", "quantile")]
    grid = [(c, error) for c in single for error in (1e-6, 1e-10)]
    done = run([(pooled, (c, error, samples // 2)) for c, error in grid])
    rows = [[c.kind, c.name, error, n, f"{r:.2g} ± {e:.1g}"] for (c, error), (n, r, e) in zip(grid, done, strict=True)]
    out += "\n" + table(["kind", "quantity", "nominal", "N", "misses over nominal"], rows)
    rows = [
        [kind, at, error, n, f"{exact(at, n, error) / error:.2f}"]
        for kind, exact, values in (
            ("indicator", clopper_pearson, (0.5, 0.4, 0.003)),
            ("quantile", order_statistics, (0.5, 0.9)),
        )
        for at in values
        for n in (BLOCK, 16 * BLOCK)
        for error in (1e-6, 1e-10)
    ]
    return out + "\n" + table(["kind", "probability", "nominal", "N", "misses over nominal, exactly"], rows)


def law(name: str) -> Law:
    """ "lognormal 0.5" and so on."""
    kind, _, number = name.partition(" ")
    return {"exponential": exponential, "lognormal": lognormal, "lomax": lomax}[kind](
        *([float(number)] if number else [])
    )


def _gate(name: str, *args) -> tuple[int, list[tuple[float, float, float]]]:
    return gate(law(name), *args)


def report_gate(run, effort: float) -> str:
    names = [
        "exponential",
        *(f"lognormal {s}" for s in (0.5, 0.75, 1, 1.25, 1.5, 2)),
        *(f"lomax {a}" for a in (6, 4, 3, 2.5)),
    ]
    grid = [(name, error, times) for name in names for error in (1e-5, 1e-9, 1e-13) for times in (1.4, 8)]
    done = run([(_gate, (*g, int(1_000 * effort))) for g in grid])
    rows = [
        [name, error, f"{n:.1e}", *(f"{used:.2f}; {rate:.2f} ± {spread:.2f}" for used, rate, spread in gates)]
        for (name, error, _), (n, gates) in zip(grid, done, strict=True)
    ]
    return table(["law", "nominal", "N", "delta alone", "and k of the 64 largest", "and k of the 256 largest"], rows)


def report_verdicts(run, effort: float) -> str:
    seeds, grid = int(1_000 * effort), [(case, share) for share in (0.1, 0.01) for case in CASES]
    done = run([(verdicts, (case, share, seeds)) for case, share in grid])
    rows = [[c.kind, c.name, share, v.first, v.refuted, v.undecided] for (c, share), v in zip(grid, done, strict=True)]
    head = ["kind", "quantity", "share of the first look", "first batch refutes", "refuted", "undecided"]
    return f"{seeds} seeds a row.\n\n" + table(head, rows)


def report_suite(run, effort: float) -> str:
    rows = []
    for alpha, shared, seeds in ((1e-2, 2048, 1_000), (1e-2, None, 1_000), (0.5, None, 300)):
        seeds = int(seeds * effort)
        chunks = [range(i, min(i + 20, seeds)) for i in range(0, seeds, 20)]
        done = [c for part in run([(suite, (chunk, alpha, shared)) for chunk in chunks]) for c in part]
        total = sum(done, Counter())
        first, refuted = (sum(c[what] > 0 for c in done) for what in ("first", "refuted"))
        sharing = f"{shared or len(_suite())} claims"
        supported, spent = round(total["supported"] / len(done)), f"{total['error'] / len(done):.2g}"
        rows.append([alpha, sharing, len(done), supported, spent, first, total["first"], refuted])
    head = ["alpha", "shared by", "seeds", "points supported a seed", "error spent a seed"]
    head += ["suites where a first batch refutes", "such batches", "suites with a false refutation"]
    return f"{len(_suite())} true claims.\n\n" + table(head, rows)


def report_power(run, effort: float) -> str:
    seeds = int(200 * effort)
    done = run([(power, (case, seeds)) for case in CASES])
    rows = [
        [c.kind, c.name, f"{r:.3f}", *(f"{k / seeds:.1%}" for k in caught)]
        for c, (r, caught) in zip(CASES, done, strict=True)
    ]
    return f"{seeds} seeds a row, alpha = 1e-6.\n\n" + table(
        ["kind", "quantity", "resolution", "0", "1/2", "1", "2"], rows
    )


SECTIONS = {
    "intervals": ("Misses over nominal, one interval", report_intervals),
    "looks": ("Misses over nominal, all looks together", report_looks),
    "far": ("Misses over nominal, far out", report_far),
    "gate": ("Which Pareto gate: usable share; usable and missing, over nominal", report_gate),
    "verdicts": ("Verdicts on true claims", report_verdicts),
    "suite": ("Suites of true claims", report_suite),
    "power": ("Violations caught", report_power),
}


def _call(job):
    function, args = job
    return function(*args)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", choices=[[], *SECTIONS], metavar="SECTION")
    parser.add_argument("--effort", type=float, default=1.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with ProcessPoolExecutor(options.workers) as processes:
        for name in options.sections or SECTIONS:
            title, report = SECTIONS[name]
            start = time.perf_counter()
            text = report(lambda jobs: list(processes.map(_call, jobs)), options.effort)
            text = f"### {title}\n{text}\n({time.perf_counter() - start:.0f} s)\n"
            print(text, flush=True)
            if options.out:
                with options.out.open("a", encoding="utf-8") as out:
                    out.write(text + "\n")


if __name__ == "__main__":
    main()
