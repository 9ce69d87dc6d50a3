"""Curation of any law: infinitely many candidates, more and more of them, levels from below, one generation beside another."""

import pytest
from stated import is_proved, stated
from sympy import Eq, Ge, Le, Rational, Symbol, floor, gamma, log, oo, sqrt, tan

from theory import KL, TV, E, Integers, Laws, Limit, Positive, Prob, Var
from theory.curation.common import CuratedLoop
from theory.proof.relations.prove import prove
from theory.proof.relations.tilts import MOST_FITS

LAW = {"p": Laws(), "t": Integers(0)}
MANY = {**LAW, "K": Integers(2)}
K = Symbol("K", integer=True, positive=True)


def of_many(p, **how):
    return CuratedLoop(p, K=oo, **how)


# ---- infinitely many candidates -----------------------------------------------------------------------------------------


TRUE = {
    "one round": lambda p, t: Eq(E(of_many(p).weight(t + 1)), E(of_many(p).weight(t) ** 2) / E(of_many(p).weight(t))),
    "all rounds": lambda p, t: Eq(
        E(of_many(p).weight(t)), E(of_many(p).weight(0) ** (t + 1)) / E(of_many(p).weight(0) ** t)
    ),
    "what a round gains": lambda p, t: Eq(
        E(of_many(p).weight(t + 1)) - E(of_many(p).weight(t)), Var(of_many(p).weight(t)) / E(of_many(p).weight(t))
    ),
    "inverse": lambda p, t: Eq(E(1 / of_many(p).weight(t + 1)) * E(of_many(p).weight(t)), 1),
    "reward": lambda p, t: Eq(
        E(of_many(p).reward(t + 1)) * E(of_many(p).weight(t)), E(of_many(p).reward(t) * of_many(p).weight(t))
    ),
    "it is at least the published gain": lambda p, t: Ge(
        E(of_many(p).weight(t + 1)) - E(of_many(p).weight(t)), Var(of_many(p).weight(t)) / p.largest
    ),
    "Popoviciu": lambda p, t: Le(Var(of_many(p).weight(t)), p.largest**2 / 4),
    "the first round": lambda p, t: Eq(E(of_many(p).weight(1)), p.mean + p.variance / p.mean),
    "a start": lambda p, t: Eq(
        E(of_many(p, start=p.start(1)).weight(1)), p.start(1).mean + p.start(1).variance / p.start(1).mean
    ),
}
FALSE = {
    "a round too many": lambda p, t: Eq(
        E(of_many(p).weight(t)), E(of_many(p).weight(0) ** (t + 2)) / E(of_many(p).weight(0) ** (t + 1))
    ),
    "always from the start": lambda p, t: Eq(
        E(of_many(p).weight(t)), E(of_many(p).weight(0) ** (t + 1)) / E(of_many(p).weight(0))
    ),
    "twice the gain": lambda p, t: Ge(
        E(of_many(p).weight(t + 1)) - E(of_many(p).weight(t)), 2 * Var(of_many(p).weight(t)) / p.largest
    ),
    "a fifth": lambda p, t: Le(Var(of_many(p).weight(t)), p.largest**2 / 5),
    "the square": lambda p, t: Eq(E(of_many(p).weight(1)), p.mean + p.variance / p.mean**2),
    "another start": lambda p, t: Eq(E(of_many(p, start=p.start(1)).weight(1)), p.mean + p.variance / p.mean),
}


def laws(relation):
    return {**LAW, "p": Laws(starts=1)} if "start" in relation.__code__.co_names else LAW


@pytest.mark.parametrize("name", TRUE)
def test_means_under_any_law_are_those_of_the_first_one_tilted(name):
    assert is_proved(TRUE[name], **laws(TRUE[name]))


@pytest.mark.parametrize("name", FALSE)
def test_other_means_are_not(name):
    assert not is_proved(FALSE[name], **laws(FALSE[name]))


def is_tilted(p, t, g):
    """Whether the mean of g is said to be that of the first law, tilted."""
    now, first = of_many(p).weight(t), of_many(p).weight(0)
    return Eq(E(g(now)), E(first**t * g(first)) / E(first**t))


BOUNDED = {
    "inverse": lambda w, p: 1 / w,
    "beyond the largest": lambda w, p: 1 / (2 * p.largest - w),
    "of its logarithm": lambda w, p: log(w) ** 2,
    "root": lambda w, p: sqrt(2 * p.largest - w),
    "whole part": lambda w, p: floor(w),
}
WITHOUT_A_VALUE = {
    "pole": lambda w, p: 1 / (w - p.mean),
    "pole at the end": lambda w, p: 1 / (p.largest - w),
    "a square": lambda w, p: 1 / (w - p.mean) ** 2,
    "at a number": lambda w, p: 1 / (2 - w),
    "root": lambda w, p: sqrt(w - p.mean),
    "logarithm": lambda w, p: log(p.largest - w),
    "tangent": lambda w, p: tan(w),
    "gamma": lambda w, p: gamma(w - p.mean),
}


@pytest.mark.parametrize("name", BOUNDED)
def test_of_what_has_a_value_for_every_weight_there_is_a_mean(name):
    assert is_proved(lambda p, t: is_tilted(p, t, lambda w: BOUNDED[name](w, p)), **LAW)


@pytest.mark.parametrize("name", WITHOUT_A_VALUE)
def test_of_what_has_no_value_for_some_weight_there_may_be_none(name):
    assert not is_proved(lambda p, t: is_tilted(p, t, lambda w: WITHOUT_A_VALUE[name](w, p)), **LAW)


def test_of_what_has_no_value_there_is_no_limit():
    to = lambda g: lambda p: Limit(E(g(CuratedLoop(p, K=K).weight(1))), (K, oo), E(g(of_many(p).weight(1))))  # noqa: E731
    assert is_proved(to(lambda w: 1 / (2 + w)), p=Laws())
    assert not is_proved(to(lambda w: 1 / (2 - w)), p=Laws())


def test_a_reward_is_the_logarithm_of_the_weight():
    first = lambda p: of_many(p).reward(0) ** 2 * of_many(p).weight(0)  # noqa: E731
    assert is_proved(lambda p: Eq(E(of_many(p).reward(1) ** 2), E(first(p)) / p.mean), p=Laws())
    assert not is_proved(lambda p: Eq(E(of_many(p).reward(1) ** 2), E(first(p))), p=Laws())


def test_beside_real_data_a_few_fits_are_followed():
    lam = {"p": Laws(), "lam": Positive()}
    share = lambda lam: lam / (1 + lam)  # noqa: E731
    assert is_proved(
        lambda p, lam: Eq(E(of_many(p, lam=lam).weight(1)), p.mean + share(lam) * p.variance / p.mean), **lam
    )
    assert not is_proved(
        lambda p, lam: Eq(E(of_many(p, lam=lam).weight(2)), p.mean + share(lam) * p.variance / p.mean), **lam
    )
    begun = lambda p, lam: E(of_many(p, lam=lam, start=p.start(1)).weight(1))  # noqa: E731
    gained = lambda p, lam: p.mean + share(lam) * p.variance / p.mean  # noqa: E731
    other = {"p": Laws(starts=1), "lam": Positive()}
    assert not is_proved(lambda p, lam: Eq(begun(p, lam), gained(p, lam)), **other)
    assert not is_proved(lambda p, lam: Eq(begun(p, lam), gained(p.start(1), lam)), **other)  # real data are of p
    told = lambda n: prove(stated(lambda p, lam: Ge(E(of_many(p, lam=lam).weight(n)), 0), **lam)).forms  # noqa: E731
    assert told(MOST_FITS)
    assert not told(MOST_FITS + 1)


class Twisted(CuratedLoop):
    """A user's class with another step: with any number of candidates nothing is picked."""

    def step(self, state):
        return state


def test_a_users_step_is_not_taken_for_a_tilt():
    assert not is_proved(lambda p, t: Eq(E(Twisted(p, K=oo).weight(1)), p.mean + p.variance / p.mean), **LAW)
    assert not is_proved(lambda p: Limit(E(Twisted(p, K=K).weight(1)), (K, oo), p.mean + p.variance / p.mean), p=Laws())


# ---- more and more candidates ---------------------------------------------------------------------------------------------


def test_more_and_more_candidates_tend_to_infinitely_many():
    one = {"p": Laws()}
    after = lambda p, t, **how: E(CuratedLoop(p, K=K, **how).weight(t))  # noqa: E731
    assert is_proved(lambda p: Limit(after(p, 1), (K, oo), p.mean + p.variance / p.mean), **one)
    assert is_proved(lambda p: Limit(after(p, 1) - p.mean, (K, oo), p.variance / p.mean), **one)
    assert is_proved(lambda p, t: Limit(after(p, t), (K, oo), E(of_many(p).weight(t))), **LAW)
    assert is_proved(
        lambda p, lam: Limit(after(p, 2, lam=lam), (K, oo), E(of_many(p, lam=lam).weight(2))), **one, lam=Positive()
    )
    assert not is_proved(lambda p: Limit(after(p, 1), (K, oo), p.largest), **one)
    assert not is_proved(lambda p: Limit(after(p, 2), (K, oo), p.mean + p.variance / p.mean), **one)
    assert not is_proved(lambda p: Limit(K * (after(p, 1) - p.mean), (K, oo), 0), **one)  # it grows
    assert not is_proved(lambda p: Limit(after(p, K), (K, oo), p.mean + p.variance / p.mean), **one)  # so do the rounds
    assert not is_proved(lambda p: Limit(after(p, 1, lam=1 / K), (K, oo), p.mean + p.variance / p.mean), **one)


# ---- any number of candidates -----------------------------------------------------------------------------------------------


def test_levels_from_below():
    x = {**MANY, "x": Positive()}
    w = lambda p, K, t: CuratedLoop(p, K=K).weight(t)  # noqa: E731
    assert is_proved(lambda p, K, t, x: Le(Prob(w(p, K, t + 1) <= x), Prob(w(p, K, t) <= x)), **x)
    assert is_proved(lambda p, K, t, x: Le(Prob(w(p, K, t + 1) < x), Prob(w(p, K, t) < x)), **x)
    assert not is_proved(lambda p, K, t, x: Ge(Prob(w(p, K, t + 1) <= x), Prob(w(p, K, t) <= x)), **x)
    assert not is_proved(lambda p, K, t, x: Le(Prob(w(p, K, t + 1) < x), Prob(w(p, K, t) < x) * Rational(99, 100)), **x)
    assert is_proved(lambda p, K, t, x: Le(Prob(w(p, K, t) >= x), E(w(p, K, t)) / x), **x)  # Markov
    assert not is_proved(lambda p, K, t, x: Le(Prob(w(p, K, t) >= x), E(w(p, K, t)) / x / 2), **x)


def test_a_generation_beside_an_earlier_one():
    far = lambda d, p, K, t, n: d(CuratedLoop(p, K=K).model(t + n), CuratedLoop(p, K=K).model(t))  # noqa: E731
    n = {**MANY, "n": Integers(0)}
    assert is_proved(lambda p, K, t: Le(far(KL, p, K, t, 1), log(K)), **MANY)
    assert is_proved(lambda p, K, t: Le(far(TV, p, K, t, 1), (K - 1) / K), **MANY)
    assert is_proved(lambda p, K, t, n: Le(far(TV, p, K, t, n), 1 - K ** (-n)), **n)
    assert is_proved(lambda p, K, t: Le(KL(CuratedLoop(p, K=K).model(t), p_of(p, K)), t * log(K)), **MANY)
    assert not is_proved(lambda p, K, t: Le(far(KL, p, K, t, 1), log(K) / 20), **MANY)
    assert not is_proved(lambda p, K, t: Le(far(TV, p, K, t, 1), (K - 1) / K / 10), **MANY)
    assert not is_proved(lambda p, K, t: Le(far(KL, p, K, t + 1, -1), log(K)), **MANY)  # the other way round


def p_of(p, K):
    return CuratedLoop(p, K=K).model(0)


def test_one_round_beside_the_first_laws_numbers():
    one = {"p": Laws(), "K": Integers(2)}
    w = lambda p, K: E(CuratedLoop(p, K=K).weight(1))  # noqa: E731
    assert is_proved(lambda p, K: Le(w(p, K), K * p.mean), **one)
    assert not is_proved(lambda p, K: Le(w(p, K), (K + 1) * p.mean / 2), **one)
    assert is_proved(lambda p, K, t: Le(Var(CuratedLoop(p, K=K).weight(t)), p.largest**2 / 4), **MANY)
    assert not is_proved(lambda p, K, t: Le(Var(CuratedLoop(p, K=K).weight(t)), p.largest**2 / 5), **MANY)
