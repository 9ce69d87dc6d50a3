"""Events that begin at an atom (rule 30): floats compare k/n with a level one unit in the last place off, or the file does.

The oracle enumerates binomial counts in fractions. A ball that misses the truth refutes what is true; one that holds the
truth with an atom more or less supports what is false.
"""

from __future__ import annotations

import pickle
from collections import defaultdict
from fractions import Fraction
from itertools import product
from math import comb, factorial

import numpy as np
import pandas as pd
import pytest
from exact import fraction_ball
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from measuring import measured
from scipy.stats import norm
from sympy import (
    Abs,
    Eq,
    Ge,
    Gt,
    Heaviside,
    Le,
    Lt,
    Max,
    Or,
    Rational,
    S,
    Symbol,
    ceiling,
    exp,
    floor,
    log,
    sign,
    sqrt,
)

from simulate import estimate
from simulate.engine import lattice
from simulate.engine.blocks import Runner
from simulate.engine.dispatch import estimand
from simulate.engine.estimate import Sums
from simulate.engine.jumps import ROUNDED, Jumping
from simulate.engine.lattice import Known, has_no_atoms, is_rounded_by_itself, known
from simulate.engine.rounding import half_units, half_units_of_single, is_single
from simulate.engine.samplers import array_function
from simulate.engine.sources import parse_map
from simulate.engine.ties import Both
from simulate.engine.witness import Witness
from theory import GaussianLoop, Loop, Measured, Points, ProgramLoop, Reals, claim
from theory.discrete import CategoricalLoop, SymbolLoop
from theory.language.errors import BadInput
from theory.language.laws import Atoms, Binomial, Empirical, Mixture, Noise, Normal, Poisson
from theory.language.loops import CLOCK, coordinate
from theory.language.moments import TV, E, PathMax, Prob, Quantile
from theory.language.policies import Accumulate, FreshReal
from theory.language.verdicts import Verdict
from theory.proof.arithmetic.atoms import AtAtom, exactly, signum
from theory.proof.arithmetic.programs import compile_expr
from theory.proof.enclose import enclose, value
from theory.proof.standard import standardise

s = Symbol("s", integer=True, nonnegative=True)
x, y = Symbol("x0"), Symbol("x1")
Q = Fraction


def rational(q) -> Rational:
    return Rational(Q(q).numerator, Q(q).denominator)


# ---- the oracle: laws in fractions ----------------------------------------------------------------------------------


def shares(n: int, p) -> dict:
    """The law of the share of n draws."""
    return {Q(k, n): comb(n, k) * Q(p) ** k * (1 - Q(p)) ** (n - k) for k in range(n + 1)}


def histograms(n: int, p) -> dict:
    law = {}
    for counts in product(range(n + 1), repeat=len(p) - 1):
        if sum(counts) <= n:
            counts, weight = (*counts, n - sum(counts)), Q(factorial(n))
            for k, q in zip(counts, p, strict=True):
                weight *= Q(q) ** k / factorial(k)
            law[tuple(Q(k, n) for k in counts)] = weight
    return law


def walk(step, t: int) -> dict:
    return {Q(step) * (2 * k - t): Q(comb(t, k), 2**t) for k in range(t + 1)}


def highest(n: int, p, t: int) -> dict:
    """The law of the highest share of generations 0 to t."""
    law = {(Q(p), Q(p)): Q(1)}
    for _ in range(t):
        after = defaultdict(Q)
        for (now, top), weight in law.items():
            for share, chance in shares(n, now).items():
                after[share, max(top, share)] += weight * chance
        law = after
    out = defaultdict(Q)
    for (_, top), weight in law.items():
        out[top] += weight
    return out


def probability(law: dict, event) -> Fraction:
    return sum((w for v, w in law.items() if event(v)), Q(0))


def mean(law: dict, f) -> Fraction:
    return sum((w * f(v) for v, w in law.items()), Q(0))


def sgn(v) -> int:
    return (v > 0) - (v < 0)


RELATIONS = {
    Ge: lambda a, b: a >= b,
    Gt: lambda a, b: a > b,
    Le: lambda a, b: a <= b,
    Lt: lambda a, b: a < b,
}


def holds(quantity, truth, replicates=50_000, radius=0.03) -> None:
    """The simulated ball contains the truth, and is narrow: an atom more or less is outside."""
    (ball,) = estimate([quantity], replicates=replicates)
    assert not ball.note
    assert ball.value.contains(fraction_ball(truth)), (str(ball), float(truth))
    assert ball.radius < radius


# ---- loops ----------------------------------------------------------------------------------------------------------


class Walk(Loop):
    """A step up or down, with equal chances."""

    h: float
    start: float = 0
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.start}

    def step(self, state):
        return {"x": state["x"] + self.h * (2 * Noise("B", Binomial(1, Rational(1, 2))) - 1)}


class Turning(Loop):
    """Up by a tenth, or not, until 3/10 is reached: there it stays."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": S.Zero}

    def step(self, state):
        up = Noise("B", Binomial(1, Rational(1, 2)))
        return {"x": state["x"] + up * sign(Rational(3, 10) - state["x"]) / 10}


class Drifting(Loop):
    """Continuous: no atoms after the start."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": Rational(3, 10)}

    def step(self, state):
        return {"x": state["x"] / 2 + Noise("Z", Normal(0, 1))}


class Coins(ProgramLoop):
    """Heads among n tosses of a coin that is as biased as the tosses before."""

    n: int
    observables = ("share", "heads")

    def begin(rng, n):
        return 3 * n // 10

    def retrain(rng, heads, n):
        return rng.binomial(n, heads / n)

    def measure(heads, n):
        return heads / n, float(heads)


class Tenths(ProgramLoop):
    """A walk with steps of a tenth, added up in floats."""

    observables = ("x",)

    def begin(rng):
        return 0.0

    def retrain(rng, x):
        return x + 0.1 if rng.random() < 0.5 else x - 0.1

    def measure(x):
        return x


# ---- simulated events -----------------------------------------------------------------------------------------------


@pytest.mark.thin(2)
@pytest.mark.parametrize("n", [3, 7, 10, 30])
@pytest.mark.parametrize("relation", RELATIONS)
def test_a_share_at_every_level_of_its_lattice(n, relation):
    loop, law = SymbolLoop(Rational(3, 10), n), shares(n, Q(3, 10))
    for k in range(0, n + 1, max(1, n // 10)):
        event = relation(loop.share(1), Rational(k, n))
        holds(Prob(event), probability(law, lambda v, k=k: RELATIONS[relation](v, Q(k, n))))


@examples(max_examples=12)
@given(st.integers(2, 40), st.integers(0, 40), st.sampled_from(list(RELATIONS)), st.integers(1, 9))
def test_a_multiple_of_a_share(n, k, relation, c):
    loop, level = SymbolLoop(Rational(2, 5), n), Q(c * min(k, n), 7 * n)
    truth = probability(shares(n, Q(2, 5)), lambda v: RELATIONS[relation](Q(c, 7) * v, level))
    holds(Prob(relation(Rational(c, 7) * loop.share(1), rational(level), evaluate=False)), truth)


P3 = (Q(3, 10), Q(3, 10), Q(2, 5))


@pytest.fixture(scope="module")
def three() -> CategoricalLoop:
    return CategoricalLoop(tuple(map(rational, P3)), 10)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("level", [Q(1, 5), Q(1, 10), Q(0), Q(-3, 10)])
def test_differences_of_shares(three, relation, level):
    event = relation(three.share(0, 1) - three.share(1, 1), rational(level))
    holds(Prob(event), probability(histograms(10, P3), lambda v: RELATIONS[relation](v[0] - v[1], level)))


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("level", [Q(1, 10), Q(1, 5), Q(3, 10)])
def test_total_variation(three, relation, level):
    def distance(v):
        return sum(abs(a - b) for a, b in zip(v, P3, strict=True)) / 2

    event = relation(TV(three.model(1), three.p), rational(level))
    holds(Prob(event), probability(histograms(10, P3), lambda v: RELATIONS[relation](distance(v), level)))


def test_products_and_maxima_of_shares(three):
    a, b = three.share(0, 1), three.share(1, 1)
    law = histograms(10, P3)
    holds(Prob(a * b >= Rational(3, 50)), probability(law, lambda v: v[0] * v[1] >= Q(3, 50)))
    holds(Prob(Max(a, b) > Rational(2, 5)), probability(law, lambda v: max(v[0], v[1]) > Q(2, 5)))
    holds(
        Prob(Abs(a**2 - b**2) <= Rational(9, 100)), probability(law, lambda v: abs(v[0] ** 2 - v[1] ** 2) <= Q(9, 100))
    )


def test_functions_without_a_lattice():
    loop, law = SymbolLoop(Rational(3, 10), 10), shares(10, Q(3, 10))
    share = loop.share(1)
    for event, level in (
        (Gt(sqrt(share), sqrt(Rational(3, 10))), Q(3, 10)),
        (Gt(log(1 + share), log(Rational(6, 5))), Q(1, 5)),
        (Gt(exp(3 * share), exp(Rational(9, 10))), Q(3, 10)),
        (Gt(share / (1 + share), Rational(1, 6)), Q(1, 5)),
    ):
        holds(Prob(event), probability(law, lambda v, level=level: v > level))


@pytest.mark.parametrize("level", [Q(3, 10), Q(6, 10), Q(7, 10)])
@pytest.mark.parametrize("relation", [Ge, Gt])
def test_the_highest_share_of_a_path(level, relation):
    loop, law = SymbolLoop(Rational(3, 10), 10), highest(10, Q(3, 10), 3)
    truth = probability(law, lambda v: RELATIONS[relation](v, level))
    holds(Prob(relation(PathMax(loop.share(s), (s, 0, 3)), rational(level))), truth)
    holds(Prob(relation(PathMax(loop.share(s) ** 2, (s, 0, 3)), rational(level**2))), truth)


@pytest.mark.thin(2)
@pytest.mark.parametrize("h", [Q(1, 10), Q(1, 3), Q(1, 7), Q(3, 10)])
@pytest.mark.parametrize("relation", RELATIONS)
def test_a_walk_on_a_lattice(h, relation):
    loop, law = Walk(rational(h), Rational(1, 5)), walk(h, 20)
    for k in (-2, 0, 2):
        event = relation(loop.x(20), rational(k * h + Q(1, 5)))
        holds(Prob(event), probability(law, lambda v, k=k: RELATIONS[relation](v, k * h)))
    back = relation(loop.x(20) - loop.x(0), 0)
    holds(Prob(back), probability(law, lambda v: RELATIONS[relation](v, 0)))


def test_a_step_that_jumps():
    law = {Q(0): Q(1)}
    for _ in range(8):
        after = defaultdict(Q)
        for v, w in law.items():
            for up in (0, 1):
                after[v + up * sgn(Q(3, 10) - v) * Q(1, 10)] += w / 2
        law = after
    for k in range(5):
        holds(Prob(Turning().x(8) >= Rational(k, 10)), probability(law, lambda v, k=k: v >= Q(k, 10)))


@pytest.mark.parametrize(("policy", "n"), [(FreshReal(10), 5), (Accumulate(), 10)])
def test_a_pool_of_data(policy, n):
    loop = SymbolLoop(Rational(3, 10), n, policy, 20 if isinstance(policy, Accumulate) else 0)
    for k in (5, 6, 9):
        level = Rational(k, 30)
        (ball,) = estimate([Prob(loop.share(1) >= level)], replicates=50_000)
        (event,) = standardise(Prob(loop.share(1) >= level)).atoms(Prob)
        assert ball.value.overlaps(value(event).value)
        assert ball.radius < 0.03


def test_means_of_functions_that_jump():
    loop, law = SymbolLoop(Rational(3, 10), 10), shares(10, Q(3, 10))
    share = loop.share(1)
    for f, truth in (
        (sign(share - Rational(3, 10)), lambda v: sgn(v - Q(3, 10))),
        (floor(10 * share / 3), lambda v: (10 * v / 3).__floor__()),
        (share * ceiling(10 * share / 3), lambda v: v * (10 * v / 3).__ceil__()),
        (Heaviside(share - Rational(3, 10)), lambda v: Q(sgn(v - Q(3, 10)) + 1, 2)),
        (share * sign(share - Rational(3, 10)), lambda v: v * sgn(v - Q(3, 10))),
    ):
        holds(E(f), Q(mean(law, truth)), radius=0.06)


def test_the_sign_of_a_share_less_its_start_is_no_survival():
    (ball,) = estimate([E(sign(SymbolLoop(Rational(3, 10), 10).share(1) - Rational(1, 2)))], replicates=50_000)
    assert ball.value < 0


def test_a_mean_under_a_law_with_atoms():
    count = Noise("B", Binomial(10, Rational(1, 5)))
    law = shares(10, Q(1, 5))
    holds(E(sign(count / 10 - Rational(1, 5))), Q(mean(law, lambda v: sgn(v - Q(1, 5)))), radius=0.06)


def test_a_path_begins_at_an_atom():
    loop = GaussianLoop(10)
    top = PathMax(loop.sigma(s), (s, 0, 3))
    above, at = estimate([Prob(top >= 1 + Rational(1, 10**20)), Prob(top >= 1)], replicates=50_000)
    assert at.value.contains(1)
    assert above.value < 0.7
    (never,) = estimate([Prob(loop.sigma(0) >= 1 + Rational(1, 10**20))], replicates=10)
    assert never.value == 0


# ---- programs -------------------------------------------------------------------------------------------------------


@pytest.mark.thin(2)
@pytest.mark.parametrize("n", [10, 30])
def test_programs_that_measure_counts_or_shares(n):
    loop, law = Coins(n), shares(n, Q(3, 10))
    for k in (n // 5, 3 * n // 10, n // 2):
        for relation in RELATIONS:
            truth = probability(law, lambda v, k=k, r=relation: RELATIONS[r](v, Q(k, n)))
            holds(Prob(relation(loop.share(1), Rational(k, n))), truth)
            holds(Prob(relation(loop.heads(1) / n, Rational(k, n))), truth)
    pairs = defaultdict(Q)
    for a, v in law.items():
        for b, w in shares(n, a).items():
            pairs[a, b] += v * w
    event = loop.share(1) - loop.share(2) >= Rational(1, 5)
    holds(Prob(event), probability(pairs, lambda v: v[0] - v[1] >= Q(1, 5)))


def test_sums_in_floats_are_counted_both_ways():
    """Whether 0.30000000000000004 is 3/10 only the program's author knows: both readings stay."""
    law = walk(Q(1, 10), 20)
    for level in (Q(0), Q(1, 5)):
        for relation in (Ge, Gt):
            (ball,) = estimate([Prob(relation(Tenths().x(20), rational(level)))], replicates=30_000)
            assert ball.value.contains(float(probability(law, lambda v, k=level, r=relation: RELATIONS[r](v, k))))
            assert ball.radius > 0.05
    (odd,) = estimate([Prob(Tenths().x(20) >= Rational(1, 10))], replicates=30_000)
    assert odd.radius < 0.03  # no value is near there


# ---- what is left open ----------------------------------------------------------------------------------------------


def judged(relation, seconds=4.0):
    @claim
    def told(n=Points(10)):
        """Told."""
        return relation

    with Runner(workers=1) as runner:
        witness = Witness(runner, seconds, 0.02)
        return witness.run(witness.plans([(told, told.points())]))[0], enclose(told, told.points())[0]


def test_a_decimal_at_an_atom_decides_nothing():
    loop = SymbolLoop(Rational(3, 10), 10)
    with pytest.raises(AtAtom, match=r"Rational\(1, 5\)"):
        value(Prob(loop.share(1) >= 0.2))
    assert value(Prob(loop.share(1) >= 0.23)).radius < 1e-12
    truth = float(probability(shares(10, Q(3, 10)), lambda v: v >= Q(1, 5)))
    for guess in (truth, truth - 0.2334744405):
        sampled, enclosed = judged(Eq(Prob(loop.share(1) >= 0.2), Rational(guess).limit_denominator(10**10)))
        assert sampled.verdict in (Verdict.LEFT_OUT, Verdict.UNDECIDED)
        assert "Rational(1, 5)" in sampled.note
        assert enclosed.verdict == Verdict.UNDECIDED
        assert "Rational(1, 5)" in enclosed.note


@pytest.mark.parametrize("law", [Binomial(7, Rational(1, 2)), Poisson(2)], ids=str)
def test_a_decimal_at_an_atom_of_one_draw_decides_nothing(law):
    """SymPy takes 1/7 as a decimal number for what is not below one of seven."""
    share = Noise("Y", law) / 7
    for event in (share > 1 / 7, share >= 1 / 7, Or(share > 1 / 7, share < -1)):
        with pytest.raises(AtAtom, match="Rational"):
            value(Prob(event))
    exact, beside = (value(Prob(share > c)) for c in (Rational(1, 7), 0.2))
    assert exact.value.overlaps(beside.value)


class Down(Loop):
    """x falls from three steps by one of them in every generation."""

    step_by: Reals
    x = coordinate()

    @property
    def initial(self):
        return {"x": 3 * self.step_by}

    def step(self, now):
        return {"x": now["x"] - self.step_by}


class DecimalWalk(Loop):
    """A walk whose start and steps are written as decimals."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": 0.3}

    def step(self, now):
        return {"x": now["x"] - 0.1 * Noise("B", Binomial(1, Rational(1, 2)))}


@pytest.mark.parametrize("by", [0.1, Rational(1, 10), sqrt(2) / 10, 1 / 3.0])
def test_what_falls_to_0_is_not_below_it(by):
    """In floats 0.3 - 0.1 - 0.1 - 0.1 is -3e-17, and that was all that the event was decided by."""
    for event in (Down(by).x(3) < 0, Down(by).x(3) > 0):
        assert judged(Gt(Prob(event), Rational(1, 2)))[0].verdict != Verdict.SUPPORTED


def test_steps_that_are_written_as_decimals_make_a_lattice():
    assert judged(Eq(Prob(DecimalWalk().x(3) > 0), Rational(7, 8)))[0].verdict == Verdict.SUPPORTED
    assert judged(Eq(Prob(DecimalWalk().x(3) >= 0), Rational(7, 8)))[0].verdict == Verdict.REFUTED


def test_verdicts_at_an_atom():
    loop = SymbolLoop(Rational(3, 10), 10)
    law = shares(10, Q(3, 10))
    at_least, above = (
        probability(law, lambda v, s=strict: v > Q(3, 10) or (v == Q(3, 10) and not s)) for strict in (0, 1)
    )
    for relation, expected in (
        (Eq(Prob(loop.share(1) - Rational(3, 10) >= 0), rational(at_least)), Verdict.SUPPORTED),
        (Eq(Prob(loop.share(1) - Rational(3, 10) > 0), rational(above)), Verdict.SUPPORTED),
        (Eq(Prob(loop.share(1) - Rational(3, 10) > 0), rational(at_least)), Verdict.REFUTED),
        (Le(Prob(loop.share(1) - Rational(3, 10) >= 0), rational(above)), Verdict.REFUTED),
    ):
        found = judged(relation)
        assert {f.verdict for f in found} == {expected}, [f.note for f in found]


def test_an_irrational_walk_is_counted_both_ways():
    truth = probability(walk(1, 20), lambda v: v >= 0)
    (ball,) = estimate([Prob(Walk(sqrt(2) / 10).x(20) >= 0)], replicates=50_000)
    assert ball.value.contains(float(truth))
    assert ball.value.contains(float(probability(walk(1, 20), lambda v: v > 0)))


def test_what_may_be_rounding_alone_says_nothing():
    """The walk is at 3/10 at most after three steps; in floats it is above that."""
    x = Walk(Rational(1, 10)).x
    beyond = Max(0, x(3) - Rational(3, 10))
    path = PathMax(Max(0, x(s) - Rational(3, 10)), (s, 0, 3))
    for zero in (beyond, beyond**2, path, exp(path) - 1):
        (ball,) = estimate([E(zero)], replicates=20_000)
        assert ball.value.contains(0.0)
        assert Verdict.REFUTED not in {f.verdict for f in judged(Eq(E(zero), 0))}
    (ball,) = estimate([E(Max(0, x(3) - Rational(1, 10)))], replicates=50_000)
    assert ball.value.contains(1 / 40)
    assert ball.radius < 0.003


def test_small_values_are_values():
    x = {("x", 1): np.array([2e-12, 3e-9, 0.5]), ("y", 1): np.array([1.0, 2.0, 3.0])}
    a, b = Symbol("a", real=True), Symbol("b", real=True)
    names = {("x", 1): a, ("y", 1): b}
    for f in (a**9, exp(-40 * b), a / 10**12, Max(0, b - 3 + Rational(1, 10**6))):
        assert isinstance(array_function(f, names).readings(x), np.ndarray)
    lost = array_function((1 + a / 10**12) * b - b, names).readings(x)
    assert isinstance(lost, Both)
    assert (lost.low < x["x", 1] / 1e12 * x["y", 1]).all()
    assert (lost.high > x["x", 1] / 1e12 * x["y", 1]).all()


def test_what_is_continuous_has_no_ties():
    (ball,) = estimate([Prob(Drifting().x(1) >= Rational(3, 20))], replicates=50_000)
    assert ball.value.contains(0.5)
    assert ball.radius < 0.03


# ---- the parts ------------------------------------------------------------------------------------------------------


def test_signs_at_many_places_are_compiled_once():
    signum(log(x) - log(y) / 7, {x: S(2), y: S(3)})
    before = compile_expr.cache_info().misses
    assert [signum(log(x) - log(y) / 7, {x: S(n), y: S(3)}) for n in (1, 2, 5)] == [-1, 1, 1]
    assert compile_expr.cache_info().misses == before


def test_signs_of_numbers():
    assert signum(sqrt(2) * x - sqrt(8) * y, {x: S(2), y: S(1)}) == 0
    assert signum(log(x) + log(y), {x: S(2), y: Rational(1, 2)}) == 0
    assert signum(x - Rational(1, 3), {x: Rational(1, 3) + Rational(1, 10**50)}) == 1
    assert exactly(floor(10 * x) >= 3, {x: Rational(3, 10)}) is S.true
    assert exactly(ceiling(sqrt(x)), {x: S(9)}) == 3
    with pytest.raises(AtAtom):
        signum(x - 0.3, {x: Rational(3, 10)})
    assert signum(x - 0.3, {x: Rational(1, 2)}) == 1


def test_lattices_from_the_step():
    assert known(SymbolLoop(Rational(3, 10), 7).share(4)).grid == Rational(1, 7)
    assert known(CategoricalLoop((Rational(1, 2), Rational(1, 2)), 12).share(1, 3)).grid == Rational(1, 12)
    assert known(SymbolLoop(Rational(1, 2), 10, Accumulate(), 10).share(3)).grid == Rational(1, 40)
    assert known(Walk(Rational(1, 10)).x(7)).grid == Rational(1, 10)
    assert known(Walk(sqrt(2)).x(7)) == Known(atoms=True)
    assert known(Drifting().x(1)) == Known(alive=True)  # no lattice; and a draw is never exactly 0
    assert known(SymbolLoop(Rational(3, 10), 7).share(0)).value == Rational(3, 10)


class Stepped(Loop):
    """A walk from 0, its steps drawn from a law."""

    x = coordinate()

    def __new__(cls, law):
        return Loop.__new__(cls, law)

    initial = property(lambda self: {"x": 0})

    def step(self, state):
        return {"x": state["x"] + Noise("S", self.args[0])}


class Sided(Loop):
    """A walk by sqrt(2) to the side that a draw without atoms says."""

    x = coordinate()
    initial = property(lambda self: {"x": 0})

    def step(self, state):
        return {"x": state["x"] + sqrt(2) * (1 + 3 * sign(Noise("Z", Normal(0, 1)) - 1)) / 2}


class Behind(Loop):
    """Two walks that move against each other, their sum, and what was drawn two fits ago."""

    x = coordinate()
    y = coordinate()
    total = coordinate()
    late = coordinate()
    initial = property(lambda self: {"x": sqrt(2), "y": sqrt(3), "total": 0, "late": 0})

    def step(self, state):
        z = Noise("Z", Normal(0, 1))
        after = {"total": state["x"] + state["y"], "late": state["x"]}
        return {"x": state["x"] + z, "y": state["y"] - z, **after}


TWO_TO_ONE = (Rational(2, 3), Rational(1, 3))
TENTHS = Atoms((Rational(1, 10), -Rational(1, 5)), TWO_TO_ONE)
MIXED = Mixture(Rational(1, 2), Atoms((sqrt(2), -2 * sqrt(2)), TWO_TO_ONE), Normal(0, 1))


def test_what_a_law_with_atoms_does_to_a_walk():
    assert known(Stepped(TENTHS).x(9)).grid == Rational(1, 10)
    assert known(Stepped(Empirical((Rational(1, 3), -Rational(2, 3)))).x(9)).grid == Rational(1, 3)
    for law in (Atoms((sqrt(2), -2 * sqrt(2)), TWO_TO_ONE), MIXED):
        assert known(Stepped(law).x(9)) == Known(atoms=True)
    assert known(Stepped(Normal(0, 1)).x(9)) == Known(alive=True)
    assert known(Sided().x(3)) == Known(atoms=True)
    assert [known(Behind().total(t)).atoms for t in (1, 2, 3)] == [True] * 3
    assert [known(Behind().late(t)).atoms for t in (1, 2, 3)] == [False] * 3


def test_what_has_no_atoms():
    s, a = Symbol("s", real=True), Symbol("a", real=True)
    z, w, coin = Noise("Z", Normal(0, 1)), Noise("W", Normal(0, 1)), Noise("C", Binomial(1, Rational(1, 2)))
    scaled = Noise("Y", Normal(0, a**2))
    smooth = (
        z,
        s,
        s + 1,
        2 * s,
        z + s,
        z + coin,
        a * z,
        exp(z),
        log(z**2),
        Max(z, s),
        Abs(z),
        scaled,
        z + Max(0, w),
        (1 + coin) * z,
    )
    for x in smooth:
        assert has_no_atoms(x, [s], [a]), x
        assert is_rounded_by_itself(x, [s], [], [a]), x
    other = Symbol("other", real=True)
    for x in (
        sign(z),
        floor(z),
        coin,
        coin * z,
        Max(0, z),
        s + other,
        z - Max(0, z),
        s * other,
        Noise("M", MIXED),
        S.One,
    ):
        assert not has_no_atoms(x, [s], [a]), x
    assert not has_no_atoms(scaled, [s], [])
    for x in (sign(z), coin, coin * z, Max(0, z), 3 * other, other**2, Noise("M", MIXED), sqrt(2)):
        assert is_rounded_by_itself(x, [s], [other], [a]), x
    for x in (other + 1, coin + sqrt(2) * Noise("D", Binomial(1, Rational(1, 2))), 2 * sign(z) + sqrt(2), log(coin)):
        assert not is_rounded_by_itself(x, [s], [other], [a]), x


@pytest.mark.parametrize(
    ("law", "level"),
    [
        (TENTHS, S.Zero),
        (TENTHS, Rational(3, 10)),
        (Atoms((Rational(1, 7), -Rational(2, 7)), TWO_TO_ONE), S.Zero),
        (Empirical((Rational(1, 10), Rational(1, 10), -Rational(1, 5))), S.Zero),
    ],
    ids=str,
)
@pytest.mark.parametrize(("relation", "counted"), [(Ge, 1), (Gt, 0)])
def test_a_walk_by_atoms_is_at_a_level_with_a_chance(law, level, relation, counted):
    """9 steps, k of them up: it was said to be at 0, in floats 1e-17 off it, with no chance."""
    up = law.support[1]
    at = [up * (k - 2 * (9 - k)) for k in range(10)]
    chance = [Rational(comb(9, k) * 2**k, 3**9) for k in range(10)]
    above = sum(p for v, p in zip(at, chance, strict=True) if v > level or (counted and v == level))
    other = sum(p for v, p in zip(at, chance, strict=True) if v > level or (not counted and v == level))
    (ball,) = estimate([Prob(relation(Stepped(law).x(9), level))], replicates=20_000)
    assert ball.value.contains(float(above))
    assert not ball.value.contains(float(other))


def test_a_walk_with_atoms_on_no_lattice_is_counted_both_ways():
    law = Atoms((sqrt(2), -2 * sqrt(2)), TWO_TO_ONE)
    at = [Rational(comb(9, k) * 2**k, 3**9) for k in range(10)]
    (ball,) = estimate([Prob(Stepped(law).x(9) >= 0)], replicates=20_000)
    assert ball.value.contains(float(sum(at[6:])))
    assert ball.value.contains(float(sum(at[7:])))
    assert not ball.value.contains(float(sum(at[5:])))


def test_a_walk_to_the_sides_that_a_draw_says_is_counted_both_ways():
    """Up twice sqrt(2) with the chance p of a draw above 1, else down once: it is at 0 after 3 of 9 steps up."""
    p = norm.sf(1)
    at = [comb(9, k) * p**k * (1 - p) ** (9 - k) for k in range(10)]
    (ball,) = estimate([Prob(Sided().x(9) >= 0)], replicates=20_000)
    assert ball.value.contains(sum(at[3:]))
    assert ball.value.contains(sum(at[4:]))
    assert not ball.value.contains(sum(at[2:]))


def test_values_in_two_readings_are_merged():
    event = Jumping(Ge(x, Rational(1, 5)), (("x", 1),), (Known(measured=True),))
    found = event({("x", 1): np.array([0.1, 0.2 + 1e-16, 0.2, 0.3 + 4e-17, 0.2 - 3e-17, 0.5])})
    assert isinstance(found, Both)
    assert found.high.tolist() == [0, 1, 1, 1, 1, 1]
    assert found.low[[0, 2, 3, 5]].tolist() == [0, 1, 1, 1]
    assert pickle.loads(pickle.dumps(event)) == event
    one, two = Sums.of(np.array([0.0, 1.0])), Sums.of(np.array([0.0, 0.0]))
    open_ = Sums(*(getattr(two, f) for f in ("count", "mean", "m2", "m3", "m4", "low", "high", "shift", "top")), one)
    for parts in ((one, open_), (open_, one), (open_, open_), (one, open_, one)):
        merged = Sums.merged(parts)
        assert merged.upper is not None
        assert merged.mean * merged.count == sum(p.mean * p.count for p in parts)
        assert merged.upper.mean * merged.count == sum((p.upper or p).mean * p.count for p in parts)
        assert Sums.merged((one, one)).upper is None


def test_events_cross_to_another_process():
    for statistic in estimand(Prob(SymbolLoop(Rational(3, 10), 10).share(1) >= Rational(1, 5))).statistics:
        assert pickle.loads(pickle.dumps(statistic)).values == statistic.values


# ---- measured runs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "halves"),
    [
        (["0.2", "0.25"], [0.005, 0.005]),
        (["0.200000", "0.333333"], [5e-7, 5e-7]),
        (["1", "12", "3"], [0, 0, 0]),
        (["1.5", "123.25"], [0.005, 0.005]),
        (["0.333333", "1.23457e-05"], [5e-7, 5e-11]),
        (["0.3333333333333333", "0.2"], [0, 0]),
        ([0.2, 0.33], [0.005, 0.005]),
        ([1 / 3, 0.2], [0, 0]),
        ([2.0, 3.0], [0, 0]),
    ],
)
def test_half_a_unit_in_the_last_digit(column, halves):
    assert np.allclose(half_units([pd.Series(column)], len(column)), halves, rtol=1e-9)


def tossed(n, runs, decimals, folder, seed=0):
    """Runs of a coin of bias 3/10, tossed n times, written with so many decimals."""
    share = np.random.default_rng(seed).binomial(n, 0.3, runs) / n
    frame = pd.DataFrame({"run": range(runs), "t": 1, "share": share})
    path = folder / f"runs{n}_{decimals}.csv"
    frame.to_csv(path, index=False, float_format=None if decimals is None else f"%.{decimals}f")
    return path


@pytest.mark.thin(2)
@pytest.mark.parametrize("n", [7, 10, 30])
@pytest.mark.parametrize("decimals", [2, 3, 4, 6, None])
def test_rounded_shares_of_a_known_lattice(n, decimals, tmp_path):
    path, law = tossed(n, 4000, decimals, tmp_path), shares(n, Q(3, 10))
    level = Q(round(0.3 * n), n)
    at_least, above = probability(law, lambda v: v >= level), probability(law, lambda v: v > level)
    share = SymbolLoop(Rational(3, 10), n).share(1)

    @claim
    def true_weak():
        """At least the level."""
        return Eq(Prob(share >= rational(level)), rational(at_least))

    @claim
    def true_strict():
        """Above it."""
        return Eq(Prob(share > rational(level)), rational(above))

    @claim
    def false_weak():
        """The atom forgotten."""
        return Eq(Prob(share >= rational(level)), rational(above))

    @claim
    def false_strict():
        """The atom counted."""
        return Eq(Prob(share > rational(level)), rational(at_least))

    found = measured(
        [true_weak, true_strict, false_weak, false_strict],
        path,
        parse_map("share=share,t=t,run=run"),
        asked=0.3,
        points_only=True,
    )
    verdicts = {f.claim: f.verdict for f in found}
    assert verdicts == {
        "true-weak": Verdict.SUPPORTED,
        "true-strict": Verdict.SUPPORTED,
        "false-weak": Verdict.REFUTED,
        "false-strict": Verdict.REFUTED,
    }


@pytest.mark.parametrize("decimals", [2, 3, 4, 6])
def test_rounded_values_of_an_unknown_law_are_counted_both_ways(decimals, tmp_path):
    """Of 0.33 nobody knows whether it was 1/3: neither the truth nor what is off by the atom is decided."""
    n = 30
    path, law = tossed(n, 4000, decimals, tmp_path), shares(n, Q(3, 10))
    level = Q(1, 3)
    share = Measured("share").share(1)

    @claim
    def weak():
        """True."""
        return Eq(Prob(share >= Rational(1, 3)), rational(probability(law, lambda v: v >= level)))

    @claim
    def strict():
        """True."""
        return Eq(Prob(share > Rational(1, 3)), rational(probability(law, lambda v: v > level)))

    @claim
    def forgotten():
        """False by an atom."""
        return Eq(Prob(share >= Rational(1, 3)), rational(probability(law, lambda v: v > level)))

    @claim
    def bounded():
        """True by far."""
        return Ge(Prob(share >= Rational(1, 3)), Rational(1, 10))

    found = {
        f.claim: f
        for f in measured(
            [weak, strict, forgotten, bounded], path, parse_map("share=share,t=t,run=run"), points_only=True
        )
    }
    assert {found[c].verdict for c in ("weak", "strict", "forgotten")} == {Verdict.UNDECIDED}
    assert "both ways" in found["weak"].note
    assert found["bounded"].verdict == Verdict.SUPPORTED


SINGLE = {
    "as a double": lambda x: repr(float(x)),
    "nine digits": "{:.9g}".format,
    "seventeen digits": "{:.17g}".format,
    "the shortest": str,
}


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("n", [10, 3])
def test_numbers_that_were_in_single_precision_are_known_to_half_a_unit_of_theirs(n, name, tmp_path):
    """3/10 was written as 0.30000001192092896: what is true of shares that are at most 3/10 was refuted."""
    heads = np.random.default_rng(3).binomial(n, 0.3, 3000)
    lines = [f"{i},1,{SINGLE[name](np.float32(k / n))}\n" for i, k in enumerate(heads)]
    path = tmp_path / "runs.csv"
    path.write_text("run,t,share\n" + "".join(lines), encoding="utf-8")
    law, level = shares(n, Q(3, 10)), Q(3, 10) if n == 10 else Q(2, 3)
    share = Measured("share").share(1)

    @claim
    def at_most():
        """True."""
        return Eq(Prob(share <= rational(level)), rational(probability(law, lambda v: v <= level)))

    @claim
    def never():
        """False: it is at that level with a chance."""
        return Eq(Prob(Eq(share, rational(level))), 0)

    @claim
    def known_law():
        """The same of a loop whose shares are known to be of n."""
        loop = SymbolLoop(Rational(3, 10), n)
        return Eq(Prob(loop.share(1) <= rational(level)), rational(probability(law, lambda v: v <= level)))

    @claim
    def half_known():
        """False of it."""
        loop = SymbolLoop(Rational(3, 10), n)
        return Eq(Prob(loop.share(1) < rational(level)), rational(probability(law, lambda v: v <= level)))

    mapping = parse_map("share=share,t=t,run=run")
    found = measured([at_most, never, known_law, half_known], path, mapping, asked=0.1, points_only=True)
    verdicts = {f.claim: f.verdict for f in found}
    assert verdicts["at-most"] == verdicts["never"] == Verdict.UNDECIDED
    assert verdicts["known-law"] == Verdict.SUPPORTED
    assert verdicts["half-known"] == Verdict.REFUTED


def test_what_was_in_single_precision():
    rng = np.random.default_rng(0)
    x, tenths = rng.random(3000), rng.integers(0, 11, 3000) / 10
    for values in (x, tenths, 1000 * x, 1e-20 * x):
        single = values.astype(np.float32).astype(float)
        assert is_single(single)
        assert is_single(np.array([float(f"{v:.9g}") for v in single]))
        assert np.all(np.abs(single - values) <= half_units_of_single(single))
        assert not is_single(values)
    begun = np.append(np.full(1000, 1 / 3), x.astype(np.float32))  # what the runs begin with was written by another
    assert is_single(begun)
    for values in (
        np.round(x, 6),
        np.round(x, 9),
        np.round(x, 12),
        np.rint(1e9 * x),
        rng.integers(0, 4097, 3000) / 4096,
    ):
        assert not is_single(values)
    assert not is_single(np.zeros(0))
    assert not is_single(np.array([np.nan, np.inf, 0.0, 0.1, 0.5]))


@pytest.mark.parametrize("decimals", [2, 4])
def test_a_start_that_the_file_has_rounded(decimals, tmp_path):
    """1/3 was written as 0.3333, which was refused as no start of the claim's loop."""
    rng, rows = np.random.default_rng(0), []
    for run, k in enumerate(rng.binomial(9, 1 / 3, 4000)):
        rows += [f"{run},0,{1 / 3:.{decimals}f}\n", f"{run},1,{k / 9:.{decimals}f}\n"]
    path = tmp_path / "runs.csv"
    path.write_text("run,t,share\n" + "".join(rows), encoding="utf-8")

    def stated(start, mean):
        @claim
        def mean_stays(t=Points(0, 1)):
            """The mean share."""
            return Eq(E(SymbolLoop(start, 9).share(t)), mean)

        mapping = parse_map("share=share,t=t,run=run")
        return [f.verdict for f in measured([mean_stays], path, mapping, asked=0.3, points_only=True)][-1]

    third = Rational(1, 3)
    assert stated(third, third) == Verdict.SUPPORTED
    assert stated(third, Rational(2, 5)) == Verdict.REFUTED
    with pytest.raises(BadInput, match=r"at generation 0; expected 0\.36"):
        stated(Rational(36, 100), third)


@pytest.mark.parametrize("n", [9, 300])
def test_readings_of_rounded_shares_stay_where_shares_are(n, tmp_path):
    """0.00 is from -0.005 on: that it is not from 0 to 1 ended the check as an error of the program."""
    heads = np.random.default_rng(1).binomial(n, 0.3, 3000)
    heads[:5] = 0, 0, n, n, 0

    def found(p, last=""):
        path = tmp_path / "runs.csv"
        path.write_text(
            "run,t,share\n" + "".join(f"{i},1,{k / n:.2f}\n" for i, k in enumerate(heads)) + last, encoding="utf-8"
        )

        @claim
        def mean():
            """The mean share."""
            return Eq(E(SymbolLoop(Rational(3, 10), n).share(1)), p)

        mapping = parse_map("share=share,t=t,run=run")
        return {f.verdict for f in measured([mean], path, mapping, asked=0.3, points_only=True)}

    assert found(Rational(3, 10)) == {Verdict.SUPPORTED}
    assert found(Rational(1, 2)) == {Verdict.REFUTED}
    with pytest.raises(BadInput, match=r"1\.2; expected one from"):
        found(Rational(3, 10), "3000,1,1.20\n")


def test_measured_counts_and_full_floats_are_exact(tmp_path):
    n, level = 30, Q(3, 10)
    heads = np.random.default_rng(3).binomial(n, 0.3, 4000)
    frame = pd.DataFrame({"run": range(4000), "t": 1, "heads": heads, "share": heads / n})
    frame.to_csv(tmp_path / "runs.csv", index=False)
    truth = rational(probability(shares(n, level), lambda v: v >= level))
    runs = Measured("heads", "share")

    @claim
    def counted():
        """Counts."""
        return Eq(Prob(runs.heads(1) >= 9), truth)

    @claim
    def divided():
        """Shares."""
        return Eq(Prob(runs.share(1) >= Rational(3, 10)), truth)

    found = measured(
        [counted, divided],
        tmp_path / "runs.csv",
        parse_map("heads=heads,share=share,t=t,run=run"),
        asked=0.3,
        points_only=True,
    )
    assert [f.verdict for f in found] == [Verdict.SUPPORTED] * 2


def test_rounding_reaches_through_differences():
    event = Jumping(Ge(x - y, Rational(1, 10)), (("x", 1), ("y", 1)), (Known(measured=True),) * 2)
    records = {("x", 1): np.array([0.4, 0.52]), ("y", 1): np.array([0.31, 0.4])}
    half = np.full(2, 0.005)
    found = event({**records, (ROUNDED, "x", 1): half, (ROUNDED, "y", 1): half})
    assert isinstance(found, Both)
    assert found.low.tolist() == [0, 1]
    assert found.high.tolist() == [1, 1]


@pytest.mark.parametrize("decimals", [2, 3])
def test_a_quantile_and_a_mean_of_rounded_values(decimals, tmp_path):
    """1/3 is written 0.33: the quantile is 1/3 all the same."""
    path = tossed(30, 4000, decimals, tmp_path)
    law = shares(30, Q(3, 10))
    level = Rational(3, 5)
    median = next(v for v in law if probability(law, lambda u, v=v: u <= v) >= Q(3, 5))
    assert median == Q(1, 3)
    share, runs = SymbolLoop(Rational(3, 10), 30).share(1), Measured("share").share(1)

    @claim
    def of_a_lattice():
        """The lattice is known."""
        return Eq(Quantile(share, level), Rational(1, 3))

    @claim
    def of_runs():
        """It is not."""
        return Eq(Quantile(runs, level), Rational(1, 3))

    @claim
    def averaged():
        """Half a unit is no more than the mean may be off."""
        return Eq(E(runs), Rational(3, 10))

    found = measured(
        [of_a_lattice, of_runs, averaged], path, parse_map("share=share,t=t,run=run"), asked=0.3, points_only=True
    )
    assert [f.verdict for f in found] == [Verdict.SUPPORTED] * 3


class Slowing(Loop):
    """A count that grows by a power of the generation that no root of a whole number is."""

    x = coordinate()
    initial = property(lambda self: {"x": 0})

    def step(self, now):
        return {"x": now["x"] + CLOCK ** Rational(54_945, 497_488)}


def test_a_long_root_of_the_generation_is_on_no_lattice_and_is_not_written_out(monkeypatch):
    """SymPy takes such roots of numbers apart, which have millions of digits."""
    asked = []
    monkeypatch.setattr(lattice, "grid_of", lambda x, grids: asked.append(x))
    seen = known(Slowing().x(9))

    assert seen.grid is None
    assert seen.atoms
    assert asked == [0]  # of the start alone
