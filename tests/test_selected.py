"""Limits of curation without real data, for every K, and of any law: what is left, and what is not believed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import is_proved, stated
from sympy import Abs, Integer, Rational, log, oo

from simulate.engine.search import look_in_balls
from theory import E, Finite, Integers, Laws, Prob, Probability, Reals, Simplex, Tends, Var
from theory.curation import CuratedLoop
from theory.proof.enclose import value
from theory.proof.relations.prove import prove

ROUNDS = {"K": Integers(2), "t": Integers(0)}
ANY, SHARE = {"p": Laws()} | ROUNDS, {"q": Probability()} | ROUNDS


def loop(p, K, lam=oo):
    return CuratedLoop(p, K=K, lam=lam)


def rare(q, K):
    """The weight 5 is never drawn."""
    return CuratedLoop(Finite((q, 1 - q, 0)), (1, 2, 5), K)


def tends(f, limit, t):
    return Tends(f, (t, 0, oo), limit)


LIMITS = {  # statement, domains, whether it holds
    "mean": (lambda p, K, t: tends(E(loop(p, K).weight(t)), p.largest, t), ANY, True),
    "of infinitely many": (lambda p, K, t: tends(E(loop(p, oo).weight(t)), p.largest, t), ANY, True),
    "variance": (lambda p, K, t: tends(Var(loop(p, K).weight(t)), 0, t), ANY, True),
    "inverse": (lambda p, K, t: tends(E(1 / loop(p, K).weight(t)), 1 / p.largest, t), ANY, True),
    "reward": (lambda p, K, t: tends(E(loop(p, K).reward(t)), log(p.largest), t), ANY, True),
    "best weight": (lambda p, K, t: tends(Prob(loop(p, K).weight(t) >= p.largest), 1, t), ANY, True),
    "essential supremum": (lambda q, K, t: tends(E(rare(q, K).weight(t)), 2, t), SHARE, True),
    "better of two": (
        lambda q, w, K, t: tends(CuratedLoop(Finite((q, 1 - q)), (w, 1), K).mass(t, 0), 1, t),
        SHARE | {"w": Reals(1, 20)},
        True,
    ),
    "equally good ones": (
        lambda p, u, K, t: tends(CuratedLoop(Finite(p), (u, 1, 1), K).mass(t, 1), p[1] / (p[1] + p[2]), t),
        {"p": Simplex(3), "u": Probability()} | ROUNDS,
        True,
    ),
    "second best": (lambda p, K, t: tends(E(loop(p, K).weight(t)), p.second, t), ANY, False),
    "beside real data": (lambda p, K, t: tends(E(loop(p, K, 1).weight(t)), p.largest, t), ANY, False),
    "faster than 1/t": (lambda p, K, t: tends(t * (p.largest - E(loop(p, K).weight(t))), 0, t), ANY, False),
    "a distance": (lambda p, K, t: tends(E(Abs(loop(p, K).weight(t) - 1)), 0, t), ANY, False),
    "more than the best": (lambda p, K, t: tends(Prob(loop(p, K).weight(t) > p.largest), 1, t), ANY, False),
    "either of two": (
        lambda q, u, K, t: tends(CuratedLoop(Finite((q, 1 - q)), (u, Rational(1, 2)), K).mass(t, 0), 1, t),
        SHARE | {"u": Probability()},
        False,
    ),
}


@pytest.mark.parametrize("text", LIMITS)
def test_limits(text):
    relation, domains, holds = LIMITS[text]
    assert is_proved(relation, **domains) == holds


MAXIMUM = stated(lambda q, K, t: tends(E(rare(q, K).weight(t)), 5, t), **SHARE)


def test_the_maximum_is_refuted_for_every_number_of_candidates():
    """It was undecided: of the limit no form was known, and a round of many candidates was written out for minutes."""
    assert prove(MAXIMUM).refuted
    for K in (2, 1000):
        assert look_in_balls(MAXIMUM, {"q": Rational(1, 3), "K": Integer(K), "t": Integer(0)}).violation > 0.5


@settings(max_examples=15)
@given(
    masses=st.lists(st.integers(0, 5), min_size=3, max_size=3).filter(any),
    weights=st.lists(st.integers(1, 4), min_size=3, max_size=3),
    K=st.sampled_from([2, 3, oo]),
)
def test_balls_hold_what_is_left(masses, weights, K):
    """Beside a late generation, followed."""
    law = Finite([Rational(m, sum(masses)) for m in masses])
    followed = CuratedLoop(law, weights, K)
    for i in range(3):
        end, late = (value(E(followed.mass(t, i))).value for t in (oo, 200))
        assert abs(end - late) < 1e-9
