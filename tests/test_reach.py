"""How far support has to reach (rule 33), and witnesses that differ (rule 36)."""

import math
import random
import time
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from itertools import product
from types import SimpleNamespace

import pytest
from stated import stated
from sympy import (
    Abs,
    And,
    Eq,
    Ge,
    Gt,
    Integer,
    KroneckerDelta,
    Le,
    Lt,
    Max,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    asin,
    cos,
    exp,
    floor,
    gamma,
    log,
    oo,
    sin,
    sqrt,
)

from reports import check, clock, load
from reports.beginnings import passed
from reports.conjectures import examine
from reports.lacking import further, wanting
from reports.ledger import Ledger
from reports.suite import verify
from reports.wording import shown
from reports.workbench import Course, _Check
from simulate.engine.ascent import Ascent
from simulate.engine.plan import PointPlan
from simulate.engine.search import Screen, from_decisions, look_in_balls, shrunk
from simulate.engine.symbolic import passages
from simulate.engine.touching import touching
from simulate.engine.trails import Seen, falling, kept, shrinking, steady
from theory import (
    KL,
    TV,
    Binomial,
    E,
    Exponential,
    GaussianLoop,
    Integers,
    Laws,
    PathMax,
    Points,
    Positive,
    Prob,
    Probability,
    Quantile,
    Reals,
    Simplex,
    Tends,
    c4,
)
from theory.discrete import SymbolLoop
from theory.gaussian.policies import PooledGaussianLoop
from theory.language.claims import Claim, Point
from theory.language.errors import BadInput, OutOfTime
from theory.language.laws import Noise, Normal
from theory.language.loops import CLOCK, Loop, coordinate
from theory.language.policies import FreshReal
from theory.language.summaries import differing, reached, summarise
from theory.language.verdicts import Decision, Finding, Verdict
from theory.proof.enclose import at_point
from theory.proof.prepared import prepare
from theory.proof.reach import _all_moves, idle, inside, planned, ranging, spare
from theory.proof.relations.closing import holds_far_out
from theory.proof.relations.turns import turning, turns

s = Symbol("s", integer=True, nonnegative=True)
P, S, R, U, LEFT = Verdict.PROVED, Verdict.SUPPORTED, Verdict.REFUTED, Verdict.UNDECIDED, Verdict.LEFT_OUT


# ---- planned points --------------------------------------------------------------------------------------------------


def test_the_ends_of_ranges_are_planned_and_keep_their_numbers():
    c = stated(
        lambda n, t, x, k: Le(E(GaussianLoop(n).sigma(t)) * x / (x + k), 2),
        n=Integers(2, 10_000), t=Integers(0), x=Positive(), k=Points(1, 5, 3),
    )  # fmt: skip
    points = planned(c)
    assert [p.number for p in points] == list(range(1, len(points) + 1))
    assert [p.values for p in points[: len(c.points())]] == [p.values for p in c.points()]
    assert {e for p in points for e in p.ends} == {
        "n = 2", "n = 10000", "t = 0", "t = 1000", "x = 1/999", "x = 999", "k = 1", "k = 5",
    }  # fmt: skip
    for p in points:
        for end in p.ends:
            name, value = end.split(" = ")
            assert p.values[name] == Rational(value)
    assert inside(c) == [p for p in points if p.origin != "end"]
    assert len(inside(c)) == len(c.points())


def test_an_end_that_a_condition_cuts_off_is_where_the_claim_ends():
    c = stated(
        lambda K, lam: Le(lam * (K - 1), 2), where=lambda K, lam: lam * (K - 1) < 1, K=Integers(2, 40), lam=Positive()
    )
    points = planned(c)
    assert all(c.admits(p.values) for p in points)
    most = max(p.values["lam"] for p in points)
    assert Rational(9, 10) < most < 1  # lam = 999 is not admitted at any K
    assert max(p.values["K"] for p in points) == 40


def test_a_law_has_ends_too():
    c = stated(lambda p: Le(p[0] * p[1] * p[2], Rational(1, 27)), p=Simplex(3))
    points = planned(c)
    assert min(p.values["p1"] for p in points) == Rational(1, 1000)
    assert max(p.values["p2"] for p in points) > Rational(9, 10)
    assert all(c.admits(p.values) for p in points)


@pytest.mark.parametrize("kind", [Simplex(4), Laws(3, starts=1), Laws(line=3)], ids=str)
def test_what_is_a_law_is_one_with_smaller_shares(kind):
    """So an end that is none beside the least of the others is none: `planned` does not try them all."""
    rng = random.Random(0)
    told = set()
    for _ in range(300):
        values = [Rational(rng.randrange(1, 100), 100) for _ in kind.parts("p")]
        told.add(fits := kind.admits(values))
        if fits:
            assert kind.admits([x * Rational(rng.randrange(1, 100), 100) for x in values])
    assert told == {True, False}


def test_an_end_that_no_law_has_is_not_tried_with_all_that_others_may_be(monkeypatch):
    asked, admits = [], Claim.admits
    monkeypatch.setattr(Claim, "admits", lambda c, values: asked.append(1) or admits(c, values))
    c = stated(lambda p: Le(p.mean, p.largest), p=Laws())
    assert max(p.values["p1"] for p in planned(c)) > Rational(9, 10)  # as near to 1 as the others let it
    assert len(asked) < 5000  # twenty thousand, where all are tried


def test_a_scale_that_drops_out_has_no_ends():
    c = stated(lambda n, a: Eq(E(GaussianLoop(n, a).sigma(1)), c4(n) * a), n=Integers(2), a=Positive())
    assert ranging(c) == ["n"]


def test_spare_points_are_others_at_the_same_ends():
    c = stated(lambda n, t: Le(E(GaussianLoop(n).sigma(t)), 2), n=Integers(2), t=Integers(1, 20))
    points, more = planned(c), spare(c, planned(c))
    assert more
    assert all(p.ends and p.values not in [q.values for q in points] for p in more)
    assert [p.number for p in more] == list(range(len(points) + 1, len(points) + len(more) + 1))
    assert more == spare(c, planned(c))


# ---- what support needs -----------------------------------------------------------------------------------------------


def at(number, verdict, ends=(), witness="simulation", origin="notable", **more):
    point = {"n": str(number)}
    return Finding("c", "f", witness, verdict, number=number, point=point, ends=tuple(ends), origin=origin, **more)


def test_three_of_forty_four_points_are_no_support():
    found = [at(j, S if j <= 3 else LEFT, note="" if j <= 3 else "needs 1e9 replicates") for j in range(1, 45)]
    summary = summarise("S.", None, found)
    assert summary.verdict == U
    assert (summary.reach.decided, summary.reach.planned) == (3, 44)
    assert "decided at 3 of 44 points" in summary.doubt
    assert summarise("S.", None, [at(j, S if j <= 22 else LEFT) for j in range(1, 45)]).verdict == S


def test_points_count_over_all_witnesses():
    balls = [at(j, S if j <= 5 else LEFT, witness="ball") for j in range(1, 11)]
    drawn = [at(j, S if j > 5 else LEFT) for j in range(1, 11)]
    assert summarise("S.", None, balls).verdict == S
    assert reached([*balls, *drawn]).decided == 10
    assert summarise("S.", None, [*balls[:4], *drawn]).reach.planned == 10


def test_ends_that_nobody_can_reach_are_listed_and_no_support():
    found = [at(j, S) for j in range(1, 10)]
    far = [at(10, LEFT, ["n = 1000"], origin="end"), at(11, LEFT, ["t = 0"], origin="end")]
    summary = summarise("S.", None, [*found, *far])
    assert summary.verdict == U
    assert summary.reach.beyond == ("n = 1000", "t = 0")
    assert "out of reach: n = 1000, t = 0" in summary.doubt
    wide = [at(10, U, ["n = 1000"], "ball", "end", note="wide"), at(10, LEFT, ["n = 1000"], origin="end")]
    assert summarise("S.", None, [*found, *wide]).verdict == U
    assert reached([*found, *wide]).missing == ("n = 1000",)
    balls = [at(10, S, ["n = 1000"], "ball", "end"), at(11, S, ["t = 0"], "ball", "end")]
    assert summarise("S.", None, [*found, *far, *balls]).verdict == S


def test_what_settles_a_claim_needs_no_reach():
    far = [at(1, S), at(2, LEFT), at(3, LEFT, ["n = 1000"])]
    proof = Finding("c", "f", "derivation", P)
    assert summarise("S.", None, [proof, *far]).verdict == P
    assert summarise("S.", None, [*far, at(1, R, witness="ball")]).verdict == R


def test_hunted_points_were_not_planned():
    found = [at(1, S), at(2, LEFT), at(3, LEFT), *(at(j, S, origin="hunted") for j in range(4, 9))]
    assert (reached(found).decided, reached(found).planned) == (1, 3)
    assert summarise("S.", None, found).verdict == U


# ---- the suite goes on where only reach is lacking ------------------------------------------------------------------


def plan(c, number, seconds, ends=(), reason=""):
    return PointPlan(c, Point(number, {}, "notable", tuple(ends)), reason=reason, seconds=seconds)


def test_of_further_points_the_cheapest_are_taken():
    c = stated(lambda n: Le(1 / n, 2), n=Integers(1))
    found = [at(1, S), at(2, S)]
    plans = [plan(c, 3, 5.0), plan(c, 4, 1.0), plan(c, 5, 2.0, ["n = 1000"]), plan(c, 6, 3.0, ["n = 1000"])]
    assert [p.point.number for p in further(plans, 8, found, 10.0)] == [5, 4]
    assert further(plans, 8, found, 2.0) == []  # too dear
    assert further(plans, 20, found, 100.0) == []  # half of them is out of reach
    assert further([*plans, plan(c, 7, 0.0, ["n = 1"], "too dear")], 8, found, 100.0) == []  # as is an end


PATH = stated(
    lambda n, t: Le(Prob(PathMax(GaussianLoop(n).sigma(s), (s, 0, t)) >= Rational(5, 4)), Rational(9, 10)),
    n=Integers(5, 30), t=Integers(1, 10),
)  # fmt: skip


def test_ends_that_no_ball_reaches_are_simulated():
    (summary,) = verify([PATH], seconds=1.0, resolution=0.1, workers=1)
    assert summary.verdict == S
    assert not summary.reach.missing
    assert {f.origin for f in summary.findings if f.verdict == S and f.witness == "simulation"} >= {"notable", "end"}
    numbers = [f.number for f in summary.findings if f.witness == "simulation"]
    assert len(numbers) == len(set(numbers))
    assert wanting(PATH, summary.findings) == []


def test_a_ledger_keeps_what_was_found_beyond_what_had_been_left_out(tmp_path):
    """As without a ledger: a claim whose reach is looked for at points that were left out at first."""
    options = {"seconds": 0.025, "resolution": 0.1, "workers": 1}
    told = lambda found: [(f.witness, f.number, f.verdict, f.margin) for f in found[PATH.id].findings]  # noqa: E731
    looked: list = []
    plain = told(verify([PATH], progress=lambda e: looked.append(e.finding), **options))
    numbers = [f.number for f in looked if f and f.witness == "simulation"]
    assert len(numbers) > len(set(numbers))
    with Ledger(tmp_path / "l.sqlite") as book:
        assert told(verify([PATH], ledger=book, **options)) == plain
        assert told(verify([PATH], ledger=book, **options)) == plain
        rows = book._rows("select number from findings where witness = 'simulation'")
    assert len(rows) == len(set(rows))


def test_what_cannot_be_reached_is_undecided_and_listed():
    c = stated(
        lambda n, t: Le(Prob(PathMax(GaussianLoop(n).sigma(s), (s, 0, t)) >= Rational(5, 4)), Rational(9, 10)),
        n=Integers(5), t=Integers(1, 10**6),
    )  # fmt: skip
    (summary,) = verify([c], seconds=0.5, resolution=0.1, workers=1)
    assert summary.verdict == U
    assert "t = 1000000" in summary.doubt


# ---- the ascent -------------------------------------------------------------------------------------------------------


def climbed(c, most=600):
    """An ascent in balls from the planned points."""
    screen = Screen(c, None)
    ascent = Ascent(c, screen.look, most=most, limit=lambda: clock.within(0.3))
    return ascent, ascent.run([p.values for p in planned(c)])


PROB, POS = Probability(), Positive()
FALSE = {
    "a corner of two": stated(
        lambda p, lam: Le(exp(-40 * p) * (1 - exp(-lam / 40)), Rational(2, 5) + p), p=PROB, lam=POS
    ),
    "a corner that a condition cuts off": stated(
        lambda K, lam, p: Le(exp(-30 * (1 - lam * (K - 1)) - 40 * p), Rational(2, 5) + p),
        where=lambda K, lam: lam * (K - 1) < 1, K=Integers(3, 50), lam=POS, p=PROB,
    ),
    "one corner of eight": stated(
        lambda p, q, r: Lt(exp(-25 * (p + 1 - q + r)), Rational(2, 5) + p + r), p=PROB, q=PROB, r=PROB
    ),
    "one corner of sixteen": stated(
        lambda a, b, c, n: Ge(Rational(1, 2), a**50 * (1 - b) ** 50 * c / (c + 20) * n / (n + 50)),
        a=PROB, b=PROB, c=POS, n=Integers(1, 1000),
    ),
    "inside, at one place": stated(
        lambda x, y: Le(exp(-5 * (x - Rational(13, 10)) ** 2 - 5 * (y + Rational(17, 10)) ** 2), Rational(9, 10)),
        x=Reals(-3, 3), y=Reals(-3, 3),
    ),
    "along a curved ridge": stated(
        lambda a, b: Le(exp(-4 * (log(a) + log(b)) ** 2) * a / (a + 300), Rational(7, 10)), a=POS, b=POS
    ),
    "from 620 on": stated(lambda k: Le(log(k + 1), Rational(6431, 1000)), k=Integers(1)),
    "from 620 on, a loop": stated(
        lambda t: Le(E(GaussianLoop(1000).mu(t) ** 2), Rational(619, 1000) + 1 / t), t=Integers(1)
    ),
    "from 5000 on": stated(lambda k, n: Le(log(k) * (1 - 1 / n**9), Rational(8517, 1000)), k=Integers(1), n=Integers(9)),
    "from 40000 on, real": stated(lambda x: Ge(1 / sqrt(x), Rational(1, 200)), x=POS),
    "from 1e25 on": stated(lambda n: Ge(5 * log(n) + 5, n ** Rational(1, 10)), n=Integers(1)),
    "from 1e25 on, real": stated(lambda x: Ge(5 * log(x) + 5, x ** Rational(1, 10)), x=Reals(1, oo)),
    "below -1e25": stated(lambda n: Ge(5 * log(1 - n) + 5, (-n) ** Rational(1, 10)), n=Integers(-oo, -1)),
    "from 1e25 on, a loop": stated(
        lambda n: Le(E(GaussianLoop(n).mu(1) ** 2) * n ** Rational(11, 10), 5 * log(n) + 5), n=Integers(2)
    ),
    "a limit, from exp(50) on": stated(
        lambda n: Tends(floor(log(n) / 50), (n, 1, oo), 0, rate=1 / n), n=Integers(1)
    ),
    "both far out": stated(lambda n, k: Le(1 - 1 / n - 1 / k, Rational(9993, 10_000)), n=Integers(2), k=Integers(2)),
    "at the upper end only": stated(
        lambda n: Le(log(n) + sin(1 / n), log(Rational(19_999, 2)) + sin(Rational(1, 10_000))), n=Integers(2, 10_000)
    ),
    "at the lower end only": stated(lambda n: Gt(exp(n) + sin(n) ** 2, exp(7) + 1), n=Integers(7)),
    "for small n": stated(
        lambda n, x: Le(exp(-10 * (n - 3) ** 2 - (x - 5) ** 2) * 2, 1 + x / 100), n=Integers(1), x=POS
    ),
    "beside a place where the sides meet": stated(lambda x: Le(log(x), Rational(999, 1000) * (x - 1)), x=POS),
    "beside a place where they meet, in a millionth": stated(
        lambda x: Le(log(x), (1 - Rational(1, 10**6)) * (x - 1)), x=POS
    ),
    "beside a place where they meet, that is no fraction": stated(
        lambda x: Le(log(x) - log(2) / 2, Rational(99, 100) * (x / sqrt(2) - 1)), x=POS
    ),
    "beside a line on which they meet": stated(
        lambda x, y: Ge(x**2 + y**2, 2 * x * y + (x - y) * y / 1000), x=POS, y=POS
    ),
    "beside a place where they meet, by little": stated(
        lambda x: Ge(exp(x), 1 + x + x**2 / 2 + Rational(1001, 6000) * x**3), x=Reals(-1, 3)
    ),
    "in a narrow place": stated(lambda x: Ge(Max(x, 1 - x), Rational(501, 1000)), x=Reals(-3, 3)),
    "in a narrow place of two": stated(
        lambda x, y: Ge(Abs(x - Rational(37, 100)) + Abs(y - Rational(1, 7)) + 1, Rational(1002, 1000)), x=PROB, y=PROB
    ),
    "a part of several": stated(
        lambda p, lam: And(Ge(p, 0), Le(exp(-40 * p) * (1 - exp(-lam / 40)), Rational(2, 5))), p=PROB, lam=POS
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE)
def test_the_ascent_comes_to_what_is_false(name):
    c = FALSE[name]
    _, values = climbed(c)
    assert values is not None
    assert Screen(c, None)(values) > 0
    assert c.admits(values)


TRUE = {
    "with slack": stated(lambda n, t: Le(E(GaussianLoop(n).sigma(t)), 2 + log(n) / n), n=Integers(2), t=Integers(0)),
    "with slack that converges": stated(lambda n: Le(sin(n) ** 2 - 1 / n, 1 + exp(-1 / n)), n=Integers(2)),
    "with slack that grows": stated(lambda n: Le(5 * log(n) + 5, 60 * n ** Rational(1, 10)), n=Integers(1)),
    "a limit that is kept": stated(
        lambda n: Tends(floor(log(n) / (50 + 50 * log(n))), (n, 1, oo), 0, rate=1 / n), n=Integers(1)
    ),
    "tight at a point": stated(lambda x: Le(log(x), x - 1), x=POS),
    "tight at the first integer": stated(lambda n: Le(log(n), n - 1), n=Integers(1)),
    "in a corner": stated(
        lambda p, lam: Le(exp(-40 * p) * (1 - exp(-lam / 40)), 2 + p), p=PROB, lam=POS
    ),
    "tight at infinity, declared": stated(
        lambda n: Le(1 - sin(1 / n) * exp(-1 / n), 1), n=Integers(2), tight={"n": oo}
    ),
    "tight at infinity, with its rate": stated(
        lambda n: Le(1 - sin(1 / n) * exp(-1 / n), 1), n=Integers(2), tight={"n": oo}, rate=lambda n: 1 / n
    ),
    "tight at infinity, exponentially": stated(
        lambda n: Le(1 - exp(-Rational(1, 100) * n) * sin(1 / n), 1), n=Integers(2), tight={"n": oo}
    ),
    "an equality": stated(lambda n: Eq(E(GaussianLoop(n).sigma(1)), c4(n)), n=Integers(2)),
}  # fmt: skip


@pytest.mark.thin(2)
@pytest.mark.parametrize("name", list(reversed(TRUE)))
def test_the_ascent_finds_nothing_against_what_is_true(name):
    ascent, values = climbed(TRUE[name])
    assert values is None
    assert not ascent.fading


SHRINKING = {  # of none of them leading terms tell it
    "a power": (lambda n: Le(1 - asin(1 / n), 1), "n"),
    "a logarithm": (lambda n: Le(1 - asin(1 / log(n + 1)), 1), "n"),
    "an exponential": (lambda n: Le(1 - exp(-n / Integer(500)) * asin(1 / n), 1), "n"),
    "of a loop": (lambda n: Le(E(GaussianLoop(n).mu(1) ** 2), 1 / n + asin(1 / n) ** 2), "n"),
}
CLOSING = {
    "gammas": lambda n: Le(c4(n), 1),
    "gammas, exponentially": lambda n: Le(1 - exp(-n / Integer(500)) * (1 - c4(n)), 1),
    "a power": lambda n: Le(1 - sin(1 / n), 1),
    "a logarithm": lambda n: Le(1 - sin(1 / log(n + 1)), 1),
    "an exponential": lambda n: Le(1 - exp(-n / Integer(500)) * sin(1 / n), 1),
    "terms that cancel": lambda n: Lt(exp(1 / sqrt(n)), 1 + 1 / sqrt(n) + 1 / n),
    "of a loop": lambda n: Lt(E(GaussianLoop(n).mu(1) ** 2), 1 / n + exp(-n)),
}
CROSSING = {
    "a power": lambda n: Le(1 - sin(1 / n) + 1 / (10**9 * sqrt(n)), 1),
    "a logarithm": lambda n: Le(1 - sin(1 / log(n + 1)) + 1 / (10**9 * sqrt(log(n + 1))), 1),
    "an exponential": lambda n: Le(1 - exp(-n / Integer(500)) + exp(-n / Integer(501)) / 10**15, 1),
    "terms that cancel": lambda n: Lt(exp(1 / sqrt(n)), 1 + 1 / sqrt(n) + Rational(1, 2) / n + 100 / n**2),
}


@pytest.mark.parametrize("name", [pytest.param(x, marks=[pytest.mark.long] * (x == "of a loop")) for x in CLOSING])
def test_a_margin_that_closes_on_the_right_side_is_not(name):
    ascent, values = climbed(stated(CLOSING[name], n=Integers(2)))
    assert values is None
    assert not ascent.fading


@pytest.mark.parametrize("name", CROSSING)
def test_what_fails_beyond_all_points_does_not_close(name):
    assert not holds_far_out(stated(CROSSING[name], n=Integers(2)), {"n": Integer(2)}, "n")


@pytest.mark.parametrize("name", SHRINKING)
def test_a_margin_that_shrinks_on_is_told(name):
    relation, variable = SHRINKING[name]
    ascent, values = climbed(stated(relation, n=Integers(2)))
    assert values is None
    (fading,) = ascent.fading
    assert fading.name == variable
    assert f"the margin still shrinks at {variable} = " in fading.note
    assert " % there" in fading.note


@pytest.mark.parametrize("left", [-1 / 30, 1 / 2])
def test_a_margin_that_shrinks_up_to_where_balls_end_is_told(left):
    """Balls end at 300, and the far side begins at 1000: this margin is gone at 900, or never."""

    def look(values):
        n = int(values["n"])
        return Seen(values, -1.0, n**-0.5 + left, 1e-12) if n <= 300 else None

    half = Rational(1, 2)
    c = stated(lambda n: Le(E(Abs(SymbolLoop(half, n).share(1) - half)), 1), n=Integers(2))
    ascent = Ascent(c, look)
    assert ascent.run([p.values for p in planned(c)]) is None
    assert bool(ascent.fading) == (left < 0)


def test_a_declared_rate_that_is_not_kept_is_told():
    """Declared to close like 1/n, it closes like 1/n^2."""
    c = stated(lambda n: Le(1 - sin(1 / n**2), 1), n=Integers(2), tight={"n": oo}, rate=lambda n: 1 / n)
    ascent, _ = climbed(c)
    assert not steady([]) or ascent.fading == [] or ascent.fading[0].name == "n"
    looks = [Seen({"n": 2**j}, -1.0, 4.0**-j) for j in range(6)]
    assert shrinking(looks, lambda v: 1 / v["n"])
    assert not shrinking([Seen({"n": 2**j}, -1.0, 2.0**-j) for j in range(6)], lambda v: 1 / v["n"])


def test_extrapolation_tells_what_is_left():
    def looks(f):
        return [Seen({}, -1.0, f(2.0**j)) for j in range(5)]

    assert shrinking(looks(lambda k: 1 / k))
    assert shrinking(looks(lambda k: 5 - k / 5))
    assert not shrinking(looks(lambda k: 1 + 1 / k))
    assert not shrinking(looks(lambda k: 1.0))
    assert not shrinking(looks(lambda k: k))
    assert steady(looks(lambda k: 1 / k**2))
    assert steady(looks(lambda k: 2.0**-k))
    assert not steady(looks(lambda k: 1 / k - 1 / 17))


def test_a_margin_beside_sides_that_grow_is_kept():
    looks = lambda f, u: [Seen({}, -1.0, f(2.0**j) / u(2.0**j), 0.0, u(2.0**j)) for j in range(5)]  # noqa: E731
    for distance, holds in ((lambda k: 1.0, True), (lambda k: 1 + 1 / k, True), (lambda k: 1 / k, False)):
        assert shrinking(looks(distance, lambda k: k))
        assert kept(looks(distance, lambda k: k)) is holds
    assert not kept(looks(lambda k: 5 - k / 5, lambda k: k))
    assert not kept(looks(lambda k: 1.0, lambda k: 1.0))
    assert not kept([Seen({}, -1.0, 1 / 2.0**j) for j in range(5)])


def test_a_path_of_the_start_alone_reaches_no_end_of_another_variable():
    s = Symbol("s", integer=True)
    far = lambda t, a: Le(Prob(PathMax(GaussianLoop(5).sigma(s) ** 2, (s, 0, t)) >= a), 1 / a**2)  # noqa: E731
    c = stated(far, t=Integers(0), a=Positive())
    assert idle(c, {"t": Integer(0), "a": Integer(2)})
    assert not idle(c, {"t": Integer(1), "a": Integer(2)})
    assert all(p.values["t"] > 0 for p in planned(c) if any(e.startswith("a = ") for e in p.ends))


def test_a_look_that_tells_nothing_is_not_tight():
    wide = Decision(Verdict.SUPPORTED, (-2000.0, 3.0), 2003.0, "the larger side", "", 1.0)
    (part,) = prepare(stated(lambda a: Le(a, 1), a=Positive()), {"a": Integer(1)}).parts
    assert from_decisions({}, [(part, wide)]).margin is None
    assert from_decisions({}, [(part, replace(wide, margin=(0.1, 0.2), resolution=0.1))]).margin == pytest.approx(0.15)


def slowing(t):
    """It is 1/100 at t = 49,995,000, farther out than is looked here."""
    return 1 / sqrt(1 + t / 5000)


@pytest.mark.parametrize(
    "relation",
    [
        lambda x: Gt(x, Rational(1, 100)),
        lambda x: Gt(x - Rational(1, 100), 0),
        lambda x: Lt(0, x - Rational(1, 100)),
        lambda x: Le(Rational(1, 100) - x, 0),
    ],
)
def test_beside_0_too_a_margin_is_seen_to_shrink(relation):
    """All of these are one statement, false far out. Relative to itself what is above 0 is always at 100 % of it."""
    c = stated(lambda t: relation(slowing(t)), t=Integers(0))
    ascent = Ascent(c, lambda values: look_in_balls(c, values) if values["t"] <= 10**6 else None)
    assert ascent.run([p.values for p in planned(c)]) is None
    assert [f.name for f in ascent.fading] == ["t"]
    assert "the margin still shrinks at t = " in ascent.fading[0].note


def test_beside_0_a_margin_that_stays_does():
    c = stated(lambda t: Gt(slowing(t) + t, 0), t=Integers(0))
    ascent = Ascent(c, lambda values: look_in_balls(c, values) if values["t"] <= 10**6 else None)
    assert ascent.run([p.values for p in planned(c)]) is None
    assert not ascent.fading


def test_the_ascent_is_the_same_again_and_stays_in_the_domain():
    c = FALSE["a corner that a condition cuts off"]
    tried = []

    def look(values):
        tried.append(dict(values))
        return Seen(values, -1.0, float(1 + values["p"] + values["lam"] / 10))

    starts = [p.values for p in planned(c)]
    first = Ascent(c, look)
    assert first.run(starts) is None
    again = list(tried)
    tried.clear()
    Ascent(c, look).run(starts)
    assert tried == again
    assert 50 < len(tried) <= 600
    assert all(c.admits(v) and all(c.domain[n].contains(x) for n, x in v.items()) for v in tried)
    assert first.with_margin[0].values["p"] < Rational(1, 10**6)  # it has climbed


def test_the_clock_only_ends_an_ascent():
    c = FALSE["from 620 on"]
    ascent = Ascent(c, Screen(c, None).look, ended=lambda: True)
    assert ascent.run([p.values for p in planned(c)]) is None
    assert ascent.cut


def test_a_look_far_out_that_takes_too_long_ends_its_way():
    """The way that one value more cannot be looked at is left; the ascent goes on, and what it has seen is the same."""
    seen = []

    @contextmanager
    def limit():
        yield
        raise OutOfTime("ended")

    c = TRUE["with slack that grows"]
    screen = Screen(c, None)

    def look(values):
        seen.append(values["n"])
        return screen.look(values)

    ascent = Ascent(c, look, limit=limit)
    assert ascent.run([p.values for p in planned(c)]) is None
    assert ascent.around
    assert [n for n in seen if n > 10**12] == []
    assert 1 + 10**6 in seen
    whole, _ = climbed(c)
    assert whole.known == ascent.known
    assert max(key[0] for key in whole.known) < 10**12  # no start of a climb lies that far out
    assert max(key[0] for key in whole.far) == 1 + 10**96


def test_a_look_near_an_end_that_takes_too_long_ends_its_way():
    """Balls ask for more and more digits there: the ascent ended with such looks, and corners were left out."""
    c, late = stated(lambda x, y: Lt(0, 1 + x + y), x=Reals(0, 1), y=Reals(0, 2)), []

    def look(values):
        if values["x"] < Rational(1, 10**20):
            late.append(values["x"])
            raise OutOfTime("ended")
        return look_in_balls(c, values)

    ascent = Ascent(c, look, near=nullcontext)
    assert ascent.run([p.values for p in planned(c)]) is None
    assert ascent.around
    assert not ascent.cut
    assert set(late) == {Rational(1, 1000**8)}  # nothing nearer
    assert [values["x"] for _, values in ascent.late.values()] == late
    whole = Ascent(c, lambda values: look_in_balls(c, values))
    assert whole.run([p.values for p in planned(c)]) is None
    assert not whole.late
    assert min(key[0] for key in whole.known) < Rational(1, 10**90)


def test_one_slow_look_leaves_larger_numbers_in_the_hunt_and_two_do_not():
    """The first one may have compiled what later ones use."""

    def looked(slow_from: int) -> Ascent:
        c, asked = stated(lambda n: Le(1 / n, 2), n=Integers(1)), []

        def look(values):
            asked.append(values["n"])
            if len(asked) == 1 or values["n"] >= slow_from:
                end = time.process_time() + 0.02
                while time.process_time() < end:
                    pass
            return look_in_balls(c, values)

        ascent = Ascent(c, look, most=60, patience=0.01)
        ascent.run([{"n": Integer(3)}])
        return ascent

    assert not looked(slow_from=10**200).skipped
    ascent = looked(slow_from=50)
    assert ascent.skipped
    assert all(place["n"] >= 50 for place in ascent.slow)


def test_nothing_is_simulated_far_out():
    c = TRUE["with slack that grows"]
    ascent = Ascent(c, Screen(c, None).look, in_balls=False)
    assert ascent.run([p.values for p in planned(c)]) is None
    assert not ascent.far


def test_what_is_false_from_somewhere_on_is_shrunk_to_there():
    c = FALSE["from 620 on"]
    screen = Screen(c, None)
    found = shrunk(c, lambda v: (screen(v) or 0) > 0, {"k": Integer(8000)})
    first = next(k for k in range(500, 800) if log(k + 1).evalf() > 6.431)
    assert found["k"] == first


# ---- check ------------------------------------------------------------------------------------------------------------


@pytest.mark.thin(3)
@pytest.mark.parametrize("name", ["from 5000 on", "a corner of two", "at the upper end only"])
def test_check_refutes_what_is_false_far_out(name):
    (found,) = check([FALSE[name]], seconds=10)
    assert found.verdict == R, str(found)
    assert found.counterexample.lhs


def test_check_supports_a_bound_with_slack():
    (found,) = check([TRUE["in a corner"]], seconds=6)
    assert found.verdict in (S, P), str(found)


def test_check_does_not_support_what_is_weakest_at_the_last_point():
    relation, _ = SHRINKING["a logarithm"]
    (found,) = check([stated(relation, n=Integers(2))], seconds=6)
    assert found.verdict == U, str(found)
    assert "the margin still shrinks at n = " in str(found)
    assert "tight={'n': oo}" in str(found)
    (found,) = check([TRUE["tight at infinity, declared"]], seconds=6)
    assert found.verdict in (S, P), str(found)


THIN = '''
from sympy import Le, Symbol
from theory import E, GaussianLoop, Integers, PathMax, claim

s = Symbol("s", integer=True, nonnegative=True)

@claim
def thin(n=Integers(2, 10_000), t=Integers(0, 100_000)):
    """Far from most of its range nothing can be told."""
    return Le(E(PathMax(GaussianLoop(n).sigma(s), (s, 0, t))), 2 + t)
'''


def test_check_lists_what_nobody_reached(tmp_path):
    path = tmp_path / "thin.py"
    path.write_text(THIN, encoding="utf-8")
    (found,) = check(load(path), seconds=4)
    assert found.verdict == U, str(found)
    assert "out of reach: " in str(found) or "not at" in str(found)
    assert "t = 100000" in str(found)


def test_a_rate_is_a_function_of_the_variables():
    with pytest.raises(BadInput, match="rate="):
        stated(lambda n: Le(1 / n, 2), n=Integers(1), tight={"n": oo}, rate=lambda k: 1 / k)


# ---- witnesses that differ --------------------------------------------------------------------------------------------


def pair(held, wrong, **more):
    fine = at(1, R, witness="ball", margin=wrong, resolution=1e-12, scale="the larger side")
    coarse = at(1, S, margin=(-held / 2, held / 2), resolution=held, scale="the larger side")
    return [replace(fine, **more), coarse]


def test_a_coarser_witness_is_explained():
    explained, alarm = differing(pair(0.01, (0.0002, 0.0002)))
    assert not alarm
    assert "1 % against 0.02 %" in explained
    assert "coarser" in explained
    summary = summarise("S.", None, pair(0.01, (0.0002, 0.0002)))
    assert (summary.verdict, summary.contradiction) == (R, "")
    assert summary.differ == explained


def test_a_witness_that_should_have_seen_it_is_an_alarm():
    _, alarm = differing(pair(0.01, (-0.2, -0.19)))
    assert "should have seen it" in alarm
    summary = summarise("S.", None, pair(0.01, (-0.2, -0.19)))
    assert summary.contradiction == alarm
    assert summary.surprise
    slack = replace(pair(0.01, (0.0, 0.0))[1], margin=(0.1, 0.2), resolution=None, slack=0.1)
    _, alarm = differing([pair(0.01, (-0.002, -0.001))[0], slack])
    assert "with slack" in alarm


def test_different_scales_are_not_compared():
    explained, alarm = differing(pair(0.01, (-0.2, -0.19), scale="scale="))
    assert not alarm
    assert "scales differ" in explained


def test_witnesses_that_agree_have_nothing_to_explain():
    assert differing([at(1, S), at(1, S, witness="ball"), at(2, R, witness="ball")]) == ("", "")


def test_what_is_shown_together_is_one_finding():
    """The gap is the balls', so the margin beside it is theirs too, with their guarantee and their point."""
    ball = at(
        2, S, witness="ball", margin=(0.2, 0.2), slack=0.2, guarantee="rigorous", sides=(((0.8, 0.0), (1.0, 0.0)),)
    )
    other = replace(ball, number=1, point={"n": "1"}, margin=(0.5, 0.5), sides=(((0.5, 0.0), (1.0, 0.0)),))
    drawn = at(1, S, margin=(0.1, 0.9), resolution=0.4, slack=0.1, guarantee="asymptotic")
    summary = summarise("S.", None, [ball, other, drawn])
    assert summary.shown is ball
    assert (summary.margin, summary.guarantee) == (ball.margin, "rigorous")
    assert summary.gaps[0][1] is ball
    assert shown(summary) is ball
    equal = [replace(f, sides=()) for f in (ball, other, drawn)]
    summary = summarise("S.", None, equal)
    assert summary.shown.witness == "simulation"
    assert summary.guarantee == "asymptotic"
    assert summary.resolution == 0.4


def test_a_refuted_claim_shows_where_it_is_missed_most():
    found = [at(j, R, margin=m, resolution=0.01) for j, m in ((1, (0.2, 0.3)), (2, (-0.6, -0.5)), (3, (0.7, 0.8)))]
    assert summarise("S.", None, found).shown.number == 3


def test_the_maximum_over_one_generation_is_its_value():
    loop = GaussianLoop(10)
    assert PathMax(Abs(loop.mu(s)), (s, 3, 3)) == Abs(loop.mu(3))
    assert isinstance(PathMax(loop.sigma(s), (s, 0, 3)), PathMax)


@pytest.mark.parametrize("count", [0, 1, 4])
def test_ends_are_tried_in_the_order_of_few_changes(count):
    """As sorting all joint values has it, of which there are too many to be listed where the variables are many."""
    listed = sorted(product((-1, 0, 1), repeat=count), key=lambda v: sum(x >= 0 for x in v))
    assert [tuple(dict(moved).get(i, -1) for i in range(count)) for moved in _all_moves(range(count))] == listed


NEAR_AN_END = {
    "at the upper end": stated(lambda p: Le(p ** (10**5), Rational(1, 2)), p=PROB),
    "at 0, by a power": stated(lambda a: Ge(a ** Rational(1, 100), Rational(1, 2)), a=POS),
    "beside other variables": stated(lambda p, n: Ge((1 - p) ** (n / 50), Rational(1, 4)), p=PROB, n=Integers(1, 20)),
}


@pytest.mark.parametrize("name", NEAR_AN_END)
def test_open_ends_of_intervals_are_approached_further_than_a_chart_goes(name):
    _, values = climbed(NEAR_AN_END[name])
    assert values is not None
    assert Screen(NEAR_AN_END[name], None)(values) > 0


def test_a_margin_that_shrinks_on_towards_an_end_is_no_support():
    slow = stated(lambda a: Le(log(1 / a), 1000 + a), a=POS)  # false from exp(-1000) on
    ascent, values = climbed(slow)
    assert values is None
    assert "comes near 0" in ascent.fading[0].note
    declared = stated(lambda a: Le(1 - 1 / log(4 + 1 / a), 1), a=POS, tight={"a": 0})
    assert not climbed(declared)[0].fading
    for true in (
        stated(lambda p: Le(p * (1 - p), p), p=PROB),
        stated(lambda p: Ge(-p * log(p), p * (1 - p)), p=PROB),
        stated(lambda p, n: Le(p / n, sqrt(p)), p=PROB, n=Integers(1)),
    ):
        ascent, values = climbed(true)
        assert values is None
        assert not ascent.fading


def test_without_balls_a_margin_that_falls_on_towards_an_end_is_no_support(by_work):
    """Of a sum of draws the quantile has no ball, and near 1 no simulation: the bound is false above 1 - e^-23."""
    x, y = Noise("X", Exponential(1)), Noise("Y", Exponential(1))
    (found,) = check([stated(lambda q: Le(Quantile(x + y, q), 20), q=PROB)], seconds=10)
    assert found.verdict == U, str(found)
    assert "the margin still shrinks as q comes near 1" in str(found)
    (found,) = check(
        [stated(lambda q: Le(Quantile(x + y, q), 20), q=Reals(Rational(1, 10), Rational(9, 10), closed=True))],
        seconds=10,
    )
    assert found.verdict == S, str(found)


def test_a_margin_that_falls_on_is_told_beside_noise():
    def looks(f, radius):
        return [Seen({}, -1.0, f(10.0**-j), r) for j, r in zip((1, 2, 3), radius, strict=True)]

    fine, coarse = (0.001, 0.001, 0.002), (0.001, 0.002, 0.03)
    assert falling(looks(lambda d: 1 + math.log(d) / 20, fine))
    assert falling(looks(lambda d: 1 + math.log(d) / 100, coarse))  # by a logarithm, or by less: that is not seen
    assert falling(looks(lambda d: 1 - math.sqrt(-math.log(d)) / 40, fine))
    assert not falling(looks(lambda d: 1 / 2 + d, fine))
    assert not falling(looks(lambda d: 1 / 2 + d, coarse[:2] + fine[:1]))
    assert not falling(looks(lambda d: 1 - d, fine))  # it rises
    assert not falling(looks(lambda d: 1.0, coarse))


def test_near_the_ends_a_declared_one_and_one_that_belongs_to_the_domain_are_not_asked():
    """A margin that falls like a logarithm, as simulation would tell it."""

    def doubt(**options):
        c = stated(lambda p: Le(E(GaussianLoop(5).mu(1)) - log(p), 100), **{"p": PROB, **options})
        ascent = Ascent(c, lambda v: Seen(v, -1.0, 1 + math.log(v["p"]) / 20, 1e-3), in_balls=False)
        assert ascent.run([p.values for p in planned(c)]) is None
        assert ascent.approached
        return [f.note for f in ascent.fading]

    assert "comes near 0" in "".join(doubt())
    assert not doubt(tight={"p": 0})
    assert not doubt(p=Reals(Rational(1, 10), 1))[1:]
    assert not doubt(p=Reals(Rational(1, 10), 1, closed=True))


def pinsker(constant):
    return stated(
        lambda p, q: Ge(KL(Binomial(1, p), Binomial(1, q)), constant * TV(Binomial(1, p), Binomial(1, q)) ** 2),
        p=PROB,
        q=PROB,
    )


def test_beside_places_where_both_sides_are_0_it_is_looked_before_the_climbs(monkeypatch):
    """Pinsker's constant is 2: 2.01 is false near (1/2, 1/2) alone, where both sides are 0."""
    climbs = []
    monkeypatch.setattr(Ascent, "_climb", lambda self, start: climbs.append(start))
    for constant, false in ((Rational(201, 100), True), (Integer(2), False)):
        c = pinsker(constant)
        ascent = Ascent(c, partial(look_in_balls, c))
        assert (ascent.run([p.values for p in planned(c)]) is not None) == false
        assert bool(climbs) != false
        assert all(x.margin > x.radius for x in climbs[:1])  # what touches comes no closer


def test_an_ascent_that_the_clock_ends_on_its_way_down_is_no_support():
    """It was: once it had been around, however its margin fell."""
    c = stated(lambda x, y: Le(x * y, Rational(11, 10)), x=PROB, y=PROB)

    def looked(least: float, most: int) -> Ascent:
        count = iter(range(most))

        def look(values):
            x, y = (float(v) for v in values.values())
            return Seen(values, -1.0, least + (x - 0.77) ** 2 + (y - 0.33) ** 2, 1e-9)

        ascent = Ascent(c, look, ended=lambda: next(count, None) is None)
        ascent.run([p.values for p in planned(c)])
        return ascent

    around = next(k for k in range(30, 400, 5) if looked(0.0, k).around)
    on_the_way = looked(0.0, around + 20)
    assert on_the_way.cut
    assert on_the_way.falling
    bench = SimpleNamespace(in_balls=True, screened=set(), course=Course())
    assert "climb from the tightest point" in _Check.lacking(bench, on_the_way)
    bench.in_balls = False
    assert "climb from the tightest point" in _Check.lacking(bench, on_the_way)
    there = looked(10.0, around + 40)  # what it may still lose is little of it
    assert there.cut
    assert not there.falling
    assert _Check.lacking(bench, there) == ""
    assert not looked(0.0, 10_000).falling


# ---- before the first fit -------------------------------------------------------------------------------------------


def test_before_the_first_fit_no_end_of_another_variable_is_reached():
    c = stated(lambda n, t: Eq(E(GaussianLoop(n).sigma(t)), c4(n) ** t), n=Integers(2, 10_000), t=Integers(0))
    points = planned(c)
    for p in [*points, *spare(c, points)]:
        names = {e.partition(" = ")[0] for e in p.ends}
        assert p.values["t"] > 0 or names <= {"t"}, p
    assert {e for p in points for e in p.ends} == {"n = 2", "n = 10000", "t = 0", "t = 1000"}


def test_an_end_that_is_there_only_before_the_first_fit_is_reached_there():
    c = stated(
        lambda n, t: Eq(E(GaussianLoop(n).sigma(t)), c4(n) ** t),
        where=lambda n, t: n + 1000 * t <= 1002, n=Integers(2, 1001), t=Integers(0),
    )  # fmt: skip
    assert any("n = 1001" in p.ends and p.values["t"] == 0 for p in planned(c))


def test_a_start_that_is_drawn_is_looked_at():
    c = stated(
        lambda n, t: Le(E(PooledGaussianLoop(n, FreshReal(3), start="fit").mu(t) ** 2), 2 / n),
        n=Integers(2, 50),
        t=Integers(0),
    )
    assert not idle(c, {"n": Integer(50), "t": Integer(0)})
    assert not idle(stated(lambda n: Le(1 / n, 1), n=Integers(1)), {"n": Integer(1)})
    drawn = stated(lambda n, t: Le(E(GaussianLoop(n).draw(t) ** 2), 2), n=Integers(2), t=Integers(0))
    assert not idle(drawn, {"n": Integer(2), "t": Integer(0)})


MEETING = {
    "at one integer": (stated(lambda n: Gt((n - 777) ** 2, 0), n=Integers(0)), {"n": 777}),
    "between two roots": (stated(lambda n: Ge((n - 617) * (n - 619), 0), n=Integers(1, 10_000)), {"n": 618}),
    "in a case": (
        stated(lambda n: Eq(E(GaussianLoop(4).sigma(n) ** 2), 1 + KroneckerDelta(n, 778) / 1000), n=Integers(0)),
        {"n": 778},
    ),
    "in moments": (
        stated(
            lambda t: Gt((E(GaussianLoop(10).mu(t) ** 2) - Rational(618, 10)) ** 2, Rational(1, 1000)), t=Integers(1)
        ),
        {"t": 618},
    ),
}


@pytest.mark.parametrize("name", MEETING)
def test_what_is_false_where_the_sides_meet_is_met(name):
    """A planned point is far away, and so is all that the hunt draws: the derived difference tells the place."""
    c, where = MEETING[name]
    (found,) = check([c], seconds=5)
    assert found.verdict == R, str(found)
    assert found.counterexample.point == {k: str(v) for k, v in where.items()}


def test_a_case_that_holds_on_a_short_range_is_looked_at():
    c = stated(lambda a: Le(Piecewise((2, And(a > 7, a < Rational(7001, 1000))), (0, True)), 1), a=POS)
    assert any(7 < x < Rational(7001, 1000) for x in turns(c, {"a": Integer(3)}, "a"))


def test_where_the_sides_meet_is_told_of_rational_differences_alone():
    inside = stated(lambda x: Ge((x - 1) * (x - 2) * (x**2 - 2), 0), x=POS)
    fractions = [x for x in turns(inside, {"x": Integer(3)}, "x") if x > 0]
    assert {1, 2} <= {*fractions}
    assert any(1 < x**2 < 2 for x in fractions)  # between the roots 1 and sqrt(2)
    assert any(2 < x**2 < 4 for x in fractions)
    assert not list(turns(stated(lambda x: Ge(exp(x), x), x=POS), {"x": Integer(3)}, "x"))


INNER = {
    "a generation": stated(lambda t: Le(E(GaussianLoop(3).sigma((t - 77) ** 2 - 1)), 1), t=Integers(0)),
    "of an equality": stated(lambda t: Eq(E(GaussianLoop(3).sigma((t - 77) ** 2 - 1) ** 2), 1), t=Integers(0)),
    "a sample size": stated(lambda t: Le(E(GaussianLoop((t - 77) ** 2 + 1).sigma(1)), 1), t=Integers(0)),
}


@pytest.mark.parametrize("name", INNER)
def test_a_claim_that_makes_no_sense_at_one_inner_integer_is_refused(name):
    with pytest.raises(BadInput, match="t = 77"):
        examine(INNER[name])


UNDEFINED = {
    "a divisor": lambda t: Le(E(GaussianLoop(5).sigma(t)) + (t - 77) / (t - 77) ** 2 / 10**6, 2),
    "a root": lambda t: Ge(E(GaussianLoop(5).sigma(t)) + sqrt((t - 76) * (t - 78)), 0),
    "a logarithm": lambda t: Le(log((t - 77) ** 2) / 10**6, t + E(GaussianLoop(5).sigma(t) ** 2)),
    "a pole": lambda t: Ge(gamma(Abs(t - 77)), -E(GaussianLoop(5).sigma(t) ** 2)),
    "a range that runs backwards": lambda t: Ge(
        Sum(1 / s**2, (s, 1, (t - 77) ** 2 - 2)) + E(GaussianLoop(5).mu(t) ** 2), 0
    ),
}


@pytest.mark.parametrize("name", UNDEFINED)
def test_a_side_without_a_value_at_one_inner_integer_is_told(name):
    c = stated(UNDEFINED[name], t=Integers(0))
    examine(c)
    met = [at for at in turning(c, {"t": Integer(4)}) if at_point(c, Point(9, at, "hunted"), 0.01).verdict == U]
    assert {"t": 77} in met
    assert "restrict the domain" in at_point(c, Point(9, {"t": Integer(77)}, "hunted"), 0.01).note


def test_what_the_hunt_meets_without_a_value_keeps_a_claim_from_support(by_work):
    (found,) = check([stated(UNDEFINED["a root"], t=Integers(0))], seconds=3)
    assert found.verdict == U
    assert "t = 77" in str(found)


def corner(a, b, c, d, e, f, g):
    """Nearly 1 where two are close to 0, four close to 1 and the last is large; nowhere else, and along no one of them alone."""
    return a * (1 - b) * c * (1 - d) * e * f * g / (1 + g)


OPEN = {**dict.fromkeys("abcdef", Probability()), "g": Positive()}


def around(c, **options) -> Ascent:
    ascent = Ascent(c, partial(look_in_balls, c), **options)
    ascent.found = ascent.run(p.values for p in planned(c, 8, 4))  # type: ignore[attr-defined]
    return ascent


def test_a_bound_that_is_off_by_little_in_a_corner_of_seven_variables_is_left_no_support():
    wrong = around(stated(lambda **v: Le(corner(**v), Rational(999, 1000)), **OPEN))
    assert wrong.found is not None
    assert corner(**wrong.found) > Rational(999, 1000)
    assert around(stated(lambda **v: Le(corner(**v), 1), **OPEN)).found is None


def test_an_ascent_that_the_clock_ends_has_not_been_around():
    c = stated(lambda **v: Le(corner(**v), 1), **OPEN)
    assert around(c).around
    looks = iter(range(10))
    ended = around(c, ended=lambda: next(looks, None) is None)
    assert ended.cut
    assert not ended.around


def test_support_takes_a_least_part_of_the_hunt(by_work):
    """Nothing contradicts a bound that is true, but the time is over before its corners have been looked at."""
    c = stated(lambda a, n: Lt(sin(a) * cos(n) + E(GaussianLoop(5).mu(1)), 2), a=POS, n=Integers(1))
    (hurried,) = check([c], seconds=0.05)
    assert hurried.verdict == U
    assert "hunt for counterexamples" in str(hurried)
    (patient,) = check([c], seconds=5)
    assert patient.verdict == S, str(patient)


class Ending(Loop):
    """x stays 1, up to fit number 10,000."""

    x = coordinate()
    initial = {"x": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, state):
        return {"x": Piecewise((0, CLOCK > 10_000), (state["x"], True))}


def test_where_a_step_turns_it_is_looked():
    """Nothing in the claim tells of that fit, and the far side of t is nearer."""
    c = stated(lambda t: Eq(E(Ending().x(t)), 1), t=Integers(0))
    assert {10_000, 10_001} <= set(turns(c, {"t": Integer(1)}, "t"))
    ascent = Ascent(c, partial(look_in_balls, c))
    assert ascent.run([{"t": Integer(1)}], [{"t": x} for x in turns(c, {"t": Integer(1)}, "t")]) == {"t": 10_001}


class Struck(Loop):
    """An autoregression with a jump, in one fit alone."""

    fit: Integers(1)  # type: ignore[valid-type]
    x = coordinate()
    initial = {"x": Integer(0)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, state):
        return {"x": state["x"] / 2 + KroneckerDelta(CLOCK, self.fit) + Noise("Z", Normal(0, 1))}


@pytest.mark.parametrize(("fit", "verdict"), [(3, R), (777, R), (777_777, U)])
def test_support_reaches_where_a_step_turns(fit, verdict):
    """Before that fit it says nothing of those after it; where nobody can look, that is told."""
    c = stated(lambda t: Le(E(Struck(fit).x(t)), 0), t=Integers(1))
    there = next(p for p in planned(c) if p.values["t"] == fit)
    assert f"t = {fit}" in there.ends
    told = summarise(c.id, None, [at_point(c, p, 0.01) for p in planned(c)])
    assert told.verdict == verdict
    assert (f"out of reach: t = {fit - 1}, t = {fit}" in told.doubt) == (verdict == U)


class Falling(Loop):
    """x falls by a thousandth in every fit, up to number 1000, and from there to and fro."""

    x = coordinate()
    initial = {"x": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, state):
        return {"x": Abs(state["x"] - Rational(1, 1000))}


@pytest.mark.parametrize(
    ("bound", "relation", "false_at"),
    [(lambda t: 1 - t / 1000, Eq, 1001), pytest.param(lambda t: 1, Le, None, marks=pytest.mark.long)],
)
def test_where_a_state_crosses_it_is_looked(bound, relation, false_at):
    """Neither the claim nor the fit's number tells of fit 1001, the first in which the state is not what it was less a bit."""
    c = stated(lambda t: relation(E(Falling().x(t)), bound(t)), t=Integers(0))
    there = passed(c, [{"t": Integer(1)}], 10.0)
    assert {1001, 2002} <= {at["t"] for at in there}
    found = Ascent(c, Screen(c, None).look).run([{"t": Integer(1)}], there)
    assert found == (None if false_at is None else {"t": false_at})


def test_a_state_that_crosses_with_noise_is_followed():
    """Most of the paths of a drift with noise are down at the floor from the fit on at which their mean would be."""
    assert next(passages(Sinking(), 1000)) in range(440, 461)
    assert not list(passages(Sinking(), 400))
    assert not list(passages(Struck(3), 100))  # it hangs on the number of the fit, not on the state


class Sinking(Loop):
    """From 10 down by a fiftieth in every fit, to a floor of 1."""

    x = coordinate()
    initial = {"x": Integer(10)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, state):
        return {"x": Max(state["x"] - Rational(1, 50) + Noise("Z", Normal(0, 1)) / 1000, 1)}


@pytest.mark.parametrize(("rest", "touch"), [(Integer(0), True), (Rational(1, 10**6), False)])
def test_a_root_that_no_look_meets_is_where_the_sides_touch(rest, touch):
    """(x^2 - 2)^2 > 0 is false at the root of 2, which is no rational number; with a millionth more it holds."""

    c = stated(lambda x: Gt((x**2 - 2) ** 2 + rest, 0), x=Reals(1, 2))
    told = touching(c, Ascent(c, Screen(c, None).look), [{"x": Rational(1414, 1000)}])
    assert ("as if they touched" in told and "x = 1.41421356" in told) == touch
    assert bool(told) == touch
