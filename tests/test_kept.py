"""The gain that real data keep: held against enumeration in fractions, and no larger or false one is proved."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import stated
from sympy import Ge, Rational

from theory import E, Finite, Integers, Positive, Probability, Simplex
from theory.curation.common import CuratedLoop, of_its_loop, tournament
from theory.curation.mixed import least_gain
from theory.proof.relations.kept import kept_by_real_data, not_below_real_data
from theory.proof.relations.prove import prove


@settings(max_examples=25)
@given(
    parts=st.lists(st.integers(1, 9), min_size=3, max_size=3),
    w=st.lists(st.integers(1, 9), min_size=3, max_size=3),
    K=st.integers(2, 3),
    lam=st.fractions(Fraction(1, 9), 9, max_denominator=9),
)
def test_every_fit_keeps_the_gain_of_the_first(parts, w, K, lam):
    real = [Fraction(x, sum(parts)) for x in parts]
    now, mean = real, sum(p * x for p, x in zip(real, w, strict=True))
    variance = sum(p * x**2 for p, x in zip(real, w, strict=True)) - mean**2
    for _ in range(3):
        picked = [Fraction(x.p, x.q) for x in tournament([Rational(p) for p in now], w, K)]
        now = [(p + lam * q) / (1 + lam) for p, q in zip(real, picked, strict=True)]
        assert sum(p * x for p, x in zip(now, w, strict=True)) - mean >= lam / (1 + lam) * (K - 1) / K * variance / max(
            w
        )


DOMAIN = {
    "p": Simplex(2), "f": Positive(), "u": Probability(), "K": Integers(2), "lam": Positive(), "t": Integers(1)
}  # fmt: skip


def gains(factor, first=1, start=None):
    """At least so many times the least gain, from generation `first` on."""

    def relation(p, f, u, K, lam, t):
        weight = CuratedLoop(Finite(p), (f, u * f), K, lam, start).weight
        variance = f**2 * (1 - u) ** 2 * p[0] * p[1]
        return Ge(E(weight(t - 1 + first)) - E(weight(0)), factor * least_gain(lam, K, variance, f))

    return relation


def by(growth=lambda loop: (loop.K - 1) / loop.K / loop.weights[0]):
    return of_its_loop(lambda loop: kept_by_real_data(growth(loop)))


def proved(relation, proof):
    return prove(replace(stated(relation, **DOMAIN), proof=proof)).proved


def test_the_gain_is_proved_of_every_fit():
    assert proved(gains(1), by())


@pytest.mark.parametrize(
    ("relation", "proof"),
    [
        (gains(Rational(1001, 1000)), by()),
        (gains(Rational(1001, 1000)), by(lambda loop: Rational(1001, 1000) * (loop.K - 1) / loop.K / loop.weights[0])),
        (gains(1, first=0), by()),
        (gains(1, start=Finite((Rational(1, 3), Rational(2, 3)))), by()),
    ],
    ids=["larger", "faster growth", "of generation 0", "from another start"],
)
def test_no_larger_gain_is_proved(relation, proof):
    assert not proved(relation, proof)


@pytest.mark.parametrize("start", [None, Finite((Rational(1, 3), Rational(2, 3)))])
def test_from_the_start_on_nothing_is_lost_where_it_is_the_real_data(start):
    growth = of_its_loop(lambda loop: not_below_real_data((loop.K - 1) / loop.K / loop.weights[0]))
    assert proved(gains(0, first=0, start=start), growth) == (start is None)
