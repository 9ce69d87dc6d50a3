"""Loops that turn at a later fit or are one somewhere, margins that shrink for ever, and any law beside variables."""

from math import exp, log, sqrt

import pytest
from stated import stated
from sympy import And, Eq, Ge, Gt, Integer, Le, Lt, Ne, Piecewise, Rational

from reports.beginnings import passed
from reports.conjectures import examine
from simulate.engine.ascent import Ascent
from simulate.engine.search import Screen
from simulate.engine.touching import touching
from simulate.engine.trails import Seen, shrinking
from theory import (
    CLOCK,
    BadInput,
    Binomial,
    Cov,
    E,
    GaussianLoop,
    Growing,
    GrowingPool,
    Integers,
    Laws,
    Loop,
    Noise,
    Normal,
    Point,
    Positive,
    Reals,
    coordinate,
)
from theory.curation.common import CuratedLoop
from theory.gaussian.policies import PooledGaussianLoop
from theory.kde import KernelLoop
from theory.language.verdicts import Verdict
from theory.proof import agreement
from theory.proof.enclose import at_point
from theory.proof.reach import planned
from theory.proof.relations.prove import prove
from theory.proof.relations.turns import turns

T = Integers(1)


# ---- what is handed to a loop, and has the number of the fit ----------------------------------------------------------


def known(policy):
    return PooledGaussianLoop(5, policy, known_variance=True)


class Turning(Loop):
    """From 1; after so many fits, which a parameter tells, below 0."""

    a: Integers(1)
    x = coordinate()
    initial = {"x": 1}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] * Piecewise((1, self.a + 3000 > CLOCK), (-1, True))}


def test_a_policy_is_looked_at_where_its_sizes_turn():
    """`E(mu(t)^2) <= t/100` was supported by generations up to 1000."""
    sizes = Growing(Piecewise((100, CLOCK < 5000), (1, True)))
    c = stated(lambda t: Le(E(known(sizes).mu(t) ** 2), t / 100), t=T)
    assert 5000 in {p.values["t"] for p in planned(c)}


def test_a_step_is_looked_at_where_it_turns_beside_the_values_of_its_parameters():
    c = stated(lambda a, t: Ge(E(Turning(a).x(t)), 0), a=Integers(1, 50), t=T)
    assert 3001 in {p.values["t"] for p in planned(c)}


@pytest.mark.parametrize(
    "relation",
    [
        lambda m, t: Eq(E(known(Growing(m + 3000 - CLOCK)).mu(t)), 0),
        lambda m, t: Eq(E(known(GrowingPool(CLOCK * (m + 2000 - CLOCK))).mu(t)), 0),
        lambda m, t: Ge(E(KernelLoop(m + 1, 3 - CLOCK / 1000).mean(t) ** 2), 0),
    ],
)
def test_a_loop_that_there_is_not_from_some_fit_on_is_refused(relation):
    """Each was supported: of no draws, of a pool that shrinks, and of a bandwidth below 0."""
    with pytest.raises(BadInput, match="narrow the domain"):
        examine(stated(relation, m=Integers(1, 3), t=T))
    examine(stated(relation, m=Integers(1, 3), t=Integers(1, 500)))


# ---- any law, beside variables ----------------------------------------------------------------------------------------


def test_a_mean_under_any_law_is_asked_for_with_numbers_and_with_symbols():
    """Every claim about `E(CuratedLoop(p, K=K).weight(t))` ended in an error of the program."""
    c = stated(lambda p, K, t: Le(E(CuratedLoop(p, K=K).weight(t)), p.largest), p=Laws(), K=Integers(2), t=Integers(0))
    examine(c)
    (point,) = (p for p in c.points() if p.values["t"] == 1 and p.values["K"] == 2 and p.number == 2)
    assert agreement.of_claim(c, point.values) is None


# ---- margins that shrink more slowly than any power -------------------------------------------------------------------


def looked(margin):
    return [Seen({"n": 2**j}, -1.0, margin(log(2.0**j)), 1e-15) for j in range(8, 15)]


@pytest.mark.parametrize(
    "margin",
    [lambda x: 1 - log(x) / 10, lambda x: 1 - sqrt(x) / 100, lambda x: 1 - log(log(x)) / 10, lambda x: 1 / log(x)],
)
def test_a_margin_that_shrinks_for_ever_is_seen_to(margin):
    """At n = 10**6 all but the last are 60 % and more, and change by half of a percent at a doubling: they were taken to stay."""
    assert shrinking(looked(margin))


@pytest.mark.parametrize("margin", [lambda x: 0.5 + 1 / x, lambda x: 1 + 1 / x**2, lambda x: 1 + exp(-0.3 * x)])
def test_one_that_comes_to_something_is_not(margin):
    assert not shrinking(looked(margin))


# ---- two loops that are one somewhere ---------------------------------------------------------------------------------


class Walk(Loop):
    a: Reals = 1
    x = coordinate()
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + self.a * Noise("Z", Normal(0, 1))}


def apart(a, b, t):
    return Eq(Cov(Walk(a).x(t), Walk(b).x(t)), 0)


ONE_SOMEWHERE = {
    "at a number": (lambda a, t: apart(a, 2, t), {"a": Reals(1, 3)}),
    "on a line": (apart, {"a": Integers(1, 5), "b": Integers(1, 5)}),
    "at a root": (
        lambda a, t: Eq(E((Walk(a).x(t) - Walk(a**2).x(t)) ** 2), (a**2 + a**4) * t),
        {"a": Integers(1, 5)},
    ),
    "at two sizes": (lambda n, m, t: Eq(Cov(known_of(n), known_of(m)), 0), {"n": Integers(2), "m": Integers(2)}),
    "in both parameters": (
        lambda n, s, t: Eq(Cov(GaussianLoop(n, s).mu(t), GaussianLoop(5, 2).mu(t)), 0),
        {"n": Integers(2), "s": Positive()},
    ),
    "in every fit": (
        lambda n, m, t: Eq(Cov(known(Growing(n * CLOCK)).mu(t), known(Growing(m + CLOCK)).mu(t)), 0),
        {"n": Integers(1, 3), "m": Integers(0, 3)},
    ),
}
ONE_NOWHERE = {
    "before it": (lambda a, t: apart(a, 2, t), {"a": Reals(1, 2)}),
    "but for it": (lambda a, t: apart(a, 2, t), {"a": Reals(1, 3), "where": lambda a, t: Ne(a, 2)}),
    "in order": (apart, {"a": Integers(1, 5), "b": Integers(1, 5), "where": lambda a, b, t: Lt(a, b)}),
    "one more": (lambda a, t: apart(a, a + 1, t), {"a": Reals()}),
    "in one of two parameters": (
        lambda n, s, t: Eq(Cov(GaussianLoop(n, s).mu(t), GaussianLoop(5, 2).mu(t)), 0),
        {"n": Integers(6), "s": Positive()},
    ),
}


def known_of(n):
    return PooledGaussianLoop(n, known_variance=True).mu(3)


@pytest.mark.parametrize("name", ONE_SOMEWHERE)
def test_loops_that_are_one_somewhere_are_not_independent_there(name):
    """The covariance of `Walk(a)` and `Walk(2)` was proved to be 0, also at a = 2, where it is 4 t."""
    relation, domains = ONE_SOMEWHERE[name]
    c = stated(relation, **domains, t=T)
    assert not prove(c).proved
    with pytest.raises(BadInput, match="are one loop where their parameters are equal"):
        examine(c)


@pytest.mark.parametrize("name", ONE_NOWHERE)
def test_loops_that_are_one_nowhere_are(name):
    relation, domains = ONE_NOWHERE[name]
    c = stated(relation, **domains, t=T)
    examine(c)
    assert prove(c).proved


# ---- far more fits than are followed ----------------------------------------------------------------------------------


class Tired(Loop):
    """Half a step up on average, less by a millionth in every fit."""

    x = coordinate()
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + Noise("B", Binomial(1, Rational(1, 2))) - CLOCK / 10**6}


def test_what_fails_after_a_million_fits_is_refuted_there():
    """It was supported, to generations that are followed one by one: the sum of all steps was in no closed form."""
    c = stated(lambda t: Ge(E(Tired().x(t)), 0), t=Integers(0))
    crossing = 999_999
    assert crossing in turns(c, {"t": Integer(10)}, "t")
    at = {t: at_point(c, Point(1, {"t": Integer(t)}), 0.01) for t in (crossing - 1, crossing + 1)}
    assert at[crossing + 1].verdict == Verdict.REFUTED
    assert at[crossing - 1].verdict == Verdict.LEFT_OUT  # a derived form supports nothing


# ---- along a line of the side condition, and after many fits ----------------------------------------------------------


@pytest.mark.parametrize(
    ("relation", "where", "domain"),
    [
        (lambda a, b: Lt(a - b, a * b - Rational(1, 10**9)), lambda a, b: Eq(a, b), Reals(0, 1)),
        (lambda a, b: Gt(a * b, Rational(1, 10**9)), lambda a, b: And(Eq(a + b, 1), Gt(b, 0)), Reals(0, 1)),
        (lambda a, b: Lt(a + b, 10**9), lambda a, b: Eq(2 * a, b), Positive()),
    ],
)
def test_an_ascent_stays_on_the_line_that_a_side_condition_says(relation, where, domain):
    """Each is false near an end, which was never approached: one variable that moves alone leaves the line."""
    c = stated(relation, a=domain, b=domain, where=where)
    assert Ascent(c, Screen(c, None).look).run([p.values for p in c.points()]) is not None


# ---- sides that meet at one place ---------------------------------------------------------------------------------------

SHUT = Reals(0, 1, closed=True)
BOX = dict.fromkeys("abcd", SHUT)


def peak(a, b, c, d):
    return a * b * (1 - c) * (1 - d)


@pytest.mark.parametrize(
    ("relation", "further"),
    [
        (lambda x, **at: Gt(1 - peak(**at) + x**2, 0), {"x": Reals(-5, 5)}),
        (lambda x, **at: Gt(1 + (x - Rational(1, 3)) ** 2, peak(**at)), {"x": Reals(-5, 5)}),
        (lambda e, f, **at: Lt(peak(**at) * 4 * e * (1 - e) * f, 1), {"e": SHUT, "f": SHUT}),
    ],
)
def test_a_climb_comes_to_the_ends_and_to_plain_numbers(relation, further):
    """False at one place alone, which was missed by a hair, so that each was supported."""
    c = stated(relation, **BOX, **further)
    assert Ascent(c, Screen(c, None).look).run([p.values for p in c.points()]) is not None


def test_at_a_place_that_is_as_true_nothing_is_found():
    c = stated(lambda e, f, **at: Le(peak(**at) * 4 * e * (1 - e) * f, 1), **BOX, e=SHUT, f=SHUT)
    assert Ascent(c, Screen(c, None).look).run([p.values for p in c.points()]) is None


def test_sides_touch_at_an_end_that_belongs_to_a_domain_too():
    """Beyond it there is nothing to compare with: such a place was told of no one."""
    c = stated(lambda a, x: Gt((x**2 - 2) ** 2 + 1 - a, 0), a=SHUT, x=Reals(0, 5))
    near = [{"a": Integer(1), "x": Rational(1414, 1000)}]
    assert "as if they touched" in touching(c, Ascent(c, Screen(c, None).look), near)
    apart = [{"a": Integer(0), "x": Rational(1414, 1000)}]
    assert touching(c, Ascent(c, Screen(c, None).look), apart) == ""


class Counting(Loop):
    """x changes its sign in every fit after 7000."""

    x, c = coordinate(), coordinate()
    initial = {"x": 1, "c": 0}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] * Piecewise((1, now["c"] < 7000), (-1, True)), "c": now["c"] + 1}


def test_a_loop_is_followed_through_all_its_fits_however_few_seconds_there_are():
    c = stated(lambda t: Ge(E(Counting().x(t)), 0), t=Integers(0))
    assert {"t": Integer(7001)} in passed(c, [{"t": Integer(10)}], 0.1)
