"""Picks among more candidates than are written out: balls of their integrals contain what rational numbers give."""

import pytest
from exact import about, number, picked
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from stated import stated
from sympy import Integer, Le, Rational, oo, sympify

from theory import E, Finite, Integers, Laws
from theory.curation.common import CuratedLoop, tournament
from theory.language.errors import CannotTell
from theory.proof.arithmetic.precision import precision
from theory.proof.arithmetic.programs import to_ball
from theory.proof.enclose import decide_part, value
from theory.proof.methods import candidates, moment
from theory.proof.prepared import prepare

half, third = Rational(1, 2), Rational(1, 3)


def contains(ball: arb, x: Rational) -> bool:
    return ball.contains(to_ball(x)) or (ball - to_ball(x)).contains(0)


sizes = st.lists(st.integers(1, 99), min_size=2, max_size=3)


@given(
    sizes.flatmap(lambda m: st.tuples(st.just(m), st.lists(st.integers(1, 99), min_size=len(m), max_size=len(m)))),
    st.integers(2, 9),
    st.sampled_from([oo, 1, Rational(1, 3)]),
)
def test_rounds_contain_those_in_rational_numbers(law, K, lam):
    parts, weights = law
    masses = [Rational(m, sum(parts)) for m in parts]
    loop = CuratedLoop(Finite(masses), weight=tuple(map(Integer, weights)), K=K, lam=lam)
    with precision(64):
        followed, exact = candidates._Rounds(loop), masses
        for t in range(3):
            found = followed.of(t)
            assert all(contains(x, p) for x, p in zip(found, exact, strict=True))
            assert all(x.rad() < 1e-12 for x in found)
            taken = tournament(exact, loop.weights, K)
            share = 1 if lam is oo else lam / (1 + lam)
            exact = [share * p + (1 - share) * q for p, q in zip(taken, masses, strict=True)]


def test_masses_that_are_known_roughly():
    masses, weights = (Rational(1, 5), Rational(3, 10), Rational(1, 2)), (Integer(4), Integer(2), Integer(1))
    off = Rational(1, 1000)
    rough = [arb(0.2, 0.001), arb(0.3, 0.001), arb(0.5, 0.002)]
    with precision(64):
        found = candidates.picked(rough, [to_ball(f) for f in weights], 6)
    for change in ((off, -off, 0), (-off, 0, off), (off, off, -2 * off), (0, -off, off)):
        exact = tournament([p + c for p, c in zip(masses, change, strict=True)], weights, 6)
        assert all(contains(x, p) for x, p in zip(found, exact, strict=True))
    assert all(x.rad() < 0.05 for x in found)
    with pytest.raises(ArithmeticError, match="nothing is known"):
        candidates.picked([arb(0.2), arb("nan"), arb(0.5)], [to_ball(f) for f in weights], 6)


@given(
    st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99), st.integers(0, 9)), min_size=2, max_size=4),
    st.integers(2, 9),
    st.integers(0, 3),
    st.randoms(use_true_random=False),
)
def test_any_masses_within_their_radii_have_their_picks_in_the_balls(atoms, K, digits, rng):
    """True masses anywhere in the balls, of sum 1; the heaviest one takes what the others leave."""
    total = sum(m for m, _, _ in atoms)
    weights = [Integer(w) for _, w, _ in atoms]
    radii = [Rational(r * m, 10 * total) / 10**digits for m, _, r in atoms]
    best = max(range(len(atoms)), key=lambda i: weights[i])
    radii[best] = sum(r for i, r in enumerate(radii) if i != best)
    middle = [Rational(m, total) for m, _, _ in atoms]
    off = [r * rng.choice((-1, 1, 0, Rational(1, 3))) for r in radii]
    off[best] = -sum(x for i, x in enumerate(off) if i != best)
    true = [m + x for m, x in zip(middle, off, strict=True)]
    with precision(64):
        rough = [to_ball(m) + arb(0, to_ball(r).upper()) for m, r in zip(middle, radii, strict=True)]
        if any(x.contains(0) for x in rough):
            return
        found = candidates.picked(rough, [to_ball(f) for f in weights], K)
    assert all(contains(x, p) for x, p in zip(found, picked(true, weights, K), strict=True))


def test_little_is_lost_in_a_round_of_many_candidates():
    """Near the fixed point of a mixed loop the map contracts: so do the radii."""
    law = Finite((Rational(2, 10), Rational(1, 10), Rational(3, 10), Rational(4, 10)))
    loop = CuratedLoop(law, weight=(4, 3, 2, 1), K=734, lam=8)
    with precision(64):
        assert all(x.rad() < 1e-12 for x in candidates._Rounds(loop).of(90))


def test_as_many_candidates_as_are_asked_for():
    law = Finite((half, third, Rational(1, 10), Rational(1, 15)))
    loop = CuratedLoop(law, weight=(4, 3, 2, 1), K=700)
    with pytest.raises(CannotTell, match="a pick is written out of up to 10 candidates, not of 700"):
        moment(E(loop.mass(1, 0)))
    tilted = loop.func(loop.law, loop.weights, oo)
    about(E(loop.mass(2, 0)), number(E(tilted.mass(2, 0))), 2)
    assert number(E(loop.mass(60, 0))) > 1 - 1e-6
    with pytest.raises(CannotTell, match="up to 100 rounds are followed, and not 101"):
        value(E(loop.mass(101, 0)))


def test_a_claim_on_every_number_of_candidates_has_balls_for_large_ones():
    def relation(p, K, t):
        weight = CuratedLoop(p, K=K).weight
        return Le(E(weight(t + 1)), K * E(weight(t)))

    part = prepare(stated(relation, p=Laws(), K=Integers(2), t=Integers(0))).parts[0]
    law = {
        "p1": third,
        "p2": third,
        "p3": Rational(1, 4),
        "p_max": 1,
        "p_u1": half,
        "p_u2": third,
        "p_u3": Rational(1, 9),
    }
    decision, *_ = decide_part(part, {name: sympify(x) for name, x in {**law, "K": 500, "t": 3}.items()}, 1e-9)
    assert decision.verdict == "supported"
