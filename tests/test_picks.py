"""What no tournament can do: the lemmas on real data beside picks and on coupled candidates, against enumeration."""

import pytest
from exact import picked
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import stated
from sympy import Add, Integer, Le, Rational, log

from theory import KL, TV, BadInput, E, Finite, Integers, Laws, Positive, Prob, Probability, Simplex
from theory.curation.common import CuratedLoop
from theory.proof.relations.picks import coupled_candidates, near_real_data
from theory.proof.relations.prove import prove


def _fit(model, real, weights, K, lam):
    """Real data and picks of K candidates."""
    return [(p + lam * x) / (1 + lam) for p, x in zip(real, picked(model, weights, K), strict=True)]


def _law(counts):
    return [Rational(c, sum(counts)) for c in counts]


COUNTS = st.lists(st.integers(1, 30), min_size=4, max_size=4)


@settings(max_examples=20)
@given(real=COUNTS, weights=COUNTS, K=st.integers(2, 4), room=st.fractions(0, Rational(9, 10), max_denominator=50))
def test_what_the_lemma_on_real_data_says(real, weights, K, room):
    """Four atoms, three fits: densities between 1/(1 + lam) and 1/(1 - lam (K - 1)), and the distances that follow."""
    lam, p = Rational(room.numerator, room.denominator) / (K - 1), _law(real)
    model = p
    for _ in range(3):
        model = _fit(model, p, weights, K, lam)
        ratios = [x / y for x, y in zip(model, p, strict=True)]
        assert sum(model) == 1
        assert max(ratios) <= 1 / (1 - lam * (K - 1))
        assert min(ratios) >= 1 / (1 + lam)
        assert sum(abs(x - y) for x, y in zip(model, p, strict=True)) / 2 <= lam / (1 + lam)
        assert (
            Add(*(x * log(r) for x, r in zip(model, ratios, strict=True))).n() <= (-log(1 - lam * (K - 1))).n() + 1e-12
        )


@settings(max_examples=20)
@given(
    real=COUNTS,
    one=COUNTS,
    other=COUNTS,
    weights=COUNTS,
    K=st.integers(2, 4),
    lam=st.fractions(0, 5, max_denominator=20),
)
def test_what_the_lemma_on_coupled_candidates_says(real, one, other, weights, K, lam):
    lam, p = Rational(lam.numerator, lam.denominator), _law(real)
    models = [_law(one), _law(other)]
    first = sum(abs(x - y) for x, y in zip(*models, strict=True)) / 2
    for t in (1, 2):
        models = [_fit(m, p, weights, K, lam) for m in models]
        now = sum(abs(x - y) for x, y in zip(*models, strict=True)) / 2
        assert now <= (K * lam / (1 + lam)) ** t * first


def by(relation, proof, where=None, **domains):
    return stated(relation, proof=proof, where=where, **domains)


def _beside(p, K, lam, t):
    loop = CuratedLoop(p, K=K, lam=lam)
    return loop.model(t), loop.reference


ANY = {"p": Laws(), "K": Integers(2), "lam": Positive(), "t": Integers(0)}
BELOW = lambda K, lam: lam * (K - 1) < 1  # noqa: E731

FALSE = {
    "a hundredth less": (
        lambda p, K, lam, t: Le(KL(*_beside(p, K, lam, t)), -Rational(99, 100) * log(1 - lam * (K - 1))),
        BELOW,
    ),
    "one candidate less": (lambda p, K, lam, t: Le(KL(*_beside(p, K, lam, t)), -log(1 - lam * (K - 2))), BELOW),
    "wherever lam is": (lambda p, K, lam, t: Le(KL(*_beside(p, K, lam, t)), -log(1 - lam * (K - 1))), None),
    "the other way round": (lambda p, K, lam, t: Le(KL(*_beside(p, K, lam, t)[::-1]), log(1 + lam / 2)), None),
    "half the share": (lambda p, K, lam, t: Le(TV(*_beside(p, K, lam, t)), lam / (1 + lam) / 2), None),
    "less often": (
        lambda p, K, lam, t: Le(
            Prob(CuratedLoop(p, K=K, lam=lam).weight(t) >= 1),
            Prob(CuratedLoop(p, K=K, lam=lam).weight(0) >= 1) * (1 + lam),
        ),
        BELOW,
    ),
}


@pytest.mark.parametrize("text", FALSE)
def test_sharper_statements_are_not_proved(text):
    relation, where = FALSE[text]
    assert not prove(by(relation, near_real_data(), where, **ANY)).proved


def test_of_listed_atoms_it_is_the_same_lemma():
    def bounded(p, u, v, K, lam, t):
        loop = CuratedLoop(Finite(p), (1, u, v), K, lam)
        return Le(KL(loop.model(t), loop.reference), -log(1 - lam * (K - 1)))

    domains = {"p": Simplex(3), "u": Probability(), "v": Probability(), **{k: d for k, d in ANY.items() if k != "p"}}
    assert prove(by(bounded, near_real_data(), BELOW, **domains)).proved


def test_a_loop_that_starts_elsewhere_is_no_instance():
    def elsewhere(q, K, lam, t):
        loop = CuratedLoop(Finite((q, 1 - q)), (2, 1), K, lam, start=Finite((1 - q, q)))
        return Le(KL(loop.model(t), loop.reference), -log(1 - lam * (K - 1)))

    c = by(elsewhere, near_real_data(), BELOW, q=Probability(), K=Integers(2), lam=Positive(), t=Integers(1))
    found = prove(c)
    assert not found.proved
    assert "starts from its real data" in found.reason


class Pickier(CuratedLoop):
    """Whose step is none of a tournament's."""

    def step(self, state):
        return dict.fromkeys(state, Rational(1, len(state)))


def test_a_step_that_is_no_tournament_is_no_instance():
    def bounded(q, K, lam, t):
        loop = Pickier(Finite((q, 1 - q)), (2, 1), K, lam)
        return Le(KL(loop.model(t), loop.reference), -log(1 - lam * (K - 1)))

    c = by(bounded, near_real_data(), BELOW, q=Probability(), K=Integers(2), lam=Positive(), t=Integers(1))
    assert not prove(c).proved


def _apart(q, r, K, lam, t, factor, weights=((1, 2), (1, 2))):
    one, other = (
        CuratedLoop(Finite((Rational(1, 3), Rational(2, 3))), w, K, lam, Finite((x, 1 - x)))
        for x, w in zip((q, r), weights, strict=True)
    )
    return Le(TV(one.model(t), other.model(t)), factor**t * TV(one.start, other.start))


STARTS = {"q": Probability(), "r": Probability(), "K": Integers(2), "lam": Positive(), "t": Integers(0)}


def test_coupled_candidates():
    def true(q, r, K, lam, t):
        return _apart(q, r, K, lam, t, K * lam / (1 + lam))

    def sharper(q, r, K, lam, t):
        return _apart(q, r, K, lam, t, (K - Rational(1, 100)) * lam / (1 + lam))

    def other_weights(q, r, K, lam, t):
        return _apart(q, r, K, lam, t, K * lam / (1 + lam), ((1, 2), (1, 3)))

    assert prove(by(true, coupled_candidates(), **STARTS)).proved
    assert not prove(by(sharper, coupled_candidates(), **STARTS)).proved
    assert not prove(by(other_weights, coupled_candidates(), **STARTS)).proved


def test_what_they_are_about_is_told():
    loop = CuratedLoop(Finite((Rational(1, 2), Rational(1, 2))), (2, 1), 2, 1)
    mean = E(loop.weight(1))
    with pytest.raises(BadInput, match="KL, TV or Prob"):
        near_real_data()(Le(mean, Integer(2), evaluate=False))
    with pytest.raises(BadInput, match="coupled_candidates is about"):
        coupled_candidates()(Le(mean, Integer(2), evaluate=False))
