"""Curation by a reward that is not the true one: a small error grows with every round, a proxy is followed too far."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Eq, Expr, Ge, Le, Rational, Symbol, exp, log, oo, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Probability, Reals, Simplex
from ..language.laws import Finite
from ..language.moments import TV, E, RisesThenFalls
from .common import CuratedLoop, half

t = Symbol("t", integer=True, nonnegative=True)

# ---- a reward with an error -----------------------------------------------------------------------------------------


@claim(
    source="derived: Hilbert's distance of the two models is at most 2 t e",
    mutants={"a fiftieth of it": lambda p, u, v, w, a, b, t: (w**t - 1) / (w**t + 1) / 50},
    unreached={"derivation": "no certificate for the sign of a sum of absolute values"},
)
def curation_reward_perturbation(
    p=Simplex(3),
    u=Probability(),
    v=Probability(),
    w=Reals(1, 5),
    a=Reals(-1, 1),
    b=Reals(-1, 1),
    t=Integers(1, 10),
):
    """K = oo: a reward that is wrong by at most e moves model t by at most tanh(t e/2) in total variation; w = e^e.

    Three atoms, the rewards of two of them wrong by a e and b e, |a|, |b| <= 1. No simulation: a draw from a tilted law needs
    its normaliser.
    """
    law = Finite(p)
    right, wrong = CuratedLoop(law, (u, v, 1), oo), CuratedLoop(law, (u * w**a, v * w**b, 1), oo)
    return Le(TV(right.model(t), wrong.model(t)), (w**t - 1) / (w**t + 1))


def near_tie(w) -> tuple[CuratedLoop, CuratedLoop]:
    """Two equal masses, one or the other of which is better by the factor w."""
    even = Finite((half, half))
    return CuratedLoop(even, (w, 1), oo), CuratedLoop(even, (1, w), oo)


@claim(
    source="derived: two masses, one tilted up, the other down",
    mutants={"a round less": lambda w, t: (w ** (t - 1) - 1) / (w ** (t - 1) + 1)},
)
def curation_reward_perturbation_sharp(w=Reals(1, 5), t=Integers(1)):
    """It is reached where a tie is seen as half of e up, half of e down, or the other way round: tanh(t e/2) -> 1.

    No simulation: a draw from a tilted law needs its normaliser.
    """
    one, other = near_tie(w)
    return Eq(TV(one.model(t), other.model(t)), (w**t - 1) / (w**t + 1))


@claim(
    source="the first round's error, taken for all of them",
    expected="fails",
    corrected="curation-reward-perturbation",
)
def curation_reward_perturbation_uniform(e=Points(Rational(1, 10)), t=Points(1, 10, 50)):
    """A reward that is wrong by at most e moves every model by at most e in total variation."""
    one, other = near_tie(exp(e))
    return Le(TV(one.model(t), other.model(t)), e)


# ---- a proxy --------------------------------------------------------------------------------------------------------

HACKED = (Rational(9, 10), Rational(99, 1000), Rational(1, 1000))  # plain, good, and what only the proxy likes
TRUE = (0, 1, -1)


def proxy(K) -> CuratedLoop:
    """Three atoms with the proxy's rewards 0, 1, 2."""
    return CuratedLoop(Finite(HACKED), (1, exp(1), exp(2)), K)


def mean(loop: CuratedLoop, values: Sequence, t) -> Expr:
    """Of a function of the atoms under model t."""
    return Add(*(value * loop.mass(t, i) for i, value in enumerate(values)))


@claim(
    source="derived: a tilt by f adds Cov(u, f)/E f to the mean of u",
    mutants={"not divided": lambda p, u, v, a, b, t: _covariance(p, u, v, a, b, t)},
)
def curation_proxy_goodhart(
    p=Simplex(3), u=Probability(), v=Probability(), a=Reals(-2, 2), b=Reals(-2, 2), t=Integers(0, 3)
):
    """K = oo: a round of a proxy's weight f adds Cov_t(u, f)/E_t f to the mean of the true reward u: atoms' rewards a, b, 0.

    It grows as long as true reward and weight are positively correlated under the model of now. No simulation: a draw from a
    tilted law needs its normaliser.
    """
    loop = CuratedLoop(Finite(p), (u, v, 1), oo)
    values = (a, b, 0)
    return Eq(mean(loop, values, t + 1) - mean(loop, values, t), _covariance(p, u, v, a, b, t) / E(loop.weight(t)))


def _covariance(p, u, v, a, b, t) -> Expr:
    """Of the true reward and the proxy's weight under model t."""
    loop = CuratedLoop(Finite(p), (u, v, 1), oo)
    return mean(loop, (a * u, b * v, 0), t) - mean(loop, (a, b, 0), t) * E(loop.weight(t))


@claim(
    source="derived: three exponentials; the turn is the root of a quadratic in e^t",
    mutants={"at 3": lambda: 3},
)
def curation_proxy_goodhart_turn():
    """K = oo: with masses .9, .099, .001, proxy 0, 1, 2, truth 0, 1, -1 the true reward turns at log((sqrt(56950) - 50)/11).

    That is after 2.84 rounds, t real: p_t ~ p_0 e^(t r).
    """
    s = Symbol("s", real=True)
    masses = [p * exp(s * r) for p, r in zip(HACKED, (0, 1, 2), strict=True)]
    reward = Add(*(u * m for u, m in zip(TRUE, masses, strict=True))) / Add(*masses)
    return RisesThenFalls(reward, (s, 0, oo), peak=log((sqrt(56950) - 50) / 11), chart=exp(s))


@claim(
    source="derived: the loop followed, round by round",
    mutants={"two rounds earlier": lambda case: case[1] - 2},
    unreached={"derivation": "too many rounds to be written out"},
)
def curation_proxy_goodhart_rounds(case=Points((oo, 3), (4, 5), (2, 9))):
    """There the true reward is highest after 3 rounds of K = oo candidates, after 5 of four, after 9 of two: then it falls."""
    K, peak = case
    loop = proxy(K)
    return RisesThenFalls(mean(loop, TRUE, t), (t, 0, 20), peak=peak)


@claim(
    source="the correlation at first, taken for that of all rounds",
    expected="fails",
    corrected="curation-proxy-goodhart",
)
def curation_proxy_goodhart_monotone(K=Points(2, 4, oo), t=Points(0, 5, 12)):
    """A proxy that is positively correlated with the true reward at first never lowers it."""
    loop = proxy(K)
    return Ge(mean(loop, TRUE, t + 1), mean(loop, TRUE, t))
