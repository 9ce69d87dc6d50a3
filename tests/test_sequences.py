"""Lemmas on sequences: they hold of random sequences, their conditions are checked, and no false bound comes out of them."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stated import is_proved, stated
from sympy import Abs, Ge, Gt, Le, Lt, Rational, S, Sum, Symbol, oo

from theory import (
    E,
    Finite,
    Integers,
    Laws,
    Loop,
    Noise,
    Normal,
    Positive,
    Prob,
    Probability,
    Simplex,
    StudentT,
    Tends,
    Var,
    catalogue,
    coordinate,
)
from theory.curation.common import CuratedLoop
from theory.curation.convergence import reward_budget, reward_gap
from theory.language.errors import BadInput
from theory.proof.relations.lemmas import Link, verified
from theory.proof.relations.prove import prove
from theory.proof.relations.sequences import driven_by_variance, summed

s = Symbol("s", integer=True, nonnegative=True)
shares = st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=20)


def means(masses, weights):
    mean = sum(p * w for p, w in zip(masses, weights, strict=True))
    return mean, sum(p * w**2 for p, w in zip(masses, weights, strict=True)) - mean**2


@given(
    p=st.lists(st.integers(1, 9), min_size=2, max_size=4),
    w=st.lists(st.fractions(Fraction(1, 9), 5, max_denominator=9), min_size=4, max_size=4),
    growth=st.fractions(0, Fraction(1, 5), max_denominator=30),
    t=st.integers(1, 6),
)
def test_what_grows_by_its_variance_reaches_its_best(p, w, growth, t):
    """Laws tilted as slowly as the lemma allows, in fractions: p_i (1 + growth (w_i - mean)) adds growth Var to the mean."""
    w = [*sorted(w[: len(p) - 1]), 5]
    masses = [Fraction(x, sum(p)) for x in p]
    first, share = means(masses, w)[0], masses[-1]
    for _ in range(t):
        mean, variance = means(masses, w)
        masses = [q * (1 + growth * (x - mean)) for q, x in zip(masses, w, strict=True)]
        assert means(masses, w)[0] - mean == growth * variance
    mean, variance = means(masses, w)
    bound = (5 - first) / (1 + growth * share * t * (5 - first))
    assert 0 <= 5 - mean <= bound
    assert variance <= 5 * bound


def weight(p, f, u, K):
    return CuratedLoop(Finite(p), (f, u * f), K).weight


DOMAIN = {"p": Simplex(2), "f": Positive(), "u": Probability(), "K": Integers(2), "t": Integers(0)}


def proved(relation, proof):
    """Whether a statement of two atoms, K candidates and t rounds is proved by a lemma that its loop hands what it needs."""

    def by(r):
        (loop,) = {o.loop for o in r.atoms(type(weight((1, 0), 1, 1, 2)(0)))}
        return proof(loop)(r)

    return prove(replace(stated(relation, **DOMAIN), proof=by))


def growth(loop):
    return (loop.K - 1) / loop.K / loop.weights[0]


def telescoped(loop):
    return summed(lambda k: E(loop.weight(k)) / growth(loop))


def to_the_best(loop):
    return driven_by_variance(loop.weights[0], growth(loop), loop.law.masses[0])


@pytest.mark.thin(2)
@pytest.mark.parametrize(("factor", "holds"), [(1, True), (Rational(999, 1000), False)])
def test_the_budget(factor, holds):
    def relation(p, f, u, K, t):
        total = Sum(Var(weight(p, f, u, K)(s)), (s, 0, t - 1))
        return Le(total, factor * reward_budget(K, f, f * (p[0] + u * p[1])))

    assert proved(relation, telescoped).proved == holds


def test_a_budget_of_too_fast_a_growth_is_not_proved():
    def relation(p, f, u, K, t):
        return Le(Sum(Var(weight(p, f, u, K)(s)), (s, 0, t - 1)), f * (f - f * (p[0] + u * p[1])))

    assert not proved(relation, lambda loop: summed(lambda k: E(loop.weight(k)) * loop.weights[0])).proved


def convergence(rate, limit):
    def relation(p, f, u, K, t):
        return Tends(E(weight(p, f, u, K)(t)), (t, 0, oo), limit(f, u), rate=rate(p, f, u, K, t))

    return relation


def gap(p, f, u, K, t, share=None):
    return reward_gap(K, f, f * (p[0] + u * p[1]), p[0] if share is None else share, t)


def test_the_mean_weight_tends_to_the_best_one():
    found = proved(convergence(gap, lambda f, u: f), to_the_best)
    assert found.proved, found.reason
    assert found.given == ["growth by the variance"]


@pytest.mark.parametrize(
    ("rate", "limit", "proof"),
    [
        (gap, lambda f, u: u * f, to_the_best),
        (
            gap,
            lambda f, u: 2 * f,
            lambda loop: driven_by_variance(2 * loop.weights[0], growth(loop), loop.law.masses[0]),
        ),
        (lambda p, f, u, K, t: gap(p, f, u, K, 2 * t), lambda f, u: f, to_the_best),
        (
            lambda p, f, u, K, t: gap(p, f, u, K, t, (1 + p[0]) / 2),
            lambda f, u: f,
            lambda loop: driven_by_variance(loop.weights[0], growth(loop), (1 + loop.law.masses[0]) / 2),
        ),
        (
            lambda p, f, u, K, t: gap(p, f, u, K, 2 * t),
            lambda f, u: f,
            lambda loop: driven_by_variance(loop.weights[0], 2 * growth(loop), loop.law.masses[0]),
        ),
    ],
    ids=["the worse atom", "above all atoms", "twice as fast", "more than its mass", "twice the growth"],
)
def test_no_other_limit_and_no_faster_rate_is_proved(rate, limit, proof):
    assert not proved(convergence(rate, limit), proof).proved


def test_links_that_are_no_instance_are_refused():
    loop = weight((Rational(1, 2), Rational(1, 2)), 2, Rational(1, 2), 2)
    rule = driven_by_variance(2, Rational(1, 4), Rational(1, 2))
    t = Symbol("t", integer=True, nonnegative=True)
    links = rule(Le(-1, E(loop(t)) - 2, evaluate=False))
    assert verified(links[-1]).name == "growth by the variance"
    with pytest.raises(BadInput, match="gives"):
        verified(replace(links[-1], small=links[-1].small / 2))
    with pytest.raises(BadInput, match="finitely many"):
        summed(lambda k: k)(Le(Sum(Var(loop(s)), (s, 0, oo)), 1, evaluate=False))


OF_EVERY_LAW = ["budget", "levels", "convergence", "convergence-variance", "convergence-essential"]


@pytest.mark.parametrize("name", OF_EVERY_LAW)
def test_the_theorem_is_of_every_number_of_candidates_and_every_law(name):
    (claim,) = (c for c in catalogue("curation") if c.id == f"curation-reward-{name}")
    found = prove(claim)
    assert found.proved, found.reason
    assert any("for every law, on any atoms, whatever the K candidates are" in step for step in found.steps)
    assert not any("on these atoms" in step for step in found.steps)


# ---- lemmas give <=, also where they are tried unasked ------------------------------------------------------------------


def after(p, K, t):
    return E(CuratedLoop(p, K=K).weight(t))


ANY = {"p": Laws(), "K": Integers(2)}


def test_a_strict_bound_that_is_reached_is_not_proved():
    """That the mean weight is above the first one was proved for all t, t = 0 among them: < had been told as <=."""
    assert not is_proved(lambda p, K, t: Gt(after(p, K, t), p.mean), t=Integers(0), **ANY)
    assert not is_proved(lambda p, K, t: Lt(p.mean, after(p, K, t)), t=Integers(0), **ANY)
    assert is_proved(lambda p, K, t: Ge(after(p, K, t), p.mean), t=Integers(0), **ANY)


def test_a_strict_bound_with_a_step_that_is_strict():
    two: dict = {"p": Simplex(2), "f": Positive(), "u": Probability(), "K": Integers(2)}

    def said(p, f, u, K, t):
        return Gt(E(weight(p, f, u, K)(t)), E(weight(p, f, u, K)(0)))

    assert is_proved(said, t=Integers(1), **two)
    assert not is_proved(said, t=Integers(0), **two)


def test_a_link_that_is_false_refutes_nothing():
    """Of a claim that is true, and not by the lemma that it names."""
    said = stated(
        lambda a: Le(Prob(Abs(Noise("X", StudentT(2, 0, 1))) >= a), 1 / a),
        a=Positive(),
        proof=lambda r: [Link(r.lts, S.Half / r.gts, "markov", (2,)), Link(S.Half / r.gts, r.gts)],
    )
    assert not prove(said).refuted
    wrong = stated(
        lambda t: Le(E(Walk().mu(t) ** 4), 3 * t**2 + t),
        t=Integers(1),
        proof=lambda r: [Link(r.lts, S(2)), Link(S(2), r.gts)],
    )
    assert not prove(wrong).refuted


class Walk(Loop):
    mu = coordinate()
    initial = {"mu": 0}  # noqa: RUF012

    def step(self, now):
        return {"mu": now["mu"] + Noise("Z", Normal(0, 1))}
