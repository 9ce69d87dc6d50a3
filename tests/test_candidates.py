"""Rounds of K candidates, K a symbol: the function of the candidates has the mean that it says; no false relation is proved."""

from fractions import Fraction
from itertools import pairwise, product

import pytest
from exact import picked
from flint import fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stated import is_proved, stated
from sympy import Dummy, Eq, Ge, Integer, Le, Max, Min, Rational, Tuple, oo

from theory import E, Finite, Integers, Laws, Positive, Prob, Probability, Simplex, Var
from theory.curation.common import CuratedLoop, tournament
from theory.proof.relations import candidates
from theory.proof.relations.prove import prove

shares = st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=20)
weights = st.lists(st.fractions(Fraction(1, 9), 9, max_denominator=9), min_size=2, max_size=2)


@settings(max_examples=25)
@given(q=shares, w=weights, K=st.integers(2, 4), lam=st.sampled_from([oo, Rational(1, 2), Integer(3)]))
def test_the_function_of_the_candidates_has_the_mean_of_the_gap(q, w, K, lam):
    """Over all K-tuples, in rational numbers: of the pick's mean weight, a draw's variance and the square of its mean."""
    p, f = [Rational(q), 1 - Rational(q)], [Rational(x) for x in w]
    later, mean, square = Dummy("later"), Dummy("mean"), Dummy("square")
    names = {(True, 1): later, (False, 1): mean, (False, 2): square}
    x = 3 * later + 2 * mean + 5 * square - 7 * mean**2
    first, second = Dummy("first"), Dummy("second")
    h = candidates._of_candidates(x, names, Integer(K), lam, first, second)
    seen = Integer(0)
    for shown in product(range(2), repeat=K):
        chance = 1
        for i in shown:
            chance *= p[i]
        sums = [sum(f[i] ** j for i in shown) / K for j in (1, 2)]
        seen += chance * h.xreplace({first: sums[0], second: sums[1]})
    m, s = (sum(y * v**j for y, v in zip(p, f, strict=True)) for j in (1, 2))
    picked = sum(y * v for y, v in zip(tournament(p, f, K), f, strict=True))
    real = 1 / (1 + lam)
    assert seen == 3 * (real * m + (1 - real) * picked) + 2 * m + 5 * s - 7 * m**2


DOMAIN = {"p": Simplex(2), "f1": Positive(), "f2": Positive(), "K": Integers(2), "t": Integers(0)}


def growth(factor, end=Max):
    def relation(p, f1, f2, K, t):
        f = CuratedLoop(Finite(p), (f1, f2), K).weight
        return Ge(E(f(t + 1)) - E(f(t)), factor(K) * Var(f(t)) / end(f1, f2))

    return prove(stated(relation, **DOMAIN))


def test_growth_is_proved_for_every_number_of_candidates():
    found = growth(lambda K: (K - 1) / K)
    assert found.proved, found.reason
    assert any("for every law, on any atoms" in step for step in found.steps)


@pytest.mark.parametrize(
    "factor", [lambda K: K**0, lambda K: (K - 1) / K * Rational(1001, 1000), lambda K: K / (K + 1)]
)
def test_no_larger_growth_is_proved(factor):
    assert not growth(factor).proved


def test_no_growth_over_the_least_weight_is_proved():
    assert not growth(lambda K: (K - 1) / K, Min).proved


def mixed(p, f1, f2, K, lam, factor):
    f = CuratedLoop(Finite(p), (f1, f2), K, lam).weight
    return Ge(E(f(1)) - E(f(0)), factor * lam / (1 + lam) * (K - 1) / K * Var(f(0)) / Max(f1, f2))


@pytest.mark.parametrize(("factor", "holds"), [(1, True), (Rational(101, 100), False)])
def test_the_first_fit_beside_real_data(factor, holds):
    domain = {name: d for name, d in DOMAIN.items() if name != "t"} | {"lam": Positive()}
    found = prove(stated(lambda p, f1, f2, K, lam: mixed(p, f1, f2, K, lam, factor), **domain))
    assert found.proved == holds, found.reason


def test_what_keeps_its_real_data_is_no_round_of_the_models_law():
    """Later than at first the model's law is another one than that of the real data: nothing is said of it."""

    def relation(p, f1, f2, K, lam, t):
        f = CuratedLoop(Finite(p), (f1, f2), K, lam).weight
        return Ge(E(f(t + 1)) - E(f(t)), lam / (1 + lam) * (K - 1) / K * Var(f(t)) / Max(f1, f2))

    assert not is_proved(relation, **DOMAIN, lam=Positive())


@pytest.mark.parametrize(
    "relation",
    [
        lambda f, t, L: Ge(E(1 / f(t + 1)), E(f(t))),
        lambda f, t, L: Eq(E(f(t) ** 3) * E(1 / f(t)), E(f(t)) ** 2),
        lambda f, t, L: Eq(E(f(t) ** 2) * E(f(t) ** 0), E(f(t))),
        lambda f, t, L: Ge(E(f(t + 1) ** 2), E(f(t + 1)) ** 2 * 2),
        lambda f, t, L: Ge(E(f(t + 1)) * E(f(t)), 2 * E(f(t)) ** 2),
        lambda f, t, L: Ge(E(f(t + 1)), E(CuratedLoop(L.law, L.weights, L.K + 1).weight(t))),
    ],
)
def test_what_has_no_function_of_the_candidates_is_not_decided(relation):
    """Powers of a pick, inverse powers of a draw, products of three means, two loops: nothing is proved, nothing fails."""

    def stated_of(p, f1, f2, K, t):
        loop = CuratedLoop(Finite(p), (f1, f2), K)
        return relation(loop.weight, t, loop)

    assert not is_proved(stated_of, **DOMAIN)


class Slower(CuratedLoop):
    """It says that it is a tournament, and shows two only."""

    def step(self, state):
        picked = tournament([state[name] for name in self.state], self.weights, 2)
        return dict(zip(self.state, picked, strict=True))


def test_a_step_that_is_no_tournament_is_not_believed():
    def relation(p, f1, f2, K, t):
        f = Slower(Finite(p), Tuple(f1, f2), K).weight
        return Ge(E(f(t + 1)) - E(f(t)), (K - 1) / K * Var(f(t)) / Max(f1, f2))

    assert not is_proved(relation, **DOMAIN)


@pytest.mark.parametrize(("factor", "top", "holds"), [(1, 1, True), (1, 3, True), (Rational(1001, 1000), 1, False)])
def test_a_best_weight_that_is_a_number(factor, top, holds):
    def relation(p, u, K, t):
        f = CuratedLoop(Finite(p), (top, top * u), K).weight
        return Ge(E(f(t + 1)) - E(f(t)), factor * (K - 1) / K * Var(f(t)) / top)

    found = prove(stated(relation, p=Simplex(2), u=Probability(), K=Integers(2), t=Integers(0)))
    assert found.proved == holds, found.reason


PARTS = {  # of a relation of two atoms, the better one of weight 1
    "picked": lambda f, t: E(f(t + 1)),
    "mean": lambda f, t: E(f(t)),
    "square": lambda f, t: E(f(t) ** 2),
    "variance": lambda f, t: Var(f(t)),
    "mean squared": lambda f, t: E(f(t)) ** 2,
    "one": lambda f, t: Integer(1),
}
FACTORS = {"1": lambda K: K**0, "K": lambda K: K, "(K - 1)/K": lambda K: (K - 1) / K, "1/K": lambda K: 1 / K}
terms = st.tuples(st.sampled_from(sorted(PARTS)), st.sampled_from(sorted(FACTORS)), st.integers(-2, 2))


def least(chosen):
    """The least value of a combination over a grid of laws, weights and numbers of candidates, in floats."""
    low = 1.0
    for q, u, K in product((0.02, 0.3, 0.5, 0.7, 0.98), (0.02, 0.3, 0.6, 0.9, 0.99), (2, 3, 5, 9)):
        p, f = [q, 1 - q], [1.0, u]
        mean, square = (sum(x * y**j for x, y in zip(p, f, strict=True)) for j in (1, 2))
        picked = float(sum(x * y for x, y in zip(tournament(p, f, K), f, strict=True)))
        values = {"picked": picked, "mean": mean, "square": square, "variance": square - mean**2}
        values |= {"mean squared": mean**2, "one": 1.0}
        low = min(low, sum(c * FACTORS[by](K) * values[part] for part, by, c in chosen))
    return low


@pytest.mark.long
@settings(max_examples=15)
@given(st.lists(terms, min_size=2, max_size=4))
def test_no_false_combination_is_proved(chosen):
    def relation(p, u, K, t):
        f = CuratedLoop(Finite(p), (1, u), K).weight
        return Ge(sum(c * FACTORS[by](K) * PARTS[part](f, t) for part, by, c in chosen), 0, evaluate=False)

    assume(any(part != "one" and c for part, _, c in chosen))
    if is_proved(relation, p=Simplex(2), u=Probability(), K=Integers(2), t=Integers(0)):
        assert least(chosen) >= -1e-12


@pytest.mark.parametrize(
    ("most", "holds"), [(lambda K: K, True), (lambda K: K - 1, False), (lambda K: K - Rational(1, 100), False)]
)
def test_a_pick_is_one_of_the_candidates(most, holds):
    """E f(t + 1) <= K E f(t): the pick weighs no more than all of them together, and a rare best one as much."""

    def relation(p, K, t):
        f = CuratedLoop(p, K=K).weight
        return Le(E(f(t + 1)), most(K) * E(f(t)))

    assert is_proved(relation, p=Laws(), K=Integers(2), t=Integers(0)) == holds


def _weight(p, K, lam=oo):
    return CuratedLoop(p, K=K, lam=lam).weight


def _reached(p, K, x):
    return Prob(_weight(p, K)(1) >= x)


OF_MORE = {  # a pick among more candidates from the same law: (statement, whether it holds)
    "the mean": (lambda p, K, lam, x: Ge(E(_weight(p, K + 1)(1)), E(_weight(p, K)(1))), True),
    "beside real data": (lambda p, K, lam, x: Ge(E(_weight(p, 2 * K, lam)(1)), E(_weight(p, K, lam)(1))), True),
    "of infinitely many": (lambda p, K, lam, x: Ge(E(_weight(p, oo)(1)), E(_weight(p, K)(1))), True),
    "of a falling function": (lambda p, K, lam, x: Le(E(1 / _weight(p, K + 1)(1)), E(1 / _weight(p, K)(1))), True),
    "a level": (lambda p, K, lam, x: Ge(_reached(p, K + 1, x), _reached(p, K, x)), True),
    "what is below": (
        lambda p, K, lam, x: Le(Prob(_weight(p, K + 1)(1) < x), Prob(_weight(p, K)(1) < x)),
        True,
    ),
    "the other way round": (lambda p, K, lam, x: Le(E(_weight(p, K + 1)(1)), E(_weight(p, K)(1))), False),
    "less than infinitely many": (lambda p, K, lam, x: Le(E(_weight(p, oo)(1)), E(_weight(p, K)(1))), False),
    "beside more real data": (
        lambda p, K, lam, x: Ge(E(_weight(p, K + 1, lam)(1)), E(_weight(p, K, 2 * lam)(1))),
        False,
    ),
    "of no monotone function": (
        lambda p, K, lam, x: Ge(E((_weight(p, K + 1)(1) - 1) ** 2), E((_weight(p, K)(1) - 1) ** 2)),
        False,
    ),
    "a level exceeded, beside reached": (
        lambda p, K, lam, x: Ge(Prob(_weight(p, K + 1)(1) > x), _reached(p, K, x)),
        False,
    ),
}


@pytest.mark.parametrize("text", OF_MORE)
def test_more_candidates(text):
    relation, holds = OF_MORE[text]
    assert is_proved(relation, p=Laws(), K=Integers(2), lam=Positive(), x=Positive()) == holds


@settings(max_examples=15)
@given(
    masses=st.lists(st.integers(1, 9), min_size=2, max_size=4), gaps=st.lists(st.integers(1, 9), min_size=4, max_size=4)
)
def test_more_candidates_reach_every_level_more_often(masses, gaps):
    """In rational numbers, every multiset of candidates written out, and beside infinitely many."""
    f = [fmpq(sum(gaps[: i + 1])) for i in range(len(masses))]
    p = [fmpq(m, sum(masses)) for m in masses]
    mean = sum(x * y for x, y in zip(p, f, strict=True))
    laws = [*(picked(p, f, K) for K in (2, 3, 4)), [x * y / mean for x, y in zip(p, f, strict=True)]]
    for fewer, more in pairwise(laws):
        assert all(sum(more[i:]) >= sum(fewer[i:]) for i in range(len(p)))
