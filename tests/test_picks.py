"""What no tournament can do: the lemmas on real data beside picks and on coupled candidates, against enumeration."""

import numpy as np
import pytest
from exact import picked
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import stated
from sympy import Add, Ge, Integer, Le, Rational, Sum, Symbol, log, oo

from theory import KL, TV, BadInput, E, Finite, Integers, Laws, Positive, Prob, Probability, Simplex, Var
from theory.curation.common import CuratedLoop
from theory.proof.relations.picks import (
    coupled_by_range,
    coupled_candidates,
    coupled_rounds,
    near_real_data,
    near_the_best,
    near_the_tilt,
    of_first_draws,
    tilted,
)
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
    """And the two sharper ones: from whatever starts, and by the range of the weights."""
    lam, p = Rational(lam.numerator, lam.denominator), _law(real)
    models, b = [_law(one), _law(other)], Rational(max(weights), min(weights))
    first, r = _tv(*models), K * lam / (1 + lam)
    for t in (1, 2):
        models = [_fit(m, p, weights, K, lam) for m in models]
        assert _tv(*models) <= r**t * first
        assert _tv(*models) <= r**t / (1 + Rational(K - 1, 2) * sum(r**s for s in range(t)))
        assert _tv(*models) <= (r * b / (b + K - 1)) ** t * first


def _tv(p, q):
    return sum(abs(x - y) for x, y in zip(p, q, strict=True)) / 2


def _kl(p, q):
    return Add(*(x * log(x / y) for x, y in zip(p, q, strict=True) if x)).n()


@settings(max_examples=20)
@given(law=COUNTS, weights=COUNTS, K=st.integers(2, 4))
def test_what_the_lemmas_on_picks_alone_say(law, weights, K):
    """Three rounds of K candidates beside three tilts, and beside the first law."""
    b = Rational(max(weights), min(weights))
    first = few = tilted = _law(law)
    for t in (1, 2, 3):
        few, whole = picked(few, weights, K), sum(p * f for p, f in zip(tilted, weights, strict=True))
        tilted = [p * f / whole for p, f in zip(tilted, weights, strict=True)]
        grown = 1 + (b - 1) / K
        A = (grown ** Rational(t, 2)).n()
        assert _tv(few, tilted) <= (A - 1) / (A + 1) + 1e-12
        assert max(_kl(few, tilted), _kl(tilted, few)) <= (t * log(grown)).n() ** 2 / 8 + 1e-12
        assert _kl(few, first) <= (t * log(K)).n() - 1 + float(K) ** -t + 1e-12
        assert all(p <= K**t * q for p, q in zip(few, first, strict=True))


@settings(max_examples=20)
@given(law=COUNTS, gaps=COUNTS, K=st.integers(2, 3))
def test_what_the_lemma_on_the_best_says(law, gaps, K):
    """Seven rounds: the gap to the best weight, by the share of the law that is near it."""
    points = [Rational(200 - sum(gaps[:i])) for i in range(4)]
    start = Laws().whole([*_law(law)[:3], points[0], *(x / points[0] for x in points[1:])])
    now, g = [float(p) for p in _law(law)], float(start.largest - start.mean)
    rate = (K - 1) / K * float(start.near) / 8 / float(start.largest)
    for t in range(1, 8):
        now = list(map(float, picked(now, points, K)))
        assert (
            float(start.largest) - sum(p * float(x) for p, x in zip(now, points, strict=True))
            <= g / (1 + rate * t * g) + 1e-9
        )


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
    with pytest.raises(BadInput, match="KL, TV, Prob or E"):
        near_real_data()(Le(Var(loop.weight(1)), Integer(2), evaluate=False))
    with pytest.raises(BadInput, match="coupled_candidates is about"):
        coupled_candidates()(Le(mean, Integer(2), evaluate=False))


# ---- the other lemmas -------------------------------------------------------------------------------------------------

k = Symbol("k", integer=True, nonnegative=True)
TWO = {"p": Laws(starts=2), "K": Integers(2), "lam": Positive(), "t": Integers(0)}


def _starts(p, K, lam, t):
    return TV(*(CuratedLoop(p, K=K, lam=lam, start=p.start(i)).model(t) for i in (1, 2)))


def _rounds(p, K, lam, t, times: object = 1):
    r = K * lam / (1 + lam)
    return Le(_starts(p, K, lam, t), times * r**t / (1 + (K - 1) / 2 * Sum(r**k, (k, 0, t - 1))))


def _threshold(p, K, t, times: object = 1):
    return Le(_starts(p, K, 1 / (K - 1), t), times * 2 / (2 + (K - 1) * t))


def _ranged(p, K, lam, t, times: object = 1):
    b = p.largest / p.least
    return Le(_starts(p, K, lam, t), (times * K * b / (b + K - 1) * lam / (1 + lam)) ** t * _starts(p, K, lam, 0))


def _tilted(p, K, t, distance=TV, times: object = 1):
    few, tilted = (CuratedLoop(p, K=c).model(t) for c in (K, oo))
    R = t * log(1 + (p.largest / p.least - 1) / K)
    A = (1 + (p.largest / p.least - 1) / K) ** (t / 2)
    return Le(distance(few, tilted), times * ((A - 1) / (A + 1) if distance is TV else R**2 / 8))


def _reached(p, K, t, x, times: object = 1):
    weight = CuratedLoop(p, K=K).weight
    return Le(Prob(weight(t) >= x), times * K**t * Prob(weight(0) >= x))


def _spent(p, K, t, times: object = 1):
    loop = CuratedLoop(p, K=K)
    return Le(KL(loop.model(t), loop.start), times * (t * log(K) - 1 + K ** (-t)))


LESS = Rational(99, 100)
ALONE = {"p": Laws(), "K": Integers(2), "t": Integers(0)}
LEMMAS = {
    "from whatever starts": (_rounds, coupled_rounds(), TWO),
    "at the threshold": (_threshold, coupled_rounds(), {n: d for n, d in TWO.items() if n != "lam"}),
    "by the range": (_ranged, coupled_by_range(), TWO),
    "beside the tilt": (_tilted, near_the_tilt(), ALONE),
    "in KL": (lambda times=1, **given: _tilted(distance=KL, times=times, **given), near_the_tilt(), ALONE),
    "first draws": (_reached, of_first_draws(), {**ALONE, "x": Positive()}),
    "what it costs": (_spent, of_first_draws(), ALONE),
}


@pytest.mark.thin(2)
@pytest.mark.parametrize("name", LEMMAS)
def test_lemmas_are_of_every_law_and_give_no_more(name):
    relation, lemma, domains = LEMMAS[name]
    assert prove(by(relation, lemma, **domains)).proved
    assert not prove(by(lambda **given: relation(times=LESS, **given), lemma, **domains)).proved


def _worth(p, t, times=1, **start):
    """E_q r - KL(q || p_0)/t + KL(q || p_t)/t beside log(E_0 f^t)/t, q another start of the loop of K = oo."""
    first, other = CuratedLoop(p, K=oo), CuratedLoop(p, K=oo, **start or {"start": p.start(1)})
    short = KL(other.model(0), first.model(t)) / t
    return E(other.reward(0)) - KL(other.model(0), first.model(0)) / t + times * short, log(E(first.weight(0) ** t)) / t


def test_the_law_of_infinitely_many_candidates_is_a_tilt():
    domains = {"p": Laws(starts=1), "t": Integers(1)}
    assert prove(by(lambda p, t: Ge(*_worth(p, t)), tilted(), **domains)).proved
    assert prove(by(lambda p, t: Le(*_worth(p, t)), tilted(), **domains)).proved
    assert not prove(by(lambda p, t: Le(*_worth(p, t, times=Rational(1, 2))), tilted(), **domains)).proved
    assert not prove(by(lambda p, t: Ge(*_worth(p, t, times=2)), tilted(), **domains)).proved


@settings(max_examples=20)
@given(first=COUNTS, other=COUNTS, weights=COUNTS, t=st.integers(1, 5))
def test_what_any_law_is_worth(first, other, weights, t):
    """In floats, on four atoms."""
    p, q, f = (np.array(x) / 1 for x in (first, other, weights))
    p, q = p / p.sum(), q / q.sum()
    law = p * f**t / (p @ f**t)
    worth = q @ np.log(f) - q @ np.log(q / p) / t
    assert worth + q @ np.log(q / law) / t == pytest.approx(np.log(p @ f**t) / t)


def test_lemmas_refuse_what_they_are_not_about():
    p = Laws(starts=2).any("p")
    one, other = (CuratedLoop(p, K=3, lam=lam) for lam in (1, 2))
    few, many = CuratedLoop(p, K=3, lam=1), CuratedLoop(p, K=oo, lam=1)
    for lemma, side, said in (
        (coupled_rounds(), TV(one.model(1), other.model(1)), "differ in their starts"),
        (coupled_by_range(), TV(one.model(1), one.model(2)), "differ in their starts"),
        (near_the_tilt(), TV(few.model(1), many.model(1)), "without real data"),
        (near_the_tilt(), TV(CuratedLoop(p, K=2).model(1), CuratedLoop(p, K=3).model(1)), "with K and with oo"),
        (of_first_draws(), KL(few.model(1), few.start), "without real data"),
        (of_first_draws(), KL(p, p), "one loop"),
        (near_the_best(1), 3 - E(few.weight(1)), "near_the_best is about"),
    ):
        with pytest.raises(BadInput, match=said):
            lemma(Le(side, Integer(9), evaluate=False) if side.atoms(TV, KL) else Le(-9, -side, evaluate=False))


def test_a_law_that_is_not_told_has_a_listed_range():
    """Of listed weights the range is theirs."""

    def ranged(q, r, K, lam, t, b=Integer(3)):
        one, other = (CuratedLoop(Finite((q, 1 - q)), (3, 1), K, lam, start=Finite((x, 1 - x))) for x in (q, r))
        factor = K * b / (b + K - 1) * lam / (1 + lam)
        return Le(TV(one.model(t), other.model(t)), factor**t * TV(one.model(0), other.model(0)))

    assert prove(by(ranged, coupled_by_range(), **STARTS)).proved
    assert not prove(by(lambda **given: ranged(b=Integer(2), **given), coupled_by_range(), **STARTS)).proved
