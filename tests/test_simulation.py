"""The engine: what is drawn depends on seed and question alone, estimators are unbiased, and their known laws are right.

Seeds are fixed, so a test passes or fails for good; the probabilities in docstrings are those of having given a correct
engine a seed that fails. z below 5 is 6e-7 for each number compared.
"""

from __future__ import annotations

import math
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import asdict, replace
from fractions import Fraction

import numpy as np
import pytest
from exact import bits
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import chi2
from sympy import Abs, Eq, Integer, Rational, Symbol, lambdify, log

from simulate import estimate, sample
from simulate.engine.blocks import (
    BLOCK,
    PILOT,
    PILOT_BATCH,
    Runner,
    control_weights,
    controlled,
    run_block,
    run_blocks,
)
from simulate.engine.dispatch import estimand
from simulate.engine.estimate import TOP, Sums, clt_ball
from simulate.engine.plan import ball_of
from simulate.engine.populations import _line
from simulate.engine.streams import generator
from simulate.engine.witness import Witness
from simulate.gaussian import common as kernels
from simulate.gaussian.sampler import _controlled_moments, _moments, _Sampler, estimand_of
from theory.families import catalogue
from theory.gaussian.common import GaussianLoop, drift
from theory.language.balls import Guarantee
from theory.language.claims import Claim
from theory.language.domains import Integers, Positive
from theory.language.errors import BadInput, CannotTell
from theory.language.functions import c4
from theory.language.laws import Cauchy, Exponential, Laplace, Logistic, Mixture, Normal, StudentT, Uniform
from theory.language.loops import Loop, Observable
from theory.language.moments import W1, E, PathMax, Prob, Quantile, Var
from theory.language.summaries import summarise
from theory.language.verdicts import Verdict
from theory.proof.enclose import value

pytestmark = pytest.mark.xdist_group("simulation")  # what is made once for all of them


LOOP = GaussianLoop(10)
DECAY = 0.062527808308108  # c4(10)^100
s = Symbol("s", integer=True, nonnegative=True)


class Now(Executor):
    """Runs everything at once, in the caller's thread, and keeps a list of what was submitted."""

    def __init__(self):
        self.submitted = []

    def submit(self, fn, /, *args, **kwargs):
        self.submitted.append((fn, args))
        future: Future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future

    def blocks(self) -> list[tuple[str, int, int]]:
        """(key of the simulation, batch, block) of every counted block."""
        return [(args[0].key, args[2], b) for fn, args in self.submitted if fn is run_blocks for b in args[3]]


class Late(Executor):
    """Four threads; of any four tasks in a row the first submitted is the last to finish."""

    def __init__(self):
        self.pool, self.count = ThreadPoolExecutor(4), 0

    def submit(self, fn, /, *args, **kwargs):
        delay = 0.01 * (3 - self.count % 4)
        self.count += 1
        return self.pool.submit(lambda: (time.sleep(delay), fn(*args, **kwargs))[1])

    def shutdown(self, wait=True, *, cancel_futures=False):
        self.pool.shutdown(wait, cancel_futures=cancel_futures)


def kept(runner: Runner, statistic, batch: int = 0) -> list[tuple]:
    return [bits(x) for _, x in sorted(runner.kept[statistic, batch].items())]


def statistics(*moments) -> list:
    return [x for m in moments for x in estimand(m).statistics]


def run(wanted, seed: int = 0, blocks: int = 3, executor: Executor | None = None, workers: int = 2) -> Runner:
    """A runner that has piloted and run the first blocks of some statistics."""
    with Runner(seed, workers, executor) as runner:
        runner.pilot(wanted)
        runner.run(w for x in wanted for w in runner.want(x, 0, blocks))
        return runner


def balls(loop, expressions, seed=0, blocks=8, error=1e-6):
    """(ball, tag) of the mean of each expression in the observables of `loop`."""
    means = [_Sampler(loop).mean(x, f"m{j}") for j, x in enumerate(expressions)]
    runner = run(means, seed, blocks, Now())
    return [(ball_of(x, runner, 0, blocks, error), x.simulation.tag) for x in means]


def z_score(x: np.ndarray, mean: float) -> float:
    return abs(x.mean() - mean) / math.sqrt(x.var(ddof=1) / x.size)


# --- the same numbers, whatever else is asked and whoever runs it


def test_results_do_not_depend_on_workers_or_executor():
    """Means, controlled means, tilted ones, indicators, quantiles, paths: one, two, seven threads, none, and late ones."""
    wanted = statistics(
        E(LOOP.sigma(5)),
        E(log(LOOP.sigma(6) ** 2)),
        E(LOOP.sigma(30) ** 4),
        E(LOOP.mu(4) ** 2),
        E(LOOP.mu(4)),
        Prob(LOOP.sigma(7) ** 2 >= Rational(1, 2)),
        Quantile(log(LOOP.sigma(5)), Rational(1, 2)),
        E(PathMax(LOOP.sigma(s), (s, 0, 5))),
        E(LOOP.draw(3) ** 3),
        E(GaussianLoop(20).sigma(5)),
    )
    assert len({x.simulation for x in wanted}) >= 5
    first = run(wanted, 3, 5, workers=1)
    for other in (
        run(wanted, 3, 5, workers=2),
        run(wanted, 3, 5, workers=7),
        run(wanted, 3, 5, Now()),
        run(wanted, 3, 5, Late()),
    ):
        for x in wanted:
            assert other.settings[x].weights == first.settings[x].weights
            assert kept(other, x) == kept(first, x)
            assert bits(other.merged(x, 0, 5)) == bits(first.merged(x, 0, 5))
    for x in wanted:
        assert kept(run(wanted, 4, 1, Now()), x) != kept(first, x)[:1]


def test_estimates_do_not_depend_on_workers_or_executor():
    asked = [E(LOOP.sigma(20)), Var(LOOP.mu(5)), E(LOOP.sigma(3)) ** 2 - 1]
    first = [(b.midpoint, b.radius) for b in estimate(asked, 20_000, seed=1, workers=1)]
    assert first == [(b.midpoint, b.radius) for b in estimate(asked, 20_000, seed=1, workers=2)]
    assert first == [(b.midpoint, b.radius) for b in estimate(asked, 20_000, seed=1, workers=7)]
    with Late() as late:
        assert first == [(b.midpoint, b.radius) for b in estimate(asked, 20_000, seed=1, executor=late)]
        late.submit(int).result()  # an executor that was given stays open
    late.shutdown()
    assert first != [(b.midpoint, b.radius) for b in estimate(asked, 20_000, seed=2)]


def test_a_process_pool_is_an_executor():
    """Only that tasks can be pickled: a pool would cost a second."""
    import pickle

    executor = Now()
    estimate([E(LOOP.sigma(3))], 10, executor=executor)
    assert executor.submitted
    for function, arguments in executor.submitted:
        assert pickle.loads(pickle.dumps((function, arguments)))[0] is function


def test_blocks_are_merged_in_block_order():
    """Whatever the order in which they were run, and not in any other order (which rounds differently)."""
    (x,) = statistics(E(LOOP.sigma(5)))
    forward, backward = run([x], blocks=9), Runner(0, 1)
    backward.pilot([x])
    for w in reversed(forward.want(x, 1, 9)):  # the same blocks, asked for one by one, the last first
        backward.run([(w[0], 0, w[2], x)])
    backward.executor.shutdown()
    assert list(backward.kept[x, 0]) == list(range(8, -1, -1))
    parts = [forward.kept[x, 0][b] for b in range(9)]
    total = parts[0]
    for p in parts[1:]:
        total = total.merge(p)
    assert bits(backward.merged(x, 0, 9))[:-1] == bits(forward.merged(x, 0, 9))[:-1] == bits(total)[:-1]
    assert bits(Sums.merged(parts[::-1]))[:-1] != bits(total)[:-1]
    assert forward.merged(x, 0, 4).count == 4 * BLOCK


def test_asking_for_more_changes_no_number():
    """More statistics, a longer horizon, another batch, earlier or later: the same bits."""
    (x,) = statistics(E(LOOP.sigma(5)))
    same = [
        m
        for m in (
            E(LOOP.sigma(7) ** 2),
            E(LOOP.sigma(8)),
            E(log(LOOP.sigma(9) ** 2)),
            Prob(Abs(LOOP.mu(6)) > 1),
            E(GaussianLoop(10, estimator="mle").sigma(6)),
            Prob(LOOP.sigma(60) ** 2 >= 1),
        )
        if statistics(m)[0].simulation == x.simulation
    ]
    others = statistics(*same, E(LOOP.mu(3)), E(LOOP.sigma(80) ** 2), E(LOOP.draw(5) ** 3))
    assert len(same) == 6
    alone = run([x], 7)
    for order in ([x, *others], [*others, x]):
        crowd = run(order, 7)
        assert kept(crowd, x) == kept(alone, x)
        assert bits(crowd.pilots[x]) == bits(alone.pilots[x])
        assert crowd.settings[x] == alone.settings[x]
    with Runner(7, 2) as later:  # and a block that is drawn again, for a later question
        later.pilot([x])
        later.run(later.want(x, 0, 1))
        later.pilot(others)
        later.run([*(w for y in others for w in later.want(y, 0, 3)), *later.want(x, 1, 2)])
        later.run(later.want(x, 0, 3))
    assert kept(later, x) == kept(alone, x)
    assert not set(kept(later, x, 1)) & set(kept(alone, x))
    (y,) = statistics(E(LOOP.draw(3) ** 3))  # fresh draws of one generation, whatever others are drawn
    assert kept(run([y], 7), y) == kept(run([*statistics(E(LOOP.draw(9) ** 3), E(LOOP.draw(3) ** 5)), y], 7), y)


def test_a_claim_alone_or_among_others():
    """Verdict, balls, blocks, batches, error: all the same, but for the clock and the ledger's numbers."""
    others = catalogue("gaussian-sigma*", "gaussian-variance*", "gaussian-log-d*")[:21]
    work = [(c, c.points()[7:11]) for c in others]

    def findings(work, seed=5):
        with Runner(seed, executor=Now()) as runner:
            witness = Witness(runner, seconds=0.5, asked=0.1)
            found = witness.run(witness.plans(work))
        rows = [{k: v for k, v in asdict(f).items() if k not in ("seconds", "id")} for f in found]
        return {c.id: sorted((r for r in rows if r["claim"] == c.id), key=lambda r: r["number"]) for c, _ in work}

    together = findings(work)
    assert len(together) == 21
    assert sum(r["blocks"] > 0 for rows in together.values() for r in rows) > 25
    for j in (0, 4, 6, 7, 12, 20):
        assert findings([work[j]]) == {others[j].id: together[others[j].id]}
    assert findings(work[:3][::-1]) == {c.id: together[c.id] for c, _ in work[:3]}
    assert findings(work[:1], seed=6) != {others[0].id: together[others[0].id]}


# --- leaving out, before anything is counted (rule 2)


@pytest.fixture(scope="module")
def decay():
    """The decay claim at its notable points, with a small budget: (plans, findings, runner, executor)."""
    (claim,) = catalogue("gaussian-sigma-mean-c4")
    executor = Now()
    with Runner(0, executor=executor) as runner:
        witness = Witness(runner, seconds=1.0, asked=0.05)
        plans = witness.plans([(claim, claim.points())])
        assert executor.blocks() == []  # planning draws pilots only
        assert not any(runner.kept.values())
        found = witness.run(plans)
    return plans, found, runner, executor


def test_n_2_t_100_is_left_out_beforehand(decay):
    _, found, runner, _ = decay
    (out,) = [f for f in found if f.point and (f.point["n"], f.point["t"]) == ("2", "100")]
    assert out.verdict == Verdict.LEFT_OUT
    assert out.blocks == out.replicates == out.batches == 0
    assert "relative variance of sigma^1 at t = 100 is" in out.note
    assert not any("n=2 nu=1" in x.simulation.key and 100 in x.times for x, _ in runner.kept)
    with pytest.raises(CannotTell, match="heavy tail"):
        estimand(E(GaussianLoop(2).sigma(100)))


def test_no_counted_block_is_drawn_for_what_is_left_out(decay):
    plans, found, runner, executor = decay
    left = [p for p in plans if p.reason]
    assert {f.number for f in found if f.verdict == Verdict.LEFT_OUT} == {p.point.number for p in left}
    assert all(
        f.note == next(p.reason for p in left if p.point.number == f.number)
        for f in found
        if f.verdict == Verdict.LEFT_OUT
    )
    used = {x for p in plans if not p.reason for x in p.statistics}
    for p in left:
        for x in set(p.statistics) - used:
            assert runner.kept.get((x, 0), {}) == {}
    keys = {x.simulation.key for x in used}
    assert {key for key, *_ in executor.blocks()} == keys
    assert len(executor.blocks()) == sum(
        max(len(runner.kept[x, 0]) for x in used if x.simulation.key == key) for key in keys
    )


def test_above_the_cap_is_left_out_with_its_price():
    (claim,) = catalogue("gaussian-sigma-mean-c4")
    with Runner(0, executor=(executor := Now())) as runner:
        points = {(str(p.values["n"]), str(p.values["t"])): p for p in claim.points()}
        witness = Witness(runner, seconds=0.02, asked=0.01)
        found = witness.run(witness.plans([(claim, [points["10", "10"], points["100", "100"], points["10", "0"]])]))
    notes = [f.note.split(" above the cap of 0.00")[0] for f in found]
    assert notes == [
        "needs 524,288 replicates, about 0.13 s:",
        "one block alone costs 0.017 s:",
        "nothing is random here",
    ]
    assert {f.verdict for f in found} == {Verdict.LEFT_OUT}
    assert executor.blocks() == []
    assert not any(runner.kept.values())


def test_leaving_out_does_not_lower_the_verdict(decay):
    _, found, _, _ = decay
    verdicts = [f.verdict for f in found]
    assert Verdict.LEFT_OUT in verdicts
    assert set(verdicts) == {Verdict.LEFT_OUT, Verdict.SUPPORTED}
    summary = summarise("", None, found)
    assert summary.verdict == Verdict.SUPPORTED
    assert summary.coverage["simulation"] == f"{verdicts.count(Verdict.SUPPORTED)} of {len(found)} points"
    assert summary.reasons["simulation"]


def test_what_is_kept_of_the_largest_values_does_not_grow_with_the_blocks():
    statistic, blocks = _Sampler(LOOP).mean(log(LOOP.sigma(5)), "x"), 24
    runner = run([statistic], 4, blocks, Now())
    kept = sum(runner.kept[statistic, 0][b].top.size for b in range(blocks))
    assert kept < 5 * TOP  # TOP (1 + 1/2 + ... + 1/24) = 3.8 TOP
    shift = runner.settings[statistic].shift
    draws = [statistic.simulation.draw(generator(4, statistic.simulation.key, b), BLOCK, [5]) for b in range(blocks)]
    values = [controlled(statistic, records, runner.settings[statistic].weights) for records in draws]
    for look in (1, 2, 3, 12, 24):
        whole = np.sort(np.abs(np.concatenate(values[:look]) - shift))[-TOP:]
        assert np.array_equal(np.sort(runner.merged(statistic, 0, look).top), whole)


def test_pilots_have_their_own_stream_and_are_not_merged():
    (x,) = statistics(E(LOOP.sigma(5)))
    runner = run([x], 3, 2, Now())
    pilot, block = (
        x.values(x.simulation.draw(generator(3, x.simulation.key, 0, batch), size, [5]))
        for batch, size in ((PILOT_BATCH, PILOT), (0, BLOCK))
    )
    assert bits(runner.pilots[x]) == bits(Sums.of(pilot, 0.0, keep=0))
    assert not np.isin(pilot, block).any()
    assert bits(runner.kept[x, 0][0]) == bits(Sums.of(block, runner.settings[x].shift, keep=0))
    assert runner.merged(x, 0, 2).count == 2 * BLOCK
    assert runner.replicates == 2 * BLOCK
    assert set(runner.kept) == {(x, 0)}


# --- tags: what a kernel assumes (rule 5)


def agree(loop, expressions, truths, monkeypatch):
    """Given the sigma path averaged or not, both balls contain the truth, and the averaged one is the sharper."""
    smooth = balls(loop, expressions, 1, 24)
    with monkeypatch.context() as m:
        m.setattr(_Sampler, "averaged", lambda self, x: None)
        rough = balls(loop, expressions, 2, 24)
    for ((a, _, note_a), tag_a), ((b, _, note_b), tag_b), truth in zip(smooth, rough, truths, strict=True):
        assert (tag_a, tag_b) == ("conditional mean", "sufficient statistic")
        assert not note_a
        assert not note_b
        assert a.overlaps(b)
        assert a.contains(truth)
        assert b.contains(truth)
        assert float(a.rad()) < float(b.rad())


def test_conditional_and_raw_kernels_agree(monkeypatch):
    """E mu^2, E KL, the two raw moments of a draw, E mu^4; six balls at 1e-6 each."""
    n, t = 12, 4
    loop = GaussianLoop(n)
    mu, sigma, draw = loop.mu(t), loop.sigma(t), loop.draw(t)
    kl = -log(sigma) + (sigma**2 + mu**2) / 2 - Rational(1, 2)
    slope = float((Rational(1, n) - drift(Integer(n - 1))).evalf()) / 2
    agree(loop, [mu**2, kl, draw**2, mu**2 * sigma**2], [t / n, slope * t, 1 + t / n, _mu2_sigma2(n, t)], monkeypatch)


def _mu2_sigma2(n: int, t: int) -> float:
    """E mu_t^2 sigma_t^2 = sum over s < t of E sigma_s^4 / n (the martingale from s on)."""
    r = (n + 1) / (n - 1)
    return sum(r**i for i in range(t)) / n


def test_variance_of_a_draw_conditional_and_raw(monkeypatch):
    loop = GaussianLoop(12)
    for shift in (None, 0.01):
        smooth = estimand_of(loop, Var(loop.draw(3)), shift)
        with monkeypatch.context() as m:
            m.setattr(_Sampler, "averaged", lambda self, x: None)
            rough = estimand_of(loop, Var(loop.draw(3)), shift)
        (a, ga), (b, _) = (
            (e.combine([ball_of(x, r, 0, 8, 1e-6)[0] for x in e.statistics]), e.tag)
            for e, r in ((e, run(list(e.statistics), 5, 8, Now())) for e in (smooth, rough))
        )
        assert ga == "conditional mean"
        assert rough.tag == "sufficient statistic"
        assert a.overlaps(b)
        assert a.contains(1.25)
        assert b.contains(1.25)
        assert float(a.rad()) < 0.05
        assert float(b.rad()) < 0.1


@pytest.mark.parametrize(
    ("x", "truth"),
    [
        (LOOP.mu(5), 0.0),
        (LOOP.mu(1) ** 2, 0.1),
        (Abs(LOOP.mu(1)), math.sqrt(0.2 / math.pi)),
        (LOOP.mu(3) ** 3, 0.0),
        (LOOP.draw(0), 0.0),
        (LOOP.draw(0) ** 2, 1.0),
        (LOOP.mu(1) * LOOP.sigma(1), 0.0),
    ],
)
def test_what_averages_to_a_constant_is_simulated_raw(x, truth):
    """Else the sample mean would repeat what the theorem says."""
    (statistic,) = statistics(E(x))
    assert statistic.simulation.tag == "sufficient statistic"
    runner = run([statistic], blocks=2, executor=Now())
    total = runner.merged(statistic, 0, 2)
    assert total.low < total.high
    assert abs(total.mean - truth) < 5 * math.sqrt(total.variance / total.count)


def test_the_first_variance_is_not_its_own_control():
    """sigma_1^2 - (S/nu - 1) is 1; sigma_2^2 has a control that helps without explaining all."""
    for loop, factor in (
        (LOOP, 1.0),
        (GaussianLoop(10, estimator="mle"), 0.9),
        (GaussianLoop(10, sampling_bias=Rational(1, 2)), 0.5),
    ):
        (first,), (second,), (root,) = (statistics(E(loop.sigma(t) ** p)) for t, p in ((1, 2), (2, 2), (1, 1)))
        runner = run([first, second, root], blocks=2, executor=Now())
        for x in (first, second, root):
            total = runner.merged(x, 0, 2)
            assert total.low < total.high
            assert total.variance == pytest.approx(x.variance, rel=0.2)
        assert first.variance == pytest.approx(factor**2 * 2 / 9, rel=1e-9)
        assert second.variance == pytest.approx(factor**4 * (2 / 9) ** 2, rel=1e-9)  # two steps' joint part alone
        assert first.skewness == pytest.approx(math.sqrt(8 / 9), rel=1e-9)


# --- the laws that planning and the gate on skewness rely on


def chi_square_nodes(nu: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """(X of shape (steps, many), weights) integrating functions of independent chi-squares: trapezes in log X."""
    u = np.arange(-84 / nu - 1, 5.3, 0.2)  # from density 1e-18 to exp(-100)
    w = np.exp(nu / 2 * (u - math.log(2)) - np.exp(u) / 2 - math.lgamma(nu / 2)) * 0.2
    grids = np.meshgrid(*[np.exp(u)] * steps, indexing="ij")
    weights = np.meshgrid(*[w] * steps, indexing="ij")
    return np.array([g.ravel() for g in grids]), np.prod([g.ravel() for g in weights], axis=0)


def standardised(values: np.ndarray, weights: np.ndarray) -> tuple[float, float, float]:
    """(mean, variance, skewness) of a discrete law."""
    mean = float(weights @ values)
    d = values - mean
    variance = float(weights @ d**2)
    return mean, variance, float(weights @ d**3) / variance**1.5


@pytest.mark.parametrize("tilt", [Fraction(1), Fraction(10, 9), Fraction(3, 2), Fraction(4, 5)])
@pytest.mark.parametrize(
    ("nu", "t", "p"),
    [
        (9, 1, Fraction(1)),
        (9, 2, Fraction(2)),
        (9, 3, Fraction(4)),
        (5, 2, Fraction(1, 2)),
        (7, 2, Fraction(-1)),
        (2, 1, Fraction(1)),
    ],
)
def test_moments_of_a_weighted_power(nu, t, p, tilt):
    x, w = chi_square_nodes(nu, t)
    # under the tilt the chi-squares are the same, sigma^2 is the product of tilt X/nu, the weight is rule 21's
    power = np.prod((float(tilt) * x / nu) ** (float(p) / 2), axis=0)
    weight = np.exp(np.sum(nu / 2 * math.log(tilt) - (float(tilt) - 1) / 2 * x, axis=0))
    mean, variance, skewness = standardised(power * weight, w)
    found = _moments(nu, t, p, tilt)
    assert found is not None
    assert found == pytest.approx((mean, variance / mean**2, skewness), rel=1e-8)
    assert found[0] == pytest.approx(_moments(nu, t, p, Fraction(1))[0], rel=1e-12)  # type: ignore[index]  # no tilt moves the mean


@pytest.mark.parametrize(
    ("nu", "t", "p"),
    [
        (9, 1, Fraction(1)),
        (9, 2, Fraction(2)),
        (9, 3, Fraction(1)),
        (20, 2, Fraction(1, 2)),
        (5, 2, Fraction(3)),
        (2, 1, Fraction(2)),
    ],
)
def test_moments_of_a_controlled_power(nu, t, p):
    if nu == 2:  # X/nu - (X/nu - 1) is the constant 1
        mean, variance, _ = _controlled_moments(nu, t, p)
        assert mean == pytest.approx(1)
        assert abs(variance) < 1e-30
        return
    x, w = chi_square_nodes(nu, t)
    values = np.prod((x / nu) ** (float(p) / 2), axis=0) - float(p) / 2 * (x.sum(axis=0) / nu - t)
    assert _controlled_moments(nu, t, p) == pytest.approx(standardised(values, w), rel=1e-8)


@pytest.mark.parametrize(
    ("nu", "p", "tilt", "finite"),
    [
        (3, -1, 1, False),
        (4, -1, 1, True),
        (3, Fraction(-1, 2), 1, True),
        (1, -2, 1, False),
        (9, 1, Fraction(1, 2), False),
        (9, 1, Fraction(2, 3), False),
        (9, 1, Fraction(7, 10), True),
    ],
)
def test_moments_say_what_is_infinite(nu, p, tilt, finite):
    """sigma^(3p) needs nu > -3p; a tilt c below 1 needs 3 c > 2 for the third power of the weight."""
    assert (_moments(nu, 2, Fraction(p), Fraction(tilt)) is not None) == finite


@pytest.mark.parametrize(
    ("loop", "t", "p"),
    [
        (LOOP, 10, 1),
        (LOOP, 3, 2),
        (GaussianLoop(10, estimator="mle"), 6, 1),
        (GaussianLoop(6, estimator=-1), 3, 1),
        (GaussianLoop(8, known_mean=True), 5, 2),
        (GaussianLoop(12, sampling_bias=Rational(2, 3)), 4, 1),
        (LOOP, 40, 2),
        (LOOP, 12, 4),
    ],
)
def test_stated_variance_and_skewness_are_those_of_the_statistic(loop, t, p):
    """Known mean, variance and skewness against 160,000 values, centred by the known mean: z below 5, 3 a case."""
    (x,) = statistics(E(loop.sigma(t) ** p))
    assert x.variance is not None
    assert x.skewness is not None
    nu, lam, divisor = int(loop.dof), float(loop.sampling_bias), float(loop.divisor)
    factor = math.exp(p / 2 * math.log(2 * lam / divisor) + math.lgamma(nu / 2 + p / 2) - math.lgamma(nu / 2))
    mean = factor**t
    values = np.concatenate(
        [x.values(x.simulation.draw(generator(9, x.simulation.key, b), BLOCK, x.times)) for b in range(20)]
    )
    d = (values - mean) / math.sqrt(x.variance)
    assert z_score(d, 0.0) < 5
    assert z_score(d**2, 1.0) < 5
    assert z_score(d**3, x.skewness) < 5


# --- one simulation for all that differ by a factor a generation


@pytest.mark.parametrize("case", [{"estimator": "mle"}, {"estimator": -1}, {"sampling_bias": Rational(2, 3)}])
def test_a_fixed_factor_is_no_other_simulation(case):
    """The same paths as the loop run by itself, factor and all: the spread, its extremes and its events, tilted or not."""
    loop, t = GaussianLoop(10, **case), 30
    alone = _Sampler(loop, together=True)
    for x in (
        loop.sigma(t) ** 2,
        log(loop.sigma(t)),
        loop.sigma(t) ** 4 * log(loop.sigma(t)),
        PathMax(loop.sigma(s), (s, 0, t)),
    ):
        one, other = (sampler.mean(x, "x") for sampler in (_Sampler(loop), alone))
        assert one.simulation.key == "gaussian nu=9" != other.simulation.key
        found = []
        for statistic in (one, other):
            records = statistic.simulation.draw(generator(3, "one stream", 0), 1000, statistic.times)
            found.append([f(records) for f in (statistic.values, *statistic.controls)])
        np.testing.assert_allclose(*found, rtol=1e-11)


def test_what_a_factor_does_change_has_a_simulation_of_its_own():
    """The path sum and the mean of a loop whose variances are multiplied by a factor."""
    loop = GaussianLoop(10, sampling_bias=Rational(2, 3))
    for x in (loop.mu(5) ** 2, loop.mu(5), loop.sigma(5) * loop.draw(5)):
        assert "lam=2/3" in _Sampler(loop).mean(x, "x").simulation.key
    assert _Sampler(LOOP).probability(Abs(LOOP.mu(5)) > 1, "x").simulation.key == "gaussian nu=9"


# --- heavy tails (rule 21)


def test_the_tilt_makes_the_variance_small():
    """Relative variances, plain to tilted, as the rules state them; what the sampler chooses is what they describe."""
    for nu, t, p, tilt, plain, tilted in (
        (9, 100, 1, Fraction(10, 9), 255, 0.71),
        (9, 100, 2, Fraction(11, 9), 5.2e8, 4.95),
        (99, 1000, 1, Fraction(100, 99), 15.5, 0.052),
        (99, 1000, 2, Fraction(101, 99), 4.9e8, 0.22),
    ):
        (x,) = statistics(E(GaussianLoop(nu + 1).sigma(t) ** p))
        assert x.values.drift == pytest.approx(math.log(tilt), rel=1e-12)
        assert _moments(nu, t, Fraction(p), tilt)[1] == pytest.approx(tilted, rel=0.02)  # type: ignore[index]
        if (nu, p) != (99, 1):
            assert _moments(nu, t, Fraction(p), Fraction(1))[1] == pytest.approx(plain, rel=0.02)  # type: ignore[index]
        assert _moments(nu, t, Fraction(p), Fraction(1))[1] > 100 * tilted  # type: ignore[index]


@pytest.mark.long
def test_far_generations_are_estimated_without_a_miss():
    """200 seeds at n = 10, t = 100: no ball at 1e-6 misses (4e-4), and truth lies where standard errors say (z < 5)."""
    asked = [E(LOOP.sigma(100)), E(LOOP.sigma(100) ** 2)]
    truths = (DECAY, 1.0)
    off = np.empty((200, 2))
    for seed in range(200):
        for j, ball in enumerate(estimate(asked, BLOCK, seed=seed, executor=Now())):
            assert ball.value.contains(truths[j]), (seed, j)
            assert ball.radius < (0.06, 0.25)[j] * truths[j]
            off[seed, j] = (ball.midpoint - truths[j]) / truths[j]
    for j, relative_variance in enumerate((0.71, 4.95)):
        error = math.sqrt(relative_variance / BLOCK)
        assert abs(off[:, j].mean()) < 5 * error / math.sqrt(200)
        assert off[:, j].std() == pytest.approx(error, rel=0.35)


def test_the_plain_estimator_would_miss():
    """Untilted, half of the intervals for E sigma_100^2 at 1e-6 exclude 1; the gates on skewness and tail refuse them."""
    missed = 0
    for seed in range(20):
        r = kernels.simulate(generator(seed, "plain", 0), BLOCK, 10, 9, 9, record_at=[100])
        ball = clt_ball(Sums.of(np.exp(r["log_v"][0])), 1e-6)
        missed += not ball.value.contains(1.0)
        assert "Pareto" in ball.note
        assert "skewness" in ball.note
    assert missed >= 8


def highest(n, t, level, power=2):
    """The statistic for P(max over s <= t of sigma_s^power >= level)."""
    (x,) = statistics(Prob(PathMax(GaussianLoop(n).sigma(s) ** power, (s, 0, t)) >= level))
    return x


@pytest.mark.parametrize(("n", "t", "K"), [(5, 30, 10), (10, 60, 8), (2, 3, 20)])
def test_a_rare_maximum_is_the_weight_at_its_first_passage(n, t, K):
    """Against the plain frequency (z < 5), with a tenth of its variance or less; a power of sigma is the same event."""
    x, same = highest(n, t, K), highest(n, t, math.sqrt(K), 1)
    runner = run([x, same], blocks=16)
    weights = runner.merged(x, 0, 16)
    top = kernels.simulate(generator(1, "plain", 0), 200_000, n, n - 1, n - 1, record_at=range(t + 1))["log_v"].max(
        axis=0
    )
    hits = (top >= math.log(K)).mean()
    assert abs(weights.mean - hits) < 5 * math.sqrt(hits / 200_000 + weights.variance / weights.count)
    assert weights.variance < hits / (4 if n == 2 else 10)
    assert runner.merged(same, 0, 16).mean == pytest.approx(weights.mean, rel=1e-9)


def test_a_rare_maximum_after_one_fit():
    """P(chi2_1 >= 8); a maximum reached at the last generation counts, one beyond the level strictly is the same."""
    truth = chi2.sf(8, 1)
    for event in (highest(2, 1, 8), *statistics(Prob(PathMax(GaussianLoop(2).sigma(s) ** 2, (s, 0, 1)) > 8))):
        runner = run([event], blocks=32)
        ball, _, note = ball_of(event, runner, 0, 32, 1e-6)
        assert not note
        assert ball.contains(truth)
        assert ball.rad() < truth / 10


def test_only_rare_maxima_of_the_spread_are_tilted():
    """Common ones keep the exact law of a frequency, maxima of the mean as well."""
    assert highest(10, 50, 10).kind == "mean"
    assert highest(10, 50, 10).values.drift == pytest.approx(math.log(11 / 9), rel=1e-12)
    for common in (highest(10, 50, 2), highest(10, 0, 10), highest(10, 50, 2, 1)):
        assert common.kind == "indicator"
        assert not hasattr(common.values, "drift")
    (mean,) = statistics(Prob(PathMax(Abs(LOOP.mu(s)), (s, 0, 50)) >= 10))
    assert mean.kind == "indicator"


# --- control variates


CONTROLLED = [
    ("log", lambda loop, t: log(loop.sigma(t) ** 2), lambda n, t: t * float(drift(Integer(n - 1)).evalf()), 10, 6),
    ("mean", lambda loop, t: loop.mu(t) ** 2, lambda n, t: t / n, 10, 3),
    (
        "tilted",
        lambda loop, t: loop.sigma(t) ** 2 * log(loop.sigma(t) ** 2),
        lambda n, t: t * (float(drift(Integer(n - 1)).evalf()) + 2 / (n - 1)),
        10,
        20,
    ),
    ("product", lambda loop, t: loop.mu(t) ** 2 * loop.sigma(t) ** 2, _mu2_sigma2, 8, 5),
]


@pytest.mark.thin(2)
@pytest.mark.parametrize(("x", "truth", "n", "t"), [c[1:] for c in CONTROLLED], ids=[c[0] for c in CONTROLLED])
def test_control_variates_leave_the_mean_alone(x, truth, n, t):
    """300 seeds, each with weights from its own pilot: z of the mean of their means below 5 (6e-7 a case)."""
    loop = GaussianLoop(n)
    statistic = _Sampler(loop).mean(x(loop, t), "x")
    assert statistic.controls
    means, weights = [], set()
    for seed in range(300):
        with Runner(seed, executor=Now()) as runner:
            runner.pilot([statistic])
            work = [(statistic, runner.settings[statistic])]
            means.append(run_block(statistic.simulation, seed, 0, 0, 4096, work)[0].mean)  # type: ignore[union-attr]
            weights.add(runner.settings[statistic].weights)
    assert z_score(np.array(means), truth(n, t)) < 5
    assert len(weights) > 200  # the controls help, and every seed has its own
    plain, better = (
        Sums.of(controlled(statistic, records, w)).variance
        for records in [statistic.simulation.draw(generator(0, statistic.simulation.key, 7), BLOCK, statistic.times)]
        for w in ((), sorted(weights)[len(weights) // 2])
    )
    assert better < 0.8 * plain


def test_controls_have_mean_zero():
    """Each control by itself, tilted or not; z below 5."""
    for statistic, controls in (
        (_Sampler(LOOP).mean(log(LOOP.sigma(5)), "a"), 1),
        (_Sampler(LOOP).mean(LOOP.sigma(20) ** 4 * log(LOOP.sigma(20)), "b"), 2),
    ):
        records = statistic.simulation.draw(generator(0, statistic.simulation.key, 0), 100_000, statistic.times)
        assert len(statistic.controls) == controls
        for control in statistic.controls:
            assert z_score(control(records), 0.0) < 5


def test_weights_are_fixed_by_the_pilot():
    """Least squares on the pilot's paths, used unchanged for every block."""
    statistic = _Sampler(LOOP).mean(log(LOOP.sigma(5)), "x")
    runner = run([statistic], 4, 2, Now())
    records = statistic.simulation.draw(generator(4, statistic.simulation.key, 0, PILOT_BATCH), PILOT, [5])
    (weight,) = runner.settings[statistic].weights
    c, x = statistic.controls[0](records), statistic.values(records)
    assert weight == pytest.approx(np.cov(x, c)[0, 1] / np.var(c, ddof=1), rel=1e-6)
    for block in (0, 1):
        records = statistic.simulation.draw(generator(4, statistic.simulation.key, block), BLOCK, [5])
        own = np.cov(statistic.values(records), statistic.controls[0](records))
        assert own[0, 1] / own[1, 1] != pytest.approx(weight, rel=1e-6)
        values = statistic.values(records) - weight * statistic.controls[0](records)
        of_all = Sums.of(values, runner.settings[statistic].shift)
        kept = replace(runner.kept[statistic, 0][block], top=of_all.top)  # of block 1 not all are kept
        assert bits(kept) == bits(of_all)


def test_weights_only_where_they_help():
    rng = np.random.default_rng(0)
    c, noise = rng.normal(size=(2, 2048))
    assert control_weights(3 * c + noise, [c]) == pytest.approx((3,), abs=0.2)
    assert control_weights(0.3 * c + noise, [c]) == ()  # gains a twelfth of the variance
    assert control_weights(c, []) == ()
    assert control_weights(np.append(c[1:], np.inf), [noise]) == ()
    assert control_weights(noise, [np.append(c[1:], np.nan)]) == ()


# --- estimate


def test_estimate_scales_and_shifts():
    """mu0 and sigma0 come back by the loop's symmetry, from the very draws of the standard loop."""
    loop = GaussianLoop(10, 3, 7)
    asked = lambda x: [E(x.sigma(5)), E(x.mu(5)), Var(x.mu(5)), Var(x.sigma(5) ** 2), E(x.draw(2)), E(log(x.sigma(4)))]  # noqa: E731
    ours, standard = (estimate(asked(x), 3 * BLOCK, executor=Now()) for x in (loop, LOOP))
    maps = [
        lambda b: 3 * b,
        lambda b: 7 + 3 * b,
        lambda b: 9 * b,
        lambda b: 81 * b,
        lambda b: 7 + 3 * b,
        lambda b: math.log(3) + b,
    ]
    truths = [
        3 * float(c4(10).evalf()) ** 5,
        7,
        9 * 0.5,
        81 * ((1 + 2 / 9) ** 5 - 1),
        7,
        math.log(3) + 2 * float(drift(Integer(9)).evalf()),
    ]
    for a, b, f, truth in zip(ours, standard, maps, truths, strict=True):
        assert a.midpoint == pytest.approx(f(b.midpoint), rel=1e-9)
        assert a.radius == pytest.approx(f(b.radius) - f(0.0), rel=1e-6)
        assert a.value.contains(truth)
        assert a.radius < 0.1 * truth


def test_estimate_says_what_it_did():
    ball, event, product = estimate(
        [E(LOOP.sigma(5)), Prob(LOOP.sigma(5) >= 1), E(LOOP.sigma(5)) * Prob(LOOP.sigma(5) >= 1) + 2],
        BLOCK + 1,
        error=1e-3,
    )
    assert [b.guarantee for b in (ball, event, product)] == [
        Guarantee.ASYMPTOTIC,
        Guarantee.EXACT_LAW,
        Guarantee.ASYMPTOTIC,
    ]
    assert {b.replicates for b in (ball, event, product)} == {2 * BLOCK}
    assert {b.error for b in (ball, event, product)} == {1e-3}
    assert ball.source == "simulation: conditional mean"
    assert ball.note == ""
    assert product.midpoint == pytest.approx(ball.midpoint * event.midpoint + 2, rel=1e-3)
    sharper, wider = (
        estimate([E(LOOP.sigma(5))], n, error=e)[0].radius for n, e in ((8 * BLOCK, 1e-3), (2 * BLOCK, 1e-9))
    )
    assert sharper < 0.6 * ball.radius
    assert wider == pytest.approx(ball.radius * ndtri(5e-10) / ndtri(5e-4), rel=0.02)


def test_estimate_is_replayed_by_its_seed():
    def values(asked, **options):
        return [(b.midpoint, b.radius) for b in estimate(asked, 100, **options)]

    one, two = E(LOOP.sigma(5)), E(log(LOOP.sigma(9)))
    assert values([one, two], seed=5) == values([one, two], seed=5) == values([one], seed=5) + values([two], seed=5)
    assert values([two, one], seed=5) == values([one, two], seed=5)[::-1]
    assert values([one], seed=5) != values([one], seed=6)
    assert values([one], seed=2**70) != values([one], seed=5)


def test_estimate_of_nothing_random():
    assert [float(b.value) for b in estimate([Integer(3), E(LOOP.sigma(0)), Prob(LOOP.sigma(0) > 2)], 10)] == [3, 1, 0]
    assert {b.guarantee for b in estimate([E(LOOP.sigma(0))], 10)} == {Guarantee.RIGOROUS}


def test_generation_0_is_random_once_something_is_drawn():
    """No draw of 8,192 has a square above 50, which says nothing for sure: the probability is 1.5e-12."""
    ball, wide = estimate([Prob(LOOP.draw(0) ** 2 >= 50), Prob(LOOP.draw(0) ** 2 >= 1)], BLOCK)
    assert ball.value.contains(math.erfc(5))
    assert ball.guarantee == Guarantee.EXACT_LAW
    assert wide.value.contains(math.erfc(math.sqrt(0.5)))


class Unknown(Loop):
    """A loop of a family that has no kernels."""

    state = ("x",)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (lambda: LOOP.sigma(3), r"did you mean E\(sigma\(3\)\)"),
        (lambda: E(Observable(Unknown(), "x", 3)), "no kernel for Unknown"),
        (lambda: E(GaussianLoop(Symbol("n")).sigma(3)), "are not numbers"),
        (
            lambda: E(GaussianLoop(3).sigma(1) ** -2),
            "heavy tail: the relative variance of sigma.-2 at t = 1 is infinite",
        ),
        (lambda: E(GaussianLoop(2).sigma(100)), "heavy tail"),
        (lambda: E(PathMax(LOOP.sigma(s), (s, 0, 4)) ** 2), "a function of a maximum over the path"),
        (lambda: E(abs(LOOP.sigma(2) - Observable(Unknown(), "x", 2))), "two loops at once"),
        (lambda: E(LOOP.sigma(Symbol("t"))), "sigma at generation t"),
        (lambda: E(GaussianLoop(10, Symbol("a", positive=True)).sigma(3)), "has further symbols .'a'."),
    ],
)
def test_estimate_says_what_it_cannot(asked, message):
    with pytest.raises(BadInput, match=message):
        estimate([asked()], 10)


# --- sample


def test_sample_shapes_and_scale():
    loop = GaussianLoop(10, 3, 7)
    paths = sample(loop, ["sigma", "mu", "error"], t=4, replicates=BLOCK + 500)
    assert list(paths) == ["sigma", "mu", "error"]
    assert all(x.shape == (BLOCK + 500, 5) for x in paths.values())
    assert (paths["sigma"][:, 0] == 3).all()
    assert (paths["mu"][:, 0] == 7).all()
    np.testing.assert_allclose(paths["mu"] - 7, paths["error"], rtol=0, atol=1e-12)
    assert z_score(paths["sigma"][:, 4] ** 2, 9.0) < 5
    assert z_score(paths["sigma"][:, 4], 3 * float(c4(10).evalf()) ** 4) < 5
    assert z_score(paths["mu"][:, 4], 7.0) < 5
    assert z_score(paths["error"][:, 4] ** 2, 9 * 0.4) < 5
    assert z_score((paths["mu"][:, 3] - paths["mu"][:, 2]) ** 2 / paths["sigma"][:, 2] ** 2, 0.1) < 5
    assert sample(loop, [], 4, 10) == {}
    assert sample(loop, ["mu"], 0, 3)["mu"].tolist() == [[7.0]] * 3
    assert sample(loop, ["mu"], 5, 0)["mu"].shape == (0, 6)


def test_sample_is_replayed_by_its_seed():
    def paths(replicates=2 * BLOCK + 7, t=6, **options):
        return sample(LOOP, ["sigma", "mu"], t, replicates, **options)

    first = paths(seed=3, workers=1)
    for options in ({"workers": 2}, {"workers": 7}, {"replicates": BLOCK}, {"replicates": 5}, {"t": 3}):
        other = paths(seed=3, **options)
        for name, x in first.items():
            rows, columns = other[name].shape
            np.testing.assert_array_equal(x[:rows, :columns], other[name])
    assert not np.isin(first["sigma"][:, 1], paths(seed=4)["sigma"][:, 1]).any()
    assert len(np.unique(first["sigma"][:, 1])) == 2 * BLOCK + 7  # no block repeats another
    assert not first["mu"][:, 1:].any() if LOOP.known_mean else first["mu"][:, 1:].all()


@pytest.mark.parametrize(
    ("loop", "names", "message"),
    [
        (LOOP, ["sigma", "sigmo"], "no observable 'sigmo', did you mean 'sigma'"),
        (LOOP, ["draw"], "no observable 'draw'; known: error, mu, sigma"),
        (Unknown(), ["x"], "no kernel for Unknown"),
        (GaussianLoop(Symbol("n")), ["sigma"], "are not numbers"),
        (GaussianLoop(10, Symbol("a", positive=True)), ["sigma"], "are not numbers"),
        (GaussianLoop(10**20), ["sigma"], "100000000000000000000 is more than a machine integer"),
    ],
)
def test_sample_says_what_it_cannot(loop, names, message):
    with pytest.raises(BadInput, match=message):
        sample(loop, names, 2, 5)


# --- a claim about one point has the same points for ever


def test_the_witness_takes_points_as_they_are_numbered():
    """Planning some points of a claim plans each as if all were planned (budget apart): shares follow numbers."""

    def claim(n=Integers(5, 9), t=Integers(2, 4), sigma0=Positive()):
        """The expected variance stays."""
        return Eq(E(GaussianLoop(n, sigma0).sigma(t) ** 2), sigma0**2)

    c = Claim(claim)
    points = c.points()
    assert [p.number for p in points] == list(range(1, len(points) + 1))
    with Runner(0, executor=Now()) as runner:
        witness = Witness(runner, asked=0.1)
        every = {p.point.number: (p.blocks, p.reason) for p in witness.plans([(c, points)])}
        some = {p.point.number: (p.blocks, p.reason) for p in witness.plans([(c, points[3:5])])}
    assert some == {k: every[k] for k in some}
    assert any(blocks for blocks, _ in some.values())


# ---- laws of the line -----------------------------------------------------------------------------------------------

half, third = Rational(1, 2), Rational(1, 3)
NAMED = [Normal(1, 4), Logistic(-1, 2), Laplace(2, 3), Uniform(-1, 3), Exponential(2), StudentT(3), StudentT(2, 1, 5)]
MIXED = [
    Mixture(third, Normal(-1, 1), Normal(1, 1)),
    Mixture(Rational(1, 10**6), Normal(0, Rational(1, 10**6)), Normal(100, 1)),
    Mixture(third, StudentT(3), Exponential(2)),
    Mixture(third, Uniform(0, 1), Uniform(5, 6)),  # flat between
    Mixture(third, Mixture(third, Laplace(), Uniform(-1, 2)), Logistic(9, 1)),
    Mixture(third, Normal(0, 1), Normal(0, 1)),
]
levels = st.lists(st.floats(1e-12, 1 - 1e-12), min_size=1, max_size=20).map(np.array)


@given(st.sampled_from(NAMED), levels)
def test_quantiles_invert_distribution_functions(law, u):
    line = _line(law)
    assert np.abs(line.cdf(line.quantile(u)) - u).max() < 1e-13
    x = Symbol("x", real=True)
    exact = lambdify(x, law.cdf(x), "scipy")
    assert np.allclose([exact(q) for q in line.quantile(u)], u, rtol=0, atol=1e-13)


@given(st.sampled_from(MIXED), levels)
def test_quantiles_of_mixtures(law, u):
    """Increasing, between those of the components, and as near as a float comes: the neighbours are on either side."""
    line = _line(law)
    u = np.sort(u)
    x = line.quantile(u)
    ends = line.first.quantile(u), line.second.quantile(u)
    assert np.all((np.minimum(*ends) <= x) & (x <= np.maximum(*ends)))
    step = 2.0**-48 * np.maximum(*np.abs(ends))
    assert np.all(line.cdf(x - step) <= u + 1e-15)
    assert np.all(line.cdf(x + step) >= u - 1e-15)


def test_distances_of_laws_are_sampled():
    one = Normal(0, 1)
    distances = [
        W1(Mixture(half, Normal(-1, 1), Normal(1, 1)), Normal(0, 2)),
        W1(Mixture(third, one, Normal(2, 1)), Mixture(third, one, Normal(-1, 1))),
        W1(Exponential(), Normal(1, 1)),
        W1(StudentT(9), Exponential(2)),
    ]
    for m, ball in zip(distances, estimate(distances, 400_000, seed=5), strict=True):
        exact = float(value(m).value.mid())
        assert not ball.note
        assert abs(ball.midpoint - exact) <= ball.radius < 0.05 * exact


def test_heavy_tails_are_left_to_the_gate():
    (ball,) = estimate([W1(StudentT(3), Normal(0, 3))], 1_000_000, seed=5)
    assert "Pareto" in ball.note or "skewness" in ball.note
    with pytest.raises(CannotTell, match="no mean"):
        estimand(W1(StudentT(1), Normal(0, 3)))
    with pytest.raises(CannotTell, match="no quantile function of Cauchy"):
        estimand(W1(Mixture(half, Cauchy(), Normal(0, 1)), Normal(0, 3)))
