"""What a tilt costs and what it gains: divergence from the start against reward, round by round."""

from __future__ import annotations

from sympy import Add, Eq, Expr, Integral, Lambda, Le, Max, Rational, Symbol, log, oo

from ..language.claims import claim
from ..language.domains import Integers, Laws, Points, Positive, Probability, Reals, Simplex
from ..language.laws import Finite, Normal
from ..language.moments import KL, E, Prob, Var
from ..proof.relations.picks import of_first_draws
from .common import CuratedLoop, half
from .hard import BestOfEachLoop
from .rounds import tilted_mass
from .tilt import TiltLoop

x = Symbol("x", real=True)
s = Symbol("s", positive=True)
CANDIDATES = Integers(2, notable=(2, 3, 4))


def tilt(p, u, v) -> CuratedLoop:
    """Three atoms of weights u, v, 1 and K = oo candidates."""
    return CuratedLoop(Finite(p), (u, v, 1), oo)


def both_ways(loop: CuratedLoop) -> Expr:
    """Jeffreys' divergence of model 1 and model 0."""
    return KL(loop.model(1), loop.start) + KL(loop.start, loop.model(1))


# ---- one round ------------------------------------------------------------------------------------------------------


@claim(
    source="derived: the logarithm of the ratio of the masses is the reward, less a constant",
    mutants={
        "one way round, twice": lambda p, u, v: 2 * KL(tilt(p, u, v).model(1), tilt(p, u, v).start),
        "the variance of the reward": lambda p, u, v: Var(tilt(p, u, v).reward(0)),
    },
)
def curation_jeffreys_identity(p=Simplex(3), u=Probability(), v=Probability()):
    """K = oo: a round gains as much reward as the divergences of the two models, both ways round, add up to.

    Here the first round, from any law on three atoms, that of a later model, too.
    No simulation: a draw from a tilted law needs its normaliser.
    """
    loop = tilt(p, u, v)
    return Eq(E(loop.reward(1)) - E(loop.reward(0)), both_ways(loop))


@claim(
    source="the identity of K = oo, used for finitely many candidates",
    expected="fails",
    corrected="curation-jeffreys-identity",
)
def curation_jeffreys_identity_finite(p=Simplex(3), u=Probability(), v=Probability(), K=Points(2, 4)):
    """A round of K candidates gains as much reward as the divergences of the two models, both ways round, add up to."""
    loop = CuratedLoop(Finite(p), (u, v, 1), K)
    return Eq(E(loop.reward(1)) - E(loop.reward(0)), both_ways(loop))


# ---- all rounds -----------------------------------------------------------------------------------------------------


def spread(q, w) -> Expr:
    """The variance of the reward after s rounds: two atoms, q the better one's mass at first, w the ratio of the weights."""
    now = tilted_mass(q, w, s)
    return log(w) ** 2 * now * (1 - now)


LEFT = {"derivation": "an integral of a derived form is left"}


@claim(
    source="derived: the derivative of the divergence along the tilt is s Var(r)",
    mutants={"without s": lambda q, w, t: Integral(spread(q, w), (s, 0, t))},
    unreached=LEFT,
)
def curation_kl_reward_frontier_cost_two_atoms(q=Probability(), w=Reals(1, 20), t=Integers(1, 10)):
    """K = oo, two atoms: t rounds cost KL(p_t || p_0) = the integral of s Var_s(r) over s from 0 to t.

    No simulation: a draw from a tilted law needs its normaliser.
    """
    loop = CuratedLoop(Finite((q, 1 - q)), (w, 1), oo)
    return Eq(KL(loop.model(t), loop.start), Integral(s * spread(q, w), (s, 0, t)))


@claim(
    source="derived: the derivative of the mean reward along the tilt is Var(r)",
    mutants={"with s": lambda q, w, t: Integral(s * spread(q, w), (s, 0, t))},
    unreached=LEFT,
)
def curation_kl_reward_frontier_gain_two_atoms(q=Probability(), w=Reals(1, 20), t=Integers(1, 10)):
    """And they gain E_t r - E_0 r = the integral of Var_s(r).

    No simulation: a draw from a tilted law needs its normaliser.
    """
    loop = CuratedLoop(Finite((q, 1 - q)), (w, 1), oo)
    return Eq(E(loop.reward(t)) - E(loop.reward(0)), Integral(spread(q, w), (s, 0, t)))


@claim(
    source="derived: Gibbs' principle, E_q r - KL(q || p_0)/t is largest at p_t",
    mutants={
        "at half the price": lambda p, q, u, v, t: _frontier(p, q, u, v, t, 2 * t),
        "a round less": lambda p, q, u, v, t: E(tilt(p, u, v).reward(t - 1)),
    },
    unreached={"derivation": "no certificate for the sign of a sum of logarithms"},
)
def curation_kl_reward_frontier_three_atoms(
    p=Simplex(3), q=Simplex(3), u=Probability(), v=Probability(), t=Points(1, 3, 8)
):
    """K = oo: no law q that costs at most KL(p_t || p_0) has more reward than p_t; each nat more buys at most 1/t.

    Three atoms. No simulation: a draw from a tilted law needs its normaliser.
    """
    return Le(Add(*(y * log(f) for y, f in zip(q, (u, v, 1), strict=True))), _frontier(p, q, u, v, t, t))


def _frontier(p, q, u, v, t, nats) -> Expr:
    """The most reward that a law can have that costs KL(q || p_0), by the price 1/nats of a nat beyond KL(p_t || p_0)."""
    loop = tilt(p, u, v)
    return E(loop.reward(t)) + Max(0, KL(Finite(q), loop.start) - KL(loop.model(t), loop.start)) / nats


@claim(
    source="derived: the tilt of a Gaussian is a Gaussian; gains of this order for all sub-Gaussian rewards are Mroueh's (2024)",
    uses=["curation-tilt-closed-forms", "curation-tilt-closed-forms-spread"],
    mutants={"without the 2": lambda mu, s2, a, t: a**2 * s2 * (t * a) ** 2 * s2 / 2},
)
def curation_kl_reward_frontier_gaussian(
    mu=Reals(-3, 3), s2=Positive(hi=5), a=Positive(hi=2, notable=(1,)), t=Integers(1, 10)
):
    """A Gaussian reward of standard deviation sd gains exactly sd sqrt(2 KL) at K = oo: here squared.

    No simulation: the weight is not bounded, so no draw can be accepted with a probability proportional to it.
    """
    loop = TiltLoop(Normal(mu, s2), Lambda(x, a * x))
    after = Normal(mu + t * a * s2, s2)
    return Eq((a * (E(loop.draw(t)) - mu)) ** 2, 2 * a**2 * s2 * KL(after, loop.law))


# ---- what any curation costs ----------------------------------------------------------------------------------------


@claim(
    source="derived: an event needs one of K^t first draws in it; the best of them has the most, cf. Beirami et al. 2401.01879",
    proof=of_first_draws(),
    mutants={"a tenth of it": lambda K, t: (t * log(K) - 1 + K ** (-t)) / 10},
)
def curation_kl_budget_majorisation(p=Laws(), K=CANDIDATES, t=Integers(0, notable=(1, 2, 3))):
    """t rounds of K candidates cost at most t log K - 1 + K^-t: KL(p_t || p_0), of every law, whatever the weights."""
    loop = CuratedLoop(p, K=K)
    return Le(KL(loop.model(t), loop.start), t * log(K) - 1 + K ** (-t))


@claim(
    source="derived: an event needs one of K^t first draws in it",
    proof=of_first_draws(),
    mutants={
        "(K/2)^t": lambda p, K, x, t: (K / 2) ** t * Prob(CuratedLoop(p, K=K).weight(0) >= x) + Rational(1, 10**6)
    },
)
def curation_levels_most(p=Laws(), K=CANDIDATES, x=Positive(), t=Integers(0, notable=(1, 2, 3))):
    """t rounds of K candidates reach a level at most K^t times as often as the first model: what is rare takes its time."""
    weight = CuratedLoop(p, K=K).weight
    return Le(Prob(weight(t) >= x), K**t * Prob(weight(0) >= x))


@claim(
    source="one round's cost, added up",
    expected="fails",
    corrected="curation-kl-budget-majorisation",
)
def curation_kl_budget_majorisation_additive(t=Points(3, 4)):
    """t rounds cost at most t times what one may cost, log 2 - 1/2: sure choices of one of two among 32 equal masses."""
    loop = BestOfEachLoop(Finite((Rational(1, 32),) * 32), 2)
    return Le(KL(loop.model(t), loop.start), t * (log(2) - half))
