"""Relations decided coefficient by coefficient: what is certified is true, what is false is never certified."""

from fractions import Fraction

import picks
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import And, Eq, Ge, Gt, Le, Lt, Max, Min, Rational, Symbol, Tuple, exp, oo, sqrt, sympify

from reports.workbench import check
from theory import E, Finite, Integers, Points, Positive, Probability, Reals, Simplex, Var, claim
from theory.curation import CuratedLoop, PickedSampleLoop
from theory.language.errors import BadInput, CannotTell
from theory.language.finite_loops import FiniteLoop
from theory.language.loops import of_draw
from theory.language.moments import Cov, Prob
from theory.language.verdicts import Verdict
from theory.proof.relations.masses import holds, of_any_atoms, on_these_atoms
from theory.proof.relations.prove import prove
from theory.proof.signs import chart

half = Rational(1, 2)
DOMAINS = {"p1": Simplex(3).parts("p")["p1"], "p2": Simplex(3).parts("p")["p2"]}
DOMAINS |= {
    "u": Probability(),
    "v": Probability(),
    "x": Positive(),
    "y": Positive(),
    "a": Reals(1, oo),
    "b": Reals(1, oo),
}
p1, p2, u, v, x, y, a, b = (d.symbol(name) for name, d in DOMAINS.items())
P = (p1, p2, 1 - p1 - p2)
Q = (p1, 1 - p1)
t = Symbol("t", integer=True, nonnegative=True)
CHARTS = {s: chart(s, DOMAINS[s.name]) for s in (p1, p2, u, v, x, y, a, b)}
BY_SYMBOL = {s: DOMAINS[s.name] for s in CHARTS}
TWO = {p1: Simplex(2).parts("p")["p1"]}  # of two atoms the first is a share of its own


def curated(law, weights, K=2, **more) -> CuratedLoop:
    return CuratedLoop(Finite(law), weights, K, **more)


def why(op, gap, where=(), size=3):
    domains = {**BY_SYMBOL, **(TWO if size == 2 else {})}
    return holds(op, gap, domains, {s: chart(s, d) for s, d in domains.items()}, where)


def anywhere(op, gap, **more) -> bool:
    return "on any atoms" in (why(op, gap, **more) or "")


def here(op, gap, **more) -> bool:
    return "on these atoms" in (why(op, gap, **more) or "")


# ---- what is true ---------------------------------------------------------------------------------------------------


@pytest.mark.thin(3)
@pytest.mark.parametrize("K", [2, 3, 4])
def test_the_growth_of_the_reward(K):
    f = curated(Q, (x, y), K).weight
    for early in (0, t):
        grown = E(f(early + 1)) - E(f(early))
        bound = Rational(K - 1, K) * Var(f(early)) / Max(x, y)
        assert anywhere(">=", grown, size=2)
        assert anywhere(">=", grown - bound, size=2)
        assert not why(">=", bound - grown, size=2)
        assert not why(">", grown - bound, size=2)  # equal weights: nothing grows
        assert not why("==", grown - bound, size=2)
        # false twins
        assert not why(">=", grown - bound * Rational(K, K - 1), size=2)
        assert not why(">=", grown - Rational(K - 1, K) * Var(f(early)) / Min(x, y), size=2)
        assert not why(">=", grown - 2 * bound, size=2)
        assert not why(">=", -grown, size=2)


def test_identities():
    f = curated(Q, (x, y), 2).weight
    square = E(f(t + 1) ** 2) - E(f(t) ** 2)
    assert anywhere("==", square - Var(f(t)), size=2)
    assert anywhere("==", Var(f(t)) - E(f(t) ** 2) + E(f(t)) ** 2, size=2)
    assert anywhere("==", Cov(f(t), f(t) ** 2) - E(f(t) ** 3) + E(f(t)) * E(f(t) ** 2), size=2)
    assert anywhere("==", E(f(t) * f(t, 2)) - E(f(t)) ** 2, size=2)  # two draws are independent
    assert not why("==", E(f(t) * f(t)) - E(f(t)) ** 2, size=2)
    assert not why("==", square + Var(f(t)), size=2)
    assert not why("==", square - Var(f(t)) / 2, size=2)
    assert not why("==", square - Var(f(t + 1)), size=2)
    for K in (3, 4):
        f = curated(Q, (x, y), K).weight
        assert not why("==", E(f(1) ** 2) - E(f(0) ** 2) - Var(f(0)), size=2)


@pytest.mark.parametrize("K", [2, 3, 4])
def test_single_atoms(K):
    """Of these the coefficients are those of laws on these atoms; the constants are K and K - 1, not the other way."""
    loop = curated(P, (u, v, 1), K)
    m = E(loop.weight(0))
    jensen = loop.mass(1, 0) - K * u / (u + (K - 1) * m) * p1
    assert here(">=", jensen)
    assert not why(">=", loop.mass(1, 0) - K * u / (u + (K - 1) * (m - (1 - p1 - p2) / 2)) * p1)
    assert not why(">=", loop.mass(1, 0) - (K + 1) * u / (u + (K - 1) * m) * p1)
    assert not why(">=", loop.mass(1, 0) - u / m * p1)
    assert not why(">=", -jensen)
    assert here(">", K * P[2] - loop.mass(1, 2))
    assert not why(">", (K - 1) * P[2] - loop.mass(1, 2))
    assert here("==", loop.mass(1, 0, 1, 2) - 1)
    assert not why("==", loop.mass(1, 0, 1, 2) - 1 - Rational(1, 10**9))


@pytest.mark.long
def test_more_candidates():
    few, more = (curated(P, (u, v, 1), K).weight for K in (2, 3))
    assert anywhere(">=", E(more(1)) - E(few(1)))
    assert not why(">=", E(few(1)) - E(more(1)))
    assert not why(">=", E(more(1)) - E(few(1)) - Var(few(0)) / 2)


def test_infinitely_many_candidates():
    f = curated(P, (u, v, 1), oo).weight
    grown = E(f(t + 1)) - E(f(t))
    assert anywhere("==", grown - Var(f(t)) / E(f(t)))
    assert anywhere(">=", grown)
    assert not why(">=", -grown)
    assert not why("==", grown - Var(f(t)))


def test_real_data_beside_the_picks():
    lam = Symbol("lam", positive=True)
    f = curated(Q, (x, y), 3, lam=lam).weight
    grown, share = E(f(1)) - E(f(0)), lam / (1 + lam)
    bound = share * Rational(2, 3) * Var(f(0)) / Max(x, y)
    assert anywhere(">=", grown - bound, size=2)
    assert not why(">=", grown - bound / share, size=2)
    assert not why(">=", grown - bound * Rational(3, 2), size=2)
    # of later generations nothing is said of any atoms: the real data stay what they were
    assert not anywhere(">=", E(f(t + 1)) - E(f(t)), size=2)
    with pytest.raises(CannotTell, match="law of the real data stays"):
        of_any_atoms(E(f(t + 1)) - E(f(t)))


# ---- orders, and what is strict -------------------------------------------------------------------------------------


def test_orders_of_the_weights():
    loop = curated(P, (u, v, 1), 3)
    odds = loop.mass(1, 1) / loop.mass(1, 0) - p2 / p1
    for where, op, wanted in (
        ([(v - u, True)], ">", True),
        ([(v - u, True)], ">=", True),
        ([(v - u, False)], ">=", True),
        ([(v - u, False)], ">", False),  # they may be equal
        ([(u - v, True)], ">=", False),
        ([(u - v, False)], ">=", False),
        ([], ">=", False),
    ):
        assert here(op, odds, where=where) == wanted, (where, op)
        assert here(op, -odds, where=[(-w, s) for w, s in where]) == wanted


@pytest.mark.parametrize("weights", [(a, b, 1), (x, y), (u, v, 1)], ids=str)
def test_strictness(weights):
    """The mean weight grows, and truly so unless all weights may be equal."""
    size = len(weights)
    loop = curated(P if size == 3 else Q, weights)
    grown = E(loop.weight(1)) - E(loop.weight(0))
    assert bool(why(">", grown, size=size)) == (1 in weights)
    assert why(">=", grown, size=size)
    if size == 2:
        assert here(">", grown, where=[(x - y, True)], size=2)
        assert not why(">", grown, where=[(x - y, False)], size=2)


def test_equal_weights():
    loop = curated(P, (u, u, u))
    grown = E(loop.weight(1)) - E(loop.weight(0))
    assert why(">=", grown)
    assert why("==", grown)
    assert not why(">", grown)


def test_a_condition_that_is_an_equality():
    """Weights in no order at all are no reason: each order is one in which the weights are equal."""
    loop = curated(P, (u, v, 1))
    gap = loop.mass(1, 0) - p1
    both = [(u - v, False), (v - u, False)]
    for where in (both, [(-((u - v) ** 2), False)], [*both, (-((u - v) ** 2), False)]):
        for op in ("==", ">=", ">"):
            assert not why(op, gap, where=where)
    equal = loop.mass(1, 0) / loop.mass(1, 1) - p1 / p2
    assert here("==", equal, where=both)
    assert not why("==", equal, where=both[:1])
    nothing = [(u - v, True), (v - u, True)]  # no weights are like that: all that is said of them is true
    assert here("==", gap, where=nothing)


@pytest.mark.parametrize("w", [v - sqrt(u), exp(v) - exp(u), v**2 - u, p1 - u, (v - u) / (u - 2)])
def test_conditions_that_are_no_order(w):
    """They are left out, or rightly used; none of them helps a false statement, nor is an obstacle to a true one."""
    loop = curated(P, (u, v, 1))
    for strict in (True, False):
        assert not why(">=", loop.mass(1, 0) - p1, where=[(w, strict)])
        assert why(">=", E(loop.weight(1)) - E(loop.weight(0)), where=[(w, strict)])


def test_atoms_that_may_have_no_mass():
    """Strictly more, or a quotient, is not to be had where an atom is missing."""
    missing = curated((half, half), (2, 1), start=Finite((1, 0)))
    q1, q2 = Probability().symbol("q1"), Probability().symbol("q2")
    domains = {q1: Probability(), q2: Probability()}
    charts = {s: chart(s, d) for s, d in domains.items()}
    edge = curated((q1, q2, 1 - q1 - q2), (1, 1, 2))  # where q1 + q2 <= 1, say
    for loop, early in ((missing, t), (curated((1, 0), (2, 1)), t), (curated((1, 0), (2, 1)), 0), (edge, 0)):
        grown = E(loop.weight(early + 1)) - E(loop.weight(early))
        assert holds(">", grown, domains, charts) is None
        assert "on any atoms" in (holds(">=", grown, domains, charts) or "")
    assert holds(">", E(missing.weight(t + 1)) - E(missing.weight(t)), domains, charts) is None
    full = curated((half, half), (2, 1), start=Finite((Rational(1, 9), Rational(8, 9))))
    assert "these atoms" in (holds(">", E(full.weight(t + 1)) - E(full.weight(t)), domains, charts) or "")


# ---- what is not said of tuples -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gap", "reason"),
    [
        (E(PickedSampleLoop(5, 2, 2, half).theta(1)), "not of loops on finitely many atoms"),
        (sympify(u - v), "not of loops on finitely many atoms"),
        (E(curated(P, (u, v, 1)).weight(2)) - E(curated(P, (u, v, 1)).weight(0)), "the generations are no round"),
        (E(curated(P, (u, v, 1)).weight(t + 2)) - E(curated(P, (u, v, 1)).weight(t)), "the generations are no round"),
        (E(curated(P, (u, v, 1)).weight(oo)), "the generations are no round"),
        (E(curated(P, (u, v, 1)).weight(1)) - E(curated(P, (v, u, 1)).weight(1)), "different starts, or weights"),
        (E(curated(P, (u, v, 1)).weight(1)) - E(curated(Q, (u, 1)).weight(1)), "different starts, or weights"),
        (E(curated(P, (u, v, 1)).weight(t)) - E(curated(P, (u, v, 1), 3).weight(t)), "the generations are no round"),
        (Prob(curated(P, (u, v, 1)).weight(1) > 1), "is no mean over all histories"),
        (sqrt(E(curated(P, (u, v, 1)).weight(1))), "no polynomial in the masses"),
        (E(curated((half, half), (u, 1)).weight(1)), "the law at the start is not an arbitrary one"),
        (E(curated((p1 / 2, p1 / 2, 1 - p1), (u, v, 1)).weight(1)), "the law at the start is not an arbitrary one"),
        (E(curated((p1, 1 - p1, 0), (u, v, 1)).weight(t)), "an atom may have no mass"),
    ],
)
def test_reasons(gap, reason):
    with pytest.raises(CannotTell, match=reason):
        list(on_these_atoms(gap, BY_SYMBOL, CHARTS))


def test_reasons_against_any_atoms():
    loop = curated(P, (u, v, 1))
    for gap, reason in (
        (loop.mass(1, 0) - p1, "of other atoms only the weights are known"),
        (E(loop.weight(1)) - u, "weights or masses are spoken of one by one"),
        (E(loop.weight(1)) - p1, "weights or masses are spoken of one by one"),
        (E(loop.weight(1) ** 2) * E(loop.weight(0)) ** 8, "tuples of 10"),
    ):
        with pytest.raises(CannotTell, match=reason):
            of_any_atoms(gap)


def test_what_is_too_large_is_refused(monkeypatch):
    loop = curated(P, (u, v, 1), 4)
    monkeypatch.setattr("theory.proof.relations.masses.MOST_TERMS", 10)
    with pytest.raises(CannotTell, match="a product of"):
        list(on_these_atoms(loop.mass(1, 0) ** 2 - p1, BY_SYMBOL, CHARTS))
    assert why(">=", loop.mass(1, 0) ** 2) is None


# ---- nothing false --------------------------------------------------------------------------------------------------

f_ = curated(Q, (x, y)).weight
MEANS = {  # before and after a round, by hand
    E(f_(0)): lambda law, after, w: picks.mean(law, w),
    E(f_(1)): lambda law, after, w: picks.mean(after, w),
    E(f_(0) ** 2): lambda law, after, w: picks.mean(law, [z**2 for z in w]),
    E(f_(1) ** 2): lambda law, after, w: picks.mean(after, [z**2 for z in w]),
    Var(f_(0)): lambda law, after, w: picks.variance(law, w),
    E(f_(0)) ** 2: lambda law, after, w: picks.mean(law, w) ** 2,
    Var(f_(0)) / Max(x, y): lambda law, after, w: picks.variance(law, w) / max(w),
    Var(f_(0)) / Min(x, y): lambda law, after, w: picks.variance(law, w) / min(w),
}


fractions = st.builds(Fraction, st.integers(1, 12), st.integers(1, 6))


@settings(max_examples=40)
@given(
    terms=st.dictionaries(
        st.sampled_from(list(MEANS)), st.sampled_from([-2, -1, -half, half, 1, 2]), min_size=1, max_size=3
    ),
    op=st.sampled_from([">=", ">", "=="]),
    looks=st.lists(st.tuples(*[st.tuples(*[fractions] * 3)] * 2), min_size=6, max_size=6),
)
def test_a_certificate_is_never_contradicted(terms, op, looks):
    """Random combinations of means before and after a round; two atoms in the claim, two or three by hand."""
    reason = why(op, sum(c * m for m, c in terms.items()), size=2)
    if reason is None:
        return
    for masses, weights in [*looks, ([Fraction(1)] * 3, [Fraction(2)] * 3)]:
        for size in (2, 3) if "any atoms" in reason else (2,):
            law, w = [p / sum(masses[:size]) for p in masses[:size]], list(weights[:size])
            after = picks.pick(law, w, 2)
            gap = sum(Fraction(str(c)) * MEANS[m](law, after, w) for m, c in terms.items())
            assert gap == 0 if op == "==" else gap >= 0 if op == ">=" else gap > 0, (reason, law, w)


@pytest.mark.long
@settings(max_examples=40)
@given(
    c=st.tuples(*[st.integers(-2, 3)] * 3),
    factor=st.sampled_from([Fraction(1, 3), Fraction(1, 2), Fraction(1), Fraction(3, 2), Fraction(2), Fraction(3)]),
    K=st.integers(2, 3),
    order=st.sampled_from([None, (True, 1), (False, 1), (True, -1)]),
    looks=st.lists(
        st.tuples(st.tuples(*[fractions] * 3), st.integers(1, 9), st.integers(1, 9)), min_size=5, max_size=5
    ),
)
def test_nor_is_one_for_these_atoms(c, factor, K, order, looks):
    """Random combinations of masses before and after, with the weights in an order or in none."""
    loop = curated(P, (u, v, 1), K)
    gap = sum(k * loop.mass(1, i) - k * Rational(factor) * P[i] for i, k in enumerate(c))
    where = [] if order is None else [(order[1] * (v - u), order[0])]
    for op in (">=", ">"):
        if why(op, gap, where=where) is None:
            continue
        for masses, i, j in looks:
            weights = [Fraction(i, 10), Fraction(j, 10), Fraction(1)]
            if order and (order[1] * (j - i) < 0 or (order[0] and i == j)):
                continue
            law = [p / sum(masses) for p in masses]
            after = picks.pick(law, weights, K)
            exact = sum(k * (q - factor * p) for k, p, q in zip(c, law, after, strict=True))
            assert exact > 0 if op == ">" else exact >= 0, (law, weights)


# ---- claims, as the prover meets them -------------------------------------------------------------------------------


def proved(c) -> bool:
    return prove(c).proved


@pytest.mark.long
def test_claims_on_false_conditions_are_not_proved():
    @claim(where=lambda u, v: (u - v) ** 2 <= 0)
    def equal(p=Simplex(3), u=Probability(), v=Probability()):
        """With equal weights nothing moves: false, for there is a third."""
        return Eq(curated(p, (u, v, 1)).mass(1, 0), p[0])

    @claim(where=lambda u, v: And(u <= v, v <= u))
    def twice(p=Simplex(3), u=Probability(), v=Probability()):
        """They grow: false."""
        return Gt(curated(p, (u, v, 1)).mass(1, 0), p[0])

    @claim(where=lambda u, v: sqrt(u) < v)
    def roots(p=Simplex(3), u=Probability(), v=Probability()):
        """They grow: false; the condition is no rational one."""
        return Gt(curated(p, (u, v, 1)).mass(1, 0), p[0])

    @claim
    def lost(t=Integers(0)):
        """The mean weight grows: false where an atom is missing."""
        f = curated((half, half), (2, 1), start=Finite((1, 0))).weight
        return Gt(E(f(t + 1)), E(f(t)))

    @claim(where=lambda p, q: p + q <= 1)
    def edge(p=Probability(), q=Probability()):
        """It grows: false where p + q = 1."""
        f = curated((p, q, 1 - p - q), (1, 1, 2)).weight
        return Gt(E(f(1)), E(f(0)))

    @claim
    def shrinks(p=Simplex(3), u=Probability(), v=Probability(), K=Points(2, 3)):
        """The mean weight falls: false."""
        f = curated(p, (u, v, 1), K).weight
        return Le(E(f(1)), E(f(0)))

    for c in (equal, twice, roots, lost, edge, shrinks):
        assert not proved(c), c.id


def test_claims_that_hold_are_proved():
    @claim(where=lambda u, v: u < v)
    def ordered(p=Simplex(3), u=Probability(), v=Probability(), K=Points(2, 3)):
        """The odds of the better of two atoms grow."""
        loop = curated(p, (u, v, 1), K)
        return Lt(loop.mass(1, 0) * p[1], loop.mass(1, 1) * p[0])

    @claim
    def later(t=Integers(0)):
        """With both atoms there the mean weight grows at every t."""
        f = curated((half, half), (2, 1)).weight
        return Gt(E(f(t + 1)), E(f(t)))

    @claim
    def many(p=Simplex(4), w=Positive(), t=Integers(1)):
        """Four atoms, one of them of any weight."""
        f = curated(p, (w, 1, 2, 3), 2).weight
        return Ge(E(f(t + 1) ** 2) - E(f(t) ** 2), Var(f(t)))

    for c in (ordered, later, many):
        assert proved(c), (c.id, prove(c).reason)


# ---- loops of one's own ---------------------------------------------------------------------------------------------


class Contrary(CuratedLoop):
    """The worse candidate is picked instead: the step is another one, what it is on other atoms was not said."""

    def step(self, state):
        after = super().step(state)
        return {name: 2 * state[name] - after[name] for name in state}


class Quiet(CuratedLoop):
    """Nothing but a name."""


class Sticky(FiniteLoop):
    """A loop that has weights, and nothing to say of other atoms: a twentieth of the first atom moves to the second."""

    start: Finite

    tables = property(lambda self: {"weight": Tuple(1, 2)})
    weight = of_draw()

    def step(self, state):
        a, b = (state[name] for name in self.state)
        return dict(zip(self.state, (a * Rational(19, 20), b + a / 20), strict=True))


def test_another_step_is_not_another_name():
    law = Finite(Q)
    wrong, same = (kind(law, (x, y), 2).weight for kind in (Contrary, Quiet))
    assert not why(">=", E(wrong(1)) - E(wrong(0)), size=2)
    assert here(">=", E(wrong(0)) - E(wrong(1)), size=2)
    assert anywhere(">=", E(same(1)) - E(same(0)), size=2)
    with pytest.raises(CannotTell, match="Contrary treats all atoms alike, however many, is not seen"):
        of_any_atoms(E(wrong(1)) - E(wrong(0)))


def test_a_loop_that_says_nothing_of_other_atoms():
    f = Sticky(Finite(Q)).weight
    assert here(">=", E(f(1)) - E(f(0)), size=2)
    assert not why(">=", E(f(0)) - E(f(1)), size=2)
    with pytest.raises(CannotTell, match="Sticky treats all atoms alike, however many, is not seen"):
        of_any_atoms(E(f(1)) - E(f(0)))


@pytest.mark.long
def test_loops_of_ones_own_are_decided(by_work):
    """Witnesses that do not apply say so, and stop nothing."""

    @claim
    def grows(p=Simplex(2), f1=Positive(), f2=Positive()):
        """True of the curated loop, false of this one."""
        f = Contrary(Finite(p), (f1, f2), 2).weight
        return Ge(E(f(1)), E(f(0)))

    @claim
    def quiet(p=Simplex(2), f1=Positive(), f2=Positive()):
        """True."""
        f = Quiet(Finite(p), (f1, f2), 2).weight
        return Ge(E(f(1)), E(f(0)))

    @claim
    def sticky(p=Simplex(2)):
        """True."""
        f = Sticky(Finite(p)).weight
        return Ge(E(f(1)), E(f(0)))

    verdicts = [found.verdict for found in check([grows, quiet, sticky], seconds=5, workers=1)]
    assert verdicts == [Verdict.REFUTED, Verdict.PROVED, Verdict.PROVED]


class Costly(CuratedLoop):
    """Every atom has a cost, by its number: of other atoms nobody knows it."""

    cost = of_draw()

    @property
    def tables(self):
        return {**super().tables, "cost": Tuple(*range(len(self.start.masses)))}


def test_functions_of_the_number_of_an_atom():
    cost = Costly(Finite(Q), (x, y), 2).cost
    assert not why(">=", E(cost(1)) - E(cost(0)), size=2)  # false where the first atom is the better one
    with pytest.raises(CannotTell, match="only the weights are known"):
        of_any_atoms(E(cost(1)) - E(cost(0)))
    weight = Costly(Finite(Q), (x, y), 2).weight
    with pytest.raises(CannotTell, match="Costly treats all atoms alike, however many, is not seen"):
        of_any_atoms(E(weight(1)) - E(weight(0)))


class Ahead(CuratedLoop):
    """The step of one's own, at the wrong place."""

    def step_at(self, state, t):
        return state


def test_generations_are_told_by_the_clock():
    @claim
    def ahead(p=Simplex(2), f1=Positive(), f2=Positive()):
        """No statement: the loop cannot be read."""
        f = Ahead(Finite(p), (f1, f2), 2).weight
        return Ge(E(f(1)), E(f(0)))

    with pytest.raises(BadInput, match=r"test_masses.py:\d+: Ahead redefines `step_at`.*CLOCK"):
        check([ahead], seconds=5, workers=1)
