"""A round seen from one candidate, or a pair: what Jensen leaves is not above what enumeration finds; nothing false is proved."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import is_proved
from sympy import Ge, Integer, Le, Rational

from theory import E, Finite, Integers, Positive, Probability, Simplex, Var
from theory.curation.common import CuratedLoop, tournament

weights = st.lists(st.fractions(Fraction(1, 9), 9, max_denominator=9), min_size=3, max_size=3)


@settings(max_examples=25)
@given(parts=st.lists(st.integers(1, 9), min_size=3, max_size=3), w=weights, K=st.integers(2, 4))
def test_what_a_round_leaves_at_least(parts, w, K):
    """In rational numbers, over all K-tuples: of every mass, and of the mean weight of the pick."""
    p = [Fraction(x, sum(parts)) for x in parts]
    mean = sum(q * x for q, x in zip(p, w, strict=True))
    picked, among = [Fraction(0)] * 3, range(3)
    for shown in product(among, repeat=K):
        chance, whole = Fraction(1), sum(w[i] for i in shown)
        for i in shown:
            chance *= p[i]
        for i in shown:
            picked[i] += chance * w[i] / whole
    assert picked == [Fraction(x.p, x.q) for x in tournament([Rational(q) for q in p], [Rational(x) for x in w], K)]
    assert all(picked[i] >= p[i] * K * w[i] / (w[i] + (K - 1) * mean) for i in among)
    pairs = sum(p[i] * p[j] * (w[i] - w[j]) ** 2 / (w[i] + w[j] + (K - 2) * mean) for i in among for j in range(i))
    gained = sum(q * x for q, x in zip(picked, w, strict=True)) - mean
    assert gained >= (K - 1) * pairs
    assert gained == (K - 1) * pairs or K > 2


THREE = {"p": Simplex(3), "f": Positive(), "u": Probability(), "v": Probability(), "K": Integers(2), "t": Integers(0)}


def loop(p, f, u, v, K):
    return CuratedLoop(Finite(p), (f, u * f, u * v * f), K)


def odds(p, f, u, v, K, t):
    best = loop(p, f, u, v, K).mass(t, 0)
    return (1 - best) / best


def shrunk(factor):
    def relation(p, f, u, v, K, t):
        ratio = 1 - (K - 1) / K * (1 - u)
        return Le(odds(p, f, u, v, K, t + 1), factor * ratio * odds(p, f, u, v, K, t))

    return relation


def kept(factor):
    def relation(p, f, u, v, K, t):
        L = loop(p, f, u, v, K)
        return Ge(L.mass(t + 1, 1), factor * K * u * f / (u * f + (K - 1) * E(L.weight(t))) * L.mass(t, 1))

    return relation


def worst_grows(p, f, u, v, K, t):
    return Ge(loop(p, f, u, v, K).mass(t + 1, 2), loop(p, f, u, v, K).mass(t, 2))


def beside_real_data(p, f, u, v, K, t):
    L = CuratedLoop(Finite(p), (f, u * f, u * v * f), K, 1)
    return Ge(L.mass(t + 1, 0), K * f / (f + (K - 1) * E(L.weight(t))) * L.mass(t, 0))


@pytest.mark.parametrize(
    ("relation", "holds"),
    [
        (shrunk(1), True),
        (shrunk(Rational(99, 100)), False),
        (kept(1), True),
        (kept(Rational(1001, 1000)), False),
        (worst_grows, False),
        (beside_real_data, False),
    ],
    ids=["odds", "odds, too fast", "a mass", "a mass, too large", "the worst atom grows", "with real data"],
)
def test_relations_of_masses(relation, holds):
    assert is_proved(relation, **THREE) == holds


@pytest.mark.parametrize(("factor", "holds"), [(Integer(1), True), (Rational(1001, 1000), False)])
def test_the_gain_of_a_pair(factor, holds):
    def relation(p, f1, f2, K, t):
        f = CuratedLoop(Finite(p), (f1, f2), K).weight
        m = E(f(t))
        return Ge(E(f(t + 1)) - m, factor * (K - 1) * Var(f(t)) / (f1 + f2 + (K - 2) * m))

    domain = {"p": Simplex(2), "f1": Positive(), "f2": Positive(), "K": Integers(2), "t": Integers(0)}
    assert is_proved(relation, **domain) == holds
